#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "base/bounded_queue.h"
#include "corpus/document.h"
#include "scoring/sampler.h"
#include "store/project.h"
#include "tokenizer/tokenizer.h"

namespace longview {

/// The control segments of a run, shared by its documents; null in a run without controls.
using ControlPool = std::shared_ptr<const std::vector<ControlSegment>>;

/// One document on its way from the tokenizer to the store: its tokens, what was drawn, and the perplexities so far
/// (NaN where they are missing; a resumed document starts with those that were stored).
struct DocumentJob {
  DocumentId document{};
  ResultRow row; ///< status, reason, tokens, tail_tokens, segments are final
  std::vector<TokenId> tokens;
  std::vector<std::uint64_t> bounds; ///< see ResultData
  DocumentPairs pairs;
  std::vector<std::uint32_t> needed; ///< segments whose perplexity alone is wanted, ascending
  std::uint32_t segment_length = 0;
  ControlPool pool; ///< what pairs.controls refer to

  /// A target to be scored after a prefix. Links 0 … are the pairs, in drawing order; behind them come the controls.
  struct Link {
    std::uint32_t prefix, target;
    double& perplexity_after;
  };
  std::uint32_t links() const { return static_cast<std::uint32_t>(pairs.pairs.size() + pairs.controls.size()); }
  Link link(std::uint32_t index);
  /// Segments of the document, and behind them those of the pool.
  std::uint32_t prefixes() const { return pairs.segments() + static_cast<std::uint32_t>(pool ? pool->size() : 0); }

  /// Tokens of segment k (kept segment k when thinned); from pairs.segments() on of the pool.
  std::span<const TokenId> segment(std::uint32_t k) const {
    if (k >= pairs.segments())
      return (*pool)[k - pairs.segments()].tokens;
    const std::size_t place = pairs.kept.empty() ? k : pairs.kept[k];
    return std::span(tokens).subspan(place * segment_length, segment_length);
  }
};

/// Cuts a document into segments and draws its pairs: everything about it that needs no model. `tokens` is taken over.
/// Sampler state advances, so call it in source order (see Sampler).
DocumentJob plan_document(Tokens tokens, Hash128 sampling_key, const SamplingSettings& settings, Sampler& sampler);

/// Puts what an earlier call stored of an unfinished document into the job, where it was the same draw.
void resume_from(DocumentJob& job, const DocumentPairs& partial);

/// Model passes still to do: segments alone, and pairs with the controls among them.
struct WorkLeft {
  std::uint64_t segments = 0;
  std::uint64_t pairs = 0;
  std::uint64_t passes() const { return segments + pairs; }
};
WorkLeft work_left(DocumentJob& job);

/// Jobs from the planner to the devices.
using JobQueue = BoundedQueue<std::unique_ptr<DocumentJob>>;

} // namespace longview
