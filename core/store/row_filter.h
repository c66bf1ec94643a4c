#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "filter/completion.h"
#include "filter/filter.h"
#include "store/project.h"
#include "store/shared_rows.h"

namespace longview {

/// The cells of a row of the documents table by column name; null for an unknown column. Numbers that a document has
/// not (a bad line has no tokens, a short one no score) and an empty title are null. Refers to `row` and
/// `dataset_name`, which must outlive it; the fields behind source.* are read once, when first asked for.
FilterRow filter_row(const TableRow& row, std::string_view dataset_name);

/// The cells of a run's table at one moment, with the numbers of live parameters. Shared and never changed.
struct TableCells {
  std::shared_ptr<const SharedRows> rows = std::make_shared<const SharedRows>();
  /// By place in rows, derived with other parameters than the run's own; null: the rows' own.
  std::shared_ptr<const std::vector<DocumentNumbers>> numbers;
  std::shared_ptr<const DocumentMarks> marks = std::make_shared<const DocumentMarks>();
  std::string dataset;

  const DocumentNumbers& numbers_of(std::size_t place) const;
  const Marks& marks_of(std::size_t place) const;
  /// As filter_row(): null for an unknown column. A source field is parsed anew each time.
  FilterValue value(std::string_view column, std::size_t place) const;
  /// The same for places from `begin` on of a column of numbers, NaN for null, many times faster. False, and nothing is
  /// written, for any other column.
  bool copy_numbers(std::string_view column, std::size_t begin, std::span<double> values) const;
};

/// What completion can know of a table: its labels, its dataset, and of at most about so many rows, spread evenly, the
/// scalar source fields, ascending, with the values that are worth offering: up to twenty texts where some come again,
/// numbers where there are no more than twenty; the most frequent first.
CompletionSource completion_source(const TableCells& cells, std::size_t most_rows = 1000);

/// The numbers that rows have in a column ("source.year" too), nulls left out; in the order of the rows.
std::vector<double> column_numbers(const std::vector<TableRow>& rows, std::string_view column);

/// The filter with its percentiles taken over these rows: all of the table, whatever else the filter says.
Filter bound_to(const Filter& filter, const std::vector<TableRow>& rows);

/// Indices of the rows that the filter keeps, ascending; percentiles are those of `rows`.
std::vector<std::size_t> select_rows(const std::vector<TableRow>& rows, std::string_view dataset_name,
                                     const Filter& filter);

/// A sentence for each field of the source that the filter reads and no row has, most likely a typing error:
/// "filter, character 8: no document has …; near: year". `place`: what the filter is given as. Of no rows there is
/// nothing to say.
std::vector<std::string> unknown_fields(const std::vector<TableRow>& rows, const Filter& filter,
                                        std::string_view place);
/// The same for a column that is named alone ("source.year"): one sentence or none.
std::vector<std::string> unknown_fields(const std::vector<TableRow>& rows, std::string_view column,
                                        std::string_view place);

/// `indices` of rows, sorted by a column: numbers before texts, nulls last whichever way, ties in the order of `rows`.
/// Throws Error(usage) for an unknown column, naming the nearest.
std::vector<std::size_t> sorted_rows(const std::vector<TableRow>& rows, std::span<const std::size_t> indices,
                                     std::string_view column, bool descending);

} // namespace longview
