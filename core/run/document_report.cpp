#include "run/document_report.h"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "analysis/distance_profile.h"
#include "base/error.h"
#include "base/plain_text.h"
#include "run/extra_pairs.h"
#include "run/extra_report.h"
#include "run/json_values.h"
#include "scoring/breakdown.h"

namespace longview {
namespace {

using nlohmann::ordered_json;

std::string pairs_text(std::uint64_t count) {
  return fmt::format("{} {}", count, count == 1 ? "pair" : "pairs");
}

/// Three decimals; "none" for what does not exist, such as the specificity of rows of one pair.
std::string decimals(double value) {
  return std::isfinite(value) ? fmt::format("{:.3f}", value) : std::string("none");
}

std::string mean_line(const DocumentScores& scores, Preset preset) {
  if (!std::isfinite(scores.lds_mean))
    return "mean LDS      none: no row has enough pairs\n";
  if (preset == Preset::published)
    return fmt::format("mean LDS      {:.4g} (sum / pairs, for orientation; this preset gives no error)\n",
                       scores.lds_mean);
  const std::string error = std::isfinite(scores.lds_error) ? fmt::format("± {:.2g}", scores.lds_error)
                                                            : std::string("(no error: it takes two rows)");
  return fmt::format("mean LDS      {:.4g} {}\n", scores.lds_mean, error);
}

/// The number that ranks stands first.
std::string score_lines(const DocumentReport& report, Preset preset) {
  const ResultRow& row = report.row;
  if (row.status != Status::scored)
    return fmt::format("status        {}: {}\n", name(row.status), plain_line(row.reason));
  const DocumentScores& scores = report.scores;
  const std::string mean = mean_line(scores, preset);
  const std::string sum = std::isfinite(scores.lds) ? fmt::format("LDS           {:.4g} (sum over {})\n", scores.lds,
                                                                  pairs_text(row.pair_count))
                                                    : std::string("LDS           none\n");
  return (report.parameters.score == ScoreKind::sum ? sum + mean : mean + sum) +
         fmt::format("means         strength {}, distance {}, specificity {}\n", decimals(scores.mean_strength),
                     decimals(scores.mean_distance), decimals(scores.mean_specificity));
}

std::string percent(double share) {
  return std::isfinite(share) ? fmt::format("{:.0f} %", 100 * share) : std::string("none");
}

/// What the score is made of, and what the other definition makes of the same pairs.
std::string breakdown_lines(const DocumentReport& report, const SamplingSettings& sampling) {
  const ScoreBreakdown parts = break_down(report.data.pairs, report.scores, sampling, report.parameters);
  std::string out =
      fmt::format("made of       strength {}, distance {}; specificity keeps {} of it; {} of {} above {}\n",
                  percent(parts.strength_share()), percent(parts.distance_share()), percent(parts.specificity_factor()),
                  parts.above, pairs_text(parts.pairs), report.parameters.threshold);
  if (sampling.preset != Preset::published)
    out += fmt::format("published     LDS {:.4g} by the published preset's rules on the same pairs\n",
                       parts.published.lds);
  return out;
}

bool thinned(const DocumentReport& report) {
  return !report.data.pairs.kept.empty();
}

std::string links_table(const DocumentReport& report) {
  const std::vector<std::uint32_t> links = heaviest_pairs(report.scores, 10);
  if (links.empty())
    return "\nNo pair lies above the threshold.\n";
  const std::string counting = thinned(report)
                                   ? fmt::format("c_i and c_j count the {} kept segments", report.data.pairs.segments())
                                   : std::string("c_i after c_j");
  std::string out = fmt::format("\nStrongest links ({})\n", counting) +
                    "     c_i     c_j  distance  PPL alone  PPL after  strength  "
                    "specificity  adds\n";
  for (const std::uint32_t k : links) {
    const Pair& pair = report.data.pairs.pairs[k];
    const PairParts& parts = report.scores.parts[k];
    out += fmt::format("{:8d}{:8d}{:10d}{:11.2f}{:11.2f}{:10.3f}{:13.3f}{:6.3f}\n", pair.i, pair.j, pair.i - pair.j,
                       report.data.pairs.perplexity_alone[pair.i], pair.perplexity_after, parts.strength,
                       parts.specificity, parts.contribution);
  }
  return out;
}

std::string profile_chart(const DocumentReport& report) {
  const auto points = distance_profile(report.data.pairs, report.scores, BinScale::logarithmic, 10);
  double highest = 0;
  for (const ProfilePoint& point : points)
    if (point.count)
      highest = std::max(highest, point.mean_strength);
  std::string out =
      thinned(report) ? "\nMean strength by distance (kept segments)\n" : "\nMean strength by distance (segments)\n";
  for (const ProfilePoint& point : points) {
    if (!point.count)
      continue;
    const double share = highest > 0 ? std::max(0.0, point.mean_strength / highest) : 0.0;
    const std::string range = point.nearest == point.furthest ? std::to_string(point.nearest)
                                                              : fmt::format("{}-{}", point.nearest, point.furthest);
    out += fmt::format("{:>10}  {:+.3f}  {:<30}  {}\n", range, point.mean_strength,
                       std::string(static_cast<std::size_t>(std::lround(share * 30)), '#'), pairs_text(point.count));
  }
  return out;
}

} // namespace

DocumentReport report_document(const Project& project, const RunView& view, const std::string& name,
                               const LiveParameters& parameters) {
  DocumentReport report;
  report.document = project.find_document(name, view.run.identity.dataset, view.run.id);
  report.parameters = parameters;
  const auto row = project.result(view.run.id, report.document.id);
  if (!row)
    throw Error(ErrorCode::not_found,
                fmt::format("the document \"{}\" is not scored yet in run {}", plain_line(name),
                            static_cast<std::int64_t>(view.run.id)),
                project.path().string());
  report.row = *row;
  if (auto data = project.result_data(view.run.id, report.document.id))
    report.data = std::move(*data);
  report.scores = derive(report.data.pairs, view.settings.sampling, parameters);
  report.extra = project.extra(view.run.id, report.document.id);
  if (report.extra) {
    report.sample = longer_sample(report.data.pairs, *report.extra, view.settings.sampling, parameters);
    report.all_pairs = numbers_of_all_pairs(report.data.pairs, *report.extra, view.settings.sampling, parameters);
  }
  return report;
}

std::string report_json(const DocumentReport& report) {
  const ResultRow& row = report.row;
  const bool scored = row.status == Status::scored;
  ordered_json out;
  out["id"] = report.document.name;
  out["status"] = name(row.status);
  out["reason"] = row.reason.empty() ? ordered_json(nullptr) : ordered_json(row.reason);
  out["tokens"] = row.tokens;
  out["segments"] = report.data.pairs.segments() ? report.data.pairs.segments() : row.segments;
  out["kept"] = report.data.pairs.kept.empty() ? ordered_json(nullptr) : ordered_json(report.data.pairs.kept);
  out["perplexity_alone"] = json_values(report.data.pairs.perplexity_alone);
  out["pairs"] = ordered_json::array();
  for (const Pair& pair : report.data.pairs.pairs)
    out["pairs"].push_back({pair.i, pair.j, json_value(pair.perplexity_after)});
  out["specificity"] = json_values(report.scores.specificity);
  out["lds"] = scored                                ? json_value(report.scores.lds)
               : row.status == Status::too_few_pairs ? ordered_json(0.0)
                                                     : ordered_json(nullptr);
  out["lds_mean"] = scored ? json_value(report.scores.lds_mean) : ordered_json(nullptr);
  out["lds_error"] = scored ? json_value(report.scores.lds_error) : ordered_json(nullptr);
  out["extra"] = extra_json(report);
  // names and reasons come from files and may hold bytes that are no UTF-8
  return out.dump(-1, ' ', false, ordered_json::error_handler_t::replace);
}

std::string report_text(const DocumentReport& report, const RunView& view) {
  const ResultRow& row = report.row;
  std::string out = fmt::format("{}\n", plain_line(report.document.name));
  if (!report.document.title.empty() && report.document.title != report.document.name)
    out += fmt::format("title         {}\n", plain_line(report.document.title));
  out += fmt::format("dataset       {}, run {} ({}, preset {})\n", plain_line(view.dataset.name),
                     static_cast<std::int64_t>(view.run.id), plain_line(view.run.model_name),
                     name(view.settings.sampling.preset));
  out += fmt::format("length        {} tokens, {} segments of {}, {} tokens behind the last\n", row.tokens,
                     row.segments, view.settings.sampling.segment_length, row.tail_tokens);
  out += score_lines(report, view.settings.sampling.preset) + extra_lines(report);
  if (row.status == Status::scored)
    out += breakdown_lines(report, view.settings.sampling) + links_table(report) + profile_chart(report);
  return out + extra_table(report, view.settings.sampling);
}

} // namespace longview
