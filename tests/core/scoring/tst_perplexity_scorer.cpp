#include "scoring/scorer.h"

#include <cmath>
#include <vector>

#include "base/error.h"
#include "fake_decoder.h"
#include "support/log_guard.h"

using namespace longview;

namespace {

constexpr std::uint32_t length = 3;

/// A block of segments whose first tokens are 7, 8, …, and every pair of one with a later one.
struct Block {
  explicit Block(std::size_t segments) {
    for (std::size_t k = 0; k < segments; ++k)
      tokens.push_back({static_cast<TokenId>(7 + k), static_cast<TokenId>(100 + 13 * k), 2});
    for (const auto& segment : tokens)
      block.segments.push_back(segment);
    for (std::size_t prefix = 0; prefix < segments; ++prefix)
      for (std::size_t target = prefix + 1; target < segments; ++target) {
        block.pairs.push_back({static_cast<std::uint32_t>(prefix), tokens[target]});
        expected_after.push_back(alone(target) + 1000 * double(7 + prefix));
      }
    for (std::size_t k = 0; k < segments; ++k)
      expected_alone.push_back(alone(k));
  }
  Block(const Block&) = delete;
  static double alone(std::size_t k) { return 1 + double(7 + k) + 0.001 * double(100 + 13 * k); }

  std::vector<std::vector<TokenId>> tokens;
  ScoreBlock block;
  std::vector<double> expected_alone, expected_after;
};

void verify_close(double got, double expected) {
  QVERIFY2(std::abs(got - expected) <= 1e-5 * expected,
           qPrintable(QStringLiteral("%1, not %2").arg(got).arg(expected)));
}

void verify_all(const std::vector<double>& got, const std::vector<double>& expected) {
  QCOMPARE(got.size(), expected.size());
  for (std::size_t k = 0; k < got.size(); ++k)
    verify_close(got[k], expected[k]);
}

} // namespace

/// How batches are begun and finished, on a decoder without a model; the numbers of real ones are in tst_engine.
class TestPerplexityScorer : public QObject {
  Q_OBJECT

  static void batches_ahead(std::initializer_list<int> all = {0, 1, 2, 50}) {
    QTest::addColumn<int>("ahead");
    for (const int ahead : all)
      QTest::addRow("%d ahead", ahead) << ahead;
  }

 private slots:
  void answers_come_to_their_places_data() { batches_ahead(); }
  void answers_come_to_their_places() {
    QFETCH(int, ahead);
    for (const std::size_t segments : {1, 4, 5, 9}) {
      FakeDecoding decoding;
      const auto scorer = scorer_on_fake_decoder(decoding, length, 4, 8, static_cast<std::size_t>(ahead));
      const Block block(segments);
      const BlockResult result = scorer->score(block.block, length, {}, {});
      verify_all(result.perplexity_alone, block.expected_alone);
      verify_all(result.perplexity_after, block.expected_after);
      QCOMPARE(result.segments_done, segments);
      QCOMPARE(result.pairs_done, block.block.pairs.size());
      QCOMPARE(scorer->times().segments, segments);
      QCOMPARE(scorer->times().pairs, block.block.pairs.size());
    }
  }

  void batches_are_begun_ahead_and_reported_in_order_data() { batches_ahead(); }
  void batches_are_begun_ahead_and_reported_in_order() {
    QFETCH(int, ahead);
    FakeDecoding decoding;
    const auto scorer = scorer_on_fake_decoder(decoding, length, 4, 12, static_cast<std::size_t>(ahead));
    const Block block(10); // 3 batches of segments, 12 of pairs
    std::size_t reported = 0, most_ahead = 0;
    const BlockResult result =
        scorer->score(block.block, length,
                      [&](const BlockResult& so_far) {
                        ++reported;
                        most_ahead = std::max(most_ahead, decoding.begun - reported);
                        QCOMPARE(so_far.segments_done, std::min<std::size_t>(10, 4 * reported));
                        QCOMPARE(so_far.pairs_done, reported <= 3 ? 0 : std::min<std::size_t>(45, 4 * (reported - 3)));
                        for (std::size_t k = 0; k < so_far.pairs_done; ++k)
                          verify_close(so_far.perplexity_after[k], block.expected_after[k]);
                      },
                      {});
    QCOMPARE(reported, std::size_t{15});
    QCOMPARE(decoding.begun, std::size_t{15});
    QCOMPARE(most_ahead, std::min<std::size_t>(14, static_cast<std::size_t>(ahead)));
  }

  void stops_without_beginning_another_batch_data() { batches_ahead({0, 1, 2, 5}); }
  void stops_without_beginning_another_batch() {
    QFETCH(int, ahead);
    FakeDecoding decoding;
    const auto scorer = scorer_on_fake_decoder(decoding, length, 4, 12, static_cast<std::size_t>(ahead));
    const Block block(10);
    std::stop_source stop;
    std::size_t reported = 0;
    try {
      scorer->score(
          block.block, length,
          [&](const BlockResult&) {
            if (++reported == 4)
              stop.request_stop();
          },
          stop.get_token());
      QFAIL("it went on");
    } catch (const Error& error) {
      QCOMPARE(error.code(), ErrorCode::cancelled);
    }
    QCOMPARE(reported, std::size_t{4});
    QCOMPARE(decoding.begun, static_cast<std::size_t>(4 + ahead));
  }

