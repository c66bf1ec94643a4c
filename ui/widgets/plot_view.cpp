#include "widgets/plot_view.h"

#include <algorithm>
#include <utility>

#include <QApplication>
#include <QEvent>
#include <QHelpEvent>
#include <QKeyEvent>
#include <QMouseEvent>
#include <QToolTip>
#include <qcustomplot.h>

#include "models/format.h"
#include "widgets/small_font.h"

namespace longview {
namespace {

constexpr std::size_t page = 5; // spots

} // namespace

PlotView::PlotView(const QString& nothing, const QString& hint, QWidget* parent)
    : QWidget(parent), plot_(new QCustomPlot(this)), nothing_(new QLabel(nothing, this)), reading_(new QLabel(this)),
      hint_(hint) {
  reading_->setTextFormat(Qt::PlainText);
  reading_->setAutoFillBackground(true);
  reading_->setIndent(4);
  reading_->setWordWrap(true);
  reading_->setAlignment(Qt::AlignTop | Qt::AlignLeft);
  plot_->setMouseTracking(true);
  plot_->setAttribute(Qt::WA_NoMousePropagation, false); // it would keep the right click's menu from whoever has one
  setFocusPolicy(Qt::StrongFocus);
  plot_->setFocusPolicy(Qt::NoFocus);
  nothing_->setAlignment(Qt::AlignCenter);
  nothing_->setWordWrap(true);
  nothing_->setAutoFillBackground(true);
  plot_->installEventFilter(this); // it would take the tooltip's event
  draw_again();
}

void PlotView::set_draw(Draw draw) {
  draw_ = std::move(draw);
  draw_again();
}

void PlotView::draw_again() {
  const Theme theme = Theme::of(palette());
  choose_colours(theme);
  if (draw_)
    spots_ = draw_(*plot_, theme, small_font(font()));
  else
    spots_.clear();
  if (current_ && *current_ >= spots_.size())
    current_.reset(); // before the plot hides: the mouse leaves it then, and what is current is read
  if (spots_.empty())
    clear_plot(*plot_, theme);
  plot_->setVisible(!spots_.empty());
  nothing_->setVisible(spots_.empty());
  reading_->setVisible(!spots_.empty());
  mark();
  read({});
  plot_->replot(QCustomPlot::rpQueuedReplot);
}

/// A box around the spot that was chosen.
void PlotView::mark() {
  if (!current_ || !hasFocus())
    return;
  auto* box = new QCPItemRect(plot_);
  box->setObjectName(QStringLiteral("cursor"));
  const Theme theme = Theme::of(palette());
  QColor tint = theme.accent;
  tint.setAlpha(30);
  box->setPen(QPen(theme.accent, 1));
  box->setBrush(tint);
  for (QCPItemPosition* corner : {box->topLeft, box->bottomRight}) {
    corner->setTypeX(QCPItemPosition::ptPlotCoords);
    corner->setTypeY(QCPItemPosition::ptAxisRectRatio);
  }
  box->topLeft->setCoords(std::max(spots_[*current_].from, plot_->xAxis->range().lower), 0);
  box->bottomRight->setCoords(spots_[*current_].to, 1);
}

void PlotView::point_at(std::optional<std::size_t> spot) {
  current_ = spot;
  setAccessibleDescription(spot ? spots_[*spot].words : QString());
  draw_again();
}

void PlotView::choose_colours(const Theme& theme) {
  QPalette colours = palette();
  colours.setColor(QPalette::Window, theme.background);
  colours.setColor(QPalette::WindowText, theme.muted_text);
  nothing_->setPalette(colours);
  reading_->setPalette(colours);
}

/// The first line of it; the tooltip has the rest.
void PlotView::read(const QString& words) {
  const bool by_keys = words.isEmpty() && current_ && hasFocus();
  const QString said = by_keys ? spots_[*current_].words : words;
  reading_words_ = said.isEmpty() ? hint_ : said.section(u'\n', 0, 0);
  reading_->setText(reading_words_);
}

std::optional<std::size_t> PlotView::spot_at(const QPoint& place) const {
  const double x = plot_->xAxis->pixelToCoord(place.x());
  for (std::size_t k = 0; k < spots_.size(); ++k)
    if (x >= spots_[k].from && x < spots_[k].to)
      return k;
  return std::nullopt;
}

QString PlotView::words_at(const QPoint& place) const {
  const std::optional<std::size_t> spot = spot_at(place);
  return spot ? spots_[*spot].words : QString();
}

void PlotView::choose(std::optional<std::size_t> spot) {
  point_at(spot);
  if (spot && spots_[*spot].row)
    emit row_chosen(*spots_[*spot].row);
}

bool PlotView::event(QEvent* event) {
  if (event->type() == QEvent::ToolTip) {
    const auto* help = static_cast<QHelpEvent*>(event);
    QToolTip::showText(help->globalPos(), tooltip(words_at(help->pos())), this);
    return true;
  }
  return QWidget::event(event);
}

bool PlotView::eventFilter(QObject* object, QEvent* event) {
  if (object == plot_ && event->type() == QEvent::ToolTip)
    return PlotView::event(event);
  if (object == plot_ && event->type() == QEvent::MouseButtonPress) {
    setFocus(Qt::MouseFocusReason);
    pressed_at_ = static_cast<QMouseEvent*>(event)->pos();
  }
  if (object == plot_ && event->type() == QEvent::MouseButtonRelease) {
    const auto* mouse = static_cast<QMouseEvent*>(event);
    const int moved = (mouse->pos() - pressed_at_).manhattanLength();
    if (mouse->button() == Qt::LeftButton && moved < QApplication::startDragDistance())
      choose(spot_at(mouse->pos()));
  }
  if (object == plot_ && event->type() == QEvent::MouseMove)
    read(words_at(static_cast<QMouseEvent*>(event)->pos()));
  if (object == plot_ && event->type() == QEvent::Leave)
    read({});
  return QWidget::eventFilter(object, event);
}

void PlotView::keyPressEvent(QKeyEvent* event) {
  const Qt::KeyboardModifiers modifiers = event->modifiers() & ~Qt::KeypadModifier;
  if (spots_.empty() || modifiers != Qt::NoModifier) {
    QWidget::keyPressEvent(event);
    return;
  }
  const std::size_t last = spots_.size() - 1;
  const std::size_t at = current_.value_or(0);
  switch (event->key()) {
  case Qt::Key_Left:
    return point_at(at - std::min<std::size_t>(at, 1));
  case Qt::Key_Right:
    return point_at(current_ ? std::min(at + 1, last) : 0);
  case Qt::Key_PageUp:
    return point_at(at - std::min(at, page));
  case Qt::Key_PageDown:
    return point_at(std::min(at + page, last));
  case Qt::Key_Home:
    return point_at(0);
  case Qt::Key_End:
    return point_at(last);
  case Qt::Key_Return:
  case Qt::Key_Enter:
    return choose(current_);
  case Qt::Key_Escape:
    if (current_ && !spots_[*current_].row)
      return point_at({});
    [[fallthrough]];
  default:
    QWidget::keyPressEvent(event);
  }
}

void PlotView::focusInEvent(QFocusEvent* event) {
  QWidget::focusInEvent(event);
  const bool by_key = event->reason() == Qt::TabFocusReason || event->reason() == Qt::BacktabFocusReason ||
                      event->reason() == Qt::ShortcutFocusReason;
  if (by_key && !current_ && !spots_.empty())
    point_at(0);
  else
    draw_again();
}

void PlotView::focusOutEvent(QFocusEvent* event) {
  QWidget::focusOutEvent(event);
  draw_again();
}

void PlotView::changeEvent(QEvent* event) {
  QWidget::changeEvent(event);
  if (event->type() == QEvent::PaletteChange || event->type() == QEvent::FontChange)
    draw_again();
}

void PlotView::resizeEvent(QResizeEvent* event) {
  QWidget::resizeEvent(event);
  reading_->setFont(small_font(font()));
  const int line = 2 * reading_->fontMetrics().lineSpacing() + 4; // what changes under the mouse moves nothing
  plot_->setGeometry(0, 0, std::max(1, width()), std::max(1, height() - line)); // it cannot draw on nothing
  reading_->setGeometry(0, height() - line, width(), line);
  nothing_->setGeometry(rect());
  draw_again();
}

} // namespace longview
