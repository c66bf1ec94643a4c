#include "run/extra_pairs.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include <fmt/format.h>

#include "base/error.h"

namespace longview {
namespace {

std::uint64_t key(const Pair& pair) {
  return std::uint64_t{pair.i} << 32 | pair.j;
}

bool is_computed(const Pair& pair) {
  return !std::isnan(pair.perplexity_after);
}

std::vector<std::uint64_t> computed_pairs(const DocumentPairs& run, const ExtraPairs& extra) {
  std::vector<std::uint64_t> keys;
  for (const std::vector<Pair>* pairs : {&run.pairs, &extra.drawn, &extra.asked})
    for (const Pair& pair : *pairs)
      if (is_computed(pair))
        keys.push_back(key(pair));
  std::sort(keys.begin(), keys.end());
  return keys;
}

void check_range(const PairRange& range, std::uint32_t segments) {
  if (range.first_row > range.last_row || range.first_column > range.last_column)
    throw Error(ErrorCode::usage, fmt::format("rows {}..{} and columns {}..{}: a range begins before it ends",
                                              range.first_row, range.last_row, range.first_column, range.last_column));
  if (const std::uint32_t last = std::max(range.last_row, range.last_column); last >= segments)
    throw Error(ErrorCode::usage, fmt::format("there is no segment {}: this document has {}, which count from 0 to {}",
                                              last, segments, segments > 0 ? segments - 1 : 0));
  if (range.last_row <= range.first_column)
    throw Error(ErrorCode::usage,
                range.first_row == 0 && range.last_row == 0
                    ? std::string("segment 0 is no target: nothing stands before it")
                    : fmt::format("rows {}..{} and columns {}..{} hold no pair: a prefix stands before its target",
                                  range.first_row, range.last_row, range.first_column, range.last_column));
}

std::uint64_t pairs_in(const PairRange& range) {
  std::uint64_t count = 0;
  for (std::uint64_t i = range.first_row; i <= range.last_row; ++i)
    if (const std::uint64_t end = std::min<std::uint64_t>(i, std::uint64_t{range.last_column} + 1);
        end > range.first_column)
      count += end - range.first_column;
  return count;
}

DocumentPairs with_pairs(const DocumentPairs& run, const ExtraPairs& extra, std::span<const Pair> more) {
  DocumentPairs all = run;
  all.overlap.clear();
  all.pairs.insert(all.pairs.end(), more.begin(), more.end());
  for (std::size_t k = 0; k < std::min(all.perplexity_alone.size(), extra.perplexity_alone.size()); ++k)
    if (std::isnan(all.perplexity_alone[k]))
      all.perplexity_alone[k] = extra.perplexity_alone[k];
  return all;
}

} // namespace

PairRange row_range(std::uint32_t i) {
  return {i, i, 0, i > 0 ? i - 1 : 0};
}

PairRange all_range(std::uint32_t segments) {
  const std::uint32_t last = segments > 0 ? segments - 1 : 0;
  return {0, last, 0, last};
}

std::vector<Pair> missing_pairs(const DocumentPairs& run, const ExtraPairs& extra, std::span<const PairRange> ranges) {
  std::uint64_t most = 0;
  for (const PairRange& range : ranges) {
    check_range(range, run.segments());
    most += pairs_in(range);
  }
  if (most > most_pairs)
    throw Error(
        ErrorCode::unsupported,
        fmt::format("{} pairs are more than the {} this program handles; ask for fewer rows", most, most_pairs));
  const std::vector<std::uint64_t> computed = computed_pairs(run, extra);
  std::vector<Pair> missing;
  for (const PairRange& range : ranges)
    for (std::uint32_t i = range.first_row; i <= range.last_row; ++i)
      for (std::uint32_t j = range.first_column; j <= range.last_column && j < i; ++j)
        if (const Pair pair{i, j, no_value}; !std::binary_search(computed.begin(), computed.end(), key(pair)))
          missing.push_back(pair);
  std::sort(missing.begin(), missing.end(),
            [](const Pair& a, const Pair& b) { return std::pair(a.j, a.i) < std::pair(b.j, b.i); });
  const auto same = [](const Pair& a, const Pair& b) { return a.i == b.i && a.j == b.j; };
  missing.erase(std::unique(missing.begin(), missing.end(), same), missing.end());
  return missing;
}

DocumentPairs with_longer_sample(const DocumentPairs& run, const ExtraPairs& extra) {
  return with_pairs(run, extra, extra.drawn);
}

DocumentPairs with_all_extra(const DocumentPairs& run, const ExtraPairs& extra) {
  const std::vector<std::uint64_t> computed = computed_pairs(run, {});
  std::vector<Pair> more;
  for (const std::vector<Pair>* pairs : {&extra.drawn, &extra.asked})
    for (const Pair& pair : *pairs)
      if (!std::binary_search(computed.begin(), computed.end(), key(pair)))
        more.push_back(pair);
  return with_pairs(run, extra, more);
}

bool is_complete(const DocumentPairs& pairs) {
  const auto computed = static_cast<std::uint64_t>(std::count_if(pairs.pairs.begin(), pairs.pairs.end(), is_computed));
  const std::uint64_t segments = pairs.segments();
  return segments > 1 && computed == segments * (segments - 1) / 2;
}

std::optional<DocumentNumbers> numbers_of_all_pairs(const DocumentPairs& run, const ExtraPairs& extra,
                                                    const SamplingSettings& sampling,
                                                    const LiveParameters& parameters) {
  const DocumentPairs all = with_all_extra(run, extra);
  if (!is_complete(all))
    return std::nullopt;
  return derive_numbers(all, sampling, parameters);
}

} // namespace longview
