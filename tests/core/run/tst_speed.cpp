#include "run/speed.h"
#include "support/fake_engine.h"
#include "support/log_guard.h"

using namespace longview;
using namespace longview::test;

class TestSpeed : public QObject {
  Q_OBJECT

 private slots:
  void a_long_run_tells_its_speed() {
    ScorerTimes spent;
    spent.alone = 10;
    spent.after = 40;
    spent.segments = 120;
    spent.pairs = 440;
    const auto speed = what_a_run_tells(spent, 1.5);
    QVERIFY(speed.has_value());
    QCOMPARE(speed->pairs_per_second, 11.0);
    QCOMPARE(speed->solo_per_second, 12.0);
    QCOMPARE(speed->load_seconds, 1.5);
  }
  void a_short_run_tells_nothing() {
    ScorerTimes spent;
    spent.alone = 0.5;
    spent.after = 40;
    spent.segments = 6;
    spent.pairs = 440;
    QVERIFY(!what_a_run_tells(spent, 1.5));
    QVERIFY(!what_a_run_tells({}, 0));
  }
  void a_speed_is_remembered_by_all_it_depends_on() {
    const SpeedKey key{hash128("model"), "cpu", DType::float32, 2, 128};
    remember_speed(key, {11, 12, 1.5});
    const auto known = remembered_speed(key);
    QVERIFY(known.has_value());
    QCOMPARE(known->pairs_per_second, 11.0);
    QCOMPARE(known->solo_per_second, 12.0);
    QCOMPARE(known->load_seconds, 1.5);
    SpeedKey other = key;
    other.dtype = DType::bfloat16;
    QVERIFY(!remembered_speed(other));
    other = key;
    other.threads = 1;
    QVERIFY(!remembered_speed(other));
    other = key;
    other.segment_length = 64;
    QVERIFY(!remembered_speed(other));
  }
  void a_probe_takes_more_than_the_warm_up() {
    UseFakeEngine fake;
    ScorerOptions options;
    const auto scorer = fake.engine.open("", options, {});
    const Speed speed = probe_speed(*scorer, 128, {});
    QVERIFY(speed.pairs_per_second > 0 && speed.solo_per_second > 0);
    QVERIFY(fake.engine.pairs_run > 3 * scorer->info().batch); // a fake is fast, so half a second asks for many
  }
};

LONGVIEW_TEST_MAIN(TestSpeed)
#include "tst_speed.moc"
