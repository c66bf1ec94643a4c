// What a condition says of a row.
#include "filter/condition.h"

#include <algorithm>
#include <cmath>
#include <compare>

namespace longview {
namespace {

bool is_null(const FilterValue& value) {
  const double* const number = std::get_if<double>(&value);
  return std::holds_alternative<std::monostate>(value) || (number && std::isnan(*number));
}

bool holds(std::partial_ordering order, Comparison comparison) {
  switch (comparison) {
  case Comparison::equal:
    return order == 0;
  case Comparison::not_equal:
    return order != 0;
  case Comparison::less:
    return order < 0;
  case Comparison::less_equal:
    return order <= 0;
  case Comparison::greater:
    return order > 0;
  case Comparison::greater_equal:
    return order >= 0;
  }
  return false;
}

bool compare(const FilterValue& value, Comparison comparison, const Operand& operand) {
  const FilterValue& literal = operand.value;
  if (is_null(literal)) // a percentile of no values is no null test: nothing lies above or below it
    return !operand.percentile && is_null(value) == (comparison == Comparison::equal);
  if (is_null(value))
    return false;
  if (const double* const number = std::get_if<double>(&value); number && std::holds_alternative<double>(literal))
    return holds(*number <=> std::get<double>(literal), comparison);
  if (const auto* const text = std::get_if<std::string>(&value); text && std::holds_alternative<std::string>(literal))
    return holds(*text <=> std::get<std::string>(literal), comparison);
  return comparison == Comparison::not_equal;
}

bool is_member(const FilterValue& value, const Members& members) {
  if (is_null(value))
    return members.null;
  if (const double* const number = std::get_if<double>(&value))
    return std::binary_search(members.numbers.begin(), members.numbers.end(), *number);
  const auto* const text = std::get_if<std::string>(&value);
  return text && members.texts.contains(*text);
}

} // namespace

bool Filter::Node::matches_cell(const FilterValue& cell) const {
  const auto* const text = std::get_if<std::string>(&cell);
  switch (kind) {
  case Kind::comparison:
    return compare(cell, comparison, operand);
  case Kind::member:
    return is_member(cell, *members);
  case Kind::contains:
    return text && text->find(std::get<std::string>(operand.value)) != std::string::npos;
  case Kind::pattern:
    return text && pattern->matches(*text);
  default:
    return false;
  }
}

bool Filter::Node::matches(const FilterRow& row) const {
  const auto child_matches = [&](const Node& child) { return child.matches(row); };
  switch (kind) {
  case Kind::all:
    return std::all_of(children.begin(), children.end(), child_matches);
  case Kind::any:
    return std::any_of(children.begin(), children.end(), child_matches);
  case Kind::negation:
    return !children.front().matches(row);
  default:
    break;
  }
  const FilterValue cell = row(column);
  const auto* const list = std::get_if<FilterTexts>(&cell);
  if (!list)
    return matches_cell(cell);
  if (list->empty())
    return matches_cell({});
  // One of several labels is enough; but != says of all of them that they are others.
  const auto one_matches = [&](const std::string& text) { return matches_cell(text); };
  return kind == Kind::comparison && comparison == Comparison::not_equal
             ? std::all_of(list->begin(), list->end(), one_matches)
             : std::any_of(list->begin(), list->end(), one_matches);
}

} // namespace longview
