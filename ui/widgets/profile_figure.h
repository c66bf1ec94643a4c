#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "analysis/profile_band.h"
#include "widgets/document_data.h"

namespace longview {

/// Mean strength by distance of the documents of a run, every document counting alike.
struct DatasetProfile {
  std::vector<BandPoint> points; ///< its band: bootstrap over documents
  std::uint64_t documents = 0;   ///< in it
  std::uint64_t scored = 0;      ///< in the run: those in it are a sample of them
};
using DatasetProfilePointer = std::shared_ptr<const DatasetProfile>;

/// What the distance profile draws.
struct ProfileFigure {
  BinScale distances = BinScale::linear;
  std::vector<BandPoint> points; ///< of the document; its band: bootstrap over rows
  DatasetProfilePointer dataset; ///< over the same bins; null: not known

  bool empty() const;
};

/// At most 24 bins up to the longest scored distance of a document. Any thread.
DistanceBins profile_bins(const DocumentData& document, BinScale distances);
/// Computes the document's part. Rows x bins x resamples: some milliseconds for 256 rows. Pure; any thread.
ProfileFigure profile_of(const DocumentData& document, BinScale distances, DatasetProfilePointer dataset = {});

} // namespace longview
