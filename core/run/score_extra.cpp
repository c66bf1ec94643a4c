#include "run/score_extra.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <thread>
#include <utility>

#include <fmt/format.h>

#include "base/cancel.h"
#include "base/error.h"
#include "run/document_text.h"
#include "run/progress_board.h"
#include "run/run_lease.h"
#include "run/run_session.h"
#include "run/speed.h"

namespace longview {
namespace {

using Clock = std::chrono::steady_clock;

constexpr std::uint32_t batches_in_block = 24; ///< so that others get their turn with the model every few seconds
constexpr int store_share = 20;                ///< storing may take one part in so many of the time

/// The document with all that is known of it.
struct Subject {
  StoredRun run;
  RunSettings settings;
  LiveParameters parameters;
  ResultRow row;
  DocumentPairs pairs;
  ExtraPairs extra;

  std::uint32_t place(std::uint32_t k) const { return pairs.kept.empty() ? k : pairs.kept[k]; }
  bool knows_alone(std::uint32_t k) const {
    return !std::isnan(pairs.perplexity_alone[k]) || !std::isnan(extra.perplexity_alone[k]);
  }
};

Subject read_subject(const Project& project, const ExtraRequest& request) {
  Subject subject;
  subject.run = project.run(request.run);
  subject.settings = settings_from_json(subject.run.identity.settings);
  subject.parameters = request.parameters.value_or(subject.settings.parameters);
  const std::optional<ResultRow> row = project.result(request.run, request.document);
  if (!row)
    throw Error(ErrorCode::usage, "the document is not scored yet; score it first");
  if (row->status != Status::scored && row->status != Status::too_few_pairs)
    throw Error(ErrorCode::usage, fmt::format("the document was not scored ({}: {})", name(row->status), row->reason));
  std::optional<ResultData> data = project.result_data(request.run, request.document);
  if (!data || data->pairs.segments() < 2)
    throw Error(ErrorCode::usage, "the document has no pairs");
  subject.row = *row;
  subject.pairs = std::move(data->pairs);
  if (std::optional<ExtraPairs> extra = project.extra(request.run, request.document))
    subject.extra = *std::move(extra);
  else
    subject.extra.perplexity_alone.assign(subject.pairs.segments(), no_value);
  if (subject.extra.perplexity_alone.size() != subject.pairs.segments())
    throw Error(ErrorCode::input,
                fmt::format("the extra pairs of document {} are of another number of segments; the project is damaged",
                            static_cast<std::int64_t>(request.document)),
                project.path().string());
  return subject;
}

/// Targets whose own perplexity is not known and does not come with a prefix's.
std::vector<std::uint32_t> lone_targets(const Subject& subject, const std::vector<Pair>& missing) {
  std::vector<char> wanted(subject.pairs.segments(), 0);
  for (const Pair& pair : missing)
    wanted[pair.i] = !subject.knows_alone(pair.i);
  for (const Pair& pair : missing)
    wanted[pair.j] = 0;
  std::vector<std::uint32_t> targets;
  for (std::uint32_t k = 0; k < wanted.size(); ++k)
    if (wanted[k])
      targets.push_back(k);
  return targets;
}

std::uint64_t prefix_count(const std::vector<Pair>& missing) {
  std::uint64_t count = 0;
  for (std::size_t k = 0; k < missing.size(); ++k)
    count += k == 0 || missing[k].j != missing[k - 1].j;
  return count;
}

void check_wish(const ExtraRequest& request) {
  if (!(request.until_error > 0) || !std::isfinite(request.until_error))
    throw Error(ErrorCode::usage, "the error to reach must be a number above 0");
}

/// Rows a sample may have in all.
std::uint64_t row_limit(const ExtraRequest& request, const LongerSample& sample) {
  return std::min(sample.eligible, sample.rows + request.most_pairs / row_pairs);
}

/// Rows that the sample should have next: as many as the spread so far asks for. One more of them tells the spread
/// where there is none yet.
std::uint64_t rows_wanted(const ExtraRequest& request, const LongerSample& sample) {
  if (std::isnan(sample.numbers.lds_error))
    return std::min(sample.eligible, std::max<std::uint64_t>(sample.rows + 1, 8));
  const std::uint64_t rows =
      rows_for_error(sample.numbers.lds_error, sample.rows, sample.eligible, request.until_error);
  return std::clamp(rows, sample.rows + 1, sample.eligible);
}

bool is_reached(const ExtraRequest& request, const LongerSample& sample) {
  return sample.numbers.lds_error <= request.until_error;
}

Error beyond_limit(const ExtraRequest& request, const LongerSample& sample, std::uint64_t rows) {
  const std::uint64_t limit = row_limit(request, sample);
  return Error(ErrorCode::usage,
               fmt::format("an error under {} takes about {} more pairs, and {} are allowed, which bring it to about "
                           "{:.2g}; ask for a larger error, or allow more pairs",
                           request.until_error, (rows - sample.rows) * row_pairs, request.most_pairs,
                           expected_error(sample.numbers.lds_error, sample.rows, sample.eligible, limit)));
}

/// Runs pairs on the model and keeps what comes back.
class ExtraScorer {
 public:
  ExtraScorer(Project& project, const ExtraRequest& request, Subject& subject, DocumentModel& model, std::string text,
              ProgressBoard& board, std::stop_token stop)
      : project_(project), request_(request), subject_(subject), model_(model), text_(std::move(text)), board_(board),
        stop_(std::move(stop)) {}

