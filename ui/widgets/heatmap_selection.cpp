#include "widgets/heatmap_selection.h"

#include <algorithm>
#include <cmath>

#include <QCoreApplication>

#include "models/format.h"
#include "widgets/reading_line.h"

namespace longview {
namespace {

QString tr(const char* text) {
  return QCoreApplication::translate("longview::HeatmapSelection", text);
}

/// "c_7", "c_0 … c_9".
QString segments_text(std::uint32_t first, std::uint32_t last) {
  return first == last ? QStringLiteral("c_%1").arg(first) : QStringLiteral("c_%1 … c_%2").arg(first).arg(last);
}

} // namespace

std::optional<CellRange> CellRange::between(Cell corner, Cell other, std::uint32_t segments) {
  if (segments < 2)
    return std::nullopt;
  CellRange range{std::min(corner.i, other.i), std::min(std::max(corner.i, other.i), segments - 1),
                  std::min(corner.j, other.j), std::min(std::max(corner.j, other.j), segments - 1)};
  if (range.first_i > range.last_i || range.last_i <= range.first_j)
    return std::nullopt;
  range.first_i = std::max(range.first_i, range.first_j + 1);
  range.last_j = std::min(range.last_j, range.last_i - 1);
  return range;
}

std::uint64_t CellRange::pairs() const {
  std::uint64_t count = 0;
  for (std::uint64_t i = first_i; i <= last_i; ++i)
    if (i > first_j)
      count += std::min<std::uint64_t>(last_j, i - 1) - first_j + 1;
  return count;
}

QString selection_line(const DocumentData& document, const CellRange& range, const SelectionSummary& summary) {
  const QString place =
      tr("%1 after %2").arg(segments_text(range.first_i, range.last_i), segments_text(range.first_j, range.last_j));
  const QString count =
      summary.scored == summary.pairs
          ? tr("%1 scored").arg(counted(summary.pairs, "pair", "pairs"))
          : tr("%1 of %2 scored").arg(grouped(summary.scored), counted(summary.pairs, "pair", "pairs"));
  if (summary.scored == 0)
    return QStringLiteral("%1: %2").arg(place, count);
  const QString share =
      std::isnan(summary.share) ? tr("LDS is 0") : tr("%1 % of LDS").arg(figure_number(100 * summary.share));
  return tr("%1: %2, %3 above the threshold %4, mean strength %5, %6")
      .arg(place, count, grouped(summary.above), all_digits(document.parameters.threshold),
           figure_number(summary.mean_strength), share);
}

QString lean_text(const DocumentData& document, std::uint32_t j, const ColumnLean& lean, double all_contributions) {
  const std::uint32_t later = document.segments() - 1 - j;
  if (later == 0)
    return tr("c_%1: nothing follows it").arg(j);
  const QString head =
      tr("c_%1 before %2 of %3").arg(j).arg(grouped(lean.pairs), counted(later, "later segment", "later segments"));
  if (lean.pairs == 0)
    return head;
  QString words = tr("%1: mean strength %2").arg(head, figure_number(lean.mean_strength));
  if (all_contributions > 0)
    words += u'\n' + tr("contribution %1 of %2 = %3 % of LDS")
                         .arg(figure_number(lean.contribution), figure_number(all_contributions),
                              figure_number(100 * lean.contribution / all_contributions));
  return words;
}

} // namespace longview
