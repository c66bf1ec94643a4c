#include "models/table_figures.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <numeric>
#include <utility>

#include <fmt/format.h>

namespace longview {

ColumnHistogram column_histogram(const HistogramWish& wish, std::span<const double> values,
                                 std::span<const double> tokens, std::span<const std::uint8_t> kept) {
  ColumnHistogram result;
  result.wish = wish;
  std::vector<double> kept_values, kept_tokens;
  for (std::size_t k = 0; k < values.size(); ++k)
    if (kept[k]) {
      kept_values.push_back(values[k]);
      kept_tokens.push_back(tokens[k]);
    }
  result.bins = HistogramBins::make(values, wish.scale, HistogramBins::suitable(values.size()));
  const std::span<const double> none;
  result.all = histogram(values, wish.by_tokens ? tokens : none, result.bins);
  result.kept = histogram(kept_values, wish.by_tokens ? std::span<const double>(kept_tokens) : none, result.bins);
  return result;
}

ColumnSummary summarise(std::string column, std::vector<double> values) {
  std::erase_if(values, [](double value) { return std::isnan(value); });
  ColumnSummary summary;
  summary.column = std::move(column);
  summary.count = values.size();
  if (values.empty())
    return summary;
  summary.mean = std::accumulate(values.begin(), values.end(), 0.0) / static_cast<double>(values.size());
  summary.median = percentile_of(values, 50);
  return summary;
}

std::vector<GroupCount> count_groups(std::span<const FilterValue> values, std::span<const double> tokens,
                                     std::span<const std::uint8_t> kept) {
  std::map<FilterValue, GroupCount> groups;
  const auto add = [&](const FilterValue& value, std::size_t k) {
    GroupCount& group = groups[value];
    group.value = value;
    ++group.documents;
    if (!kept[k])
      return;
    ++group.kept;
    group.tokens_kept += std::isnan(tokens[k]) ? 0 : static_cast<std::uint64_t>(tokens[k]);
  };
  for (std::size_t k = 0; k < values.size(); ++k) {
    if (const auto* const texts = std::get_if<FilterTexts>(&values[k])) {
      for (const std::string& text : *texts)
        add(text, k);
    } else {
      add(values[k], k);
    }
  }
  std::vector<GroupCount> result;
  for (auto& [value, group] : groups)
    result.push_back(std::move(group));
  std::stable_sort(result.begin(), result.end(),
                   [](const GroupCount& a, const GroupCount& b) { return a.kept > b.kept; });
  return result;
}

std::string group_filter(std::string_view column, const FilterValue& value) {
  const std::string name = column_in_filter(column);
  if (const auto* const text = std::get_if<std::string>(&value))
    return name + " = " + quoted_in_filter(*text);
  if (const auto* const number = std::get_if<double>(&value))
    return fmt::format("{} = {}", name, *number);
  return name + " is null";
}

} // namespace longview
