#include <QTemporaryDir>

#include "base/error.h"
#include "model/zip_archive.h"
#include "support/log_guard.h"
#include "support/safetensors_builder.h"

using namespace longview;
using longview::test::write_bytes;

namespace {

template <typename T>
std::string raw(T value) {
  return {reinterpret_cast<const char*>(&value), sizeof value};
}
std::string u16(unsigned value) {
  return raw(static_cast<std::uint16_t>(value));
}
std::string u32(std::uint64_t value) {
  return raw(static_cast<std::uint32_t>(value));
}
std::string u64(std::uint64_t value) {
  return raw(value);
}

/// An archive of two members, a: "first" and b: "second one"; each field can be made wrong.
struct Zip {
  std::uint32_t flags = 0, method = 0, local_name_length = 1, name_length = 1, volume = 0, members = 2;
  std::uint64_t local_offset = 0, size = 5, stored_size = 5;
  std::string extra, local_extra, name = "a", local_name = "a", comment, before, behind_directory;
  std::int64_t directory_size_error = 0, directory_offset_error = 0, comment_length_error = 0;
  bool zip64 = false;
  std::int64_t end64_error = 0;

  std::string bytes() const {
    std::string out = before;
    out += "PK\3\4" + std::string(22, '\0') + u16(local_name_length) + u16(static_cast<unsigned>(local_extra.size())) +
           local_name + local_extra + "first";
    const std::size_t second = out.size();
    out += "PK\3\4" + std::string(22, '\0') + u16(1) + u16(0) + "bsecond one";
    const std::size_t directory = out.size();
    out += "PK\1\2" + std::string(4, '\0') + u16(flags) + u16(method) + std::string(8, '\0') + u32(stored_size) +
           u32(size) + u16(name_length) + u16(static_cast<unsigned>(extra.size())) + u16(0) + std::string(8, '\0') +
           u32(local_offset) + name + extra;
    out += "PK\1\2" + std::string(16, '\0') + u32(10) + u32(10) + u16(1) + u16(0) + u16(0) + std::string(8, '\0') +
           u32(second) + "b";
    const std::uint64_t size_of_directory = out.size() - directory + static_cast<std::uint64_t>(directory_size_error);
    const std::uint64_t at = directory + static_cast<std::uint64_t>(directory_offset_error);
    out += behind_directory;
    if (zip64) {
      const std::uint64_t end64 = out.size() + static_cast<std::uint64_t>(end64_error);
      out +=
          "PK\6\6" + u64(44) + std::string(12, '\0') + u64(members) + u64(members) + u64(size_of_directory) + u64(at);
      out += "PK\6\7" + u32(0) + u64(end64) + u32(1);
      return out + "PK\5\6" + u16(0) + u16(0) + u16(0xffff) + u16(0xffff) + u32(~0ull) + u32(~0ull) + u16(0);
    }
    return out + "PK\5\6" + u16(volume) + u16(0) + u16(members) + u16(members) + u32(size_of_directory) + u32(at) +
           u16(static_cast<unsigned>(static_cast<std::int64_t>(comment.size()) + comment_length_error)) + comment;
  }
};

std::string_view text(std::span<const std::byte> bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

} // namespace

class TestZipArchive : public QObject {
  Q_OBJECT

  QTemporaryDir directory_;
  std::filesystem::path path_;

 private slots:
  void initTestCase() { path_ = directory_.filePath("x.zip").toStdString(); }

  void finds_members_data() {
    QTest::addColumn<QByteArray>("bytes");
    const auto row = [](const char* name, auto&& change) {
      Zip zip;
      change(zip);
      QTest::newRow(name) << QByteArray::fromStdString(zip.bytes());
    };
    row("plain", [](Zip&) {});
    row("comment", [](Zip& z) { z.comment = "with PK\5\6 in it, and much after"; });
    row("Zip64", [](Zip& z) { z.zip64 = true; });
    row("sizes in the extra field", [](Zip& z) {
      z.size = z.stored_size = z.local_offset = 0xffffffff;
      z.extra = u16(7) + u16(2) + "xx" + u16(1) + u16(24) + u64(5) + u64(5) + u64(0);
    });
    row("padding before the bytes", [](Zip& z) { z.local_extra = std::string(40, 'Z'); });
  }
  void finds_members() {
    QFETCH(QByteArray, bytes);
    write_bytes(path_, bytes.toStdString());
    const MappedFile file(path_);
    const ZipArchive zip(file);
    QCOMPARE(zip.members().size(), std::size_t{2});
    QVERIFY(text(zip.find("a").value()) == "first");
    QVERIFY(text(zip.find("b").value()) == "second one");
    QVERIFY(!zip.find("c") && !zip.find(""));
  }

