#include "widgets/heatmap_cells.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include <QCoreApplication>

namespace longview {
namespace {

QString tr(const char* text) {
  return QCoreApplication::translate("longview::HeatmapCells", text);
}

double value_of(const DocumentData& document, std::size_t k, HeatmapValue value) {
  const PairParts& parts = document.scores.parts[k];
  switch (value) {
  case HeatmapValue::strength:
    return parts.strength;
  case HeatmapValue::gain:
    return parts.gain;
  case HeatmapValue::contribution:
    return parts.contribution;
  case HeatmapValue::perplexity_after:
    return document.data.pairs.pairs[k].perplexity_after;
  case HeatmapValue::weight:
    return document.parameters.alpha * parts.strength + document.parameters.beta * parts.distance;
  }
  return no_value;
}

ColourScale scale_for(const std::vector<HeatmapCell>& cells, HeatmapValue value, double threshold) {
  std::vector<double> values;
  values.reserve(cells.size());
  for (const HeatmapCell& cell : cells)
    values.push_back(cell.value);
  if (value == HeatmapValue::contribution)
    return ColourScale::from_zero_for(values);
  if (value == HeatmapValue::perplexity_after)
    return ColourScale::between_for(values);
  const bool compared = value == HeatmapValue::strength; // then both sides of the threshold have a colour
  return ColourScale::diverging_for(values, compared ? 2 * threshold : 0);
}

bool before(const HeatmapCell& one, const HeatmapCell& other) {
  return one.i != other.i ? one.i < other.i : one.j < other.j;
}

/// By falling strength; no two are equal in it.
bool ranks_before(const HeatmapCell& one, const HeatmapCell& other) {
  return one.strength != other.strength ? one.strength > other.strength : before(one, other);
}

double square(double value) {
  return value * value;
}

} // namespace

HeatmapCells::HeatmapCells(const DocumentData& document, HeatmapValue value)
    : segments_(document.segments()), value_(value), threshold_(document.parameters.threshold) {
  const std::vector<Pair>& pairs = document.data.pairs.pairs;
  const std::size_t known = std::min(pairs.size(), document.scores.parts.size());
  cells_.reserve(known);
  for (std::size_t k = 0; k < known; ++k) {
    const double shown = value_of(document, k, value);
    const double strength = document.scores.parts[k].strength;
    if (std::isfinite(shown) && std::isfinite(strength) && pairs[k].j < pairs[k].i && pairs[k].i < segments_)
      cells_.push_back({pairs[k].i, pairs[k].j, shown, strength});
  }
  if (!std::is_sorted(cells_.begin(), cells_.end(), before)) // all pairs come in order
    std::stable_sort(cells_.begin(), cells_.end(), before);
  const auto same = [](const HeatmapCell& one, const HeatmapCell& other) {
    return one.i == other.i && one.j == other.j;
  };
  cells_.erase(std::unique(cells_.begin(), cells_.end(), same), cells_.end());

  rows_.assign(std::size_t{segments_} + 1, 0);
  for (const HeatmapCell& cell : cells_)
    ++rows_[cell.i + 1];
  std::partial_sum(rows_.begin(), rows_.end(), rows_.begin());

  scale_ = scale_for(cells_, value, threshold_);
}

bool HeatmapCells::complete() const {
  return cells_.size() == std::uint64_t{segments_} * (segments_ > 0 ? segments_ - 1 : 0) / 2;
}

std::vector<HeatmapCell>::const_iterator HeatmapCells::row_begin(std::uint32_t i) const {
  return cells_.begin() + rows_[i];
}

const HeatmapCell* HeatmapCells::find(Cell cell) const {
  if (cell.i >= segments_)
    return nullptr;
  const auto end = row_begin(cell.i + 1);
  const auto found = std::lower_bound(row_begin(cell.i), end, cell.j,
                                      [](const HeatmapCell& one, std::uint32_t j) { return one.j < j; });
  return found != end && found->j == cell.j ? &*found : nullptr;
}

std::optional<Cell> HeatmapCells::near(double column, double row, double reach) const {
  if (segments_ == 0)
    return std::nullopt;
  const double last = segments_ - 1.0;
  const auto first_row = static_cast<std::uint32_t>(std::clamp(std::floor(row - reach), 0.0, last));
  const auto last_row = static_cast<std::uint32_t>(std::clamp(std::floor(row + reach), 0.0, last));
  std::optional<Cell> nearest;
  double least = square(reach);
  for (std::uint32_t i = first_row; i <= last_row; ++i) {
    const auto from =
        std::lower_bound(row_begin(i), row_begin(i + 1), column - reach - 1,
                         [](const HeatmapCell& one, double least_column) { return one.j < least_column; });
    for (auto cell = from; cell != row_begin(i + 1) && cell->j <= column + reach; ++cell) {
      const double away = square(cell->j + 0.5 - column) + square(cell->i + 0.5 - row);
      if (away <= least) {
        least = away;
        nearest = Cell{cell->i, cell->j};
      }
    }
  }
  return nearest;
}

std::optional<Cell> HeatmapCells::next(Cell from, Direction direction) const {
  if (from.i >= segments_)
    return std::nullopt;
  const auto reaches = [](const HeatmapCell& one, std::uint32_t j) { return one.j < j; };
  if (direction == Direction::left || direction == Direction::right) {
    const auto begin = row_begin(from.i);
    const auto end = row_begin(from.i + 1);
    auto at = std::lower_bound(begin, end, direction == Direction::left ? from.j : from.j + 1, reaches);
    if (direction == Direction::left ? at == begin : at == end)
      return std::nullopt;
    if (direction == Direction::left)
      --at;
    return Cell{at->i, at->j};
  }
  const bool up = direction == Direction::up;
  for (std::uint32_t i = from.i; up ? i-- > 0 : ++i < segments_;) {
    const auto begin = row_begin(i);
    const auto end = row_begin(i + 1);
    if (begin == end)
      continue;
    auto at = std::lower_bound(begin, end, from.j, reaches);
    if (at == end || (at != begin && from.j - (at - 1)->j < at->j - from.j))
      --at;
    return Cell{at->i, at->j};
  }
  return std::nullopt;
}

std::optional<Cell> HeatmapCells::strongest() const {
  const auto found = std::min_element(cells_.begin(), cells_.end(), ranks_before);
  return found == cells_.end() ? std::nullopt : std::optional(Cell{found->i, found->j});
}

std::span<const HeatmapCell> HeatmapCells::row(std::uint32_t i) const {
  return i < segments_ ? std::span(row_begin(i), row_begin(i + 1)) : std::span<const HeatmapCell>();
}

QString value_title(HeatmapValue value) {
  switch (value) {
  case HeatmapValue::strength:
    return tr("strength");
  case HeatmapValue::gain:
    return tr("gain");
  case HeatmapValue::contribution:
    return tr("contribution");
  case HeatmapValue::perplexity_after:
    return tr("perplexity after c_j");
  case HeatmapValue::weight:
    return tr("strength + distance");
  }
  return {};
}

QString value_unit(HeatmapValue value) {
  switch (value) {
  case HeatmapValue::strength:
    return tr("share of perplexity");
  case HeatmapValue::gain:
    return tr("in perplexity");
  case HeatmapValue::contribution:
    return tr("to LDS");
  case HeatmapValue::weight:
    return tr("weighted");
  case HeatmapValue::perplexity_after:
    return {};
  }
  return {};
}

} // namespace longview
