#pragma once

#include <memory>
#include <stop_token>
#include <vector>

#include "base/time_spent.h"
#include "run/document_feed.h"
#include "run/document_job.h"
#include "run/progress_board.h"
#include "run/result_writer.h"
#include "run/run_session.h"
#include "scoring/sampler.h"

namespace longview {

/// Turns documents into jobs in source order: looks them up in the project, draws their pairs, and takes over what an
/// earlier call stored. One thread.
class Planner {
 public:
  Planner(Project& project, RunId run, const PreparedRun& prepared, ControlPool pool, ProgressBoard& board,
          ResultWriter& writer);

  /// Reads the feed to its end; jobs that need the model go into `jobs`.
  void run(DocumentFeed& feed, JobQueue& jobs, const std::stop_token& stop);
  double seconds_planning() const { return planning_.seconds(); }

 private:
  using JobPointer = std::unique_ptr<DocumentJob>;

  JobPointer planned(FeedItem& item);
  JobPointer plan(TokenizedDocument& item);
  JobPointer plan(UntokenizedDocument& item);
  JobPointer plan(BadDocument& item);
  JobPointer plan(const FinishedDocument& item);
  /// The published preset has one random stream a file.
  Sampler& sampler_for(std::uint32_t source);
  DocumentId put(const Document& document);
  const RunSettings& settings() const { return prepared_.request.settings; }

  Project& project_;
  RunId run_;
  DatasetId dataset_;
  const PreparedRun& prepared_;
  const ControlPool pool_;
  ProgressBoard& board_;
  ResultWriter& writer_;
  Sampler sampler_;
  std::uint32_t source_ = 0;
  double read_share_ = 0;
  TimeSpent planning_;
};

} // namespace longview
