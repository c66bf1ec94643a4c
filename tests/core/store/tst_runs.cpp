#include <cmath>

#include <QDateTime>

#include "fixture.h"
#include "support/log_guard.h"

using namespace longview;
using namespace longview::test;

/// What a project remembers of runs, and the table of one.
class TestRuns : public QObject {
  Q_OBJECT

 private slots:
  void run_round_trip();
  void equal_identity_is_the_same_run();
  void newest_run_of_a_dataset();
  void finished_until_a_result_comes();
  void table_is_in_source_order();
  void table_since_follows();
  void transaction_is_undone_unless_committed();
  void missing_things_are_named();
};

void TestRuns::run_round_trip() {
  ProjectFixture fixture;
  Project project = fixture.open();
  const RunIdentity written = identity(put_dataset(project));
  const StoredRun run = project.run(project.put_run(written, "/models/m.gguf", "SmolLM2"));
  QVERIFY(run.identity == written);
  QCOMPARE(run.model_path, "/models/m.gguf");
  QCOMPARE(run.model_name, "SmolLM2");
  QVERIFY(!run.program_version.empty());
  const QDateTime started = QDateTime::fromString(QString::fromStdString(run.started), Qt::ISODate);
  QVERIFY(started.isValid());
  QVERIFY(std::abs(started.secsTo(QDateTime::currentDateTimeUtc())) < 60);
  QVERIFY(run.finished.empty());
}

void TestRuns::equal_identity_is_the_same_run() {
  WithDataset made;
  const RunId first = made.project.put_run(identity(made.dataset), "m.gguf", "M");
  QVERIFY(made.project.put_run(identity(made.dataset), "elsewhere/m.gguf", "M") == first);
  QVERIFY(made.project.put_run(identity(made.dataset, "{}"), "m.gguf", "M") != first);
  RunIdentity other = identity(made.dataset);
  other.model.low ^= 1;
  QVERIFY(made.project.put_run(other, "m.gguf", "M") != first);
  other = identity(made.dataset);
  other.tokenizer.high ^= 1;
  QVERIFY(made.project.put_run(other, "m.gguf", "M") != first);
  QCOMPARE(made.project.runs().size(), 4u);
  QVERIFY(made.project.runs().front().id == first);
}

void TestRuns::newest_run_of_a_dataset() {
  ProjectFixture fixture;
  Project project = fixture.open();
  QVERIFY(!project.newest_run());
  const DatasetId talks = put_dataset(project);
  const DatasetId others = put_dataset(project, "others");
  const RunId first = project.put_run(identity(talks), "m.gguf", "M");
  const RunId second = project.put_run(identity(others), "m.gguf", "M");
  QVERIFY(project.newest_run()->id == second);
  QVERIFY(project.newest_run(talks)->id == first);
}

void TestRuns::finished_until_a_result_comes() {
  WithRun made;
  const DocumentId id = made.project.put_document(made.dataset, document(1));
  made.project.put_result(made.run, result_row(id), nullptr);
  QVERIFY(made.project.run(made.run).finished.empty());
  made.project.finish_run(made.run);
  const std::string finished = made.project.run(made.run).finished;
  QVERIFY(!finished.empty());
  made.project.finish_run(made.run);
  QCOMPARE(made.project.run(made.run).finished, finished);
  made.project.put_result(made.run, result_row(id), nullptr);
  QVERIFY(made.project.run(made.run).finished.empty());
}

