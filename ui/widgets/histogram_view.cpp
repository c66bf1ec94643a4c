#include "widgets/histogram_view.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include <QHelpEvent>
#include <QKeyEvent>
#include <QLocale>
#include <QMouseEvent>
#include <QPainter>
#include <QToolTip>

#include "models/format.h"
#include "widgets/small_font.h"
#include "widgets/theme.h"

namespace longview {
namespace {

constexpr double click = 3; ///< pixels that the hand may shake
constexpr double widest_single_bar = 24;

QString amount(double value) {
  return QLocale::c().toString(value, 'f', 0);
}

/// As the table writes it.
QString number(double value) {
  return value == std::round(value) ? amount(value) : three_digits(value);
}

} // namespace

double HistogramGeometry::x(double value) const {
  if (bins.edges.size() < 2)
    return plot.left();
  const bool logarithmic = bins.scale == AxisScale::logarithmic;
  const auto along = [&](double v) { return logarithmic ? std::log(v) : v; };
  const double first = along(bins.edges.front());
  const double last = along(bins.edges.back());
  const double at = logarithmic && value <= 0 ? first : along(value);
  return last > first ? plot.left() + plot.width() * (at - first) / (last - first) : plot.left();
}

double HistogramGeometry::value(double pixel) const {
  if (bins.edges.size() < 2 || plot.width() <= 0)
    return 0;
  const double share = std::clamp((pixel - plot.left()) / plot.width(), 0.0, 1.0);
  const double first = bins.edges.front();
  const double last = bins.edges.back();
  return bins.scale == AxisScale::logarithmic ? first * std::pow(last / first, share) : first + share * (last - first);
}

QRectF HistogramGeometry::bar(std::size_t bin, double weight) const {
  const double left = x(bins.edges[bin]);
  const double right = x(bins.edges[bin + 1]);
  const double height = most > 0 ? plot.height() * weight / most : 0;
  if (bins.count() == 1) { // all of one value: a bar as wide as the view would look like a background
    const double width = std::min(widest_single_bar, plot.width());
    return {plot.center().x() - width / 2, plot.bottom() - height, width, height};
  }
  return {left, plot.bottom() - height, std::max(1.0, right - left - 1), height};
}

std::optional<std::size_t> HistogramGeometry::bin_at(double pixel) const {
  if (bins.count() == 0 || pixel < plot.left() || pixel > plot.right())
    return std::nullopt;
  for (std::size_t bin = 0; bin < bins.count(); ++bin)
    if (pixel < x(bins.edges[bin + 1]))
      return bin;
  return bins.count() - 1;
}

HistogramView::HistogramView(QWidget* parent) : QWidget(parent) {
  setFocusPolicy(Qt::ClickFocus);
  setCursor(Qt::CrossCursor);
  setAccessibleName(tr("Histogram"));
}

void HistogramView::show_histogram(const HistogramBins& bins, const Histogram& all, const Histogram& kept,
                                   const QString& unit) {
  bins_ = bins;
  all_ = all;
  kept_ = kept;
  unit_ = unit;
  update();
}

void HistogramView::set_brush(std::optional<std::pair<double, double>> range) {
  brush_ = range;
  update();
}

HistogramGeometry HistogramView::geometry_now() const {
  HistogramGeometry geometry;
  const QFontMetricsF metrics(small_font(font()));
  geometry.plot = QRectF(rect()).adjusted(0, 4, 0, -metrics.height() - 3);
  geometry.bins = bins_;
  for (const double weight : all_.weights)
    geometry.most = std::max(geometry.most, weight);
  return geometry;
}

QSize HistogramView::sizeHint() const {
  return {240, 96};
}

QSize HistogramView::minimumSizeHint() const {
  return {120, 72};
}

QString HistogramView::words_at(double x) const {
  const std::optional<std::size_t> bin = geometry_now().bin_at(x);
  if (!bin)
    return {};
  return tr("%1 to %2: %3 of %4 %5")
      .arg(number(bins_.edges[*bin]), number(bins_.edges[*bin + 1]), amount(kept_.weights[*bin]),
           amount(all_.weights[*bin]), unit_);
}

void HistogramView::paintEvent(QPaintEvent*) {
  QPainter painter(this);
  const Theme theme = Theme::of(palette());
  const HistogramGeometry geometry = geometry_now();
  painter.setFont(small_font(font()));
  painter.setPen(theme.muted_text);
  if (bins_.count() == 0) {
    painter.drawText(rect(), Qt::AlignCenter | Qt::TextWordWrap, tr("No document has a number here."));
    return;
  }
  painter.setPen(Qt::NoPen);
  for (std::size_t bin = 0; bin < bins_.count(); ++bin) {
    painter.fillRect(geometry.bar(bin, all_.weights[bin]), theme.grid);
    painter.fillRect(geometry.bar(bin, kept_.weights[bin]), Theme::categories()[0]);
  }
  if (brush_) {
    QColor veil = palette().color(QPalette::Highlight);
    const double left = geometry.x(std::max(brush_->first, bins_.edges.front()));
    const double right = geometry.x(std::min(brush_->second, bins_.edges.back()));
    const QRectF range(left, geometry.plot.top() - 4, std::max(1.0, right - left), geometry.plot.height() + 4);
    painter.setPen(veil);
    veil.setAlpha(50);
    painter.fillRect(range, veil);
    painter.drawLine(range.topLeft(), range.bottomLeft());
    painter.drawLine(range.topRight(), range.bottomRight());
  }
  painter.setPen(theme.grid);
  painter.drawLine(geometry.plot.bottomLeft(), geometry.plot.bottomRight());
  painter.setPen(theme.muted_text);
  const QRectF below(0, geometry.plot.bottom() + 2, width(), height() - geometry.plot.bottom() - 2);
  painter.drawText(below, Qt::AlignHCenter, number(geometry.value(geometry.plot.center().x())));
  if (bins_.count() == 1)
    return;
  painter.drawText(below, Qt::AlignLeft, number(bins_.edges.front()));
  painter.drawText(below, Qt::AlignRight, number(bins_.edges.back()));
}

void HistogramView::mousePressEvent(QMouseEvent* event) {
  if (event->button() == Qt::LeftButton && bins_.count() > 0)
    pressed_ = event->position().x();
}

void HistogramView::mouseMoveEvent(QMouseEvent* event) {
  if (!pressed_)
    return;
  const HistogramGeometry geometry = geometry_now();
  const auto [left, right] = std::minmax(*pressed_, event->position().x());
  set_brush(std::pair(geometry.value(left), geometry.value(right)));
}

void HistogramView::mouseReleaseEvent(QMouseEvent* event) {
  if (!pressed_ || event->button() != Qt::LeftButton)
    return;
  const double begin = *std::exchange(pressed_, std::nullopt);
  const double end = event->position().x();
  if (std::abs(end - begin) < click) {
    clear_brush();
    return;
  }
  const HistogramGeometry geometry = geometry_now();
  const auto [left, right] = std::minmax(begin, end);
  set_brush(std::pair(geometry.value(left), geometry.value(right)));
  emit brushed(brush_->first, brush_->second);
}

void HistogramView::clear_brush() {
  set_brush(std::nullopt);
  emit brush_cleared();
}

void HistogramView::keyPressEvent(QKeyEvent* event) {
  if (event->key() == Qt::Key_Escape && brush_)
    clear_brush();
  else
    QWidget::keyPressEvent(event);
}

bool HistogramView::event(QEvent* event) {
  if (event->type() == QEvent::ToolTip) {
    const auto* help = static_cast<QHelpEvent*>(event);
    QToolTip::showText(help->globalPos(), tooltip(words_at(help->pos().x())), this);
    return true;
  }
  return QWidget::event(event);
}

} // namespace longview
