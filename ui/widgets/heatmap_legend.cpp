#include "widgets/heatmap_legend.h"

#include <algorithm>
#include <cmath>

#include <QCoreApplication>

namespace longview {
namespace {

constexpr double unit = HeatmapCanvas::unit;
constexpr double bar_height = 10;

QString tr(const char* text) {
  return QCoreApplication::translate("longview::HeatmapLegend", text);
}

void draw_title(const HeatmapCanvas& canvas, const HeatmapLegend& legend) {
  const QRectF line(legend.bar.left(), legend.bar.top() - legend.line, legend.bar.width(), canvas.metrics.height());
  const QString title = value_title(canvas.cells.value());
  const QString unit_text = value_unit(canvas.cells.value());
  canvas.painter.setPen(canvas.theme.text);
  canvas.painter.drawText(line, Qt::AlignLeft, title);
  const double used = canvas.metrics.horizontalAdvance(title + u' ');
  if (used + canvas.metrics.horizontalAdvance(unit_text) > line.width())
    return;
  canvas.painter.setPen(canvas.theme.muted_text);
  canvas.painter.drawText(line.adjusted(used, 0, 0, 0), Qt::AlignLeft, unit_text);
}

void draw_ends(const HeatmapCanvas& canvas, const HeatmapLegend& legend) {
  const ColourScale& scale = canvas.cells.scale();
  const QRectF line(legend.bar.left(), legend.bar.bottom() + unit, legend.bar.width(), canvas.metrics.height());
  const QString low = (scale.clipped_low ? QStringLiteral("≤ ") : QString()) + short_number(scale.low);
  const QString high = (scale.clipped_high ? QStringLiteral("≥ ") : QString()) + short_number(scale.high);
  canvas.painter.setPen(canvas.theme.muted_text);
  canvas.painter.drawText(line, Qt::AlignLeft, low);
  canvas.painter.drawText(line, Qt::AlignRight, high);
  if (!scale.diverging || scale.low >= 0 || scale.high <= 0)
    return;
  const QString zero = QStringLiteral("0");
  const double width = canvas.metrics.horizontalAdvance(zero);
  const double left = legend.x(scale.position(0)) - width / 2;
  if (left > line.left() + canvas.metrics.horizontalAdvance(low) + unit &&
      left + width + unit < line.right() - canvas.metrics.horizontalAdvance(high))
    canvas.painter.drawText(QRectF(left, line.top(), width + 1, line.height()), Qt::AlignLeft, zero);
}

void draw_bar(const HeatmapCanvas& canvas, const HeatmapLegend& legend) {
  const QRectF bar = legend.bar;
  const ColourScale& scale = canvas.cells.scale();
  canvas.painter.setRenderHint(QPainter::Antialiasing, false);
  const int steps = static_cast<int>(bar.width());
  for (int k = 0; k < steps; ++k) {
    const double value = scale.low + (k + 0.5) / steps * (scale.high - scale.low);
    canvas.painter.fillRect(
        QRectF(bar.left() + k, bar.top(), canvas.scene.vector && k + 1 < steps ? 1.5 : 1, bar.height()),
        QColor(scale.colour(value, canvas.theme.dark)));
  }
  const double threshold = canvas.cells.threshold();
  if (compared_with_threshold(canvas.cells.value()) && threshold > scale.low && threshold < scale.high) {
    const double x = canvas.snapped(legend.x(scale.position(threshold)));
    canvas.painter.fillRect(QRectF(x - 0.5, bar.top() - 3, 1, bar.height() + 6), canvas.theme.threshold);
  }
  draw_ends(canvas, legend);
}

void draw_threshold_key(const HeatmapCanvas& canvas, const QRectF& square) {
  canvas.painter.setRenderHint(QPainter::Antialiasing, false);
  if (!canvas.outlined()) {
    canvas.painter.fillRect(QRectF(std::floor(square.center().x()), square.top(), 1, square.height()),
                            canvas.theme.threshold);
    return;
  }
  canvas.painter.fillRect(square, canvas.theme.threshold);
  canvas.painter.fillRect(square.adjusted(1, 1, -1, -1), canvas.theme.background);
}

void draw_hatch_key(const HeatmapCanvas& canvas, const QRectF& square) {
  canvas.painter.setRenderHint(QPainter::Antialiasing, true);
  canvas.painter.setPen(QPen(canvas.theme.hatch, 1));
  const double side = square.width();
  const double step = HeatmapCanvas::hatch_apart * std::sqrt(2.0);
  for (double sum = step / 2; sum < 2 * side; sum += step) {
    const double from = std::max(0.0, sum - side), to = std::min(side, sum);
    canvas.painter.drawLine(square.topLeft() + QPointF(from, sum - from), square.topLeft() + QPointF(to, sum - to));
  }
}

QString threshold_words(const HeatmapCanvas& canvas) {
  const QString what = canvas.cells.value() == HeatmapValue::corrected ? tr("corrected") : tr("strength");
  const QString threshold = short_number(canvas.cells.threshold());
  if (canvas.scene.view.fade)
    return tr("faint: %1 ≤ %2").arg(what, threshold);
  return canvas.outlined() ? tr("%1 > %2").arg(what, threshold) : tr("threshold %1").arg(threshold);
}

void draw_keys(const HeatmapCanvas& canvas, const HeatmapLegend& legend) {
  const double swatch = std::floor(canvas.metrics.ascent());
  QRectF line(legend.bar.left(), legend.bar.bottom() + canvas.metrics.height() + 4 * unit, legend.bar.width(),
              canvas.metrics.height());
  const auto words = [&](const QString& text) {
    canvas.painter.setPen(canvas.theme.muted_text);
    const double left = swatch + 2 * unit;
    canvas.painter.drawText(line.adjusted(left, 0, 0, 0), Qt::AlignLeft | Qt::AlignVCenter,
                            canvas.metrics.elidedText(text, Qt::ElideRight, line.width() - left));
    line.translate(0, legend.line);
  };
  const auto square = [&] {
    return QRectF(std::round(line.left()), std::round(line.center().y() - swatch / 2), swatch, swatch);
  };
  draw_threshold_key(canvas, square());
  words(threshold_words(canvas));
  if (canvas.cells.complete())
    return;
  draw_hatch_key(canvas, square());
  words(tr("not sampled"));
}

} // namespace

HeatmapLegend HeatmapLegend::place(const HeatmapCanvas& canvas) {
  const HeatmapGeometry& geometry = canvas.geometry;
  const QRectF plot = geometry.plot;
  HeatmapLegend legend;
  legend.line = canvas.metrics.height() + unit;
  const double head = legend.line + bar_height + unit + canvas.metrics.height();
  const double keys = 2 * unit + (canvas.cells.complete() ? 1 : 2) * legend.line;
  const double width = std::floor(std::clamp(plot.width() * 0.4, std::min(plot.width(), 110.0), 200.0));
  const auto box = [&](double height) { return QRectF(plot.right() - width, plot.top(), width, height); };
  if (geometry.above_diagonal(box(head + keys).adjusted(-unit, 0, 0, unit))) {
    legend.keys = true;
    legend.box = box(head + keys);
  } else if (geometry.above_diagonal(box(head).adjusted(-unit, 0, 0, unit))) {
    legend.box = box(head);
  } else if (geometry.zoomed() && plot.width() > 2 * width) {
    legend.card = true;
    legend.box = box(head + 2 * unit).translated(-2 * unit, 2 * unit);
  } else {
    return legend;
  }
  const QRectF inner = legend.card ? legend.box.adjusted(2 * unit, unit, -2 * unit, -unit) : legend.box;
  legend.bar = QRectF(inner.left(), inner.top() + legend.line, inner.width(), bar_height);
  return legend;
}

void draw_legend(const HeatmapCanvas& canvas) {
  const HeatmapLegend legend = HeatmapLegend::place(canvas);
  if (legend.box.isNull())
    return;
  if (legend.card) {
    canvas.painter.setRenderHint(QPainter::Antialiasing, false);
    canvas.painter.fillRect(legend.box, canvas.theme.background);
    canvas.painter.setPen(QPen(canvas.theme.grid, 1));
    canvas.painter.drawRect(legend.box.adjusted(0, 0, -1, -1));
  }
  draw_title(canvas, legend);
  draw_bar(canvas, legend);
  if (legend.keys)
    draw_keys(canvas, legend);
}

} // namespace longview
