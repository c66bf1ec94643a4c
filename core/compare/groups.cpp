// The values of the sides by another column.
#include <algorithm>
#include <charconv>
#include <cmath>
#include <map>
#include <optional>

#include <fmt/format.h>

#include "compare/sides.h"

namespace longview {
namespace {

constexpr double whisker = 0.05; // share beyond each end

ValueGroup group_of(const std::vector<double>& values) {
  BootstrapOptions none;
  none.resamples = 0;
  const std::vector<double> sorted = sorted_numbers(values);
  return {summarize(values, none), quantile(sorted, whisker), quantile(sorted, 1 - whisker), density(values)};
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

/// Numbers in their order, then texts.
bool name_before(const std::string& a, const std::string& b) {
  const auto number = [](const std::string& name) {
    double value = 0;
    const auto [end, failure] = std::from_chars(name.data(), name.data() + name.size(), value);
    const bool is_number = failure == std::errc() && end == name.data() + name.size() && !std::isnan(value);
    return is_number ? std::optional(value) : std::nullopt; // "nan" is a text: it has no place among numbers
  };
  const std::optional<double> x = number(a), y = number(b);
  if (x && y)
    return *x != *y ? *x < *y : a < b;
  return x.has_value() != y.has_value() ? x.has_value() : a < b;
}

/// The values of a side by group; what is in none of the named ones goes, once a document, into the last.
std::vector<ValueGroup> groups_of(const Side& side, const std::vector<std::string>& names, bool with_others) {
  std::map<std::string, std::size_t> places;
  for (std::size_t k = 0; k < names.size(); ++k)
    places[names[k]] = k;
  std::vector<std::vector<double>> values(names.size() + (with_others ? 1 : 0));
  for (std::size_t k = 0; k < side.group_values.size(); ++k) {
    bool other = false;
    for (const std::string& value : side.group_values[k]) {
      const auto place = places.find(value);
      other = other || place == places.end();
      if (place != places.end())
        values[place->second].push_back(side.values[k]);
    }
    if (other)
      values.back().push_back(side.values[k]);
  }
  std::vector<ValueGroup> groups;
  for (const std::vector<double>& of_group : values)
    groups.push_back(group_of(of_group));
  return groups;
}

} // namespace

void read_groups(Comparison& comparison) {
  std::vector<std::string>& names = comparison.group_names;
  names = names_by_frequency(comparison.sides);
  if (names.size() > most_groups) {
    comparison.groups_left_out = names.size() - most_groups;
    names.resize(most_groups);
  }
  std::sort(names.begin(), names.end(), name_before);
  const bool with_others = comparison.groups_left_out > 0;
  for (Side& side : comparison.sides)
    side.groups = groups_of(side, names, with_others);
  if (with_others)
    names.push_back(fmt::format("({} others)", comparison.groups_left_out));
}

} // namespace longview