void TestRuns::table_is_in_source_order() {
  WithDataset made;
  const DatasetId others = put_dataset(made.project, "others");
  const RunId run = made.project.put_run(identity(made.dataset), "m.gguf", "M");
  const RunId other_run = made.project.put_run(identity(others), "m.gguf", "M");
  for (const auto& [line, source] : {std::pair{2u, 1u}, {9u, 0u}, {1u, 1u}, {3u, 0u}}) {
    const DocumentId id = made.project.put_document(made.dataset, document(line, source));
    made.project.put_result(run, result_row(id, line), nullptr);
  }
  made.project.put_result(other_run, result_row(made.project.put_document(others, document(5))), nullptr);
  made.project.put_document(made.dataset, document(4)); // no result yet: not in the table
  const std::vector<TableRow> rows = made.project.table(run);
  QCOMPARE(rows.size(), 4u);
  const char* const names[] = {"talk-0-3", "talk-0-9", "talk-1-1", "talk-1-2"};
  for (std::size_t k = 0; k < 4; ++k) {
    QCOMPARE(rows[k].document.name, names[k]);
    QVERIFY(rows[k].result.document == rows[k].document.id);
    QCOMPARE(rows[k].result.lds, static_cast<double>(rows[k].document.place.line));
  }
}

void TestRuns::table_since_follows() {
  ProjectFixture fixture;
  Project writer = fixture.open();
  Project reader = fixture.open(Project::Mode::read_only);
  const DatasetId dataset = put_dataset(writer);
  const RunId run = writer.put_run(identity(dataset), "m.gguf", "M");
  std::int64_t seen = 0;
  const auto rows_since = [&] {
    std::vector<TableRow> rows;
    const std::uint64_t count = reader.table_since(run, seen, 10, [&](const TableRow& row) { rows.push_back(row); });
    return count == rows.size() ? rows : std::vector<TableRow>();
  };
  QVERIFY(rows_since().empty());
  const auto put = [&](std::uint64_t line, double lds) {
    writer.put_result(run, result_row(writer.put_document(dataset, document(line)), lds), nullptr);
  };
  put(2, 1);
  put(1, 2);
  std::vector<TableRow> rows = rows_since();
  QCOMPARE(rows.size(), 2u);
  QCOMPARE(rows[0].document.name, "talk-0-2");
  QVERIFY(rows_since().empty());
  put(2, 3); // a result that comes again is told again
  put(3, 4);
  rows = rows_since();
  QCOMPARE(rows.size(), 2u);
  QCOMPARE(rows[0].document.name, "talk-0-2");
  QCOMPARE(rows[0].result.lds, 3.0);
  QCOMPARE(reader.result_count(run), 3u);
}

void TestRuns::transaction_is_undone_unless_committed() {
  WithRun made;
  const auto put = [&](std::uint64_t line) {
    const ResultData data = result_data();
    made.project.put_result(made.run, result_row(made.project.put_document(made.dataset, document(line))), &data);
  };
  {
    Project::Transaction transaction(made.project);
    put(1);
    put(2);
  }
  QCOMPARE(made.project.result_count(made.run), 0u);
  {
    Project::Transaction outer(made.project);
    put(1);
    {
      Project::Transaction inner(made.project);
      put(2);
    }
    put(3);
    outer.commit();
  }
  const std::vector<TableRow> rows = made.project.table(made.run);
  QCOMPARE(rows.size(), 2u);
  QCOMPARE(rows[1].document.name, "talk-0-3");
}

void TestRuns::missing_things_are_named() {
  ProjectFixture fixture;
  Project project = fixture.open();
  COMPARE_ERROR(project.dataset(DatasetId{5}), ErrorCode::not_found, "no dataset 5");
  COMPARE_ERROR(project.document(DocumentId{6}), ErrorCode::not_found, "no document 6");
  COMPARE_ERROR(project.run(RunId{7}), ErrorCode::not_found, "no run 7");
  COMPARE_ERROR(project.finish_run(RunId{7}), ErrorCode::not_found, "no run 7");
  COMPARE_ERROR(project.take_lease(RunId{7}), ErrorCode::not_found, "no run 7");
  COMPARE_ERROR(project.put_run(identity(DatasetId{5}), "", ""), ErrorCode::not_found, "no dataset 5");
  QVERIFY(project.table(RunId{7}).empty());
  // Foreign keys are on: a result of nothing is a fault of ours, and nothing of it stays.
  COMPARE_ERROR(project.put_result(RunId{7}, result_row(DocumentId{1}), nullptr), ErrorCode::internal, "FOREIGN KEY");
}

LONGVIEW_TEST_MAIN(TestRuns)
#include "tst_runs.moc"
