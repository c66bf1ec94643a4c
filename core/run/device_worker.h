#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <stop_token>

#include "run/block_builder.h"
#include "run/progress_board.h"
#include "run/result_writer.h"
#include "scoring/scorer.h"

namespace longview {

/// Drives one device: fills blocks across documents, scores them, hands results over as they complete. One thread.
class DeviceWorker {
 public:
  DeviceWorker(Scorer& scorer, std::uint32_t segment_length, ProgressBoard& board, ResultWriter& writer);

  void add(std::unique_ptr<DocumentJob> job) { builder_.add(std::move(job)); }
  /// Until the queue is closed and everything in it is scored. Whatever ends it sooner, what it has is stored first.
  /// Throws Error; a device that runs out of memory goes on with smaller batches while it can.
  void run(JobQueue& jobs, const std::stop_token& stop);

 private:
  using Clock = std::chrono::steady_clock;

  bool fill(JobQueue& jobs, const std::stop_token& stop);
  void score_block(const std::stop_token& stop);
  void on_batch(const BlockResult& result);
  void checkpoint();

  Scorer& scorer_;
  std::uint32_t segment_length_;
  ProgressBoard& board_;
  ResultWriter& writer_;
  BlockBuilder builder_;
  WorkLeft last_; ///< of the block, at the last batch
  std::uint64_t pairs_since_checkpoint_ = 0;
  Clock::time_point checkpoint_at_ = Clock::now();
};

} // namespace longview