  void refuses_data() {
    QTest::addColumn<QByteArray>("bytes");
    QTest::addColumn<QString>("says");
    QTest::addColumn<bool>("unsupported");
    const auto row = [](const char* name, const char* says, auto&& change, bool unsupported = false) {
      Zip zip;
      change(zip);
      QTest::newRow(name) << QByteArray::fromStdString(zip.bytes()) << QString(says) << unsupported;
    };
    row(
        "encrypted", "is encrypted", [](Zip& z) { z.flags = 1; }, true);
    row(
        "volumes", "several volumes", [](Zip& z) { z.volume = 1; }, true);
    row("more members", "directory is damaged", [](Zip& z) {
      z.members = 3;
      z.directory_size_error = 46;
      z.behind_directory = std::string(46, 'x');
    });
    row("far more members", "cannot list 60000 members", [](Zip& z) { z.members = 60'000; });
    row("fewer members", "longer than its members", [](Zip& z) { z.members = 1; });
    row("directory elsewhere", "directory is damaged", [](Zip& z) {
      z.directory_offset_error = -1;
      z.directory_size_error = 1;
    });
    row("directory past the end", "reaches past the end", [](Zip& z) { z.directory_offset_error = 1; });
    row("directory of 4 GB", "reaches past the end", [](Zip& z) { z.directory_size_error = -200; });
    row("longer comment", "no end record", [](Zip& z) { z.comment_length_error = 1; });
    row("shorter comment", "no end record", [](Zip& z) {
      z.comment = "c";
      z.comment_length_error = -1;
    });
    row("another name", "has another name", [](Zip& z) { z.local_name = "A"; });
    row("the same name", "b is there twice", [](Zip& z) { z.name = z.local_name = "b"; });
    row("long name", "directory is damaged", [](Zip& z) { z.name_length = 60'000; });
    row("long local name", "reaches past the end of its place", [](Zip& z) { z.local_name_length = 60'000; });
    row("two sizes", "has two sizes", [](Zip& z) { z.size = 6; });
    row("member past the end", "reaches past the end of its place", [](Zip& z) { z.size = z.stored_size = 1000; });
    row("member of 4 GB", "reaches past the end of its place", [](Zip& z) { z.size = z.stored_size = 0xffffffff; });
    row("member elsewhere", "not where the directory says", [](Zip& z) { z.local_offset = 1; });
    row("member far away", "not where the directory says", [](Zip& z) { z.local_offset = 0xfffffffe; });
    row("member beyond all", "not where the directory says", [](Zip& z) {
      z.local_offset = 0xffffffff;
      z.extra = u16(1) + u16(8) + u64(~0ull);
    });
    row("size that overflows", "reaches past the end of its place", [](Zip& z) {
      z.size = z.stored_size = 0xffffffff;
      z.extra = u16(1) + u16(16) + u64(~0ull - 3) + u64(~0ull - 3);
    });
    row("long extra field", "an extra field is longer", [](Zip& z) { z.extra = u16(1) + u16(400); });
    row("Zip64 end elsewhere", "Zip64 end record is not where", [](Zip& z) {
      z.zip64 = true;
      z.end64_error = 1;
    });
    row("Zip64 end far away", "past its end", [](Zip& z) {
      z.zip64 = true;
      z.end64_error = std::int64_t{1} << 60;
    });
    row("Zip64 end before all", "past its end", [](Zip& z) {
      z.zip64 = true;
      z.end64_error = -1000;
    });
  }
  void refuses() {
    QFETCH(QByteArray, bytes);
    QFETCH(QString, says);
    QFETCH(bool, unsupported);
    write_bytes(path_, bytes.toStdString());
    const MappedFile file(path_);
    try {
      const ZipArchive zip(file);
      QFAIL("it was read");
    } catch (const Error& error) {
      QVERIFY2(QString::fromStdString(error.message()).contains(says), error.what());
      QCOMPARE(error.code(), unsupported ? ErrorCode::unsupported : ErrorCode::input);
      QCOMPARE(error.context(), path_.string());
    }
  }

  void a_compressed_member_is_there_but_not_read() {
    Zip zip;
    zip.method = 8;
    zip.size = 900;
    write_bytes(path_, zip.bytes());
    const MappedFile file(path_);
    const ZipArchive archive(file);
    QVERIFY(archive.has("a") && archive.find("b"));
    try {
      archive.find("a");
      QFAIL("it was read");
    } catch (const Error& error) {
      QCOMPARE(error.code(), ErrorCode::unsupported);
      QVERIFY2(error.message().find("the member a is compressed (method 8)") != std::string::npos, error.what());
    }
  }
};

LONGVIEW_TEST_MAIN(TestZipArchive)
#include "tst_zip_archive.moc"
