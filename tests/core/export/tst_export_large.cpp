#include <algorithm>
#include <set>

#include <fmt/format.h>

#include "base/machine.h"
#include "export_test.h"
#include "run/import_scores.h"

using namespace longview;
using namespace longview::test;
namespace fs = std::filesystem;

/// Files of many blocks: order, memory, and what is left of an export that does not come to its end.
class TestExportLarge : public ExportTest {
  Q_OBJECT

 private slots:
  void kept_lines_come_in_order_data();
  void kept_lines_come_in_order();
  void an_edit_that_keeps_size_and_time_is_seen_data();
  void an_edit_that_keeps_size_and_time_is_seen();
  void an_edit_of_the_first_of_two_files_is_seen();
  void an_error_in_the_middle_leaves_nothing();
  void a_stop_in_the_middle_leaves_nothing();
  void memory_does_not_grow_with_the_file();

 private:
  static std::string line(std::size_t k, std::size_t length) {
    return fmt::format("{{\"id\":\"d{}\",\"s\":{},\"text\":\"{} said \\\"{}\\\"\\n\"}}", k, k % 3, k,
                       std::string(length, 'x'));
  }
  /// A project of `count` such lines with their "s" as score.
  void import_lines(std::size_t count, std::size_t length) {
    std::ofstream out(source(), std::ios::binary);
    for (std::size_t k = 0; k < count; ++k)
      out << line(k, length) << '\n';
    out.close();
    import_source();
  }
  void import_source(const std::vector<fs::path>& more = {}) {
    ImportRequest import;
    import.inputs = {source()};
    import.inputs.insert(import.inputs.end(), more.begin(), more.end());
    import.project = folder_ / "large.longview";
    import.score_field = "s";
    run_ = import_scores(import).run;
  }
  void write_large(const ExportRequest& request, const ExportObserver& observer = {}, std::stop_token stop = {}) const {
    export_rows(request, Project::open(folder_ / "large.longview", Project::Mode::read_only), observer, stop);
  }
  fs::path source() const { return folder_ / "large.jsonl"; }
  std::set<fs::path> files() const { return {fs::directory_iterator(folder_), fs::directory_iterator()}; }
};

void TestExportLarge::kept_lines_come_in_order_data() {
  QTest::addColumn<QString>("where");
  QTest::addColumn<int>("least"); // score that is kept
  QTest::newRow("all: the file is checked") << "" << 0;
  QTest::newRow("most: the file is checked") << "lds >= 1" << 1;
  QTest::newRow("few: each line is checked") << "lds >= 2" << 2;
}

void TestExportLarge::kept_lines_come_in_order() {
  QFETCH(QString, where);
  QFETCH(int, least);
  import_lines(3000, 3000);
  std::string expected;
  for (std::size_t k = 0; k < 3000; ++k)
    if (static_cast<int>(k % 3) >= least) {
      expected += line(k, 3000);
      expected.pop_back();
      expected += fmt::format(",\"longview\":{{\"lds\":{}}}}}\n", k % 3);
    }
  ExportRequest kept = request("kept.jsonl");
  kept.where = where.toStdString();
  kept.scores = {"lds"};
  write_large(kept);
  QVERIFY(read(kept.out) == expected);
}

void TestExportLarge::an_edit_that_keeps_size_and_time_is_seen_data() {
  QTest::addColumn<QString>("where");
  QTest::addColumn<int>("edited"); // line, from 0
  QTest::addColumn<QByteArray>("from");
  QTest::addColumn<QByteArray>("to");
  QTest::addColumn<int>("code"); // -1: it is exported
  const int conflict = static_cast<int>(ErrorCode::conflict);
  QTest::newRow("the text of a kept line") << "" << 1001 << QByteArray("said") << QByteArray("SAID") << conflict;
  QTest::newRow("what stands beside the text")
      << "" << 1001 << QByteArray("\"id\"") << QByteArray("\"ID\"") << conflict;
  QTest::newRow("a line beside those kept, which are most")
      << "lds >= 1" << 999 << QByteArray("said") << QByteArray("SAID") << conflict;
  QTest::newRow("the last line, not kept")
      << "lds <= 1" << 2999 << QByteArray("said") << QByteArray("SAID") << conflict;
  QTest::newRow("a brace") << "" << 1001 << QByteArray("{\"id\"") << QByteArray(" \"id\"") << conflict;
  QTest::newRow("the text of a line of few")
      << "lds >= 2" << 1001 << QByteArray("said") << QByteArray("SAID") << conflict;
  QTest::newRow("a line beside those kept, which are few")
      << "lds >= 2" << 999 << QByteArray("said") << QByteArray("SAID") << -1;
}

