#pragma once

#include <vector>

#include <QFont>

#include "compare/comparison.h"
#include "widgets/plots.h"
#include "widgets/theme.h"

class QCustomPlot;

namespace longview {

/// The colour of side k, the same in every figure: the first is always blue, the second always vermilion.
QColor side_colour_of(std::size_t side);

// The figures of a comparison, side by side in one plot each. As plot_profile(): they fill an empty plot and tell what
// there is to read under the mouse; none where there is nothing to draw.

/// Share of each side's documents, or of their tokens, in every bin.
std::vector<PlotSpot> plot_histograms(QCustomPlot& plot, const Comparison& comparison, bool by_tokens,
                                      const Theme& theme, const QFont& font);
/// Share of each side's documents at or below a value.
std::vector<PlotSpot> plot_ecdfs(QCustomPlot& plot, const Comparison& comparison, const Theme& theme,
                                 const QFont& font);
enum class GroupShape { boxes, violins };
/// For each group of documents and each side a box: quartiles, median, and whiskers from the 5th to the 95th
/// percentile; or a violin, the density of its values from the least to the greatest, with a narrow box in it. All
/// violins are equally wide where they are widest; a group without a density (one document, or all equal) has its box.
std::vector<PlotSpot> plot_groups(QCustomPlot& plot, const Comparison& comparison, GroupShape shape, const Theme& theme,
                                  const QFont& font);
/// Mean strength by distance with its 95 % band over documents.
std::vector<PlotSpot> plot_profiles(QCustomPlot& plot, const Comparison& comparison, const Theme& theme,
                                    const QFont& font);
/// Share of each side's documents by their mean specificity.
std::vector<PlotSpot> plot_specificities(QCustomPlot& plot, const Comparison& comparison, const Theme& theme,
                                         const QFont& font);

} // namespace longview
