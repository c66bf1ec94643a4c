#pragma once

#include <mutex>
#include <string>
#include <vector>

#include "base/progress.h"
#include "run/runner.h"

namespace longview {

/// What the stages of a run have done, gathered into snapshots for the observer: at most ten a second, and one at every
/// change of stage. Totals are exact once everything was read; before, they are scaled up by the bytes read so far.
/// Any thread; the observer is called by one thread at a time.
class ProgressBoard {
 public:
  ProgressBoard(RunObserver observer, std::uint32_t segment_length);

  void stage(RunProgress::Stage stage, std::string message);
  void run_known(RunId run);
  /// A document was read and planned: so many model passes are to be done for it.
  void planned(std::uint64_t passes, std::uint64_t pairs, double read_share);
  /// More passes, of no document in particular; totals are exact from then on.
  void more_planned(std::uint64_t passes, std::uint64_t pairs);
  void all_planned();
  void passes_done(std::uint64_t segments, std::uint64_t pairs);
  void stored(DocumentId document, bool whole);
  /// Something went otherwise than asked for: shown beside what is being done, and kept.
  void note(std::string text);
  std::vector<std::string> notes() const;

  /// Something of a document was stored that is no result; told at once.
  void changed(DocumentId document);

  std::uint64_t pairs_done() const;

 private:
  void report(bool always);
  RunProgress snapshot() const;

  RunObserver observer_;
  std::uint32_t segment_length_;
  mutable std::mutex mutex_;
  RunProgress state_;
  std::vector<std::string> notes_;
  Throttle throttle_;
  TimeLeft passes_left_, pair_rate_;
  std::uint64_t documents_planned_ = 0, passes_planned_ = 0, pairs_planned_ = 0, passes_done_ = 0;
  double read_share_ = 0;
  bool exact_ = false;
};

} // namespace longview
