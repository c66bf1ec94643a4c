#include "table.h"

#include <algorithm>
#include <cmath>
#include <ostream>

#include <fmt/format.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "base/plain_text.h"
#include "export/csv.h"
#include "export/json_text.h"
#include "export/score_fields.h"

namespace longview::cli {
namespace {

std::size_t output_width() {
  winsize size{};
  return ::ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col >= 60 ? size.ws_col : 110;
}

/// Right-aligned columns of the terminal's table; 3 significant digits, the rest is in --format jsonl.
struct Column {
  const char* title;
  std::string (*cell)(const ResultRow&);
};
/// A warning sign where what links the parts is mostly text that is there twice.
std::string copied_cell(const ResultRow& row) {
  constexpr double mostly = 0.5;
  return short_number(row.copied) + (row.copied > mostly ? " !" : "");
}

/// Columns that say nothing about any of the rows are left out.
std::vector<Column> columns(const std::vector<TableRow>& rows) {
  using Row = ResultRow;
  const auto any = [&](double Row::*value) {
    return std::any_of(rows.begin(), rows.end(), [&](const TableRow& row) { return std::isfinite(row.result.*value); });
  };
  std::vector<Column> all = {
      {"mean LDS", [](const Row& r) { return short_number(r.lds_mean); }},
      {"error", [](const Row& r) { return short_number(r.lds_error); }},
      {"LDS", [](const Row& r) { return short_number(r.lds); }},
      {"strength", [](const Row& r) { return short_number(r.strength); }},
      {"tokens", [](const Row& r) { return std::to_string(r.tokens); }},
      {"segments", [](const Row& r) { return std::to_string(r.segments); }},
      {"pairs", [](const Row& r) { return std::to_string(r.pair_count); }},
      {"status", [](const Row& r) { return std::string(name(r.status)); }},
  };
  if (any(&Row::copied))
    all.insert(all.begin() + 4, {"copied", copied_cell});
  if (any(&Row::corrected_lds_mean))
    all.insert(all.begin() + 2, {"corrected", [](const Row& r) { return short_number(r.corrected_lds_mean); }});
  return all;
}

std::string padded(const std::string& text, std::size_t width, bool right) {
  const std::size_t used = display_width(text);
  const std::string space(used < width ? width - used : 0, ' ');
  return right ? space + text : text + space;
}

std::string json_row(const TableRow& row, const std::string& dataset) {
  std::string out = fmt::format("{{\"id\":{},\"title\":{},\"dataset\":{}", json_string(row.document.name),
                                json_string(row.document.title), json_string(dataset));
  for (const ScoreField& field : score_fields())
    out += fmt::format(",\"{}\":{}", field.name, field.json(row.result));
  return out + "}\n";
}

} // namespace

std::string short_number(double value) {
  if (!std::isfinite(value))
    return "-";
  const double size = std::abs(value);
  if (size >= 99.95 && size < 1e9) // from here on '#' would leave a point behind the last digit, then an exponent
    return fmt::format("{:.0f}", value);
  return fmt::format("{:#.3g}", value);
}

void print_table(std::ostream& out, const std::vector<TableRow>& rows) {
  std::vector<std::size_t> widths;
  std::size_t numbers_width = 0;
  const std::vector<Column> shown = columns(rows);
  for (const Column& column : shown) {
    std::size_t width = std::string_view(column.title).size();
    for (const TableRow& row : rows)
      width = std::max(width, column.cell(row.result).size());
    widths.push_back(width);
    numbers_width += width + 2;
  }
  std::size_t longest = 8;
  for (const TableRow& row : rows)
    longest = std::max(longest, display_width(plain_line(row.document.name)));
  const std::size_t total = output_width();
  const std::size_t name_width =
      std::min(longest, std::max<std::size_t>(20, total > numbers_width ? total - numbers_width : 0));
  std::string line = padded("document", name_width, false);
  for (std::size_t k = 0; k < widths.size(); ++k)
    line += "  " + padded(shown[k].title, widths[k], true);
  out << line << '\n';
  for (const TableRow& row : rows) {
    line = padded(shortened(plain_line(row.document.name), name_width), name_width, false);
    for (std::size_t k = 0; k < widths.size(); ++k)
      line += "  " + padded(shown[k].cell(row.result), widths[k], true);
    out << line << '\n';
  }
}

void print_jsonl(std::ostream& out, const std::vector<TableRow>& rows, const std::string& dataset) {
  for (const TableRow& row : rows)
    out << json_row(row, dataset);
}

void print_csv(std::ostream& out, const std::vector<TableRow>& rows, const std::string& dataset) {
  std::vector<std::string> cells = {"id", "title", "dataset"};
  for (const ScoreField& field : score_fields())
    cells.emplace_back(field.name);
  out << csv_record(cells);
  for (const TableRow& row : rows) {
    cells = {row.document.name, row.document.title, dataset};
    for (const ScoreField& field : score_fields())
      cells.push_back(csv_cell(field.json(row.result)));
    out << csv_record(cells);
  }
}

} // namespace longview::cli
