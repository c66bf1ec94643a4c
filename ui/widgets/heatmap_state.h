#pragma once

#include <map>
#include <optional>

#include <QPixmap>

#include "jobs/background.h"
#include "widgets/heatmap_canvas.h"
#include "widgets/heatmap_image.h"
#include "widgets/heatmap_widget.h"

namespace longview {

// What the sources of HeatmapWidget share, and nobody else includes.

struct HeatmapWidget::State {
  enum class Drag { none, pan, zoom, select };
  static constexpr double easy_to_hit = 3; ///< pixels around a cell that is smaller than that

  DocumentPointer wanted;   ///< the newest
  DocumentPointer document; ///< that is shown; its cells may be of another value still
  HeatmapCells cells;
  HeatmapView view;
  std::map<HeatmapValue, ColourRange> ranges; ///< that were chosen
  HeatmapGeometry geometry;
  Theme theme;
  std::optional<Cell> selected;
  std::optional<Cell> hovered;
  std::optional<CellRange> range;
  Cell anchor, corner; ///< of the rectangle that keys extend
  QPixmap base;        ///< everything but the marks; null when it is out of date
  HeatmapImage image;  ///< the cells in it, which a moved plot uses again
  QPointF pressed_at;
  QPointF dragged_to;
  Drag pressed = Drag::none; ///< what moving the mouse would do
  bool dragging = false;
  Background background; ///< last: its thread is waited for first

  static Drag drag_with(Qt::KeyboardModifiers modifiers) {
    if (modifiers.testFlag(Qt::ShiftModifier))
      return Drag::select;
    return modifiers.testFlag(Qt::ControlModifier) ? Drag::zoom : Drag::pan;
  }

  bool drawn() const { return document && !cells.empty(); }

  HeatmapScene scene(const QFont& font, double ratio) {
    return {document.get(), &cells, geometry.on_pixels(ratio), theme, font, view, false, &image};
  }

  HeatmapMarks marks() const {
    HeatmapMarks marks{selected, hovered, range, {}};
    if (dragging && pressed == Drag::select)
      marks.range = CellRange::between(geometry.place_at(pressed_at), geometry.place_at(dragged_to), geometry.segments);
    if (dragging && pressed == Drag::zoom)
      marks.zoom = QRectF(pressed_at, dragged_to).normalized() & geometry.plot;
    return marks;
  }

  bool valid(std::optional<Cell> cell) const {
    return cell && document && cell->j < cell->i && cell->i < document->segments();
  }

  bool valid(const std::optional<CellRange>& rectangle) const {
    return rectangle && document && rectangle->last_i < document->segments() && rectangle->first_j < rectangle->last_i;
  }

  /// The cell at a pixel, or a scored one close by where cells are too small to hit.
  std::optional<Cell> cell_at(QPointF pixel) const {
    if (!drawn())
      return std::nullopt;
    const std::optional<Cell> exact = geometry.cell_at(pixel);
    if (!exact || geometry.cell() >= 2 * easy_to_hit || cells.find(*exact))
      return exact;
    const auto near = cells.near(geometry.column(pixel.x()), geometry.row(pixel.y()), easy_to_hit / geometry.cell());
    return near ? near : exact;
  }

  /// Of the same id: it may hold more by now.
  bool is_shown(const DocumentPointer& other) const {
    return other && document && other->document.id == document->document.id;
  }
};

} // namespace longview
