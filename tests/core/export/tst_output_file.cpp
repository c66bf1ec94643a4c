#include "export/output_file.h"

#include <QTemporaryDir>
#include <zlib.h>
#include <zstd.h>

#include "base/file.h"
#include "support/log_guard.h"

using namespace longview;

namespace {

std::string gunzip(const std::filesystem::path& path) {
  const gzFile file = gzopen(path.c_str(), "rb");
  std::string bytes, piece(1 << 16, '\0');
  for (int count; (count = gzread(file, piece.data(), static_cast<unsigned>(piece.size()))) > 0;)
    bytes.append(piece, 0, static_cast<std::size_t>(count));
  return gzclose(file) == Z_OK ? bytes : "damaged";
}

std::string unzstd(const std::filesystem::path& path, std::size_t most) {
  const std::string packed = read_file(path);
  std::string bytes(most, '\0');
  const std::size_t size = ZSTD_decompress(bytes.data(), bytes.size(), packed.data(), packed.size());
  return ZSTD_isError(size) ? ZSTD_getErrorName(size) : bytes.substr(0, size);
}

/// Does not compress well, so that every buffer fills up several times.
std::string sample(std::size_t size) {
  std::string bytes;
  for (std::uint64_t x = 1; bytes.size() < size; x = x * 6364136223846793005u + 1442695040888963407u)
    bytes += std::to_string(x >> 20);
  return bytes;
}

} // namespace

class TestOutputFile : public QObject {
  Q_OBJECT

 private slots:
  void what_is_written_is_read_back_data() {
    QTest::addColumn<QString>("name");
    QTest::addColumn<int>("compression");
    QTest::newRow("plain") << "x.jsonl" << static_cast<int>(Compression::none);
    QTest::newRow("gzip") << "x.jsonl.gz" << static_cast<int>(Compression::gzip);
    QTest::newRow("gzip in capitals") << "X.GZ" << static_cast<int>(Compression::gzip);
    QTest::newRow("zstd") << "x.csv.zst" << static_cast<int>(Compression::zstd);
  }
  void what_is_written_is_read_back() {
    QFETCH(QString, name);
    QFETCH(int, compression);
    const auto path = folder_ / name.toStdString();
    QCOMPARE(static_cast<int>(compression_of(path)), compression);
    for (const std::size_t size : {0u, 1u, 70'000u, 700'000u}) {
      const std::string bytes = sample(size);
      const Hash128 first = put(path, bytes, 1000), second = put(path, bytes, bytes.size() + 1);
      QCOMPARE(first, second); // however it is cut, and whenever: the same file
      QCOMPARE(first, hash_file(path));
      const std::string back = compression == static_cast<int>(Compression::gzip)   ? gunzip(path)
                               : compression == static_cast<int>(Compression::zstd) ? unzstd(path, bytes.size() + 1)
                                                                                    : read_file(path);
      QVERIFY(back == bytes);
    }
  }

  void nothing_appears_without_commit() {
    const auto path = folder_ / "never.gz";
    {
      OutputFile file(path);
      file.write("something");
      file.finish();
      QVERIFY(file.size() > 0);
    }
    QVERIFY(!std::filesystem::exists(path));
  }

 private:
  static Hash128 put(const std::filesystem::path& path, std::string_view bytes, std::size_t step) {
    OutputFile file(path);
    for (std::size_t at = 0; at < bytes.size(); at += step)
      file.write(bytes.substr(at, step));
    file.finish();
    file.commit();
    return file.hash();
  }

  QTemporaryDir temporary_;
  std::filesystem::path folder_ = temporary_.path().toStdString();
};

LONGVIEW_TEST_MAIN(TestOutputFile)
#include "tst_output_file.moc"
