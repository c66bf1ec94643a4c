#include "widgets/heatmap_image.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <limits>
#include <utility>

#include "widgets/heatmap_canvas.h"

namespace longview {
namespace {

constexpr double most_when_sparse = 4; // side that a small cell is drawn with at most
constexpr double most_covered = 0.5;   // of the plot, by cells that are drawn larger than they are
constexpr double fade_share = 0.78;    // of the ground, in a faint cell

/// Pixels from `begin` to `end`.
struct Stretch {
  int begin = 0;
  int end = 0;
};

/// Where tiles of cells are in the image of the plot, in device pixels. Their edges are rounded as counted from the
/// document's corner, and the plot's corner is rounded once: so all edges move alike when the plot does.
struct Placement {
  double side = 1;              ///< of a cell
  QPoint offset;                ///< of the plot's corner from the document's
  int length = 0;               ///< side of the plot
  int least = 1;                ///< side that a cell is drawn with at least, around its middle
  std::uint32_t segments = 0;   ///< the last tile may reach beyond them
  unsigned shift = 0;           ///< tiles are 2^shift cells wide
  std::uint32_t tile_count = 0; ///< in a row or column of them

  Placement(const HeatmapScene& scene, double ratio)
      : side(scene.geometry.cell() * ratio),
        offset(rounded(scene.geometry.origin.x() * side), rounded(scene.geometry.origin.y() * side)),
        length(static_cast<int>(std::ceil(scene.geometry.plot.width() * ratio))),
        least(static_cast<int>(std::lround(least_drawn(*scene.cells, scene.geometry) * ratio))),
        segments(scene.geometry.segments) {}

  void set_level(const HeatmapLevel& level) {
    shift = level.shift();
    tile_count = level.rows();
  }
  double tile_side() const { return side * (1U << shift); }
  bool overlap() const { return tile_side() < least + 1; }

  /// Of a tile, counted from `origin` pixels behind the document's corner.
  Stretch stretch(std::uint32_t tile, int origin) const {
    const double from = tile * tile_side();
    const double to = std::min((tile + 1) * tile_side(), segments * side);
    Stretch found{rounded(from), rounded(to)};
    if (found.end - found.begin < least) {
      found.begin = rounded((from + to - least) / 2);
      found.end = found.begin + least;
    }
    return {found.begin - origin, found.end - origin};
  }

  /// The tiles that can reach into `pixels` pixels from `origin` on: first, and one past the last.
  std::pair<std::uint32_t, std::uint32_t> tiles(int origin, int pixels) const {
    const auto tile = [this](double at) {
      return static_cast<std::uint32_t>(std::clamp(std::floor(at / tile_side()), 0.0, double(tile_count)));
    };
    return {tile(origin - least - 1), tile(origin + pixels + least + 1.0) + 1};
  }

 private:
  static int rounded(double pixels) { return static_cast<int>(std::floor(pixels + 0.5)); }
};

QImage transparent(QSize size) {
  QImage image(size, QImage::Format_ARGB32_Premultiplied);
  image.fill(Qt::transparent);
  return image;
}

Stretch clipped(Stretch stretch, int length) {
  return {std::clamp(stretch.begin, 0, length), std::clamp(stretch.end, 0, length)};
}

/// Cells that do not overlap: rectangles, with a gap where they are large.
class Rectangles {
 public:
  Rectangles(const HeatmapScene& scene, QSize size, int gap) : scene_(scene), image_(transparent(size)), gap_(gap) {}

  void add(const HeatmapCell& cell, Stretch across, Stretch down) {
    if (gap_ > 0) {
      fill(across, down, scene_.theme.background.rgb()); // no hatch in the gaps
      across.end -= gap_;
      down.end -= gap_;
    }
    fill(across, down, colour_of(scene_, cell));
  }
  QImage take() { return std::move(image_); }

 private:
  void fill(Stretch across, Stretch down, QRgb colour) {
    across = clipped(across, image_.width());
    down = clipped(down, image_.height());
    for (int y = down.begin; y < down.end; ++y) {
      auto* line = reinterpret_cast<QRgb*>(image_.scanLine(y));
      std::fill(line + across.begin, line + std::max(across.begin, across.end), colour);
    }
  }

  const HeatmapScene& scene_;
  QImage image_;
  int gap_;
};

/// Cells that share pixels: each pixel goes to the one that stands out most, the first of equal ones. Colours are
/// looked up at the end, when it is known who got a pixel.
class Contest {
 public:
  Contest(const HeatmapScene& scene, QSize size)
      : scene_(scene), size_(size),
        pixels_(static_cast<std::size_t>(size.width()) * static_cast<std::size_t>(size.height())) {}

