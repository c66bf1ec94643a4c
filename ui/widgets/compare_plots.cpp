#include "widgets/compare_plots.h"

#include <algorithm>
#include <cmath>

#include <QCoreApplication>
#include <QFontMetricsF>
#include <qcustomplot.h>

#include "compare/words.h"
#include "models/format.h"
#include "widgets/plot_style.h"

namespace longview {
namespace {

constexpr std::size_t ecdf_steps = 400;
constexpr std::size_t colours = 7; // the eighth of them is black
constexpr int longest_label = 28;  // characters of a side in a legend

QString tr(const char* text) {
  return QCoreApplication::translate("longview::ComparePlots", text);
}

QString label_of(const Side& side) {
  const QString label = QString::fromStdString(side.label).simplified();
  return label.size() <= longest_label ? label : label.left(longest_label - 1) + QChar(0x2026);
}

QString percent(double share) {
  return QStringLiteral("%1 %").arg(three_digits(100 * share));
}

/// In a plot so narrow that it would cover half of it, the list of sides with their colours beside it has to do.
void show_legend(QCustomPlot& plot, const Theme& theme, const QFont& font) {
  plot.legend->setFont(font);
  plot.legend->setTextColor(theme.text);
  plot.legend->setBrush(faint(theme.background, 200));
  plot.legend->setBorderPen(Qt::NoPen);
  plot.axisRect()->insetLayout()->setInsetAlignment(0, Qt::AlignTop | Qt::AlignRight);
  plot.legend->setVisible(2 * plot.legend->minimumOuterSizeHint().width() < plot.width());
}

/// What the legend takes of the plot's height, so that the value axis can leave room for it.
double legend_share(const QCustomPlot& plot) {
  const double height = plot.legend->visible() ? plot.legend->minimumOuterSizeHint().height() : 0;
  return std::min(0.5, height / std::max(1, plot.height()));
}

/// A side's line in the legend and in the plot.
QPen pen_of(std::size_t side) {
  return {side_colour_of(side), 1.5};
}

struct Bars {
  std::vector<double> edges;
  std::vector<const Histogram*> sides;
  QString x_title, y_title;
  QString what; ///< "documents", "tokens"
};

QString bar_words(const Bars& bars, const Comparison& comparison, std::size_t bin) {
  QStringList parts;
  for (std::size_t k = 0; k < bars.sides.size(); ++k) {
    const Histogram& counted = *bars.sides[k];
    if (counted.inside > 0)
      parts << tr("%1 %2 (%3 %4)")
                   .arg(label_of(comparison.sides[k]), percent(counted.weights[bin] / counted.inside),
                        grouped(static_cast<std::uint64_t>(counted.weights[bin])), bars.what);
  }
  return QStringLiteral("%1 – %2: %3")
      .arg(three_digits(bars.edges[bin]), three_digits(bars.edges[bin + 1]), parts.join(QStringLiteral(" · ")));
}

std::vector<PlotSpot> plot_bars(QCustomPlot& plot, const Bars& bars, const Comparison& comparison, const Theme& theme,
                                const QFont& font) {
  const bool any =
      std::any_of(bars.sides.begin(), bars.sides.end(), [](const Histogram* side) { return side->inside > 0; });
  if (bars.edges.size() < 2 || !any)
    return {};
  start_plot(plot, theme, font);
  double most = 0;
  for (std::size_t k = 0; k < bars.sides.size(); ++k) {
    const Histogram& counted = *bars.sides[k];
    if (!(counted.inside > 0))
      continue;
    QCPGraph* graph = plot.addGraph(); // an outline that is filled: overlaid sides stay readable
    graph->setLineStyle(QCPGraph::lsStepLeft);
    graph->setPen(pen_of(k));
    graph->setBrush(faint(side_colour_of(k), 50));
    graph->setName(label_of(comparison.sides[k]));
    graph->addData(bars.edges.front(), 0);
    for (std::size_t b = 0; b < counted.weights.size(); ++b) {
      const double share = counted.weights[b] / counted.inside;
      graph->addData(bars.edges[b], share);
      most = std::max(most, share);
    }
    graph->addData(bars.edges.back(), 0);
  }
  plot.xAxis->setScaleType(QCPAxis::stLinear);
  plot.xAxis->setRange(bars.edges.front(), bars.edges.back());
  label_numbers(*plot.xAxis, bars.x_title);
  show_legend(plot, theme, font);
  plot.yAxis->setRange(0, most * 1.05 / (1 - legend_share(plot)));
  plot.yAxis->setLabel(bars.y_title);
  std::vector<PlotSpot> spots;
  for (std::size_t b = 0; b + 1 < bars.edges.size(); ++b)
    spots.push_back({bars.edges[b], bars.edges[b + 1], bar_words(bars, comparison, b)});
  return spots;
}

/// Share of the steps at or below a value.
double share_at(const std::vector<EcdfStep>& steps, double value) {
  const auto after = std::upper_bound(steps.begin(), steps.end(), value,
                                      [](double wanted, const EcdfStep& step) { return wanted < step.value; });
  return after == steps.begin() ? 0 : std::prev(after)->share;
}

void add_steps(QCustomPlot& plot, const Side& side, std::size_t k, double low, double high) {
  QCPGraph* graph = plot.addGraph();
  graph->setLineStyle(QCPGraph::lsStepLeft);
  graph->setPen(pen_of(k));
  graph->setName(label_of(side));
  graph->addData(low, 0);
  for (const EcdfStep& step : thinned(side.ecdf, ecdf_steps))
    graph->addData(step.value, step.share);
  graph->addData(high, 1);
}

QString group_words(const Comparison& comparison, std::size_t group) {
  QStringList parts;
  for (const Side& side : comparison.sides) {
    const ValueGroup& values = side.groups[group];
    parts << (values.summary.count == 0
                  ? tr("%1 none").arg(label_of(side))
                  : tr("%1 median %2, quartiles %3 to %4, %5")
                        .arg(label_of(side), three_digits(values.summary.median),
                             three_digits(values.summary.lower_quartile), three_digits(values.summary.upper_quartile),
                             counted(values.summary.count, "document", "documents")));
  }
  return QStringLiteral("%1: %2").arg(QString::fromStdString(comparison.group_names[group]).simplified(),
                                      parts.join(QStringLiteral(" · ")));
}

/// What each side of so many has of a group's place.
double slot_of(const Comparison& comparison) {
  return 0.8 / static_cast<double>(comparison.sides.size());
}

double place_in_group(const Comparison& comparison, std::size_t group, std::size_t side) {
  const double half = static_cast<double>(comparison.sides.size()) / 2;
  return static_cast<double>(group) + (static_cast<double>(side) + 0.5 - half) * slot_of(comparison);
}

QCPStatisticalBox* new_boxes(QCustomPlot& plot, std::size_t side, double width) {
  auto* boxes = new QCPStatisticalBox(plot.xAxis, plot.yAxis);
  const QColor colour = side_colour_of(side);
  boxes->setWidth(width);
  const QPen pen(colour, 1.2);
  boxes->setPen(pen);
  boxes->setWhiskerPen(pen);
  boxes->setWhiskerBarPen(pen);
  boxes->setMedianPen(QPen(colour, 2.5));
  return boxes;
}

/// Boxes, or what is in violins: narrow ones, with the median as a wider line of its own.
void add_boxes(QCustomPlot& plot, const Comparison& comparison, std::size_t k, GroupShape shape) {
  const bool inside = shape == GroupShape::violins;
  const double slot = slot_of(comparison);
  QCPStatisticalBox* boxes = new_boxes(plot, k, slot * (inside ? 0.16 : 0.85));
  boxes->setName(label_of(comparison.sides[k]));
  boxes->setWhiskerWidth(inside ? 0 : slot * 0.4);
  boxes->setBrush(faint(side_colour_of(k), inside ? 150 : 60));
  QCPStatisticalBox* medians = inside ? new_boxes(plot, k, slot * 0.48) : nullptr;
  if (medians) {
    medians->removeFromLegend();
    medians->setWhiskerWidth(0);
  }
  for (std::size_t g = 0; g < comparison.group_names.size(); ++g) {
    const ValueGroup& group = comparison.sides[k].groups[g];
    if (group.summary.count == 0)
      continue;
    const double x = place_in_group(comparison, g, k), median = group.summary.median;
    boxes->addData(x, group.low, group.summary.lower_quartile, median, group.summary.upper_quartile, group.high);
    if (medians)
      medians->addData(x, median, median, median, median, median);
  }
}

void add_violins(QCustomPlot& plot, const Comparison& comparison, std::size_t k) {
  for (std::size_t g = 0; g < comparison.group_names.size(); ++g) {
    const auto outline = violin_outline(comparison.sides[k].groups[g].density, place_in_group(comparison, g, k),
                                        0.46 * slot_of(comparison));
    if (outline.empty())
      continue;
    auto* violin = new QCPCurve(plot.xAxis, plot.yAxis);
    violin->removeFromLegend(); // the box inside stands there
    violin->setPen(QPen(side_colour_of(k), 1));
    violin->setBrush(faint(side_colour_of(k), 60));
    for (const auto& [across, value] : outline)
      violin->addData(across, value);
    violin->addData(outline.front().first, outline.front().second);
  }
}

/// How many documents each group has of each side: on one line, or where that is too long for any, a line a side.
QStringList counts_within(const Comparison& comparison, const QFontMetricsF& metrics, double room) {
  QStringList lines;
  bool fits = true;
  for (std::size_t g = 0; g < comparison.group_names.size(); ++g) {
    lines << QString::fromStdString(group_counts(comparison, g));
    fits = fits && metrics.horizontalAdvance(lines.back()) <= room;
  }
  if (!fits)
    for (QString& line : lines)
      line.replace(QStringLiteral(", "), QStringLiteral("\n"));
  return lines;
}

/// Their names below the axis, and how many documents each side has in them.
void name_groups(QCustomPlot& plot, const Comparison& comparison, const QFont& font) {
  const auto count = static_cast<double>(comparison.group_names.size());
  const double room = std::max(40.0, (plot.width() - 80) / count - 8);
  const QFontMetricsF metrics(font);
  QStringList names, beginnings;
  for (const std::string& group : comparison.group_names) {
    names << QString::fromStdString(group).simplified();
    beginnings << metrics.elidedText(names.back(), Qt::ElideRight, room);
  }
  const QStringList documents = counts_within(comparison, metrics, room);
  QSharedPointer<QCPAxisTickerText> ticker(new QCPAxisTickerText);
  for (qsizetype g = 0; g < names.size(); ++g) {
    const bool alike = beginnings.count(beginnings[g]) > 1; // then the ends may tell them apart
    ticker->addTick(static_cast<double>(g),
                    metrics.elidedText(names[g], alike ? Qt::ElideMiddle : Qt::ElideRight, room) + u'\n' +
                        documents[g]);
  }
  plot.xAxis->setTicker(ticker);
  plot.xAxis->grid()->setVisible(false); // a line at each group would stand between its sides
  plot.xAxis->setScaleType(QCPAxis::stLinear);
  plot.xAxis->setRange(-0.5, count - 0.5);
  plot.xAxis->setLabel(QString::fromStdString(comparison.group));
}

QString profile_words(const Comparison& comparison, std::size_t bin) {
  QStringList parts;
  QString distance;
  for (const Side& side : comparison.sides) {
    if (bin >= side.profile.size())
      continue;
    const BandPoint& point = side.profile[bin];
    distance = point.nearest == point.furthest
                   ? counted(point.nearest, "segment", "segments")
                   : tr("%1–%2 segments").arg(grouped(point.nearest), grouped(point.furthest));
    if (point.pairs == 0)
      continue;
    QString words = tr("%1 %2").arg(label_of(side), three_digits(point.mean));
    if (std::isfinite(point.band.low))
      words += tr(" (%1 to %2)").arg(three_digits(point.band.low), three_digits(point.band.high));
    parts << tr("%1, %2").arg(words, counted(point.pairs, "pair", "pairs"));
  }
  return tr("distance %1: %2").arg(distance, parts.isEmpty() ? tr("no pair") : parts.join(QStringLiteral(" · ")));
}

void add_profile(QCustomPlot& plot, const Side& side, std::size_t k) {
  QCPGraph* low = plot.addGraph();
  QCPGraph* high = plot.addGraph();
  QCPGraph* line = plot.addGraph();
  for (QCPGraph* edge : {low, high}) {
    edge->setPen(Qt::NoPen);
    edge->removeFromLegend();
  }
  high->setBrush(faint(side_colour_of(k), 45));
  high->setChannelFillGraph(low);
  line->setPen(pen_of(k));
  line->setScatterStyle(QCPScatterStyle(QCPScatterStyle::ssDisc, 5));
  line->setName(label_of(side));
  for (const BandPoint& point : side.profile) {
    if (point.pairs == 0)
      continue;
    line->addData(point.mean_distance, point.mean);
    if (std::isfinite(point.band.low)) {
      low->addData(point.mean_distance, point.band.low);
      high->addData(point.mean_distance, point.band.high);
    }
  }
}

/// A value axis for low to high, with room above for the legend, so that it covers nothing.
void set_values(QCustomPlot& plot, double low, double high, double least_margin) {
  const double margin = std::max(0.08 * (high - low), least_margin);
  const double legend = legend_share(plot);
  plot.yAxis->setRange(low - margin, high + margin + (high - low + margin) * legend / (1 - legend));
}

} // namespace

QColor side_colour_of(std::size_t side) {
  return Theme::categories()[side % colours];
}

std::vector<PlotSpot> plot_histograms(QCustomPlot& plot, const Comparison& comparison, bool by_tokens,
                                      const Theme& theme, const QFont& font) {
  Bars bars{comparison.bins.edges,
            {},
            QString::fromStdString(comparison.column),
            by_tokens ? tr("share of the tokens") : tr("share of the documents"),
            by_tokens ? tr("tokens") : tr("documents")};
  for (const Side& side : comparison.sides)
    bars.sides.push_back(by_tokens ? &side.by_tokens : &side.by_documents);
  return plot_bars(plot, bars, comparison, theme, font);
}

std::vector<PlotSpot> plot_specificities(QCustomPlot& plot, const Comparison& comparison, const Theme& theme,
                                         const QFont& font) {
  Bars bars{
      comparison.specificity_bins.edges, {}, tr("mean specificity"), tr("share of the documents"), tr("documents")};
  for (const Side& side : comparison.sides)
    bars.sides.push_back(&side.by_specificity);
  return plot_bars(plot, bars, comparison, theme, font);
}

std::vector<PlotSpot> plot_ecdfs(QCustomPlot& plot, const Comparison& comparison, const Theme& theme,
                                 const QFont& font) {
  if (comparison.bins.edges.empty())
    return {};
  start_plot(plot, theme, font);
  const double low = comparison.bins.edges.front(), high = comparison.bins.edges.back();
  for (std::size_t k = 0; k < comparison.sides.size(); ++k)
    if (!comparison.sides[k].ecdf.empty())
      add_steps(plot, comparison.sides[k], k, low, high);
  plot.xAxis->setScaleType(QCPAxis::stLinear);
  plot.xAxis->setRange(low, high);
  label_numbers(*plot.xAxis, QString::fromStdString(comparison.column));
  plot.yAxis->setRange(0, 1.02);
  plot.yAxis->setLabel(tr("share at or below"));
  show_legend(plot, theme, font);
  plot.axisRect()->insetLayout()->setInsetAlignment(0, Qt::AlignBottom | Qt::AlignRight);
  std::vector<PlotSpot> spots;
  constexpr int places = 200;
  for (int place = 0; place < places; ++place) {
    const double from = low + (high - low) * place / places, to = low + (high - low) * (place + 1) / places;
    QStringList parts;
    for (const Side& side : comparison.sides)
      parts << QStringLiteral("%1 %2").arg(label_of(side), percent(share_at(side.ecdf, (from + to) / 2)));
    spots.push_back(
        {from, to, tr("at or below %1: %2").arg(three_digits((from + to) / 2), parts.join(QStringLiteral(" · ")))});
  }
  return spots;
}

std::vector<PlotSpot> plot_groups(QCustomPlot& plot, const Comparison& comparison, GroupShape shape, const Theme& theme,
                                  const QFont& font) {
  if (comparison.group_names.empty())
    return {};
  start_plot(plot, theme, font);
  double low = INFINITY, high = -INFINITY;
  for (std::size_t k = 0; k < comparison.sides.size(); ++k) {
    if (shape == GroupShape::violins)
      add_violins(plot, comparison, k);
    add_boxes(plot, comparison, k, shape);
    for (const ValueGroup& group : comparison.sides[k].groups)
      if (group.summary.count > 0) {
        low = std::min(low, shape == GroupShape::violins ? group.summary.least : group.low);
        high = std::max(high, shape == GroupShape::violins ? group.summary.most : group.high);
      }
  }
  if (!(low <= high))
    return {};
  name_groups(plot, comparison, font);
  show_legend(plot, theme, font);
  set_values(plot, low, high, 1e-6);
  plot.yAxis->setLabel(QString::fromStdString(comparison.column));
  std::vector<PlotSpot> spots;
  for (std::size_t g = 0; g < comparison.group_names.size(); ++g)
    spots.push_back({static_cast<double>(g) - 0.5, static_cast<double>(g) + 0.5, group_words(comparison, g)});
  return spots;
}

std::vector<PlotSpot> plot_profiles(QCustomPlot& plot, const Comparison& comparison, const Theme& theme,
                                    const QFont& font) {
  const Side* widest = nullptr;
  double low = 0, high = 0;
  for (const Side& side : comparison.sides) {
    if (!widest || side.profile.size() > widest->profile.size())
      widest = &side;
    for (const BandPoint& point : side.profile) {
      if (point.pairs == 0)
        continue;
      const bool band = std::isfinite(point.band.low);
      low = std::min(low, band ? point.band.low : point.mean);
      high = std::max(high, band ? point.band.high : point.mean);
    }
  }
  if (!widest || widest->profile.empty())
    return {};
  start_plot(plot, theme, font);
  for (std::size_t k = 0; k < comparison.sides.size(); ++k)
    add_profile(plot, comparison.sides[k], k);
  const std::uint32_t longest = widest->profile.back().furthest;
  tick_powers_of_two(*plot.xAxis, longest);
  plot.xAxis->setRange(0.8, longest + 0.5);
  plot.xAxis->setLabel(tr("distance (segments)"));
  show_legend(plot, theme, font);
  set_values(plot, low, high, 0.01);
  plot.yAxis->setLabel(tr("mean %1").arg(QString::fromStdString(profiled(comparison))));
  std::vector<PlotSpot> spots;
  for (std::size_t b = 0; b < widest->profile.size(); ++b)
    spots.push_back(
        {widest->profile[b].nearest - 0.5, widest->profile[b].furthest + 0.5, profile_words(comparison, b)});
  return spots;
}

} // namespace longview
