#include "run/token_gains.h"

#include <cmath>
#include <filesystem>
#include <fstream>
#include <numeric>

#include "base/error.h"
#include "run/document_text.h"
#include "run/runner.h"
#include "run/token_report.h"
#include "support/fake_engine_test.h"
#include "support/log_guard.h"

using namespace longview;
using namespace longview::test;

namespace {

double mean(const std::vector<float>& values) {
  return std::accumulate(values.begin(), values.end(), 0.0) / static_cast<double>(values.size());
}

} // namespace

class TestTokenGains : public QObject {
  Q_OBJECT

  std::unique_ptr<EngineFolder> fake_;
  RunId run_{};

  std::filesystem::path path(const char* name) const { return fake_->path(name); }

  /// Two documents of the reference scored by the fake engine.
  Project scored(Preset preset) {
    RunRequest request;
    request.inputs = {LONGVIEW_REFERENCE_DIR "/documents.jsonl"};
    request.project = path("p.longview");
    request.model = path("tiny.gguf").string();
    request.limit = 2;
    request.settings.sampling.preset = preset;
    request.settings.sampling.window = 2048;
    request.settings.sampling.pairs_per_document = 40;
    request.settings.parameters = default_parameters(preset);
    run_ = run(request, {}, {}).run;
    return Project::open(request.project, Project::Mode::read_write);
  }

 private slots:
  void init() { fake_ = std::make_unique<EngineFolder>(); }
  void cleanup() { fake_.reset(); }

  void means_are_the_stored_perplexities_data() {
    QTest::addColumn<int>("preset");
    QTest::newRow("longview") << int(Preset::longview);
    QTest::newRow("published, which thins") << int(Preset::published);
  }
  void means_are_the_stored_perplexities() {
    QFETCH(int, preset);
    Project project = scored(Preset(preset));
    TokenGains gains;
    for (const TableRow& row : project.table(run_)) {
      const std::string text = document_text(project, run_, row.document.id);
      const ResultData data = *project.result_data(run_, row.document.id);
      QCOMPARE(data.pairs.kept.empty(), Preset(preset) == Preset::longview);
      const Pair& pair = data.pairs.pairs.front();
      const TokenGain gain = gains.get(project, run_, row.document.id, pair.i, pair.j, text, {});
      QCOMPARE(gain.ends.size(), std::size_t{128});
      QCOMPARE(gain.alone.size(), std::size_t{127});
      QVERIFY(std::abs(mean(gain.alone) - std::log(data.pairs.perplexity_alone[pair.i])) < 1e-5);
      QVERIFY(std::abs(mean(gain.after) - std::log(pair.perplexity_after)) < 1e-5);
      // the tokens tile the segment
      const std::uint32_t place = data.pairs.kept.empty() ? pair.i : data.pairs.kept[pair.i];
      QCOMPARE(std::uint64_t{gain.ends.back()}, data.bounds[place + 1] - data.bounds[place]);
    }
    QCOMPARE(fake_->engine.opened.load(), std::uint64_t{2}); // by the run, and once here
  }

  void what_was_computed_is_kept() {
    Project project = scored(Preset::longview);
    const DocumentId document = project.table(run_).front().document.id;
    const std::string text = document_text(project, run_, document);
    const TokenGain first = TokenGains().get(project, run_, document, 5, 2, text, {});
    const auto run_before = fake_->engine.token_nlls_run.load();
    std::filesystem::remove(path("tiny.gguf")); // not even needed any more
    const TokenGain second = TokenGains().get(project, run_, document, 5, 2, text, {});
    QCOMPARE(fake_->engine.token_nlls_run.load(), run_before);
    QVERIFY(first.alone == second.alone && first.after == second.after && first.ends == second.ends);
  }

  void what_cannot_be_is_said() {
    Project project = scored(Preset::longview);
    const DocumentId document = project.table(run_).front().document.id;
    const std::string text = document_text(project, run_, document);
    const auto code_of = [&](std::uint32_t i, std::uint32_t j) {
      try {
        TokenGains().get(project, run_, document, i, j, text, {});
      } catch (const Error& error) {
        return std::optional(error.code());
      }
      return std::optional<ErrorCode>();
    };
    QVERIFY(code_of(2, 2) == ErrorCode::usage);
    QVERIFY(code_of(4000, 2) == ErrorCode::usage);
    std::ofstream(path("tiny.gguf"), std::ios::app) << "one byte more";
    QVERIFY(code_of(5, 2) == ErrorCode::conflict);
    std::filesystem::remove(path("tiny.gguf"));
    QVERIFY(code_of(5, 2) == ErrorCode::not_found);
  }

  void a_project_that_cannot_be_written_gives_them_too() {
    scored(Preset::longview);
    Project project = Project::open(path("p.longview"), Project::Mode::read_only);
    const DocumentId document = project.table(run_).front().document.id;
    const TokenGain gain = TokenGains().get(project, run_, document, 5, 2, document_text(project, run_, document), {});
    QCOMPARE(gain.alone.size(), std::size_t{127});
    QVERIFY(!project.token_gain(run_, document, 5, 2));
  }

  void the_report_ranks_tokens_and_shows_their_text() {
    const TokenGain gain{{2, 3, 7, 8}, {3.0f, 1.0f, 2.0f}, {1.0f, 2.5f, 1.5f}};
    const std::string text = "xxab word\n"; // the segment begins behind the first two
    const PairTokens tokens{"d", 4, 1, text, 2, gain};
    QCOMPARE(tokens_by_gain(gain), (std::vector<std::size_t>{1, 3, 2}));
    QCOMPARE(std::string(tokens.token(0)), std::string("ab"));
    QCOMPARE(std::string(tokens.token(2)), std::string("word"));
    QCOMPARE(tokens_json(tokens), std::string(R"({"id":"d","i":4,"j":1,"tokens":[["ab",null,null],[" ",3.0,1.0],)"
                                              R"(["word",1.0,2.5],["\n",2.0,1.5]]})"));
    const std::string shown = tokens_text(tokens);
    QVERIFY2(shown.find("gain +0.3333 nats") != std::string::npos, shown.c_str());
    QVERIFY2(shown.find("  -1.500     1.000     2.500  word\n") != std::string::npos, shown.c_str());
  }
};

LONGVIEW_TEST_MAIN(TestTokenGains)
#include "tst_token_gains.moc"
