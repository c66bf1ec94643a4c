#include "widgets/plot_drawing.h"

#include <QPicture>
#include <qcustomplot.h>

namespace longview {

void draw_plot(QPainter& painter, QCustomPlot& plot, QPointF at) {
  QPicture picture; // carries what the library painted to any other painter
  QCPPainter recorder(&picture);
  recorder.setMode(QCPPainter::pmVectorized);
  recorder.setMode(QCPPainter::pmNoCaching);
  plot.toPainter(&recorder, plot.width(), plot.height());
  recorder.end();
  painter.save();
  painter.setRenderHint(QPainter::Antialiasing);
  painter.translate(at);
  // A picture is played in its own resolution, and files have 72 points an inch.
  const double same = static_cast<double>(picture.logicalDpiX()) / painter.device()->logicalDpiX();
  painter.scale(same, same);
  painter.drawPicture(0, 0, picture);
  painter.restore();
}

} // namespace longview
