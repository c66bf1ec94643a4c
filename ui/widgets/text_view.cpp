#include "widgets/text_view.h"

#include <algorithm>
#include <limits>

#include <QAccessible>
#include <QApplication>
#include <QClipboard>
#include <QContextMenuEvent>
#include <QHelpEvent>
#include <QMenu>
#include <QPainter>
#include <QScrollBar>
#include <QStyleHints>
#include <QToolTip>

#include "models/format.h"
#include "widgets/text_view_accessible.h"
#include "widgets/text_view_painter.h"
#include "widgets/theme.h"

namespace longview {
namespace {

constexpr std::uint32_t most_columns = 74;       // 66 to 80 characters, as letters are wide or narrow
constexpr int right_space = 12;                  // pixels
constexpr int drag_interval = 40;                // ms between two steps while the mouse is held outside
constexpr double far = 3;                        // views: a longer way is not scrolled exactly
constexpr qsizetype most_in_selection = 1 << 20; // characters that the mouse alone puts on X11's clipboard

/// Width of a letter in running text.
double letter_width(const QFont& font) {
  static const QString sample =
      QStringLiteral("the quick brown fox jumps over a lazy dog, and then it is seen no more");
  return QFontMetricsF(font).horizontalAdvance(sample) / static_cast<double>(sample.size());
}

} // namespace

TextView::TextView(QWidget* parent) : QAbstractScrollArea(parent) {
  setFocusPolicy(Qt::StrongFocus);
  setFrameShape(QFrame::NoFrame);
  setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
  setVerticalScrollBarPolicy(Qt::ScrollBarAlwaysOn); // a column that changes its width would move the text
  viewport()->setMouseTracking(true);
  viewport()->setBackgroundRole(QPalette::Base);
  viewport()->setAutoFillBackground(true);
  TextViewAccessible::install();
  lay_out();
}

TextView::~TextView() = default;

void TextView::set_document(DocumentPointer document, std::shared_ptr<const TextPieces> pieces) {
  const bool same = document && document_ && document->text == document_->text && pieces == pieces_;
  document_ = std::move(document);
  pieces_ = std::move(pieces);
  if (!same) {
    caret_ = anchor_ = 0;
    marks_.hits.reset();
    marks_.current_hit.reset();
    flow_.set_text(pieces_ && document_ ? document_->text : nullptr, pieces_);
    QAccessibleEvent changed(this, QAccessible::VisibleDataChanged);
    QAccessible::updateAccessibility(&changed);
  }
  lay_out();
}

void TextView::explain(const QString& text) {
  explanation_ = text;
  viewport()->update();
}

void TextView::set_pair(std::optional<Cell> pair) {
  marks_.pair = pair;
  viewport()->update();
}

void TextView::set_hits(ByteRanges hits) {
  marks_.hits = std::move(hits);
  marks_.current_hit.reset();
  viewport()->update();
}

void TextView::set_current_hit(std::optional<std::size_t> hit) {
  marks_.current_hit = hit;
  viewport()->update();
}

// Layout and scrolling

int TextView::margin() const {
  return margin_width(document_.get(), font());
}

void TextView::lay_out() {
  const double letter = letter_width(font());
  const int room = std::max(40, viewport()->width() - margin() - right_space);
  PieceStyle style;
  style.font = font();
  style.width = std::min(room, static_cast<int>(most_columns * letter));
  style.text = palette().color(QPalette::Text);
  style.mark = Theme::of(palette()).muted_text;
  flow_.set_style(style, std::max(8u, static_cast<std::uint32_t>(style.width / letter)));
  flow_.set_view_height(viewport()->height());
  follow_flow();
}

/// The scroll bar shows where the flow is, unless somebody holds it.
void TextView::follow_flow() {
  following_ = true;
  QScrollBar* bar = verticalScrollBar();
  const std::int64_t range = std::max<std::int64_t>(0, flow_.total_height() - viewport()->height());
  const auto limited = [](std::int64_t value) {
    return static_cast<int>(std::min<std::int64_t>(value, std::numeric_limits<int>::max()));
  };
  bar->setPageStep(std::max(1, viewport()->height()));
  bar->setSingleStep(std::max(1, fontMetrics().lineSpacing()));
  if (!bar->isSliderDown()) {
    bar->setRange(0, limited(range));
    bar->setValue(limited(flow_.scrolled()));
  }
  following_ = false;
  viewport()->update();
  emit moved();
}

void TextView::scrollContentsBy(int /*dx*/, int dy) {
  if (following_ || dy == 0)
    return;
  const std::int64_t wanted = verticalScrollBar()->value();
  if (!verticalScrollBar()->isSliderDown() && std::abs(dy) <= far * viewport()->height())
    flow_.scroll_by(-dy);
  else
    flow_.scroll_to(wanted);
  follow_flow();
}

void TextView::reveal(std::uint64_t byte) {
  flow_.reveal(byte);
  follow_flow();
}

void TextView::centre(std::uint64_t byte) {
  flow_.put(byte, viewport()->height() / 2);
  follow_flow();
}

ByteRange TextView::in_sight() const {
  return {flow_.first_byte(), flow_.last_byte()};
}

std::size_t TextView::laid_out() const {
  return flow_.laid_out();
}

void TextView::resizeEvent(QResizeEvent* event) {
  QAbstractScrollArea::resizeEvent(event);
  lay_out();
}

void TextView::changeEvent(QEvent* event) {
  QAbstractScrollArea::changeEvent(event);
  if (event->type() == QEvent::PaletteChange || event->type() == QEvent::FontChange ||
      event->type() == QEvent::StyleChange)
    lay_out();
}

QSize TextView::sizeHint() const {
  const int text = static_cast<int>(most_columns * letter_width(font()));
  return {margin() + text + right_space + verticalScrollBar()->sizeHint().width(), 480};
}

QSize TextView::minimumSizeHint() const {
  return {margin() + 20 * fontMetrics().averageCharWidth(), 6 * fontMetrics().lineSpacing()};
}

// Places

std::uint64_t TextView::byte_at(const QPoint& place) const {
  return flow_.byte_at(QPointF(place.x() - margin(), place.y()));
}

QRect TextView::rect_of(std::uint64_t byte) const {
  const PieceFlow::Spot spot = flow_.spot(byte);
  return {margin() + static_cast<int>(spot.x), spot.y, 1, spot.height};
}

/// Of the line beside this place; the segment that begins in it counts.
std::optional<std::uint32_t> TextView::segment_at(const QPoint& place) const {
  if (!document_ || flow_.empty())
    return std::nullopt;
  const ByteRange row = flow_.row_at(place.y());
  const auto& bounds = document_->data.bounds;
  const auto border = std::lower_bound(bounds.begin(), bounds.end(), row.begin);
  const bool begins = border != bounds.end() && *border < row.end && border + 1 != bounds.end();
  const auto found = begins ? std::optional(static_cast<std::uint32_t>(border - bounds.begin()))
                            : longview::place_at(*document_, row.begin);
  return found ? segment_at_place(*document_, *found) : std::nullopt;
}

QString TextView::words_at(const QPoint& place) const {
  if (place.x() >= margin())
    return {};
  const auto segment = segment_at(place);
  if (!segment)
    return {};
  const std::uint64_t length = document_->sampling.segment_length;
  const std::uint64_t first = document_->place(*segment) * length;
  return tr("c_%1 · tokens %2–%3\nA click reads it as the target, after the prefix that helps it most")
      .arg(QString::number(*segment), grouped(first), grouped(first + length - 1));
}

// Selection

ByteRange TextView::selection() const {
  return {std::min(caret_, anchor_), std::max(caret_, anchor_)};
}

QString TextView::selected_text() const {
  const ByteRange range = selection();
  if (flow_.empty() || range.begin >= range.end)
    return {};
  return map_text(std::string_view(*document_->text).substr(range.begin, range.length())).text;
}

void TextView::copy() const {
  if (selection().length() > 0)
    QApplication::clipboard()->setText(selected_text());
}

void TextView::select_all() {
  anchor_ = 0;
  caret_ = flow_.length();
  tell_caret();
}

void TextView::set_caret(std::uint64_t byte, bool select) {
  caret_ = std::min(byte, flow_.length());
  if (!select)
    anchor_ = caret_;
  column_.reset();
  tell_caret();
}

/// To the screen, and to a screen reader.
void TextView::tell_caret() {
  viewport()->update();
  if (!QAccessible::isActive())
    return;
  QAccessibleInterface* told = QAccessible::queryAccessibleInterface(this);
  QAccessibleTextInterface* text = told ? told->textInterface() : nullptr;
  if (!text)
    return;
  int begin = 0, end = 0;
  text->selection(0, &begin, &end);
  QAccessibleTextSelectionEvent selected(this, begin, end);
  selected.setCursorPosition(text->cursorPosition());
  QAccessible::updateAccessibility(&selected);
}

void TextView::move_caret(std::uint64_t byte, bool select, bool keeps_column) {
  const auto column = column_;
  set_caret(byte, select);
  if (keeps_column)
    column_ = column;
  reveal(caret_);
}

void TextView::choose_segment_at(std::uint64_t byte) {
  const auto place = document_ ? longview::place_at(*document_, byte) : std::nullopt;
  if (const auto segment = place ? segment_at_place(*document_, *place) : std::nullopt)
    emit segment_chosen(*segment);
}

// Mouse

void TextView::mousePressEvent(QMouseEvent* event) {
  if (event->button() != Qt::LeftButton || flow_.empty())
    return;
  const QPoint place = event->position().toPoint();
  if (place.x() < margin()) {
    if (const auto segment = segment_at(place))
      emit segment_chosen(*segment);
    return;
  }
  dragging_ = true;
  set_caret(byte_at(place), event->modifiers() & Qt::ShiftModifier);
}

void TextView::drag_to(const QPoint& place) {
  set_caret(byte_at({std::max(place.x(), margin()), std::clamp(place.y(), 0, viewport()->height() - 1)}), true);
}

void TextView::mouseMoveEvent(QMouseEvent* event) {
  const QPoint place = event->position().toPoint();
  if (!dragging_) {
    const bool over_segment = place.x() < margin() && segment_at(place);
    viewport()->setCursor(over_segment                            ? Qt::PointingHandCursor
                          : place.x() < margin() || flow_.empty() ? Qt::ArrowCursor
                                                                  : Qt::IBeamCursor);
    return;
  }
  drag_to(place);
  if (viewport()->rect().contains(place))
    drag_timer_.stop();
  else if (!drag_timer_.isActive())
    drag_timer_.start(drag_interval, this);
}

void TextView::timerEvent(QTimerEvent* event) {
  if (event->timerId() != drag_timer_.timerId())
    return QAbstractScrollArea::timerEvent(event);
  const QPoint place = viewport()->mapFromGlobal(QCursor::pos());
  const int beyond = place.y() < 0 ? place.y() : std::max(0, place.y() - viewport()->height());
  flow_.scroll_by(beyond);
  follow_flow();
  drag_to(place);
}

void TextView::mouseReleaseEvent(QMouseEvent* event) {
  if (event->button() != Qt::LeftButton)
    return;
  dragging_ = false;
  drag_timer_.stop();
  QClipboard* clipboard = QApplication::clipboard();
  if (clipboard->supportsSelection() && selection().length() > 0 && selection().length() < most_in_selection)
    clipboard->setText(selected_text(), QClipboard::Selection);
}

void TextView::mouseDoubleClickEvent(QMouseEvent* event) {
  const QPoint place = event->position().toPoint();
  if (event->button() != Qt::LeftButton || flow_.empty() || place.x() < margin())
    return;
  const std::uint64_t behind = flow_.next(byte_at(place), true);
  anchor_ = flow_.previous(behind, true);
  caret_ = behind;
  const QString word = selected_text();
  for (qsizetype k = word.size(); k > 1 && word.at(k - 1).isSpace(); --k)
    caret_ = flow_.previous(caret_, false);
  tell_caret();
}

void TextView::contextMenuEvent(QContextMenuEvent* event) {
  QMenu menu(this);
  QAction* copied = menu.addAction(tr("&Copy"), QKeySequence::Copy, this, &TextView::copy);
  copied->setEnabled(selection().length() > 0);
  menu.addAction(tr("Select &all"), QKeySequence::SelectAll, this, &TextView::select_all)->setEnabled(!flow_.empty());
  const QPoint place = viewport()->mapFromGlobal(event->globalPos());
  const auto segment = segment_at(place);
  QAction* chosen = menu.addAction(segment ? tr("&Read c_%1 as the target").arg(*segment) : tr("&Read as the target"));
  chosen->setEnabled(segment.has_value());
  if (menu.exec(event->globalPos()) == chosen && segment)
    emit segment_chosen(*segment);
}

// Keys

void TextView::keyPressEvent(QKeyEvent* event) {
  if (event->matches(QKeySequence::Copy))
    copy();
  else if (event->matches(QKeySequence::SelectAll))
    select_all();
  else if (event->key() == Qt::Key_Return || event->key() == Qt::Key_Enter)
    choose_segment_at(caret_);
  else if (event->key() == Qt::Key_Escape && selection().length() > 0)
    set_caret(caret_, false);
  else if (!move_by_key(*event))
    event->ignore(); // for the window: going back, and its commands
}

bool TextView::move_by_key(const QKeyEvent& event) {
  const bool select = event.modifiers() & Qt::ShiftModifier;
  const bool far_way = event.modifiers() & Qt::ControlModifier;
  const int page = std::max(1, viewport()->height() / std::max(1, fontMetrics().lineSpacing()) - 2);
  const auto go_rows = [&](int rows) {
    const double column = column_.value_or(flow_.spot(caret_).x);
    column_ = column;
    move_caret(flow_.moved(caret_, rows, column), select, true);
  };
  switch (event.key()) {
  case Qt::Key_Left:
    move_caret(flow_.previous(caret_, far_way), select);
    return true;
  case Qt::Key_Right:
    move_caret(flow_.next(caret_, far_way), select);
    return true;
  case Qt::Key_Up:
    go_rows(-1);
    return true;
  case Qt::Key_Down:
    go_rows(1);
    return true;
  case Qt::Key_PageUp:
    go_rows(-page);
    return true;
  case Qt::Key_PageDown:
    go_rows(page);
    return true;
  case Qt::Key_Home:
    move_caret(far_way ? 0 : flow_.row_begin(caret_), select);
    return true;
  case Qt::Key_End:
    move_caret(far_way ? flow_.length() : flow_.row_end(caret_), select);
    return true;
  default:
    return false;
  }
}

void TextView::focusInEvent(QFocusEvent* event) {
  QAbstractScrollArea::focusInEvent(event);
  viewport()->update();
}

void TextView::focusOutEvent(QFocusEvent* event) {
  QAbstractScrollArea::focusOutEvent(event);
  viewport()->update();
}

bool TextView::viewportEvent(QEvent* event) {
  if (event->type() == QEvent::ToolTip) {
    const auto* help = static_cast<QHelpEvent*>(event);
    QToolTip::showText(help->globalPos(), tooltip(words_at(help->pos())), viewport());
    return true;
  }
  return QAbstractScrollArea::viewportEvent(event);
}

void TextView::paintEvent(QPaintEvent* /*event*/) {
  QPainter painter(viewport());
  if (flow_.empty()) {
    painter.setPen(palette().color(QPalette::PlaceholderText));
    painter.drawText(viewport()->rect().adjusted(16, 16, -16, -16), Qt::AlignTop | Qt::AlignLeft | Qt::TextWordWrap,
                     explanation_);
    return;
  }
  TextScene scene;
  scene.document = document_.get();
  scene.flow = &flow_;
  scene.marks = &marks_;
  scene.selection = selection();
  scene.palette = palette();
  scene.font = font();
  scene.view = viewport()->rect();
  scene.margin = margin();
  scene.column = margin();
  paint_text(painter, scene);
  if (hasFocus() && selection().length() == 0) {
    const QRect caret = rect_of(caret_);
    painter.fillRect(QRect(caret.x(), caret.y(), 2, caret.height()), palette().color(QPalette::Text));
  }
}

} // namespace longview
