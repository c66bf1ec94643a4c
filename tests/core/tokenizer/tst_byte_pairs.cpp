#include <algorithm>
#include <map>
#include <random>

#include "base/error.h"
#include "support/log_guard.h"
#include "tokenizer/byte_pairs.h"

using namespace longview;

namespace {

/// A vocabulary of random merges over a few letters. Their ranks are shuffled, so that a merge can make a pair that
/// ranks better than itself; real vocabularies never do.
struct RandomVocabulary {
  std::vector<std::string> tokens;
  std::array<TokenId, 256> byte_tokens{};
  std::vector<Merge> merges;

  RandomVocabulary(std::mt19937& random, std::string_view letters, int merge_count, bool shuffled) {
    byte_tokens.fill(BytePairs::none);
    std::map<std::string, TokenId> ids;
    const auto add = [&](const std::string& bytes) {
      const auto [place, is_new] = ids.try_emplace(bytes, static_cast<TokenId>(tokens.size()));
      if (is_new)
        tokens.push_back(bytes);
      return place->second;
    };
    for (const char letter : letters)
      byte_tokens[static_cast<unsigned char>(letter)] = add(std::string(1, letter));
    for (int k = 0; k < merge_count; ++k) {
      const auto left = static_cast<TokenId>(random() % tokens.size()),
                 right = static_cast<TokenId>(random() % tokens.size());
      const std::string bytes = tokens[static_cast<std::size_t>(left)] + tokens[static_cast<std::size_t>(right)];
      if (bytes.size() <= 12)
        merges.push_back({left, right, add(bytes)});
    }
    if (shuffled)
      std::shuffle(merges.begin(), merges.end(), random);
  }
};

BytePairs make(const RandomVocabulary& vocabulary) {
  std::vector<Word> words;
  for (std::size_t k = 0; k < vocabulary.tokens.size(); ++k)
    words.emplace_back(vocabulary.tokens[k], static_cast<TokenId>(k));
  return {vocabulary.byte_tokens, vocabulary.merges, words, {}};
}

/// The definition, word for word: of all neighbours the best rank, of equals the leftmost.
Tokens merged_by_definition(const RandomVocabulary& vocabulary, std::string_view piece, std::uint64_t start) {
  std::map<std::pair<TokenId, TokenId>, std::pair<std::size_t, TokenId>> ranks;
  for (std::size_t rank = 0; rank < vocabulary.merges.size(); ++rank) {
    const Merge& merge = vocabulary.merges[rank];
    ranks[{merge.left, merge.right}] = {rank, merge.merged};
  }
  Tokens out;
  for (std::size_t k = 0; k < piece.size(); ++k)
    if (const TokenId id = vocabulary.byte_tokens[static_cast<unsigned char>(piece[k])]; id != BytePairs::none) {
      out.ids.push_back(id);
      out.ends.push_back(start + k + 1);
    }
  for (;;) {
    std::size_t best = out.ids.size(), best_rank = vocabulary.merges.size();
    for (std::size_t k = 0; k + 1 < out.ids.size(); ++k)
      if (const auto found = ranks.find({out.ids[k], out.ids[k + 1]});
          found != ranks.end() && found->second.first < best_rank) {
        best = k;
        best_rank = found->second.first;
      }
    if (best == out.ids.size())
      return out;
    out.ids[best] = vocabulary.merges[best_rank].merged;
    out.ids.erase(out.ids.begin() + static_cast<std::ptrdiff_t>(best) + 1);
    out.ends.erase(out.ends.begin() + static_cast<std::ptrdiff_t>(best));
  }
}

} // namespace

class TestBytePairs : public QObject {
  Q_OBJECT