void TestExportLarge::an_edit_that_keeps_size_and_time_is_seen() {
  QFETCH(QString, where);
  QFETCH(int, edited);
  QFETCH(QByteArray, from);
  QFETCH(QByteArray, to);
  QFETCH(int, code);
  import_lines(3000, 3000);
  const fs::file_time_type time = fs::last_write_time(source());
  std::string bytes = read(source());
  const std::string id = fmt::format("{{\"id\":\"d{}\"", edited);
  bytes.replace(bytes.find(from.toStdString(), bytes.find(id)), static_cast<std::size_t>(from.size()),
                to.toStdString());
  write(source(), bytes);
  fs::last_write_time(source(), time);
  ExportRequest kept = request("kept.jsonl");
  kept.where = where.toStdString();
  const std::set<fs::path> before = files();
  const auto error = error_of([&] { write_large(kept); });
  QCOMPARE(error ? static_cast<int>(error->code()) : -1, code);
  QCOMPARE(files() == before, error.has_value());
}

/// Each file is compared when the next one begins.
void TestExportLarge::an_edit_of_the_first_of_two_files_is_seen() {
  std::string texts[2];
  for (std::size_t k = 0; k < 400; ++k)
    texts[k / 200] += line(k, 3000) + '\n';
  write(source(), texts[0]);
  write(folder_ / "second.jsonl", texts[1]);
  import_source({folder_ / "second.jsonl"});
  write_large(request("kept.jsonl"));
  const fs::file_time_type time = fs::last_write_time(source());
  texts[0].replace(texts[0].find("said", texts[0].find("\"d101\"")), 4, "SAID");
  write(source(), texts[0]);
  fs::last_write_time(source(), time);
  const std::set<fs::path> before = files();
  const auto error = error_of([&] { write_large(request("again.jsonl")); });
  QVERIFY(error.has_value());
  QCOMPARE(error->code(), ErrorCode::conflict);
  QCOMPARE(error->context(), source().string());
  QVERIFY(files() == before);
}

void TestExportLarge::an_error_in_the_middle_leaves_nothing() {
  std::ofstream out(source(), std::ios::binary);
  for (std::size_t k = 0; k < 3000; ++k)
    out << (k == 2000 ? R"({"text":"taken","s":1,"longview":7})" : line(k, 3000)) << '\n';
  out.close();
  import_source();
  const std::set<fs::path> before = files();
  const auto error = error_of([&] { write_large(request("kept.jsonl")); });
  QVERIFY(error && error->code() == ErrorCode::conflict);
  QCOMPARE(error->context(), source().string() + ":2001");
  QCOMPARE(files(), before);
}

void TestExportLarge::a_stop_in_the_middle_leaves_nothing() {
  import_lines(1000, 60'000);
  const std::set<fs::path> before = files();
  std::stop_source stop;
  std::uint64_t stopped_at = 0;
  const ExportObserver observer = [&](const ExportProgress& progress) {
    if (progress.stage != ExportProgress::Stage::writing || progress.done == 0)
      return;
    stopped_at = progress.done;
    stop.request_stop();
  };
  // Compressed, so that it takes many times as long as the observer's tenth of a second.
  const auto error = error_of([&] { write_large(request("kept.jsonl.gz"), observer, stop.get_token()); });
  QVERIFY(error && error->code() == ErrorCode::cancelled);
  QVERIFY(stopped_at > 0);
  QCOMPARE(files(), before);
}

void TestExportLarge::memory_does_not_grow_with_the_file() {
  import_lines(2000, 80'000);
  QVERIFY(fs::file_size(source()) > 160'000'000);
  const std::uint64_t before = resident_memory();
  restart_peak_memory();
  for (const char* where : {"", "lds >= 2"}) { // the file is checked, then each line
    ExportRequest kept = request("kept.jsonl");
    kept.where = where;
    kept.force = true;
    write_large(kept);
  }
  const std::uint64_t grown = peak_memory() - std::min(before, peak_memory());
  QVERIFY2(grown < 64'000'000, std::to_string(grown).c_str());
}

LONGVIEW_TEST_MAIN(TestExportLarge)
#include "tst_export_large.moc"