  /// What was under way is dropped with the block, and the next call begins it again with half the batch.
  void goes_on_with_half_the_batch_after_a_full_card_data() { batches_ahead(); }
  void goes_on_with_half_the_batch_after_a_full_card() {
    QFETCH(int, ahead);
    FakeDecoding decoding;
    decoding.fails_at = 6;
    const auto scorer = scorer_on_fake_decoder(decoding, length, 4, 12, static_cast<std::size_t>(ahead));
    const Block block(10);
    try {
      scorer->score(block.block, length, {}, {});
      QFAIL("there was enough");
    } catch (const Error& error) {
      QCOMPARE(error.code(), ErrorCode::out_of_memory);
      QVERIFY(QString(error.what()).contains("batch of 4"));
    }
    QVERIFY(scorer->use_less_memory());
    QCOMPARE(scorer->info().batch, 2u);
    QCOMPARE(scorer->info().block_segments, 6u);
    QCOMPARE(decoding.caches, std::vector<std::int64_t>{12});
    const BlockResult result = scorer->score(block.block, length, {}, {});
    verify_all(result.perplexity_alone, block.expected_alone);
    verify_all(result.perplexity_after, block.expected_after);
    QCOMPARE(decoding.caches, (std::vector<std::int64_t>{12, 10}));
    QVERIFY(scorer->use_less_memory());
    QVERIFY(!scorer->use_less_memory()); // one segment at a time is the least
  }

  /// What a caller may not do: each would read or write beside what is there.
  void what_does_not_fit_is_refused() {
    FakeDecoding decoding;
    const auto scorer = scorer_on_fake_decoder(decoding, length, 4, 12, 0);
    const auto refused = [&](const ScoreBlock& block, std::uint32_t segment_length, const char* part) {
      try {
        scorer->score(block, segment_length, {}, {});
        QFAIL(part);
      } catch (const Error& error) {
        QVERIFY2(QString::fromUtf8(error.what()).contains(QLatin1String(part)), error.what());
      }
    };
    const Block good(3);
    refused(good.block, length + 1, "set up for segments of 3 tokens");
    const std::vector<TokenId> longer{1, 2, 3, 4}, outside{1, 1000, 2}, negative{1, -1, 2};
    ScoreBlock block = good.block;
    block.segments[1] = longer;
    refused(block, length, "a segment of 4 tokens");
    block.segments[1] = outside;
    refused(block, length, "token 1000 is outside the model's vocabulary of 1000");
    block = good.block;
    block.pairs[1].target = negative;
    refused(block, length, "token -1 is outside");
    block = good.block;
    block.pairs[1].prefix = 3;
    refused(block, length, "a prefix outside its block");
    QCOMPARE(decoding.begun, std::size_t{0});
  }

  void what_libtorch_throws_is_one_sentence_data() {
    QTest::addColumn<int>("failure");
    QTest::addColumn<int>("code");
    QTest::addColumn<QString>("part");
    using enum FakeDecoding::Failure;
    const auto row = [](const char* what, FakeDecoding::Failure failure, ErrorCode code, const char* part) {
      QTest::newRow(what) << int(failure) << int(code) << part;
    };
    row("card full", card_full, ErrorCode::out_of_memory, "say a smaller --memory");
    row("no pinned memory", no_pinned_memory, ErrorCode::out_of_memory, "say a smaller --memory");
    row("no cuBLAS memory", no_cublas_memory, ErrorCode::out_of_memory, "say a smaller --memory");
    row("no cuDNN memory", no_cudnn_memory, ErrorCode::out_of_memory, "say a smaller --memory");
    row("no memory for a tensor", no_memory_for_a_tensor, ErrorCode::out_of_memory, "say a smaller --memory");
    row("no host memory", no_host_memory, ErrorCode::out_of_memory, "say a smaller --memory");
    row("illegal access", illegal_access, ErrorCode::internal,
        "illegal memory access was encountered; what is scored is kept");
    row("wrong shape", wrong_shape, ErrorCode::internal, "shapes cannot be multiplied");
  }
  void what_libtorch_throws_is_one_sentence() {
    QFETCH(int, failure);
    QFETCH(int, code);
    QFETCH(QString, part);
    FakeDecoding decoding;
    decoding.fails_at = 2;
    decoding.failure = static_cast<FakeDecoding::Failure>(failure);
    const auto scorer = scorer_on_fake_decoder(decoding, length, 4, 12, 2);
    const Block block(10);
    try {
      scorer->score(block.block, length, {}, {});
      QFAIL("it did not fail");
    } catch (const Error& error) {
      QCOMPARE(int(error.code()), code);
      const QString text = QString::fromUtf8(error.what());
      QVERIFY2(text.contains(part), error.what());
      QVERIFY2(!text.contains('\n') && !text.contains("Exception raised"), error.what());
    }
  }
};

LONGVIEW_TEST_MAIN(TestPerplexityScorer)
#include "tst_perplexity_scorer.moc"
