#pragma once

#include <cstdint>

#include <QImage>

#include "widgets/heatmap_cells.h"
#include "widgets/heatmap_geometry.h"

namespace longview {

struct HeatmapScene;

/// The side that a sampled cell is drawn with at least, in logical pixels: larger than the cell where a long document
/// has few pairs, because they would be lost otherwise; smaller the more there are, so that they do not cover each
/// other.
double least_drawn(const HeatmapCells& cells, const HeatmapGeometry& geometry);
/// The colour of a cell in this scene.
QRgb colour_of(const HeatmapScene& scene, const HeatmapCell& cell);
/// The cells that are seen as an image of the plot, transparent elsewhere. Where several fall on one pixel the one
/// furthest from zero (the highest, for values without sign) is drawn: a mean would hide single strong links.
/// At most linear in the pixels and the pairs, whichever are fewer. A geometry that was moved by whole device pixels
/// gives the same image, moved.
QImage render_cells(const HeatmapScene& scene, double device_pixel_ratio);

/// Keeps the image of the cells from one paint to the next: where the plot only moved, what is still seen moves with
/// it, and only the strips that come in are drawn. The pixels are those of render_cells().
class HeatmapImage {
 public:
  /// Geometry and pixels may differ from call to call; forget() when anything else of the scene did.
  const QImage& draw(const HeatmapScene& scene, double device_pixel_ratio);
  void forget() { image_ = {}; }
  std::uint64_t pixels_drawn() const { return pixels_drawn_; } ///< of all calls; those that only moved do not count

 private:
  QImage image_;
  std::uint64_t pixels_drawn_ = 0;
  double side_ = 0; ///< of a cell, in device pixels
  QPoint offset_;   ///< of the plot's corner from the document's, in device pixels
};

} // namespace longview
