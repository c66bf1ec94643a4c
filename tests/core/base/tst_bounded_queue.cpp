#include "base/bounded_queue.h"

#include <atomic>
#include <numeric>
#include <thread>
#include <vector>

#include "support/log_guard.h"

using namespace longview;

class TestBoundedQueue : public QObject {
  Q_OBJECT
 private slots:
  void keeps_the_order();
  void full_queue_waits_for_a_pop();
  void closed_queue_gives_what_it_has();
  void close_ends_a_waiting_push();
  void stop_ends_waiting();
  void many_threads_lose_nothing();
};

void TestBoundedQueue::keeps_the_order() {
  BoundedQueue<int> queue(3);
  for (const int k : {1, 2, 3})
    QVERIFY(queue.push(k, {}));
  QCOMPARE(queue.size(), std::size_t(3));
  QCOMPARE(queue.pop({}), std::optional(1));
  QCOMPARE(queue.try_pop(), std::optional(2));
  QCOMPARE(queue.pop({}), std::optional(3));
  QVERIFY(!queue.try_pop());
}

void TestBoundedQueue::full_queue_waits_for_a_pop() {
  BoundedQueue<int> queue(2);
  std::size_t most = 0;
  std::jthread producer([&] {
    for (int k = 0; k < 1'000; ++k)
      queue.push(k, {});
    queue.close();
  });
  int expected = 0;
  for (auto item = queue.pop({}); item; item = queue.pop({})) {
    QCOMPARE(*item, expected++);
    most = std::max(most, queue.size());
  }
  QCOMPARE(expected, 1'000);
  QVERIFY(most <= 2);
}

void TestBoundedQueue::closed_queue_gives_what_it_has() {
  BoundedQueue<int> queue(2);
  queue.push(1, {});
  queue.close();
  QVERIFY(!queue.push(2, {}));
  QCOMPARE(queue.pop({}), std::optional(1));
  QVERIFY(!queue.pop({}));
}

void TestBoundedQueue::close_ends_a_waiting_push() {
  BoundedQueue<int> queue(1);
  queue.push(1, {});
  std::atomic<bool> pushed = true;
  std::jthread producer([&] { pushed = queue.push(2, {}); });
  queue.close();
  producer.join();
  QVERIFY(!pushed);
  QCOMPARE(queue.size(), std::size_t(1));
}

void TestBoundedQueue::stop_ends_waiting() {
  BoundedQueue<int> empty(1);
  BoundedQueue<int> full(1);
  full.push(1, {});
  std::atomic<bool> popped = true;
  std::atomic<bool> pushed = true;
  std::jthread consumer([&](std::stop_token stop) { popped = empty.pop(stop).has_value(); });
  std::jthread producer([&](std::stop_token stop) { pushed = full.push(2, stop); });
  consumer.request_stop();
  producer.request_stop();
  consumer.join();
  producer.join();
  QVERIFY(!popped);
  QVERIFY(!pushed);
}

void TestBoundedQueue::many_threads_lose_nothing() {
  constexpr int threads = 4;
  constexpr int each = 2'000;
  BoundedQueue<int> queue(8);
  std::atomic<long> sum = 0;
  std::atomic<int> count = 0;
  {
    std::vector<std::jthread> consumers;
    for (int k = 0; k < threads; ++k)
      consumers.emplace_back([&] {
        while (auto item = queue.pop({})) {
          sum += *item;
          ++count;
        }
      });
    {
      std::vector<std::jthread> producers;
      for (int k = 0; k < threads; ++k)
        producers.emplace_back([&queue, k] {
          for (int n = 0; n < each; ++n)
            queue.push(k * each + n, {});
        });
    }
    queue.close();
  }
  const long all = long{threads} * each;
  QCOMPARE(count.load(), static_cast<int>(all));
  QCOMPARE(sum.load(), all * (all - 1) / 2);
}

LONGVIEW_TEST_MAIN(TestBoundedQueue)
#include "tst_bounded_queue.moc"
