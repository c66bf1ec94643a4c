#include "widgets/heatmap_geometry.h"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace longview {
namespace {

std::vector<std::uint32_t> ticks(double origin, double across, std::uint32_t segments, std::uint32_t step) {
  std::vector<std::uint32_t> found;
  for (std::uint32_t k = 0; k < segments; k += step)
    if (k + 0.5 >= origin && k + 0.5 <= origin + across)
      found.push_back(k);
  return found;
}

std::vector<std::uint64_t> token_ticks(double origin, double across, std::uint32_t segments, std::uint64_t step,
                                       std::uint32_t segment_length) {
  const double first = std::ceil(origin * segment_length / static_cast<double>(step));
  const double end = std::min(origin + across, static_cast<double>(segments)) * segment_length;
  std::vector<std::uint64_t> found;
  for (std::uint64_t token = static_cast<std::uint64_t>(first) * step; static_cast<double>(token) <= end; token += step)
    found.push_back(token);
  return found;
}

/// Where the line column + row = sum, followed to the top right, leaves the stairs of the lower triangle: its column.
double stairs_end(double sum) {
  const double stair = std::floor(sum / 2);
  return sum < 2 * stair + 1 ? stair : sum - stair - 1;
}

} // namespace

HeatmapGeometry HeatmapGeometry::fitted(const QRectF& area, const HeatmapRoom& room, std::uint32_t segments) {
  HeatmapGeometry made;
  made.segments = segments;
  made.lay_out(area, room);
  made.fit();
  return made;
}

void HeatmapGeometry::lay_out(const QRectF& area, const HeatmapRoom& room) {
  const double width = area.width() - room.left - room.gap - room.least_bars - room.right;
  const double height = area.height() - room.top - room.bottom;
  const double below = room.strip > 0 ? room.strip_gap + room.strip : 0;
  const auto side_in = [width](double most) { return std::max(1.0, std::floor(std::min(width, most))); };
  const bool stripped = below > 0 && side_in(height - below) >= least_side;
  const double side = side_in(stripped ? height - below : height);
  plot = QRectF(std::round(area.left() + room.left), std::round(area.top() + room.top), side, side);
  const double left = plot.right() + room.gap;
  const double bars_width =
      std::clamp(area.right() - room.right - left, room.least_bars, std::max(room.least_bars, room.most_bars));
  bars = QRectF(left, plot.top(), std::floor(bars_width), side);
  strip = stripped ? QRectF(plot.left(), plot.bottom() + room.strip_gap, side, room.strip) : QRectF();
}

HeatmapGeometry HeatmapGeometry::on_pixels(double device_pixel_ratio) const {
  const double side = cell() * device_pixel_ratio;
  HeatmapGeometry moved = *this;
  moved.origin = QPointF(std::round(origin.x() * side) / side, std::round(origin.y() * side) / side);
  return moved;
}

QRectF HeatmapGeometry::rect(Cell place) const {
  return {x(place.j), y(place.i), cell(), cell()};
}

QRectF HeatmapGeometry::area(const CellRange& range) const {
  return QRectF(QPointF(x(range.first_j), y(range.first_i)), QPointF(x(range.last_j + 1.0), y(range.last_i + 1.0)));
}

Cell HeatmapGeometry::place_at(QPointF pixel) const {
  const auto whole = [this](double place) {
    return static_cast<std::uint32_t>(std::clamp(std::floor(place), 0.0, std::max(segments, 1U) - 1.0));
  };
  const double within = cell() * 1e-6; // the right and lower edges belong to the last cells that are seen
  return {whole(row(std::clamp(pixel.y(), plot.top(), plot.bottom() - within))),
          whole(column(std::clamp(pixel.x(), plot.left(), plot.right() - within)))};
}

std::optional<Cell> HeatmapGeometry::cell_at(QPointF pixel) const {
  const double j = std::floor(column(pixel.x()));
  const double i = std::floor(row(pixel.y()));
  const bool in_plot =
      pixel.x() >= plot.left() && pixel.x() < plot.right() && pixel.y() >= plot.top() && pixel.y() < plot.bottom();
  if (!in_plot || j < 0 || j >= i || i >= segments)
    return std::nullopt;
  return Cell{static_cast<std::uint32_t>(i), static_cast<std::uint32_t>(j)};
}

bool HeatmapGeometry::above_diagonal(const QRectF& rect) const {
  return column(rect.left()) >= std::ceil(row(rect.bottom())) - 1;
}

