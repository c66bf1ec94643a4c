#pragma once

#include <memory>
#include <stop_token>
#include <vector>

#include "base/time_spent.h"
#include "run/progress_board.h"
#include "run/run_session.h"
#include "scoring/scorer.h"

namespace longview {

/// The model of a run, opened when it is first needed unless it is there already. One thread.
class RunModel {
 public:
  /// `open`: a scorer to use instead of opening one, or null.
  RunModel(const PreparedRun& prepared, Scorer* open, ProgressBoard& board);

  /// One a device; the first call loads the model. Throws Error.
  const std::vector<Scorer*>& scorers(DType dtype, const std::stop_token& stop);

  double seconds_loading() const { return loading_.seconds(); }
  /// What all devices have spent on this run.
  ScorerTimes spent() const;
  RunMemory memory() const;

 private:
  void load(DType dtype, const std::stop_token& stop);
  ScorerTimes times() const;

  const PreparedRun& prepared_;
  ProgressBoard& board_;
  std::vector<std::unique_ptr<Scorer>> opened_;
  std::vector<Scorer*> scorers_;
  TimeSpent loading_;
  ScorerTimes before_;
  RunMemory memory_;
};

} // namespace longview
