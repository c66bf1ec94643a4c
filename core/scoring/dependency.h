#pragma once

#include <cstdint>
#include <limits>
#include <optional>
#include <span>
#include <vector>

#include "scoring/settings.h"

namespace longview {

constexpr double no_value = std::numeric_limits<double>::quiet_NaN();

/// One scored pair: target c_i after prefix c_j, j < i. Indices count from 0, kept segments when the document is thinned.
struct Pair {
  std::uint32_t i = 0;
  std::uint32_t j = 0;
  double perplexity_after = no_value; ///< PPL(c_i | c_j); NaN while not computed
};

/// Everything the model said about one document: all other numbers are derived from this. Perplexities are stored as
/// float32 and handled as double.
struct DocumentPairs {
  std::vector<double> perplexity_alone;  ///< one per segment (kept segment); NaN where no pair needs it
  std::vector<Pair> pairs;               ///< in drawing order
  std::vector<std::uint32_t> kept;       ///< real places of the segments; empty unless thinned
  std::uint32_t segments() const { return static_cast<std::uint32_t>(perplexity_alone.size()); }
};

/// Parts of one pair's contribution; formulas in architecture.md, section 2.
struct PairParts {
  double gain = 0;         ///< PPL(c_i) - PPL(c_i|c_j), perplexity units
  double strength = 0;     ///< gain / PPL(c_i), at most 1
  double distance = 0;     ///< 0 … 1
  double specificity = no_value; ///< of row i; NaN without (longview: a row of one pair)
  double contribution = 0; ///< [strength > tau] (alpha strength + beta distance) specificity; 0 where specificity is NaN
};

struct DocumentScores {
  std::vector<double> specificity; ///< per segment; NaN without pairs (published: 0 in the JSON contract, see show)
  std::vector<PairParts> parts;    ///< per pair, in drawing order
  double lds = no_value;           ///< the sum over pairs
  double lds_mean = no_value;      ///< mean row value (longview); sum / pairs (published)
  double lds_error = no_value;     ///< standard error of lds_mean; NaN where it cannot be told
  double mean_strength = no_value; ///< over all scored pairs
  double mean_distance = no_value; ///< over all scored pairs
  double mean_specificity = no_value; ///< over rows that have one
};

/// Derives all of it. Pairs that are not computed yet (NaN) are left out. Pure; any thread.
DocumentScores derive(const DocumentPairs& document, const SamplingSettings& sampling, const LiveParameters& parameters);

} // namespace longview
