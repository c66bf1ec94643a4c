#pragma once

#include <cstdint>

#include <QString>

#include "compare/comparison.h"
#include "compare/labelled_test.h"

class QTableWidget;
class QWidget;

namespace longview {

// The tables of a comparison: each fills a table anew, numbers with three digits and all of them in the tooltip.

/// A table that is only read: rows can be selected and copied as TSV (Ctrl+C).
QTableWidget* read_only_table(const QString& accessible_name, QWidget* parent);

/// A row a side: documents, mean and median with their intervals, quartiles, specificity.
void fill_sides(QTableWidget& table, const Comparison& comparison);
/// Two rows for every two sides: all documents, and those matched by length.
void fill_tests(QTableWidget& table, const Comparison& comparison);
/// A row for each group and side: documents, median, quartiles, whiskers, mean.
void fill_groups(QTableWidget& table, const Comparison& comparison);
/// The settings of all sides; what makes numbers incomparable in red, with the reason.
void fill_settings(QTableWidget& table, const Comparison& comparison);
/// What enters and what leaves the top of a pair; the place in SameDocuments::places is each row's data.
void fill_moved(QTableWidget& table, const Comparison& comparison, const PairwiseComparison& pair, bool enters);
/// A row a run and score.
void fill_labelled(QTableWidget& table, const std::vector<LabelledRun>& runs);

} // namespace longview
