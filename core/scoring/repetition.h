#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <string_view>
#include <vector>

#include "scoring/dependency.h"
#include "tokenizer/tokenizer.h"

namespace longview {

/// How much a text repeats itself: 1 - compressed bytes / bytes (zstd, level 3), at least 0; NaN for an empty text.
/// English prose has 0.5 to 0.65, text from templates 0.8 and more. Longer texts have somewhat more, because the
/// beginning has nothing to repeat. Costs about 3 ms a megabyte.
double repetition(std::string_view text);

constexpr std::size_t overlap_tokens = 4; ///< length of the token sequences that overlap counts

/// Gives segment k of a document: its tokens.
using SegmentTokens = std::function<std::span<const TokenId>(std::uint32_t k)>;

/// For every pair, in 1/255 and rounded to nearest: the share of the target's sequences of four tokens (each place
/// counts) that occur anywhere in the prefix too. 0 where segments are shorter than that. A link whose target is copied
/// from its prefix is no long dependency in the sense of the score, though the model is helped.
/// Sequences are compared by a 64-bit hash.
std::vector<std::uint8_t> overlaps(std::span<const Pair> pairs, std::uint32_t segments, const SegmentTokens& segment);

} // namespace longview
