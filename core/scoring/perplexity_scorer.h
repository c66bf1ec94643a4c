#pragma once

#include <memory>

#include "model/decoder.h"
#include "scoring/scorer.h"

namespace longview {

/// The real Scorer: segments and pairs through a Decoder in batches of one fixed shape. Every prefix goes through the
/// model once a block; its keys and values serve all its pairs (architecture.md, section 4.1).
std::unique_ptr<Scorer> make_perplexity_scorer(std::unique_ptr<Decoder> decoder, ScorerInfo info, std::uint32_t segment_length,
                                               int threads);

} // namespace longview