  /// `missing` by prefix, then target; rows of `sequence` become part of the sample as they get whole. The last prefix
  /// goes first: its targets were prefixes before, so each pair has its target's own perplexity as soon as it is
  /// there.
  void score(std::vector<Pair> missing, std::vector<Pair> sequence) {
    sequence_ = std::move(sequence);
    std::stable_sort(missing.begin(), missing.end(), [](const Pair& a, const Pair& b) { return a.j > b.j; });
    const std::vector<std::uint32_t> lone = lone_targets(subject_, missing);
    board_.more_planned(lone.size() + prefix_count(missing) + missing.size(), missing.size());
    try {
      for (std::size_t at = 0; at < lone.size();)
        at = score_lone(lone, at);
      for (std::size_t at = 0; at < missing.size();)
        at = score_block(missing, at);
    } catch (...) {
      store();
      throw;
    }
    store();
    if (unsound_)
      throw Error(
          ErrorCode::unsupported,
          fmt::format("the model gave no finite perplexity for segment {} after segment {}; the other pairs are "
                      "kept, and a run with --dtype float32 has them all",
                      unsound_->i, unsound_->j));
  }

  std::uint64_t stored_pairs() const { return stored_pairs_; }

 private:
  struct Block {
    ScoreBlock work;
    std::vector<std::uint32_t> segments; ///< of work.segments
    std::vector<Pair> pairs;             ///< of work.pairs
  };

  DocumentModel::Turn turn() {
    DocumentModel::Turn turn = model_.turn(subject_.run, subject_.settings, stop_);
    tokens_ = turn.tokens(subject_.row, text_, stop_);
    return turn;
  }

  std::span<const TokenId> segment(std::uint32_t k) const {
    return segment_tokens(*tokens_, subject_.place(k), subject_.settings.sampling.segment_length);
  }

  void add_segment(Block& block, std::uint32_t k) const {
    block.segments.push_back(k);
    block.work.segments.push_back(segment(k));
  }

  std::size_t score_lone(const std::vector<std::uint32_t>& lone, std::size_t at) {
    const DocumentModel::Turn mine = turn();
    Block block;
    for (; at < lone.size() && block.segments.size() < mine.scorer().info().block_segments; ++at)
      add_segment(block, lone[at]);
    run(mine.scorer(), block);
    return at;
  }

  /// A few seconds of work from `at` on; returns where the next block begins. A prefix with more targets than fit runs
  /// again for the rest of them, which is one pass in hundreds.
  std::size_t score_block(const std::vector<Pair>& missing, std::size_t at) {
    const DocumentModel::Turn mine = turn();
    const ScorerInfo& info = mine.scorer().info();
    const std::size_t most = std::size_t{batches_in_block} * info.batch;
    Block block;
    for (; at < missing.size() && block.pairs.size() < most; ++at) {
      const Pair& pair = missing[at];
      if (block.segments.empty() || block.segments.back() != pair.j) {
        if (block.segments.size() == info.block_segments)
          break;
        add_segment(block, pair.j);
      }
      block.work.pairs.push_back({static_cast<std::uint32_t>(block.segments.size() - 1), segment(pair.i)});
      block.pairs.push_back(pair);
    }
    run(mine.scorer(), block);
    return at;
  }

  void run(Scorer& scorer, const Block& block) {
    std::size_t segments = 0, pairs = 0;
    scorer.score(
        block.work, subject_.settings.sampling.segment_length,
        [&](const BlockResult& result) {
          const std::size_t new_segments = result.segments_done - segments, new_pairs = result.pairs_done - pairs;
          for (; segments < result.segments_done; ++segments)
            take_alone(block.segments[segments], result.perplexity_alone[segments]);
          for (; pairs < result.pairs_done; ++pairs)
            take_pair(block.pairs[pairs], result.perplexity_after[pairs]);
          board_.passes_done(new_segments, new_pairs);
          if (Clock::now() >= store_at_)
            store();
        },
        stop_);
  }

