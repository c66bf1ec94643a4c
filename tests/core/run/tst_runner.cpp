#include <cmath>
#include <cstring>
#include <fstream>
#include <map>
#include <set>
#include <utility>

#include <QTemporaryDir>

#include <fmt/format.h>

#include <sys/wait.h>
#include <unistd.h>

#include "base/error.h"
#include "run/runner.h"
#include "support/fake_engine.h"
#include "support/log_guard.h"

using namespace longview;
using namespace longview::test;

namespace {

/// Everything a run left in the project, as bytes that compare equal only when every number has the same bits.
using Contents = std::map<std::string, std::string>;

template <typename T>
void append(std::string& out, const T& value) {
  char bytes[sizeof value];
  std::memcpy(bytes, &value, sizeof value);
  out.append(bytes, sizeof value);
}

Contents contents(const std::filesystem::path& path, RunId run) {
  Contents all;
  const Project project = Project::open(path, Project::Mode::read_only);
  for (const TableRow& row : project.table(run)) {
    std::string bytes(name(row.result.status));
    bytes += row.result.reason;
    for (const double value :
         {row.result.lds, row.result.lds_mean, row.result.lds_error, row.result.strength, row.result.distance,
          row.result.specificity, row.result.corrected_strength, row.result.corrected_lds,
          row.result.corrected_lds_mean, row.result.corrected_lds_error, row.result.repetition, row.result.copied})
      append(bytes, std::isnan(value) ? 0.0 : value);
    if (const auto data = project.result_data(run, row.document.id)) {
      for (const std::uint64_t bound : data->bounds)
        append(bytes, bound);
      for (const double alone : data->pairs.perplexity_alone)
        append(bytes, std::isnan(alone) ? -1.0 : alone);
      for (const std::uint32_t kept : data->pairs.kept)
        append(bytes, kept);
      for (const Pair& pair : data->pairs.pairs) {
        append(bytes, pair.i);
        append(bytes, pair.j);
        append(bytes, pair.perplexity_after);
      }
      for (const Control& control : data->pairs.controls) {
        append(bytes, control.i);
        append(bytes, control.k);
        append(bytes, control.perplexity_after);
      }
      bytes.append(data->pairs.overlap.begin(), data->pairs.overlap.end());
    }
    all[row.document.name] = bytes;
  }
  return all;
}

} // namespace

class TestRunner : public QObject {
  Q_OBJECT

  std::unique_ptr<QTemporaryDir> folder_;
  std::unique_ptr<UseFakeEngine> fake_;

  std::filesystem::path path(const char* name) const { return folder_->filePath(name).toStdString(); }

  RunRequest request(const char* project, Preset preset = Preset::longview, std::uint32_t controls = 0) const {
    RunRequest request;
    request.inputs = {LONGVIEW_REFERENCE_DIR "/documents.jsonl", LONGVIEW_REFERENCE_DIR "/documents_short.jsonl"};
    request.project = path(project);
    request.dataset = "reference";
    request.settings.sampling.preset = preset;
    request.settings.sampling.window = preset == Preset::published ? 2048 : 32768;
    request.settings.sampling.pairs_per_document = 40;
    request.settings.parameters = default_parameters(preset);
    request.settings.controls = controls;
    return request;
  }

 private slots:
  void init() {
    folder_ = std::make_unique<QTemporaryDir>();
    fake_ = std::make_unique<UseFakeEngine>();
  }
  void cleanup() {
    fake_.reset();
    folder_.reset();
  }

