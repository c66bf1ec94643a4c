#include <cstdio>

#include <QCoreApplication>
#include <QProcess>

#include <SQLiteCpp/Column.h>
#include <SQLiteCpp/Database.h>

#include "fixture.h"
#include "support/log_guard.h"

using namespace longview;
using namespace longview::test;

/// What a killed program leaves: everything it had committed, and nothing half written.
class TestCrash : public QObject {
  Q_OBJECT

 private slots:
  void killed_in_the_middle_of_results();
  void lease_of_the_killed_is_free_at_once();

 private:
  static QByteArray write_and_kill(const ProjectFixture& fixture, int lines);
};

namespace {

constexpr double old_salt = 1, new_salt = 2;

/// The other program: stores results and partial results until it is killed, and says after each commit which it was.
[[noreturn]] void write_for_ever(const char* path) {
  Project project = Project::open(path, Project::Mode::create);
  const DatasetId dataset = put_dataset(project);
  const RunId run = project.put_run(identity(dataset), "m.gguf", "M");
  project.take_lease(run);
  const DocumentId half = project.put_document(dataset, document(1, 1, "half"));
  for (std::uint64_t line = 1;; ++line) {
    project.put_partial(run, half, result_data(line % 2 == 0 ? old_salt : new_salt).pairs);
    const DocumentId id = project.put_document(dataset, document(line));
    project.put_partial(run, id, result_data().pairs);
    const ResultData data = result_data(static_cast<double>(line));
    project.put_result(run, result_row(id, static_cast<double>(line)), &data);
    std::printf("%llu\n", static_cast<unsigned long long>(line));
    std::fflush(stdout);
  }
}

} // namespace

/// Lets the other program commit so many results at least; all it said.
QByteArray TestCrash::write_and_kill(const ProjectFixture& fixture, int lines) {
  QProcess writer;
  writer.start(QCoreApplication::applicationFilePath(), {"--write", QString::fromStdString(fixture.path())});
  QByteArray said;
  while (said.count('\n') < lines && writer.waitForReadyRead())
    said += writer.readAllStandardOutput();
  writer.kill(); // SIGKILL
  writer.waitForFinished();
  return said + writer.readAllStandardOutput();
}

void TestCrash::killed_in_the_middle_of_results() {
  for (const int lines : {1, 7, 60, 400}) {
    const ProjectFixture fixture;
    const int committed = static_cast<int>(write_and_kill(fixture, lines).count('\n'));
    QVERIFY(committed >= lines);
    QVERIFY(std::filesystem::exists(fixture.path().native() + "-wal")); // it was killed, not closed

    {
      const Project project = fixture.open(Project::Mode::read_write);
      const RunId run = project.newest_run()->id;
      const std::vector<TableRow> rows = project.table(run);
      // One more may be committed than it had time to say.
      QVERIFY(rows.size() == static_cast<std::size_t>(committed) ||
              rows.size() == static_cast<std::size_t>(committed) + 1);
      for (const TableRow& row : rows) {
        const double line = static_cast<double>(row.document.place.line);
        QCOMPARE(row.result.lds, line);
        QCOMPARE(project.result_data(run, row.document.id)->pairs.pairs[1].perplexity_after, 7.75 + line);
        QVERIFY(!project.partial(run, row.document.id));
      }
      const double half = project.partial(run, project.find_document("half").id)->pairs[1].perplexity_after;
      QVERIFY(half == 7.75 + old_salt || half == 7.75 + new_salt);
    }
    QVERIFY(!std::filesystem::exists(fixture.path().native() + "-wal"));
    SQLite::Database database(fixture.path());
    QCOMPARE(database.execAndGet("PRAGMA integrity_check").getString(), "ok");
    QVERIFY(database.execAndGet("SELECT count(*) FROM pragma_foreign_key_check").getInt() == 0);
  }
}

void TestCrash::lease_of_the_killed_is_free_at_once() {
  const ProjectFixture fixture;
  write_and_kill(fixture, 1);
  Project project = fixture.open(Project::Mode::read_write);
  project.take_lease(project.newest_run()->id);
}

int main(int argc, char** argv) {
  if (argc == 3 && std::string_view(argv[1]) == "--write")
    write_for_ever(argv[2]);
  QCoreApplication app(argc, argv);
  TestCrash object;
  return run_guarded(object, argc, argv);
}
#include "tst_crash.moc"
