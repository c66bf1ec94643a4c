#include "widgets/profile_plot.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include <QCoreApplication>
#include <QFontMetricsF>
#include <qcustomplot.h>

#include "models/format.h"
#include "widgets/reading_line.h"

namespace longview {
namespace {

constexpr std::uint32_t longest_linear = 64;     // segments
constexpr std::uint32_t most_bins = 24;
constexpr std::uint64_t pairs_per_bin = 6;       // on average, so that most bins have an error
constexpr double errors = 2;                     // standard errors on either side: the band
constexpr double first_edge = 0.75;              // left end of the bin of distance 1 on a logarithmic axis
constexpr double threshold_within = 2.5;         // of the data's height: further off it would flatten the data

QString tr(const char* text) {
  return QCoreApplication::translate("longview::Profile", text);
}

/// From lowest to highest value.
struct Extent {
  double low = std::numeric_limits<double>::infinity();
  double high = -std::numeric_limits<double>::infinity();

  void cover(double value) {
    if (!std::isfinite(value))
      return;
    low = std::min(low, value);
    high = std::max(high, value);
  }
  double height() const { return high - low; }
};

/// "1,152–1,536"; one number where both are the same.
QString span_text(std::uint64_t from, std::uint64_t to) {
  return from == to ? grouped(from) : QStringLiteral("%1–%2").arg(grouped(from), grouped(to));
}

/// Where a bin begins on the axis, between the whole distances.
double left_edge(const ProfilePoint& point) {
  return point.nearest == 1 ? first_edge : point.nearest - 0.5;
}

class Builder {
 public:
  Builder(QCustomPlot& plot, const DocumentData& document, const ProfileValues& values, const PlotLook& look)
      : plot_(plot), document_(document), values_(values), look_(look), metrics_(small_font(look.font)) {}

  void build() {
    clear_plot(plot_, look_);
    const double lines = look_.size.height() / metrics_.height();
    with_counts_ = lines >= 11;
    with_title_ = lines >= 8;
    with_tokens_ = lines >= 10 && !values_.thinned;
    if (lines >= 5)
      add_heading(plot_, look_, heading());
    axes_ = add_axes(plot_, look_);
    find_extent();
    if (with_counts_)
      add_counts();
    set_axes();
    add_band();
    add_means();
    add_level(0, QPen(look_.theme.diagonal, 1));
    add_threshold();
  }

 private:
  QString heading() const {
    return look_.size.width() > metrics_.horizontalAdvance(u'x') * 40 ? tr("mean strength, band: ± 2 standard errors")
                                                                      : tr("mean strength ± 2 s.e.");
  }

  QCPAxis* x() const { return axes_->axis(QCPAxis::atBottom); }
  QCPAxis* y() const { return axes_->axis(QCPAxis::atLeft); }

  /// Means and zero always; errors and the threshold as far as they leave the means readable.
  void find_extent() {
    Extent means;
    means.cover(0);
    for (const ProfilePoint& point : values_.points)
      means.cover(point.mean_strength);
    Extent all = means;
    const double room = std::max(means.height(), 0.05);
    for (const ProfilePoint& point : values_.points) {
      all.cover(std::max(point.mean_strength - errors * point.standard_error, means.low - room));
      all.cover(std::min(point.mean_strength + errors * point.standard_error, means.high + room));
    }
    const double threshold = document_.parameters.threshold;
    const double reach = threshold_within * std::max(all.height(), 0.05);
    threshold_shown_ = threshold <= all.low + reach && threshold >= all.high - reach;
    if (threshold_shown_)
      all.cover(threshold);
    const double pad = 0.06 * std::max(all.height(), 1e-6);
    range_ = QCPRange(all.low < 0 ? all.low - pad : -pad / 4, all.high + pad);
  }

