#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

#include "scoring/scorer.h"

namespace longview {

/// What a fake decoder was asked, and where it is to fail. (No header of libtorch here: its words and Qt's clash.)
struct FakeDecoding {
  /// In the words and types in which libtorch says it.
  enum class Failure {
    card_full,
    no_pinned_memory,
    no_cublas_memory,
    no_cudnn_memory,
    no_memory_for_a_tensor,
    no_host_memory,
    illegal_access,
    wrong_shape
  };

  std::size_t begun = 0;            ///< batches
  std::vector<std::int64_t> caches; ///< slots of each that was made
  std::size_t fails_at = 0;         ///< the batch, from 1 on; 0: none
  Failure failure = Failure::card_full;
};

/// A Scorer on a decoder without a model, for segments of `length` tokens: the perplexity of a segment alone is
/// 1 + its first token + 0.001 times its second; behind a prefix it is larger by 1000 times the prefix's first token,
/// as kept in the prefix's slot.
std::unique_ptr<Scorer> scorer_on_fake_decoder(FakeDecoding& decoding, std::uint32_t length, std::uint32_t batch,
                                               std::uint32_t block_segments, std::size_t ahead);

} // namespace longview
