#include "run/extra_report.h"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "run/extra_pairs.h"
#include "run/json_values.h"

namespace longview {
namespace {

using nlohmann::ordered_json;

constexpr std::size_t shown_links = 10;

ordered_json pairs_json(const std::vector<Pair>& pairs) {
  ordered_json list = ordered_json::array();
  for (const Pair& pair : pairs)
    list.push_back({pair.i, pair.j, json_value(pair.perplexity_after)});
  return list;
}

} // namespace

ordered_json sample_json(const LongerSample& sample) {
  return {{"run_rows", sample.run_rows},
          {"rows", sample.rows},
          {"eligible_rows", sample.eligible},
          {"lds_mean", json_value(sample.numbers.lds_mean)},
          {"lds_error", json_value(sample.numbers.lds_error)}};
}

ordered_json extra_json(const DocumentReport& report) {
  if (!report.extra)
    return nullptr;
  ordered_json out = {{"perplexity_alone", json_values(report.extra->perplexity_alone)},
                      {"drawn", pairs_json(report.extra->drawn)},
                      {"asked", pairs_json(report.extra->asked)},
                      {"sample", nullptr},
                      {"all_pairs", nullptr}};
  if (report.sample)
    out["sample"] = sample_json(*report.sample);
  if (report.all_pairs)
    out["all_pairs"] = {{"lds", json_value(report.all_pairs->lds)},
                        {"lds_mean", json_value(report.all_pairs->lds_mean)}};
  return out;
}

std::string sample_text(const LongerSample& sample) {
  return fmt::format("{:.4g} ± {:.2g} over {} rows, {} of them the run's", sample.numbers.lds_mean,
                     sample.numbers.lds_error, sample.rows, sample.run_rows);
}

std::string extra_lines(const DocumentReport& report) {
  if (!report.extra)
    return {};
  std::string out;
  if (report.sample)
    out += fmt::format("lengthened    mean LDS {}\n", sample_text(*report.sample));
  if (report.all_pairs)
    out += fmt::format("all pairs     mean LDS {:.4g}\n", report.all_pairs->lds_mean);
  const std::size_t count = report.extra->drawn.size() + report.extra->asked.size();
  out += fmt::format("extra         {} pair{} beyond the run, in none of the run's numbers\n", count,
                     count == 1 ? "" : "s");
  return out;
}

std::string extra_table(const DocumentReport& report, const SamplingSettings& sampling) {
  if (!report.extra)
    return {};
  const DocumentPairs all = with_all_extra(report.data.pairs, *report.extra);
  const DocumentScores scores = derive(all, sampling, report.parameters);
  std::vector<std::size_t> order;
  for (std::size_t k = report.data.pairs.pairs.size(); k < all.pairs.size(); ++k)
    if (std::isfinite(scores.parts[k].strength))
      order.push_back(k);
  std::stable_sort(order.begin(), order.end(),
                   [&](std::size_t a, std::size_t b) { return scores.parts[a].strength > scores.parts[b].strength; });
  order.resize(std::min(order.size(), shown_links));
  std::string out = "\nStrongest extra pairs (specificity over all pairs of the row that are known)\n"
                    "     c_i     c_j  distance  PPL alone  PPL after  strength  specificity\n";
  for (const std::size_t k : order) {
    const Pair& pair = all.pairs[k];
    const PairParts& parts = scores.parts[k];
    out += fmt::format("{:8d}{:8d}{:10d}{:11.2f}{:11.2f}{:10.3f}", pair.i, pair.j, pair.i - pair.j,
                       all.perplexity_alone[pair.i], pair.perplexity_after, parts.strength);
    out += std::isfinite(parts.specificity) ? fmt::format("{:13.3f}\n", parts.specificity)
                                            : fmt::format("{:>13}\n", "none");
  }
  return out;
}

} // namespace longview
