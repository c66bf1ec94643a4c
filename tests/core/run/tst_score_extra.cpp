#include "run/score_extra.h"

#include <algorithm>
#include <cmath>
#include <csignal>
#include <fstream>
#include <functional>
#include <map>

#include <sys/wait.h>
#include <unistd.h>

#include "base/error.h"
#include "run/run_view.h"
#include "support/fake_engine_test.h"
#include "support/log_guard.h"

using namespace longview;
using namespace longview::test;

namespace {

using Cells = std::map<std::pair<std::uint32_t, std::uint32_t>, double>;

Cells cells(const std::vector<Pair>& pairs) {
  Cells found;
  for (const Pair& pair : pairs)
    found[{pair.i, pair.j}] = pair.perplexity_after;
  return found;
}

/// Bits, so that NaN equals NaN.
bool same_bits(const std::vector<double>& a, const std::vector<double>& b) {
  return a.size() == b.size() && std::equal(a.begin(), a.end(), b.begin(), [](double x, double y) {
           return x == y || (std::isnan(x) && std::isnan(y));
         });
}

bool same_pairs(const std::vector<Pair>& a, const std::vector<Pair>& b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](const Pair& x, const Pair& y) {
    return x.i == y.i && x.j == y.j && x.perplexity_after == y.perplexity_after;
  });
}

std::optional<Error> error_of(const std::function<void()>& work) {
  try {
    work();
  } catch (const Error& error) {
    return error;
  }
  return std::nullopt;
}

} // namespace

/// Pairs beyond a run, on two documents of the reference (about 70 segments of bytes) and a fake engine.
class TestScoreExtra : public QObject {
  Q_OBJECT

  std::unique_ptr<EngineFolder> fake_;
  RunId run_{};
  DocumentId document_{};

  std::filesystem::path path(const char* name) const { return fake_->path(name); }

  RunRequest request(const char* project, std::uint64_t pairs, Preset preset = Preset::longview) const {
    RunRequest request;
    request.inputs = {path("documents.jsonl")};
    request.project = path(project);
    request.model = path("tiny.gguf").string();
    request.limit = 2;
    request.settings.sampling.preset = preset;
    request.settings.sampling.window = preset == Preset::published ? 2048 : 32768;
    request.settings.sampling.pairs_per_document = pairs;
    request.settings.parameters = default_parameters(preset);
    return request;
  }

  /// Scores two documents; the first one is what the tests are about.
  Project scored(const char* project, std::uint64_t pairs, Preset preset = Preset::longview) {
    run_ = run(request(project, pairs, preset), {}, {}).run;
    Project opened = Project::open(path(project), Project::Mode::read_write);
    document_ = opened.table(run_).front().document.id;
    fake_->engine.pairs_run = fake_->engine.segments_run = 0;
    return opened;
  }

  ExtraRequest by_hand(std::vector<PairRange> ranges) const {
    ExtraRequest wanted;
    wanted.project = path("p.longview");
    wanted.run = run_;
    wanted.document = document_;
    wanted.ranges = std::move(ranges);
    wanted.store_interval = std::chrono::milliseconds(0);
    return wanted;
  }
  ExtraRequest until(double wish, std::uint64_t most = 4000) const {
    ExtraRequest wanted = by_hand({});
    wanted.until_error = wish;
    wanted.most_pairs = most;
    return wanted;
  }
  ExtraSummary score(const ExtraRequest& wanted, const RunObserver& observer = {}, std::stop_token stop = {}) const {
    DocumentModel model;
    return score_extra(wanted, model, observer, std::move(stop));
  }

  /// Of a run over all pairs.
  DocumentPairs all_pairs() {
    const RunId run_before = run_;
    const DocumentId before = document_;
    const Project project = scored("all.longview", 0);
    DocumentPairs pairs = project.result_data(run_, document_)->pairs;
    run_ = run_before;
    document_ = before;
    return pairs;
  }

 private slots:
  void init() {
    fake_ = std::make_unique<EngineFolder>();
    std::filesystem::copy_file(LONGVIEW_REFERENCE_DIR "/documents.jsonl", path("documents.jsonl"));
  }
  void cleanup() { fake_.reset(); }

