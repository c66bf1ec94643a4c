// The values of the sides by another column.
#include <algorithm>
#include <map>

#include "compare/sides.h"

namespace longview {
namespace {

constexpr double whisker = 0.05; // share beyond each end

ValueGroup group_of(const std::vector<double>& values) {
  BootstrapOptions none;
  none.resamples = 0;
  const std::vector<double> sorted = sorted_numbers(values);
  return {summarize(values, none), quantile(sorted, whisker), quantile(sorted, 1 - whisker)};
}

/// Most documents first, over all sides; equal ones by name.
std::vector<std::string> names_by_frequency(const std::vector<Side>& sides) {
  std::map<std::string, std::uint64_t> counts;
  for (const Side& side : sides)
    for (const std::vector<std::string>& values : side.group_values)
      for (const std::string& value : values)
        ++counts[value];
  std::vector<std::string> names;
  for (const auto& [name, count] : counts)
    names.push_back(name);
  std::stable_sort(names.begin(), names.end(),
                   [&](const std::string& a, const std::string& b) { return counts[a] > counts[b]; });
  return names;
}

} // namespace

void read_groups(Comparison& comparison) {
  comparison.group_names = names_by_frequency(comparison.sides);
  if (comparison.group_names.size() > most_groups) {
    comparison.groups_left_out = comparison.group_names.size() - most_groups;
    comparison.group_names.resize(most_groups);
  }
  for (Side& side : comparison.sides) {
    std::map<std::string, std::vector<double>> values;
    for (std::size_t k = 0; k < side.group_values.size(); ++k)
      for (const std::string& value : side.group_values[k])
        values[value].push_back(side.values[k]);
    for (const std::string& name : comparison.group_names)
      side.groups.push_back(group_of(values[name]));
  }
}

} // namespace longview
