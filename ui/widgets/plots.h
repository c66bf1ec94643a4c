#pragma once

#include <optional>
#include <vector>

#include <QFont>
#include <QRectF>
#include <QString>

#include "widgets/document_data.h"
#include "widgets/profile_figure.h"
#include "widgets/theme.h"

class QCustomPlot;

namespace longview {

/// A bin of the distance profile, or a bar of specificity, where the mouse finds it.
struct PlotSpot {
  double from = 0, to = 0;               ///< along the x axis, in segments
  QString words;                         ///< what it says, with its values
  std::optional<std::uint32_t> row = {}; ///< that a bar of specificity stands for: the highest, of several
};

/// Fills an empty plot; the widgets and the figure files show the same. Returns what there is to read under the mouse,
/// and none where there is nothing to draw: then the plot is left empty.
std::vector<PlotSpot> plot_profile(QCustomPlot& plot, const DocumentData& document, const ProfileFigure& figure,
                                   const Theme& theme, const QFont& font);
/// A bar a row; where that would be too narrow, a bar for several, as high as the highest of them.
std::vector<PlotSpot> plot_specificity(QCustomPlot& plot, const DocumentData& document,
                                       std::optional<std::uint32_t> marked, const Theme& theme, const QFont& font);
/// Takes everything out again and gives it the colours of a theme.
void clear_plot(QCustomPlot& plot, const Theme& theme);

/// Rows that share a bar in a plot of this width (pixels): a power of two, so that a bar has three pixels at least.
std::uint32_t rows_in_a_bar(std::size_t rows, double width);
/// A step of 1, 2, 4, 8 … 10, 20 … that leaves at most `most` ticks on `length` segments.
std::uint32_t segment_step(std::uint32_t length, std::uint32_t most);

} // namespace longview
