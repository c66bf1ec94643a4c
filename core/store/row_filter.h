#pragma once

#include <cstddef>
#include <span>
#include <string_view>
#include <vector>

#include "filter/filter.h"
#include "store/project.h"

namespace longview {

/// The cells of a row of the documents table by column name; null for an unknown column. Numbers that a document has
/// not (a bad line has no tokens, a short one no score) and an empty title are null. Refers to `row` and
/// `dataset_name`, which must outlive it; the fields behind source.* are read once, when first asked for.
FilterRow filter_row(const TableRow& row, std::string_view dataset_name);

/// The numbers that rows have in a column ("source.year" too), nulls left out; in the order of the rows.
std::vector<double> column_numbers(const std::vector<TableRow>& rows, std::string_view column);

/// The filter with its percentiles taken over these rows: all of the table, whatever else the filter says.
Filter bound_to(const Filter& filter, const std::vector<TableRow>& rows);

/// Indices of the rows that the filter keeps, ascending; percentiles are those of `rows`.
std::vector<std::size_t> select_rows(const std::vector<TableRow>& rows, std::string_view dataset_name,
                                     const Filter& filter);

/// `indices` of rows, sorted by a column: numbers before texts, nulls last whichever way, ties in the order of `rows`.
/// Throws Error(usage) for an unknown column, naming the nearest.
std::vector<std::size_t> sorted_rows(const std::vector<TableRow>& rows, std::span<const std::size_t> indices,
                                     std::string_view column, bool descending);

} // namespace longview
