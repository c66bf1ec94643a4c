// What the mouse does to a heatmap: hovering, clicks, dragging and the wheel.
#include <algorithm>
#include <cmath>
#include <utility>

#include <QApplication>
#include <QMouseEvent>
#include <QWheelEvent>

#include "widgets/heatmap_state.h"

namespace longview {
namespace {

constexpr double wheel_notch = 120; // QWheelEvent::angleDelta of one notch
constexpr double zoom_per_notch = 1.25;

} // namespace

void HeatmapWidget::mouseMoveEvent(QMouseEvent* event) {
  const QPointF at = event->position();
  if (!event->buttons().testFlag(Qt::LeftButton)) { // the release went elsewhere
    state_->pressed = State::Drag::none;
    state_->dragging = false;
  }
  if (state_->pressed != State::Drag::none && !state_->dragging)
    state_->dragging = (at - state_->pressed_at).manhattanLength() >= QApplication::startDragDistance();
  if (state_->dragging)
    drag(at);
  state_->dragged_to = at;
  hover(state_->dragging ? std::nullopt : state_->cell_at(at));
}

void HeatmapWidget::drag(QPointF to) {
  if (state_->pressed == State::Drag::pan && state_->geometry.zoomed()) {
    setCursor(Qt::ClosedHandCursor);
    state_->geometry.pan(to - state_->dragged_to);
    redraw_moved();
  } else if (state_->pressed != State::Drag::pan) {
    setCursor(Qt::CrossCursor);
    update();
  }
}

void HeatmapWidget::mousePressEvent(QMouseEvent* event) {
  if (event->button() != Qt::LeftButton) {
    QWidget::mousePressEvent(event);
    return;
  }
  state_->pressed = state_->drawn() ? State::drag_with(event->modifiers()) : State::Drag::none;
  state_->dragging = false;
  state_->pressed_at = state_->dragged_to = event->position();
}

void HeatmapWidget::mouseReleaseEvent(QMouseEvent* event) {
  if (event->button() != Qt::LeftButton || state_->pressed == State::Drag::none) {
    QWidget::mouseReleaseEvent(event);
    return;
  }
  const QPointF at = event->position();
  state_->dragged_to = at;
  const HeatmapMarks drawn = state_->marks();
  const State::Drag done = std::exchange(state_->pressed, State::Drag::none);
  const bool dragged = std::exchange(state_->dragging, false);
  unsetCursor();
  update();
  if (!dragged && (state_->geometry.bars.contains(at) || state_->geometry.strip.contains(at))) {
    select_bar(at);
  } else if (!dragged) {
    select(state_->cell_at(at));
  } else if (done == State::Drag::select) {
    state_->anchor = state_->geometry.place_at(state_->pressed_at);
    state_->corner = state_->geometry.place_at(at);
    select_range(drawn.range);
  } else if (done == State::Drag::zoom && !drawn.zoom.isEmpty()) {
    state_->geometry.zoom_to(drawn.zoom);
    redraw_moved();
  }
  hover(state_->cell_at(at));
}

void HeatmapWidget::mouseDoubleClickEvent(QMouseEvent* event) {
  if (event->button() == Qt::LeftButton)
    fit();
  else
    QWidget::mouseDoubleClickEvent(event);
}

void HeatmapWidget::wheelEvent(QWheelEvent* event) {
  const double notches = event->angleDelta().y() / wheel_notch;
  if (!state_->drawn() || notches == 0) {
    event->ignore();
    return;
  }
  state_->geometry.zoom_at(event->position(), std::pow(zoom_per_notch, notches));
  redraw_moved();
  hover(state_->cell_at(event->position()));
  event->accept();
}

void HeatmapWidget::leaveEvent(QEvent* event) {
  hover(std::nullopt);
  QWidget::leaveEvent(event);
}

/// The pairs of the row whose bar was hit, or of the column.
void HeatmapWidget::select_bar(QPointF pixel) {
  const HeatmapGeometry& geometry = state_->geometry;
  const std::uint32_t last = std::max(geometry.segments, 1U) - 1;
  const Cell place = geometry.place_at(pixel);
  const bool row = geometry.bars.contains(pixel);
  state_->anchor = row ? Cell{place.i, 0} : Cell{0, place.j};
  state_->corner = row ? Cell{place.i, last} : Cell{last, place.j};
  select_range(CellRange::between(state_->anchor, state_->corner, geometry.segments));
  if (row)
    emit row_chosen(place.i);
  else
    emit column_chosen(place.j);
}

} // namespace longview
