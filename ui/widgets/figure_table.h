#pragma once

#include <string>

#include "widgets/figure.h"

namespace longview {

/// What a figure shows as a table: lines of columns with tabs between them, a line of titles first, numbers with all
/// digits, nothing where there is none. heatmap: the scored pairs (of the rectangle, where there is one), by row and
/// column; profile: the bins; specificity: the segments.
std::string figure_table(FigureKind kind, const DocumentData& document, const FigureOptions& options);

} // namespace longview
