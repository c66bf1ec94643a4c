#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "store/project.h"

namespace longview {

/// A rectangle of pairs, both ends of both sides in it: targets first_row … last_row, prefixes first_column …
/// last_column. What lies in it but not before its target is no pair.
struct PairRange {
  std::uint32_t first_row = 0, last_row = 0;
  std::uint32_t first_column = 0, last_column = 0;
  bool operator==(const PairRange&) const = default;
};

/// All pairs of a target, which is not the first segment.
PairRange row_range(std::uint32_t i);
/// All pairs of a document of two segments or more.
PairRange all_range(std::uint32_t segments);

/// What of these ranges is neither in the run nor among the extra pairs, each pair once, by prefix and then target: the
/// order in which they are run. Throws Error: usage (a range outside the document, or without any pair), unsupported
/// (more than this program handles).
std::vector<Pair> missing_pairs(const DocumentPairs& run, const ExtraPairs& extra, std::span<const PairRange> ranges);

/// The pairs of the run and behind them those of its lengthened sample: what a run that draws as many pairs has.
DocumentPairs with_longer_sample(const DocumentPairs& run, const ExtraPairs& extra);
/// The pairs of the run and behind them all extra ones, drawn and asked for; what is in the run is left out of those.
/// Overlaps, which extra pairs have none of, are left out.
DocumentPairs with_all_extra(const DocumentPairs& run, const ExtraPairs& extra);
/// Every pair of the document is there.
bool is_complete(const DocumentPairs& pairs);

/// The mean over all pairs of a document, where run and extra pairs together are all of them; no estimate any more.
std::optional<DocumentNumbers> numbers_of_all_pairs(const DocumentPairs& run, const ExtraPairs& extra,
                                                    const SamplingSettings& sampling, const LiveParameters& parameters);

} // namespace longview