  void scores_every_document_of_every_file() {
    const RunRequest wanted = request("a.longview");
    std::vector<RunProgress> reports;
    const RunSummary summary = run(wanted, [&](const RunProgress& report) { reports.push_back(report); }, {});
    const Project project = Project::open(wanted.project, Project::Mode::read_only);
    const std::vector<TableRow> rows = project.table(summary.run);
    QCOMPARE(rows.size(), summary.scored + summary.too_short);
    QCOMPARE(rows.front().document.name, std::string("chronicle-0"));
    QCOMPARE(rows.front().result.tokens, std::uint64_t{2419});
    QCOMPARE(rows.front().result.segments, std::uint64_t{18});
    QCOMPARE(rows.front().result.tail_tokens, std::uint64_t{2419 - 18 * 128});
    QVERIFY(!project.run(summary.run).finished.empty());
    // what the scorer said of a pair stands at that pair
    const ResultData data = *project.result_data(summary.run, rows.front().document.id);
    QCOMPARE(data.pairs.pairs.size(), std::size_t{40});
    QCOMPARE(data.bounds.size(), std::size_t{19});
    for (const Pair& pair : data.pairs.pairs)
      QVERIFY(pair.perplexity_after > 0.5 * data.pairs.perplexity_alone[pair.i]);
    for (const RunProgress& report : reports)
      QVERIFY(report.documents_done <= report.documents_total);
    QCOMPARE(reports.back().stage, RunProgress::Stage::finished);
    QCOMPARE(reports.back().fraction, 1.0);
    QCOMPARE(reports.back().pairs_done, fake_->engine.pairs_run.load());
    QCOMPARE(reports.back().documents_done, rows.size());
  }

  void a_finished_run_is_not_run_again() {
    const RunRequest wanted = request("a.longview");
    const RunSummary first = run(wanted, {}, {});
    const auto opened = fake_->engine.opened.load();
    const RunSummary second = run(wanted, {}, {});
    QCOMPARE(second.run, first.run);
    QCOMPARE(second.already_there, first.scored + first.too_short);
    QCOMPARE(second.scored, std::uint64_t{0});
    QCOMPARE(fake_->engine.opened.load(), opened); // not even loaded
  }

  void other_settings_are_another_run() {
    RunRequest wanted = request("a.longview");
    const RunSummary first = run(wanted, {}, {});
    wanted.settings.sampling.seed = 12;
    QVERIFY(run(wanted, {}, {}).run != first.run);
  }

  void a_start_that_fails_leaves_nothing_behind() {
    fake_->engine.refusal = "there is no such type on this device";
    QVERIFY_THROWS_EXCEPTION(Error, run(request("new.longview"), {}, {}));
    QVERIFY(!std::filesystem::exists(path("new.longview")));

    fake_->engine.refusal.clear();
    const RunSummary good = run(request("a.longview"), {}, {});
    fake_->engine.refusal = "there is no such type on this device";
    RunRequest other = request("a.longview");
    other.dataset = "another";
    other.settings.dtype = DType::float16;
    QVERIFY_THROWS_EXCEPTION(Error, run(other, {}, {}));
    const Project project = Project::open(path("a.longview"), Project::Mode::read_only);
    QCOMPARE(project.runs().size(), std::size_t{1});
    QCOMPARE(project.datasets().size(), std::size_t{1});
    QVERIFY(project.newest_run()->id == good.run);
  }

  void a_limit_is_lifted_by_the_next_call() {
    RunRequest wanted = request("a.longview");
    wanted.limit = 3;
    const RunSummary first = run(wanted, {}, {});
    QCOMPARE(first.scored, std::uint64_t{3});
    wanted.limit = 0;
    const RunSummary rest = run(wanted, {}, {});
    QCOMPARE(rest.run, first.run);
    QCOMPARE(rest.already_there, std::uint64_t{3});
    const RunRequest whole = request("b.longview");
    QCOMPARE(contents(wanted.project, rest.run), contents(whole.project, run(whole, {}, {}).run));
  }