  void set_axes() {
    const double numbers = metrics_.horizontalAdvance(QStringLiteral("−0.05")) + 8;
    const double width = std::max(1.0, look_.size.width() - numbers - metrics_.horizontalAdvance(QStringLiteral("000")));
    QCPAxisRect* lowest = counts_ ? counts_ : axes_;
    const std::vector<Tick> ticks = distance_ticks(width);
    for (QCPAxisRect* rect : {axes_, counts_}) {
      if (!rect)
        continue;
      QCPAxis* axis = rect->axis(QCPAxis::atBottom);
      axis->setScaleType(values_.logarithmic ? QCPAxis::stLogarithmic : QCPAxis::stLinear);
      const double last = values_.longest() + 0.5;
      axis->setRange(values_.logarithmic ? first_edge : 0, values_.logarithmic ? last * 1.02 : last);
      set_ticks(*axis, ticks);
      axis->setTickLabels(rect == lowest);
    }
    if (with_title_)
      lowest->axis(QCPAxis::atBottom)->setLabel(distance_title());
    y()->setRange(range_);
    const double height = look_.size.height() - metrics_.height() * (with_counts_ ? 7 : 4);
    set_ticks(*y(), round_ticks(range_.lower, range_.upper, std::clamp(static_cast<int>(height / 28), 2, 8)));
  }

  QString distance_title() const {
    if (values_.thinned)
      return values_.logarithmic ? tr("distance in kept segments, log scale") : tr("distance in kept segments");
    if (with_tokens_)
      return values_.logarithmic ? tr("distance in segments and in tokens, log scale")
                                 : tr("distance in segments and in tokens");
    return values_.logarithmic ? tr("distance in segments, log scale") : tr("distance in segments");
  }

  std::vector<Tick> distance_ticks(double width) const {
    const double apart = metrics_.horizontalAdvance(grouped(values_.longest())) + 3 * metrics_.horizontalAdvance(u'0');
    const int most = std::max(1, static_cast<int>(width / apart));
    std::vector<Tick> ticks;
    for (const std::uint32_t distance : values_.logarithmic ? doubling_ticks(values_.longest(), most)
                                                            : segment_ticks(values_.longest(), most)) {
      QString words = grouped(distance);
      if (with_tokens_)
        words += u'\n' + tokens_text(distance);
      ticks.emplace_back(distance, words);
    }
    return ticks;
  }

  /// Tokens as people say them: "512", "4k". k is 1,024 where segments are a power of two, else 1,000.
  QString tokens_text(std::uint32_t distance) const {
    const std::uint64_t length = document_.sampling.segment_length;
    const std::uint64_t tokens = distance * length;
    const double k = (length & (length - 1)) == 0 ? 1024 : 1000;
    if (static_cast<double>(tokens) < k)
      return grouped(tokens);
    return QStringLiteral("%1k").arg(QString::number(static_cast<double>(tokens) / k, 'g', 4));
  }

  /// Clamped, so that nothing has to be clipped: SVG cannot.
  double inside(double value) const {
    return std::isnan(value) ? value : std::clamp(value, range_.lower, range_.upper);
  }

  /// The place of a bin's point; the middle of the bin where there is none.
  static double place(const ProfilePoint& point) {
    return point.count > 0 ? point.mean_distance : 0.5 * (point.nearest + point.furthest);
  }

  bool has_error(std::size_t bin) const {
    return bin < values_.points.size() && std::isfinite(values_.points[bin].standard_error);
  }

  QCPGraph* add_graph(QCPAxisRect& rect, const QString& name) {
    auto* graph = new QCPGraph(rect.axis(QCPAxis::atBottom), rect.axis(QCPAxis::atLeft));
    graph->setName(name);
    graph->setSelectable(QCP::stNone);
    graph->setAdaptiveSampling(false);
    return graph;
  }

  void add_band() {
    QCPGraph* low = add_graph(*axes_, QStringLiteral("low"));
    QCPGraph* high = add_graph(*axes_, QStringLiteral("high"));
    QColor fill = data_colour(look_.theme);
    fill.setAlphaF(look_.theme.dark ? 0.28F : 0.18F);
    for (QCPGraph* graph : {low, high})
      graph->setPen(Qt::NoPen);
    for (const ProfilePoint& point : values_.points) {
      const double reach = errors * point.standard_error;
      low->addData(place(point), inside(point.mean_strength - reach));
      high->addData(place(point), inside(point.mean_strength + reach));
    }
    high->setBrush(fill);
    high->setChannelFillGraph(low);
  }

  void add_means() {
    const QColor colour = data_colour(look_.theme);
    QCPGraph* means = add_graph(*axes_, QStringLiteral("mean"));
    means->setPen(QPen(colour, 1.5));
    means->setScatterStyle(QCPScatterStyle(QCPScatterStyle::ssDisc, Qt::NoPen, colour, 5));
    for (const ProfilePoint& point : values_.points)
      means->addData(place(point), point.mean_strength);
    add_whiskers(means);
  }

