#include "widgets/heatmap_image.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "widgets/heatmap_canvas.h"

namespace longview {
namespace {

constexpr double most_when_sparse = 4; // side that a small cell is drawn with at most
constexpr double most_covered = 0.5;   // of the plot, by cells that are drawn larger than they are
constexpr double fade_share = 0.78;    // of the ground, in a faint cell

/// Pixels from `begin` to `end`, not less than `least` around the same middle.
struct Stretch {
  int begin = 0;
  int end = 0;

  Stretch(double from, double to, int least) {
    begin = static_cast<int>(std::floor(from + 0.5));
    end = static_cast<int>(std::floor(to + 0.5));
    if (end - begin < least) {
      begin = static_cast<int>(std::floor((from + to - least) / 2 + 0.5));
      end = begin + least;
    }
  }
  void clip(int length) {
    begin = std::clamp(begin, 0, length);
    end = std::clamp(end, 0, length);
  }
};

/// Writes rectangles of one colour into an image, the one that stands out most on top.
class CellImage {
 public:
  CellImage(QSize size, bool overlap) : image_(size, QImage::Format_ARGB32_Premultiplied) {
    image_.fill(Qt::transparent);
    if (overlap)
      shown_.assign(static_cast<std::size_t>(size.width()) * static_cast<std::size_t>(size.height()),
                    -std::numeric_limits<float>::infinity());
  }

  void fill(Stretch across, Stretch down, QRgb colour, double stands_out) {
    across.clip(image_.width());
    down.clip(image_.height());
    for (int y = down.begin; y < down.end; ++y) {
      auto* line = reinterpret_cast<QRgb*>(image_.scanLine(y));
      if (shown_.empty())
        std::fill(line + across.begin, line + across.end, colour);
      else
        fill_over(line, y, across, colour, static_cast<float>(stands_out));
    }
  }

  QImage take() { return std::move(image_); }

 private:
  void fill_over(QRgb* line, int y, Stretch across, QRgb colour, float stands_out) {
    float* shown = shown_.data() + static_cast<std::size_t>(y) * static_cast<std::size_t>(image_.width());
    for (int x = across.begin; x < across.end; ++x)
      if (stands_out > shown[x]) {
        shown[x] = stands_out;
        line[x] = colour;
      }
  }

  QImage image_;
  std::vector<float> shown_;
};

int mixed(int from, int to) {
  return static_cast<int>(std::lround(from + (to - from) * fade_share));
}

} // namespace

double least_drawn(const HeatmapCells& cells, const HeatmapGeometry& geometry) {
  const double all = 0.5 * cells.segments() * (cells.segments() - 1.0);
  const auto scored = static_cast<double>(cells.all().size());
  if (geometry.cell() >= most_when_sparse || scored == 0)
    return 1;
  const double side = geometry.cell() * std::sqrt(most_covered * all / scored);
  return std::clamp(std::floor(side), 1.0, most_when_sparse);
}

QRgb colour_of(const HeatmapScene& scene, const HeatmapCell& cell) {
  const QRgb colour = scene.cells->scale().colour(cell.value, scene.theme.dark);
  if (!scene.view.fade || cell.strength > scene.cells->threshold())
    return colour;
  const QRgb ground = scene.theme.background.rgb();
  return qRgb(mixed(qRed(colour), qRed(ground)), mixed(qGreen(colour), qGreen(ground)),
              mixed(qBlue(colour), qBlue(ground)));
}

QImage render_cells(const HeatmapScene& scene, double device_pixel_ratio) {
  const HeatmapGeometry& geometry = scene.geometry;
  const HeatmapCells& cells = *scene.cells;
  const double side = geometry.cell() * device_pixel_ratio;
  const int length = static_cast<int>(std::ceil(geometry.plot.width() * device_pixel_ratio));
  const int least = static_cast<int>(std::lround(least_drawn(cells, geometry) * device_pixel_ratio));
  const int gap = geometry.cell() >= HeatmapCanvas::gap_from ? static_cast<int>(std::lround(device_pixel_ratio)) : 0;
  const QRgb ground = scene.theme.background.rgb();
  const HeatmapLevel& level = cells.level(1 / side); // tiles of a pixel at most: nothing is moved
  const std::uint32_t across_tile = 1U << level.shift();
  CellImage image(QSize(length, length), side * across_tile < least + 1);
  const double all = geometry.segments; // the last tile may reach beyond
  const std::uint32_t end = (geometry.end_row() + across_tile - 1) >> level.shift();
  for (std::uint32_t tile = geometry.first_row() >> level.shift(); tile < end; ++tile) {
    // both edges from whole cells, so that neighbours round to the same pixel
    const double top = (static_cast<double>(tile) * across_tile - geometry.origin.y()) * side;
    const double bottom = (std::min((tile + 1.0) * across_tile, all) - geometry.origin.y()) * side;
    for (const HeatmapCell& cell : level.row(tile)) {
      const double first = (cell.j >> level.shift()) * across_tile;
      const double left = (first - geometry.origin.x()) * side;
      const double right = (std::min(first + across_tile, all) - geometry.origin.x()) * side;
      if (right < 0)
        continue;
      if (left > length)
        break;
      Stretch across(left, right, least);
      Stretch down(top, bottom, least);
      const double order = cells.stands_out(cell);
      if (gap > 0) {
        image.fill(across, down, ground, order); // no hatch in the gaps
        across.end -= gap;
        down.end -= gap;
      }
      image.fill(across, down, colour_of(scene, cell), order);
    }
  }
  return image.take();
}

} // namespace longview