  void cancelled_and_killed_runs_resume_to_the_same_numbers_data() {
    QTest::addColumn<int>("preset");
    QTest::addColumn<int>("batches");
    QTest::addColumn<bool>("killed");
    QTest::addColumn<std::uint32_t>("controls");
    for (const Preset preset : {Preset::longview, Preset::published})
      for (const int batches : {1, 7, 20, 33, 60})
        for (const bool killed : {false, true})
          QTest::addRow("%s, %s after %d batches", name(preset).data(), killed ? "killed" : "cancelled", batches)
              << int(preset) << batches << killed << std::uint32_t{0};
    for (const int batches : {3, 25, 70})
      for (const bool killed : {false, true})
        QTest::addRow("with controls, %s after %d batches", killed ? "killed" : "cancelled", batches)
            << int(Preset::longview) << batches << killed << std::uint32_t{2};
  }
  void cancelled_and_killed_runs_resume_to_the_same_numbers() {
    QFETCH(int, preset);
    QFETCH(int, batches);
    QFETCH(bool, killed);
    QFETCH(std::uint32_t, controls);
    const RunRequest whole = request("whole.longview", Preset(preset), controls);
    const Contents expected = contents(whole.project, run(whole, {}, {}).run);
    const RunRequest broken = request("broken.longview", Preset(preset), controls);
    if (killed)
      kill_after(broken, batches);
    else
      cancel_after(broken, batches);
    const RunSummary resumed = run(broken, {}, {});
    QCOMPARE(contents(broken.project, resumed.run), expected);
    if (!killed) // what was scored before the cancel was stored, and is not scored again
      QCOMPARE(fake_->engine.pairs_run.load(), 2 * total_pairs(whole, resumed));
  }

  /// Nothing else changes: pairs, perplexities and scores are those of a run without.
  void controls_come_beside_the_pairs() {
    const RunRequest plain = request("plain.longview"), wanted = request("controls.longview", Preset::longview, 2);
    const RunSummary first = run(plain, {}, {}), second = run(wanted, {}, {});
    const Project a = Project::open(plain.project, Project::Mode::read_only);
    const Project b = Project::open(wanted.project, Project::Mode::read_only);
    const std::vector<ControlSegment> pool = b.controls(second.run);
    QVERIFY(pool.size() > 2 && a.controls(first.run).empty());
    const std::vector<TableRow> rows = b.table(second.run);
    std::uint64_t seen = 0;
    for (std::size_t k = 0; k < rows.size(); ++k) {
      const ResultRow before = a.table(first.run)[k].result;
      if (rows[k].result.status != Status::scored)
        continue;
      QCOMPARE(rows[k].result.lds_mean, before.lds_mean);
      QVERIFY(std::isnan(before.corrected_strength) && std::isfinite(rows[k].result.corrected_strength));
      QVERIFY(rows[k].result.repetition > 0.3 && rows[k].result.repetition == before.repetition);
      const DocumentPairs pairs = b.result_data(second.run, rows[k].document.id)->pairs;
      QCOMPARE(pairs.overlap.size(), pairs.pairs.size());
      std::map<std::uint32_t, std::set<std::uint32_t>> by_row;
      for (const Control& control : pairs.controls) {
        QVERIFY(pool[control.k].text_hash != rows[k].document.text_hash); // never of the document itself
        QVERIFY(std::isfinite(control.perplexity_after));
        QVERIFY(by_row[control.i].insert(control.k).second); // two different ones
        ++seen;
      }
      std::set<std::uint32_t> targets;
      for (const Pair& pair : pairs.pairs)
        targets.insert(pair.i);
      QCOMPARE(by_row.size(), targets.size());
      for (const auto& [row, controls] : by_row)
        QCOMPARE(controls.size(), std::size_t{2});
    }
    QVERIFY(seen > 20);
    QCOMPARE(second.pairs, first.pairs + seen);
  }

