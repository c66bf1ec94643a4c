#include "widgets/plots.h"

#include <algorithm>
#include <cmath>

#include <QCoreApplication>
#include <qcustomplot.h>

#include "models/format.h"

namespace longview {
namespace {

constexpr std::uint32_t most_bins = 24;
constexpr std::uint32_t most_ticks = 9;
constexpr double least_height = 150; // pixels, below which the counts give way to the strengths

QString tr(const char* text) {
  return QCoreApplication::translate("longview::Plots", text);
}

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
  axis.setTicker(ticker);
  axis.setNumberFormat(QStringLiteral("f"));
  axis.setNumberPrecision(0);
}

void start(QCustomPlot& plot, const Theme& theme, const QFont& font) {
  clear_plot(plot, theme);
  for (QCPAxis* axis : {plot.xAxis, plot.yAxis})
    style_axis(*axis, theme, font);
  plot.xAxis->setVisible(true);
  plot.yAxis->setVisible(true);
}

QString distance_words(const ProfilePoint& point, const DocumentData& document) {
  const std::uint64_t length = document.sampling.segment_length;
  if (point.nearest == point.furthest)
    return tr("distance %1 (%2 tokens)")
        .arg(counted(point.nearest, "segment", "segments"), grouped(point.nearest * length));
  return tr("distance %1–%2 segments (%3–%4 tokens)")
      .arg(grouped(point.nearest), grouped(point.furthest), grouped(point.nearest * length),
           grouped(point.furthest * length));
}

QString point_words(const ProfilePoint& point, const DocumentData& document) {
  const QString where = distance_words(point, document);
  if (point.count == 0)
    return tr("%1: no pair was sampled").arg(where);
  QString mean = three_digits(point.mean_strength);
  if (!std::isnan(point.standard_error))
    mean = tr("%1 (standard error %2)").arg(mean, three_digits(point.standard_error));
  return tr("%1: mean strength %2 over %3\nstrength = (PPL(c_i) − PPL(c_i|c_j)) / PPL(c_i)")
      .arg(where, mean, counted(point.count, "pair", "pairs"));
}

/// Number of pairs by distance, in the lowest fifth of the plot behind everything else.
void add_counts(QCustomPlot& plot, const std::vector<ProfilePoint>& points, const Theme& theme, const QFont& font) {
  std::uint64_t most = 1;
  for (const ProfilePoint& point : points)
    most = std::max(most, point.count);
  style_axis(*plot.yAxis2, theme, font);
  plot.yAxis2->grid()->setVisible(false);
  plot.yAxis2->setVisible(false);
  plot.yAxis2->setRange(0, 5.0 * static_cast<double>(most));
  for (const ProfilePoint& point : points) {
    auto* bar = new QCPBars(plot.xAxis, plot.yAxis2);
    bar->setWidth(point.furthest - point.nearest + 0.9);
    bar->setPen(Qt::NoPen);
    bar->setBrush(faint(theme.muted_text, 60));
    bar->addData((point.nearest + point.furthest) / 2.0, static_cast<double>(point.count));
  }
  auto* words = new QCPItemText(&plot);
  words->setFont(font);
  words->setColor(theme.muted_text);
  words->setText(tr("grey: pairs, at most %1").arg(grouped(most)));
  words->setPositionAlignment(Qt::AlignRight | Qt::AlignTop);
  words->position->setType(QCPItemPosition::ptAxisRectRatio);
  words->position->setCoords(1, 0);
}

void add_level(QCustomPlot& plot, double value, const QString& name, const QPen& pen, const QFont& font) {
  auto* line = new QCPItemStraightLine(&plot);
  line->setPen(pen);
  line->point1->setCoords(0, value);
  line->point2->setCoords(1, value);
  if (name.isEmpty())
    return;
  auto* words = new QCPItemText(&plot);
  words->setFont(font);
  words->setColor(pen.color());
  words->setText(name);
  words->setPositionAlignment(Qt::AlignRight | Qt::AlignBottom);
  words->position->setTypeX(QCPItemPosition::ptAxisRectRatio);
  words->position->setTypeY(QCPItemPosition::ptPlotCoords);
  words->position->setCoords(1, value);
}

/// Two standard errors to each side of the mean. A bin without pairs, or with a single one, is a gap in it.
void add_band(QCustomPlot& plot, const std::vector<ProfilePoint>& points, const QColor& colour) {
  auto* low = plot.addGraph();
  auto* high = plot.addGraph();
  for (QCPGraph* edge : {low, high})
    edge->setPen(Qt::NoPen);
  high->setBrush(faint(colour, 50));
  for (const ProfilePoint& point : points) {
    const bool known = point.count > 0 && !std::isnan(point.standard_error);
    const double x = point.count > 0 ? point.mean_distance : (point.nearest + point.furthest) / 2.0;
    const double error = known ? 2 * point.standard_error : no_value;
    low->addData(x, known ? point.mean_strength - error : no_value);
    high->addData(x, known ? point.mean_strength + error : no_value);
  }
  high->setChannelFillGraph(low);
}

void add_line(QCustomPlot& plot, const std::vector<ProfilePoint>& points, const Theme& theme) {
  auto* line = plot.addGraph();
  line->setObjectName(QStringLiteral("profile"));
  line->setPen(QPen(theme.accent, 1.5));
  line->setScatterStyle(QCPScatterStyle(QCPScatterStyle::ssDisc, 5));
  for (const ProfilePoint& point : points)
    line->addData(point.count > 0 ? point.mean_distance : (point.nearest + point.furthest) / 2.0,
                  point.count > 0 ? point.mean_strength : no_value);
}

void fit_strengths(QCPAxis& axis, const std::vector<ProfilePoint>& points, double threshold) {
  double low = 0;
  double high = std::max(0.0, threshold);
  for (const ProfilePoint& point : points) {
    if (point.count == 0)
      continue;
    const double error = std::isnan(point.standard_error) ? 0 : 2 * point.standard_error;
    low = std::min(low, point.mean_strength - error);
    high = std::max(high, point.mean_strength + error);
  }
  const double room = std::max(high - low, 0.02);
  axis.setRange(low - 0.08 * room, high + 0.25 * room); // room for the words above
}

} // namespace

