#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include <QString>

#include "filter/filter.h"
#include "store/project.h"

namespace longview {

enum class ColumnType {
  text,
  number, ///< three significant digits, all of them in the tooltip
  count,
};

/// A column of the documents table. The table of these is the one place that knows what columns there are: title,
/// alignment, order and value all follow from it.
struct DocumentColumn {
  const char* key; ///< as filters call it; names the column in the stored layout
  const char* title;
  const char* help; ///< what it is, with its formula
  ColumnType type;
  FilterValue (*value)(const TableRow&);
  bool shown; ///< before the user chooses
};
std::span<const DocumentColumn> document_columns();

/// Place of a column in document_columns(); the first for an unknown key.
std::size_t document_column(std::string_view key);

QString cell_text(const DocumentColumn& column, const FilterValue& value);
QString cell_tooltip(const DocumentColumn& column, const TableRow& row);

/// What people call a document: its title, else its id.
QString document_title(const StoredDocument& document);

} // namespace longview
