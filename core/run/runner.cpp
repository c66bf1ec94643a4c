#include "run/runner.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <functional>
#include <thread>
#include <utility>

#include <fmt/format.h>

#include "base/cancel.h"
#include "base/error.h"
#include "base/log.h"
#include "base/machine.h"
#include "base/time_spent.h"
#include "run/block_builder.h"
#include "run/control_pool.h"
#include "run/document_feed.h"
#include "run/fingerprint.h"
#include "run/progress_board.h"
#include "run/result_writer.h"
#include "run/run_lease.h"
#include "run/run_session.h"
#include "scoring/repetition.h"

namespace longview {
namespace {

using Clock = std::chrono::steady_clock;
using ControlPool = std::shared_ptr<const std::vector<ControlSegment>>; ///< null in a run without controls
using JobQueue = BoundedQueue<std::unique_ptr<DocumentJob>>;

constexpr std::size_t jobs_ahead = 32;
constexpr std::uint64_t checkpoint_pairs = 2000;
constexpr auto checkpoint_interval = std::chrono::seconds(20);

/// Turns documents into jobs in source order: looks them up in the project, draws their pairs, and takes over what an
/// earlier call stored. One thread.
class Planner {
 public:
  Planner(Project& project, RunId run, const PreparedRun& prepared, ControlPool pool, ProgressBoard& board,
          ResultWriter& writer)
      : project_(project), run_(run), dataset_(project.run(run).identity.dataset), prepared_(prepared),
        pool_(std::move(pool)), board_(board), writer_(writer), sampler_(prepared.request.settings.sampling) {}

  double seconds_planning() const { return planning_.seconds(); }

  /// Reads the feed to its end; jobs that need the model go into `jobs`.
  void run(DocumentFeed& feed, JobQueue& jobs, const std::stop_token& stop) {
    while (auto item = feed.next()) {
      read_share_ = feed.read_share();
      auto job = planned(*item);
      if (job && !jobs.push(std::move(job), stop))
        return;
    }
    if (!stop.stop_requested())
      board_.all_planned();
  }

 private:
  using JobPointer = std::unique_ptr<DocumentJob>;

  JobPointer planned(FeedItem& item) {
    const Timed timed(planning_);
    return std::visit([this](auto& one) { return plan(one); }, item);
  }

  /// The published preset has one random stream a file.
  Sampler& sampler_for(std::uint32_t source) {
    if (source != source_) {
      sampler_ = Sampler(settings().sampling);
      source_ = source;
    }
    return sampler_;
  }
  const RunSettings& settings() const { return prepared_.request.settings; }

  JobPointer plan(TokenizedDocument& item) {
    auto job = std::make_unique<DocumentJob>(
        plan_document(std::move(item.tokens), hash128(item.document.text, settings().sampling.seed),
                      settings().sampling, sampler_for(item.document.place.source)));
    job->row.repetition = repetition(item.document.text);
    job->pairs.overlap = overlaps(job->pairs.pairs, job->pairs.segments(),
                                  [&](std::uint32_t k) { return std::as_const(*job).segment(k); });
    if (pool_)
      plan_controls(*job, pool_, item.document.text_hash, settings().controls);
    job->document = put(item.document);
    if (const auto partial = project_.partial(run_, job->document))
      resume_from(*job, *partial);
    const WorkLeft left = work_left(*job);
    board_.planned(left.passes(), left.pairs, read_share_);
    if (left.passes() > 0)
      return job;
    writer_.finished(*job);
    return nullptr;
  }

  JobPointer plan(UntokenizedDocument& item) {
    board_.planned(0, 0, read_share_);
    writer_.finished(put(item.document), Status::failed, item.reason);
    return nullptr;
  }

  JobPointer plan(BadDocument& item) {
    board_.planned(0, 0, read_share_);
    const DocumentId document = project_.put_document(dataset_, item);
    writer_.finished(document, Status::bad_input, item.reason);
    return nullptr;
  }

