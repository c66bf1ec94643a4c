#include "widgets/heatmap_canvas.h"

#include <cmath>

#include "widgets/small_font.h"

namespace longview {

HeatmapCanvas::HeatmapCanvas(QPainter& with, const HeatmapScene& of)
    : painter(with), scene(of), geometry(of.geometry), theme(of.theme), cells(*of.cells), metrics(small_font(of.font)) {
  painter.save();
  painter.setFont(small_font(scene.font));
}

HeatmapCanvas::~HeatmapCanvas() {
  painter.restore();
}

double HeatmapCanvas::snapped(double coordinate) const {
  return scene.vector ? coordinate : std::floor(coordinate) + 0.5;
}

QRectF HeatmapCanvas::snapped(const QRectF& rect) const {
  if (scene.vector)
    return rect;
  const double left = std::floor(rect.left() + 0.5), top = std::floor(rect.top() + 0.5);
  return {left, top, std::floor(rect.right() + 0.5) - left, std::floor(rect.bottom() + 0.5) - top};
}

void HeatmapCanvas::frame(const QRectF& outer, double width, const QColor& colour) const {
  painter.fillRect(QRectF(outer.left(), outer.top(), outer.width(), width), colour);
  painter.fillRect(QRectF(outer.left(), outer.bottom() - width, outer.width(), width), colour);
  painter.fillRect(QRectF(outer.left(), outer.top(), width, outer.height()), colour);
  painter.fillRect(QRectF(outer.right() - width, outer.top(), width, outer.height()), colour);
}

QString short_number(double value) {
  return QString::number(value, 'g', 5).replace(u'-', QChar(0x2212));
}

} // namespace longview
