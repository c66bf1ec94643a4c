#include "run/device_worker.h"

#include <algorithm>

#include <fmt/format.h>

#include "base/cancel.h"
#include "base/error.h"

namespace longview {
namespace {

constexpr std::uint64_t checkpoint_pairs = 2000;
constexpr auto checkpoint_interval = std::chrono::seconds(20);

} // namespace

DeviceWorker::DeviceWorker(Scorer& scorer, std::uint32_t segment_length, ProgressBoard& board, ResultWriter& writer)
    : scorer_(scorer), segment_length_(segment_length), board_(board), writer_(writer),
      builder_(scorer.info().block_segments) {}

void DeviceWorker::run(JobQueue& jobs, const std::stop_token& stop) {
  try {
    while (fill(jobs, stop))
      score_block(stop);
    throw_if_cancelled(stop);
  } catch (...) {
    checkpoint();
    throw;
  }
}

/// Enough segments that the padding of the last batch does not count, but no more: documents then complete one after
/// the other instead of all at the end of a large block.
bool DeviceWorker::fill(JobQueue& jobs, const std::stop_token& stop) {
  const std::size_t enough =
      std::min<std::size_t>(scorer_.info().block_segments, std::size_t{8} * scorer_.info().batch);
  while (builder_.waiting() < enough) {
    auto job = builder_.waiting() ? jobs.try_pop() : jobs.pop(stop);
    if (!job)
      break;
    builder_.add(std::move(*job));
  }
  return builder_.waiting() > 0 && !stop.stop_requested();
}

void DeviceWorker::score_block(const std::stop_token& stop) {
  last_ = {};
  try {
    scorer_.score(
        builder_.next_block(), segment_length_, [this](const BlockResult& result) { on_batch(result); }, stop);
    builder_.release_finished();
  } catch (const Error& error) {
    if (error.code() != ErrorCode::out_of_memory || !scorer_.use_less_memory())
      throw;
    const ScorerInfo& info = scorer_.info();
    builder_.restart(info.block_segments);
    board_.note(fmt::format("{} ran out of memory and went on with batches of {}", info.device, info.batch));
  }
}

void DeviceWorker::on_batch(const BlockResult& result) {
  for (DocumentJob* job : builder_.take(result))
    writer_.finished(*job);
  const std::uint64_t pairs = result.pairs_done - last_.pairs;
  board_.passes_done(result.segments_done - last_.segments, pairs);
  last_ = {result.segments_done, result.pairs_done};
  pairs_since_checkpoint_ += pairs;
  if (pairs_since_checkpoint_ >= checkpoint_pairs || Clock::now() - checkpoint_at_ >= checkpoint_interval)
    checkpoint();
}

void DeviceWorker::checkpoint() {
  for (const DocumentJob* job : builder_.unfinished())
    writer_.partial(*job);
  pairs_since_checkpoint_ = 0;
  checkpoint_at_ = Clock::now();
}

} // namespace longview
