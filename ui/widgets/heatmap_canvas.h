#pragma once

#include <QFont>
#include <QFontMetricsF>
#include <QPainter>

#include "widgets/heatmap_cells.h"
#include "widgets/heatmap_geometry.h"
#include "widgets/theme.h"

namespace longview {

class HeatmapImage;

/// What a heatmap is drawn from. Everything it points at must outlive the drawing.
struct HeatmapScene {
  const DocumentData* document = nullptr;
  const HeatmapCells* cells = nullptr;
  HeatmapGeometry geometry;
  Theme theme;
  QFont font;
  HeatmapView view;
  /// For SVG and PDF: rectangles instead of an image as long as they are few. Nothing is clipped then (SVG of Qt 6.4
  /// cannot), so the geometry must show the whole document.
  bool vector = false;
  HeatmapImage* image = nullptr; ///< keeps the cells that were drawn for the next time; none: drawn afresh
};

/// What is pointed out over the heatmap.
struct HeatmapMarks {
  std::optional<Cell> selected;
  std::optional<Cell> hovered;
  std::optional<CellRange> range;
  QRectF zoom; ///< a rectangle that is being drawn to come nearer; null: none
};

/// The pen of all parts of a heatmap: painter, scene, and the measures that the parts share. It gives the painter back
/// as it was.
class HeatmapCanvas {
 public:
  static constexpr double unit = 4;         ///< half the grid of the window
  static constexpr double gap_from = 12;    ///< cells of this side have a gap between them
  static constexpr double outline_from = 4; ///< cells of this side have the outline of the threshold
  static constexpr double number_from = 46; ///< cells of this side carry their number
  static constexpr double hatch_apart = 6;  ///< between lines of the hatch

  HeatmapCanvas(QPainter& painter, const HeatmapScene& scene);
  ~HeatmapCanvas();
  HeatmapCanvas(const HeatmapCanvas&) = delete;
  HeatmapCanvas& operator=(const HeatmapCanvas&) = delete;

  QPainter& painter;
  const HeatmapScene& scene;
  const HeatmapGeometry& geometry;
  const Theme& theme;
  const HeatmapCells& cells;
  const QFontMetricsF metrics; ///< of the small font, which the painter has

  bool outlined() const { return geometry.cell() >= outline_from; }
  /// Lines of one pixel stay sharp on a screen; vectors need no help.
  double snapped(double coordinate) const;
  QRectF snapped(const QRectF& rect) const;
  /// A frame of fills, which are sharp where lines are not.
  void frame(const QRectF& outer, double width, const QColor& colour) const;
};

/// Of settings and ends of scales, which are round: "0.1", not "0.100".
QString short_number(double value);

// The parts. Each leaves pen, brush and render hints as it likes.
void draw_grid(const HeatmapCanvas& canvas);
void draw_hatch(const HeatmapCanvas& canvas);
void draw_cells(const HeatmapCanvas& canvas);
/// Around every region of cells above the threshold; nothing where cells are too small for it.
void draw_contour(const HeatmapCanvas& canvas);
/// Values in cells that are large enough.
void draw_numbers(const HeatmapCanvas& canvas);
void draw_diagonal(const HeatmapCanvas& canvas);
void draw_axes(const HeatmapCanvas& canvas);
/// Specificity beside the rows.
void draw_bars(const HeatmapCanvas& canvas);
/// How much later text leans on a segment, below the columns.
void draw_strip(const HeatmapCanvas& canvas);
void draw_legend(const HeatmapCanvas& canvas);
void draw_marks(const HeatmapCanvas& canvas, const HeatmapMarks& marks);

} // namespace longview
