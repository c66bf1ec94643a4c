#include "compare/text_table.h"

#include <algorithm>

#include "base/plain_text.h"

namespace longview {

std::string TextTable::text() const {
  std::vector<std::size_t> widths;
  for (const auto& cells : rows_)
    for (std::size_t k = 0; k < cells.size(); ++k) {
      widths.resize(std::max(widths.size(), k + 1));
      widths[k] = std::max(widths[k], display_width(cells[k]));
    }
  std::string out;
  for (const auto& cells : rows_) {
    std::string line = "  ";
    for (std::size_t k = 0; k < cells.size(); ++k) {
      const std::string space(widths[k] - display_width(cells[k]), ' ');
      line += k == 0 ? cells[k] + space : "   " + space + cells[k];
    }
    line.erase(line.find_last_not_of(' ') + 1);
    out += line + '\n';
  }
  return out;
}

} // namespace longview
