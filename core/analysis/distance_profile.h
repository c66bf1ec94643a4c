#pragma once

#include <cstdint>
#include <vector>

#include "scoring/dependency.h"

namespace longview {

enum class BinScale { linear, logarithmic };

/// Bins of pair distance i - j, in segments: bin b holds the whole distances edges[b] … edges[b + 1] - 1. They cover
/// 1 … longest without gaps, and each holds at least one whole distance, so there may be fewer bins than asked for.
class DistanceBins {
 public:
  /// No bins for longest == 0. `wanted` >= 1. Linear bins differ in width by at most one segment (the first are the
  /// wider ones); logarithmic bins widen by about the same factor, with bins of one segment where that is all there is.
  static DistanceBins make(BinScale scale, std::uint32_t longest, std::uint32_t wanted);

  const std::vector<std::uint32_t>& edges() const { return edges_; }
  std::size_t count() const { return edges_.empty() ? 0 : edges_.size() - 1; }
  /// Longest distance covered.
  std::uint32_t longest() const { return edges_.empty() ? 0 : edges_.back() - 1; }
  /// The bin of a distance in 1 … longest().
  std::size_t bin(std::uint32_t distance) const;

 private:
  std::vector<std::uint32_t> edges_;
};

struct ProfilePoint {
  std::uint32_t nearest = 0, furthest = 0; ///< whole distances of the bin, both included, in segments
  double mean_distance = no_value;         ///< of the pairs in it: where to draw the point
  std::uint64_t count = 0;                 ///< pairs
  double mean_strength = no_value;         ///< NaN without pairs
  double standard_error = no_value; ///< sd / sqrt(count) of the strengths, sd with count - 1; NaN below two pairs
};

/// Mean strength by distance, over the pairs of one document or of many. Adding documents in another order changes the
/// result by rounding only. Pure; one thread.
class DistanceProfile {
 public:
  explicit DistanceProfile(DistanceBins bins);

  /// Pairs that are left out (NaN strength) and distances past the last bin are not counted.
  void add(const DocumentPairs& document, const DocumentScores& scores);
  void add(std::uint32_t distance, double strength);

  /// One a bin, empty bins too.
  std::vector<ProfilePoint> points() const;

 private:
  struct Bin {
    std::uint64_t count = 0;
    double distance_sum = 0;
    double mean = 0;
    double squares = 0; ///< sum of squared differences from the mean (Welford)
  };
  DistanceBins bins_;
  std::vector<Bin> sums_;
};

/// Of one document, over 1 … its longest scored distance.
std::vector<ProfilePoint> distance_profile(const DocumentPairs& document, const DocumentScores& scores, BinScale scale,
                                           std::uint32_t wanted_bins);

} // namespace longview
