#include "widgets/heatmap_widget.h"

#include <utility>

#include <QHelpEvent>
#include <QMenu>
#include <QMessageBox>
#include <QPainter>
#include <QToolTip>

#include "widgets/heatmap_actions.h"
#include "widgets/heatmap_painter.h"
#include "widgets/heatmap_state.h"
#include "widgets/reading_line.h"

namespace longview {
namespace {

constexpr std::size_t few_pairs = 80'000; // whose cells are sorted in some milliseconds

} // namespace

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

const std::map<HeatmapValue, ColourRange>& HeatmapWidget::ranges() const {
  return state_->ranges;
}

void HeatmapWidget::set_ranges(std::map<HeatmapValue, ColourRange> ranges) {
  state_->ranges = std::move(ranges);
  set_value(value());
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

void HeatmapWidget::fit() {
  state_->geometry.fit();
  redraw_moved();
}

QSize HeatmapWidget::sizeHint() const {
  return {600, 480};
}

QSize HeatmapWidget::minimumSizeHint() const {
  return {240, 200};
}

void HeatmapWidget::redraw() {
  state_->image.forget();
  redraw_moved();
}

/// Where the same cells are seen at another place or size.
void HeatmapWidget::redraw_moved() {
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

// Painting

void HeatmapWidget::paintEvent(QPaintEvent* /*event*/) {
  QPainter painter(this);
  if (!state_->drawn()) {
    painter.fillRect(rect(), state_->theme.background);
    painter.setPen(state_->theme.muted_text);
    painter.drawText(rect().adjusted(16, 16, -16, -16), static_cast<int>(Qt::AlignCenter) | Qt::TextWordWrap,
                     reading() ? tr("Reading the pairs…") : nothing_to_draw(state_->document.get(), state_->cells));
  } else {
    const HeatmapScene scene = state_->scene(font(), devicePixelRatioF());
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