  void controls_do_not_depend_on_the_order_of_lines() {
    RunRequest wanted = request("a.longview", Preset::longview, 1);
    wanted.inputs.resize(1); // ids are unique within one file
    const Contents expected = contents(wanted.project, run(wanted, {}, {}).run);
    std::vector<std::string> lines;
    std::ifstream file(wanted.inputs[0]);
    for (std::string line; std::getline(file, line);)
      if (!line.empty())
        lines.push_back(line);
    std::ofstream turned(path("turned.jsonl"));
    for (auto line = lines.rbegin(); line != lines.rend(); ++line)
      turned << *line << '\n';
    turned.close();
    RunRequest other = request("b.longview", Preset::longview, 1);
    other.inputs = {path("turned.jsonl")};
    const Contents found = contents(other.project, run(other, {}, {}).run);
    QCOMPARE(found.size(), expected.size());
    // which control is number k may differ with nothing but the texts: the pool is ranked by their hashes
    QVERIFY(found == expected);
  }

  void controls_need_other_documents() {
    std::ofstream(path("one.jsonl")) << "{\"id\":\"a\",\"text\":\"" << std::string(3000, 'x') << "\"}\n";
    RunRequest wanted = request("a.longview", Preset::longview, 1);
    wanted.inputs = {path("one.jsonl")};
    try {
      run(wanted, {}, {});
      QFAIL("it ran");
    } catch (const Error& error) {
      QVERIFY(error.code() == ErrorCode::usage);
      QVERIFY2(std::string(error.what()).find("--controls") != std::string::npos, error.what());
    }
    wanted.settings.controls = 9;
    QVERIFY_THROWS_EXCEPTION(Error, run(wanted, {}, {}));
  }

  /// A pool from a project file is data: one that cannot be is drawn again.
  void a_bent_pool_is_drawn_again() {
    const RunRequest wanted = request("a.longview", Preset::longview, 1);
    cancel_after(wanted, 5);
    const RunId id{1};
    std::vector<ControlSegment> pool;
    {
      Project project = Project::open(wanted.project, Project::Mode::read_write);
      pool = project.controls(id);
      std::vector<ControlSegment> bent = pool;
      bent[0].tokens[3] = 2'000'000'000;
      project.put_controls(id, bent);
    }
    run(wanted, {}, {});
    const Project project = Project::open(wanted.project, Project::Mode::read_only);
    QVERIFY(project.controls(id)[0].tokens == pool[0].tokens);
  }

  void a_forecast_counts_controls() {
    const Forecast plain = forecast(request("a.longview"), {}, {});
    const RunRequest wanted = request("b.longview", Preset::longview, 2);
    const Forecast told = forecast(wanted, {}, {});
    QVERIFY(told.pairs > plain.pairs && told.segments > plain.segments);
    QCOMPARE(run(wanted, {}, {}).pairs, told.pairs);
  }

  void a_model_that_gives_nan_fails_the_document_with_a_reason() {
    fake_->engine.fixed_perplexity = no_value;
    const RunRequest wanted = request("a.longview");
    const RunSummary summary = run(wanted, {}, {});
    QCOMPARE(summary.scored, std::uint64_t{0});
    QVERIFY(summary.failed > 0);
    const Project project = Project::open(wanted.project, Project::Mode::read_only);
    const TableRow row = project.table(summary.run).front();
    QCOMPARE(row.result.status, Status::failed);
    QVERIFY2(row.result.reason.find("no finite perplexity") != std::string::npos, row.result.reason.c_str());
    QVERIFY(std::isnan(row.result.lds)); // never a number
  }

  void a_device_that_runs_out_of_memory_goes_on_in_smaller_batches() {
    const RunRequest easy = request("easy.longview"), hard = request("hard.longview");
    const RunSummary plain = run(easy, {}, {});
    QVERIFY(plain.notes.empty());
    fake_->engine.batch = 16;
    fake_->engine.largest_batch = 4;
    const RunSummary squeezed = run(hard, {}, {});
    QCOMPARE(fake_->engine.out_of_memory.load(), std::uint64_t{2}); // 16 and 8, and never again
    QVERIFY(contents(hard.project, squeezed.run) == contents(easy.project, plain.run));
    QCOMPARE(squeezed.failed, std::uint64_t{0});
    QCOMPARE(squeezed.notes, (std::vector<std::string>{"cpu ran out of memory and went on with batches of 8",
                                                       "cpu ran out of memory and went on with batches of 4"}));
  }

