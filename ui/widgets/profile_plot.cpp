#include "widgets/plots.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include <QCoreApplication>
#include <qcustomplot.h>

#include "models/format.h"
#include "widgets/plot_style.h"
#include "widgets/reading_line.h"

namespace longview {
namespace {

constexpr double first_on_log_axis = 0.7; // a little before the first distance, which is 1
constexpr double least_height = 110;      // pixels, below which the counts give way to the strengths
constexpr int most_key_lines = 2;
constexpr double most_for_key = 0.35; // of the height; what has no room there is read under the figure

QString tr(const char* text) {
  return QCoreApplication::translate("longview::Plots", text);
}

/// Distances in the document itself of the pairs in a bin, in segments: those that i - j counts are others where a
/// document was thinned.
struct RealDistances {
  std::uint32_t nearest = std::numeric_limits<std::uint32_t>::max();
  std::uint32_t furthest = 0;
};

std::vector<RealDistances> real_distances(const DocumentData& document, const std::vector<BandPoint>& points) {
  std::vector<RealDistances> found(points.size());
  for (const Pair& pair : document.data.pairs.pairs) {
    if (!document.pair_at({pair.i, pair.j}))
      continue;
    const auto bin = std::find_if(points.begin(), points.end(),
                                  [&](const BandPoint& point) { return pair.i - pair.j <= point.furthest; });
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

QString distance_words(const BandPoint& point, const RealDistances& real, const DocumentData& document) {
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

/// "0.143 (0.12 to 0.16)".
QString with_band(const BandPoint& point) {
  const QString mean = figure_number(point.mean);
  if (std::isnan(point.band.low))
    return mean;
  return tr("%1 (%2 to %3)").arg(mean, figure_number(point.band.low), figure_number(point.band.high));
}

QString dataset_words(const DatasetProfile& dataset, const BandPoint& point) {
  if (point.units == 0)
    return tr("no other document has pairs there");
  return tr("mean of %1: %2; in brackets: 95 % of means of documents drawn anew")
             .arg(counted(point.units, "document", "documents"), with_band(point)) +
         (dataset.documents < dataset.scored
              ? tr(", of a sample of %1 of %2").arg(grouped(dataset.documents), grouped(dataset.scored))
              : QString());
}

QString point_words(const ProfileFigure& figure, std::size_t bin, const RealDistances& real,
                    const DocumentData& document) {
  const BandPoint& point = figure.points[bin];
  const QString where = distance_words(point, real, document);
  QString words = point.pairs == 0 ? tr("%1: no pair was sampled").arg(where)
                                   : tr("%1: mean strength %2, %3 in %4")
                                         .arg(where, with_band(point), counted(point.pairs, "pair", "pairs"),
                                              counted(point.units, "row", "rows"));
  if (figure.dataset && bin < figure.dataset->points.size())
    words += u'\n' + dataset_words(*figure.dataset, figure.dataset->points[bin]);
  return words + u'\n' +
         tr("strength = (PPL(c_i) − PPL(c_i|c_j)) / PPL(c_i); in brackets: 95 % of means of rows drawn anew");
}

/// Number of pairs by distance, in the lowest fifth of the plot behind everything else.
std::uint64_t add_counts(QCustomPlot& plot, const std::vector<BandPoint>& points, const Theme& theme,
                         const QFont& font) {
  std::uint64_t most = 1;
  for (const BandPoint& point : points)
    most = std::max(most, point.pairs);
  style_axis(*plot.yAxis2, theme, font);
  plot.yAxis2->grid()->setVisible(false);
  plot.yAxis2->setVisible(false);
  plot.yAxis2->setRange(0, 5.0 * static_cast<double>(most));
  for (const BandPoint& point : points) {
    auto* bar = new QCPBars(plot.xAxis, plot.yAxis2);
    bar->setWidth(point.furthest - point.nearest + 0.9);
    bar->setPen(Qt::NoPen);
    bar->setBrush(faint(theme.muted_text, 60));
    bar->addData((point.nearest + point.furthest) / 2.0, static_cast<double>(point.pairs));
  }
  return most;
}

/// What lines and bars are, above everything that is drawn, in as few lines as it takes and the height allows. The
/// height of them, as a share of the axis.
double add_key(QCustomPlot& plot, const QStringList& parts, const Theme& theme, const QFont& font) {
  const QFontMetricsF metrics(font);
  const double room = std::max(40.0, plot.width() - 70.0);
  const double share = metrics.lineSpacing() / std::max(1.0, height_of_axis(*plot.yAxis));
  const int most = std::min(most_key_lines, static_cast<int>(most_for_key / share));
  if (most == 0)
    return 0;
  QStringList lines{QString()};
  for (const QString& part : parts) {
    const QString longer = lines.back().isEmpty() ? part : tr("%1 · %2").arg(lines.back(), part);
    if (lines.back().isEmpty() || metrics.horizontalAdvance(longer) <= room)
      lines.back() = longer;
    else if (lines.size() < most)
      lines << part;
  }
  auto* words = new QCPItemText(&plot);
  words->setFont(font);
  words->setColor(theme.muted_text);
  words->setText(lines.join(u'\n'));
  words->setTextAlignment(Qt::AlignRight);
  words->setPositionAlignment(Qt::AlignRight | Qt::AlignTop);
  words->position->setType(QCPItemPosition::ptAxisRectRatio);
  words->position->setCoords(1, 0);
  return share * static_cast<double>(lines.size());
}

void add_level(QCustomPlot& plot, double value, const QPen& pen) {
  auto* line = new QCPItemStraightLine(&plot);
  line->setPen(pen);
  line->point1->setCoords(1, value); // a logarithmic axis has no 0
  line->point2->setCoords(2, value);
}

double middle_of(const BandPoint& point) {
  return point.pairs > 0 ? point.mean_distance : (point.nearest + point.furthest) / 2.0;
}

/// The interval of each mean. A bin without pairs, or of a single row, is a gap in it.
void add_band(QCustomPlot& plot, const std::vector<BandPoint>& points, const QColor& colour) {
  auto* low = plot.addGraph();
  auto* high = plot.addGraph();
  for (QCPGraph* edge : {low, high})
    edge->setPen(Qt::NoPen);
  high->setBrush(colour);
  for (const BandPoint& point : points) {
    low->addData(middle_of(point), point.band.low);
    high->addData(middle_of(point), point.band.high);
  }
  high->setChannelFillGraph(low);
}

void add_line(QCustomPlot& plot, const std::vector<BandPoint>& points, const char* name, const QPen& pen, double dot) {
  auto* line = plot.addGraph();
  line->setObjectName(QLatin1String(name));
  line->setPen(pen);
  if (dot > 0)
    line->setScatterStyle(QCPScatterStyle(QCPScatterStyle::ssDisc, dot));
  for (const BandPoint& point : points)
    line->addData(middle_of(point), point.mean);
}

/// Takes a band and what it is around into a range.
void widen(QCPRange& range, const std::vector<BandPoint>& points) {
  for (const BandPoint& point : points)
    for (const double value : {point.mean, point.band.low, point.band.high})
      if (!std::isnan(value))
        range.expand(value);
}

/// With this share of the height left to words above.
void fit_strengths(QCPAxis& axis, const ProfileFigure& figure, double threshold, double words) {
  QCPRange range(std::min(0.0, threshold), std::max(0.0, threshold));
  widen(range, figure.points);
  if (figure.dataset)
    widen(range, figure.dataset->points);
  const double room = std::max(range.size(), 0.02);
  const double lower = range.lower - 0.08 * room;
  axis.setRange(lower, lower + (range.upper + 0.08 * room - lower) / (1 - words));
}

void draw_lines(QCustomPlot& plot, const ProfileFigure& figure, const Theme& theme) {
  if (figure.dataset) {
    add_band(plot, figure.dataset->points, faint(theme.muted_text, 40));
    add_line(plot, figure.dataset->points, "dataset", QPen(theme.muted_text, 1.2), 0);
  }
  add_band(plot, figure.points, faint(theme.accent, 50));
  add_line(plot, figure.points, "profile", QPen(theme.accent, 1.5), 5);
}

void label_distances(QCustomPlot& plot, const DocumentData& document, const ProfileFigure& figure) {
  const std::uint32_t longest = figure.points.back().furthest;
  const bool thinned = !document.data.pairs.kept.empty();
  const QString unit = thinned ? tr("kept segments of %1 tokens") : tr("segments of %1 tokens");
  title_axis(*plot.xAxis, {tr("distance i − j (%1)").arg(unit.arg(document.sampling.segment_length)),
                           thinned ? tr("distance (kept segments)") : tr("distance (segments)")});
  label_values(*plot.yAxis, tr("mean strength"));
  if (figure.distances == BinScale::logarithmic) {
    tick_powers_of_two(*plot.xAxis, longest);
    plot.xAxis->setRange(first_on_log_axis, longest + 0.5);
  } else {
    tick_segments(*plot.xAxis, longest);
    plot.xAxis->setRange(0, longest + 1);
  }
}

/// What the grey line is, in fewer words where there is less room.
QString dataset_key(std::uint64_t documents, const QFont& font, int width) {
  const QString count = counted(documents, "document", "documents");
  const QString whole = tr("grey line: mean of %1").arg(count);
  return QFontMetrics(font).horizontalAdvance(whole) < width / 2 ? whole : tr("grey: %1").arg(count);
}

} // namespace

std::vector<PlotSpot> plot_profile(QCustomPlot& plot, const DocumentData& document, const ProfileFigure& figure,
                                   const Theme& theme, const QFont& font) {
  if (figure.empty()) {
    clear_plot(plot, theme);
    return {};
  }
  start_plot(plot, theme, font);
  label_distances(plot, document, figure);
  const double threshold = document.parameters.threshold;
  QStringList key{tr("dashed: threshold %1").arg(all_digits(threshold))};
  if (figure.dataset)
    key.prepend(dataset_key(figure.dataset->documents, font, plot.width()));
  if (plot.height() >= least_height)
    key << tr("bars: pairs, at most %1").arg(grouped(add_counts(plot, figure.points, theme, font)));
  draw_lines(plot, figure, theme);
  add_level(plot, threshold, QPen(theme.threshold, 1, Qt::DashLine));
  fit_strengths(*plot.yAxis, figure, threshold, add_key(plot, key, theme, font));
  const std::vector<RealDistances> real = real_distances(document, figure.points);
  std::vector<PlotSpot> spots;
  for (std::size_t b = 0; b < figure.points.size(); ++b)
    spots.push_back(
        {figure.points[b].nearest - 0.5, figure.points[b].furthest + 0.5, point_words(figure, b, real[b], document)});
  return spots;
}

} // namespace longview
