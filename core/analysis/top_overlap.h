#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace longview {

/// What changes in the best `share` of the same documents when another score ranks them.
struct TopOverlap {
  double share = 0.5;
  std::uint64_t documents = 0;     ///< ranked by both
  std::uint64_t kept = 0;          ///< in the top of each: share of the documents, rounded up
  std::uint64_t both = 0;          ///< in both tops
  std::vector<std::size_t> enters; ///< in the top of b alone, the best by b first
  std::vector<std::size_t> leaves; ///< in the top of a alone, the best by a first
};

/// a[k] and b[k] are scores of one document; one that either side has no number for (NaN) is left out. Equal scores:
/// the earlier document is better, as in an export. 0 < share <= 1.
TopOverlap top_overlap(std::span<const double> a, std::span<const double> b, double share);

} // namespace longview
