#include "base/parallel.h"

#include <chrono>
#include <functional>
#include <random>

#include "support/log_guard.h"

using namespace longview;

class TestParallel : public QObject {
  Q_OBJECT

 private slots:
  void sorts_on_several_threads_data() {
    QTest::addColumn<quint64>("count");
    QTest::addColumn<unsigned>("threads");
    for (const quint64 count : {0, 1, 19'999, 40'000, 60'001, 250'000})
      for (const unsigned threads : {0u, 1u, 2u, 3u, 5u, 8u})
        QTest::addRow("%llu on %u", count, threads) << count << threads;
  }

  /// Pairs of a number with few values and the place it had: equal numbers tell whether items are lost or doubled.
  void sorts_on_several_threads() {
    QFETCH(quint64, count);
    QFETCH(unsigned, threads);
    std::mt19937 draw(static_cast<unsigned>(count) + threads);
    std::vector<std::pair<unsigned, std::size_t>> items;
    for (std::size_t k = 0; k < count; ++k)
      items.emplace_back(draw() % 1000, k);
    auto expected = items;
    std::sort(expected.begin(), expected.end(), std::greater<>());
    sort_in_parts(items, threads, std::greater<>());
    QVERIFY(items == expected);
  }

  void stops_at_the_first_failure() {
    std::atomic<int> begun{0};
    std::size_t broken = 0;
    const auto work = [&](std::size_t begin, std::size_t) {
      ++begun;
      if (begin == broken)
        throw std::string("broken");
      std::this_thread::sleep_for(std::chrono::milliseconds(1)); // so the other thread cannot be through before
    };
    QVERIFY_THROWS_EXCEPTION(std::string, in_parts(1000, 1, 2, work));
    QVERIFY(begun < 1000);
    begun = 0;
    broken = 3;
    QVERIFY_THROWS_EXCEPTION(std::string, in_parts(1000, 1, 1, work));
    QCOMPARE(begun.load(), 4);
  }
};

LONGVIEW_TEST_MAIN(TestParallel)
#include "tst_parallel.moc"
