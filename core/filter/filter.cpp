#include "filter/filter.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>

#include "filter/columns.h"
#include "filter/condition.h"
#include "filter/parser.h"

namespace longview {
namespace {

/// Puts numbers into the places of percentiles, everywhere below `node`.
void put_numbers(Filter::Node& node, const std::vector<std::pair<Percentile, double>>& numbers) {
  if (node.operand.percentile)
    for (const auto& [percentile, number] : numbers)
      if (percentile == *node.operand.percentile)
        node.operand.value = number;
  for (Filter::Node& child : node.children)
    put_numbers(child, numbers);
}

} // namespace

double percentile_of(std::vector<double>& values, double percent) {
  std::erase_if(values, [](double value) { return std::isnan(value); });
  if (values.empty())
    return std::numeric_limits<double>::quiet_NaN();
  const double place = percent / 100 * static_cast<double>(values.size() - 1);
  const auto below = static_cast<std::ptrdiff_t>(place);
  std::nth_element(values.begin(), values.begin() + below, values.end());
  const double low = values[static_cast<std::size_t>(below)];
  const double share = place - static_cast<double>(below);
  if (share == 0)
    return low;
  const double high = *std::min_element(values.begin() + below + 1, values.end());
  return low + share * (high - low);
}

std::string quoted_in_filter(std::string_view text) {
  std::string quoted = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\')
      quoted += '\\';
    quoted += c;
  }
  return quoted + '"';
}

std::string column_in_filter(std::string_view column) {
  const auto is_plain = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '.' ||
           c == '-' || static_cast<unsigned char>(c) >= 0x80;
  };
  if (!column.starts_with(source_prefix))
    return std::string(column);
  const std::string_view field = column.substr(source_prefix.size());
  const bool plain = !field.empty() && std::all_of(field.begin(), field.end(), is_plain);
  return std::string(source_prefix) + (plain ? std::string(field) : quoted_in_filter(field));
}

Filter Filter::parse(std::string_view text) {
  Filter filter;
  filter.text_ = text;
  FilterParser parser(filter.text_);
  filter.root_ = std::make_shared<const Node>(parser.parse());
  filter.columns_ = parser.take_columns();
  filter.percentiles_ = parser.take_percentiles();
  return filter;
}

bool Filter::matches(const FilterRow& row) const {
  return !root_ || root_->matches(row);
}

std::size_t Filter::position_of(std::string_view column) const {
  for (const Token& token : tokens_of(text_))
    if (token.kind == Token::Kind::word)
      if (const std::optional<Column> named = find_column(token.text); named && named->name == column)
        return token.position;
  return 0;
}

Filter Filter::bound(const std::function<std::vector<double>(std::string_view column)>& values) const {
  if (percentiles_.empty())
    return *this;
  std::map<std::string, std::vector<double>> columns;
  std::vector<std::pair<Percentile, double>> numbers;
  for (const Percentile& percentile : percentiles_) {
    const auto [column, is_new] = columns.try_emplace(percentile.column);
    if (is_new)
      column->second = values(percentile.column);
    numbers.emplace_back(percentile, percentile_of(column->second, percentile.percent));
  }
  Node root = *root_;
  put_numbers(root, numbers);
  Filter filter = *this;
  filter.root_ = std::make_shared<const Node>(std::move(root));
  return filter;
}

} // namespace longview
