#include "widgets/heatmap_widget.h"

#include <cmath>

#include <QApplication>
#include <QHelpEvent>
#include <QKeyEvent>
#include <QMouseEvent>
#include <QPainter>
#include <QPixmap>
#include <QToolTip>
#include <QWheelEvent>

#include "widgets/heatmap_cells.h"
#include "widgets/heatmap_geometry.h"
#include "widgets/heatmap_painter.h"
#include "widgets/reading_line.h"
#include "widgets/theme.h"

namespace longview {
namespace {

constexpr double wheel_notch = 120; // QWheelEvent::angleDelta of one notch
constexpr double zoom_per_notch = 1.25;
constexpr double zoom_per_key = 1.5;
constexpr double easy_to_hit = 3; // pixels around a cell that is smaller than that

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

struct HeatmapWidget::State {
  DocumentPointer document;
  HeatmapCells cells;
  HeatmapValue value = HeatmapValue::strength;
  HeatmapGeometry geometry;
  Theme theme;
  std::optional<Cell> selected;
  std::optional<Cell> hovered;
  QPixmap base; ///< everything but the marks; null when it is out of date
  QPointF pressed_at;
  QPointF dragged_to;
  bool pressed = false;
  bool dragging = false;

  bool drawn() const { return document && !cells.empty(); }

  HeatmapScene scene(const QFont& font) const { return {document.get(), &cells, geometry, theme, font, false}; }

