#include "widgets/plots.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include <QCoreApplication>
#include <qcustomplot.h>

#include "models/format.h"
#include "widgets/plot_style.h"

namespace longview {
namespace {

constexpr std::uint32_t most_bins = 24;
constexpr double first_on_log_axis = 0.7; // a little before the first distance, which is 1
constexpr double least_height = 150;      // pixels, below which the counts give way to the strengths

QString tr(const char* text) {
  return QCoreApplication::translate("longview::Plots", text);
}

/// Distances in the document itself of the pairs in a bin, in segments: those that i - j counts are others where a
/// document was thinned.
struct RealDistances {
  std::uint32_t nearest = std::numeric_limits<std::uint32_t>::max();
  std::uint32_t furthest = 0;
};

std::vector<RealDistances> real_distances(const DocumentData& document, const std::vector<ProfilePoint>& points) {
  std::vector<RealDistances> found(points.size());
  for (const Pair& pair : document.data.pairs.pairs) {
    if (!document.pair_at({pair.i, pair.j}))
      continue;
    const auto bin = std::find_if(points.begin(), points.end(),
                                  [&](const ProfilePoint& point) { return pair.i - pair.j <= point.furthest; });
    if (bin == points.end())
      continue;
    RealDistances& real = found[static_cast<std::size_t>(bin - points.begin())];
    const std::uint32_t distance = document.place(pair.i) - document.place(pair.j);
    real.nearest = std::min(real.nearest, distance);
    real.furthest = std::max(real.furthest, distance);
  }
  return found;
}

/// "7 segments (896 tokens)", "9–16 segments (1,152–2,048 tokens)".
QString distance_range(std::uint64_t nearest, std::uint64_t furthest, std::uint64_t length) {
  if (nearest == furthest)
    return tr("%1 (%2 tokens)").arg(counted(nearest, "segment", "segments"), grouped(nearest * length));
  return tr("%1–%2 segments (%3–%4 tokens)")
      .arg(grouped(nearest), grouped(furthest), grouped(nearest * length), grouped(furthest * length));
}

QString distance_words(const ProfilePoint& point, const RealDistances& real, const DocumentData& document) {
  const std::uint64_t length = document.sampling.segment_length;
  if (document.data.pairs.kept.empty())
    return tr("distance %1").arg(distance_range(point.nearest, point.furthest, length));
  const QString kept = point.nearest == point.furthest
                           ? counted(point.nearest, "kept segment", "kept segments")
                           : tr("%1–%2 kept segments").arg(grouped(point.nearest), grouped(point.furthest));
  if (real.furthest == 0)
    return tr("distance %1").arg(kept);
  return tr("distance %1, in the document %2").arg(kept, distance_range(real.nearest, real.furthest, length));
}

QString point_words(const ProfilePoint& point, const RealDistances& real, const DocumentData& document) {
  const QString where = distance_words(point, real, document);
  if (point.count == 0)
    return tr("%1: no pair was sampled").arg(where);
  QString mean = three_digits(point.mean_strength);
  if (!std::isnan(point.standard_error))
    mean = tr("%1 ±%2").arg(mean, three_digits(point.standard_error));
  return tr("%1: mean strength %2, %3\n± one standard error; strength = (PPL(c_i) − PPL(c_i|c_j)) / PPL(c_i)")
      .arg(where, mean, counted(point.count, "pair", "pairs"));
}

/// Number of pairs by distance, in the lowest fifth of the plot behind everything else.
std::uint64_t add_counts(QCustomPlot& plot, const std::vector<ProfilePoint>& points, const Theme& theme,
                         const QFont& font) {
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
  return most;
}

/// What lines and bars are, above everything that is drawn.
void add_key(QCustomPlot& plot, const QString& text, const Theme& theme, const QFont& font) {
  auto* words = new QCPItemText(&plot);
  words->setFont(font);
  words->setColor(theme.muted_text);
  words->setText(QFontMetricsF(font).elidedText(text, Qt::ElideRight, std::max(40.0, plot.width() - 70.0)));
  words->setPositionAlignment(Qt::AlignRight | Qt::AlignTop);
  words->position->setType(QCPItemPosition::ptAxisRectRatio);
  words->position->setCoords(1, 0);
}

void add_level(QCustomPlot& plot, double value, const QPen& pen) {
  auto* line = new QCPItemStraightLine(&plot);
  line->setPen(pen);
  line->point1->setCoords(1, value); // a logarithmic axis has no 0
  line->point2->setCoords(2, value);
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

std::vector<ProfilePoint> profile_points(const DocumentData& document, BinScale distances) {
  return distance_profile(document.data.pairs, document.scores, distances, most_bins);
}

std::vector<PlotSpot> plot_profile(QCustomPlot& plot, const DocumentData& document, BinScale distances,
                                   const Theme& theme, const QFont& font) {
  const std::vector<ProfilePoint> points = profile_points(document, distances);
  const bool any = std::any_of(points.begin(), points.end(), [](const ProfilePoint& point) { return point.count > 0; });
  if (!any) {
    clear_plot(plot, theme);
    return {};
  }
  start_plot(plot, theme, font);
  const std::uint32_t longest = points.back().furthest;
  const double threshold = document.parameters.threshold;
  const bool thinned = !document.data.pairs.kept.empty();
  const QString unit = thinned ? tr("kept segments of %1 tokens") : tr("segments of %1 tokens");
  title_axis(*plot.xAxis, {tr("distance i − j (%1)").arg(unit.arg(document.sampling.segment_length)),
                           thinned ? tr("distance (kept segments)") : tr("distance (segments)")});
  plot.yAxis->setLabel(tr("mean strength"));
  if (distances == BinScale::logarithmic) {
    tick_powers_of_two(*plot.xAxis, longest);
    plot.xAxis->setRange(first_on_log_axis, longest + 0.5);
  } else {
    tick_segments(*plot.xAxis, longest);
    plot.xAxis->setRange(0, longest + 1);
  }
  fit_strengths(*plot.yAxis, points, threshold);
  QString key = tr("dashed: threshold %1").arg(all_digits(threshold));
  if (plot.height() >= least_height)
    key += tr(" · grey: pairs, at most %1").arg(grouped(add_counts(plot, points, theme, font)));
  add_band(plot, points, theme.accent);
  add_line(plot, points, theme);
  add_level(plot, threshold, QPen(theme.threshold, 1, Qt::DashLine));
  add_key(plot, key, theme, font);
  const std::vector<RealDistances> real = real_distances(document, points);
  std::vector<PlotSpot> spots;
  for (std::size_t b = 0; b < points.size(); ++b)
    spots.push_back({points[b].nearest - 0.5, points[b].furthest + 0.5, point_words(points[b], real[b], document)});
  return spots;
}

} // namespace longview
