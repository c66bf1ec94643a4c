#include "widgets/profile_painter.h"

#include <functional>

#include <QCoreApplication>
#include <QPicture>
#include <qcustomplot.h>

#include "widgets/plots.h"

namespace longview {
namespace {

using Fill = std::function<std::vector<PlotSpot>(QCustomPlot&)>;

/// The plot library paints with a painter of its own; a picture carries what it painted, as vectors, to any other.
void paint_plot(QPainter& painter, const QRectF& rect, const Theme& theme, const QString& nothing, const Fill& fill) {
  QCustomPlot plot;
  plot.resize(rect.size().toSize());
  if (fill(plot).empty()) {
    painter.setPen(theme.muted_text);
    painter.drawText(rect, Qt::AlignCenter | Qt::TextWordWrap, nothing);
    return;
  }
  QPicture picture;
  QCPPainter recorder(&picture);
  recorder.setMode(QCPPainter::pmVectorized);
  recorder.setMode(QCPPainter::pmNoCaching);
  plot.toPainter(&recorder, plot.width(), plot.height());
  recorder.end();
  painter.save();
  painter.setRenderHint(QPainter::Antialiasing);
  painter.translate(rect.topLeft());
  // A picture is played in its own resolution, and files have 72 points an inch.
  const double same = static_cast<double>(picture.logicalDpiX()) / painter.device()->logicalDpiX();
  painter.scale(same, same);
  painter.drawPicture(0, 0, picture);
  painter.restore();
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