  bool valid(std::optional<Cell> cell) const {
    return cell && document && cell->j < cell->i && cell->i < document->segments();
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
};

HeatmapWidget::HeatmapWidget(QWidget* parent) : QWidget(parent), state_(std::make_unique<State>()) {
  state_->theme = Theme::of(palette());
  setMouseTracking(true);
  setFocusPolicy(Qt::StrongFocus);
  setAttribute(Qt::WA_OpaquePaintEvent);
  setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Expanding);
  setAccessibleName(tr("Heatmap of the pairs"));
  describe();
}

HeatmapWidget::~HeatmapWidget() = default;

void HeatmapWidget::set_document(DocumentPointer document) {
  const bool same = document && state_->document && document->document.id == state_->document->document.id;
  const bool same_place = same && document->segments() == state_->document->segments();
  state_->document = std::move(document);
  state_->cells = state_->document ? HeatmapCells(*state_->document, state_->value) : HeatmapCells();
  if (!same_place) {
    state_->geometry.segments = state_->document ? state_->document->segments() : 0;
    state_->geometry.fit();
    lay_out(); // longer numbers need more room
  }
  if (!same || !state_->valid(state_->selected))
    state_->selected.reset();
  if (!same || !state_->valid(state_->hovered))
    hover(std::nullopt);
  describe();
  redraw();
}

void HeatmapWidget::set_value(HeatmapValue value) {
  if (value == state_->value)
    return;
  state_->value = value;
  if (state_->document)
    state_->cells = HeatmapCells(*state_->document, value);
  redraw();
}

HeatmapValue HeatmapWidget::value() const {
  return state_->value;
}

void HeatmapWidget::set_selected(std::optional<Cell> cell) {
  state_->selected = state_->valid(cell) ? cell : std::nullopt;
  if (state_->selected && state_->geometry.zoomed()) {
    state_->geometry.reveal(*state_->selected);
    state_->base = {};
  }
  describe();
  update();
}

std::optional<Cell> HeatmapWidget::selected() const {
  return state_->selected;
}

void HeatmapWidget::fit() {
  state_->geometry.fit();
  redraw();
}

QSize HeatmapWidget::sizeHint() const {
  return {600, 480};
}

QSize HeatmapWidget::minimumSizeHint() const {
  return {240, 200};
}

void HeatmapWidget::redraw() {
  state_->base = {};
  update();
}

/// What a screen reader says of the widget: the selected pair in words.
void HeatmapWidget::describe() {
  if (!state_->drawn())
    setAccessibleDescription(nothing_to_draw(state_->document.get(), state_->cells));
  else if (state_->selected)
    setAccessibleDescription(reading_line(*state_->document, state_->selected));
  else
    setAccessibleDescription(tr("%1 segments, %2 scored pairs, none selected")
                                 .arg(state_->document->segments())
                                 .arg(state_->cells.all().size()));
}

void HeatmapWidget::hover(std::optional<Cell> cell) {
  if (cell == state_->hovered)
    return;
  state_->hovered = cell;
  update();
  emit cell_hovered(cell);
}

void HeatmapWidget::select(std::optional<Cell> cell) {
  if (cell == state_->selected)
    return;
  set_selected(cell);
  emit cell_selected(state_->selected);
}

void HeatmapWidget::paintEvent(QPaintEvent* /*event*/) {
  QPainter painter(this);
  if (!state_->drawn()) {
    painter.fillRect(rect(), state_->theme.background);
    painter.setPen(state_->theme.muted_text);
    painter.drawText(rect().adjusted(16, 16, -16, -16), static_cast<int>(Qt::AlignCenter) | Qt::TextWordWrap,
                     nothing_to_draw(state_->document.get(), state_->cells));
  } else {
    const HeatmapScene scene = state_->scene(font());
    if (state_->base.isNull() || state_->base.devicePixelRatioF() != devicePixelRatioF())
      draw_base(scene);
    painter.drawPixmap(0, 0, state_->base);
    paint_marks(painter, scene, {state_->selected, state_->hovered});
  }
  if (hasFocus()) {
    painter.setRenderHint(QPainter::Antialiasing, false);
    painter.setBrush(Qt::NoBrush);
    painter.setPen(QPen(state_->theme.accent, 1));
    painter.drawRect(rect().adjusted(0, 0, -1, -1));
  }
}

void HeatmapWidget::draw_base(const HeatmapScene& scene) {
  const double ratio = devicePixelRatioF();
  QPixmap base((QSizeF(size()) * ratio).toSize());
  base.setDevicePixelRatio(ratio);
  base.fill(scene.theme.background);
  QPainter painter(&base);
  paint_heatmap(painter, scene);
  painter.end();
  state_->base = base;
}

void HeatmapWidget::mouseMoveEvent(QMouseEvent* event) {
  const QPointF at = event->position();
  if (!event->buttons().testFlag(Qt::LeftButton)) // the release went elsewhere
    state_->pressed = state_->dragging = false;
  if (state_->pressed && !state_->dragging)
    state_->dragging = (at - state_->pressed_at).manhattanLength() >= QApplication::startDragDistance();
  if (state_->dragging && state_->geometry.zoomed()) {
    setCursor(Qt::ClosedHandCursor);
    state_->geometry.pan(at - state_->dragged_to);
    redraw();
  }
  state_->dragged_to = at;
  hover(state_->dragging ? std::nullopt : state_->cell_at(at));
}

void HeatmapWidget::mousePressEvent(QMouseEvent* event) {
  if (event->button() != Qt::LeftButton) {
    QWidget::mousePressEvent(event);
    return;
  }
  state_->pressed = true;
  state_->dragging = false;
  state_->pressed_at = state_->dragged_to = event->position();
}

void HeatmapWidget::mouseReleaseEvent(QMouseEvent* event) {
  if (event->button() != Qt::LeftButton || !state_->pressed) {
    QWidget::mouseReleaseEvent(event);
    return;
  }
  const bool clicked = !state_->dragging;
  state_->pressed = state_->dragging = false;
  unsetCursor();
  if (clicked && state_->drawn())
    select(state_->cell_at(event->position()));
  hover(state_->cell_at(event->position()));
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
  redraw();
  hover(state_->cell_at(event->position()));
  event->accept();
}

void HeatmapWidget::keyPressEvent(QKeyEvent* event) {
  const Qt::KeyboardModifiers modifiers = event->modifiers() & ~Qt::KeypadModifier;
  const bool plain =
      modifiers == Qt::NoModifier || modifiers == Qt::ShiftModifier || modifiers == Qt::GroupSwitchModifier;
  if (!state_->drawn() || !plain || !take_key(event->key()))
    QWidget::keyPressEvent(event);
}

bool HeatmapWidget::take_key(int key) {
  if (const std::optional<Direction> direction = direction_of(key)) {
    const auto to = state_->selected ? state_->cells.next(*state_->selected, *direction) : state_->cells.strongest();
    if (to)
      select(to);
    return true;
  }
  switch (key) {
  case Qt::Key_Home:
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

void HeatmapWidget::zoom_at_selection(double factor) {
  const HeatmapGeometry& geometry = state_->geometry;
  state_->geometry.zoom_at(state_->selected ? geometry.rect(*state_->selected).center() : geometry.plot.center(),
                           factor);
  redraw();
}

bool HeatmapWidget::undo() {
  if (state_->geometry.zoomed())
    fit();
  else if (state_->selected)
    select(std::nullopt);
  else
    return false;
  return true;
}

void HeatmapWidget::leaveEvent(QEvent* event) {
  hover(std::nullopt);
  QWidget::leaveEvent(event);
}

void HeatmapWidget::resizeEvent(QResizeEvent* event) {
  lay_out();
  QWidget::resizeEvent(event);
}

void HeatmapWidget::lay_out() {
  state_->geometry.lay_out(rect(), heatmap_room(font(), state_->geometry.segments));
  redraw();
}

void HeatmapWidget::changeEvent(QEvent* event) {
  if (event->type() == QEvent::PaletteChange || event->type() == QEvent::StyleChange) {
    state_->theme = Theme::of(palette());
    redraw();
  } else if (event->type() == QEvent::FontChange) {
    lay_out();
  }
  QWidget::changeEvent(event);
}

bool HeatmapWidget::event(QEvent* event) {
  if (event->type() != QEvent::ToolTip)
    return QWidget::event(event);
  const auto* help = static_cast<QHelpEvent*>(event);
  const std::optional<Cell> cell = state_->cell_at(help->pos());
  if (cell)
    QToolTip::showText(help->globalPos(), formula_text(*state_->document, *cell), this);
  else
    QToolTip::hideText();
  return true;
}

} // namespace longview
