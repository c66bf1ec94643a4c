#include "widgets/profile_painter.h"

#include <functional>

#include <QCoreApplication>
#include <qcustomplot.h>

#include "widgets/plot_drawing.h"
#include "widgets/plots.h"

namespace longview {
namespace {

using Fill = std::function<std::vector<PlotSpot>(QCustomPlot&)>;

void paint_plot(QPainter& painter, const QRectF& rect, const Theme& theme, const QString& nothing, const Fill& fill) {
  QCustomPlot plot;
  plot.resize(rect.size().toSize());
  if (fill(plot).empty()) {
    painter.setPen(theme.muted_text);
    painter.drawText(rect, Qt::AlignCenter | Qt::TextWordWrap, nothing);
    return;
  }
  draw_plot(painter, plot, rect.topLeft());
}

} // namespace

void paint_profile(QPainter& painter, const QRectF& rect, const DocumentData& document, const ProfileFigure& figure,
                   const Theme& theme) {
  paint_plot(painter, rect, theme,
             QCoreApplication::translate("longview::Plots", "No pair of this document is scored."),
             [&](QCustomPlot& plot) { return plot_profile(plot, document, figure, theme, painter.font()); });
}

void paint_specificity(QPainter& painter, const QRectF& rect, const DocumentData& document, const Theme& theme) {
  paint_plot(painter, rect, theme,
             QCoreApplication::translate("longview::Plots", "No segment of this document has a specificity."),
             [&](QCustomPlot& plot) { return plot_specificity(plot, document, {}, theme, painter.font()); });
}

} // namespace longview