  void missing_pairs_of_ranges_data() {
    QTest::addColumn<QList<int>>("range");
    QTest::addColumn<int>("expected"); ///< of a document of 6 segments whose run has (3, 1) and (5, 0)
    QTest::newRow("a row") << QList<int>{4, 4, 0, 3} << 4;
    QTest::newRow("a row with one that is there") << QList<int>{3, 3, 0, 2} << 2;
    QTest::newRow("all") << QList<int>{0, 5, 0, 5} << 13;
    QTest::newRow("a rectangle") << QList<int>{4, 5, 0, 1} << 3;
    QTest::newRow("across the diagonal") << QList<int>{2, 4, 2, 5} << 3;
    QTest::newRow("one pair") << QList<int>{1, 1, 0, 0} << 1;
    QTest::newRow("nothing missing") << QList<int>{5, 5, 0, 0} << 0;
  }
  void missing_pairs_of_ranges() {
    QFETCH(QList<int>, range);
    QFETCH(int, expected);
    DocumentPairs pairs;
    pairs.perplexity_alone.assign(6, 9);
    pairs.pairs = {{3, 1, 5}, {5, 0, 5}, {2, 0, no_value}};
    const auto at = [&](int k) { return static_cast<std::uint32_t>(range[k]); };
    const PairRange wanted{at(0), at(1), at(2), at(3)};
    const std::vector<PairRange> twice = {wanted, wanted};
    const std::vector<Pair> missing = missing_pairs(pairs, {}, twice);
    QCOMPARE(missing.size(), std::size_t(expected));
    for (std::size_t k = 1; k < missing.size(); ++k) // by prefix, then target
      QVERIFY(std::pair(missing[k - 1].j, missing[k - 1].i) < std::pair(missing[k].j, missing[k].i));
  }

  void ranges_outside_are_refused_data() {
    QTest::addColumn<QList<int>>("range");
    QTest::addColumn<QString>("said");
    QTest::newRow("a row beyond") << QList<int>{6, 6, 0, 3} << "count from 0 to 5";
    QTest::newRow("a column beyond") << QList<int>{5, 5, 0, 6} << "there is no segment 6";
    QTest::newRow("the first segment") << QList<int>{0, 0, 0, 0} << "is no target";
    QTest::newRow("above the diagonal") << QList<int>{1, 2, 2, 4} << "hold no pair";
    QTest::newRow("backwards") << QList<int>{4, 3, 0, 1} << "begins before it ends";
  }
  void ranges_outside_are_refused() {
    QFETCH(QList<int>, range);
    QFETCH(QString, said);
    DocumentPairs pairs;
    pairs.perplexity_alone.assign(6, 9);
    const auto at = [&](int k) { return static_cast<std::uint32_t>(range[k]); };
    const std::vector<PairRange> wanted = {{at(0), at(1), at(2), at(3)}};
    const auto error = error_of([&] { missing_pairs(pairs, {}, wanted); });
    QVERIFY(error && error->code() == ErrorCode::usage);
    QVERIFY2(error->message().find(said.toStdString()) != std::string::npos, error->what());
  }

  /// Bit by bit what a run over all pairs stores, and nothing of the run is another.
  void a_row_has_the_numbers_of_a_run_over_all_pairs() {
    Project project = scored("p.longview", 40);
    const ResultRow row = *project.result(run_, document_);
    const ResultData data = *project.result_data(run_, document_);
    const std::uint32_t i = data.pairs.pairs.front().i;
    std::vector<DocumentId> told;
    const ExtraSummary done = score(by_hand({row_range(i)}), [&](const RunProgress& progress) {
      if (progress.changed)
        told.push_back(*progress.changed);
    });
    QCOMPARE(done.pairs, std::uint64_t{i - row_pairs}); // eight were in the run
    QVERIFY(!told.empty() && told.front() == document_);
    const ExtraPairs extra = *project.extra(run_, document_);
    QVERIFY(extra.drawn.empty());
    const DocumentPairs all = all_pairs();
    const Cells expected = cells(all.pairs);
    for (const Pair& pair : extra.asked) {
      QCOMPARE(pair.i, i);
      QCOMPARE(pair.perplexity_after, expected.at({pair.i, pair.j}));
    }
    const Project after = Project::open(path("p.longview"), Project::Mode::read_only);
    QCOMPARE(after.result(run_, document_)->lds_mean, row.lds_mean);
    QCOMPARE(after.result(run_, document_)->pair_count, row.pair_count);
    QVERIFY(same_pairs(after.result_data(run_, document_)->pairs.pairs, data.pairs.pairs));
    QVERIFY(same_bits(after.result_data(run_, document_)->pairs.perplexity_alone, data.pairs.perplexity_alone));
  }

