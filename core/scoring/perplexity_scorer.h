#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>

#include "model/decoder.h"
#include "scoring/scorer.h"

namespace longview {

/// The real Scorer: segments and pairs through a Decoder in batches of one fixed shape. Every prefix goes through the
/// model once a block; its keys and values serve all its pairs (architecture.md, section 4.1). `ahead`: batches that
/// are begun before the answers of the oldest are waited for; 0 for the CPU, which does each when it is told to.
std::unique_ptr<Scorer> make_perplexity_scorer(std::unique_ptr<Decoder> decoder, ScorerInfo info,
                                               std::uint32_t segment_length, int threads, std::size_t ahead);

} // namespace longview
