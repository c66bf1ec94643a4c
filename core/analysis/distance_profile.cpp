#include "analysis/distance_profile.h"

#include <algorithm>
#include <cmath>

namespace longview {
namespace {

/// Where bin b should begin, before rounding and before empty bins are avoided.
double ideal_edge(BinScale scale, std::uint32_t longest, std::uint32_t bins, std::uint32_t b) {
  const double part = static_cast<double>(b) / bins, end = longest + 1.0;
  return scale == BinScale::linear ? 1 + std::ceil(part * longest) : std::round(std::pow(end, part));
}

} // namespace

DistanceBins DistanceBins::make(BinScale scale, std::uint32_t longest, std::uint32_t wanted) {
  DistanceBins bins;
  if (longest == 0)
    return bins;
  const std::uint32_t count = std::clamp(wanted, 1u, longest);
  bins.edges_.reserve(count + 1);
  bins.edges_.push_back(1);
  for (std::uint32_t b = 1; b < count; ++b) {
    const auto edge = static_cast<std::uint32_t>(std::min(ideal_edge(scale, longest, count, b), double(longest)));
    if (edge > bins.edges_.back()) // several short logarithmic bins would hold no whole distance
      bins.edges_.push_back(edge);
  }
  bins.edges_.push_back(longest + 1);
  return bins;
}

std::size_t DistanceBins::bin(std::uint32_t distance) const {
  const auto after = std::upper_bound(edges_.begin(), edges_.end(), distance);
  return static_cast<std::size_t>(after - edges_.begin()) - 1;
}

DistanceProfile::DistanceProfile(DistanceBins bins) : bins_(std::move(bins)), sums_(bins_.count()) {}

void DistanceProfile::add(std::uint32_t distance, double strength) {
  if (distance == 0 || distance > bins_.longest() || !std::isfinite(strength))
    return;
  Bin& bin = sums_[bins_.bin(distance)];
  ++bin.count;
  bin.distance_sum += distance;
  const double before = strength - bin.mean;
  bin.mean += before / static_cast<double>(bin.count);
  bin.squares += before * (strength - bin.mean);
}

void DistanceProfile::add(const DocumentPairs& document, const DocumentScores& scores) {
  const std::size_t count = std::min(document.pairs.size(), scores.parts.size());
  for (std::size_t place = 0; place < count; ++place) {
    const Pair& pair = document.pairs[place];
    if (pair.j < pair.i)
      add(pair.i - pair.j, scores.parts[place].strength);
  }
}

std::vector<ProfilePoint> DistanceProfile::points() const {
  std::vector<ProfilePoint> points(sums_.size());
  for (std::size_t b = 0; b < points.size(); ++b) {
    const Bin& bin = sums_[b];
    ProfilePoint& point = points[b];
    point.nearest = bins_.edges()[b];
    point.furthest = bins_.edges()[b + 1] - 1;
    point.count = bin.count;
    const auto count = static_cast<double>(bin.count);
    if (bin.count > 0) {
      point.mean_distance = bin.distance_sum / count;
      point.mean_strength = bin.mean;
    }
    if (bin.count > 1)
      point.standard_error = std::sqrt(bin.squares / (count - 1) / count);
  }
  return points;
}

std::vector<ProfilePoint> distance_profile(const DocumentPairs& document, const DocumentScores& scores, BinScale scale,
                                           std::uint32_t wanted_bins) {
  std::uint32_t longest = 0;
  for (std::size_t place = 0; place < std::min(document.pairs.size(), scores.parts.size()); ++place)
    if (const Pair& pair = document.pairs[place]; pair.j < pair.i && std::isfinite(scores.parts[place].strength))
      longest = std::max(longest, pair.i - pair.j);
  DistanceProfile profile(DistanceBins::make(scale, longest, wanted_bins));
  profile.add(document, scores);
  return profile.points();
}

} // namespace longview