  void all_pairs_make_the_mean_of_a_run_over_all_pairs() {
    Project project = scored("p.longview", 40);
    const DocumentPairs sampled = project.result_data(run_, document_)->pairs;
    const std::uint32_t n = sampled.segments();
    QCOMPARE(score(by_hand({all_range(n)})).pairs, std::uint64_t{n} * (n - 1) / 2 - 40);
    const ExtraPairs extra = *project.extra(run_, document_);
    const DocumentPairs whole = with_all_extra(sampled, extra), expected = all_pairs();
    QVERIFY(same_bits(whole.perplexity_alone, expected.perplexity_alone));
    QVERIFY(cells(whole.pairs) == cells(expected.pairs));
    const SamplingSettings settings = request("p.longview", 40).settings.sampling;
    const auto numbers = numbers_of_all_pairs(sampled, extra, settings, {});
    QVERIFY(numbers.has_value());
    QCOMPARE(numbers->lds_mean, derive_numbers(expected, settings, {}).lds_mean);
    fake_->engine.pairs_run = 0;
    QCOMPARE(score(by_hand({all_range(n)})).pairs, std::uint64_t{0}); // nothing is missing
    QCOMPARE(fake_->engine.pairs_run.load(), std::uint64_t{0});
  }

  void cancelled_and_killed_work_goes_on_data() {
    QTest::addColumn<int>("batches");
    QTest::addColumn<bool>("killed");
    for (const int batches : {2, 9, 30, 300})
      for (const bool killed : {false, true})
        QTest::addRow("%s after %d batches", killed ? "killed" : "cancelled", batches) << batches << killed;
  }
  void cancelled_and_killed_work_goes_on() {
    QFETCH(int, batches);
    QFETCH(bool, killed);
    Project project = scored("p.longview", 40);
    const std::uint32_t n = project.result_data(run_, document_)->pairs.segments();
    const ExtraRequest wanted = by_hand({all_range(n)});
    const std::uint64_t missing = std::uint64_t{n} * (n - 1) / 2 - 40;
    killed ? kill_after(wanted, batches) : cancel_after(wanted, batches);
    const auto kept = project.extra(run_, document_);
    const std::uint64_t stored = kept ? kept->asked.size() : 0;
    const std::uint64_t before = fake_->engine.pairs_run;
    QVERIFY((stored > 0 || !killed) && stored < missing);
    QCOMPARE(stored, killed ? told_in_child() : before);
    if (kept) { // what is kept can be shown: nothing waits for its target's own perplexity
      const DocumentPairs known = with_all_extra(project.result_data(run_, document_)->pairs, *kept);
      QVERIFY(std::none_of(kept->asked.begin(), kept->asked.end(),
                           [&](const Pair& pair) { return std::isnan(known.perplexity_alone[pair.i]); }));
    }
    QCOMPARE(score(wanted).pairs, missing - stored);
    QCOMPARE(fake_->engine.pairs_run.load() - before, missing - stored); // none is scored twice
    QVERIFY(cells(with_all_extra(project.result_data(run_, document_)->pairs, *project.extra(run_, document_)).pairs) ==
            cells(all_pairs().pairs));
  }

  /// The lengthened sample is the one of a run that draws as many pairs.
  void a_longer_sample_is_that_of_a_longer_run() {
    Project project = scored("p.longview", 24); // three rows
    const ResultRow row = *project.result(run_, document_);
    const double wish = row.lds_error / 2;
    const ExtraSummary done = score(until(wish));
    QVERIFY(done.reached && done.sample);
    QVERIFY(done.sample->numbers.lds_error <= wish);
    QCOMPARE(done.sample->run_rows, std::uint64_t{3});
    QVERIFY(done.sample->rows > 3);
    QCOMPARE(done.pairs, (done.sample->rows - 3) * row_pairs);
    QCOMPARE(project.result(run_, document_)->lds_error, row.lds_error); // the run keeps its own
    const ExtraPairs extra = *project.extra(run_, document_);
    QVERIFY(extra.asked.empty());
    const DocumentPairs longer = with_longer_sample(project.result_data(run_, document_)->pairs, extra);
    const Project other = scored("longer.longview", done.sample->rows * row_pairs);
    const ResultRow expected = *other.result(run_, document_);
    const ResultData data = *other.result_data(run_, document_);
    QVERIFY(same_pairs(longer.pairs, data.pairs.pairs));
    QVERIFY(same_bits(longer.perplexity_alone, data.pairs.perplexity_alone));
    QCOMPARE(done.sample->numbers.lds_mean, expected.lds_mean);
    QCOMPARE(done.sample->numbers.lds_error, expected.lds_error);
    QCOMPARE(done.sample->numbers.lds, expected.lds);
  }

