#include "widgets/heatmap_widget.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <utility>

#include <QApplication>
#include <QHelpEvent>
#include <QKeyEvent>
#include <QMenu>
#include <QMessageBox>
#include <QMouseEvent>
#include <QPainter>
#include <QPixmap>
#include <QSettings>
#include <QToolTip>
#include <QWheelEvent>

#include "jobs/background.h"
#include "widgets/heatmap_actions.h"
#include "widgets/heatmap_painter.h"
#include "widgets/reading_line.h"

namespace longview {
namespace {

constexpr double wheel_notch = 120; // QWheelEvent::angleDelta of one notch
constexpr double zoom_per_notch = 1.25;
constexpr double zoom_per_key = 1.5;
constexpr double easy_to_hit = 3;         // pixels around a cell that is smaller than that
constexpr std::size_t few_pairs = 80'000; // whose cells are sorted in some milliseconds
constexpr double page_share = 0.8;        // of the rows that are seen, for a page up or down

enum class Drag { none, pan, zoom, select };

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

Drag drag_with(Qt::KeyboardModifiers modifiers) {
  if (modifiers.testFlag(Qt::ShiftModifier))
    return Drag::select;
  return modifiers.testFlag(Qt::ControlModifier) ? Drag::zoom : Drag::pan;
}

} // namespace

struct HeatmapWidget::State {
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
  QPointF pressed_at;
  QPointF dragged_to;
  Drag pressed = Drag::none; ///< what moving the mouse would do
  bool dragging = false;
  Background background; ///< last: its thread is waited for first

  bool drawn() const { return document && !cells.empty(); }

