#include "widgets/heatmap_levels.h"

#include <numeric>
#include <utility>

namespace longview {

HeatmapLevel::HeatmapLevel(std::vector<HeatmapCell> cells, std::uint32_t segments)
    : cells_(std::move(cells)), starts_(std::size_t{segments} + 1, 0) {
  for (const HeatmapCell& cell : cells_)
    ++starts_[cell.i + 1];
  std::partial_sum(starts_.begin(), starts_.end(), starts_.begin());
}

std::span<const HeatmapCell> HeatmapLevel::row(std::uint32_t tile) const {
  if (tile >= rows())
    return {};
  return std::span(cells_).subspan(starts_[tile], starts_[tile + 1] - starts_[tile]);
}

} // namespace longview
