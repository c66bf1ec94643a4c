#include "widgets/plot_style.h"

#include <algorithm>

#include <QFontMetricsF>

#include "widgets/plots.h"

namespace longview {
namespace {

constexpr std::uint32_t most_ticks = 9;
constexpr double beside_axes = 70; // pixels that labels and margins take
constexpr double above_axes = 20;  // pixels of margins above and below them

/// Numbers with a minus sign, not a hyphen, as everywhere in the window.
class ValueTicker final : public QCPAxisTicker {
 protected:
  QString getTickLabel(double tick, const QLocale& locale, QChar format, int precision) override {
    return QCPAxisTicker::getTickLabel(tick, locale, format, precision).replace(u'-', QChar(0x2212));
  }
};

double room(const QCPAxis& axis) {
  return axis.parentPlot()->width() - beside_axes;
}

std::uint32_t ticks_with_room(const QCPAxis& axis, std::uint32_t longest) {
  const QFontMetricsF metrics(axis.tickLabelFont());
  const double width = metrics.horizontalAdvance(QString::number(longest)) + 2 * metrics.averageCharWidth();
  return static_cast<std::uint32_t>(std::clamp(room(axis) / width, 2.0, double{most_ticks}));
}

} // namespace

QColor faint(QColor colour, int alpha) {
  colour.setAlpha(alpha);
  return colour;
}

void style_axis(QCPAxis& axis, const Theme& theme, const QFont& font) {
  axis.setBasePen(QPen(theme.grid));
  axis.setTickPen(QPen(theme.grid));
  axis.setSubTicks(false);
  axis.setTickLabelColor(theme.muted_text);
  axis.setLabelColor(theme.text);
  axis.setTickLabelFont(font);
  axis.setLabelFont(font);
  axis.grid()->setPen(QPen(theme.grid, 1, Qt::DotLine));
  axis.grid()->setZeroLinePen(QPen(theme.muted_text));
}

void tick_segments(QCPAxis& axis, std::uint32_t longest) {
  QSharedPointer<QCPAxisTickerFixed> ticker(new QCPAxisTickerFixed);
  ticker->setTickStep(segment_step(longest, ticks_with_room(axis, longest)));
  ticker->setScaleStrategy(QCPAxisTickerFixed::ssNone);
  axis.setScaleType(QCPAxis::stLinear);
  axis.setTicker(ticker);
  axis.setNumberFormat(QStringLiteral("f"));
  axis.setNumberPrecision(0);
}

void tick_powers_of_two(QCPAxis& axis, std::uint32_t longest) {
  std::uint32_t factor = 2; // 1, 2, 4 … or 1, 4, 16 … where that would be too many
  std::uint32_t count = 1;
  for (std::uint64_t tick = 1; tick <= longest; tick *= 2)
    ++count;
  if (count > ticks_with_room(axis, longest))
    factor = 4;
  QSharedPointer<QCPAxisTickerText> ticker(new QCPAxisTickerText);
  for (std::uint64_t tick = 1; tick <= longest; tick *= factor)
    ticker->addTick(static_cast<double>(tick), QString::number(tick));
  axis.setScaleType(QCPAxis::stLogarithmic);
  axis.setTicker(ticker);
}

void title_axis(QCPAxis& axis, std::initializer_list<QString> titles) {
  const QFontMetricsF metrics(axis.labelFont());
  for (const QString& title : titles) {
    axis.setLabel(title);
    if (metrics.horizontalAdvance(title) <= room(axis))
      return;
  }
}

void label_numbers(QCPAxis& axis, const QString& title) {
  const double width = QFontMetricsF(axis.tickLabelFont()).horizontalAdvance(QStringLiteral("0.000 "));
  QSharedPointer<QCPAxisTicker> ticker(new ValueTicker);
  ticker->setTickCount(static_cast<int>(std::clamp(room(axis) / width, 2.0, 6.0)));
  axis.setTicker(ticker);
  axis.setLabel(QFontMetricsF(axis.labelFont()).elidedText(title, Qt::ElideRight, room(axis)));
}

double height_of_axis(const QCPAxis& axis) {
  const QCPAxis& below = *axis.parentPlot()->xAxis; // its numbers and its title
  const double labels =
      QFontMetricsF(below.tickLabelFont()).lineSpacing() + QFontMetricsF(below.labelFont()).lineSpacing();
  return std::max(0.0, axis.parentPlot()->height() - labels - above_axes);
}

void label_values(QCPAxis& axis, const QString& title) {
  const double height = height_of_axis(axis);
  const double line = QFontMetricsF(axis.tickLabelFont()).lineSpacing();
  QSharedPointer<QCPAxisTicker> ticker(new ValueTicker);
  ticker->setTickCount(static_cast<int>(std::clamp(height / (1.6 * line), 1.0, 5.0)));
  axis.setTicker(ticker);
  axis.setLabel(QFontMetricsF(axis.labelFont()).horizontalAdvance(title) <= height ? title : QString());
}

void start_plot(QCustomPlot& plot, const Theme& theme, const QFont& font) {
  clear_plot(plot, theme);
  for (QCPAxis* axis : {plot.xAxis, plot.yAxis})
    style_axis(*axis, theme, font);
  plot.xAxis->setVisible(true);
  plot.yAxis->setVisible(true);
}

std::uint32_t segment_step(std::uint32_t length, std::uint32_t most) {
  std::uint64_t step = 1;
  while (length / step >= most)
    step *= 2;
  return static_cast<std::uint32_t>(step);
}

void clear_plot(QCustomPlot& plot, const Theme& theme) {
  plot.clearPlottables();
  plot.clearItems();
  plot.setBackground(QBrush(theme.background));
  plot.xAxis->setVisible(false);
  plot.yAxis->setVisible(false);
}

} // namespace longview
