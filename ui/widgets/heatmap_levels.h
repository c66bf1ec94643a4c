#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace longview {

/// One scored pair as the heatmap draws it.
struct HeatmapCell {
  std::uint32_t i = 0;
  std::uint32_t j = 0;
  double value = 0;    ///< of the HeatmapValue that was asked for; finite
  double strength = 0; ///< what the threshold is compared with; finite
};

/// The cells of a document in square tiles of 2^shift segments: of each tile the cell that stands out most. A mean
/// would hide single strong links. Sorted by row and then column of the tiles.
class HeatmapLevel {
 public:
  HeatmapLevel() = default;
  /// Single cells, sorted by row and column, each below `segments`.
  HeatmapLevel(std::vector<HeatmapCell> cells, std::uint32_t segments);
  /// Tiles twice as wide as those of `finer`. `stands_out(cell)` is how much a cell does; the first of equal ones
  /// stays.
  template <typename StandsOut>
  static HeatmapLevel coarser(const HeatmapLevel& finer, StandsOut stands_out);

  const std::vector<HeatmapCell>& cells() const { return cells_; }
  unsigned shift() const { return shift_; }
  /// Rows of tiles.
  std::uint32_t rows() const { return static_cast<std::uint32_t>(starts_.size()) - 1; }
  /// Of one row of tiles, columns rising; empty beyond the last.
  std::span<const HeatmapCell> row(std::uint32_t tile) const;

 private:
  std::vector<HeatmapCell> cells_;
  std::vector<std::uint32_t> starts_{0}; ///< where row k begins in cells_; rows + 1 of them
  unsigned shift_ = 0;
};

template <typename StandsOut>
HeatmapLevel HeatmapLevel::coarser(const HeatmapLevel& finer, StandsOut stands_out) {
  HeatmapLevel made;
  made.shift_ = finer.shift_ + 1;
  made.cells_.reserve(finer.cells_.size() / 3);
  const auto add = [&made, &stands_out](const HeatmapCell& cell) {
    const bool same_tile =
        made.cells_.size() > made.starts_.back() && made.cells_.back().j >> made.shift_ == cell.j >> made.shift_;
    if (!same_tile)
      made.cells_.push_back(cell);
    else if (stands_out(cell) > stands_out(made.cells_.back()))
      made.cells_.back() = cell;
  };
  for (std::uint32_t k = 0; k < finer.rows(); k += 2) {
    std::span<const HeatmapCell> upper = finer.row(k), lower = finer.row(k + 1);
    while (!upper.empty() || !lower.empty()) {
      const bool from_upper =
          lower.empty() || (!upper.empty() && upper.front().j >> finer.shift_ <= lower.front().j >> finer.shift_);
      std::span<const HeatmapCell>& next = from_upper ? upper : lower;
      add(next.front());
      next = next.subspan(1);
    }
    made.starts_.push_back(static_cast<std::uint32_t>(made.cells_.size()));
  }
  return made;
}

} // namespace longview
