#include "run/longer_sample.h"

#include <algorithm>
#include <cmath>

#include "base/error.h"
#include "run/extra_pairs.h"
#include "scoring/sampler.h"

namespace longview {
namespace {

LongerSample sample_of(const DocumentPairs& run, const ExtraPairs& extra, const SamplingSettings& sampling,
                       const LiveParameters& parameters) {
  LongerSample sample;
  sample.run_rows = run.pairs.size() / row_pairs;
  sample.rows = sample.run_rows + extra.drawn.size() / row_pairs;
  sample.eligible = run.segments() > row_pairs ? run.segments() - row_pairs : 0;
  sample.numbers = derive_numbers(with_longer_sample(run, extra), sampling, parameters);
  return sample;
}

/// sd² of the row values: error² = sd² / rows (1 - rows / eligible).
double variance(double error, double rows, double eligible) {
  return rows < eligible ? error * error * rows / (1 - rows / eligible) : 0;
}

} // namespace

std::optional<LongerSample> longer_sample(const DocumentPairs& run, const ExtraPairs& extra,
                                          const SamplingSettings& sampling, const LiveParameters& parameters) {
  if (extra.drawn.empty())
    return std::nullopt;
  return sample_of(run, extra, sampling, parameters);
}

LongerSample sample_to_lengthen(const DocumentPairs& run, const ExtraPairs& extra, const SamplingSettings& sampling,
                                const LiveParameters& parameters) {
  if (sampling.preset == Preset::published)
    throw Error(ErrorCode::usage,
                "the published preset draws single pairs, which give no error to bring down; score the "
                "document with --preset longview");
  if (is_complete(run))
    throw Error(ErrorCode::usage, "every pair of this document is in the run already; there is nothing to add");
  const LongerSample sample = sample_of(run, extra, sampling, parameters);
  if (sample.rows >= sample.eligible)
    throw Error(ErrorCode::usage,
                fmt::format("all {} rows of this document are in its sample already; score all of its "
                            "pairs to know the mean without the choice of columns",
                            sample.eligible));
  return sample;
}

std::vector<Pair> sequence_rows(const DocumentPairs& run, const ExtraPairs& extra, const SamplingSettings& sampling,
                                std::uint64_t tokens, Hash128 key, std::uint64_t first, std::uint64_t count) {
  SamplingSettings longer = sampling;
  longer.pairs_per_document = (first + count) * row_pairs;
  const std::vector<Pair> all = Sampler(longer).draw(tokens, key).pairs;
  const DocumentPairs there = with_longer_sample(run, extra);
  const auto same = [](const Pair& a, const Pair& b) { return a.i == b.i && a.j == b.j; };
  const std::size_t common = std::min(all.size(), there.pairs.size());
  if (!std::equal(all.begin(), all.begin() + static_cast<std::ptrdiff_t>(common), there.pairs.begin(), same) ||
      all.size() < (first + count) * row_pairs)
    throw Error(ErrorCode::conflict, "the sample of this document was not drawn from this text; score it again");
  return {all.begin() + static_cast<std::ptrdiff_t>(first * row_pairs), all.end()};
}

double expected_error(double error, std::uint64_t rows, std::uint64_t eligible, std::uint64_t wanted) {
  const auto all = static_cast<double>(eligible), n = static_cast<double>(wanted);
  return std::sqrt(variance(error, static_cast<double>(rows), all) / n * std::max(0.0, 1 - n / all));
}

std::uint64_t rows_for_error(double error, std::uint64_t rows, std::uint64_t eligible, double wish) {
  const auto all = static_cast<double>(eligible);
  const double spread = variance(error, static_cast<double>(rows), all);
  // spread / n (1 - n / all) <= wish²
  const double least = spread * all / (wish * wish * all + spread);
  return std::min(eligible, static_cast<std::uint64_t>(std::ceil(least)));
}

} // namespace longview
