#pragma once

#include <QPainter>
#include <QPointF>

class QCustomPlot;

namespace longview {

/// Draws a plot at its own size, its upper left corner at `at`, with any painter: the plot library paints pixels with a
/// painter of its own, and here vector output stays vector. One pixel of the plot is one logical unit. GUI thread only.
void draw_plot(QPainter& painter, QCustomPlot& plot, QPointF at);

} // namespace longview
