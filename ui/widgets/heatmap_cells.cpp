#include "widgets/heatmap_cells.h"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace longview {
namespace {

constexpr std::size_t few_cells = 40'000; // a level of no more needs no coarser one

/// Of pair k; the strength is what the threshold is compared with.
HeatmapCell cell_of(const DocumentData& document, std::size_t k, HeatmapValue value) {
  const Pair& pair = document.pair(k);
  const PairParts& parts = document.parts(k);
  switch (value) {
  case HeatmapValue::strength:
    return {pair.i, pair.j, parts.strength, parts.strength};
  case HeatmapValue::gain:
    return {pair.i, pair.j, parts.gain, parts.strength};
  case HeatmapValue::contribution:
    return {pair.i, pair.j, parts.contribution, parts.strength};
  case HeatmapValue::perplexity_after:
    return {pair.i, pair.j, pair.perplexity_after, parts.strength};
  case HeatmapValue::weight:
    return {pair.i, pair.j, document.parameters.alpha * parts.strength + document.parameters.beta * parts.distance,
            parts.strength};
  case HeatmapValue::corrected:
    return {pair.i, pair.j, parts.corrected_strength, parts.corrected_strength};
  }
  return {pair.i, pair.j, no_value, no_value};
}

std::vector<double> values_of(const std::vector<HeatmapCell>& cells) {
  std::vector<double> values;
  values.reserve(cells.size());
  for (const HeatmapCell& cell : cells)
    values.push_back(cell.value);
  return values;
}

ColourScale scale_for(const std::vector<HeatmapCell>& cells, HeatmapValue value, double threshold) {
  const std::vector<double> values = values_of(cells);
  if (value == HeatmapValue::contribution)
    return ColourScale::from_zero_for(values);
  if (value == HeatmapValue::perplexity_after)
    return ColourScale::between_for(values);
  return ColourScale::diverging_for(values, compared_with_threshold(value) ? 2 * threshold : 0);
}

template <typename Placed>
bool before(const Placed& one, const Placed& other) {
  return one.i != other.i ? one.i < other.i : one.j < other.j;
}

/// Numbers of the pairs by row and column, the first of equal ones first; empty where they stand so already, as all
/// pairs of a document do.
std::vector<std::uint32_t> order_of(const DocumentData& document) {
  const auto known = static_cast<std::uint32_t>(document.pair_count());
  std::uint32_t k = 1;
  while (k < known && !before(document.pair(k), document.pair(k - 1)))
    ++k;
  if (k >= known)
    return {};
  std::vector<std::uint32_t> order(known);
  std::iota(order.begin(), order.end(), 0U);
  std::stable_sort(order.begin(), order.end(), [&document](std::uint32_t one, std::uint32_t other) {
    return before(document.pair(one), document.pair(other));
  });
  return order;
}

/// By falling strength; no two are equal in it.
bool ranks_before(const HeatmapCell& one, const HeatmapCell& other) {
  return one.strength != other.strength ? one.strength > other.strength : before(one, other);
}

double square(double value) {
  return value * value;
}

bool reaches(const HeatmapCell& one, std::uint32_t j) {
  return one.j < j;
}

Cell nearest_in(std::span<const HeatmapCell> row, std::uint32_t j) {
  auto at = std::lower_bound(row.begin(), row.end(), j, reaches);
  if (at == row.end() || (at != row.begin() && j - (at - 1)->j < at->j - j))
    --at;
  return {at->i, at->j};
}

} // namespace

HeatmapCells::HeatmapCells(const DocumentData& document, HeatmapValue value)
    : segments_(document.segments()), value_(value), threshold_(document.parameters.threshold) {
  take(document);
  fitted_ = scale_ = scale_for(all(), value, threshold_);
  build_levels();
}

/// Cells and contributions in the order of rows and columns, and what is summed up by column.
void HeatmapCells::take(const DocumentData& document) {
  const std::size_t known = document.pair_count();
  const std::vector<std::uint32_t> order = order_of(document);
  std::vector<HeatmapCell> cells;
  cells.reserve(known);
  contributions_.reserve(known);
  columns_.resize(segments_);
  for (std::size_t n = 0; n < known; ++n) {
    const std::size_t k = order.empty() ? n : order[n];
    const HeatmapCell cell = cell_of(document, k, value_);
    if (!std::isfinite(cell.value) || !std::isfinite(cell.strength) || cell.j >= cell.i || cell.i >= segments_)
      continue;
    if (!cells.empty() && cells.back().i == cell.i && cells.back().j == cell.j)
      continue;
    const double contribution = document.parts(k).contribution;
    cells.push_back(cell);
    contributions_.push_back(contribution);
    contribution_ += contribution;
    if (document.is_extra(k)) // shown, but in none of the document's own figures
      continue;
    ColumnLean& column = columns_[cell.j];
    column.mean_strength = (column.pairs > 0 ? column.mean_strength : 0) + cell.strength; // the sum, until below
    column.contribution += contribution;
    ++column.pairs;
  }
  for (ColumnLean& column : columns_)
    column.mean_strength /= column.pairs; // NaN stays NaN
  levels_.front() = HeatmapLevel(std::move(cells), segments_);
}

