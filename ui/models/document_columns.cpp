#include "models/document_columns.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "models/format.h"

namespace longview {
namespace {

FilterValue number(double value) {
  return std::isnan(value) ? FilterValue() : FilterValue(value);
}

/// Counts mean something only for documents that could be read.
FilterValue count(const TableRow& row, std::uint64_t value) {
  return row.result.status == Status::bad_input ? FilterValue() : FilterValue(static_cast<double>(value));
}

constexpr std::array<DocumentColumn, 9> columns{{
    {"title", "Document", "Title of the document, or its id", ColumnType::text,
     [](const TableRow& row) -> FilterValue {
       return row.document.title.empty() ? row.document.name : row.document.title;
     },
     true},
    {"lds_mean", "Mean LDS",
     "Long Dependency Score of a row of pairs, averaged over rows: the sum of (alpha strength + beta distance) x "
     "specificity over pairs with a strength above the threshold, divided by the pairs of a row",
     ColumnType::number, [](const TableRow& row) { return number(row.result.lds_mean); }, true},
    {"lds_error", "±", "Standard error of the mean LDS, over the draw of rows", ColumnType::number,
     [](const TableRow& row) { return number(row.result.lds_error); }, true},
    {"tokens", "Tokens", "Tokens of the whole document", ColumnType::count,
     [](const TableRow& row) { return count(row, row.result.tokens); }, true},
    {"status", "Status", "Whether it was scored, and if not, why", ColumnType::text,
     [](const TableRow& row) -> FilterValue { return std::string(name(row.result.status)); }, true},
    {"lds", "LDS", "The same as the mean LDS, as a sum over all scored pairs: it grows with their number",
     ColumnType::number, [](const TableRow& row) { return number(row.result.lds); }, true},
    {"strength", "Strength", "Mean of (PPL(c_i) - PPL(c_i|c_j)) / PPL(c_i) over all scored pairs", ColumnType::number,
     [](const TableRow& row) { return number(row.result.strength); }, true},
    {"segments", "Segments", "Whole segments that the document is cut into", ColumnType::count,
     [](const TableRow& row) { return count(row, row.result.segments); }, true},
    {"pairs", "Pairs", "Pairs of segments that were scored", ColumnType::count,
     [](const TableRow& row) { return count(row, row.result.pair_count); }, true},
}};

} // namespace

std::span<const DocumentColumn> document_columns() {
  return columns;
}

std::size_t document_column(std::string_view key) {
  const auto found =
      std::find_if(columns.begin(), columns.end(), [key](const DocumentColumn& column) { return key == column.key; });
  return found == columns.end() ? 0 : static_cast<std::size_t>(found - columns.begin());
}

QString cell_text(const DocumentColumn& column, const FilterValue& value) {
  if (const auto* text = std::get_if<std::string>(&value))
    return QString::fromStdString(*text).replace(u'_', u' ');
  if (const auto* amount = std::get_if<double>(&value))
    return column.type == ColumnType::count ? grouped(static_cast<std::uint64_t>(*amount)) : three_digits(*amount);
  return QStringLiteral("–");
}

QString cell_tooltip(const DocumentColumn& column, const TableRow& row) {
  const FilterValue value = column.value(row);
  const QString heading = QString::fromUtf8(column.title);
  if (std::holds_alternative<double>(value) && column.type == ColumnType::number)
    return QStringLiteral("%1: %2\n%3").arg(heading, all_digits(std::get<double>(value)), QLatin1String(column.help));
  if (row.result.status != Status::scored && !row.result.reason.empty())
    return QStringLiteral("%1\n%2").arg(document_title(row.document), QString::fromStdString(row.result.reason));
  if (column.type == ColumnType::text)
    return QStringLiteral("%1\n%2, line %3")
        .arg(document_title(row.document), QString::fromStdString(row.document.name))
        .arg(row.document.place.line);
  return QStringLiteral("%1: %2\n%3").arg(heading, cell_text(column, value), QLatin1String(column.help));
}

QString document_title(const StoredDocument& document) {
  return QString::fromStdString(document.title.empty() ? document.name : document.title);
}

} // namespace longview
