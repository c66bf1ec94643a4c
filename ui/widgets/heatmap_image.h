#pragma once

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
/// At most linear in the pixels and the pairs, whichever are fewer.
QImage render_cells(const HeatmapScene& scene, double device_pixel_ratio);

} // namespace longview