  /// As they are stored: float32.
  void take_alone(std::uint32_t k, double perplexity) {
    if (!subject_.knows_alone(k) && std::isfinite(perplexity))
      subject_.extra.perplexity_alone[k] = static_cast<float>(perplexity);
  }
  void take_pair(Pair pair, double perplexity) {
    if (!std::isfinite(perplexity)) {
      unsound_ = pair;
      return;
    }
    pair.perplexity_after = static_cast<float>(perplexity);
    fresh_.push_back(pair);
  }

  void store() {
    const Clock::time_point start = Clock::now();
    if (!fresh_.empty() || !sequence_.empty()) {
      std::vector<Pair>& asked = subject_.extra.asked;
      asked.insert(asked.end(), fresh_.begin(), fresh_.end());
      std::sort(asked.begin(), asked.end(), by_place);
      lengthen();
      project_.put_extra(request_.run, request_.document, subject_.extra);
      stored_pairs_ += fresh_.size();
      fresh_.clear();
      board_.changed(request_.document);
    }
    const Clock::time_point end = Clock::now();
    store_at_ = end + std::max<Clock::duration>(request_.store_interval, store_share * (end - start));
  }

  static bool by_place(const Pair& a, const Pair& b) { return std::pair(a.i, a.j) < std::pair(b.i, b.j); }

  /// Moves the next rows of the sequence into the sample, as far as they are whole.
  void lengthen() {
    std::vector<Pair>& asked = subject_.extra.asked;
    const auto find = [&](const Pair& pair) {
      const auto at = std::lower_bound(asked.begin(), asked.end(), pair, by_place);
      return at != asked.end() && at->i == pair.i && at->j == pair.j ? at : asked.end();
    };
    while (sequence_.size() >= row_pairs) {
      const auto row_end = sequence_.begin() + row_pairs;
      if (std::any_of(sequence_.begin(), row_end, [&](const Pair& pair) { return find(pair) == asked.end(); }))
        return;
      for (auto pair = sequence_.begin(); pair != row_end; ++pair) {
        const auto at = find(*pair);
        subject_.extra.drawn.push_back(*at);
        asked.erase(at);
      }
      sequence_.erase(sequence_.begin(), row_end);
    }
  }

