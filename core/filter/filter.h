#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace longview {

/// A cell as a filter sees it: nothing (null), a number, or text. Comparing anything with null is false.
using FilterValue = std::variant<std::monostate, double, std::string>;

/// Gives the value of a column for the row at hand. `column` is one of filter_columns() or "source.a.b".
using FilterRow = std::function<FilterValue(std::string_view column)>;

/// A parsed filter: comparisons (= != < <= > >=) of a column with a number (4k, 2M, 1.5), or a "text" in single or double
/// quotes; not, and, or (in that order of strength), parentheses; `column = null`, `column != null`. Keywords in any case.
/// Text compares as text, numbers as numbers; a number never equals a text. Immutable; any thread.
class Filter {
 public:
  /// Throws Error(usage) naming the position (1-based character) and what was expected there; an unknown column names the
  /// nearest known ones. An empty text matches everything.
  static Filter parse(std::string_view text);

  bool matches(const FilterRow& row) const;
  const std::string& text() const { return text_; }
  /// Columns it reads, each once.
  const std::vector<std::string>& columns() const { return columns_; }

 private:
  struct Node;
  std::string text_;
  std::vector<std::string> columns_;
  std::shared_ptr<const Node> root_;
};

/// Columns every table has, with one line of help each: id, title, dataset, status, tokens, segments, lds, …
struct FilterColumn {
  std::string_view name;
  bool numeric;
  std::string_view help;
};
const std::vector<FilterColumn>& filter_columns();

} // namespace longview
