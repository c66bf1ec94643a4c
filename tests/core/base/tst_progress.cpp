#include "base/progress.h"

#include "support/log_guard.h"

using namespace longview;
using namespace std::chrono_literals;

// Time is handed in: nothing here waits.
class TestProgress : public QObject {
  Q_OBJECT
 private slots:
  void throttle_lets_one_through_per_interval();
  void no_rate_before_two_updates_a_second_apart();
  void time_left_follows_a_steady_rate();
  void work_done_before_counts_for_nothing();
  void rate_moves_towards_the_present();
  void no_time_left_when_nothing_moves();

 private:
  const std::chrono::steady_clock::time_point start_{1h};
};

void TestProgress::throttle_lets_one_through_per_interval() {
  Throttle throttle(100ms);
  QVERIFY(throttle.due(start_));
  QVERIFY(!throttle.due(start_ + 99ms));
  QVERIFY(throttle.due(start_ + 100ms));
  QVERIFY(!throttle.due(start_ + 199ms));
  QVERIFY(throttle.due(start_ + 250ms));
  QVERIFY(!throttle.due(start_ + 349ms));
}

void TestProgress::no_rate_before_two_updates_a_second_apart() {
  TimeLeft left;
  QVERIFY(!left.seconds());
  left.update(0, 100, start_);
  left.update(10, 100, start_ + 900ms);
  QVERIFY(!left.rate());
  QVERIFY(!left.seconds());
  left.update(20, 100, start_ + 1s);
  QVERIFY(left.seconds());
}

void TestProgress::time_left_follows_a_steady_rate() {
  TimeLeft left;
  for (int second = 0; second <= 10; ++second)
    left.update(5.0 * second, 100, start_ + second * 1s);
  QVERIFY(qAbs(*left.rate() - 5.0) < 1e-9);
  QVERIFY(qAbs(*left.seconds() - 10.0) < 1e-9);
}

void TestProgress::work_done_before_counts_for_nothing() {
  TimeLeft left;
  left.update(900, 1'000, start_);
  left.update(910, 1'000, start_ + 2s);
  QVERIFY(qAbs(*left.seconds() - 18.0) < 1e-9);
}

void TestProgress::rate_moves_towards_the_present() {
  TimeLeft left;
  left.update(0, 1'000, start_);
  left.update(10, 1'000, start_ + 1s);
  left.update(30, 1'000, start_ + 2s);
  QVERIFY(*left.rate() > 10.0);
  QVERIFY(*left.rate() < 20.0);
}

void TestProgress::no_time_left_when_nothing_moves() {
  TimeLeft left;
  left.update(10, 100, start_);
  left.update(10, 100, start_ + 5s);
  QVERIFY(!left.seconds());
}

LONGVIEW_TEST_MAIN(TestProgress)
#include "tst_progress.moc"
