#pragma once

#include <QPainter>

#include "widgets/heatmap_canvas.h"

namespace longview {

/// Room for numbers and titles in this font.
HeatmapRoom heatmap_room(const QFont& font, std::uint32_t segments, const HeatmapView& view,
                         std::uint32_t segment_length);

/// Axes, hatch, cells, threshold, diagonal, specificity, strip and legend.
void paint_heatmap(QPainter& painter, const HeatmapScene& scene);
/// Outline and cross-hair of the marked cells, their numbers on the axes and their value on the colour bar; rectangles.
void paint_marks(QPainter& painter, const HeatmapScene& scene, const HeatmapMarks& marks);
/// The whole document in a rectangle, in the painter's font, with a rectangle of pairs framed where one is given; one
/// sentence where there is nothing to draw.
void paint_heatmap(QPainter& painter, const QRectF& rect, const DocumentData& document, const HeatmapView& view,
                   const std::optional<CellRange>& range, const Theme& theme, bool vector);

/// Why there is nothing to draw; empty where there is something. Null: no document.
QString nothing_to_draw(const DocumentData* document, const HeatmapCells& cells);

} // namespace longview
