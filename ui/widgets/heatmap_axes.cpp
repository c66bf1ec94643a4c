#include "widgets/heatmap_axes.h"

#include <algorithm>

#include <QCoreApplication>

#include "models/format.h"

namespace longview {
namespace {

constexpr double unit = HeatmapCanvas::unit;

QString tr(const char* text) {
  return QCoreApplication::translate("longview::HeatmapAxes", text);
}

/// "500", "20k", "1.5M": round numbers of tokens.
QString short_count(std::uint64_t tokens) {
  if (tokens >= 1'000'000)
    return QString::number(static_cast<double>(tokens) / 1e6, 'g', 6) + u'M';
  if (tokens >= 1'000)
    return QString::number(static_cast<double>(tokens) / 1e3, 'g', 6) + u'k';
  return QString::number(tokens);
}

std::vector<HeatmapAxes::Tick> segment_ticks(const std::vector<std::uint32_t>& numbers) {
  std::vector<HeatmapAxes::Tick> ticks;
  for (const std::uint32_t k : numbers)
    ticks.push_back({k + 0.5, QString::number(k)});
  return ticks;
}

std::vector<HeatmapAxes::Tick> token_ticks(const std::vector<std::uint64_t>& numbers, std::uint32_t segment_length) {
  std::vector<HeatmapAxes::Tick> ticks;
  for (const std::uint64_t token : numbers)
    ticks.push_back({static_cast<double>(token) / segment_length, short_count(token)});
  return ticks;
}

} // namespace

HeatmapAxes::HeatmapAxes(const HeatmapCanvas& canvas) : canvas_(canvas) {
  const HeatmapGeometry& geometry = canvas.geometry;
  const std::uint32_t length = canvas.scene.document->sampling.segment_length;
  const AxisUnit axes = canvas.scene.view.axes;
  width_ = labels_width(canvas.metrics, geometry.segments, axes, length);
  const double apart = std::max(width_ + 5 * unit, 3 * canvas.metrics.height());
  if (axes == AxisUnit::tokens) {
    const std::uint64_t step = geometry.token_step(apart, length);
    columns_ = token_ticks(geometry.column_tokens(step, length), length);
    rows_ = token_ticks(geometry.row_tokens(step, length), length);
    gridded_ = geometry.cell() < HeatmapCanvas::gap_from;
  } else {
    const std::uint32_t step = geometry.tick_step(apart);
    columns_ = segment_ticks(geometry.column_ticks(step));
    rows_ = segment_ticks(geometry.row_ticks(step));
    gridded_ = step > 1;
  }
}

double HeatmapAxes::labels_width(const QFontMetricsF& metrics, std::uint32_t segments, AxisUnit axes,
                                 std::uint32_t segment_length) {
  const std::uint64_t last = std::max(segments, 1U) - 1;
  const QString widest = grouped(axes == AxisUnit::tokens ? last * segment_length : last);
  return metrics.horizontalAdvance(axes == AxisUnit::tokens ? widest : QString(QString::number(last).size(), u'0'));
}

HeatmapAxes::Tick HeatmapAxes::segment(std::uint32_t k) const {
  if (canvas_.scene.view.axes == AxisUnit::segments)
    return {k + 0.5, QString::number(k)};
  return {k + 0.5, grouped(std::uint64_t{k} * canvas_.scene.document->sampling.segment_length)};
}

double HeatmapAxes::bottom() const {
  return canvas_.geometry.strip.isNull() ? canvas_.geometry.plot.bottom() : canvas_.geometry.strip.bottom();
}

QRectF HeatmapAxes::column_label(const Tick& tick) const {
  const double width = canvas_.metrics.horizontalAdvance(tick.number) + 2 * unit;
  return {canvas_.geometry.x(tick.at) - width / 2, bottom() + unit, width, canvas_.metrics.height()};
}

QRectF HeatmapAxes::row_label(const Tick& tick) const {
  const double height = canvas_.metrics.height();
  return {canvas_.geometry.plot.left() - unit - width_, canvas_.geometry.y(tick.at) - height / 2, width_, height};
}

QRectF HeatmapAxes::column_title() const {
  const QRectF plot = canvas_.geometry.plot;
  const double height = canvas_.metrics.height();
  return {plot.left(), bottom() + 2 * unit + height, plot.width(), height};
}

QRectF HeatmapAxes::row_title() const {
  const QRectF plot = canvas_.geometry.plot;
  const double height = canvas_.metrics.height();
  const double middle = plot.left() - width_ - 2 * unit - height / 2;
  return {middle - plot.height() / 2, plot.center().y() - height / 2, plot.height(), height};
}

/// "prefix segment c_j (128 tokens each)", without the unit where there is no room.
QString HeatmapAxes::with_unit(const QString& title, double room) const {
  const QString full = canvas_.scene.view.axes == AxisUnit::tokens
                           ? tr("%1 (tokens)").arg(title)
                           : tr("%1 (%2 tokens each)").arg(title).arg(canvas_.scene.document->sampling.segment_length);
  return canvas_.metrics.horizontalAdvance(full) <= room ? full : title;
}

QString HeatmapAxes::column_words() const {
  const bool thinned = !canvas_.scene.document->data.pairs.kept.empty();
  return with_unit(thinned ? tr("prefix segment c_j, of those kept") : tr("prefix segment c_j"),
                   canvas_.geometry.plot.width());
}

QString HeatmapAxes::row_words() const {
  const bool thinned = !canvas_.scene.document->data.pairs.kept.empty();
  return with_unit(thinned ? tr("target segment c_i, of those kept") : tr("target segment c_i"),
                   canvas_.geometry.plot.height());
}

void draw_axes(const HeatmapCanvas& canvas) {
  const HeatmapAxes axes(canvas);
  QPainter& painter = canvas.painter;
  painter.setPen(canvas.theme.muted_text);
  for (const HeatmapAxes::Tick& tick : axes.columns())
    painter.drawText(axes.column_label(tick), Qt::AlignCenter, tick.number);
  for (const HeatmapAxes::Tick& tick : axes.rows())
    painter.drawText(axes.row_label(tick), Qt::AlignRight | Qt::AlignVCenter, tick.number);
  painter.setPen(canvas.theme.text);
  painter.drawText(axes.column_title(), Qt::AlignHCenter | Qt::AlignTop, axes.column_words());
  painter.save();
  QRectF title = axes.row_title();
  painter.translate(title.center());
  painter.rotate(-90);
  title.moveCenter(QPointF());
  painter.drawText(title, Qt::AlignCenter, axes.row_words());
  painter.restore();
}

} // namespace longview
