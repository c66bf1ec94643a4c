#include "base/file.h"

#include <QTemporaryDir>

#include <fstream>

#include "base/error.h"
#include "support/log_guard.h"

using namespace longview;
namespace fs = std::filesystem;

class TestFile : public QObject {
  Q_OBJECT
 private slots:
  void init();
  void atomic_file_replaces_on_commit();
  void atomic_file_leaves_nothing_without_commit();
  void atomic_file_needs_a_folder();
  void mapped_file_shows_the_bytes();
  void mapped_file_may_be_empty();
  void mapped_file_refuses_data();
  void mapped_file_refuses();
  void hash_of_a_file_is_the_hash_of_its_bytes();
  void read_file_refuses_too_much();
  void stamp_tells_size();

 private:
  fs::path path(const char* name) const { return fs::path(folder_->path().toStdString()) / name; }
  fs::path write(const char* name, std::string_view bytes) const {
    std::ofstream(path(name), std::ios::binary) << bytes;
    return path(name);
  }
  std::size_t files() const {
    return static_cast<std::size_t>(std::distance(fs::directory_iterator(folder_->path().toStdString()), {}));
  }

  std::unique_ptr<QTemporaryDir> folder_;
};

void TestFile::init() {
  folder_ = std::make_unique<QTemporaryDir>();
}

void TestFile::atomic_file_replaces_on_commit() {
  const fs::path to = write("a.txt", "old");
  const std::string large(3u << 20, 'x'); // more than its buffer
  AtomicFile file(to);
  file.write(large);
  file.write("end");
  QCOMPARE(read_file(to), std::string("old"));
  QCOMPARE(file.size(), std::uint64_t(large.size() + 3));
  file.commit();
  QVERIFY(read_file(to) == large + "end");
  QCOMPARE(files(), std::size_t(1));
}

void TestFile::atomic_file_leaves_nothing_without_commit() {
  const fs::path to = write("a.txt", "old");
  {
    AtomicFile file(to);
    file.write("new");
    QCOMPARE(files(), std::size_t(2));
  }
  QCOMPARE(read_file(to), std::string("old"));
  QCOMPARE(files(), std::size_t(1));
}

void TestFile::atomic_file_needs_a_folder() {
  QVERIFY_THROWS_EXCEPTION(Error, AtomicFile(path("missing/a.txt")));
}

void TestFile::mapped_file_shows_the_bytes() {
  const std::string bytes("ab\0cd", 5);
  const MappedFile file(write("a.bin", bytes));
  const auto shown = file.bytes();
  QCOMPARE(std::string(reinterpret_cast<const char*>(shown.data()), shown.size()), bytes);
  file.release(0, 5);
  file.release(3, UINT64_MAX); // beyond the end: nothing to give back
  QCOMPARE(static_cast<char>(file.bytes()[3]), 'c');
}

void TestFile::mapped_file_may_be_empty() {
  QVERIFY(MappedFile(write("empty", "")).bytes().empty());
}

void TestFile::mapped_file_refuses_data() {
  QTest::addColumn<std::string>("name");
  QTest::addColumn<int>("code");
  QTest::newRow("missing") << std::string("missing") << static_cast<int>(ErrorCode::not_found);
  QTest::newRow("folder") << std::string(".") << static_cast<int>(ErrorCode::input);
}

void TestFile::mapped_file_refuses() {
  QFETCH(std::string, name);
  QFETCH(int, code);
  try {
    const MappedFile file(path(name.c_str()));
    QFAIL("opened");
  } catch (const Error& error) {
    QCOMPARE(static_cast<int>(error.code()), code);
    QCOMPARE(error.context(), path(name.c_str()).string());
  }
}

void TestFile::hash_of_a_file_is_the_hash_of_its_bytes() {
  const std::string bytes(3'000'000, 'q'); // several reads
  QVERIFY(hash_file(write("a.bin", bytes)) == hash128(bytes));
  std::stop_source stop;
  stop.request_stop();
  QVERIFY_THROWS_EXCEPTION(Error, hash_file(path("a.bin"), stop.get_token()));
}

void TestFile::read_file_refuses_too_much() {
  const fs::path file = write("a.txt", "12345");
  QCOMPARE(read_file(file, 5), std::string("12345"));
  QVERIFY_THROWS_EXCEPTION(Error, read_file(file, 4));
}

void TestFile::stamp_tells_size() {
  const FileStamp stamp = file_stamp(write("a.txt", "12345"));
  QCOMPARE(stamp.size, std::uint64_t(5));
  QVERIFY(stamp == file_stamp(path("a.txt")));
  fs::last_write_time(path("a.txt"), fs::last_write_time(path("a.txt")) + std::chrono::seconds(2));
  QCOMPARE(file_stamp(path("a.txt")).mtime_ns, stamp.mtime_ns + 2'000'000'000);
}

LONGVIEW_TEST_MAIN(TestFile)
#include "tst_file.moc"