 private slots:
  void equals_the_definition_data() {
    QTest::addColumn<QString>("letters");
    QTest::addColumn<bool>("shuffled");
    QTest::addColumn<int>("longest");
    for (const bool shuffled : {false, true})
      for (const int longest : {12, 90, 600}) { // scanned, scanned, by the queue
        QTest::addRow("one letter, up to %d, %s", longest, shuffled ? "shuffled" : "in order")
            << "a" << shuffled << longest;
        QTest::addRow("four letters, up to %d, %s", longest, shuffled ? "shuffled" : "in order")
            << "abcd" << shuffled << longest;
      }
  }
  void equals_the_definition() {
    QFETCH(QString, letters);
    QFETCH(bool, shuffled);
    QFETCH(int, longest);
    std::mt19937 random(5);
    PairMerges::Workspace work;
    for (int trial = 0; trial < 40; ++trial) {
      const RandomVocabulary vocabulary(random, letters.toStdString(), 60, shuffled);
      const BytePairs pairs = make(vocabulary);
      for (int k = 0; k < 5; ++k) {
        std::string piece;
        for (std::size_t length = 1 + random() % static_cast<unsigned>(longest); piece.size() < length;)
          piece += random() % 40 == 0
                       ? '?'
                       : letters[static_cast<int>(random() % static_cast<unsigned>(letters.size()))].toLatin1();
        const Tokens expected = merged_by_definition(vocabulary, piece, 1000);
        Tokens made;
        pairs.append(piece, 1000, made, work, {});
        QVERIFY2(made.ids == expected.ids, piece.c_str());
        QVERIFY2(made.ends == expected.ends, piece.c_str());
      }
    }
  }

  /// A token whose bytes merge to something else is not made, though it is in the vocabulary.
  void words_are_what_merging_makes() {
    std::array<TokenId, 256> bytes{};
    bytes.fill(BytePairs::none);
    bytes['a'] = 0;
    bytes['b'] = 1;
    const std::vector<Word> words = {{"a", 0}, {"b", 1}, {"ab", 2}, {"aba", 3}, {"abab", 4}};
    const std::vector<Merge> merges = {{0, 1, 2}, {2, 2, 4}}; // "aba" has no merge
    const BytePairs pairs(bytes, merges, words, {});
    PairMerges::Workspace work;
    Tokens made;
    for (const char* piece : {"aba", "abab", "?", "a?b", "b"})
      pairs.append(piece, 0, made, work, {});
    QVERIFY(made.ids == (std::vector<TokenId>{2, 0, 4, 2, 1}));
    QVERIFY(made.ends == (std::vector<std::uint64_t>{2, 3, 4, 3, 1}));
  }

  /// Words are tokens as a whole where merges are ignored for them; bytes without a token may be one that says so.
  void options() {
    std::array<TokenId, 256> bytes{};
    bytes.fill(BytePairs::none);
    bytes['a'] = 0;
    bytes['b'] = 1;
    const std::vector<Word> words = {{"a", 0}, {"b", 1}, {"ab", 2}, {"aba", 3}};
    const std::vector<Merge> merges = {{0, 1, 2}};
    const auto ids = [&](BytePairs::Options options, const char* piece) {
      PairMerges::Workspace work;
      Tokens made;
      BytePairs(bytes, merges, words, options).append(piece, 0, made, work, {});
      return made.ids;
    };
    QVERIFY(ids({BytePairs::none, false, true}, "aba") == (std::vector<TokenId>{3}));
    QVERIFY(ids({BytePairs::none, false, true}, "abab") == (std::vector<TokenId>{2, 2}));
    QVERIFY(ids({7, false, false}, "a??b") == (std::vector<TokenId>{0, 7, 7, 1}));
    QVERIFY(ids({7, true, false}, "a??b") == (std::vector<TokenId>{0, 7, 1}));
  }

  /// Had it been quadratic, this would not come to an end.
  void a_long_piece() {
    std::mt19937 random(9);
    const RandomVocabulary vocabulary(random, "ab", 60, false);
    const BytePairs pairs = make(vocabulary);
    PairMerges::Workspace work;
    Tokens made;
    pairs.append(std::string(2'000'000, 'a'), 0, made, work, {});
    QVERIFY(!made.ids.empty());
    QCOMPARE(made.ends.back(), std::uint64_t{2'000'000});
  }

  void stops_within_a_piece() {
    std::mt19937 random(9);
    const RandomVocabulary vocabulary(random, "ab", 60, false);
    const BytePairs pairs = make(vocabulary);
    std::stop_source stop;
    stop.request_stop();
    PairMerges::Workspace work;
    Tokens made;
    QVERIFY_THROWS_EXCEPTION(Error, pairs.append(std::string(1'000'000, 'a'), 0, made, work, stop.get_token()));
  }
};

LONGVIEW_TEST_MAIN(TestBytePairs)
#include "tst_byte_pairs.moc"