  /// A band needs two bins side by side; a bin alone gets a whisker.
  void add_whiskers(QCPGraph* means) {
    auto* whiskers = new QCPErrorBars(means->keyAxis(), means->valueAxis());
    whiskers->setName(QStringLiteral("whiskers"));
    whiskers->setSelectable(QCP::stNone);
    whiskers->setDataPlottable(means);
    whiskers->setPen(QPen(data_colour(look_.theme), 1));
    whiskers->setWhiskerWidth(5);
    whiskers->setSymbolGap(0);
    for (std::size_t bin = 0; bin < values_.points.size(); ++bin) {
      const ProfilePoint& point = values_.points[bin];
      const bool alone = has_error(bin) && !has_error(bin - 1) && !has_error(bin + 1);
      const double reach = alone ? errors * point.standard_error : no_value;
      whiskers->addData(point.mean_strength - inside(point.mean_strength - reach),
                        inside(point.mean_strength + reach) - point.mean_strength);
    }
  }

  void add_counts() {
    counts_ = add_axes(plot_, look_);
    const int height = static_cast<int>(2 * metrics_.height());
    counts_->setSizeConstraintRect(QCPLayoutElement::scrInnerRect);
    counts_->setMinimumSize(10, height);
    counts_->setMaximumSize(QWIDGETSIZE_MAX, height);
    auto* group = new QCPMarginGroup(&plot_);
    for (QCPAxisRect* rect : {axes_, counts_})
      rect->setMarginGroup(QCP::msLeft | QCP::msRight, group);
    axes_->setMinimumMargins(axes_->minimumMargins());

    QCPGraph* steps = add_graph(*counts_, QStringLiteral("pairs"));
    steps->setLineStyle(QCPGraph::lsStepLeft);
    steps->setPen(Qt::NoPen);
    steps->setBrush(look_.theme.hatch);
    std::uint64_t most = 0;
    for (const ProfilePoint& point : values_.points) {
      steps->addData(left_edge(point), static_cast<double>(point.count));
      most = std::max(most, point.count);
    }
    steps->addData(values_.longest() + 0.5, static_cast<double>(values_.points.back().count));
    QCPAxis* axis = counts_->axis(QCPAxis::atLeft);
    axis->setRange(0, static_cast<double>(most) * 1.02);
    set_ticks(*axis, {{0, QStringLiteral("0")}, {static_cast<double>(most), grouped(most)}});
    add_note(*counts_, look_, tr("pairs"), 1, 0, Qt::AlignRight | Qt::AlignTop);
  }

  void add_level(double value, const QPen& pen) {
    auto* line = new QCPItemLine(&plot_);
    line->setLayer(QStringLiteral("grid"));
    line->setClipToAxisRect(false);
    line->setPen(pen);
    line->setSelectable(false);
    for (QCPItemPosition* end : {line->start, line->end}) {
      end->setAxisRect(axes_);
      end->setAxes(x(), y());
      end->setTypeX(QCPItemPosition::ptAxisRectRatio);
      end->setTypeY(QCPItemPosition::ptPlotCoords);
    }
    line->start->setCoords(0, value);
    line->end->setCoords(1, value);
  }

  void add_threshold() {
    const double threshold = document_.parameters.threshold;
    const QString words = tr("threshold %1").arg(setting_text(threshold));
    if (!threshold_shown_) {
      const bool above = threshold > range_.upper;
      add_note(*axes_, look_, words + (above ? QStringLiteral(" ↑") : QStringLiteral(" ↓")), 1, above ? 0 : 1,
               Qt::AlignRight | (above ? Qt::AlignTop : Qt::AlignBottom));
      return;
    }
    QPen pen(look_.theme.threshold, 1);
    pen.setDashPattern({4, 4});
    add_level(threshold, pen);
    const double down = (range_.upper - threshold) / range_.size();
    add_note(*axes_, look_, words, 1, down, Qt::AlignRight | (down > 0.25 ? Qt::AlignBottom : Qt::AlignTop));
  }

