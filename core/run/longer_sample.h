#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/hash.h"
#include "store/project.h"

namespace longview {

/// The sample of a document made longer by whole rows of the sampler's own sequence, "until the error is under E". It
/// has the numbers of a run that draws as many pairs, since the draw for fewer pairs is a prefix of the draw for more,
/// and it is kept apart from the run, whose numbers stay comparable over its documents.
struct LongerSample {
  std::uint64_t run_rows = 0; ///< rows of the run
  std::uint64_t rows = 0;     ///< those and the ones behind them
  std::uint64_t eligible = 0; ///< N - k: as many as there are
  DocumentNumbers numbers;    ///< over all `rows`
};

/// Nothing where the sample was not lengthened.
std::optional<LongerSample> longer_sample(const DocumentPairs& run, const ExtraPairs& extra,
                                          const SamplingSettings& sampling, const LiveParameters& parameters);
/// The same, whether it was lengthened or not. Throws Error(usage) for a document whose sample has no more rows to
/// come, or no error: the published preset, all pairs.
LongerSample sample_to_lengthen(const DocumentPairs& run, const ExtraPairs& extra, const SamplingSettings& sampling,
                                const LiveParameters& parameters);

/// Rows first … first + count - 1 of the sampler's sequence for a text, k pairs each. `key`: see Sampler::draw. Throws
/// Error(conflict) where the rows that are there, in the run or behind it, are no prefix of that sequence.
std::vector<Pair> sequence_rows(const DocumentPairs& run, const ExtraPairs& extra, const SamplingSettings& sampling,
                                std::uint64_t tokens, Hash128 key, std::uint64_t first, std::uint64_t count);

/// Standard error to be expected of `wanted` rows, from that of `rows` of them (see DocumentNumbers::lds_error): the
/// spread of the row values stays, its square root law and the share of the rows change.
double expected_error(double error, std::uint64_t rows, std::uint64_t eligible, std::uint64_t wanted);
/// The least number of rows for which expected_error() is at most `wish`.
std::uint64_t rows_for_error(double error, std::uint64_t rows, std::uint64_t eligible, double wish);

} // namespace longview