  void pairs_asked_for_by_hand_are_not_scored_again() {
    Project project = scored("p.longview", 24);
    const std::uint32_t n = project.result_data(run_, document_)->pairs.segments();
    score(by_hand({all_range(n)}));
    QVERIFY(!longer_sample(project.result_data(run_, document_)->pairs, *project.extra(run_, document_), {}, {}));
    fake_->engine.pairs_run = 0;
    const ExtraSummary done = score(until(1e-9));
    QCOMPARE(fake_->engine.pairs_run.load(), std::uint64_t{0});
    QCOMPARE(done.pairs, std::uint64_t{0});
    QVERIFY(done.reached); // every row is there: nothing is left to chance but the columns
    QCOMPARE(done.sample->rows, std::uint64_t{n - row_pairs});
    const ExtraPairs extra = *project.extra(run_, document_);
    QCOMPARE(extra.drawn.size() + extra.asked.size() + 24, std::size_t{n} * (n - 1) / 2);
  }

  void a_broken_off_sample_keeps_whole_rows() {
    Project project = scored("p.longview", 24);
    cancel_after(until(1e-9), 8 + 9); // prefixes come first
    const ExtraPairs extra = *project.extra(run_, document_);
    QVERIFY(!extra.asked.empty());
    const ExtraSummary done = score(until(1e-9));
    QVERIFY(done.reached);
    QVERIFY(project.extra(run_, document_)->asked.empty());
  }

  void what_cannot_be_lengthened_is_said() {
    Project project = scored("p.longview", 24);
    const auto limited = error_of([&] { score(until(1e-6, 16)); });
    QVERIFY(limited && limited->code() == ErrorCode::usage);
    QVERIFY2(limited->message().find("and 16 are allowed") != std::string::npos, limited->what());
    QCOMPARE(fake_->engine.pairs_run.load(), std::uint64_t{0});
    QVERIFY(!project.extra(run_, document_));
    for (const double wish : {0.0, -1.0, std::nan("")})
      QVERIFY(error_of([&] { score(until(wish)); })->code() == ErrorCode::usage);
    std::filesystem::remove(path("p.longview"));
    project = scored("p.longview", 0);
    QVERIFY(error_of([&] { score(until(0.1)); })->message().find("every pair") == 0);
    std::filesystem::remove(path("p.longview"));
    project = scored("p.longview", 24, Preset::published);
    QVERIFY(error_of([&] { score(until(0.1)); })->message().find("the published preset") == 0);
  }

  void rows_for_an_error() {
    // sd 2, 100 rows in all: error of 25 rows 2 / 5 sqrt(3 / 4)
    const double error = 0.4 * std::sqrt(0.75);
    QVERIFY(std::abs(expected_error(error, 25, 100, 64) - 0.25 * 0.6) < 1e-12);
    QCOMPARE(rows_for_error(error, 25, 100, 0.1501), std::uint64_t{64});
    QCOMPARE(rows_for_error(error, 25, 100, 0.1499), std::uint64_t{65});
    QCOMPARE(rows_for_error(error, 25, 100, 1e-12), std::uint64_t{100});
    QCOMPARE(expected_error(error, 25, 100, 100), 0.0);
  }

  void a_forecast_counts_what_is_then_scored() {
    scored("p.longview", 24);
    DocumentModel model;
    const ExtraRequest wanted = by_hand({row_range(10), row_range(11)});
    const ExtraForecast told = forecast_extra(wanted, model, {});
    QVERIFY(told.seconds > 0);
    fake_->engine.pairs_run = fake_->engine.segments_run = 0;
    QCOMPARE(score(wanted).pairs, told.pairs);
    QCOMPARE(fake_->engine.pairs_run.load(), told.pairs);
    const ExtraForecast longer = forecast_extra(until(1e-9, 16), model, {});
    QVERIFY(!longer.within_limit && longer.rows == longer.sample->eligible);
    QVERIFY(longer.error_at_limit > 0 && longer.error_at_limit < longer.sample->numbers.lds_error);
  }

