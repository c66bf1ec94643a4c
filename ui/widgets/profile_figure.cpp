#include "widgets/profile_figure.h"

#include <algorithm>
#include <cmath>

namespace longview {
namespace {

constexpr std::uint32_t most_bins = 24;
constexpr std::uint32_t resamples = 400; // enough for a band that is looked at

} // namespace

bool ProfileFigure::empty() const {
  return std::none_of(points.begin(), points.end(), [](const BandPoint& point) { return point.pairs > 0; });
}

DistanceBins profile_bins(const DocumentData& document, BinScale distances) {
  const std::vector<Pair>& pairs = document.data.pairs.pairs;
  std::uint32_t longest = 0;
  for (std::size_t k = 0; k < std::min(pairs.size(), document.scores.parts.size()); ++k)
    if (pairs[k].j < pairs[k].i && std::isfinite(document.scores.parts[k].strength))
      longest = std::max(longest, pairs[k].i - pairs[k].j);
  return DistanceBins::make(distances, longest, most_bins);
}

ProfileFigure profile_of(const DocumentData& document, BinScale distances, DatasetProfilePointer dataset) {
  ProfileUnits rows(profile_bins(document, distances));
  rows.add_rows(document.data.pairs, document.scores);
  ProfileFigure figure;
  figure.distances = distances;
  figure.points = profile_band(rows, UnitWeight::pairs, {.resamples = resamples});
  figure.dataset = std::move(dataset);
  return figure;
}

} // namespace longview