  QCustomPlot& plot_;
  const DocumentData& document_;
  const ProfileValues& values_;
  const PlotLook& look_;
  const QFontMetricsF metrics_;
  QCPAxisRect* axes_ = nullptr;
  QCPAxisRect* counts_ = nullptr;
  QCPRange range_;
  bool with_counts_ = false, with_title_ = false, with_tokens_ = false, threshold_shown_ = false;
};

} // namespace

ProfileValues profile_values(const DocumentData* document) {
  ProfileValues values;
  if (!document)
    return values;
  std::uint32_t longest = 0;
  std::uint64_t pairs = 0;
  const auto& drawn = document->data.pairs.pairs;
  for (std::size_t k = 0; k < std::min(drawn.size(), document->scores.parts.size()); ++k)
    if (drawn[k].j < drawn[k].i && std::isfinite(document->scores.parts[k].strength)) {
      longest = std::max(longest, drawn[k].i - drawn[k].j);
      ++pairs;
    }
  values.thinned = !document->data.pairs.kept.empty();
  values.logarithmic = longest > longest_linear;
  const auto bins = static_cast<std::uint32_t>(std::clamp<std::uint64_t>(pairs / pairs_per_bin, 4, most_bins));
  values.points = distance_profile(document->data.pairs, document->scores,
                                   values.logarithmic ? BinScale::logarithmic : BinScale::linear, bins);
  return values;
}

QString nothing_to_plot(const DocumentData* document, const ProfileValues& values) {
  return values.points.empty() ? no_pairs_sentence(document, tr("its strength by distance")) : QString();
}

void build_profile(QCustomPlot& plot, const DocumentData& document, const ProfileValues& values, const PlotLook& look) {
  Builder(plot, document, values, look).build();
}

const ProfilePoint* profile_point_at(const QCustomPlot& plot, const ProfileValues& values, QPointF pixel) {
  const QCPAxisRect* axes = plot.axisRectAt(pixel);
  if (!axes || values.points.empty())
    return nullptr;
  const QCPAxis* axis = axes->axis(QCPAxis::atBottom);
  const double distance = axis->pixelToCoord(pixel.x());
  if (!axis->range().contains(distance))
    return nullptr;
  const auto whole = static_cast<std::uint32_t>(std::clamp(std::round(distance), 1.0, double(values.longest())));
  const auto found = std::find_if(values.points.begin(), values.points.end(),
                                  [whole](const ProfilePoint& point) { return whole <= point.furthest; });
  return &*found;
}

QString profile_tip(const DocumentData& document, const ProfileValues& values, const ProfilePoint& point) {
  const std::uint64_t length = document.sampling.segment_length;
  const QString segments = tr("distance %1 %2").arg(
      span_text(point.nearest, point.furthest),
      values.thinned ? (point.furthest == 1 ? tr("kept segment") : tr("kept segments"))
                     : (point.furthest == 1 ? tr("segment") : tr("segments")));
  const QString where = values.thinned ? segments
                                       : tr("%1 (%2 tokens)").arg(segments, span_text(point.nearest * length,
                                                                                      point.furthest * length));
  if (point.count == 0)
    return tr("%1: no pair was sampled").arg(where);
  if (point.count == 1)
    return tr("%1: strength %2 of 1 pair, so no error").arg(where, figure_number(point.mean_strength));
  const QString value = with_error(point.mean_strength, point.standard_error).replace(u'-', QChar(0x2212));
  return tr("%1: mean strength %2 over %3\n"
            "strength = (PPL(c_i) − PPL(c_i|c_j)) / PPL(c_i); ± is one standard error, sd / √%4 = %5")
      .arg(where, value, counted(point.count, "pair", "pairs"), grouped(point.count),
           figure_number(point.standard_error));
}

QString profile_summary(const DocumentData& document, const ProfileValues& values) {
  if (values.points.empty())
    return nothing_to_plot(&document, values);
  const auto scored = [](const ProfilePoint& point) { return point.count > 0; };
  const auto first = std::find_if(values.points.begin(), values.points.end(), scored);
  const ProfilePoint& last = values.points.back(); // the longest distance is that of a pair
  return tr("Mean strength %1 at distance %2, %3 at distance %4 segments; threshold %5")
      .arg(figure_number(first->mean_strength), span_text(first->nearest, first->furthest),
           figure_number(last.mean_strength), span_text(last.nearest, last.furthest),
           setting_text(document.parameters.threshold));
}

} // namespace longview