std::uint32_t segment_step(std::uint32_t length, std::uint32_t most) {
  std::uint64_t step = 1;
  while (length / step >= most)
    step *= 2;
  return static_cast<std::uint32_t>(step);
}

std::vector<ProfilePoint> profile_points(const DocumentData& document) {
  return distance_profile(document.data.pairs, document.scores, BinScale::linear, most_bins);
}

void clear_plot(QCustomPlot& plot, const Theme& theme) {
  plot.clearPlottables();
  plot.clearItems();
  plot.setBackground(QBrush(theme.background));
  plot.xAxis->setVisible(false);
  plot.yAxis->setVisible(false);
}

std::vector<PlotSpot> plot_profile(QCustomPlot& plot, const DocumentData& document, const Theme& theme,
                                   const QFont& font) {
  const std::vector<ProfilePoint> points = profile_points(document);
  const bool any = std::any_of(points.begin(), points.end(), [](const ProfilePoint& point) { return point.count > 0; });
  if (!any) {
    clear_plot(plot, theme);
    return {};
  }
  start(plot, theme, font);
  const std::uint32_t longest = points.back().furthest;
  const double threshold = document.parameters.threshold;
  plot.xAxis->setLabel(tr("distance i − j (segments of %1 tokens)").arg(document.sampling.segment_length));
  plot.yAxis->setLabel(tr("mean strength"));
  plot.xAxis->setRange(0, longest + 1);
  tick_segments(*plot.xAxis, longest);
  fit_strengths(*plot.yAxis, points, threshold);
  if (plot.height() >= least_height)
    add_counts(plot, points, theme, font);
  add_band(plot, points, theme.accent);
  add_line(plot, points, theme);
  add_level(plot, threshold, tr("threshold %1").arg(all_digits(threshold)), QPen(theme.threshold, 1, Qt::DashLine),
            font);
  std::vector<PlotSpot> spots;
  for (const ProfilePoint& point : points)
    spots.push_back({point.nearest - 0.5, point.furthest + 0.5, point_words(point, document)});
  return spots;
}

std::vector<PlotSpot> plot_specificity(QCustomPlot& plot, const DocumentData& document,
                                       std::optional<std::uint32_t> marked, const Theme& theme, const QFont& font) {
  const std::vector<double>& values = document.scores.specificity;
  const bool any = std::any_of(values.begin(), values.end(), [](double value) { return !std::isnan(value); });
  if (!any) {
    clear_plot(plot, theme);
    return {};
  }
  start(plot, theme, font);
  auto* bars = new QCPBars(plot.xAxis, plot.yAxis);
  bars->setObjectName(QStringLiteral("specificity"));
  bars->setPen(Qt::NoPen);
  bars->setBrush(faint(theme.accent, 190));
  bars->setWidth(0.85);
  auto* chosen = new QCPBars(plot.xAxis, plot.yAxis);
  chosen->setObjectName(QStringLiteral("marked"));
  chosen->setPen(Qt::NoPen);
  chosen->setBrush(theme.threshold);
  chosen->setWidth(0.85);
  std::vector<PlotSpot> spots;
  for (std::uint32_t k = 0; k < values.size(); ++k) {
    if (std::isnan(values[k])) // a gap: nothing was measured there
      continue;
    (marked == k ? chosen : bars)->addData(k, values[k]);
    spots.push_back({k - 0.5, k + 0.5,
                     tr("c_%1: specificity %2\nspecificity = (ln n − H) / ln n, H the entropy of the softmax of the "
                        "gains of its n pairs")
                         .arg(document.place(k))
                         .arg(three_digits(values[k]))});
  }
  const auto count = static_cast<std::uint32_t>(values.size());
  plot.xAxis->setLabel(tr("target segment c_i"));
  plot.yAxis->setLabel(tr("specificity"));
  plot.xAxis->setRange(-0.75, count - 0.25);
  plot.yAxis->setRange(0, 1.02);
  tick_segments(*plot.xAxis, count);
  return spots;
}

} // namespace longview