  Project& project_;
  const ExtraRequest& request_;
  Subject& subject_;
  DocumentModel& model_;
  std::string text_;
  ProgressBoard& board_;
  std::stop_token stop_;
  std::shared_ptr<const Tokens> tokens_;
  std::vector<Pair> fresh_;    ///< scored, not stored
  std::vector<Pair> sequence_; ///< what the sample is to be lengthened by
  std::optional<Pair> unsound_;
  std::uint64_t stored_pairs_ = 0;
  Clock::time_point store_at_ = Clock::now() + request_.store_interval;
};

/// Of the sequence's rows those pairs that nobody has asked for by hand.
std::vector<Pair> missing_of(const Subject& subject, const std::vector<Pair>& sequence) {
  std::vector<PairRange> ranges;
  for (const Pair& pair : sequence)
    ranges.push_back({pair.i, pair.i, pair.j, pair.j});
  return missing_pairs(subject.pairs, subject.extra, ranges);
}

LongerSample sample_now(const Subject& subject) {
  return sample_to_lengthen(subject.pairs, subject.extra, subject.settings.sampling, subject.parameters);
}

std::vector<Pair> rows_behind(const Subject& subject, const LongerSample& sample, Hash128 key, std::uint64_t rows) {
  return sequence_rows(subject.pairs, subject.extra, subject.settings.sampling, subject.row.tokens, key, sample.rows,
                       rows - sample.rows);
}

Hash128 sampling_key(const Subject& subject, const std::string& text) {
  return hash128(text, subject.settings.sampling.seed);
}

Speed speed_of(const Subject& subject, DocumentModel& model, const std::stop_token& stop) {
  const int threads = model.threads() > 0 ? model.threads() : static_cast<int>(std::thread::hardware_concurrency());
  const std::uint32_t length = subject.settings.sampling.segment_length;
  const SpeedKey key{subject.run.identity.model, device_list(model.device()).front(), subject.settings.dtype, threads,
                     length};
  if (const std::optional<Speed> known = remembered_speed(key))
    return *known;
  const DocumentModel::Turn turn = model.turn(subject.run, subject.settings, stop);
  const Speed speed = measure_speed(turn.scorer(), length, 1, stop);
  remember_speed(key, speed);
  return speed;
}

/// What a sample is to be lengthened by first.
std::vector<Pair> forecast_sample(const ExtraRequest& request, const Subject& subject, const std::string& text,
                                  ExtraForecast& told) {
  check_wish(request);
  const LongerSample sample = sample_now(subject);
  told.sample = sample;
  told.rows = is_reached(request, sample) ? sample.rows : rows_wanted(request, sample);
  const std::uint64_t limit = row_limit(request, sample);
  told.within_limit = told.rows <= limit;
  told.error_at_limit = expected_error(sample.numbers.lds_error, sample.rows, sample.eligible, limit);
  return missing_of(subject, rows_behind(subject, sample, sampling_key(subject, text), told.rows));
}

/// The sample as it is, and whether there is anything to do for it. Before the model is loaded.
bool has_to_lengthen(const ExtraRequest& request, const Subject& subject, ExtraSummary& summary) {
  check_wish(request);
  summary.sample = sample_now(subject);
  summary.reached = is_reached(request, *summary.sample);
  if (summary.reached)
    return false;
  if (const std::uint64_t rows = rows_wanted(request, *summary.sample); rows > row_limit(request, *summary.sample))
    throw beyond_limit(request, *summary.sample, rows);
  return true;
}

/// Rows are added in rounds, each as long as the spread of the rows so far asks for: who looks at the error after every
/// row stops when it happens to be small.
void lengthen_until_reached(const ExtraRequest& request, Subject& subject, Hash128 key, ExtraScorer& scorer,
                            ExtraSummary& summary) {
  LongerSample& sample = *summary.sample;
  const std::uint64_t limit = row_limit(request, sample);
  while (!is_reached(request, sample) && sample.rows < limit) {
    const std::uint64_t rows = std::min(limit, rows_wanted(request, sample));
    std::vector<Pair> sequence = rows_behind(subject, sample, key, rows);
    const std::vector<Pair> missing = missing_of(subject, sequence);
    scorer.score(missing, std::move(sequence));
    sample = longer_sample(subject.pairs, subject.extra, subject.settings.sampling, subject.parameters).value();
  }
  summary.reached = is_reached(request, sample);
}

} // namespace

ExtraForecast forecast_extra(const ExtraRequest& request, DocumentModel& model, std::stop_token stop) {
  const Project project = Project::open(request.project, Project::Mode::read_only);
  const Subject subject = read_subject(project, request);
  ExtraForecast told;
  std::vector<Pair> missing;
  if (request.lengthens())
    missing = forecast_sample(request, subject, document_text(project, request.run, request.document), told);
  else
    missing = missing_pairs(subject.pairs, subject.extra, request.ranges);
  told.pairs = missing.size();
  told.segments = prefix_count(missing) + lone_targets(subject, missing).size();
  if (missing.empty())
    return told;
  const Speed speed = speed_of(subject, model, stop);
  told.pairs_per_second = speed.pairs_per_second;
  told.seconds = static_cast<double>(told.pairs) / speed.pairs_per_second +
                 static_cast<double>(told.segments) / speed.solo_per_second;
  return told;
}

ExtraSummary score_extra(const ExtraRequest& request, DocumentModel& model, const RunObserver& observer,
                         std::stop_token stop) {
  const Clock::time_point start = Clock::now();
  Project project = Project::open(request.project, Project::Mode::read_write);
  const RunLease lease(project, request.run);
  Subject subject = read_subject(project, request);
  ProgressBoard board(observer, subject.settings.sampling.segment_length);
  board.run_known(request.run);
  ExtraSummary summary;
  std::vector<Pair> missing;
  if (!request.lengthens())
    missing = missing_pairs(subject.pairs, subject.extra, request.ranges);
  if (request.lengthens() ? !has_to_lengthen(request, subject, summary) : missing.empty())
    return summary;
  board.stage(RunProgress::Stage::loading_model, "loading the model");
  std::string text = document_text(project, request.run, request.document);
  const Hash128 key = sampling_key(subject, text);
  { const DocumentModel::Turn loaded = model.turn(subject.run, subject.settings, stop); }
  board.stage(RunProgress::Stage::scoring, "scoring pairs");
  ExtraScorer scorer(project, request, subject, model, std::move(text), board, stop);
  if (request.lengthens())
    lengthen_until_reached(request, subject, key, scorer, summary);
  else
    scorer.score(missing, {});
  summary.pairs = scorer.stored_pairs();
  summary.seconds = std::chrono::duration<double>(Clock::now() - start).count();
  return summary;
}

} // namespace longview
