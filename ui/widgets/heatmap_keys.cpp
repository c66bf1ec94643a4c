// What keys do to a heatmap: the cursor, the rectangle and the zoom.
#include <algorithm>

#include <QKeyEvent>

#include "widgets/heatmap_state.h"

namespace longview {
namespace {

constexpr double zoom_per_key = 1.5;
constexpr double page_share = 0.8; // of the rows that are seen, for a page up or down

std::optional<Direction> direction_of(int key) {
  switch (key) {
  case Qt::Key_Left:
    return Direction::left;
  case Qt::Key_Right:
    return Direction::right;
  case Qt::Key_Up:
    return Direction::up;
  case Qt::Key_Down:
    return Direction::down;
  default:
    return std::nullopt;
  }
}

} // namespace

void HeatmapWidget::keyPressEvent(QKeyEvent* event) {
  const Qt::KeyboardModifiers modifiers = event->modifiers() & ~(Qt::KeypadModifier | Qt::GroupSwitchModifier);
  if (!state_->drawn() || !take_key(event->key(), modifiers))
    QWidget::keyPressEvent(event);
}

bool HeatmapWidget::take_key(int key, Qt::KeyboardModifiers modifiers) {
  const bool with_shift = modifiers == Qt::ShiftModifier;
  const bool with_control = modifiers == Qt::ControlModifier;
  if (with_shift && direction_of(key)) {
    extend(key);
    return true;
  }
  const bool end = key == Qt::Key_Home || key == Qt::Key_End;
  if (modifiers == Qt::NoModifier ? direction_of(key) || end || key == Qt::Key_PageUp || key == Qt::Key_PageDown
                                  : with_control && end) {
    if (const std::optional<Cell> cell = cell_for(key, with_control))
      select(cell);
    return true;
  }
  if (modifiers != Qt::NoModifier && !with_shift)
    return false;
  switch (key) {
  case Qt::Key_0:
    fit();
    return true;
  case Qt::Key_Plus:
  case Qt::Key_Equal:
    zoom_at_selection(zoom_per_key);
    return true;
  case Qt::Key_Minus:
    zoom_at_selection(1 / zoom_per_key);
    return true;
  case Qt::Key_Escape:
    return undo();
  default:
    return false;
  }
}

/// Where a key takes the cursor; without one: the strongest cell. Nothing at the end.
std::optional<Cell> HeatmapWidget::cell_for(int key, bool whole_document) const {
  const HeatmapCells& cells = state_->cells;
  const std::optional<Cell>& from = state_->selected;
  const auto cell = [](const HeatmapCell& of) { return Cell{of.i, of.j}; };
  if (whole_document)
    return cell(key == Qt::Key_Home ? cells.all().front() : cells.all().back());
  if (!from)
    return cells.strongest();
  if (const std::optional<Direction> direction = direction_of(key))
    return cells.next(*from, *direction);
  if (key == Qt::Key_Home || key == Qt::Key_End) {
    const std::span<const HeatmapCell> row = cells.row(from->i);
    return row.empty() ? std::nullopt : std::optional(cell(key == Qt::Key_Home ? row.front() : row.back()));
  }
  const auto rows = static_cast<std::uint32_t>(std::max(1.0, page_share * state_->geometry.across));
  const std::uint32_t last = state_->geometry.segments - 1;
  const bool up = key == Qt::Key_PageUp;
  const std::uint32_t to = up ? from->i - std::min(rows, from->i) : std::min(from->i + rows, last);
  const auto found = cells.nearest_in_rows(to, from->j, up ? Direction::up : Direction::down);
  return found ? found : cells.nearest_in_rows(to, from->j, up ? Direction::down : Direction::up);
}

/// The rectangle from its anchor to one cell further; it begins at the selected cell.
void HeatmapWidget::extend(int key) {
  if (!state_->range)
    state_->anchor = state_->corner = state_->selected.value_or(state_->cells.strongest().value_or(Cell{1, 0}));
  Cell& corner = state_->corner;
  const std::uint32_t last = state_->geometry.segments - 1;
  if (key == Qt::Key_Up && corner.i > 0)
    --corner.i;
  if (key == Qt::Key_Down && corner.i < last)
    ++corner.i;
  if (key == Qt::Key_Left && corner.j > 0)
    --corner.j;
  if (key == Qt::Key_Right && corner.j < last)
    ++corner.j;
  select_range(CellRange::between(state_->anchor, corner, state_->geometry.segments));
  if (state_->geometry.zoomed()) {
    state_->geometry.reveal(corner);
    redraw_moved();
  }
}

void HeatmapWidget::zoom_at_selection(double factor) {
  const HeatmapGeometry& geometry = state_->geometry;
  state_->geometry.zoom_at(state_->selected ? geometry.rect(*state_->selected).center() : geometry.plot.center(),
                           factor);
  redraw_moved();
}

} // namespace longview
