#include "run/run_model.h"

#include <fmt/format.h>

#include "base/machine.h"

namespace longview {

RunModel::RunModel(const PreparedRun& prepared, Scorer* open, ProgressBoard& board)
    : prepared_(prepared), board_(board) {
  if (open)
    scorers_ = {open};
  before_ = times();
}

const std::vector<Scorer*>& RunModel::scorers(DType dtype, const std::stop_token& stop) {
  if (scorers_.empty()) {
    board_.stage(RunProgress::Stage::loading_model, fmt::format("loading {}", prepared_.model_name));
    load(dtype, stop);
  }
  return scorers_;
}

ScorerTimes RunModel::spent() const {
  ScorerTimes spent = times();
  spent -= before_;
  return spent;
}

RunMemory RunModel::memory() const {
  RunMemory memory = memory_;
  memory.scoring_peak = peak_memory();
  return memory;
}

void RunModel::load(DType dtype, const std::stop_token& stop) {
  const Timed timed(loading_);
  engine();
  memory_.before_model = resident_memory();
  opened_ = open_scorers(prepared_, dtype, stop);
  for (const auto& scorer : opened_)
    scorers_.push_back(scorer.get());
  memory_.loading_peak = peak_memory();
  restart_peak_memory();
}

ScorerTimes RunModel::times() const {
  ScorerTimes sum;
  for (const Scorer* scorer : scorers_)
    sum += scorer->times();
  return sum;
}

} // namespace longview
