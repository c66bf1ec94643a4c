#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "analysis/histogram.h"
#include "filter/filter.h"
#include "scoring/dependency.h"

namespace longview {

// What a table says as a whole: made by the table's thread, each from plain arrays with one entry a document.

/// Which histogram somebody wants to see.
struct HistogramWish {
  std::string column = "lds_mean"; ///< a key of document_columns() or a source field; empty: none
  AxisScale scale = AxisScale::linear;
  bool by_tokens = false; ///< else by documents
  bool operator==(const HistogramWish&) const = default;
};

/// Bars of all documents, and of those that are kept, over the same bins.
struct ColumnHistogram {
  HistogramWish wish;
  HistogramBins bins;
  Histogram all, kept;
};
/// `kept`: one for each value, 0 or 1. NaN is no value.
ColumnHistogram column_histogram(const HistogramWish& wish, std::span<const double> values,
                                 std::span<const double> tokens, std::span<const std::uint8_t> kept);

struct ColumnSummary {
  std::string column;
  std::uint64_t count = 0; ///< documents that have a number
  double mean = no_value, median = no_value;
  bool operator==(const ColumnSummary&) const = default;
};
/// NaN is left out.
ColumnSummary summarise(std::string column, std::vector<double> values);

struct GroupCount {
  FilterValue value; ///< of the column; null for those without
  std::uint64_t documents = 0, kept = 0, tokens_kept = 0;
};
/// One for each value of a column, the most documents kept first. Of a document with several labels each counts.
std::vector<GroupCount> count_groups(std::span<const FilterValue> values, std::span<const double> tokens,
                                     std::span<const std::uint8_t> kept);
/// The filter that keeps one group.
std::string group_filter(std::string_view column, const FilterValue& value);

struct TableFigures {
  std::uint64_t documents = 0, tokens = 0; ///< kept
  ColumnHistogram histogram;
  std::vector<ColumnSummary> summaries;
  std::string group_column;
  std::vector<GroupCount> groups;
};

} // namespace longview
