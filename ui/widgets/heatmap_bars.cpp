// Bars that are aligned with the cells: specificity beside the rows, what later text owes to a segment below the
// columns.
#include <algorithm>
#include <cmath>

#include <QCoreApplication>

#include "widgets/heatmap_axes.h"
#include "widgets/heatmap_canvas.h"
#include "widgets/heatmap_image.h"
#include "widgets/reading_line.h"

namespace longview {
namespace {

constexpr double unit = HeatmapCanvas::unit;

QString tr(const char* text) {
  return QCoreApplication::translate("longview::HeatmapBars", text);
}

double thickness(const HeatmapCanvas& canvas) {
  const double cell = canvas.geometry.cell();
  if (cell >= HeatmapCanvas::gap_from)
    return std::min(cell - 2, 20.0);
  if (cell >= 6)
    return cell - 1;
  return std::max({cell, least_drawn(canvas.cells, canvas.geometry) - 2, 1.0}); // a single high one is a line at least
}

QString specificity_title(const DocumentData& document) {
  return document.parameters.specificity == SpecificityMode::off ? tr("spec. (off)") : tr("specificity");
}

void label_bars(const HeatmapCanvas& canvas) {
  const QRectF bars = canvas.geometry.bars;
  QRectF line(bars.left(), bars.bottom() + unit, bars.width(), canvas.metrics.height());
  canvas.painter.setPen(canvas.theme.muted_text);
  canvas.painter.drawText(line, Qt::AlignLeft, QStringLiteral("0"));
  canvas.painter.drawText(line, Qt::AlignRight, QStringLiteral("1"));
  line.translate(0, line.height() + unit);
  canvas.painter.setPen(canvas.theme.text);
  canvas.painter.drawText(line, Qt::AlignHCenter | Qt::AlignTop, specificity_title(*canvas.scene.document));
}

/// What the strip shows of each column; NaN where there is nothing.
std::vector<double> strip_values(const HeatmapCanvas& canvas) {
  const HeatmapCells& cells = canvas.cells;
  std::vector<double> values;
  values.reserve(cells.columns().size());
  for (const ColumnLean& column : cells.columns()) {
    if (canvas.scene.view.strip == ColumnStrip::strength)
      values.push_back(column.mean_strength);
    else
      values.push_back(column.pairs > 0 && cells.contribution() > 0 ? column.contribution / cells.contribution()
                                                                    : no_value);
  }
  return values;
}

/// The ends of the strip's scale; zero is in it.
ColourRange strip_range(const std::vector<double>& values) {
  ColourRange range{0, 0};
  for (const double value : values)
    if (std::isfinite(value)) {
      range.low = std::min(range.low, value);
      range.high = std::max(range.high, value);
    }
  if (range.high <= range.low)
    range.high = range.low + 1;
  return range;
}

QString strip_number(const HeatmapCanvas& canvas, double value) {
  return canvas.scene.view.strip == ColumnStrip::contribution ? tr("%1 %").arg(figure_number(100 * value))
                                                              : figure_number(value);
}

void label_strip(const HeatmapCanvas& canvas, double most) {
  const QRectF strip = canvas.geometry.strip;
  const QRectF line(strip.left(), strip.top() - canvas.metrics.height(), strip.width(), canvas.metrics.height());
  const QString end = strip_number(canvas, most);
  const double room = line.width() - canvas.metrics.horizontalAdvance(end) - 2 * unit;
  canvas.painter.setPen(canvas.theme.text);
  canvas.painter.drawText(line, Qt::AlignLeft | Qt::AlignVCenter,
                          canvas.metrics.elidedText(strip_title(canvas.scene.view.strip), Qt::ElideRight, room));
  canvas.painter.setPen(canvas.theme.muted_text);
  canvas.painter.drawText(line, Qt::AlignRight | Qt::AlignVCenter, end);
}

} // namespace

void draw_bars(const HeatmapCanvas& canvas) {
  const HeatmapGeometry& geometry = canvas.geometry;
  const QRectF bars = geometry.bars;
  const std::vector<double>& values = canvas.scene.document->scores.specificity;
  QPainter& painter = canvas.painter;
  painter.setRenderHint(QPainter::Antialiasing, canvas.scene.vector);
  painter.setPen(QPen(canvas.theme.grid, 1));
  for (const double share : {0.5, 1.0}) {
    const double x = canvas.snapped(bars.left() + share * (bars.width() - 1));
    painter.drawLine(QPointF(x, bars.top()), QPointF(x, bars.bottom()));
  }
  const double height = thickness(canvas);
  for (std::uint32_t i = geometry.first_row(); i < geometry.end_row() && i < values.size(); ++i) {
    if (std::isnan(values[i]))
      continue;
    const double middle = geometry.y(i + 0.5);
    const QRectF bar(bars.left(), middle - height / 2, std::max(1.0, values[i] * bars.width()), height);
    painter.fillRect(canvas.scene.vector ? bar & bars : QRectF(bar.toRect()) & bars, canvas.theme.diagonal);
  }
  const double left = canvas.snapped(bars.left() - 1);
  painter.setPen(QPen(canvas.theme.diagonal, 1));
  painter.drawLine(QPointF(left, bars.top()), QPointF(left, bars.bottom()));
  label_bars(canvas);
}

void draw_strip(const HeatmapCanvas& canvas) {
  const HeatmapGeometry& geometry = canvas.geometry;
  const QRectF strip = geometry.strip;
  if (strip.isNull())
    return;
  const std::vector<double> values = strip_values(canvas);
  const ColourRange range = strip_range(values);
  const auto y = [&](double value) {
    return strip.bottom() - (value - range.low) / (range.high - range.low) * strip.height();
  };
  QPainter& painter = canvas.painter;
  painter.setRenderHint(QPainter::Antialiasing, canvas.scene.vector);
  const double width = thickness(canvas);
  for (std::uint32_t j = geometry.first_column(); j < geometry.end_column() && j < values.size(); ++j) {
    if (!(std::abs(values[j]) > 0))
      continue;
    const double middle = geometry.x(j + 0.5);
    QRectF bar = QRectF(QPointF(middle - width / 2, y(values[j])), QPointF(middle + width / 2, y(0))).normalized();
    if (!canvas.scene.vector)
      bar = canvas.snapped(bar);
    painter.fillRect(bar & strip, canvas.theme.diagonal);
  }
  painter.setPen(QPen(canvas.theme.diagonal, 1));
  painter.drawLine(QPointF(strip.left(), canvas.snapped(y(0))), QPointF(strip.right(), canvas.snapped(y(0))));
  label_strip(canvas, range.high);
}

} // namespace longview
