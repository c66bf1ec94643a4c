#include "run/attribution.h"

#include <cmath>
#include <filesystem>

#include <nlohmann/json.hpp>

#include "base/error.h"
#include "run/document_text.h"
#include "run/runner.h"
#include "support/fake_engine_test.h"
#include "support/log_guard.h"

using namespace longview;
using namespace longview::test;

class TestAttribution : public QObject {
  Q_OBJECT

  std::unique_ptr<EngineFolder> fake_;
  RunId run_{};
  DocumentId document_{};
  std::string text_;

  std::string path(const char* name) const { return fake_->path(name).string(); }

  /// A document of the reference, whose tokens are its bytes.
  Project scored() {
    RunRequest request;
    request.inputs = {LONGVIEW_REFERENCE_DIR "/documents.jsonl"};
    request.project = path("p.longview");
    request.model = path("tiny.gguf");
    request.limit = 1;
    request.settings.sampling.pairs_per_document = 40;
    run_ = run(request, {}, {}).run;
    Project project = Project::open(request.project, Project::Mode::read_write);
    document_ = project.table(run_).front().document.id;
    text_ = document_text(project, run_, document_);
    return project;
  }

 private slots:
  void init() { fake_ = std::make_unique<EngineFolder>(); }
  void cleanup() { fake_.reset(); }

  void words_data() {
    QTest::addColumn<QString>("text");
    QTest::addColumn<QList<int>>("ends"); ///< of tokens; the segment begins behind two bytes
    QTest::addColumn<QStringList>("words");
    QTest::newRow("spaces in front") << "x.The river ran" << QList<int>{3, 9, 13} << QStringList{"The", "river", "ran"};
    QTest::newRow("pieces of a word") << "x.un believ able" << QList<int>{2, 5, 9, 14}
                                      << QStringList{"un", "believ", "able"};
    QTest::newRow("joined pieces") << "x.unbelievable x" << QList<int>{2, 8, 12, 14}
                                   << QStringList{"unbelievable", "x"};
    QTest::newRow("punctuation") << "x.stop, go." << QList<int>{4, 5, 8, 9} << QStringList{"stop", ",", "go", "."};
    QTest::newRow("an apostrophe") << "x.Anna's cat" << QList<int>{4, 6, 10} << QStringList{"Anna's", "cat"};
    QTest::newRow("white space alone") << "x.a \n b" << QList<int>{1, 4, 5} << QStringList{"a", "b"};
    QTest::newRow("Chinese") << QString::fromUtf8("x.中文字") << QList<int>{3, 9} << QStringList{"中", "文字"};
    QTest::newRow("within a character") << QString::fromUtf8("x.né") << QList<int>{2, 3}
                                        << QStringList{QString::fromUtf8("né")};
    QTest::newRow("an empty token") << "x.ab c" << QList<int>{2, 2, 4} << QStringList{"ab", "c"};
    QTest::newRow("the word before is cut") << "ab cd" << QList<int>{3} << QStringList{"cd"};
  }
  void words() {
    QFETCH(QString, text);
    QFETCH(QList<int>, ends);
    QFETCH(QStringList, words);
    const std::string bytes = text.toStdString();
    const std::vector<std::uint32_t> token_ends(ends.begin(), ends.end());
    QStringList found;
    std::uint32_t next = 0;
    for (const SegmentWord& word : words_of_segment(bytes, 2, token_ends)) {
      QVERIFY(word.first_token >= next && word.last_token > word.first_token);
      next = word.last_token;
      found << QString::fromStdString(bytes.substr(2 + word.begin, word.end - word.begin));
    }
    QCOMPARE(found, words);
  }

  /// What the model says of the prefix with a space in the place of each byte of the word.
  void effects_are_those_of_the_prefix_without_the_word() {
    const Project project = scored();
    const std::uint32_t i = 9, j = 4;
    DocumentModel model;
    std::size_t told = 0, in_all = 0;
    const Attribution found = attribute(project, run_, document_, i, j, text_, model,
                                        [&](std::size_t done, std::size_t all) {
                                          QVERIFY(done > told && done <= all);
                                          told = done;
                                          in_all = all;
                                        },
                                        {});
    QVERIFY(found.words.size() > 10 && found.nats.size() == found.words.size());
    QCOMPARE(in_all, 2 * found.words.size() + 3); // the prefix itself, and the target alone
    QCOMPARE(told, in_all);

    const auto tokenizer = load_tokenizer(path("tiny.gguf"));
    const std::vector<TokenId> ids = tokenizer->encode(text_, SpecialTokens::plain).ids;
    const TokenId space = tokenizer->encode(" ", SpecialTokens::plain).ids.at(0);
    const std::span<const TokenId> prefix = std::span(ids).subspan(j * 128, 128),
                                   target = std::span(ids).subspan(i * 128, 128);
    const double before = std::log(FakeEngine::after(prefix, target));
    QVERIFY(std::abs(found.gain - 127 * (std::log(FakeEngine::alone(target)) - before)) < 1e-9);
    for (std::size_t k = 0; k < found.words.size(); ++k) {
      const SegmentWord& word = found.words[k];
      std::vector<TokenId> without(prefix.begin(), prefix.end());
      for (std::uint32_t t = word.first_token; t < word.last_token; ++t)
        without[t] = space;
      QVERIFY(std::abs(found.nats[k] - 127 * (std::log(FakeEngine::after(without, target)) - before)) < 1e-9);
    }
    const auto order = words_by_effect(found);
    QVERIFY(found.nats[order.front()] >= found.nats[order.back()]);
    const AttributionOf shown{"d", i, j, text_, found};
    const nlohmann::json json = nlohmann::json::parse(attribution_json(shown));
    QCOMPARE(json["estimate"], nlohmann::json(true));
    QCOMPARE(json["words"].size(), found.words.size());
    QCOMPARE(json["words"][0][1].get<double>(), found.nats[0]);
    QVERIFY(text_.find(json["words"][0][0].get<std::string>(), j * 128) < (j + 1) * 128);
    QVERIFY(attribution_text(shown).find("an estimate") != std::string::npos);
  }

  void it_can_be_stopped() {
    const Project project = scored();
    DocumentModel model;
    std::stop_source stop;
    int batches = 0;
    fake_->engine.after_batch = [&] {
      ++batches;
      stop.request_stop();
    };
    try {
      attribute(project, run_, document_, 9, 4, text_, model, {}, stop.get_token());
      QFAIL("it was not stopped");
    } catch (const Error& error) {
      QCOMPARE(error.code(), ErrorCode::cancelled);
    }
    QCOMPARE(batches, 1);
  }

  void pairs_that_are_not_there_are_refused() {
    const Project project = scored();
    DocumentModel model;
    for (const auto& [i, j] : {std::pair{4u, 4u}, std::pair{4000u, 1u}})
      QVERIFY_THROWS_EXCEPTION(Error, attribute(project, run_, document_, i, j, text_, model, {}, {}));
  }
};

LONGVIEW_TEST_MAIN(TestAttribution)
#include "tst_attribution.moc"