  void a_device_without_memory_for_one_segment_ends_the_run() {
    fake_->engine.largest_batch = 0;
    const RunRequest wanted = request("a.longview");
    try {
      run(wanted, {}, {});
      QFAIL("it ran");
    } catch (const Error& error) {
      QCOMPARE(error.code(), ErrorCode::out_of_memory);
    }
    fake_->engine.largest_batch = 2; // what was scored before it is there, and the run goes on
    const RunSummary rest = run(wanted, {}, {});
    const RunSummary whole = run(request("b.longview"), {}, {});
    QVERIFY(contents(wanted.project, rest.run) == contents(path("b.longview"), whole.run));
  }

  void several_devices_share_one_queue() {
    const RunRequest alone = request("one.longview");
    const RunSummary one = run(alone, {}, {});
    fake_->engine.device_names = {"cpu", "cuda:0", "cuda:1", "cuda:2"};
    for (int turn = 0; turn < 5; ++turn) { // threads take turns as they like
      RunRequest wanted = request(fmt::format("several{}.longview", turn).c_str());
      wanted.device = "cuda";
      fake_->engine.opened = 0;
      const RunSummary all = run(wanted, {}, {});
      QCOMPARE(fake_->engine.opened.load(), std::uint64_t{3});
      QCOMPARE(all.scored, one.scored);
      QVERIFY(contents(wanted.project, all.run) == contents(alone.project, one.run));
    }
  }

  void a_device_of_several_that_runs_out_of_memory_keeps_its_documents() {
    const RunRequest alone = request("one.longview");
    const RunSummary one = run(alone, {}, {});
    fake_->engine.device_names = {"cpu", "cuda:0", "cuda:1"};
    fake_->engine.batch = 8;
    fake_->engine.largest_batch = 2;
    RunRequest wanted = request("several.longview");
    wanted.device = "cuda";
    const RunSummary all = run(wanted, {}, {});
    QVERIFY(!all.notes.empty());
    QVERIFY(contents(wanted.project, all.run) == contents(alone.project, one.run));
  }

  void a_run_says_where_its_time_went() {
    const RunSummary done = run(request("a.longview"), {}, {});
    for (const double seconds :
         {done.times.reading, done.times.tokenizing, done.times.planning, done.times.storing, done.times.loading})
      QVERIFY(seconds > 0 && seconds < 60);
    QVERIFY(done.memory.before_model > 0);
    QVERIFY(done.memory.scoring_peak >= done.memory.before_model / 2);
  }

  void bad_lines_are_kept_with_their_reason_and_the_rest_goes_on() {
    std::ofstream(path("mixed.jsonl")) << R"({"id":"a","text":5})"
                                       << "\n{broken\n\n"
                                       << R"({"id":"c","text":"short but fine"})"
                                       << "\n";
    RunRequest wanted = request("a.longview");
    wanted.inputs = {path("mixed.jsonl")};
    const RunSummary summary = run(wanted, {}, {});
    QCOMPARE(summary.bad_input, std::uint64_t{2});
    QCOMPARE(summary.too_short, std::uint64_t{1});
    const Project project = Project::open(wanted.project, Project::Mode::read_only);
    QVERIFY(!project.table(summary.run)[1].result.reason.empty());
  }

