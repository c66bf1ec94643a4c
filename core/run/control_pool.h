#pragma once

#include <cstdint>
#include <memory>
#include <stop_token>
#include <vector>

#include "corpus/corpus.h"
#include "run/document_job.h"
#include "run/settings.h"
#include "tokenizer/tokenizer.h"

namespace longview {

/// Control prefixes: segments of other documents of the dataset, put before the same targets. Which they are depends on
/// the texts of the dataset and the seed alone, not on their order, on files, restarts or threads:
/// 1. All different texts of the dataset are ranked by XXH3-128(hash of the text, seed). In this order each gives one
///    segment of L consecutive tokens, from a place that the same hash names, until there are `pool_segments`; texts
///    too short for one are passed over. (The first 4 x pool_segments texts are looked at.)
/// 2. A document ranks the pool's segments by XXH3-128(their text's hash, its own text's hash) and uses the first
///    `document_controls` that are not of its own text.
/// 3. Each row i takes N of those, drawn by SplitMix64 keyed by the document's text and i.
/// One pool for all keeps the cost low: a control's keys and values are computed once for all rows of a document.
constexpr std::size_t pool_segments = 64;
constexpr std::size_t document_controls = 8;

/// Step 1: reads the dataset once. Throws Error(usage) where fewer than two texts are long enough.
std::vector<ControlSegment> draw_control_pool(const std::vector<SourceFile>& sources, const RunSettings& settings,
                                              const Tokenizer& tokenizer, const std::stop_token& stop);

/// Steps 2 and 3: puts the controls of every row that has pairs into the job, perplexities missing.
void plan_controls(DocumentJob& job, ControlPool pool, Hash128 text_hash, std::uint32_t controls_per_row);

} // namespace longview