  void other_models_texts_and_runs_are_refused() {
    Project project = scored("p.longview", 24);
    const ExtraRequest wanted = by_hand({row_range(10)});
    fake_->engine.after_batch = [&] { // the run is taken, also for this program
      const auto busy = error_of([&] { score(wanted); });
      QVERIFY(busy && busy->code() == ErrorCode::busy);
    };
    score(wanted);
    fake_->engine.after_batch = nullptr;
    const ExtraRequest next = by_hand({row_range(9)});
    std::ofstream(path("tiny.gguf"), std::ios::app) << "one byte more";
    QVERIFY(error_of([&] { score(next); })->code() == ErrorCode::conflict);
    std::fstream(path("documents.jsonl"), std::ios::in | std::ios::out).seekp(40).put('#');
    QVERIFY(error_of([&] { score(next); })->code() == ErrorCode::conflict);
    std::filesystem::rename(path("documents.jsonl"), path("elsewhere.jsonl"));
    const auto gone = error_of([&] { score(next); });
    QVERIFY(gone && gone->code() == ErrorCode::not_found);
    QVERIFY(gone->message().find("put it back") != std::string::npos && gone->context().ends_with("documents.jsonl"));
    QVERIFY(project.extra(run_, document_)->asked.back().i == 10); // nothing was added
  }

  void a_document_without_a_score_is_refused() {
    RunRequest all = request("p.longview", 24);
    all.limit = 0;
    run_ = run(all, {}, {}).run;
    const Project project = Project::open(path("p.longview"), Project::Mode::read_only);
    bool seen = false;
    for (const TableRow& row : project.table(run_))
      if (row.result.status == Status::too_short) {
        document_ = row.document.id;
        const auto error = error_of([&] { score(by_hand({row_range(1)})); });
        QVERIFY(error && error->code() == ErrorCode::usage);
        QVERIFY2(error->message().find("too_short") != std::string::npos, error->what());
        seen = true;
      }
    QVERIFY(seen);
    document_ = DocumentId{4000};
    QVERIFY(error_of([&] { score(by_hand({row_range(1)})); })->code() == ErrorCode::usage);
  }

  void numbers_that_are_not_finite_are_not_kept() {
    Project project = scored("p.longview", 24);
    fake_->engine.fixed_perplexity = no_value;
    const auto error = error_of([&] { score(by_hand({row_range(10)})); });
    QVERIFY(error && error->code() == ErrorCode::unsupported);
    QVERIFY(!project.extra(run_, document_) || project.extra(run_, document_)->asked.empty());
  }

 private:
  void cancel_after(const ExtraRequest& wanted, int batches) {
    std::stop_source stop;
    int seen = 0;
    fake_->engine.after_batch = [&] {
      if (++seen == batches)
        stop.request_stop();
    };
    const auto error = error_of([&] { score(wanted, {}, stop.get_token()); });
    QVERIFY(error && error->code() == ErrorCode::cancelled);
    QCOMPARE(seen, batches);
    fake_->engine.after_batch = nullptr;
  }

  /// What the child said that it had stored before it was killed.
  std::uint64_t told_in_child() const {
    std::uint64_t pairs = 0;
    std::ifstream(path("told")) >> pairs;
    return pairs;
  }

  /// In a child process, which gets no chance to tidy up; but not before it has stored something.
  void kill_after(const ExtraRequest& wanted, int batches) {
    const pid_t child = ::fork();
    if (child == 0) {
      int seen = 0;
      fake_->engine.after_batch = [&] {
        if (++seen >= batches && told_in_child() > 0)
          ::kill(::getpid(), SIGKILL);
      };
      score(wanted, [&](const RunProgress& progress) {
        if (progress.changed)
          std::ofstream(path("told")) << progress.pairs_done;
      });
      ::_exit(0);
    }
    int status = 0;
    ::waitpid(child, &status, 0);
    QVERIFY(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL);
  }
};

LONGVIEW_TEST_MAIN(TestScoreExtra)
#include "tst_score_extra.moc"
