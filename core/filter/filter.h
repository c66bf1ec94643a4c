#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "base/error.h"

namespace longview {

/// Several texts in one cell: the labels of a document.
using FilterTexts = std::vector<std::string>;

/// A cell as a filter sees it: nothing (null), a number, a text, or several texts. Comparing anything with null is
/// false. Several texts meet a condition where one of them does (but for !=, which all of them must meet); none of them
/// is null.
using FilterValue = std::variant<std::monostate, double, std::string, FilterTexts>;

/// Gives the value of a column for the row at hand. `column` is one of filter_columns() or "source.a.b".
using FilterRow = std::function<FilterValue(std::string_view column)>;

/// p95(lds): the value that 95 % of the rows' numbers lie below.
struct Percentile {
  std::string column;
  double percent = 50;
  bool operator==(const Percentile&) const = default;
};

/// A mistake in a filter, and where it stands: bytes of the text, the end of a filter that ends too early being one
/// past it.
class FilterError : public Error {
 public:
  FilterError(std::string message, std::string context, std::size_t begin, std::size_t end)
      : Error(ErrorCode::usage, std::move(message), std::move(context)), begin_(begin), end_(end) {}
  std::size_t begin() const noexcept { return begin_; }
  std::size_t end() const noexcept { return end_; }

 private:
  std::size_t begin_, end_;
};

/// A text as a filter writes it: in double quotes.
std::string quoted_in_filter(std::string_view text);
/// A column as a filter writes it: a field of the source may have any characters and is quoted where it must be.
std::string column_in_filter(std::string_view column);

/// A parsed filter. Conditions on a column:
///   = != < <= > >= with a number (4k, 2M, 1.5), a "text" in single or double quotes (a backslash before a quote or a
///     backslash takes it as it is), or a percentile p95(lds), 0 to 100
///   in (a, b, c); in 4k..16k, both ends included, of numbers, texts or percentiles; not in
///   contains "text"; ~ "regular expression" (PCRE2, anywhere in the text); not contains; !~. Letter case counts.
///   = null, != null, is null, is not null
/// joined by not, and, or (in that order of strength) and parentheses. Keywords and known columns in any letter case,
/// fields after `source.` as they are; a field with odd characters as source."my field". true and false mean the texts
/// of that name, as which JSON's booleans are seen. Text compares as text (by bytes), numbers as numbers; a number
/// never equals a text, so != between them is true and every order false. Logic has two values: a condition on a null
/// cell is false (but for the null tests), so `not (lds > 1)` and `lds not in 1..2` are true where lds is null. For a
/// known column a literal of the wrong kind is an error. Immutable; any thread.
class Filter {
 public:
  /// Throws FilterError (usage) naming the position (1-based character, the first fault from the left) in its context,
  /// "filter, character 8", and what was expected there in its message; an unknown column names the nearest known ones.
  /// An empty text matches everything, and so does a Filter that was never parsed.
  static Filter parse(std::string_view text);

  /// Comparisons with percentiles that are not bound are false. Throws Error(usage) where a regular expression takes
  /// too many steps.
  bool matches(const FilterRow& row) const;
  const std::string& text() const { return text_; }
  /// Columns it reads, each once.
  const std::vector<std::string>& columns() const { return columns_; }

  /// Where it reads a column first, in characters from 1; 0: nowhere.
  std::size_t position_of(std::string_view column) const;

  /// Percentiles it compares with, each once: of all rows of the table, not of those that the rest of the filter keeps.
  const std::vector<Percentile>& percentiles() const { return percentiles_; }
  /// The same filter with its percentiles as numbers. `values` gives all numbers of a column, in any order, without
  /// nulls; it is asked once a column.
  Filter bound(const std::function<std::vector<double>(std::string_view column)>& values) const;

  /// The tree behind it (filter/condition.h).
  struct Node;

 private:
  std::string text_;
  std::vector<std::string> columns_;
  std::vector<Percentile> percentiles_;
  std::shared_ptr<const Node> root_;
};

/// The `percent`-th percentile of numbers (0 to 100), between two of them by straight line (numpy's default): NaN of
/// none. Reorders `values`.
double percentile_of(std::vector<double>& values, double percent);

/// Columns every table has, with one line of help each: id, title, dataset, status, tokens, segments, lds, …
struct FilterColumn {
  std::string_view name;
  bool numeric;
  std::string_view help;
};
const std::vector<FilterColumn>& filter_columns();

} // namespace longview
