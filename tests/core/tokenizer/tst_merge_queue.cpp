#include <random>
#include <set>

#include "support/log_guard.h"
#include "tokenizer/merge_queue.h"

using namespace longview;

class TestMergeQueue : public QObject {
  Q_OBJECT

 private slots:
  void empty_queue() {
    MergeQueue queue;
    QVERIFY(!queue.pop());
    queue.push({5, 1});
    QVERIFY(queue.pop());
    QVERIFY(!queue.pop());
  }

  /// Items come and go in any order, worse and better ranks while a list is half done too.
  void keeps_the_order() {
    std::mt19937 random(3);
    MergeQueue queue;
    std::multiset<std::pair<std::uint32_t, std::uint32_t>> expected;
    for (int step = 0; step < 20'000; ++step) {
      if (random() % 5 < 3) {
        const MergeQueue::Item item{static_cast<std::uint32_t>(random() % 50),
                                    static_cast<std::uint32_t>(random() % 1000)};
        queue.push(item);
        expected.insert({item.rank, item.place});
        continue;
      }
      const auto item = queue.pop();
      QCOMPARE(item.has_value(), !expected.empty());
      if (!item)
        continue;
      QCOMPARE(item->rank, expected.begin()->first);
      QCOMPARE(item->place, expected.begin()->second);
      expected.erase(expected.begin());
    }
    QVERIFY(!expected.empty());
    for (const auto& [rank, place] : expected) {
      const auto item = queue.pop();
      QVERIFY(item && item->rank == rank && item->place == place);
    }
    QVERIFY(!queue.pop());
  }
};

LONGVIEW_TEST_MAIN(TestMergeQueue)
#include "tst_merge_queue.moc"