  void a_second_program_is_told_who_has_the_run() {
    const RunRequest wanted = request("a.longview");
    // The other program is started first, while this one has no other thread, and waits until a batch was scored.
    int go[2], answer[2];
    QVERIFY(::pipe(go) == 0 && ::pipe(answer) == 0);
    const pid_t child = ::fork();
    if (child == 0)
      ::_exit(try_to_take_the_lease(wanted.project, go[0], answer[1]));
    bool asked = false;
    char told = 0;
    fake_->engine.after_batch = [&] {
      if (std::exchange(asked, true))
        return;
      QVERIFY(::write(go[1], "g", 1) == 1);
      QVERIFY(::read(answer[0], &told, 1) == 1);
    };
    run(wanted, {}, {});
    ::waitpid(child, nullptr, 0);
    for (const int end : {go[0], go[1], answer[0], answer[1]})
      ::close(end);
    QCOMPARE(told, 'b');
  }

  void missing_things_are_said() {
    RunRequest wanted = request("a.longview");
    wanted.inputs = {path("nothing.jsonl")};
    QVERIFY_THROWS_EXCEPTION(Error, run(wanted, {}, {}));
    wanted = request("a.longview");
    wanted.model = path("nothing.gguf").string();
    try {
      run(wanted, {}, {});
      QFAIL("it ran");
    } catch (const Error& error) {
      QCOMPARE(error.code(), ErrorCode::not_found);
    }
    wanted = request("a.longview");
    wanted.settings.sampling.segment_length = 1;
    QVERIFY_THROWS_EXCEPTION(Error, run(wanted, {}, {}));
  }

  void a_forecast_counts_what_the_run_then_does() {
    const RunRequest wanted = request("a.longview");
    const Forecast told = forecast(wanted, {}, {});
    QVERIFY(told.exact);
    fake_->engine.pairs_run = fake_->engine.segments_run = 0;
    const RunSummary summary = run(wanted, {}, {});
    QCOMPARE(told.scorable, summary.scored);
    QCOMPARE(told.documents, summary.scored + summary.too_short);
    QCOMPARE(told.pairs, fake_->engine.pairs_run.load());
    QCOMPARE(told.segments, fake_->engine.segments_run.load());
    QVERIFY(told.seconds > 0);
  }

 private:
  static int try_to_take_the_lease(const std::filesystem::path& project, int go, int answer) {
    char byte = 0;
    if (::read(go, &byte, 1) != 1)
      return 1;
    byte = 't';
    try {
      Project::open(project, Project::Mode::read_write).take_lease(RunId{1});
    } catch (const Error& error) {
      byte = error.code() == ErrorCode::busy ? 'b' : 'e';
    }
    return ::write(answer, &byte, 1) == 1 ? 0 : 1;
  }

  void cancel_after(const RunRequest& broken, int batches) {
    std::stop_source stop;
    int seen = 0;
    fake_->engine.after_batch = [&] {
      if (++seen == batches)
        stop.request_stop();
    };
    try {
      run(broken, {}, stop.get_token());
      QFAIL("it was not cancelled");
    } catch (const Error& error) {
      QCOMPARE(error.code(), ErrorCode::cancelled);
    }
    fake_->engine.after_batch = nullptr;
  }

  /// In a child process, which gets no chance to tidy up.
  void kill_after(const RunRequest& broken, int batches) {
    const pid_t child = ::fork();
    if (child == 0) {
      int seen = 0;
      fake_->engine.after_batch = [&] {
        if (++seen == batches)
          ::kill(::getpid(), SIGKILL);
      };
      run(broken, {}, {});
      ::_exit(0);
    }
    int status = 0;
    ::waitpid(child, &status, 0);
    QVERIFY(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL);
  }

  static std::uint64_t total_pairs(const RunRequest& wanted, const RunSummary& summary) {
    std::uint64_t pairs = 0;
    const Project project = Project::open(wanted.project, Project::Mode::read_only);
    for (const TableRow& row : project.table(summary.run)) {
      pairs += row.result.pair_count;
      if (const auto data = project.result_data(summary.run, row.document.id))
        pairs += data->pairs.controls.size();
    }
    return pairs;
  }
};

LONGVIEW_TEST_MAIN(TestRunner)
#include "tst_runner.moc"
