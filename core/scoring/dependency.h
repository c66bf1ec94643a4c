#pragma once

#include <cstdint>
#include <limits>
#include <vector>

#include "scoring/settings.h"

namespace longview {

constexpr double no_value = std::numeric_limits<double>::quiet_NaN();

/// One scored pair: target c_i after prefix c_j, j < i. Indices count from 0, kept segments when the document is
/// thinned.
struct Pair {
  std::uint32_t i = 0;
  std::uint32_t j = 0;
  double perplexity_after = no_value; ///< PPL(c_i | c_j); NaN while not computed
};

/// Target c_i after a control prefix: a segment of another document, which cannot hold what c_i depends on.
struct Control {
  std::uint32_t i = 0;
  std::uint32_t k = 0; ///< which control segment of the run
  double perplexity_after = no_value;
};

/// Everything that was measured of one document: all other numbers are derived from this. Perplexities are stored as
/// float32 and handled as double.
struct DocumentPairs {
  std::vector<double> perplexity_alone; ///< one per segment (kept segment); NaN where no pair needs it
  std::vector<Pair> pairs;              ///< in drawing order
  std::vector<std::uint32_t> kept;      ///< real places of the segments; empty unless thinned
  std::vector<Control> controls;        ///< by row; empty in a run without controls
  /// Per pair, in 1/255: which share of the target's token 4-grams occurs in the prefix too (scoring/repetition.h).
  /// Empty where it was not measured.
  std::vector<std::uint8_t> overlap;
  std::uint32_t segments() const { return static_cast<std::uint32_t>(perplexity_alone.size()); }
};

/// Parts of one pair's contribution; formulas in architecture.md, section 2.
struct PairParts {
  double gain = no_value;        ///< PPL(c_i) - PPL(c_i|c_j), perplexity units; NaN where the pair is left out
  double strength = no_value;    ///< gain / PPL(c_i), at most 1; NaN where the pair is left out
  double distance = 0;           ///< 0 … 1
  double specificity = no_value; ///< of row i; NaN without (longview: a row of one pair)
  double contribution =
      0; ///< [strength > tau] (alpha strength + beta distance) specificity; 0 without strength or specificity
  double corrected_strength = no_value; ///< strength - control strength of its row; NaN where the row has no control
  double overlap = no_value;            ///< see DocumentPairs, 0 … 1; NaN where it was not measured
};

/// The numbers of a document. NaN where there is none: before the first pair is computed everything is, except the sum
/// of the published preset, which is 0 then, as in the released program.
struct DocumentNumbers {
  double lds = no_value; ///< the sum over pairs
  /// longview: the mean row value, over complete rows of k pairs (documents of N <= k: over all rows of two or more).
  /// published: the sum divided by the number of pairs that are computed; an average that drifts with T, for
  /// orientation.
  double lds_mean = no_value;
  /// longview: standard error of lds_mean over the draw of rows; 0 where all rows are there, NaN with fewer than two.
  /// published: always NaN, because one draw of single pairs does not tell how specificity would vary.
  double lds_error = no_value;
  double mean_strength = no_value;    ///< over all computed pairs
  double mean_distance = no_value;    ///< over all computed pairs
  double mean_specificity = no_value; ///< over rows that have one
  /// The same as strength, lds, lds_mean and lds_error with the control strength of its row taken off every strength,
  /// over the rows that have a control. The control strength of row i is the mean over its controls of
  /// (PPL(c_i) - PPL(c_i | control)) / PPL(c_i): what any prefix of that kind helps, whatever it says.
  double corrected_strength = no_value;
  double corrected_lds = no_value;
  double corrected_lds_mean = no_value;
  double corrected_lds_error = no_value;
  double copied = no_value;     ///< mean overlap of the pairs with strength > tau; NaN without such pairs
  std::uint64_t pair_count = 0; ///< pairs computed, so not left out
};

struct DocumentScores : DocumentNumbers {
  std::vector<double> specificity; ///< per segment; NaN without pairs
  std::vector<PairParts> parts;    ///< per pair, in drawing order
};

/// Derives all of it. A pair is left out while it is not computed (NaN), and where a perplexity of it is no finite
/// positive number. With SpecificityMode::off DSP is 1 in the same rows that have a specificity otherwise, so that
/// modes compare the same pairs. Linear in segments + pairs, but for rows of more than k pairs (64 fixed subsets each).
/// Pure; any thread.
DocumentScores derive(const DocumentPairs& document, const SamplingSettings& sampling,
                      const LiveParameters& parameters);

/// The same numbers without the vectors, for many documents at once: takes no memory after a thread's first documents.
DocumentNumbers derive_numbers(const DocumentPairs& document, const SamplingSettings& sampling,
                               const LiveParameters& parameters);

/// The one the user ranks by: lds or lds_mean.
inline double score(const DocumentNumbers& numbers, ScoreKind kind) {
  return kind == ScoreKind::sum ? numbers.lds : numbers.lds_mean;
}

} // namespace longview