void HeatmapGeometry::zoom_at(QPointF pixel, double factor) {
  const double all = std::max<std::uint32_t>(segments, 1);
  const QPointF held(column(pixel.x()), row(pixel.y()));
  across = std::clamp(across / factor, std::min(least_across, all), all);
  origin = held - QPointF(pixel.x() - plot.left(), pixel.y() - plot.top()) / cell();
  keep_inside();
}

void HeatmapGeometry::zoom_to(const QRectF& pixels) {
  const double all = std::max<std::uint32_t>(segments, 1);
  const QPointF middle(column(pixels.center().x()), row(pixels.center().y()));
  const double wanted = std::max(pixels.width(), pixels.height()) / cell();
  across = std::clamp(wanted, std::min(least_across, all), all);
  origin = middle - QPointF(across, across) / 2;
  keep_inside();
}

void HeatmapGeometry::pan(QPointF pixels) {
  origin -= pixels / cell();
  keep_inside();
}

void HeatmapGeometry::fit() {
  across = std::max<std::uint32_t>(segments, 1);
  origin = QPointF();
}

void HeatmapGeometry::reveal(Cell place) {
  const auto moved = [this](double start, double wanted) {
    return std::clamp(start, wanted + 1 - across, std::max(wanted + 1 - across, wanted));
  };
  origin = QPointF(moved(origin.x(), place.j), moved(origin.y(), place.i));
  keep_inside();
}

void HeatmapGeometry::keep_inside() {
  const double most = std::max(0.0, segments - across);
  origin = QPointF(std::clamp(origin.x(), 0.0, most), std::clamp(origin.y(), 0.0, most));
}

std::uint32_t HeatmapGeometry::first_column() const {
  return static_cast<std::uint32_t>(origin.x());
}

std::uint32_t HeatmapGeometry::end_column() const {
  return std::min(segments, static_cast<std::uint32_t>(std::ceil(origin.x() + across)));
}

std::uint32_t HeatmapGeometry::first_row() const {
  return static_cast<std::uint32_t>(origin.y());
}

std::uint32_t HeatmapGeometry::end_row() const {
  return std::min(segments, static_cast<std::uint32_t>(std::ceil(origin.y() + across)));
}

std::uint32_t HeatmapGeometry::tick_step(double apart) const {
  std::uint32_t step = 1;
  while (step * cell() < apart && step < segments)
    step *= 2;
  return step;
}

std::vector<std::uint32_t> HeatmapGeometry::column_ticks(std::uint32_t step) const {
  return ticks(origin.x(), across, segments, step);
}

std::vector<std::uint32_t> HeatmapGeometry::row_ticks(std::uint32_t step) const {
  return ticks(origin.y(), across, segments, step);
}

std::uint64_t HeatmapGeometry::token_step(double apart, std::uint32_t segment_length) const {
  const double least = apart / cell() * segment_length;
  std::uint64_t power = 1;
  while (true) {
    for (const std::uint64_t step : {power, 2 * power, 5 * power})
      if (static_cast<double>(step) >= least)
        return step;
    power *= 10;
  }
}

std::vector<std::uint64_t> HeatmapGeometry::column_tokens(std::uint64_t step, std::uint32_t segment_length) const {
  return token_ticks(origin.x(), across, segments, step, segment_length);
}

std::vector<std::uint64_t> HeatmapGeometry::row_tokens(std::uint64_t step, std::uint32_t segment_length) const {
  return token_ticks(origin.y(), across, segments, step, segment_length);
}

QLineF HeatmapGeometry::diagonal() const {
  const double from = std::max(origin.x(), origin.y());
  const double to = std::min({origin.x() + across, origin.y() + across, static_cast<double>(segments)});
  return to > from ? QLineF(x(from), y(from), x(to), y(to)) : QLineF();
}

std::vector<QLineF> HeatmapGeometry::hatch(double apart) const {
  std::vector<QLineF> lines;
  const double step = apart * std::numbers::sqrt2 / cell(); // in column + row
  const double right = std::min(origin.x() + across, static_cast<double>(segments));
  const double bottom = std::min(origin.y() + across, static_cast<double>(segments));
  for (double sum = std::ceil((origin.x() + origin.y()) / step) * step; sum < right + bottom; sum += step) {
    const double from = std::max(origin.x(), sum - bottom);
    const double to = std::min({right, sum - origin.y(), stairs_end(sum)});
    if (to > from)
      lines.emplace_back(x(from), y(sum - from), x(to), y(sum - to));
  }
  return lines;
}

} // namespace longview
