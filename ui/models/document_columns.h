#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <QString>

#include "filter/filter.h"
#include "store/row_filter.h"

namespace longview {

enum class ColumnType {
  text,
  number, ///< three significant digits, all of them in the tooltip
  count,
  field, ///< a source field: numbers and texts as they are
};

/// A column of the documents table. The list of these is the one place that knows what columns there are: title,
/// alignment and order follow from it, and the value from its key (store/row_filter.h).
struct DocumentColumn {
  std::string key; ///< as filters call it; names the column in the stored layout, in views and for sorting
  QString title;
  QString help; ///< what it is, with its formula
  ColumnType type = ColumnType::text;
  bool shown = false; ///< before the user chooses
};

/// The columns every table has, in their first order.
const std::vector<DocumentColumn>& document_columns();
/// A column of a source field, by its name without "source.".
DocumentColumn field_column(const std::string& field);

/// The value that a column shows: its cell, but for "title", which is the id where there is no title.
FilterValue column_value(const DocumentColumn& column, const TableCells& cells, std::size_t place);
QString cell_text(const DocumentColumn& column, const FilterValue& value);
QString cell_tooltip(const DocumentColumn& column, const TableCells& cells, std::size_t place);

/// What people call a document: its title, else its id.
QString document_title(std::string_view title, std::string_view name);
QString document_title(const StoredDocument& document);
/// Most of what links the parts of this document is text that occurs twice.
bool mostly_copied(const DocumentNumbers& numbers);

} // namespace longview
