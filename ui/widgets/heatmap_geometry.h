#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include <QLineF>
#include <QPointF>
#include <QRectF>

#include "widgets/document_data.h"
#include "widgets/heatmap_selection.h"

namespace longview {

/// Room around the cells for words, in pixels; it follows from the font.
struct HeatmapRoom {
  double left = 0;       ///< row numbers and the title of the rows
  double top = 0;        ///< above the cells
  double right = 0;      ///< right of the bars
  double bottom = 0;     ///< column numbers and the title of the columns, below the strip
  double strip = 0;      ///< height of the bars below the cells; 0: none
  double strip_gap = 0;  ///< between cells and strip: its title
  double gap = 0;        ///< between cells and bars
  double least_bars = 0; ///< width of the specificity bars
  double most_bars = 0;
};

/// Where everything of a heatmap is: all arithmetic between pixels and cells. Cell (i, j) covers columns j to j + 1 and
/// rows i to i + 1; pixels are the painter's logical units. Cells are square at every zoom.
struct HeatmapGeometry {
  std::uint32_t segments = 0;
  QRectF plot;       ///< square, whole pixels: the cells
  QRectF bars;       ///< beside it, as high: specificity
  QRectF strip;      ///< below it, as wide: bars of the columns; null where there are none or no room for them
  double across = 1; ///< cells from one side of the plot to the other, not whole while zoomed
  QPointF origin;    ///< column and row at the top left corner of the plot

  static constexpr double least_across = 4; ///< how far one can zoom in
  static constexpr double least_side = 160; ///< of the cells, in pixels: below it the strip gives way to them

  /// The whole document in the area.
  static HeatmapGeometry fitted(const QRectF& area, const HeatmapRoom& room, std::uint32_t segments);
  /// The same cells in another area.
  void lay_out(const QRectF& area, const HeatmapRoom& room);

  /// With its corner on a whole device pixel of so many a logical pixel: what is drawn by it moves without change.
  HeatmapGeometry on_pixels(double device_pixel_ratio) const;

  /// Side of a cell in pixels.
  double cell() const { return plot.width() / across; }
  bool zoomed() const { return across < segments; }

  double column(double x) const { return origin.x() + (x - plot.left()) / cell(); }
  double row(double y) const { return origin.y() + (y - plot.top()) / cell(); }
  double x(double column) const { return plot.left() + (column - origin.x()) * cell(); }
  double y(double row) const { return plot.top() + (row - origin.y()) * cell(); }
  QRectF rect(Cell cell) const;
  /// Of all cells of a range, also above the diagonal.
  QRectF area(const CellRange& range) const;
  /// The cell at a pixel: only of the lower triangle, and only where the plot is.
  std::optional<Cell> cell_at(QPointF pixel) const;
  /// The place (i, j) nearest to a pixel, above the diagonal too: where a rectangle is drawn to.
  Cell place_at(QPointF pixel) const;
  /// Whether no cell of the lower triangle reaches into the rectangle.
  bool above_diagonal(const QRectF& rect) const;

  /// factor > 1 comes nearer; what is under the pixel stays there, as far as the edges of the document allow.
  void zoom_at(QPointF pixel, double factor);
  /// Comes as near as it can to what a rectangle of pixels shows, its middle in the middle.
  void zoom_to(const QRectF& pixels);
  /// Moves the cells by so many pixels, not beyond the edges of the document.
  void pan(QPointF pixels);
  void fit();
  /// Pans as little as it takes to show the whole cell.
  void reveal(Cell cell);

  std::uint32_t first_column() const;
  std::uint32_t end_column() const; ///< one past the last that is seen
  std::uint32_t first_row() const;
  std::uint32_t end_row() const;
  /// Segments between two numbers of an axis: a power of two, at least `apart` pixels.
  std::uint32_t tick_step(double apart) const;
  /// Numbers of an axis that are seen, whose middle is in the plot.
  std::vector<std::uint32_t> column_ticks(std::uint32_t step) const;
  std::vector<std::uint32_t> row_ticks(std::uint32_t step) const;
  /// Tokens between two numbers of an axis, at least `apart` pixels: 1, 2 or 5 times a power of ten.
  std::uint64_t token_step(double apart, std::uint32_t segment_length) const;
  /// Numbers of such an axis that are seen: token t is at column (row) t / segment_length.
  std::vector<std::uint64_t> column_tokens(std::uint64_t step, std::uint32_t segment_length) const;
  std::vector<std::uint64_t> row_tokens(std::uint64_t step, std::uint32_t segment_length) const;

  /// The diagonal as far as it is seen; null when it is not.
  QLineF diagonal() const;
  /// Lines at 45 degrees, from the bottom left to the top right and `apart` pixels from each other, across the cells of
  /// the lower triangle that are seen. They stay on their cells while panning.
  std::vector<QLineF> hatch(double apart) const;

 private:
  void keep_inside();
};

} // namespace longview
