#include <cmath>
#include <fstream>
#include <vector>

#include <nlohmann/json.hpp>

#include "base/error.h"
#include "model/default_model.h"
#include "model/kernels/kernels.h"
#include "scoring/scorer.h"
#include "support/log_guard.h"

using namespace longview;
using nlohmann::json;

/// The real engine on the default model, against the reference's perplexities and token NLLs (float32 on the CPU).
class TestEngine : public QObject {
  Q_OBJECT

  static json line(const char* file, int number) {
    std::ifstream in(std::string(LONGVIEW_REFERENCE_DIR "/") + file);
    std::string text;
    for (int k = 0; k <= number; ++k)
      std::getline(in, text);
    return json::parse(text);
  }

  /// Token ids of a reference document (the tokenizer has tests of its own).
  static std::vector<TokenId> tokens_of(int document) {
    const std::string text = line("documents.jsonl", document)["text"];
    std::ifstream in(LONGVIEW_REFERENCE_DIR "/tokens/smollm2.jsonl");
    for (std::string row; std::getline(in, row);)
      if (const json parsed = json::parse(row); parsed["text"] == text)
        return parsed["ids"];
    return {};
  }

  static ScorerOptions float32() {
    ScorerOptions options;
    options.dtype = DType::float32;
    options.device = "cpu";
    return options;
  }

  std::unique_ptr<Scorer> scorer_;

 private slots:
  void initTestCase() {
    scorer_ = engine().open(default_model().string(), float32(), {});
    QCOMPARE(scorer_->info().vocabulary, 49152u);
    QCOMPARE(scorer_->info().dtype, DType::float32);
  }

  void perplexities_equal_the_reference() {
    const std::vector<TokenId> ids = tokens_of(0);
    QCOMPARE(ids.size(), std::size_t{2419});
    const json golden = line("golden_longview/smollm2.jsonl", 0);
    ScoreBlock block;
    for (std::size_t k = 0; k < golden["solo"].size(); ++k)
      block.segments.push_back(std::span(ids).subspan(k * 128, 128));
    for (const json& pair : golden["pairs"])
      block.pairs.push_back({pair[1], block.segments[pair[0]]});
    std::size_t batches = 0;
    const BlockResult result = scorer_->score(block, 128, [&](const BlockResult&) { ++batches; }, {});
    QVERIFY(batches >= 2);
    QCOMPARE(result.segments_done, block.segments.size());
    QCOMPARE(result.pairs_done, block.pairs.size());
    for (std::size_t k = 0; k < block.segments.size(); ++k)
      if (!golden["solo"][k].is_null())
        verify_close(result.perplexity_alone[k], golden["solo"][k], 1e-4);
    for (std::size_t k = 0; k < block.pairs.size(); ++k)
      verify_close(result.perplexity_after[k], golden["pairs"][k][2], 1e-4);
  }

  void token_nlls_equal_the_reference() {
    const std::vector<TokenId> ids = tokens_of(2);
    const json golden = line("golden/smollm2.jsonl", 2);
    const std::vector<std::size_t> kept = golden["kept"];
    for (const json& row : golden["token_nll"]) {
      const auto target = std::span(ids).subspan(kept[row[0]] * 128, 128);
      const auto prefix = std::span(ids).subspan(kept[row[1]] * 128, 128);
      const std::vector<float> alone = scorer_->token_nll({}, target);
      const std::vector<float> after = scorer_->token_nll(prefix, target);
      QCOMPARE(alone.size(), std::size_t{127});
      QCOMPARE(after.size(), std::size_t{127});
      for (std::size_t t = 0; t < 127; ++t) {
        QVERIFY(std::abs(alone[t] - row[2][t].get<double>()) < 1e-4);
        QVERIFY(std::abs(after[t] - row[3][t].get<double>()) < 1e-4);
      }
    }
  }

  /// What resume and cross-document batches rest on: the same bits whatever else is in the block.
  void a_number_does_not_depend_on_its_batch() {
    const std::vector<TokenId> ids = tokens_of(0);
    const auto segment = [&](std::size_t k) { return std::span(ids).subspan(k * 128, 128); };
    ScoreBlock small, large;
    small.segments = {segment(3)};
    small.pairs = {{0, segment(9)}};
    for (const std::size_t k : {1u, 2u, 5u, 4u, 7u, 3u})
      large.segments.push_back(segment(k));
    for (const std::size_t k : {8u, 6u, 7u, 10u, 11u, 12u})
      large.pairs.push_back({static_cast<std::uint32_t>(k % 5), segment(k)});
    large.pairs.push_back({5, segment(9)});
    const BlockResult one = scorer_->score(small, 128, {}, {});
    const BlockResult many = scorer_->score(large, 128, {}, {});
    QCOMPARE(one.perplexity_alone[0], many.perplexity_alone[5]);
    QCOMPARE(one.perplexity_after[0], many.perplexity_after[6]);
  }