  HeatmapScene scene(const QFont& font) const { return {document.get(), &cells, geometry, theme, font, view, false}; }

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

HeatmapWidget::HeatmapWidget(QWidget* parent) : QWidget(parent), state_(std::make_unique<State>()) {
  state_->theme = Theme::of(palette());
  setMouseTracking(true);
  setFocusPolicy(Qt::StrongFocus);
  setAttribute(Qt::WA_OpaquePaintEvent);
  setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Expanding);
  setAccessibleName(tr("Heatmap of the pairs"));
  actions_ = new HeatmapActions(this);
  describe();
}

HeatmapWidget::~HeatmapWidget() = default;

void HeatmapWidget::set_document(DocumentPointer document) {
  state_->wanted = std::move(document);
  count();
}

/// Sorts the cells of the wanted document; in the background where that takes long.
void HeatmapWidget::count() {
  constexpr Background::Kind only = 0;
  state_->background.cancel(only);
  const DocumentPointer& wanted = state_->wanted;
  if (!wanted || wanted->data.pairs.pairs.size() <= few_pairs) {
    take(wanted, wanted ? HeatmapCells(*wanted, state_->view.value) : HeatmapCells());
    return;
  }
  if (!state_->is_shown(wanted))
    take(nullptr, {});
  state_->background.request(
      only,
      [document = wanted, value = state_->view.value](std::stop_token) {
        return std::pair(document, HeatmapCells(*document, value));
      },
      [this](std::pair<DocumentPointer, HeatmapCells> made) { take(std::move(made.first), std::move(made.second)); },
      {});
}

void HeatmapWidget::take(DocumentPointer document, HeatmapCells cells) {
  const bool same = state_->is_shown(document);
  const bool same_place = same && document->segments() == state_->document->segments();
  state_->document = std::move(document);
  state_->cells = std::move(cells);
  state_->cells.set_range(state_->view.range);
  if (!same_place) {
    state_->geometry.segments = state_->document ? state_->document->segments() : 0;
    state_->geometry.fit();
    lay_out(); // longer numbers need more room
  }
  if (!same || !state_->valid(state_->selected))
    state_->selected.reset();
  if (!same || !state_->valid(state_->hovered))
    hover(std::nullopt);
  if (state_->range && (!same || !state_->valid(state_->range)))
    select_range(std::nullopt);
  describe();
  redraw();
}

void HeatmapWidget::set_view(const HeatmapView& view) {
  if (view == state_->view)
    return;
  const HeatmapView before = std::exchange(state_->view, view);
  if (view.range)
    state_->ranges[view.value] = *view.range;
  else
    state_->ranges.erase(view.value);
  if (view.value != before.value)
    count();
  else
    state_->cells.set_range(view.range);
  describe();
  lay_out();
  emit view_changed();
}

bool HeatmapWidget::reading() const {
  return state_->background.busy(0);
}

const HeatmapView& HeatmapWidget::view() const {
  return state_->view;
}

void HeatmapWidget::set_value(HeatmapValue value) {
  HeatmapView view = state_->view;
  view.value = value;
  const auto chosen = state_->ranges.find(value);
  view.range = chosen == state_->ranges.end() ? std::nullopt : std::optional(chosen->second);
  set_view(view);
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

void HeatmapWidget::set_selection(std::optional<CellRange> range) {
  state_->range = state_->valid(range) ? range : std::nullopt;
  if (state_->range) {
    state_->anchor = {state_->range->first_i, state_->range->first_j};
    state_->corner = {state_->range->last_i, state_->range->last_j};
  }
  describe();
  update();
}

std::optional<CellRange> HeatmapWidget::selection() const {
  return state_->range;
}

QString HeatmapWidget::selection_text() const {
  if (!state_->range || !state_->document)
    return {};
  return selection_line(*state_->document, *state_->range, state_->cells.summary(*state_->range));
}

const ColourScale& HeatmapWidget::scale() const {
  return state_->cells.scale();
}

ShownFigure HeatmapWidget::figure() const {
  ShownFigure shown{FigureKind::heatmap, state_->document, {}};
  shown.options.view = state_->view;
  shown.options.range = state_->range;
  return shown;
}

void HeatmapWidget::save_view(QSettings& settings) const {
  const auto word = [](std::string_view text) { return QString::fromUtf8(text.data(), static_cast<int>(text.size())); };
  settings.setValue(QStringLiteral("heatmap/value"), word(name(state_->view.value)));
  settings.setValue(QStringLiteral("heatmap/axes"), word(name(state_->view.axes)));
  settings.setValue(QStringLiteral("heatmap/strip"), word(name(state_->view.strip)));
  settings.setValue(QStringLiteral("heatmap/fade"), state_->view.fade);
}

void HeatmapWidget::restore_view(const QSettings& settings) {
  const auto word = [&settings](const char* key) {
    return settings.value(QLatin1String(key)).toString().toStdString();
  };
  HeatmapView view = state_->view;
  view.axes = parse_axis_unit(word("heatmap/axes")).value_or(view.axes);
  view.strip = parse_column_strip(word("heatmap/strip")).value_or(view.strip);
  view.fade = settings.value(QStringLiteral("heatmap/fade"), view.fade).toBool();
  set_view(view);
  set_value(parse_heatmap_value(word("heatmap/value")).value_or(view.value));
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

/// What a screen reader says of the widget: the rectangle or the selected pair in words.
void HeatmapWidget::describe() {
  if (!state_->drawn())
    setAccessibleDescription(nothing_to_draw(state_->document.get(), state_->cells));
  else if (state_->range)
    setAccessibleDescription(selection_text());
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

void HeatmapWidget::select_range(std::optional<CellRange> range) {
  if (range == state_->range)
    return;
  state_->range = range;
  describe();
  update();
  emit selection_changed(range);
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
}

// Painting

void HeatmapWidget::paintEvent(QPaintEvent* /*event*/) {
  QPainter painter(this);
  if (!state_->drawn()) {
    painter.fillRect(rect(), state_->theme.background);
    painter.setPen(state_->theme.muted_text);
    painter.drawText(rect().adjusted(16, 16, -16, -16), static_cast<int>(Qt::AlignCenter) | Qt::TextWordWrap,
                     reading() ? tr("Reading the pairs…") : nothing_to_draw(state_->document.get(), state_->cells));
  } else {
    const HeatmapScene scene = state_->scene(font());
    if (state_->base.isNull() || state_->base.devicePixelRatioF() != devicePixelRatioF())
      draw_base(scene);
    painter.drawPixmap(0, 0, state_->base);
    paint_marks(painter, scene, state_->marks());
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

// Mouse

void HeatmapWidget::mouseMoveEvent(QMouseEvent* event) {
  const QPointF at = event->position();
  if (!event->buttons().testFlag(Qt::LeftButton)) { // the release went elsewhere
    state_->pressed = Drag::none;
    state_->dragging = false;
  }
  if (state_->pressed != Drag::none && !state_->dragging)
    state_->dragging = (at - state_->pressed_at).manhattanLength() >= QApplication::startDragDistance();
  if (state_->dragging)
    drag(at);
  state_->dragged_to = at;
  hover(state_->dragging ? std::nullopt : state_->cell_at(at));
}

void HeatmapWidget::drag(QPointF to) {
  if (state_->pressed == Drag::pan && state_->geometry.zoomed()) {
    setCursor(Qt::ClosedHandCursor);
    state_->geometry.pan(to - state_->dragged_to);
    redraw();
  } else if (state_->pressed != Drag::pan) {
    setCursor(Qt::CrossCursor);
    update();
  }
}

void HeatmapWidget::mousePressEvent(QMouseEvent* event) {
  if (event->button() != Qt::LeftButton) {
    QWidget::mousePressEvent(event);
    return;
  }
  state_->pressed = state_->drawn() ? drag_with(event->modifiers()) : Drag::none;
  state_->dragging = false;
  state_->pressed_at = state_->dragged_to = event->position();
}

void HeatmapWidget::mouseReleaseEvent(QMouseEvent* event) {
  if (event->button() != Qt::LeftButton || state_->pressed == Drag::none) {
    QWidget::mouseReleaseEvent(event);
    return;
  }
  const QPointF at = event->position();
  state_->dragged_to = at;
  const HeatmapMarks drawn = state_->marks();
  const Drag done = std::exchange(state_->pressed, Drag::none);
  const bool dragged = std::exchange(state_->dragging, false);
  unsetCursor();
  update();
  if (!dragged && (state_->geometry.bars.contains(at) || state_->geometry.strip.contains(at))) {
    select_bar(at);
  } else if (!dragged) {
    select(state_->cell_at(at));
  } else if (done == Drag::select) {
    state_->anchor = state_->geometry.place_at(state_->pressed_at);
    state_->corner = state_->geometry.place_at(at);
    select_range(drawn.range);
  } else if (done == Drag::zoom && !drawn.zoom.isEmpty()) {
    state_->geometry.zoom_to(drawn.zoom);
    redraw();
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
  redraw();
  hover(state_->cell_at(event->position()));
  event->accept();
}

void HeatmapWidget::leaveEvent(QEvent* event) {
  hover(std::nullopt);
  QWidget::leaveEvent(event);
}

// Keys

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
    redraw();
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
  else if (state_->range)
    select_range(std::nullopt);
  else if (state_->selected)
    select(std::nullopt);
  else
    return false;
  return true;
}

// Layout and looks

void HeatmapWidget::resizeEvent(QResizeEvent* event) {
  lay_out();
  QWidget::resizeEvent(event);
}

void HeatmapWidget::lay_out() {
  const std::uint32_t length = state_->document ? state_->document->sampling.segment_length : 1;
  state_->geometry.lay_out(rect(), heatmap_room(font(), state_->geometry.segments, state_->view, length));
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

void HeatmapWidget::contextMenuEvent(QContextMenuEvent* event) {
  const std::optional<Cell> cell =
      event->reason() == QContextMenuEvent::Mouse ? state_->cell_at(event->pos()) : state_->selected;
  QMenu menu(this);
  if (cell)
    menu.addAction(tr("Show &formula"), this, [this, words = formula_text(*state_->document, *cell)] {
      auto* box = new QMessageBox(QMessageBox::NoIcon, tr("What the pair adds"), words, QMessageBox::Close, this);
      box->setTextFormat(Qt::PlainText);
      box->setTextInteractionFlags(Qt::TextSelectableByMouse | Qt::TextSelectableByKeyboard);
      box->setAttribute(Qt::WA_DeleteOnClose);
      box->open();
    });
  add_figure_actions(&menu, this, figure());
  menu.addSeparator();
  actions_->add_to(&menu);
  menu.addSeparator();
  menu.addActions(actions());
  menu.exec(event->globalPos());
}

bool HeatmapWidget::event(QEvent* event) {
  if (event->type() != QEvent::ToolTip)
    return QWidget::event(event);
  const auto* help = static_cast<QHelpEvent*>(event);
  const QString words = words_at(help->pos());
  if (words.isEmpty())
    QToolTip::hideText();
  else
    QToolTip::showText(help->globalPos(), words, this);
  return true;
}

QString HeatmapWidget::words_at(QPointF pixel) const {
  if (!state_->drawn())
    return {};
  if (state_->geometry.strip.contains(pixel)) {
    const std::uint32_t j = state_->geometry.place_at(pixel).j;
    return lean_text(*state_->document, j, state_->cells.columns()[j], state_->cells.contribution());
  }
  const std::optional<Cell> cell = state_->cell_at(pixel);
  return cell ? formula_text(*state_->document, *cell) : QString();
}

} // namespace longview
