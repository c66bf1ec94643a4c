#include "store/lease.h"

#include <QProcess>
#include <csignal>
#include <sys/wait.h>
#include <unistd.h>

#include <SQLiteCpp/Database.h>

#include "fixture.h"
#include "support/log_guard.h"

using namespace longview;
using namespace longview::test;

/// Who may work on a run.
class TestLease : public QObject {
  Q_OBJECT

 private slots:
  void taken_renewed_released();
  void held_by_a_living_process();
  void taken_over_data();
  void taken_over();
  void lost_lease_is_told();
  void release_leaves_the_leases_of_others();
  void runs_are_leased_apart();
  void identities();
};

namespace {

struct LeasedRun {
  LeasedRun() : run(project.put_run(identity(put_dataset(project)), "m.gguf", "M")) {}

  /// Puts a lease of somebody else there.
  void set_lease(const ProcessIdentity& process, std::int64_t age_s) {
    SQLite::Database(fixture.path(), SQLite::OPEN_READWRITE)
        .exec(fmt::format("INSERT OR REPLACE INTO lease VALUES ({}, '{}', {}, {}, (SELECT unixepoch() - {}) * 1000)",
                          static_cast<std::int64_t>(run), process.host, process.pid, process.start, age_s));
  }

  ProjectFixture fixture;
  Project project = fixture.open();
  RunId run;
};

/// A process that lives until this object goes.
class OtherProcess {
 public:
  OtherProcess() : pid_(fork()) {
    if (pid_ == 0) {
      while (true)
        pause();
    }
  }
  ~OtherProcess() {
    kill_it();
    waitpid(pid_, nullptr, 0);
  }
  OtherProcess(const OtherProcess&) = delete;
  OtherProcess& operator=(const OtherProcess&) = delete;
  void kill_it() const { kill(pid_, SIGKILL); }
  /// Waits until it is dead, but leaves it unreaped.
  void wait_for_death() const {
    siginfo_t info = {};
    waitid(P_PID, static_cast<id_t>(pid_), &info, WEXITED | WNOWAIT);
  }
  ProcessIdentity identity() const { return process_of(pid_); }

 private:
  static ProcessIdentity process_of(pid_t pid) {
    // Start 0 is "not known": the number alone decides.
    return {this_process().host, pid, 0};
  }
  pid_t pid_;
};

} // namespace

void TestLease::taken_renewed_released() {
  LeasedRun leased;
  COMPARE_ERROR(leased.project.renew_lease(leased.run), ErrorCode::busy, "no longer holds");
  leased.project.take_lease(leased.run);
  leased.project.take_lease(leased.run);
  leased.project.renew_lease(leased.run);
  leased.project.release_lease(leased.run);
  COMPARE_ERROR(leased.project.renew_lease(leased.run), ErrorCode::busy, "no longer holds");
  leased.project.release_lease(leased.run);
}

void TestLease::held_by_a_living_process() {
  LeasedRun leased;
  const OtherProcess other;
  leased.set_lease(other.identity(), 3);
  const std::string who =
      fmt::format("is being scored by process {} on {}", other.identity().pid, other.identity().host);
  COMPARE_ERROR(leased.project.take_lease(leased.run), ErrorCode::busy, who);
  leased.set_lease({"elsewhere", 1, 1}, 50);
  COMPARE_ERROR(leased.project.take_lease(leased.run), ErrorCode::busy, "process 1 on elsewhere (last sign of life 5");
}

void TestLease::taken_over_data() {
  QTest::addColumn<QString>("host");
  QTest::addColumn<qint64>("pid");
  QTest::addColumn<qint64>("start");
  QTest::addColumn<qint64>("age_s");
  const ProcessIdentity self = this_process();
  const QString here = QString::fromStdString(self.host);
  const qint64 parent = getppid();
  QTest::newRow("silent elsewhere") << "elsewhere" << qint64{1} << qint64{1} << qint64{62};
  QTest::newRow("silent here") << here << parent << qint64{0} << qint64{62};
  QTest::newRow("from the future") << here << parent << qint64{0} << qint64{-3600};
  QTest::newRow("a number never given") << here << (qint64{1} << 40) << qint64{0} << qint64{1};
  QTest::newRow("a group of processes") << here << qint64{-1} << qint64{0} << qint64{1};
  QTest::newRow("a number given again") << here << qint64{self.pid} << qint64{self.start - 1} << qint64{1};
}

void TestLease::taken_over() {
  QFETCH(QString, host);
  QFETCH(qint64, pid);
  QFETCH(qint64, start);
  QFETCH(qint64, age_s);
  LeasedRun leased;
  leased.set_lease({host.toStdString(), pid, start}, age_s);
  leased.project.take_lease(leased.run);
  leased.project.renew_lease(leased.run);
}

void TestLease::lost_lease_is_told() {
  LeasedRun leased;
  leased.project.take_lease(leased.run);
  leased.set_lease({"elsewhere", 7, 7}, 2);
  COMPARE_ERROR(leased.project.renew_lease(leased.run), ErrorCode::busy, "process 7 on elsewhere");
}

void TestLease::release_leaves_the_leases_of_others() {
  LeasedRun leased;
  leased.set_lease({"elsewhere", 7, 7}, 2);
  leased.project.release_lease(leased.run);
  COMPARE_ERROR(leased.project.take_lease(leased.run), ErrorCode::busy, "process 7 on elsewhere");
}

void TestLease::runs_are_leased_apart() {
  LeasedRun leased;
  const RunId second = leased.project.put_run(identity(put_dataset(leased.project, "others")), "m.gguf", "M");
  leased.set_lease({"elsewhere", 7, 7}, 2);
  leased.project.take_lease(second);
}

void TestLease::identities() {
  const ProcessIdentity self = this_process();
  QCOMPARE(self.pid, getpid());
  QVERIFY(self.start > 0);
  QVERIFY(may_live(self));
  const OtherProcess other;
  QVERIFY(may_live(other.identity()));
  other.kill_it();
  other.wait_for_death();
  QVERIFY(!may_live(other.identity())); // dead, though its number is not free yet
}

LONGVIEW_TEST_MAIN(TestLease)
#include "tst_lease.moc"
