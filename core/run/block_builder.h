#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <vector>

#include "run/document_job.h"
#include "scoring/scorer.h"

namespace longview {

/// Cuts the work of several documents into blocks for a Scorer and puts the answers back where they belong. A block
/// holds at most `most_segments` prefixes, so memory is bounded by them and not by the document; short documents share
/// one. Pure bookkeeping; used by the one thread that drives a device.
class BlockBuilder {
 public:
  explicit BlockBuilder(std::uint32_t most_segments) : most_segments_(most_segments) {}

  void add(std::unique_ptr<DocumentJob> job);
  /// Segments that wait to be put into a block.
  std::size_t waiting() const;
  bool empty() const { return active_.empty(); }

  /// The next block; its spans point into the jobs, which stay here until release_finished().
  const ScoreBlock& next_block();
  /// Takes over the answers that came since the last call for this block. Returns the jobs that became complete.
  std::vector<DocumentJob*> take(const BlockResult& result);
  /// Jobs that have some answers but not all.
  std::vector<DocumentJob*> unfinished() const;
  /// Begins again with what has no answer yet, in blocks of `most_segments` from now on: after a block that was given
  /// up.
  void restart(std::uint32_t most_segments);
  /// Forgets complete jobs; call between blocks.
  void release_finished();

 private:
  struct Active {
    std::unique_ptr<DocumentJob> job;
    std::vector<std::uint32_t> segments; ///< to run, ascending; those of the pool last
    std::vector<std::uint32_t> links;    ///< missing ones, by prefix, then target
    std::size_t next_segment = 0;
    std::size_t next_link = 0;
    std::size_t answers_missing = 0;
  };
  struct Place {
    Active* active;
    std::uint32_t index; ///< of the segment, or of the link
  };

  void add_to_block(Active& active);
  void answered(Active& active, std::vector<DocumentJob*>& complete);

  std::uint32_t most_segments_;
  std::deque<std::unique_ptr<Active>> active_;
  ScoreBlock block_;
  std::vector<Place> segment_places_, pair_places_;
  std::size_t segments_taken_ = 0, pairs_taken_ = 0;
};

} // namespace longview
