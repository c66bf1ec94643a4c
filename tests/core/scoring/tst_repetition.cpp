#include "scoring/repetition.h"

#include <cmath>
#include <numeric>

#include "support/log_guard.h"

using namespace longview;

class TestRepetition : public QObject {
  Q_OBJECT

 private slots:
  void of_texts();
  void overlap_by_hand_data();
  void overlap_by_hand();
  void overlap_of_many_pairs();
};

/// Characters that nothing foretells.
static std::string noise(std::size_t size) {
  std::string text(size, ' ');
  std::uint64_t state = 1;
  for (char& c : text) {
    state = state * 6364136223846793005u + 1442695040888963407u;
    c = static_cast<char>(state >> 56);
  }
  return text;
}

void TestRepetition::of_texts() {
  QVERIFY(std::isnan(repetition("")));
  QCOMPARE(repetition("a"), 0.0); // a frame is longer than that, and less than 0 would mean nothing
  QCOMPARE(repetition(noise(100'000)), 0.0);
  QVERIFY(repetition(std::string(100'000, 'x')) > 0.99);
  const std::string once = noise(20'000);
  const double twice = repetition(once + once);
  QVERIFY2(twice > 0.45 && twice < 0.5, std::to_string(twice).c_str());
}

void TestRepetition::overlap_by_hand_data() {
  QTest::addColumn<QList<int>>("prefix");
  QTest::addColumn<QList<int>>("target");
  QTest::addColumn<int>("expected"); // in 1/255
  using L = QList<int>;
  QTest::newRow("a copy") << L{1, 2, 3, 4, 5, 6} << L{1, 2, 3, 4, 5, 6} << 255;
  QTest::newRow("nothing") << L{1, 2, 3, 4, 5, 6} << L{7, 8, 9, 10, 11, 12} << 0;
  QTest::newRow("the same tokens in another order") << L{1, 2, 3, 4, 5, 6} << L{6, 5, 4, 3, 2, 1} << 0;
  QTest::newRow("one of three") << L{9, 9, 1, 2, 3, 4} << L{1, 2, 3, 4, 5, 6} << 85;
  QTest::newRow("elsewhere in the prefix") << L{3, 4, 5, 6, 1, 2} << L{0, 3, 4, 5, 6, 0} << 85;
  QTest::newRow("places count, not kinds") << L{1, 1, 1, 1, 2, 3} << L{1, 1, 1, 1, 1, 1} << 255;
  QTest::newRow("too short") << L{1, 2, 3} << L{1, 2, 3} << 0;
}

void TestRepetition::overlap_by_hand() {
  QFETCH(QList<int>, prefix);
  QFETCH(QList<int>, target);
  QFETCH(int, expected);
  const std::vector<TokenId> segments[] = {{prefix.begin(), prefix.end()}, {target.begin(), target.end()}};
  const std::vector<Pair> pairs = {{1, 0, no_value}};
  const auto found = overlaps(pairs, 2, [&](std::uint32_t k) { return std::span(segments[k]); });
  QCOMPARE(found.size(), 1u);
  QCOMPARE(int{found[0]}, expected);
}

/// Segment k begins with what segment k - 1 ends with.
void TestRepetition::overlap_of_many_pairs() {
  std::vector<TokenId> tokens(100);
  std::iota(tokens.begin(), tokens.end(), 0);
  std::vector<Pair> pairs;
  for (std::uint32_t i = 1; i < 9; ++i)
    for (std::uint32_t j = 0; j < i; ++j)
      pairs.push_back({i, j, no_value});
  const auto found = overlaps(pairs, 9, [&](std::uint32_t k) { return std::span(tokens).subspan(k * 10u, 20); });
  for (std::size_t k = 0; k < pairs.size(); ++k) // ten tokens in common: 7 of 17 sequences
    QCOMPARE(int{found[k]}, pairs[k].i - pairs[k].j == 1 ? 105 : 0);
}

LONGVIEW_TEST_MAIN(TestRepetition)
#include "tst_repetition.moc"
