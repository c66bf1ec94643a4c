#pragma once

#include "widgets/figure_file.h"
#include "widgets/plot_view.h"
#include "widgets/theme.h"

namespace longview {

/// A plot of a PlotView as a page of its own: a title, a line of smaller words below it, and the plot.
FigurePage plot_page(const PlotView::Draw& draw, const QString& title, const QString& below,
                     const Theme& theme = Theme::light());

} // namespace longview
