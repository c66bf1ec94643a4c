#pragma once

#include <optional>

#include <QFont>
#include <QImage>
#include <QPainter>

#include "widgets/document_data.h"
#include "widgets/heatmap_cells.h"
#include "widgets/heatmap_geometry.h"
#include "widgets/theme.h"

namespace longview {

/// What a heatmap is drawn from. Everything it points at must outlive the drawing.
struct HeatmapScene {
  const DocumentData* document = nullptr;
  const HeatmapCells* cells = nullptr;
  HeatmapGeometry geometry;
  Theme theme;
  QFont font;
  /// For SVG and PDF: rectangles instead of an image as long as they are few. Nothing is clipped then (SVG of Qt 6.4
  /// cannot), so the geometry must show the whole document.
  bool vector = false;
};

/// Cells that are pointed out over the heatmap.
struct HeatmapMarks {
  std::optional<Cell> selected;
  std::optional<Cell> hovered;
};

/// Room for numbers and titles in this font.
HeatmapRoom heatmap_room(const QFont& font, std::uint32_t segments);

/// The side that a sampled cell is drawn with at least, in logical pixels: larger than the cell where a long document
/// has few pairs, because they would be lost otherwise.
double least_drawn(const HeatmapCells& cells, const HeatmapGeometry& geometry);
/// The cells that are seen as an image of the plot, transparent elsewhere. Where several fall on one pixel the one
/// furthest from zero (the highest, for values without sign) is drawn: a mean would hide single strong links.
/// Linear in the number of pairs.
QImage render_cells(const HeatmapScene& scene, double device_pixel_ratio);

/// Axes, hatch, cells, threshold, diagonal, specificity and legend.
void paint_heatmap(QPainter& painter, const HeatmapScene& scene);
/// Outline and cross-hair of the marked cells, their numbers on the axes and their value on the colour bar.
void paint_marks(QPainter& painter, const HeatmapScene& scene, const HeatmapMarks& marks);
/// The whole document in a rectangle, in the painter's font; one sentence where there is nothing to draw.
void paint_heatmap(QPainter& painter, const QRectF& rect, const DocumentData& document, HeatmapValue value,
                   const Theme& theme, bool vector);

/// Why there is nothing to draw; empty where there is something. Null: no document.
QString nothing_to_draw(const DocumentData* document, const HeatmapCells& cells);

} // namespace longview
