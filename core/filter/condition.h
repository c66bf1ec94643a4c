#pragma once

#include <memory>
#include <optional>
#include <string>
#include <unordered_set>
#include <vector>

#include "filter/filter.h"
#include "filter/lexer.h"
#include "filter/text_pattern.h"

namespace longview {

/// What a cell is compared with: a literal, or a percentile, which is null until Filter::bound() gives it its value.
struct Operand {
  FilterValue value;
  std::optional<Percentile> percentile;
};

/// The members of an `in (…)`, sorted so that a list of ten thousand ids is one look-up.
struct Members {
  std::unordered_set<std::string> texts;
  std::vector<double> numbers; ///< ascending
  bool null = false;
};

/// A condition on a column, or other conditions put together: the tree behind a Filter.
struct Filter::Node {
  enum class Kind { all, any, negation, comparison, member, contains, pattern };
  Kind kind = Kind::all;
  std::vector<Node> children;
  std::string column;
  Comparison comparison = Comparison::equal;
  Operand operand;                            ///< comparison, contains
  std::shared_ptr<const Members> members;     ///< member
  std::shared_ptr<const TextPattern> pattern; ///< pattern

  bool matches(const FilterRow& row) const;
  bool matches_cell(const FilterValue& cell) const;
};

} // namespace longview
