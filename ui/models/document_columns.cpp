#include "models/document_columns.h"

#include <cmath>

#include <QCoreApplication>

#include "models/format.h"

namespace longview {
namespace {

QString tr(const char* text) {
  return QCoreApplication::translate("DocumentColumns", text);
}

DocumentColumn make(const char* key, const char* title, ColumnType type, bool shown, const char* help) {
  return {key, tr(title), tr(help), type, shown};
}

} // namespace

const std::vector<DocumentColumn>& document_columns() {
  using enum ColumnType;
  static const std::vector<DocumentColumn> columns{
      make("title", "Document", text, true, "Title of the document, or its id"),
      make("lds_mean", "Mean LDS", number, true,
           "Long Dependency Score of a row of pairs, averaged over rows: the sum of (alpha strength + beta distance) x "
           "specificity over pairs with a strength above the threshold, divided by the pairs of a row"),
      make("lds_error", "±", number, true, "Standard error of the mean LDS, over the draw of rows"),
      make("tokens", "Tokens", count, true, "Tokens of the whole document"),
      make("status", "Status", text, true, "Whether it was scored, and if not, why"),
      make("lds", "LDS", number, true,
           "The same as the mean LDS, as a sum over all scored pairs: it grows with their number"),
      make("strength", "Strength", number, true, "Mean of (PPL(c_i) - PPL(c_i|c_j)) / PPL(c_i) over all scored pairs"),
      make("distance", "Distance", number, false, "Mean distance of the scored pairs, 0 to 1"),
      make("specificity", "Specificity", number, false, "Mean specificity of the rows of pairs, 0 to 1"),
      make("segments", "Segments", count, true, "Whole segments that the document is cut into"),
      make("pairs", "Pairs", count, true, "Pairs of segments that were scored"),
      make("repetition", "Repetition", number, false,
           "How much the text repeats itself: 1 - compressed bytes / bytes of the text"),
      make("copied", "Copied", number, false,
           "Of the linked pairs: share of the target's word sequences that the prefix has too. Above 0.5 the document "
           "has a warning sign: most of what links its parts is text that occurs twice"),
      make("corrected_lds_mean", "Corrected mean", number, false,
           "Mean LDS with the strength over control prefixes taken off every strength (runs with controls)"),
      make("corrected_lds_error", "Corrected ±", number, false, "Standard error of the corrected mean LDS"),
      make("corrected_lds", "Corrected LDS", number, false, "LDS of the corrected strengths, the sum"),
      make("corrected_strength", "Corrected strength", number, false,
           "Mean strength less the mean strength over control prefixes of the same target"),
      make("label", "Labels", text, false, "Labels given to the document: keys 1 to 9"),
      make("note", "Note", text, false, "What somebody wrote about the document: key N"),
      make("id", "Id", text, false, "The id field of the document, or its file and line"),
  };
  return columns;
}

DocumentColumn field_column(const std::string& field) {
  const QString name = QString::fromStdString(field);
  return {"source." + field, name, tr("Field of the source: %1").arg(name), ColumnType::field, false};
}

FilterValue column_value(const DocumentColumn& column, const TableCells& cells, std::size_t place) {
  FilterValue value = cells.value(column.key, place);
  if (column.key == "title" && std::holds_alternative<std::monostate>(value))
    value = std::string(cells.rows->name(place));
  return value;
}

QString cell_text(const DocumentColumn& column, const FilterValue& value) {
  if (const auto* text = std::get_if<std::string>(&value)) {
    const QString shown = QString::fromStdString(*text).simplified();
    return column.key == "status" ? QString(shown).replace(u'_', u' ') : shown;
  }
  if (const auto* texts = std::get_if<FilterTexts>(&value)) {
    QStringList shown;
    for (const std::string& one : *texts)
      shown << QString::fromStdString(one);
    return shown.join(QStringLiteral(", "));
  }
  if (const auto* amount = std::get_if<double>(&value)) {
    if (column.type == ColumnType::count)
      return grouped(static_cast<std::uint64_t>(*amount));
    return column.type == ColumnType::field ? all_digits(*amount) : three_digits(*amount);
  }
  // Nothing given is no missing number.
  return column.type == ColumnType::number || column.type == ColumnType::count ? QStringLiteral("–") : QString();
}

QString cell_tooltip(const DocumentColumn& column, const TableCells& cells, std::size_t place) {
  const FilterValue value = column_value(column, cells, place);
  if (std::holds_alternative<double>(value) && column.type == ColumnType::number)
    return QStringLiteral("%1: %2\n%3").arg(column.title, all_digits(std::get<double>(value)), column.help);
  if (column.key == "title" || column.key == "status") {
    const SharedRows& rows = *cells.rows;
    QString words = document_title(rows.title(place), rows.name(place));
    if (rows.status(place) != Status::scored && !rows.reason(place).empty())
      return words + u'\n' + QString::fromUtf8(rows.reason(place));
    words += QStringLiteral("\n%1, line %2").arg(QString::fromUtf8(rows.name(place))).arg(rows.line(place));
    if (const DocumentNumbers& numbers = cells.numbers_of(place); mostly_copied(numbers))
      words +=
          u'\n' +
          tr("Most of what links its parts is text that occurs twice (copied %1).").arg(three_digits(numbers.copied));
    return words;
  }
  return QStringLiteral("%1: %2\n%3").arg(column.title, cell_text(column, value), column.help);
}

QString document_title(std::string_view title, std::string_view name) {
  return QString::fromUtf8(title.empty() ? name : title);
}
QString document_title(const StoredDocument& document) {
  return document_title(document.title, document.name);
}

bool mostly_copied(const DocumentNumbers& numbers) {
  constexpr double mostly = 0.5;
  return numbers.copied > mostly;
}

} // namespace longview
