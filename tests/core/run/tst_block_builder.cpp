#include <cmath>
#include <numeric>
#include <set>

#include "run/block_builder.h"
#include "support/log_guard.h"

using namespace longview;

namespace {

constexpr std::uint32_t length = 4;

/// A document of n segments with all pairs; token t of the document is its own number plus `base`.
std::unique_ptr<DocumentJob> document(std::uint32_t n, TokenId base, std::int64_t id) {
  auto job = std::make_unique<DocumentJob>();
  job->document = DocumentId{id};
  job->segment_length = length;
  job->tokens.resize(std::size_t{n} * length);
  std::iota(job->tokens.begin(), job->tokens.end(), base);
  job->pairs.perplexity_alone.assign(n, no_value);
  for (std::uint32_t i = 0; i < n; ++i) {
    job->needed.push_back(i);
    for (std::uint32_t j = 0; j < i; ++j)
      job->pairs.pairs.push_back({i, j, no_value});
  }
  return job;
}

/// What a scorer would say: numbers from which the place can be read off.
BlockResult answers(const ScoreBlock& block) {
  BlockResult result;
  for (const auto& segment : block.segments)
    result.perplexity_alone.push_back(segment[0]);
  for (const auto& pair : block.pairs)
    result.perplexity_after.push_back(block.segments[pair.prefix][0] * 1000.0 + pair.target[0]);
  result.segments_done = block.segments.size();
  result.pairs_done = block.pairs.size();
  return result;
}

} // namespace

class TestBlockBuilder : public QObject {
  Q_OBJECT

 private slots:
  void every_answer_reaches_its_place_data() {
    QTest::addColumn<int>("most");
    for (const int most : {1, 2, 3, 5, 7, 100})
      QTest::addRow("%d prefixes a block", most) << most;
  }
  void every_answer_reaches_its_place() {
    QFETCH(int, most);
    BlockBuilder builder(static_cast<std::uint32_t>(most));
    builder.add(document(5, 0, 1));
    builder.add(document(3, 500, 2));
    std::set<std::int64_t> complete;
    std::size_t segments = 0, pairs = 0;
    while (builder.waiting()) {
      const ScoreBlock& block = builder.next_block();
      QVERIFY(block.segments.size() <= static_cast<std::size_t>(most));
      segments += block.segments.size();
      pairs += block.pairs.size();
      for (const DocumentJob* job : builder.take(answers(block))) {
        complete.insert(static_cast<std::int64_t>(job->document));
        const double base = job->document == DocumentId{1} ? 0 : 500;
        for (std::uint32_t k = 0; k < job->pairs.segments(); ++k)
          QCOMPARE(job->pairs.perplexity_alone[k], base + k * length);
        for (const Pair& pair : job->pairs.pairs)
          QCOMPARE(pair.perplexity_after, (base + pair.j * length) * 1000 + base + pair.i * length);
      }
      builder.release_finished();
    }
    QCOMPARE(complete, (std::set<std::int64_t>{1, 2}));
    QCOMPARE(segments, std::size_t{8}); // every prefix goes through the model once
    QCOMPARE(pairs, std::size_t{13});
    QVERIFY(builder.empty());
  }

  void partial_answers_are_kept_apart() {
    BlockBuilder builder(100);
    builder.add(document(3, 0, 1));
    builder.add(document(3, 500, 2));
    const ScoreBlock& block = builder.next_block();
    BlockResult result = answers(block);
    result.segments_done = 2;
    result.pairs_done = 0;
    QVERIFY(builder.take(result).empty());
    QCOMPARE(builder.unfinished().size(), std::size_t{1}); // the second has no answer yet
    result.segments_done = 6;
    result.pairs_done = 3;
    QCOMPARE(builder.take(result).size(), std::size_t{1});
    QCOMPARE(builder.unfinished().size(), std::size_t{1});
    QCOMPARE(builder.unfinished().front()->document, DocumentId{2});
  }

  void a_block_that_was_given_up_is_cut_anew() {
    BlockBuilder builder(100);
    builder.add(document(2, 500, 2));
    builder.add(document(5, 0, 1));
    BlockResult result = answers(builder.next_block());
    result.pairs_done = 4; // the pair of the first document and three of the second
    QCOMPARE(builder.take(result).size(), std::size_t{1});
    builder.restart(2);
    std::size_t pairs = 0;
    const DocumentJob* complete = nullptr;
    while (builder.waiting()) {
      const ScoreBlock& block = builder.next_block();
      QVERIFY(block.segments.size() <= 2);
      pairs += block.pairs.size();
      for (const DocumentJob* job : builder.take(answers(block)))
        complete = job;
    }
    QCOMPARE(pairs, std::size_t{7}); // what was answered is not asked again
    QVERIFY(complete && complete->document == DocumentId{1});
    for (const Pair& pair : complete->pairs.pairs)
      QCOMPARE(pair.perplexity_after, pair.j * length * 1000.0 + pair.i * length);
  }

  void a_resumed_document_runs_only_what_is_missing() {
    auto job = document(4, 0, 1);
    for (double& alone : job->pairs.perplexity_alone)
      alone = 7;
    for (Pair& pair : job->pairs.pairs)
      pair.perplexity_after = pair.j == 2 ? no_value : 9; // only (3, 2) is missing
    BlockBuilder builder(100);
    builder.add(std::move(job));
    const ScoreBlock& block = builder.next_block();
    QCOMPARE(block.segments.size(), std::size_t{1}); // prefix 2 again, for its keys and values
    QCOMPARE(block.segments[0][0], TokenId{8});
    QCOMPARE(block.pairs.size(), std::size_t{1});
    QCOMPARE(builder.take(answers(block)).size(), std::size_t{1});
  }

  void a_thinned_document_takes_its_real_segments() {
    auto job = document(3, 0, 1);
    job->tokens.resize(10 * length);
    std::iota(job->tokens.begin(), job->tokens.end(), 0);
    job->pairs.kept = {1, 4, 9};
    BlockBuilder builder(100);
    builder.add(std::move(job));
    const ScoreBlock& block = builder.next_block();
    QCOMPARE(block.segments[0][0], TokenId{4});
    QCOMPARE(block.segments[1][0], TokenId{16});
    QCOMPARE(block.segments[2][0], TokenId{36});
  }
};

LONGVIEW_TEST_MAIN(TestBlockBuilder)
#include "tst_block_builder.moc"
