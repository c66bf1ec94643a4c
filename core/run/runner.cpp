#include "run/runner.h"

#include <algorithm>
#include <chrono>
#include <thread>
#include <utility>

#include <fmt/format.h>

#include "base/cancel.h"
#include "base/error.h"
#include "run/control_pool.h"
#include "run/device_worker.h"
#include "run/document_feed.h"
#include "run/open_run.h"
#include "run/planner.h"
#include "run/progress_board.h"
#include "run/result_writer.h"
#include "run/run_lease.h"
#include "run/run_session.h"

namespace longview {
namespace {

using Clock = std::chrono::steady_clock;

constexpr std::size_t jobs_ahead = 32;

FinishedPlaces finished_places(const Project& project, RunId run) {
  FinishedPlaces places;
  for (const TableRow& row : project.table(run)) {
    const DocumentPlace& place = row.document.place;
    const bool sampled =
        row.result.status != Status::bad_input && (row.result.tokens > 0 || row.result.status != Status::failed);
    places.insert({{place.source, place.offset}, {place, row.result.tokens, sampled}});
  }
  return places;
}

/// The control segments of a run: those an earlier call stored, where they are sound, else drawn now and stored.
ControlPool control_pool(const PreparedRun& prepared, Project& project, RunId run, ProgressBoard& board,
                         const std::stop_token& stop) {
  const RunSettings& settings = prepared.request.settings;
  if (settings.controls == 0)
    return nullptr;
  const auto sound = [&](const ControlSegment& segment) {
    const auto known = [&](TokenId id) {
      return id >= 0 && static_cast<std::uint32_t>(id) < prepared.tokenizer->vocabulary_size();
    };
    return segment.tokens.size() == settings.sampling.segment_length &&
           std::all_of(segment.tokens.begin(), segment.tokens.end(), known);
  };
  std::vector<ControlSegment> pool = project.controls(run);
  if (pool.empty() || !std::all_of(pool.begin(), pool.end(), sound)) {
    board.stage(RunProgress::Stage::preparing, "reading all documents once for control prefixes");
    pool = draw_control_pool(prepared.sources, settings, *prepared.tokenizer, stop);
    project.put_controls(run, pool);
  }
  return std::make_shared<const std::vector<ControlSegment>>(std::move(pool));
}

/// The threads of a run, from the files to the project.
class Pipeline {
 public:
  Pipeline(const PreparedRun& prepared, RunModel& model, OpenRun& run, ControlPool pool, ProgressBoard& board,
           std::stop_token stop)
      : prepared_(prepared), model_(model), project_(run.project), run_(run.id), pool_(std::move(pool)), board_(board),
        stop_(stop), failure_(std::move(stop)),
        writer_(prepared.request.project, run.id, prepared.request.settings, board, failure_) {}

  RunSummary score(FinishedPlaces finished) {
    {
      const std::jthread planner([&] { failure_.guard([&] { plan(std::move(finished)); }); });
      failure_.guard([&] { drive_devices(); });
    }
    writer_.finish();
    failure_.rethrow();
    throw_if_cancelled(stop_);
    RunSummary summary = writer_.summary();
    summary.times = times_;
    summary.times.storing = writer_.seconds_storing();
    return summary;
  }

 private:
  const RunSettings& settings() const { return prepared_.request.settings; }

  void plan(FinishedPlaces finished) {
    struct CloseQueue {
      JobQueue& queue;
      ~CloseQueue() { queue.close(); }
    } close_queue{jobs_};
    DocumentFeed feed(prepared_.sources, {settings().text_field, settings().id_field, prepared_.request.limit},
                      prepared_.tokenizer, settings().special_tokens, std::move(finished), 2, failure_);
    Planner planner(project_, run_, prepared_, pool_, board_, writer_);
    planner.run(feed, jobs_, failure_.token());
    times_.reading = feed.seconds_reading();
    times_.tokenizing = feed.seconds_tokenizing();
    times_.planning = planner.seconds_planning();
  }

  /// A run that was there already loads the model only once there is something to score: a finished one is over at
  /// once.
  void drive_devices() {
    auto first = jobs_.pop(failure_.token());
    if (!first)
      return;
    const auto& scorers = model_.scorers(settings().dtype, failure_.token());
    board_.stage(RunProgress::Stage::scoring, fmt::format("scoring {}", dataset_name(prepared_.request)));
    std::vector<std::jthread> workers;
    for (Scorer* scorer : scorers) {
      auto worker = std::make_shared<DeviceWorker>(*scorer, settings().sampling.segment_length, board_, writer_);
      if (*first)
        worker->add(std::move(*first));
      workers.emplace_back([this, worker] { failure_.guard([&] { worker->run(jobs_, failure_.token()); }); });
    }
  }

  const PreparedRun& prepared_;
  RunModel& model_;
  Project& project_;
  RunId run_;
  ControlPool pool_;
  ProgressBoard& board_;
  std::stop_token stop_;
  Failure failure_;
  ResultWriter writer_;
  JobQueue jobs_{jobs_ahead};
  RunTimes times_; ///< the planner's thread writes it
};

RunSummary run_prepared(PreparedRun& prepared, Scorer* open_model, ProgressBoard& board, const std::stop_token& stop) {
  RunModel model(prepared, open_model, board);
  OpenRun run(prepared, model, stop);
  const RunLease lease(run.project, run.id);
  board.run_known(run.id);
  FinishedPlaces finished = finished_places(run.project, run.id);
  const std::uint64_t already = finished.size();
  ControlPool pool = control_pool(prepared, run.project, run.id, board, stop);
  RunSummary summary = Pipeline(prepared, model, run, std::move(pool), board, stop).score(std::move(finished));
  run.project.finish_run(run.id);
  summary.run = run.id;
  summary.already_there = already;
  summary.pairs = board.pairs_done();
  summary.times.loading = model.seconds_loading();
  summary.times.model = model.spent();
  summary.memory = model.memory();
  if (const auto speed = what_a_run_tells(summary.times.model, summary.times.loading); speed && !open_model)
    remember_speed(speed_key(prepared, device_list(prepared.request.device).front(), prepared.request.settings.dtype),
                   *speed);
  summary.notes = board.notes();
  return summary;
}

RunSummary run_request(const RunRequest& request, Scorer* open_model, const RunObserver& observer,
                       const std::stop_token& stop) {
  const Clock::time_point start = Clock::now();
  ProgressBoard board(observer, request.settings.sampling.segment_length);
  board.stage(RunProgress::Stage::preparing, "reading files and model");
  try {
    PreparedRun prepared = prepare_run(request, stop);
    RunSummary summary = run_prepared(prepared, open_model, board, stop);
    summary.seconds = std::chrono::duration<double>(Clock::now() - start).count();
    board.stage(RunProgress::Stage::finished, "finished");
    return summary;
  } catch (const Error& error) {
    const bool cancelled = error.code() == ErrorCode::cancelled;
    board.stage(cancelled ? RunProgress::Stage::cancelled : RunProgress::Stage::failed, error.what());
    throw;
  } catch (const std::exception& error) {
    board.stage(RunProgress::Stage::failed, error.what());
    throw;
  }
}

} // namespace

RunSummary run(const RunRequest& request, const RunObserver& observer, std::stop_token stop) {
  return run_request(request, nullptr, observer, stop);
}

RunSummary run(const RunRequest& request, Scorer& open_model, const RunObserver& observer, std::stop_token stop) {
  return run_request(request, &open_model, observer, stop);
}

} // namespace longview
