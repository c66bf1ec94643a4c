#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "scoring/dependency.h"
#include "store/project.h"

namespace longview {

/// How numbers lie in the project's blobs: little-endian, one after another, without a header. Perplexities are
/// float32, NaN for none. Decoders throw Error(input) without context for a length that does not fit; the caller knows
/// the place.
using Blob = std::vector<std::byte>;

Blob encode_u32(std::span<const std::uint32_t> values);
Blob encode_u64(std::span<const std::uint64_t> values);
Blob encode_perplexities(std::span<const double> values);
Blob encode_pairs(std::span<const Pair> pairs);          ///< u32 i, u32 j, f32 perplexity after
Blob encode_controls(std::span<const Control> controls); ///< u32 i, u32 k, f32 perplexity after

std::vector<std::uint32_t> decode_u32(std::span<const std::byte> blob);
std::vector<std::uint64_t> decode_u64(std::span<const std::byte> blob);
std::vector<double> decode_perplexities(std::span<const std::byte> blob);
std::vector<Pair> decode_pairs(std::span<const std::byte> blob);
std::vector<Control> decode_controls(std::span<const std::byte> blob);

/// Extra pairs in one blob, as pairs are: those of a lengthened sample first, with the highest bit of i set.
Blob encode_extra(const ExtraPairs& extra);
/// Of a document with these perplexities alone.
ExtraPairs decode_extra(std::span<const std::byte> pairs, std::vector<double> perplexity_alone);

/// Token gains in one blob: L u32 ends, L - 1 f32 alone, L - 1 f32 after. Encoding throws Error(internal) where the
/// lengths do not fit each other.
Blob encode_token_gain(const TokenGain& gain);
TokenGain decode_token_gain(std::span<const std::byte> blob);

/// What is wrong with pairs that were read or are to be stored (j < i < N, kept places ascending and one per segment,
/// controls of rows that are there, row after row, an overlap for every pair or none); empty when nothing is.
std::string fault(const DocumentPairs& pairs);
/// The same with the segments' byte bounds (before thinning; none given: not checked), which must ascend.
std::string fault(const DocumentPairs& pairs, std::span<const std::uint64_t> bounds);

/// What is wrong with extra pairs: as above; whole rows of k pairs among the drawn ones, no pair twice.
std::string fault(const ExtraPairs& extra);

/// zstd, for texts that travel in the project.
Blob compress(std::string_view text);
/// Throws Error(input) unless the blob is exactly one text of `length` bytes.
std::string decompress(std::span<const std::byte> blob, std::uint64_t length);

} // namespace longview
