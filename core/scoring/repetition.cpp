#include "scoring/repetition.h"

#include <algorithm>
#include <cmath>

#include <zstd.h>

#include "base/error.h"

namespace longview {
namespace {

constexpr int compression_level = 3;

/// Hashes of the sequences of a segment, one for each place they begin.
std::vector<std::uint64_t> sequences(std::span<const TokenId> tokens) {
  std::vector<std::uint64_t> hashes;
  for (std::size_t k = 0; k + overlap_tokens <= tokens.size(); ++k) {
    std::uint64_t hash = 0;
    for (std::size_t t = 0; t < overlap_tokens; ++t) { // SplitMix64's mixing, token after token
      hash = (hash ^ static_cast<std::uint64_t>(tokens[k + t])) + 0x9E3779B97F4A7C15u;
      hash = (hash ^ hash >> 30) * 0xBF58476D1CE4E5B9u;
      hash = (hash ^ hash >> 27) * 0x94D049BB133111EBu;
      hash ^= hash >> 31;
    }
    hashes.push_back(hash);
  }
  std::sort(hashes.begin(), hashes.end());
  return hashes;
}

/// Both ascending: how many of `target` occur in `prefix`.
std::size_t found_in(const std::vector<std::uint64_t>& prefix, const std::vector<std::uint64_t>& target) {
  std::size_t found = 0, place = 0;
  for (const std::uint64_t hash : target) {
    while (place < prefix.size() && prefix[place] < hash)
      ++place;
    found += place < prefix.size() && prefix[place] == hash;
  }
  return found;
}

} // namespace

double repetition(std::string_view text) {
  if (text.empty())
    return no_value;
  // Without a buffer for the whole result: texts may be large.
  struct Free {
    void operator()(ZSTD_CCtx* context) const { ZSTD_freeCCtx(context); }
  };
  const std::unique_ptr<ZSTD_CCtx, Free> context(ZSTD_createCCtx());
  if (!context)
    throw Error(ErrorCode::out_of_memory, "there is no memory left to measure repetition");
  ZSTD_CCtx_setParameter(context.get(), ZSTD_c_compressionLevel, compression_level);
  std::vector<char> buffer(ZSTD_CStreamOutSize());
  ZSTD_inBuffer in{text.data(), text.size(), 0};
  std::size_t compressed = 0, left = 0;
  do {
    ZSTD_outBuffer out{buffer.data(), buffer.size(), 0};
    left = ZSTD_compressStream2(context.get(), &out, &in, ZSTD_e_end);
    if (ZSTD_isError(left))
      throw Error(ErrorCode::internal, fmt::format("measuring repetition failed ({})", ZSTD_getErrorName(left)));
    compressed += out.pos;
  } while (left > 0);
  return std::max(0.0, 1 - static_cast<double>(compressed) / static_cast<double>(text.size()));
}

std::vector<std::uint8_t> overlaps(std::span<const Pair> pairs, std::uint32_t segments, const SegmentTokens& segment) {
  std::vector<std::vector<std::uint64_t>> known(segments);
  const auto of = [&](std::uint32_t k) -> const std::vector<std::uint64_t>& {
    if (known[k].empty())
      known[k] = sequences(segment(k));
    return known[k];
  };
  std::vector<std::uint8_t> result;
  result.reserve(pairs.size());
  for (const Pair& pair : pairs) {
    const std::vector<std::uint64_t>&target = of(pair.i), &prefix = of(pair.j);
    const double share =
        target.empty() ? 0 : static_cast<double>(found_in(prefix, target)) / static_cast<double>(target.size());
    result.push_back(static_cast<std::uint8_t>(std::lround(share * 255)));
  }
  return result;
}

} // namespace longview
