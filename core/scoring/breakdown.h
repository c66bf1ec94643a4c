#pragma once

#include <cstdint>
#include <vector>

#include "scoring/dependency.h"

namespace longview {

/// LDS taken apart. Over the counted pairs (strength above tau, row with a specificity),
///   LDS = alpha sum DST DSP + beta sum DDI DSP,
/// so strength and distance each have a share of it, and specificity is the factor between LDS and the same sum without
/// DSP.
struct ScoreBreakdown {
  std::uint64_t pairs = 0;        ///< computed
  std::uint64_t above = 0;        ///< counted
  double strength = 0;            ///< alpha sum DST DSP
  double distance = 0;            ///< beta sum DDI DSP
  double without_specificity = 0; ///< sum (alpha DST + beta DDI)
  DocumentNumbers published;      ///< of the published preset with its own parameters, on the same pairs

  double lds() const { return strength + distance; }
  /// Shares of lds(); NaN where it is 0.
  double strength_share() const { return lds() != 0 ? strength / lds() : no_value; }
  double distance_share() const { return lds() != 0 ? distance / lds() : no_value; }
  /// What specificity leaves; NaN where there is nothing to leave anything of.
  double specificity_factor() const { return without_specificity != 0 ? lds() / without_specificity : no_value; }
};

/// `scores` are those of the document with `parameters`. Pure; any thread.
ScoreBreakdown break_down(const DocumentPairs& document, const DocumentScores& scores, const SamplingSettings& sampling,
                          const LiveParameters& parameters);

/// Indices of the pairs that add most to LDS, the first first, equal ones in drawing order; none that adds nothing.
std::vector<std::uint32_t> heaviest_pairs(const DocumentScores& scores, std::size_t most);

} // namespace longview
