#include <cmath>

#include <fmt/format.h>

#include "base/error.h"
#include "base/file.h"
#include "base/machine.h"
#include "base/plain_text.h"
#include "compare/report.h"
#include "compare/svg.h"
#include "compare/words.h"

namespace longview {
namespace {

constexpr std::size_t most_names = 50;
constexpr std::size_t ecdf_steps = 400;

constexpr const char* head = R"html(<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>Longview: comparison</title>
<style>
:root { color-scheme: light dark; font: 15px/1.5 system-ui, sans-serif; }
body { max-width: 1200px; margin: 2em auto; padding: 0 1em; }
table { border-collapse: collapse; margin: .5em 0 1.5em; display: block; overflow-x: auto; }
th, td { padding: .25em .5em; text-align: right; border-bottom: 1px solid #8884; vertical-align: top; }
th:first-child, td:first-child { text-align: left; }
th { font-weight: 600; }
td { white-space: nowrap; } .sides td:nth-child(2), .settings td:last-child { white-space: normal; min-width: 8em; }
.grave { color: #c00; font-weight: 600; } @media (prefers-color-scheme: dark) { .grave { color: #ff7b72; } }
.figures { display: grid; grid-template-columns: repeat(auto-fit, minmax(440px, 1fr)); gap: 1.5em; }
svg { width: 100%; height: auto; } .w { grid-column: 1 / -1; } svg text { fill: currentColor; font-size: 13px; } svg .t { font-weight: 600; font-size: 15px; }
.g { stroke: currentColor; stroke-opacity: .12; fill: none; } .a { stroke: currentColor; stroke-opacity: .6; fill: none; }
</style></head><body>
)html";

std::string cell(const std::string& text, const char* tag = "td") {
  return fmt::format("<{0}>{1}</{0}>", tag, escaped_markup(text));
}

std::string row(const std::vector<std::string>& cells, const char* tag = "td", const char* kind = "") {
  std::string out = *kind ? fmt::format("<tr class=\"{}\">", kind) : std::string("<tr>");
  for (const std::string& one : cells)
    out += cell(one, tag);
  return out + "</tr>\n";
}

std::string sides_table(const Comparison& comparison) {
  std::string out = "<table class=\"sides\">\n" + row({"side", "model", "documents", "compared", "mean",
                                                       "95 % interval", "median", "95 % interval", "quartiles"},
                                                      "th");
  for (const Side& side : comparison.sides) {
    const SampleSummary& sample = side.summary;
    out +=
        row({side.label, side.view.run.model_name, std::to_string(side.documents), std::to_string(sample.count),
             short_number(sample.mean), interval_words(sample.mean_interval), short_number(sample.median),
             interval_words(sample.median_interval), interval_words({sample.lower_quartile, sample.upper_quartile})});
  }
  return out + "</table>\n";
}

std::string settings_table(const Comparison& comparison) {
  std::vector<std::string> names{"setting"};
  for (const Side& side : comparison.sides)
    names.push_back(side.label);
  names.emplace_back("what a difference means");
  std::string out = "<table class=\"settings\">\n" + row(names, "th");
  for (const ComparedSetting& setting : comparison.settings) {
    std::vector<std::string> cells{setting.name};
    cells.insert(cells.end(), setting.values.begin(), setting.values.end());
    cells.push_back(setting.why);
    out += row(cells, "td", setting.effect == ComparedSetting::Effect::incomparable ? "grave" : "");
  }
  return out + "</table>\n";
}

std::string histogram_figure(const Comparison& comparison, SvgPlot plot, const HistogramBins& bins,
                             Histogram Side::*which) {
  for (std::size_t k = 0; k < comparison.sides.size(); ++k) {
    const Histogram& counted = comparison.sides[k].*which;
    SvgSeries series;
    series.kind = SvgSeries::Kind::bars;
    series.label = comparison.sides[k].label;
    series.colour = k;
    for (std::size_t b = 0; b < bins.edges.size() && counted.inside > 0; ++b)
      series.points.push_back({bins.edges[b], b < counted.weights.size() ? counted.weights[b] / counted.inside : 0});
    plot.series.push_back(std::move(series));
  }
  return plot.svg();
}

std::string histogram_figures(const Comparison& comparison) {
  SvgPlot plot;
  plot.title = "Histogram by documents";
  plot.x_label = comparison.column;
  plot.y_label = "share of the documents";
  std::string out = histogram_figure(comparison, plot, comparison.bins, &Side::by_documents);
  plot.title = "Histogram by tokens";
  plot.y_label = "share of the tokens";
  return out + histogram_figure(comparison, plot, comparison.bins, &Side::by_tokens);
}

std::string specificity_figure(const Comparison& comparison) {
  SvgPlot plot;
  plot.title = "Mean specificity of the documents";
  plot.x_label = "specificity";
  plot.y_label = "share of the documents";
  return histogram_figure(comparison, plot, comparison.specificity_bins, &Side::by_specificity);
}

/// Where the violin and the box of a side stand in a group, in units of groups.
double place_in_group(std::size_t group, std::size_t side, std::size_t sides) {
  const double slot = 0.8 / static_cast<double>(sides);
  return static_cast<double>(group) + (static_cast<double>(side) + 0.5 - static_cast<double>(sides) / 2) * slot;
}

/// A violin for each group with documents, and the quartiles, median and whiskers in it.
void add_groups(SvgPlot& plot, const Comparison& comparison, std::size_t k) {
  const std::size_t sides = comparison.sides.size();
  const double slot = 0.8 / static_cast<double>(sides);
  SvgSeries boxes;
  boxes.kind = SvgSeries::Kind::boxes;
  boxes.label = comparison.sides[k].label;
  boxes.colour = k;
  boxes.width = 0.16 * slot;
  boxes.median_width = 0.48 * slot;
  for (std::size_t g = 0; g < comparison.group_names.size(); ++g) {
    const ValueGroup& group = comparison.sides[k].groups[g];
    const double place = place_in_group(g, k, sides);
    SvgSeries violin;
    violin.kind = SvgSeries::Kind::shape;
    violin.colour = k;
    for (const auto& [across, value] : violin_outline(group.density, place, 0.46 * slot))
      violin.points.push_back({across, value});
    plot.series.push_back(std::move(violin));
    if (group.summary.count > 0)
      boxes.points.push_back({place, group.summary.median, group.summary.lower_quartile, group.summary.upper_quartile,
                              group.low, group.high});
  }
  plot.series.push_back(std::move(boxes));
}

std::string groups_figure(const Comparison& comparison) {
  constexpr std::size_t most_in_narrow = 10; // violins
  SvgPlot plot;
  plot.title = fmt::format("By {}: density, quartiles, 5 % to 95 %", shortened(plain_line(comparison.group), 24));
  plot.x_label = comparison.group;
  plot.y_label = comparison.column;
  plot.names = comparison.group_names;
  plot.wide = plot.names.size() * comparison.sides.size() > most_in_narrow;
  for (std::size_t g = 0; g < comparison.group_names.size(); ++g)
    plot.notes.push_back(group_counts(comparison, g));
  plot.zero_based_y = false;
  for (std::size_t k = 0; k < comparison.sides.size(); ++k)
    add_groups(plot, comparison, k);
  return plot.svg();
}

std::string groups_table(const Comparison& comparison) {
  std::string out = fmt::format("<h2>By {}</h2>\n<table>\n", escaped_markup(comparison.group)) +
                    row({"value", "side", "documents", "median", "quartiles", "5 % to 95 %", "mean"}, "th");
  for (std::size_t g = 0; g < comparison.group_names.size(); ++g)
    for (const Side& side : comparison.sides) {
      const ValueGroup& group = side.groups[g];
      const SampleSummary& sample = group.summary;
      out += row({comparison.group_names[g], side.label, std::to_string(sample.count), short_number(sample.median),
                  interval_words({sample.lower_quartile, sample.upper_quartile}),
                  interval_words({group.low, group.high}), short_number(sample.mean)});
    }
  return out +
         "</table>\n<p>A violin is the density of the documents' values (Gaussian kernel, Scott's rule) from the "
         "least to the greatest of them. All are equally wide where they are widest; how many documents one stands "
         "for is written below it.</p>\n";
}

std::string ecdf_figure(const Comparison& comparison) {
  SvgPlot plot;
  plot.title = "Share of the documents at or below";
  plot.x_label = comparison.column;
  plot.y_label = "share";
  plot.legend_below = true;
  for (std::size_t k = 0; k < comparison.sides.size(); ++k) {
    SvgSeries series;
    series.kind = SvgSeries::Kind::steps;
    series.label = comparison.sides[k].label;
    series.colour = k;
    for (const EcdfStep& step : thinned(comparison.sides[k].ecdf, ecdf_steps)) {
      if (!std::isfinite(step.value))
        continue;
      if (series.points.empty())
        series.points.push_back({step.value, 0});
      series.points.push_back({step.value, step.share});
    }
    plot.series.push_back(std::move(series));
  }
  return plot.svg();
}

std::string profile_figure(const Comparison& comparison) {
  SvgPlot plot;
  plot.title = fmt::format("Mean {} by distance, 95 % band over documents", profiled(comparison));
  plot.x_label = "distance in segments";
  plot.y_label = profiled(comparison);
  plot.logarithmic_x = true;
  for (std::size_t k = 0; k < comparison.sides.size(); ++k) {
    SvgSeries band, line;
    band.kind = SvgSeries::Kind::band;
    band.colour = line.colour = k;
    line.label = comparison.sides[k].label;
    for (const BandPoint& point : comparison.sides[k].profile) {
      if (!point.pairs)
        continue;
      line.points.push_back({point.mean_distance, point.mean});
      if (std::isfinite(point.band.low))
        band.points.push_back({point.mean_distance, 0, point.band.low, point.band.high});
    }
    plot.series.push_back(std::move(band));
    plot.series.push_back(std::move(line));
  }
  return plot.svg();
}

std::string names_table(const Comparison& comparison, const PairwiseComparison& pair,
                        const std::vector<std::size_t>& places, const std::string& title) {
  std::string out = fmt::format("<h3>{}</h3>\n<table>\n", escaped_markup(title)) + row({"document", "a", "b"}, "th");
  for (std::size_t k = 0; k < std::min(places.size(), most_names); ++k) {
    const auto [a, b] = pair.same->places[places[k]];
    out += row({comparison.sides[pair.a].names[a], short_number(comparison.sides[pair.a].values[a]),
                short_number(comparison.sides[pair.b].values[b])});
  }
  if (places.size() > most_names)
    out += row({fmt::format("and {} more", places.size() - most_names), "", ""});
  return out + "</table>\n";
}

std::string same_section(const Comparison& comparison, const PairwiseComparison& pair) {
  const SameDocuments& same = *pair.same;
  std::string out = fmt::format(
      "<p>{} texts are on both sides. Rank correlation (Spearman) {}, 95 % interval {}; Kendall tau {}. Of the best {} "
      "({} documents) {} are the same.</p>\n",
      same.places.size(), short_number(same.correlation.spearman), interval_words(same.correlation.spearman_interval),
      short_number(same.correlation.kendall), share_words(same.top.share), same.top.kept, same.top.both);
  out += names_table(comparison, pair, same.top.enters,
                     fmt::format("{} enter (in the top of b alone)", same.top.enters.size()));
  return out + names_table(comparison, pair, same.top.leaves,
                           fmt::format("{} leave (in the top of a alone)", same.top.leaves.size()));
}

std::string tests_section(const Comparison& comparison, const PairwiseComparison& pair) {
  const auto tests = [](const char* which, const std::string& count, const MannWhitney& mw, const KolmogorovSmirnov& ks,
                        double mean, const Interval& interval) {
    return row({which, count, short_number(mean), interval_words(interval), short_number(mw.auc),
                short_number(mw.rank_biserial), p_words(mw.p, mw.method), short_number(ks.d),
                p_words(ks.p, ks.method)});
  };
  const PairwiseComparison::Matched& matched = pair.matched;
  std::string out =
      fmt::format("<h2>{} (a) and {} (b)</h2>\n<p>{}</p>\n<table>\n", escaped_markup(comparison.sides[pair.a].label),
                  escaped_markup(comparison.sides[pair.b].label), escaped_markup(verdict(comparison, pair)));
  out += row({"documents", "pairs", "mean b - a", "95 % interval", "chance a > b", "rank-biserial", "Mann-Whitney p",
              "KS distance", "KS p"},
             "th");
  out += tests("all", "-", pair.mann_whitney, pair.kolmogorov_smirnov, pair.difference.mean,
               pair.difference.mean_interval);
  out += tests("matched by length", std::to_string(matched.count), matched.mann_whitney, matched.kolmogorov_smirnov,
               matched.difference.mean, matched.difference.mean_interval);
  out += "</table>\n";
  return pair.same ? out + same_section(comparison, pair) : out;
}

} // namespace

std::string comparison_html(const Comparison& comparison) {
  std::string out = head;
  out += fmt::format("<h1>Comparison of {}</h1>\n", escaped_markup(comparison.column));
  if (const std::string sentence = incomparable_sentence(comparison); !sentence.empty())
    out += fmt::format("<p class=\"grave\">{}</p>\n", escaped_markup(sentence));
  out += sides_table(comparison);
  out += "<div class=\"figures\">\n" + ecdf_figure(comparison) + histogram_figures(comparison) +
         profile_figure(comparison) + specificity_figure(comparison) +
         (comparison.group.empty() ? std::string() : groups_figure(comparison)) + "</div>\n";
  if (!comparison.group.empty())
    out += groups_table(comparison);
  for (const PairwiseComparison& pair : comparison.pairs)
    out += tests_section(comparison, pair);
  out += "<h2>Settings</h2>\n" + settings_table(comparison);
  out += fmt::format("<p>Intervals are 95 % percentile bootstrap over documents. {} Matched by length: pairs of "
                     "documents whose lengths "
                     "differ by at most a factor of {:g}.</p>\n"
                     "<p>Longview {}</p>\n</body></html>\n",
                     escaped_markup(tests_note()), comparison.length_factor, escaped_markup(program_version()));
  return out;
}

void write_comparison_html(const Comparison& comparison, const std::filesystem::path& path) {
  const std::string html = comparison_html(comparison);
  if (std::filesystem::exists(path) && !read_file(path).starts_with(html.substr(0, html.find("<style>"))))
    throw Error(ErrorCode::conflict, "this file is there already and is no report of a comparison; choose another name",
                path.string());
  AtomicFile file(path);
  file.write(html);
  file.commit();
}

} // namespace longview
