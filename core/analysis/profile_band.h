#pragma once

#include <cstdint>
#include <vector>

#include "analysis/distance_profile.h"
#include "analysis/sample.h"

namespace longview {

/// Which number of a pair a profile shows.
using PairValue = double PairParts::*;

/// Sums by distance of the units that are drawn anew for a band: the rows of a document, or the documents of a dataset.
/// Pairs of a row share their target, and pairs of a document their text, so they are never drawn as if independent.
class ProfileUnits {
 public:
  explicit ProfileUnits(DistanceBins bins) : bins_(std::move(bins)) {}

  /// One unit more: a document with all its pairs.
  void add_document(const DocumentPairs& document, const DocumentScores& scores,
                    PairValue value = &PairParts::strength);
  /// One unit for each row of a document.
  void add_rows(const DocumentPairs& document, const DocumentScores& scores, PairValue value = &PairParts::strength);

  const DistanceBins& bins() const { return bins_; }
  std::size_t count() const { return bins_.count() ? cells_.size() / bins_.count() : 0; }

 private:
  friend class ProfileBand;
  struct Cell {
    float sum = 0, count = 0, distance = 0; ///< of the unit's pairs in one bin
  };
  void add_pair(std::size_t unit, const Pair& pair, double value);

  DistanceBins bins_;
  std::vector<Cell> cells_; ///< unit after unit, one a bin
};

struct BandPoint {
  std::uint32_t nearest = 0, furthest = 0; ///< whole distances of the bin, both included, in segments
  double mean_distance = no_value;         ///< of its pairs
  std::uint64_t units = 0, pairs = 0;
  double mean = no_value; ///< NaN without pairs
  Interval band;          ///< pointwise, percentile bootstrap over units; NaN below two units
};

enum class UnitWeight {
  pairs, ///< every pair counts alike: for the rows of a document
  equal, ///< every unit counts alike, whatever its length: for the documents of a dataset
};

/// The mean profile with its band; units x bins x resamples.
std::vector<BandPoint> profile_band(const ProfileUnits& units, UnitWeight weight, const BootstrapOptions& options = {});

} // namespace longview
