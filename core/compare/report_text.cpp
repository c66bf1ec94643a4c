#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "base/plain_text.h"
#include "compare/report.h"
#include "compare/text_table.h"
#include "compare/words.h"

namespace longview {
namespace {

constexpr std::size_t most_names = 10;
constexpr std::size_t widest_label = 28;

std::string label_of(const Side& side) {
  return shortened(plain_line(side.label), widest_label);
}

std::string red(const std::string& text, bool colour) {
  return colour ? "\x1b[31;1m" + text + "\x1b[0m" : text;
}

std::string sides_table(const Comparison& comparison) {
  TextTable table;
  table.row({"side", "documents", "compared", "mean", "95 % interval", "median", "95 % interval", "quartiles"});
  for (const Side& side : comparison.sides) {
    const SampleSummary& sample = side.summary;
    table.row({label_of(side), std::to_string(side.documents), std::to_string(sample.count), short_number(sample.mean),
               interval_words(sample.mean_interval), short_number(sample.median),
               interval_words(sample.median_interval), interval_words({sample.lower_quartile, sample.upper_quartile})});
  }
  return table.text();
}

std::string settings_table(const Comparison& comparison, bool colour) {
  std::string out;
  TextTable table;
  std::vector<std::string> head{"setting"};
  for (const Side& side : comparison.sides)
    head.push_back(label_of(side));
  table.row(head);
  std::string notes;
  for (const ComparedSetting& setting : comparison.settings) {
    std::vector<std::string> cells{setting.name};
    for (const std::string& value : setting.values)
      cells.push_back(shortened(plain_line(value), widest_label));
    table.row(cells);
    if (setting.effect == ComparedSetting::Effect::same)
      continue;
    const bool grave = setting.effect == ComparedSetting::Effect::incomparable;
    notes += "  " + red(fmt::format("{} differs: {}", setting.name, setting.why), colour && grave) + '\n';
  }
  return table.text() + notes;
}

std::string groups_table(const Comparison& comparison) {
  if (comparison.group.empty())
    return {};
  TextTable table;
  table.row({shortened(plain_line(comparison.group), widest_label), "side", "documents", "median", "quartiles",
             "5 % to 95 %"});
  for (std::size_t g = 0; g < comparison.group_names.size(); ++g)
    for (const Side& side : comparison.sides) {
      const ValueGroup& group = side.groups[g];
      table.row({shortened(plain_line(comparison.group_names[g]), widest_label), label_of(side),
                 std::to_string(group.summary.count), short_number(group.summary.median),
                 interval_words({group.summary.lower_quartile, group.summary.upper_quartile}),
                 interval_words({group.low, group.high})});
    }
  return "\n" + table.text();
}

std::string tests_table(const PairwiseComparison& pair) {
  const auto test_row = [](const char* which, std::uint64_t count, const MannWhitney& mw, const KolmogorovSmirnov& ks,
                           double mean, const Interval& interval) {
    return std::vector<std::string>{which,
                                    count ? std::to_string(count) : std::string("-"),
                                    short_number(mean),
                                    interval_words(interval),
                                    short_number(mw.auc),
                                    p_words(mw.p, mw.method),
                                    short_number(ks.d),
                                    p_words(ks.p, ks.method)};
  };
  TextTable table;
  table.row(
      {"documents", "pairs", "mean b - a", "95 % interval", "chance a > b", "Mann-Whitney p", "KS distance", "KS p"});
  table.row(test_row("all", 0, pair.mann_whitney, pair.kolmogorov_smirnov, pair.difference.mean,
                     pair.difference.mean_interval));
  table.row(test_row("matched by length", pair.matched.count, pair.matched.mann_whitney,
                     pair.matched.kolmogorov_smirnov, pair.matched.difference.mean,
                     pair.matched.difference.mean_interval));
  return table.text();
}

std::string moved(const char* what, const Comparison& comparison, const PairwiseComparison& pair,
                  const std::vector<std::size_t>& places) {
  std::string names;
  for (std::size_t k = 0; k < std::min(places.size(), most_names); ++k) {
    const auto [a, b] = pair.same->places[places[k]];
    names +=
        fmt::format("{}{} ({} -> {})", k ? ", " : "", shortened(plain_line(comparison.sides[pair.a].names[a]), 40),
                    short_number(comparison.sides[pair.a].values[a]), short_number(comparison.sides[pair.b].values[b]));
  }
  if (places.size() > most_names)
    names += fmt::format(" and {} more (--json has all)", places.size() - most_names);
  return fmt::format("  {} {}: {}\n", places.size(), what, names.empty() ? "none" : names);
}

std::string same_text(const Comparison& comparison, const PairwiseComparison& pair) {
  const SameDocuments& same = *pair.same;
  std::string out =
      fmt::format("  {} texts are on both sides: rank correlation {} ({}), Kendall tau {}\n", same.places.size(),
                  short_number(same.correlation.spearman), interval_words(same.correlation.spearman_interval),
                  short_number(same.correlation.kendall));
  out += fmt::format("  best {}: {} of {} documents are the same\n", share_words(same.top.share), same.top.both,
                     same.top.kept);
  return out + moved("enter", comparison, pair, same.top.enters) + moved("leave", comparison, pair, same.top.leaves);
}

std::string profile_table(const Comparison& comparison) {
  TextTable table;
  std::vector<std::string> head{"distance"};
  for (const Side& side : comparison.sides)
    head.push_back(label_of(side));
  table.row(head);
  std::size_t bins = 0;
  for (const Side& side : comparison.sides)
    bins = std::max(bins, side.profile.size());
  for (std::size_t b = 0; b < bins; ++b) {
    std::vector<std::string> cells{""};
    for (const Side& side : comparison.sides) {
      if (b >= side.profile.size()) {
        cells.push_back("-");
        continue;
      }
      const BandPoint& point = side.profile[b];
      cells[0] = point.nearest == point.furthest ? std::to_string(point.nearest)
                                                 : fmt::format("{}-{}", point.nearest, point.furthest);
      cells.push_back(!point.pairs ? "-"
                      : std::isfinite(point.band.low)
                          ? fmt::format("{:.3f} ({:.3f} to {:.3f})", point.mean, point.band.low, point.band.high)
                          : fmt::format("{:.3f}", point.mean));
    }
    table.row(cells);
  }
  return bins ? fmt::format("\nMean {} by distance (segments), 95 % band over documents\n", profiled(comparison)) +
                    table.text()
              : std::string();
}

} // namespace

std::string comparison_text(const Comparison& comparison, bool colour) {
  std::string out = fmt::format("Comparing {}\n", comparison.column);
  if (const std::string sentence = incomparable_sentence(comparison); !sentence.empty())
    out += red(sentence, colour) + '\n';
  out += sides_table(comparison) + groups_table(comparison) + "\nSettings\n" + settings_table(comparison, colour);
  for (const PairwiseComparison& pair : comparison.pairs) {
    out += fmt::format("\na = {}, b = {}\n", plain_line(comparison.sides[pair.a].label),
                       plain_line(comparison.sides[pair.b].label));
    out += fmt::format("  {}\n", verdict(comparison, pair)) + tests_table(pair);
    if (pair.same)
      out += same_text(comparison, pair);
  }
  return out + "\nThe tests are two-sided; a p is exact where it says so, else asymptotic.\n" +
         profile_table(comparison);
}

} // namespace longview