  JobPointer plan(const FinishedDocument& item) {
    if (item.sampled)
      sampler_for(item.place.source)
          .draw(item.tokens, {}); // its draws are in the stream before those of later documents
    return nullptr;
  }

  DocumentId put(const Document& document) {
    const DocumentId id = project_.put_document(dataset_, document);
    if (prepared_.request.embed)
      project_.put_embedded_text(id, document.text);
    return id;
  }

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

/// Drives one device: fills blocks across documents, scores them, hands results over as they complete.
class DeviceWorker {
 public:
  DeviceWorker(Scorer& scorer, std::uint32_t segment_length, ProgressBoard& board, ResultWriter& writer)
      : scorer_(scorer), segment_length_(segment_length), board_(board), writer_(writer),
        builder_(scorer.info().block_segments) {}

  void add(std::unique_ptr<DocumentJob> job) { builder_.add(std::move(job)); }

  /// Until the queue is closed and everything in it is scored.
  void run(JobQueue& jobs, const std::stop_token& stop) {
    try {
      while (fill(jobs, stop))
        score_block(stop);
      throw_if_cancelled(stop);
    } catch (...) {
      checkpoint();
      throw;
    }
  }

 private:
  /// Enough segments that the padding of the last batch does not count, but no more: documents then complete one after
  /// the other instead of all at the end of a large block.
  bool fill(JobQueue& jobs, const std::stop_token& stop) {
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

  void score_block(const std::stop_token& stop) {
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

  void on_batch(const BlockResult& result) {
    for (DocumentJob* job : builder_.take(result))
      writer_.finished(*job);
    const std::uint64_t pairs = result.pairs_done - last_.pairs;
    board_.passes_done(result.segments_done - last_.segments, pairs);
    last_ = {result.segments_done, result.pairs_done};
    pairs_since_checkpoint_ += pairs;
    if (pairs_since_checkpoint_ >= checkpoint_pairs || Clock::now() - checkpoint_at_ >= checkpoint_interval)
      checkpoint();
  }

  void checkpoint() {
    for (const DocumentJob* job : builder_.unfinished())
      writer_.partial(*job);
    pairs_since_checkpoint_ = 0;
    checkpoint_at_ = Clock::now();
  }

  Scorer& scorer_;
  std::uint32_t segment_length_;
  ProgressBoard& board_;
  ResultWriter& writer_;
  BlockBuilder builder_;
  WorkLeft last_;
  std::uint64_t pairs_since_checkpoint_ = 0;
  Clock::time_point checkpoint_at_ = Clock::now();
};

DType dtype_of_device(const RunRequest& request) {
  return request.settings.dtype != DType::automatic ? request.settings.dtype
                                                    : engine().automatic_dtype(device_list(request.device).front());
}

/// The type a run uses: what was asked for; for "auto" that of an earlier run which was the same otherwise, so that a
/// resumed run keeps its numbers, else what the device is good at.
DType resolve_dtype(const Project& project, const RunIdentity& identity, const RunRequest& request) {
  if (request.settings.dtype != DType::automatic)
    return request.settings.dtype;
  const auto same_but_dtype = [&](const StoredRun& run) {
    RunSettings settings = settings_from_json(run.identity.settings);
    settings.dtype = DType::automatic;
    return run.identity.dataset == identity.dataset && run.identity.model == identity.model &&
           run.identity.tokenizer == identity.tokenizer && settings == request.settings;
  };
  const std::vector<StoredRun> runs = project.runs();
  for (auto run = runs.rbegin(); run != runs.rend(); ++run)
    if (same_but_dtype(*run))
      return settings_from_json(run->identity.settings).dtype;
  return dtype_of_device(request);
}

std::vector<Hash128> source_hashes(const PreparedRun& prepared, const std::stop_token& stop) {
  std::vector<Hash128> hashes;
  for (const SourceFile& source : prepared.sources)
    hashes.push_back(fingerprint(source.path, stop));
  return hashes;
}

/// Enters the dataset in the project and settles the type.
RunIdentity identify(Project& project, PreparedRun& prepared, const std::vector<Hash128>& hashes) {
  RunIdentity identity;
  identity.dataset = project.put_dataset(dataset_name(prepared.request), prepared.sources, hashes);
  identity.model = prepared.model_hash;
  identity.tokenizer = prepared.tokenizer->fingerprint();
  prepared.request.settings.dtype = resolve_dtype(project, identity, prepared.request);
  identity.settings = to_json(prepared.request.settings);
  return identity;
}

/// The model of a run, opened when it is first needed unless it is there already.
class Model {
 public:
  Model(const PreparedRun& prepared, Scorer* open, ProgressBoard& board) : prepared_(prepared), board_(board) {
    if (open)
      scorers_ = {open};
    before_ = times();
  }

  const std::vector<Scorer*>& scorers(DType dtype, const std::stop_token& stop) {
    if (scorers_.empty()) {
      board_.stage(RunProgress::Stage::loading_model, fmt::format("loading {}", prepared_.model_name));
      load(dtype, stop);
    }
    return scorers_;
  }

  double seconds_loading() const { return loading_.seconds(); }
  /// What all devices have spent on this run.
  ScorerTimes spent() const {
    ScorerTimes spent = times();
    spent -= before_;
    return spent;
  }
  RunMemory memory() const {
    RunMemory memory = memory_;
    memory.scoring_peak = peak_memory();
    return memory;
  }

 private:
  void load(DType dtype, const std::stop_token& stop) {
    const Timed timed(loading_);
    engine();
    memory_.before_model = resident_memory();
    opened_ = open_scorers(prepared_, dtype, stop);
    for (const auto& scorer : opened_)
      scorers_.push_back(scorer.get());
    memory_.loading_peak = peak_memory();
    restart_peak_memory();
  }

  ScorerTimes times() const {
    ScorerTimes sum;
    for (const Scorer* scorer : scorers_)
      sum += scorer->times();
    return sum;
  }

  const PreparedRun& prepared_;
  ProgressBoard& board_;
  std::vector<std::unique_ptr<Scorer>> opened_;
  std::vector<Scorer*> scorers_;
  TimeSpent loading_;
  ScorerTimes before_;
  RunMemory memory_;
};

/// A project and a run that are there already are used as they are; new ones are made only once the model is open, so
/// that a start which fails (a type or device that is not there) leaves nothing behind.
class OpenRun {
 public:
  OpenRun(PreparedRun& prepared, Model& model, const std::stop_token& stop)
      : project(open(prepared, model, stop)), id(find_or_make(project, prepared, model, stop)) {}

  Project project;
  RunId id;

 private:
  static Project open(const PreparedRun& prepared, Model& model, const std::stop_token& stop) {
    if (!std::filesystem::exists(prepared.request.project))
      model.scorers(dtype_of_device(prepared.request), stop);
    return Project::open(prepared.request.project, Project::Mode::create);
  }

  static RunId find_or_make(Project& project, PreparedRun& prepared, Model& model, const std::stop_token& stop) {
    const std::vector<Hash128> hashes = source_hashes(prepared, stop);
    {
      Project::Transaction look(project);
      if (const std::optional<RunId> known = project.find_run(identify(project, prepared, hashes))) {
        look.commit();
        return *known;
      }
    }
    model.scorers(prepared.request.settings.dtype, stop);
    return project.put_run(identify(project, prepared, hashes), prepared.model.string(), prepared.model_name);
  }
};

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
  Pipeline(const PreparedRun& prepared, Model& model, OpenRun& run, ControlPool pool, ProgressBoard& board,
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
  Model& model_;
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
  Model model(prepared, open_model, board);
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
