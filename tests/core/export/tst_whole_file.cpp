#include "export/whole_file.h"

#include <filesystem>
#include <fstream>

#include <QTemporaryDir>

#include "base/error.h"
#include "base/file.h"
#include "support/log_guard.h"

using namespace longview;

/// A file read once: its lines on the way, its hash at the end.
class TestWholeFile : public QObject {
  Q_OBJECT

 private slots:
  void lines_come_whole_and_the_hash_is_the_files_data() {
    QTest::addColumn<int>("length"); // of a line
    QTest::addColumn<int>("step");   // every so many lines are asked for
    QTest::addColumn<QByteArray>("end");
    QTest::newRow("short lines") << 20 << 1 << QByteArray("\n");
    QTest::newRow("short lines, some") << 20 << 1000 << QByteArray("\n");
    QTest::newRow("windows") << 400 << 7 << QByteArray("\r\n");
    QTest::newRow("longer than a block") << 1'500'000 << 1 << QByteArray("\n");
    QTest::newRow("longer than a block, some") << 1'500'000 << 3 << QByteArray("\r\n");
    QTest::newRow("none") << 300 << 1'000'000 << QByteArray("\n");
  }
  void lines_come_whole_and_the_hash_is_the_files() {
    QFETCH(int, length);
    QFETCH(int, step);
    QFETCH(QByteArray, end);
    std::string bytes;
    std::vector<DocumentPlace> places;
    while (bytes.size() < 4'000'000) {
      const std::size_t size = static_cast<std::size_t>(length) + places.size() % 3;
      places.push_back({0, bytes.size(), size, places.size() + 1});
      bytes.append(size, static_cast<char>('a' + places.size() % 26));
      bytes += end.toStdString();
    }
    bytes.resize(bytes.size() - static_cast<std::size_t>(end.size())); // the last line has no end
    const auto path = write(bytes);
    WholeFile file(path, {});
    for (std::size_t k = static_cast<std::size_t>(step) - 1; k < places.size(); k += static_cast<std::size_t>(step)) {
      const auto line = file.line(places[k]);
      const bool last = k + 1 == places.size();
      QVERIFY(line && *line == std::string_view(bytes).substr(places[k].offset, places[k].length + !last));
    }
    QCOMPARE(file.hash(), hash_file(path));
  }

  void what_is_no_line_is_not_given_data() {
    QTest::addColumn<quint64>("offset");
    QTest::addColumn<quint64>("length");
    QTest::addColumn<bool>("given");
    // "first\nsecond\r\nthird"
    QTest::newRow("first") << quint64{0} << quint64{5} << true;
    QTest::newRow("windows end") << quint64{6} << quint64{6} << true;
    QTest::newRow("last") << quint64{14} << quint64{5} << true;
    QTest::newRow("begins late") << quint64{1} << quint64{4} << false;
    QTest::newRow("begins early") << quint64{5} << quint64{7} << false;
    QTest::newRow("ends early") << quint64{6} << quint64{5} << false;
    QTest::newRow("ends late") << quint64{0} << quint64{6} << false;
    QTest::newRow("behind the file") << quint64{14} << quint64{6} << false;
    QTest::newRow("far behind") << (quint64{1} << 60) << quint64{5} << false;
    QTest::newRow("longer than any") << quint64{14} << ~quint64{0} << false;
  }
  void what_is_no_line_is_not_given() {
    QFETCH(quint64, offset);
    QFETCH(quint64, length);
    const auto path = write("first\nsecond\r\nthird");
    WholeFile file(path, {});
    const auto line = file.line({0, offset, length, 1});
    QTEST(line.has_value(), "given");
    QCOMPARE(file.hash(), hash_file(path)); // all the same
  }

  void a_line_that_went_by_is_not_given() {
    std::string bytes(1'000'000, 'x');
    bytes += "\nabc\n";
    const auto path = write(bytes);
    WholeFile file(path, {});
    QVERIFY(file.line({0, 1'000'001, 3, 2}));
    QVERIFY(!file.line({0, 0, 1'000'000, 1}));
    QCOMPARE(file.hash(), hash_file(path));
  }

  void a_file_that_became_shorter_is_another() {
    const auto path = write(std::string(3'000'000, 'x') + "\nabc\n");
    const Hash128 before = hash_file(path);
    WholeFile file(path, {});
    std::filesystem::resize_file(path, 1'000'000);
    QVERIFY(!file.line({0, 3'000'001, 3, 2}));
    QVERIFY(file.hash() != before);
  }

  void stops_when_asked() {
    const auto path = write(std::string(3'000'000, 'x'));
    std::stop_source stop;
    WholeFile file(path, stop.get_token());
    stop.request_stop();
    try {
      file.hash();
      QFAIL("it went on");
    } catch (const Error& error) {
      QCOMPARE(error.code(), ErrorCode::cancelled);
    }
  }

 private:
  std::filesystem::path write(const std::string& bytes) const {
    const auto path = std::filesystem::path(folder_.path().toStdString()) / "x.jsonl";
    std::ofstream(path, std::ios::binary) << bytes;
    return path;
  }

  QTemporaryDir folder_;
};

LONGVIEW_TEST_MAIN(TestWholeFile)
#include "tst_whole_file.moc"