  void add(const HeatmapCell& cell, Stretch across, Stretch down) {
    across = clipped(across, size_.width());
    down = clipped(down, size_.height());
    const auto stands_out = static_cast<float>(scene_.cells->stands_out(cell));
    for (int y = down.begin; y < down.end; ++y) {
      Pixel* line = pixels_.data() + static_cast<std::size_t>(y) * static_cast<std::size_t>(size_.width());
      for (int x = across.begin; x < across.end; ++x)
        if (stands_out > line[x].stands_out)
          line[x] = {&cell, stands_out};
    }
  }
  QImage take() const {
    QImage image = transparent(size_);
    const Pixel* pixel = pixels_.data();
    const HeatmapCell* cell = nullptr;
    QRgb colour = 0;
    for (int y = 0; y < size_.height(); ++y) {
      auto* line = reinterpret_cast<QRgb*>(image.scanLine(y));
      for (int x = 0; x < size_.width(); ++x, ++pixel) {
        if (!pixel->cell)
          continue;
        if (pixel->cell != cell) {
          cell = pixel->cell;
          colour = colour_of(scene_, *cell);
        }
        line[x] = colour;
      }
    }
    return image;
  }

 private:
  struct Pixel {
    const HeatmapCell* cell = nullptr;
    float stands_out = -std::numeric_limits<float>::infinity();
  };

  const HeatmapScene& scene_;
  QSize size_;
  std::vector<Pixel> pixels_;
};

/// Gives the cells that reach into a part of the plot to `drawing`, by rows.
template <typename Drawing>
QImage draw_part(const Placement& place, const HeatmapLevel& level, const QRect& part, Drawing drawing) {
  const QPoint corner = place.offset + part.topLeft();
  const auto [first_column, end_column] = place.tiles(corner.x(), part.width());
  std::vector<Stretch> across;
  for (std::uint32_t tile = first_column; tile < end_column; ++tile)
    across.push_back(place.stretch(tile, corner.x()));
  const auto before = [&level](const HeatmapCell& cell, std::uint32_t tile) { return cell.j >> level.shift() < tile; };
  const auto [first_row, end_row] = place.tiles(corner.y(), part.height());
  for (std::uint32_t tile = first_row; tile < end_row; ++tile) {
    const Stretch down = place.stretch(tile, corner.y());
    const std::span<const HeatmapCell> row = level.row(tile);
    const auto end = std::lower_bound(row.begin(), row.end(), end_column, before);
    for (auto cell = std::lower_bound(row.begin(), end, first_column, before); cell != end; ++cell)
      drawing.add(*cell, across[(cell->j >> level.shift()) - first_column], down);
  }
  return drawing.take();
}

QImage draw_part(const HeatmapScene& scene, Placement place, double ratio, const QRect& part) {
  const HeatmapLevel& level = scene.cells->level(1 / place.side); // tiles of a pixel at most: nothing is moved
  place.set_level(level);
  if (place.overlap())
    return draw_part(place, level, part, Contest(scene, part.size()));
  const bool apart = scene.geometry.cell() >= HeatmapCanvas::gap_from;
  return draw_part(place, level, part,
                   Rectangles(scene, part.size(), apart ? static_cast<int>(std::lround(ratio)) : 0));
}

void copy_into(QImage& image, const QImage& part, QPoint at) {
  for (int y = 0; y < part.height(); ++y)
    std::memcpy(reinterpret_cast<QRgb*>(image.scanLine(at.y() + y)) + at.x(), part.constScanLine(y),
                static_cast<std::size_t>(part.width()) * sizeof(QRgb));
}

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
  const Placement place(scene, device_pixel_ratio);
  return draw_part(scene, place, device_pixel_ratio, QRect(0, 0, place.length, place.length));
}

const QImage& HeatmapImage::draw(const HeatmapScene& scene, double device_pixel_ratio) {
  const Placement place(scene, device_pixel_ratio);
  const QRect whole(0, 0, place.length, place.length);
  const QPoint moved = place.offset - std::exchange(offset_, place.offset);
  const bool same_scale = image_.size() == whole.size() && side_ == place.side;
  side_ = place.side;
  const QRect kept = whole.translated(-moved) & whole; // of what is seen now
  const auto drawn = [&](const QRect& part) {
    pixels_drawn_ += static_cast<std::uint64_t>(part.width()) * static_cast<std::uint64_t>(part.height());
    return draw_part(scene, place, device_pixel_ratio, part);
  };
  if (!same_scale || kept.isEmpty()) {
    image_ = drawn(whole);
    return image_;
  }
  if (moved.isNull())
    return image_;
  image_ = image_.copy(whole.translated(moved)); // what it did not have is transparent
  const QRect beside(kept.left() > 0 ? 0 : kept.right() + 1, 0, whole.width() - kept.width(), whole.height());
  const QRect above_or_below(kept.left(), kept.top() > 0 ? 0 : kept.bottom() + 1, kept.width(),
                             whole.height() - kept.height());
  for (const QRect& strip : {beside, above_or_below})
    if (!strip.isEmpty())
      copy_into(image_, drawn(strip), strip.topLeft());
  return image_;
}

} // namespace longview
