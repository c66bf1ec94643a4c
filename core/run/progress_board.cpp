#include "run/progress_board.h"

#include <algorithm>
#include <cmath>

namespace longview {

ProgressBoard::ProgressBoard(RunObserver observer, std::uint32_t segment_length)
    : observer_(std::move(observer)), segment_length_(segment_length) {}

void ProgressBoard::stage(RunProgress::Stage stage, std::string message) {
  const std::scoped_lock lock(mutex_);
  state_.stage = stage;
  state_.message = std::move(message);
  report(true);
}

void ProgressBoard::run_known(RunId run) {
  const std::scoped_lock lock(mutex_);
  state_.run = run;
  report(true);
}

void ProgressBoard::planned(std::uint64_t passes, std::uint64_t pairs, double read_share) {
  const std::scoped_lock lock(mutex_);
  ++documents_planned_;
  passes_planned_ += passes;
  pairs_planned_ += pairs;
  read_share_ = read_share;
  report(false);
}

void ProgressBoard::more_planned(std::uint64_t passes, std::uint64_t pairs) {
  const std::scoped_lock lock(mutex_);
  passes_planned_ += passes;
  pairs_planned_ += pairs;
  exact_ = true;
  report(true);
}

void ProgressBoard::all_planned() {
  const std::scoped_lock lock(mutex_);
  exact_ = true;
  report(true);
}

void ProgressBoard::passes_done(std::uint64_t segments, std::uint64_t pairs) {
  const std::scoped_lock lock(mutex_);
  passes_done_ += segments + pairs;
  state_.pairs_done += pairs;
  report(false);
}

void ProgressBoard::stored(DocumentId document, bool whole) {
  const std::scoped_lock lock(mutex_);
  state_.documents_done += whole;
  state_.changed = document;
  report(whole);
  state_.changed.reset();
}

void ProgressBoard::changed(DocumentId document) {
  const std::scoped_lock lock(mutex_);
  state_.changed = document;
  report(true);
  state_.changed.reset();
}

void ProgressBoard::note(std::string text) {
  const std::scoped_lock lock(mutex_);
  notes_.push_back(std::move(text));
  report(true);
}

std::vector<std::string> ProgressBoard::notes() const {
  const std::scoped_lock lock(mutex_);
  return notes_;
}

std::uint64_t ProgressBoard::pairs_done() const {
  const std::scoped_lock lock(mutex_);
  return state_.pairs_done;
}

RunProgress ProgressBoard::snapshot() const {
  RunProgress out = state_;
  for (const std::string& note : notes_)
    out.message += "; " + note;
  const double scale = exact_ || read_share_ <= 0 ? 1.0 : 1.0 / std::min(1.0, read_share_);
  const auto scaled = [&](std::uint64_t count) {
    return static_cast<std::uint64_t>(std::llround(static_cast<double>(count) * scale));
  };
  out.documents_total = std::max(scaled(documents_planned_), out.documents_done);
  out.pairs_total = std::max(scaled(pairs_planned_), out.pairs_done);
  out.tokens_done = passes_done_ * segment_length_;
  const double total = static_cast<double>(passes_planned_) * scale;
  out.fraction = total > 0 ? std::min(1.0, static_cast<double>(passes_done_) / total) : exact_ ? 1.0 : 0.0;
  out.pairs_per_second = pair_rate_.rate();
  out.seconds_left = passes_left_.seconds();
  return out;
}

void ProgressBoard::report(bool always) {
  const double scale = exact_ || read_share_ <= 0 ? 1.0 : 1.0 / std::min(1.0, read_share_);
  if (state_.stage == RunProgress::Stage::scoring) {
    passes_left_.update(static_cast<double>(passes_done_), static_cast<double>(passes_planned_) * scale);
    pair_rate_.update(static_cast<double>(state_.pairs_done), static_cast<double>(pairs_planned_) * scale);
  }
  if (observer_ && (throttle_.due() || always))
    observer_(snapshot());
}

} // namespace longview
