#include "widgets/plot_style.h"

#include "widgets/plots.h"

namespace longview {
namespace {

constexpr std::uint32_t most_ticks = 9;

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
  ticker->setTickStep(segment_step(longest, most_ticks));
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
  if (count > most_ticks)
    factor = 4;
  QSharedPointer<QCPAxisTickerText> ticker(new QCPAxisTickerText);
  for (std::uint64_t tick = 1; tick <= longest; tick *= factor)
    ticker->addTick(static_cast<double>(tick), QString::number(tick));
  axis.setScaleType(QCPAxis::stLogarithmic);
  axis.setTicker(ticker);
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
