#pragma once

#include <string>
#include <utility>
#include <vector>

namespace longview {

/// Rows of cells for a terminal: the first column left, the others right, as wide as they need. Cells are
/// plain_line()s.
class TextTable {
 public:
  void row(std::vector<std::string> cells) { rows_.push_back(std::move(cells)); }
  /// Each row a line, indented by two.
  std::string text() const;

 private:
  std::vector<std::vector<std::string>> rows_;
};

} // namespace longview
