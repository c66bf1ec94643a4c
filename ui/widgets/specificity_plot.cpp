#include "widgets/plots.h"

#include <algorithm>
#include <cmath>

#include <QCoreApplication>
#include <qcustomplot.h>

#include "models/format.h"
#include "widgets/plot_style.h"

namespace longview {
namespace {

constexpr double least_bar = 3;    // pixels a bar needs to be seen as one
constexpr double beside_bars = 60; // pixels that axis and margins take

QString tr(const char* text) {
  return QCoreApplication::translate("longview::Plots", text);
}

/// What a bar stands for: neighbouring rows, of which it shows the highest.
struct Group {
  std::uint32_t first = 0, last = 0;
  std::uint32_t highest = 0; ///< the row
  std::uint32_t count = 0;   ///< rows that have a specificity
  double sum = 0;
};

std::vector<Group> groups_of(const std::vector<double>& values, std::uint32_t size) {
  std::vector<Group> groups;
  for (std::uint32_t first = 0; first < values.size(); first += size) {
    Group group{first, std::min(first + size, static_cast<std::uint32_t>(values.size())) - 1};
    for (std::uint32_t k = group.first; k <= group.last; ++k) {
      if (std::isnan(values[k])) // nothing was measured there
        continue;
      if (group.count++ == 0 || values[k] > values[group.highest])
        group.highest = k;
      group.sum += values[k];
    }
    if (group.count > 0)
      groups.push_back(group);
  }
  return groups;
}

/// "c_31", and where it really is in a thinned document.
QString segment_name(const DocumentData& document, std::uint32_t k) {
  const QString name = QStringLiteral("c_%1").arg(k);
  return document.data.pairs.kept.empty() ? name
                                          : tr("%1 (segment %2 of the document)").arg(name, grouped(document.place(k)));
}

QString group_words(const DocumentData& document, const Group& group) {
  const QString formula =
      tr("specificity = (ln n − H) / ln n, H the entropy of the softmax of the gains of its n pairs");
  const QString value = three_digits(document.scores.specificity[group.highest]);
  if (group.first == group.last)
    return tr("%1: specificity %2\n%3").arg(segment_name(document, group.first), value, formula);
  return tr("c_%1 to c_%2: highest specificity %3, of %4; mean %5 over %6\n%7")
      .arg(group.first)
      .arg(group.last)
      .arg(value, segment_name(document, group.highest), three_digits(group.sum / group.count),
           counted(group.count, "row", "rows"), formula);
}

QCPBars* add_bars(QCustomPlot& plot, const char* name, const QColor& colour, double width) {
  auto* bars = new QCPBars(plot.xAxis, plot.yAxis);
  bars->setObjectName(QLatin1String(name));
  bars->setPen(Qt::NoPen);
  bars->setBrush(colour);
  bars->setWidth(width);
  return bars;
}

} // namespace

std::uint32_t rows_in_a_bar(std::size_t rows, double width) {
  const double room = std::max(1.0, width - beside_bars);
  std::uint32_t size = 1;
  while (static_cast<double>(rows) * least_bar > room * size)
    size *= 2;
  return size;
}

std::vector<PlotSpot> plot_specificity(QCustomPlot& plot, const DocumentData& document,
                                       std::optional<std::uint32_t> marked, const Theme& theme, const QFont& font) {
  const std::vector<double>& values = document.scores.specificity;
  const std::uint32_t size = rows_in_a_bar(values.size(), plot.width());
  const std::vector<Group> groups = groups_of(values, size);
  if (groups.empty()) {
    clear_plot(plot, theme);
    return {};
  }
  start_plot(plot, theme, font);
  QCPBars* bars = add_bars(plot, "specificity", faint(theme.accent, 190), 0.85 * size);
  QCPBars* chosen = add_bars(plot, "marked", theme.threshold, 0.85 * size);
  std::vector<PlotSpot> spots;
  for (const Group& group : groups) {
    const bool is_marked = marked && *marked >= group.first && *marked <= group.last && !std::isnan(values[*marked]);
    const double middle = group.first + (size - 1) / 2.0;
    if (!is_marked || *marked != group.highest)
      bars->addData(middle, values[group.highest]);
    if (is_marked)
      chosen->addData(middle, values[*marked]);
    spots.push_back({group.first - 0.5, group.last + 0.5, group_words(document, group), group.highest});
  }
  const auto count = static_cast<std::uint32_t>(values.size());
  if (size == 1)
    title_axis(*plot.xAxis, {tr("target segment c_i"), tr("c_i")});
  else
    title_axis(*plot.xAxis, {tr("target segment c_i, highest of each %1").arg(size),
                             tr("highest of each %1 c_i").arg(size), tr("c_i")});
  label_values(*plot.yAxis, tr("specificity"));
  plot.xAxis->setRange(-0.75, count - 0.25);
  plot.yAxis->setRange(0, 1.02);
  tick_segments(*plot.xAxis, count);
  return spots;
}

} // namespace longview
