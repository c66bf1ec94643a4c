// What is pointed out over the heatmap: cursor and selected cell with their lines to the axes, rectangles, and where a
// value stands on the colour bar.
#include <algorithm>
#include <cmath>

#include "widgets/heatmap_axes.h"
#include "widgets/heatmap_canvas.h"
#include "widgets/heatmap_legend.h"

namespace longview {
namespace {

constexpr double least_mark = 7; // side of the frame around a small cell

/// From the cell to its numbers on the axes, through the strip.
void draw_cross_hair(const HeatmapCanvas& canvas, const QRectF& square, const QColor& colour) {
  const QRectF plot = canvas.geometry.plot;
  QPainter& painter = canvas.painter;
  painter.setOpacity(0.7);
  const double y = std::floor(square.center().y()), x = std::floor(square.center().x());
  if (square.left() > plot.left())
    painter.fillRect(QRectF(plot.left(), y, square.left() - plot.left(), 1), colour);
  if (square.bottom() < plot.bottom())
    painter.fillRect(QRectF(x, square.bottom(), 1, plot.bottom() - square.bottom()), colour);
  painter.setOpacity(1);
}

/// Takes a number of the axis away that a badge would half cover.
void hide_under(const HeatmapCanvas& canvas, const QRectF& badge, const QRectF& label) {
  if (badge.intersects(label))
    canvas.painter.fillRect(label, canvas.theme.background);
}

void draw_badge(const HeatmapCanvas& canvas, const QRectF& box, const QString& text, const QColor& colour) {
  QPainter& painter = canvas.painter;
  painter.setRenderHint(QPainter::Antialiasing, true);
  painter.setPen(Qt::NoPen);
  painter.setBrush(colour);
  painter.drawRoundedRect(box, 2, 2);
  painter.setPen(readable_on(colour));
  painter.drawText(box, Qt::AlignCenter, text);
}

void draw_badges(const HeatmapCanvas& canvas, Cell cell, const QColor& colour) {
  const QRectF plot = canvas.geometry.plot;
  const HeatmapAxes axes(canvas);
  const HeatmapAxes::Tick column = axes.segment(cell.j), row = axes.segment(cell.i);
  if (const double x = canvas.geometry.x(column.at); x >= plot.left() && x <= plot.right()) {
    for (const HeatmapAxes::Tick& tick : axes.columns())
      hide_under(canvas, axes.column_label(column), axes.column_label(tick));
    draw_badge(canvas, axes.column_label(column), column.number, colour);
  }
  if (const double y = canvas.geometry.y(row.at); y >= plot.top() && y <= plot.bottom()) {
    for (const HeatmapAxes::Tick& tick : axes.rows())
      hide_under(canvas, axes.row_label(row), axes.row_label(tick));
    draw_badge(canvas, axes.row_label(row).adjusted(-2, 0, 2, 0), row.number, colour);
  }
}

/// The bars of the cell's row and column, at their feet.
void draw_feet(const HeatmapCanvas& canvas, Cell cell, const QColor& colour) {
  const HeatmapGeometry& geometry = canvas.geometry;
  const double side = std::max(geometry.cell(), 3.0);
  const QRectF row(geometry.bars.left() - 4, geometry.y(cell.i + 0.5) - side / 2, 3, side);
  canvas.painter.fillRect(canvas.snapped(row) & geometry.bars.adjusted(-4, 0, 0, 0), colour);
  if (geometry.strip.isNull())
    return;
  const QRectF column(geometry.x(cell.j + 0.5) - side / 2, geometry.strip.bottom() + 1, side, 3);
  canvas.painter.fillRect(canvas.snapped(column) & geometry.strip.adjusted(0, 0, 0, 4), colour);
}

void draw_mark(const HeatmapCanvas& canvas, Cell cell, const QColor& colour, double width) {
  QRectF square = canvas.snapped(canvas.geometry.rect(cell));
  if (square.width() < least_mark) {
    const QPointF middle = square.center();
    square = QRectF(std::floor(middle.x() - least_mark / 2), std::floor(middle.y() - least_mark / 2), least_mark,
                    least_mark);
  }
  QPainter& painter = canvas.painter;
  painter.save();
  painter.setClipRect(canvas.geometry.plot.adjusted(-width - 1, -width - 1, width + 1, width + 1));
  painter.setRenderHint(QPainter::Antialiasing, false);
  if (canvas.geometry.cell() < HeatmapCanvas::number_from) // a line would strike the numbers out
    draw_cross_hair(canvas, square, colour);
  canvas.frame(square.adjusted(-width - 1, -width - 1, width + 1, width + 1), 1, canvas.theme.background);
  canvas.frame(square.adjusted(-width, -width, width, width), width, colour);
  painter.restore();
  draw_feet(canvas, cell, colour);
  draw_badges(canvas, cell, colour);
}

/// The rectangle as far as it is seen, cells above the diagonal too: that is how it was drawn.
void draw_range(const HeatmapCanvas& canvas, const CellRange& range) {
  const QRectF plot = canvas.geometry.plot;
  const QRectF rect = canvas.snapped(canvas.geometry.area(range));
  QPainter& painter = canvas.painter;
  painter.save();
  if (!canvas.scene.vector) // which clips nothing, and shows all of it
    painter.setClipRect(plot.adjusted(-3, -3, 3, 3));
  painter.setRenderHint(QPainter::Antialiasing, false);
  canvas.frame(rect.adjusted(-2, -2, 2, 2), 1, canvas.theme.background);
  canvas.frame(rect.adjusted(-1, -1, 1, 1), 2, canvas.theme.accent);
  painter.restore();
}

void draw_zoom(const HeatmapCanvas& canvas, const QRectF& rect) {
  canvas.painter.setRenderHint(QPainter::Antialiasing, false);
  canvas.painter.setPen(QPen(canvas.theme.accent, 1, Qt::DashLine));
  canvas.painter.setBrush(Qt::NoBrush);
  canvas.painter.drawRect(rect & canvas.geometry.plot);
}

void draw_value_marks(const HeatmapCanvas& canvas, const HeatmapMarks& marks) {
  const HeatmapLegend legend = HeatmapLegend::place(canvas);
  if (legend.bar.isNull())
    return;
  const auto at = [&](std::optional<Cell> cell, const QColor& colour) {
    const HeatmapCell* found = cell ? canvas.cells.find(*cell) : nullptr;
    if (!found)
      return;
    const double x = legend.x(canvas.cells.scale().position(found->value));
    const double y = legend.bar.bottom() + 1;
    canvas.painter.setRenderHint(QPainter::Antialiasing, true);
    canvas.painter.setPen(QPen(canvas.theme.background, 1));
    canvas.painter.setBrush(colour);
    const QPointF corners[] = {{x, y - 4}, {x + 4, y + 3}, {x - 4, y + 3}};
    canvas.painter.drawPolygon(corners, 3);
  };
  at(marks.selected, canvas.theme.accent);
  if (marks.hovered != marks.selected)
    at(marks.hovered, canvas.theme.muted_text);
}

} // namespace

void draw_marks(const HeatmapCanvas& canvas, const HeatmapMarks& marks) {
  if (marks.range)
    draw_range(canvas, *marks.range);
  if (!marks.zoom.isNull())
    draw_zoom(canvas, marks.zoom);
  if (marks.hovered && marks.hovered != marks.selected)
    draw_mark(canvas, *marks.hovered, canvas.theme.muted_text, 1);
  if (marks.selected)
    draw_mark(canvas, *marks.selected, canvas.theme.accent, 2);
  draw_value_marks(canvas, marks);
}

} // namespace longview
