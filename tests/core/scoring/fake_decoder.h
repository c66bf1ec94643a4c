#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>

#include "scoring/scorer.h"

namespace longview {

/// What a fake decoder was asked, and where it is to fail. (No header of libtorch here: its words and Qt's clash.)
struct FakeDecoding {
  std::size_t begun = 0;         ///< batches
  std::size_t out_of_memory = 0; ///< the batch, from 1 on, for which there is not enough; 0: none
};

/// A Scorer on a decoder without a model, for segments of `length` tokens: the perplexity of a segment alone is
/// 1 + its first token, behind a prefix 1 + its first token + 1000 times the prefix's, as kept in the prefix's slot.
std::unique_ptr<Scorer> scorer_on_fake_decoder(FakeDecoding& decoding, std::uint32_t length, std::uint32_t batch,
                                               std::uint32_t block_segments, std::size_t ahead);

} // namespace longview