void HeatmapCells::build_levels() {
  while (levels_.back().cells().size() > few_cells)
    levels_.push_back(
        HeatmapLevel::coarser(levels_.back(), [this](const HeatmapCell& cell) { return stands_out(cell); }));
}

void HeatmapCells::set_range(const std::optional<ColourRange>& range) {
  scale_ = range ? fitted_.with(*range, values_of(all())) : fitted_;
}

const HeatmapLevel& HeatmapCells::level(double most_across) const {
  std::size_t chosen = 0;
  while (chosen + 1 < levels_.size() && static_cast<double>(std::uint64_t{2} << chosen) <= most_across)
    ++chosen;
  return levels_[chosen];
}

bool HeatmapCells::complete() const {
  return all().size() == std::uint64_t{segments_} * (segments_ > 0 ? segments_ - 1 : 0) / 2;
}

const HeatmapCell* HeatmapCells::find(Cell cell) const {
  const std::span<const HeatmapCell> cells = row(cell.i);
  const auto found = std::lower_bound(cells.begin(), cells.end(), cell.j, reaches);
  return found != cells.end() && found->j == cell.j ? &*found : nullptr;
}

std::optional<Cell> HeatmapCells::near(double column, double row, double reach) const {
  if (segments_ == 0)
    return std::nullopt;
  const double last = segments_ - 1.0;
  const auto first_row = static_cast<std::uint32_t>(std::clamp(std::floor(row - reach), 0.0, last));
  const auto last_row = static_cast<std::uint32_t>(std::clamp(std::floor(row + reach), 0.0, last));
  const auto first_column = static_cast<std::uint32_t>(std::clamp(column - reach - 1, 0.0, last));
  std::optional<Cell> nearest;
  double least = square(reach);
  for (std::uint32_t i = first_row; i <= last_row; ++i) {
    const std::span<const HeatmapCell> cells = this->row(i);
    auto cell = std::lower_bound(cells.begin(), cells.end(), first_column, reaches);
    for (; cell != cells.end() && cell->j <= column + reach; ++cell) {
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
  if (direction == Direction::up)
    return from.i == 0 ? std::nullopt : nearest_in_rows(from.i - 1, from.j, direction);
  if (direction == Direction::down)
    return nearest_in_rows(from.i + 1, from.j, direction);
  const std::span<const HeatmapCell> cells = row(from.i);
  const bool left = direction == Direction::left;
  auto at = std::lower_bound(cells.begin(), cells.end(), left ? from.j : from.j + 1, reaches);
  if (left ? at == cells.begin() : at == cells.end())
    return std::nullopt;
  if (left)
    --at;
  return Cell{at->i, at->j};
}

std::optional<Cell> HeatmapCells::nearest_in_rows(std::uint32_t i, std::uint32_t j, Direction direction) const {
  const bool up = direction == Direction::up;
  for (; i < segments_; up ? --i : ++i) { // below 0 it is large
    if (!row(i).empty())
      return nearest_in(row(i), j);
  }
  return std::nullopt;
}

std::optional<Cell> HeatmapCells::strongest() const {
  const auto found = std::min_element(all().begin(), all().end(), ranks_before);
  return found == all().end() ? std::nullopt : std::optional(Cell{found->i, found->j});
}

SelectionSummary HeatmapCells::summary(const CellRange& range) const {
  SelectionSummary sum;
  sum.pairs = range.pairs();
  double strengths = 0;
  for (std::uint32_t i = range.first_i; i <= range.last_i && i < segments_; ++i) {
    const std::span<const HeatmapCell> cells = row(i);
    const auto from = std::lower_bound(cells.begin(), cells.end(), range.first_j, reaches);
    for (auto cell = from; cell != cells.end() && cell->j <= range.last_j; ++cell) {
      ++sum.scored;
      sum.above += cell->strength > threshold_ ? 1 : 0;
      strengths += cell->strength;
      sum.contribution += contributions_[static_cast<std::size_t>(&*cell - all().data())];
    }
  }
  if (sum.scored > 0)
    sum.mean_strength = strengths / static_cast<double>(sum.scored);
  if (contribution_ > 0)
    sum.share = sum.contribution / contribution_;
  return sum;
}

} // namespace longview
