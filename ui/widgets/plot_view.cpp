#include "widgets/plot_view.h"

#include <utility>

#include <QEvent>
#include <QHelpEvent>
#include <QMouseEvent>
#include <QToolTip>
#include <qcustomplot.h>

#include "widgets/small_font.h"

namespace longview {

PlotView::PlotView(const QString& nothing, const QString& hint, QWidget* parent)
    : QWidget(parent), plot_(new QCustomPlot(this)), nothing_(new QLabel(nothing, this)), reading_(new QLabel(this)),
      hint_(hint) {
  reading_->setTextFormat(Qt::PlainText);
  reading_->setAutoFillBackground(true);
  reading_->setIndent(4);
  reading_->setWordWrap(true);
  reading_->setAlignment(Qt::AlignTop | Qt::AlignLeft);
  plot_->setMouseTracking(true);
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
  if (spots_.empty())
    clear_plot(*plot_, theme);
  plot_->setVisible(!spots_.empty());
  nothing_->setVisible(spots_.empty());
  reading_->setVisible(!spots_.empty());
  read({});
  plot_->replot(QCustomPlot::rpQueuedReplot);
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
  reading_words_ = words.isEmpty() ? hint_ : words.section(u'\n', 0, 0);
  reading_->setText(reading_words_);
}

QString PlotView::words_at(const QPoint& place) const {
  const double x = plot_->xAxis->pixelToCoord(place.x());
  for (const PlotSpot& spot : spots_)
    if (x >= spot.from && x < spot.to)
      return spot.words;
  return {};
}

bool PlotView::event(QEvent* event) {
  if (event->type() == QEvent::ToolTip) {
    const auto* help = static_cast<QHelpEvent*>(event);
    QToolTip::showText(help->globalPos(), words_at(help->pos()).toHtmlEscaped().replace(u'\n', QStringLiteral("<br>")),
                       this);
    return true;
  }
  return QWidget::event(event);
}

bool PlotView::eventFilter(QObject* object, QEvent* event) {
  if (object == plot_ && event->type() == QEvent::ToolTip)
    return PlotView::event(event);
  if (object == plot_ && event->type() == QEvent::MouseMove)
    read(words_at(static_cast<QMouseEvent*>(event)->pos()));
  if (object == plot_ && event->type() == QEvent::Leave)
    read({});
  return QWidget::eventFilter(object, event);
}

void PlotView::changeEvent(QEvent* event) {
  QWidget::changeEvent(event);
  if (event->type() == QEvent::PaletteChange || event->type() == QEvent::FontChange)
    draw_again();
}

void PlotView::resizeEvent(QResizeEvent* event) {
  QWidget::resizeEvent(event);
  reading_->setFont(small_font(font()));
  const int line = 2 * reading_->fontMetrics().lineSpacing(); // what changes under the mouse moves nothing
  plot_->setGeometry(rect().adjusted(0, 0, 0, -line));
  reading_->setGeometry(0, height() - line, width(), line);
  nothing_->setGeometry(rect());
  draw_again();
}

} // namespace longview
