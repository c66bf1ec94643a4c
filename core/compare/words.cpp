#include "compare/words.h"

#include <cmath>

#include <fmt/format.h>

#include "base/plain_text.h"

namespace longview {
namespace {

constexpr std::uint64_t enough_matched = 8;
constexpr double sure = 0.05;

} // namespace

std::string short_number(double value) {
  return std::isfinite(value) ? fmt::format("{:.4g}", value) : std::string("-");
}

std::string interval_words(const Interval& interval) {
  return std::isfinite(interval.low) ? fmt::format("{} to {}", short_number(interval.low), short_number(interval.high))
                                     : std::string("-");
}

std::string p_words(double p) {
  return !std::isfinite(p) ? "-" : p < 0.0001 ? "below 0.0001" : fmt::format("{:.2g}", p);
}

std::string p_words(double p, TestMethod method) {
  return p_words(p) + (method == TestMethod::exact && std::isfinite(p) ? " (exact)" : "");
}

std::string tests_note() {
  return "Mann-Whitney and Kolmogorov-Smirnov are two-sided. A p is exact where it says so (Mann-Whitney: one side has "
         "at most 8 documents and no value comes twice; Kolmogorov-Smirnov: at most 10,000 documents a side), else "
         "asymptotic.";
}

std::string share_words(double share) {
  return fmt::format("{:g} %", share * 100);
}

std::string group_counts(const Comparison& comparison, std::size_t group) {
  std::string counts;
  for (const Side& side : comparison.sides)
    counts += fmt::format("{}{}", counts.empty() ? "n " : ", ", side.groups[group].summary.count);
  return counts;
}

std::string profiled(const Comparison& comparison) {
  return comparison.column.starts_with("corrected_") ? "corrected strength" : "strength";
}

std::string verdict(const Comparison& comparison, const PairwiseComparison& pair) {
  const bool by_length = pair.matched.count >= enough_matched;
  const MannWhitney& test = by_length ? pair.matched.mann_whitney : pair.mann_whitney;
  if (!std::isfinite(test.auc))
    return "One side has no numbers to compare.";
  const std::string a = plain_line(comparison.sides[pair.a].label), b = plain_line(comparison.sides[pair.b].label);
  const std::string where = by_length ? fmt::format("Of documents of the same length ({} pairs)", pair.matched.count)
                                      : std::string("Of all documents");
  if (test.p >= sure)
    return fmt::format("{} neither is clearly higher in {} (p {}).", where, comparison.column, p_words(test.p));
  const bool first = test.auc > 0.5;
  return fmt::format("{} one of {} is above one of {} in {} with a chance of {:.0f} % (p {}).", where, first ? a : b,
                     first ? b : a, comparison.column, 100 * (first ? test.auc : 1 - test.auc), p_words(test.p));
}

std::string incomparable_sentence(const Comparison& comparison) {
  std::string names;
  for (const ComparedSetting& setting : comparison.settings)
    if (setting.effect == ComparedSetting::Effect::incomparable)
      names += (names.empty() ? "" : ", ") + setting.name;
  return names.empty() ? names
                       : fmt::format("INCOMPARABLE: the sides differ in {}; a difference in {} says nothing about the "
                                     "texts. Only ranks within a side mean something.",
                                     names, comparison.column);
}

} // namespace longview
