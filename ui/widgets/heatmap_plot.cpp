// What lies between the axes: grid, hatch, cells, contour, numbers and the diagonal.
#include <algorithm>
#include <cmath>

#include "widgets/heatmap_axes.h"
#include "widgets/heatmap_canvas.h"
#include "widgets/heatmap_image.h"
#include "widgets/reading_line.h"

namespace longview {
namespace {

constexpr std::size_t most_rectangles = 6'000;
constexpr double image_scale_in_vector = 4;

/// The most prominent last, so that it is on top.
std::vector<const HeatmapCell*> in_drawing_order(const HeatmapCells& cells) {
  std::vector<const HeatmapCell*> order;
  for (const HeatmapCell& cell : cells.all())
    order.push_back(&cell);
  std::stable_sort(order.begin(), order.end(), [&cells](const HeatmapCell* a, const HeatmapCell* b) {
    return cells.stands_out(*a) < cells.stands_out(*b);
  });
  return order;
}

void draw_rectangles(const HeatmapCanvas& canvas) {
  const double side = std::max(canvas.geometry.cell(), least_drawn(canvas.cells, canvas.geometry));
  const double inset = canvas.geometry.cell() >= HeatmapCanvas::gap_from ? 0.5 : 0;
  for (const HeatmapCell* cell : in_drawing_order(canvas.cells)) {
    QRectF square(0, 0, side, side);
    square.moveCenter(canvas.geometry.rect({cell->i, cell->j}).center());
    if (inset > 0)
      canvas.painter.fillRect(square, canvas.theme.background); // no hatch in the gaps
    canvas.painter.fillRect(square.adjusted(inset, inset, -inset, -inset), QColor(colour_of(canvas.scene, *cell)));
  }
}

template <typename Draw>
void for_each_seen(const HeatmapCanvas& canvas, Draw draw) {
  const HeatmapGeometry& geometry = canvas.geometry;
  for (std::uint32_t i = geometry.first_row(); i < geometry.end_row(); ++i)
    for (const HeatmapCell& cell : canvas.cells.row(i))
      if (cell.j + 1 > geometry.first_column() && cell.j < geometry.end_column())
        draw(cell);
}

bool above(const HeatmapCells& cells, std::uint32_t i, std::uint32_t j) {
  const HeatmapCell* cell = cells.find({i, j});
  return cell && cell->strength > cells.threshold();
}

void outline(const HeatmapCanvas& canvas, const HeatmapCell& cell) {
  const QRectF square = canvas.snapped(canvas.geometry.rect(Cell{cell.i, cell.j}));
  const auto edge = [&canvas](double x, double y, double width, double height) {
    const QRectF seen = QRectF(x, y, width, height) & canvas.geometry.plot;
    if (!seen.isEmpty())
      canvas.painter.fillRect(seen, canvas.theme.threshold);
  };
  if (cell.i == 0 || !above(canvas.cells, cell.i - 1, cell.j))
    edge(square.left(), square.top(), square.width(), 1);
  if (!above(canvas.cells, cell.i + 1, cell.j))
    edge(square.left(), square.bottom() - 1, square.width(), 1);
  if (cell.j == 0 || !above(canvas.cells, cell.i, cell.j - 1))
    edge(square.left(), square.top(), 1, square.height());
  if (!above(canvas.cells, cell.i, cell.j + 1))
    edge(square.right() - 1, square.top(), 1, square.height());
}

} // namespace

void draw_grid(const HeatmapCanvas& canvas) {
  const HeatmapGeometry& geometry = canvas.geometry;
  const HeatmapAxes axes(canvas);
  if (!axes.gridded())
    return; // cells this large are a grid themselves
  canvas.painter.setPen(QPen(canvas.theme.grid, 1));
  canvas.painter.setRenderHint(QPainter::Antialiasing, canvas.scene.vector);
  const QRectF plot = geometry.plot;
  for (const HeatmapAxes::Tick& tick : axes.columns()) {
    const double x = canvas.snapped(geometry.x(tick.at));
    canvas.painter.drawLine(QPointF(x, std::clamp(geometry.y(tick.at), plot.top(), plot.bottom())),
                            QPointF(x, plot.bottom()));
  }
  for (const HeatmapAxes::Tick& tick : axes.rows()) {
    const double y = canvas.snapped(geometry.y(tick.at));
    canvas.painter.drawLine(QPointF(plot.left(), y),
                            QPointF(std::clamp(geometry.x(tick.at), plot.left(), plot.right()), y));
  }
}

void draw_hatch(const HeatmapCanvas& canvas) {
  if (canvas.cells.complete())
    return;
  canvas.painter.setRenderHint(QPainter::Antialiasing, true);
  canvas.painter.setPen(QPen(canvas.theme.hatch, 1));
  const std::vector<QLineF> lines = canvas.geometry.hatch(HeatmapCanvas::hatch_apart);
  canvas.painter.drawLines(lines.data(), static_cast<int>(lines.size()));
}

void draw_cells(const HeatmapCanvas& canvas) {
  if (canvas.scene.vector && canvas.cells.all().size() <= most_rectangles) {
    draw_rectangles(canvas);
    return;
  }
  const double ratio = canvas.scene.vector ? image_scale_in_vector : canvas.painter.device()->devicePixelRatioF();
  canvas.painter.setRenderHint(QPainter::SmoothPixmapTransform, false);
  HeatmapImage once;
  HeatmapImage& image = canvas.scene.image ? *canvas.scene.image : once;
  canvas.painter.drawImage(canvas.geometry.plot, image.draw(canvas.scene, ratio));
}

void draw_contour(const HeatmapCanvas& canvas) {
  if (!canvas.outlined())
    return;
  for_each_seen(canvas, [&canvas](const HeatmapCell& cell) {
    if (cell.strength > canvas.cells.threshold())
      outline(canvas, cell);
  });
}

void draw_numbers(const HeatmapCanvas& canvas) {
  if (canvas.geometry.cell() < HeatmapCanvas::number_from)
    return;
  for_each_seen(canvas, [&canvas](const HeatmapCell& cell) {
    const QRectF square = canvas.geometry.rect(Cell{cell.i, cell.j});
    if (!canvas.geometry.plot.contains(square.adjusted(1, 1, -1, -1)))
      return;
    canvas.painter.setPen(readable_on(QColor(colour_of(canvas.scene, cell))));
    canvas.painter.drawText(square, Qt::AlignCenter, figure_number(cell.value));
  });
}

void draw_diagonal(const HeatmapCanvas& canvas) {
  const QLineF line = canvas.geometry.diagonal();
  if (line.isNull())
    return;
  canvas.painter.setRenderHint(QPainter::Antialiasing, true);
  canvas.painter.setPen(QPen(canvas.theme.diagonal, 1));
  canvas.painter.drawLine(line);
}

} // namespace longview
