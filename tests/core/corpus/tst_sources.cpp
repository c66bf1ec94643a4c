#include "files.h"

#include "base/error.h"
#include "corpus/corpus.h"
#include "support/log_guard.h"

using namespace longview;
namespace fs = std::filesystem;

class TestSources : public QObject {
  Q_OBJECT
 private slots:
  void kind_and_compression_follow_from_the_name_data();
  void kind_and_compression_follow_from_the_name();
  void folders_are_walked_in_name_order();
  void a_file_named_twice_is_one_source();
  void refuses_data();
  void refuses();
};

void TestSources::kind_and_compression_follow_from_the_name_data() {
  QTest::addColumn<std::string>("name");
  QTest::addColumn<int>("kind");
  QTest::addColumn<int>("compression");
  const auto row = [](const char* name, SourceKind kind, Compression compression) {
    QTest::newRow(name) << std::string(name) << static_cast<int>(kind) << static_cast<int>(compression);
  };
  row("a.jsonl", SourceKind::jsonl, Compression::none);
  row("a.ndjson", SourceKind::jsonl, Compression::none);
  row("a.JSON", SourceKind::jsonl, Compression::none);
  row("a.jsonl.gz", SourceKind::jsonl, Compression::gzip);
  row("a.b.jsonl.ZST", SourceKind::jsonl, Compression::zstd);
  row("a.txt", SourceKind::text, Compression::none);
  row("a.txt.gz", SourceKind::text, Compression::gzip);
  row("README", SourceKind::text, Compression::none);
  row("book.gz", SourceKind::text, Compression::gzip);
}

void TestSources::kind_and_compression_follow_from_the_name() {
  QFETCH(std::string, name);
  const test::Folder folder;
  const auto sources = find_sources({folder.write(name, "12345")});
  QCOMPARE(sources.size(), std::size_t(1));
  QTEST(static_cast<int>(sources[0].kind), "kind");
  QTEST(static_cast<int>(sources[0].compression), "compression");
  QCOMPARE(sources[0].path, folder.path(name));
  QCOMPARE(sources[0].stamp.size, std::uint64_t(5));
}

void TestSources::folders_are_walked_in_name_order() {
  const test::Folder folder;
  for (const char* name : {"b.txt", "a.jsonl", "c/x.md", "c/b.jsonl.gz", "B.txt", "image.png", ".hidden.txt",
                           "Makefile", ".git/a.txt", "c/deep/z.pod"})
    folder.write(name, "x");
  fs::create_directory_symlink(folder.path(""), folder.path("c/loop"));
  fs::create_symlink(folder.path("missing"), folder.path("dangling.txt"));
  std::vector<std::string> found;
  for (const SourceFile& source : find_sources({folder.path("")}))
    found.push_back(source.path.lexically_relative(folder.path("")).string());
  const std::vector<std::string> expected{"B.txt", "a.jsonl", "b.txt", "c/b.jsonl.gz", "c/deep/z.pod", "c/x.md"};
  QCOMPARE(found, expected);
}

void TestSources::a_file_named_twice_is_one_source() {
  const test::Folder folder;
  folder.write("sub/a.txt", "x");
  folder.write("sub/b.txt", "x");
  const auto sources = find_sources(
      {folder.path("sub/b.txt"), folder.path("sub/../sub/b.txt"), folder.path("sub"), folder.path("sub/")});
  QCOMPARE(sources.size(), std::size_t(2));
  QCOMPARE(sources[0].path, folder.path("sub/b.txt"));
}

void TestSources::refuses_data() {
  QTest::addColumn<std::string>("name");
  QTest::addColumn<int>("code");
  QTest::newRow("missing") << std::string("missing.txt") << static_cast<int>(ErrorCode::not_found);
  QTest::newRow("empty folder") << std::string("empty") << static_cast<int>(ErrorCode::input);
  QTest::newRow("no file of ours") << std::string("pictures") << static_cast<int>(ErrorCode::input);
  QTest::newRow("device") << std::string("/dev/null") << static_cast<int>(ErrorCode::input);
}

void TestSources::refuses() {
  QFETCH(std::string, name);
  const test::Folder folder;
  fs::create_directory(folder.path("empty"));
  folder.write("pictures/a.png", "x");
  try {
    find_sources({folder.path(name)});
    QFAIL("accepted");
  } catch (const Error& error) {
    QTEST(static_cast<int>(error.code()), "code");
    QVERIFY(error.context().find(name) != std::string::npos);
  }
}

LONGVIEW_TEST_MAIN(TestSources)
#include "tst_sources.moc"
