#include "base/thread_priority.h"

#include <thread>

#include "support/log_guard.h"
#include "support/niceness.h"

using namespace longview;
using namespace longview::test;

class TestThreadPriority : public QObject {
  Q_OBJECT

 private slots:
  void stands_behind_with_those_it_starts() {
    const int before = niceness();
    int lowered = -1, started = -1;
    std::thread([&] {
      lower_thread_priority();
      lowered = niceness();
      std::thread([&] { started = niceness(); }).join();
    }).join();
    QVERIFY2(lowered >= 10, qPrintable(QString::number(lowered)));
    QCOMPARE(started, lowered);
    QCOMPARE(niceness(), before); // other threads stay where they are
  }

  void one_that_stands_further_behind_stays_there() {
    int kept = -1;
    std::thread([&] {
      QCOMPARE(::setpriority(PRIO_PROCESS, static_cast<id_t>(::gettid()), 17), 0);
      lower_thread_priority();
      kept = niceness();
    }).join();
    QCOMPARE(kept, 17);
  }
};

LONGVIEW_TEST_MAIN(TestThreadPriority)
#include "tst_thread_priority.moc"