  void stops_within_a_batch() {
    const std::vector<TokenId> ids = tokens_of(0);
    ScoreBlock block;
    for (std::size_t k = 0; k < 16; ++k)
      block.segments.push_back(std::span(ids).subspan(k * 128, 128));
    std::stop_source stop;
    std::size_t done = 0;
    try {
      scorer_->score(
          block, 128,
          [&](const BlockResult& result) {
            done = result.segments_done;
            stop.request_stop();
          },
          stop.get_token());
      QFAIL("it went on");
    } catch (const Error& error) {
      QCOMPARE(error.code(), ErrorCode::cancelled);
    }
    QCOMPARE(done, std::size_t{scorer_->info().batch});
  }

  void narrow_products_stay_close_data() {
    QTest::addColumn<int>("dtype");
    QTest::addColumn<double>("most"); // relative, of a segment's perplexity
    // the worst of these four segments is 0.0067 and 0.014 off; in int8 without the turn of rows it was 0.044
    QTest::newRow("bfloat16") << int(DType::bfloat16) << 0.015;
    QTest::newRow("int8") << int(DType::int8) << 0.025;
  }
  void narrow_products_stay_close() {
    QFETCH(int, dtype);
    QFETCH(double, most);
    if (DType(dtype) == DType::int8 && !kernels::has_int8_products())
      QSKIP("this processor has no int8 products");
    ScorerOptions options = float32();
    options.dtype = DType(dtype);
    const auto rough = engine().open(default_model().string(), options, {});
    const std::vector<TokenId> ids = tokens_of(0);
    ScoreBlock block;
    for (std::size_t k = 0; k < 4; ++k)
      block.segments.push_back(std::span(ids).subspan(k * 128, 128));
    const BlockResult exact = scorer_->score(block, 128, {}, {});
    const BlockResult close = rough->score(block, 128, {}, {});
    for (std::size_t k = 0; k < 4; ++k) {
      verify_close(close.perplexity_alone[k], exact.perplexity_alone[k], most);
      QVERIFY(close.perplexity_alone[k] != exact.perplexity_alone[k]); // it did run in another type
    }
    ScoreBlock last; // each row has its own scale, so that here too a number does not depend on its batch
    last.segments = {block.segments[3]};
    QCOMPARE(rough->score(last, 128, {}, {}).perplexity_alone[0], close.perplexity_alone[3]);
  }

  void refuses_what_it_cannot_do_data() {
    QTest::addColumn<QString>("device");
    QTest::addColumn<int>("dtype");
    QTest::addColumn<int>("length");
    QTest::addColumn<QString>("part");
    QTest::newRow("no such device") << "tpu" << int(DType::float32) << 128 << "no device";
    QTest::newRow("float16 on cpu") << "cpu" << int(DType::float16) << 128 << "CUDA";
    QTest::newRow("longer than the context") << "cpu" << int(DType::float32) << 5000 << "context is 8192";
  }
  void refuses_what_it_cannot_do() {
    QFETCH(QString, device);
    QFETCH(int, dtype);
    QFETCH(int, length);
    QFETCH(QString, part);
    ScorerOptions options;
    options.device = device.toStdString();
    options.dtype = static_cast<DType>(dtype);
    options.segment_length = static_cast<std::uint32_t>(length);
    try {
      engine().open(default_model().string(), options, {});
      QFAIL("it was opened");
    } catch (const Error& error) {
      QVERIFY2(QString(error.what()).contains(part), error.what());
    }
  }

 private:
  static void verify_close(double ours, double theirs, double relative) {
    const bool close = std::abs(ours - theirs) <= relative * std::abs(theirs);
    QVERIFY2(close, qPrintable(QString("%1 is not %2").arg(ours, 0, 'g', 10).arg(theirs, 0, 'g', 10)));
  }
};

LONGVIEW_TEST_MAIN(TestEngine)
#include "tst_engine.moc"
