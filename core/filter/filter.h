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

/// A parsed filter: comparisons (= != < <= > >=) of a column with a number (4k, 2M, 1.5), or a "text" in single or
/// double quotes (a backslash before a quote or a backslash takes it as it is); not, and, or (in that order of
/// strength), parentheses; `column = null`, `column != null`. Keywords and known columns in any letter case, fields
/// after `source.` as they are; a field with odd characters as source."my field". true and false mean the texts of that
/// name, as which JSON's booleans are seen. Text compares as text (by bytes), numbers as numbers; a number never equals
/// a text, so != between them is true and every order false. Logic has two values: a comparison with a null cell is
/// false (but for = null), so `not (lds > 1)` is true where lds is null. For a known column a literal of the wrong kind
/// is an error. Immutable; any thread.
class Filter {
 public:
  /// Throws Error(usage) naming the position (1-based character, the first fault from the left) in its context,
  /// "filter, character 8", and what was expected there in its message; an unknown column names the nearest known ones.
  /// An empty text matches everything, and so does a Filter that was never parsed.
  static Filter parse(std::string_view text);

  bool matches(const FilterRow& row) const;
  const std::string& text() const { return text_; }
  /// Columns it reads, each once.
  const std::vector<std::string>& columns() const { return columns_; }

 private:
  struct Node;
  class Parser;
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
