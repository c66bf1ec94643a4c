#include <fstream>

#include <SQLiteCpp/Column.h>
#include <SQLiteCpp/Database.h>
#include <sys/stat.h>
#include <unistd.h>

#include "fixture.h"
#include "store/schema.h"
#include "support/log_guard.h"

using namespace longview;
using namespace longview::test;

/// Which files are opened, which are refused and why, and what is left beside them.
class TestOpening : public QObject {
  Q_OBJECT

 private slots:
  void refuses_what_is_no_project_data();
  void refuses_what_is_no_project();
  void refuses_a_bent_project_data();
  void refuses_a_bent_project();
  void leaves_other_databases_as_they_are();
  void refuses_what_is_missing();
  void closing_leaves_one_file();
  void header_says_what_it_is();
  void read_only_changes_nothing();
  void read_only_place();
  void read_only_place_with_unwritten_changes();
  void read_only_place_with_a_writer();
  void odd_file_names_data();
  void odd_file_names();
  void unclean_close_is_checked();
  void damaged_page_is_no_end_of_rows();
  void refuses_bad_blobs_data();
  void refuses_bad_blobs();
  void migrates_forward_in_place();
  void failed_migration_changes_nothing();
  void older_project_needs_writing();
  void a_project_of_version_1_is_brought_forward();
};

namespace {

void write_file(const std::filesystem::path& path, std::string_view bytes) {
  std::ofstream(path, std::ios::binary) << bytes;
}

std::string read_bytes(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

std::size_t files_in(const std::filesystem::path& folder) {
  return static_cast<std::size_t>(std::distance(std::filesystem::directory_iterator(folder), {}));
}

void execute(const std::filesystem::path& path, const std::string& sql) {
  SQLite::Database(path, SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE).exec(sql);
}

/// A project with one run of so many results.
RunId fill(const ProjectFixture& fixture, std::uint64_t results = 1) {
  Project project = fixture.open();
  const DatasetId dataset = put_dataset(project);
  const RunId run = project.put_run(identity(dataset), "m.gguf", "M");
  const ResultData data = result_data();
  Project::Transaction transaction(project);
  for (std::uint64_t line = 1; line <= results; ++line)
    project.put_result(run, result_row(project.put_document(dataset, document(line))), &data);
  transaction.commit();
  return run;
}

/// A folder nobody may write in, seen by a user who has no special rights.
class ReadOnlyFolder {
 public:
  explicit ReadOnlyFolder(std::filesystem::path folder) : folder_(std::move(folder)) {
    for (const auto& file : std::filesystem::directory_iterator(folder_))
      chmod(file.path().c_str(), 0444);
    chmod(folder_.c_str(), 0555);
    if (geteuid() == 0)
      demoted_ = seteuid(65534) == 0;
  }
  ~ReadOnlyFolder() {
    if (demoted_ && seteuid(0) != 0)
      abort();
    chmod(folder_.c_str(), 0755);
  }
  ReadOnlyFolder(const ReadOnlyFolder&) = delete;
  ReadOnlyFolder& operator=(const ReadOnlyFolder&) = delete;

 private:
  std::filesystem::path folder_;
  bool demoted_ = false;
};

} // namespace

void TestOpening::refuses_what_is_no_project_data() {
  QTest::addColumn<QByteArray>("bytes");
  QTest::addColumn<QString>("part");
  QTest::newRow("empty") << QByteArray() << "the file is empty";
  QTest::newRow("one byte") << QByteArray("x") << "not a Longview project";
  QTest::newRow("text") << QByteArray("{\"text\": \"abc\"}\n").repeated(100) << "not a Longview project";
  QTest::newRow("only the magic") << QByteArray("SQLite format 3\0", 16) << "not a Longview project";
  QTest::newRow("magic and noise") << QByteArray("SQLite format 3\0", 16) + QByteArray(5000, '\x77')
                                   << "not a Longview project";
}

void TestOpening::refuses_what_is_no_project() {
  QFETCH(QByteArray, bytes);
  QFETCH(QString, part);
  const ProjectFixture fixture;
  write_file(fixture.path(), bytes.toStdString());
  for (const auto mode : {Project::Mode::read_only, Project::Mode::read_write, Project::Mode::create}) {
    if (bytes.isEmpty() && mode == Project::Mode::create)
      continue;
    COMPARE_ERROR(fixture.open(mode), ErrorCode::input, part.toStdString());
    COMPARE_ERROR(fixture.open(mode), ErrorCode::input, fixture.path().string());
  }
  QCOMPARE(read_bytes(fixture.path()), bytes.toStdString());
  QCOMPARE(files_in(fixture.folder()), 1u);
}

void TestOpening::refuses_a_bent_project_data() {
  QTest::addColumn<QString>("sql");
  QTest::addColumn<QString>("part");
  QTest::newRow("newer") << "PRAGMA user_version = 7"
                         << "file version 7, and this Longview knows versions up to 2";
  QTest::newRow("version 0") << "PRAGMA user_version = 0"
                             << "its file version is 0";
  QTest::newRow("negative") << "PRAGMA user_version = -1"
                            << "its file version is -1";
  QTest::newRow("other program") << "PRAGMA application_id = 1"
                                 << "a database of another program";
  QTest::newRow("missing table") << "DROP TABLE note"
                                 << "table note is missing";
  QTest::newRow("missing index") << "DROP INDEX document_by_name"
                                 << "index document_by_name is missing";
  QTest::newRow("other table") << "DROP TABLE note; CREATE TABLE note (text TEXT)"
                               << "table note is not as";
  QTest::newRow("added column") << "ALTER TABLE lease ADD COLUMN x TEXT"
                                << "table lease is not as";
  QTest::newRow("view instead") << "DROP TABLE note; CREATE VIEW note AS SELECT 1"
                                << "table note is missing";
  QTest::newRow("trigger") << "CREATE TRIGGER t AFTER INSERT ON result BEGIN DELETE FROM result; END"
                           << "it holds the trigger t";
  QTest::newRow("view") << "CREATE VIEW v AS SELECT 1"
                        << "it holds the view v";
}

void TestOpening::refuses_a_bent_project() {
  QFETCH(QString, sql);
  QFETCH(QString, part);
  const ProjectFixture fixture;
  fill(fixture);
  execute(fixture.path(), sql.toStdString());
  for (const auto mode : {Project::Mode::read_only, Project::Mode::read_write, Project::Mode::create})
    COMPARE_ERROR(fixture.open(mode), ErrorCode::input, part.toStdString());
  QCOMPARE(files_in(fixture.folder()), 1u);
}

void TestOpening::leaves_other_databases_as_they_are() {
  const ProjectFixture fixture;
  execute(fixture.path(), "CREATE TABLE bookmark (url TEXT); INSERT INTO bookmark VALUES ('x')");
  const std::string before = read_bytes(fixture.path());
  COMPARE_ERROR(fixture.open(Project::Mode::create), ErrorCode::input, "a database of another program");
  QVERIFY(read_bytes(fixture.path()) == before);
  QCOMPARE(files_in(fixture.folder()), 1u);
}

void TestOpening::refuses_what_is_missing() {
  const ProjectFixture fixture;
  COMPARE_ERROR(fixture.open(Project::Mode::read_only), ErrorCode::not_found, "no such project");
  COMPARE_ERROR(fixture.open(Project::Mode::read_write), ErrorCode::not_found, "no such project");
  COMPARE_ERROR(Project::open(fixture.folder(), Project::Mode::create), ErrorCode::input, "not a file");
  COMPARE_ERROR(Project::open(fixture.folder() / "missing" / "p", Project::Mode::create), ErrorCode::io, "permissions");
  QCOMPARE(files_in(fixture.folder()), 0u);
}

void TestOpening::closing_leaves_one_file() {
  const ProjectFixture fixture;
  fill(fixture, 50);
  QCOMPARE(files_in(fixture.folder()), 1u);
  {
    const Project writer = fixture.open(Project::Mode::read_write);
    const Project reader = fixture.open(Project::Mode::read_only);
    QCOMPARE(reader.datasets().size(), 1u);
  }
  QCOMPARE(files_in(fixture.folder()), 1u);
  {
    const Project reader = fixture.open(Project::Mode::read_only);
    QCOMPARE(reader.datasets().size(), 1u);
  }
  QCOMPARE(files_in(fixture.folder()), 1u);
}

void TestOpening::header_says_what_it_is() {
  const ProjectFixture fixture;
  fill(fixture);
  const std::string bytes = read_bytes(fixture.path());
  QCOMPARE(bytes.substr(0, 15), "SQLite format 3");
  QCOMPARE(bytes.substr(68, 4), "LvPj");                     // application_id, as `file` reads it
  QCOMPARE(bytes.substr(60, 4), std::string("\0\0\0\2", 4)); // user_version
  QCOMPARE(bytes[18], '\2');                                 // WAL
}

void TestOpening::read_only_changes_nothing() {
  const ProjectFixture fixture;
  const RunId run = fill(fixture);
  const std::string before = read_bytes(fixture.path());
  {
    Project project = fixture.open(Project::Mode::read_only);
    QCOMPARE(project.table(run).size(), 1u);
    COMPARE_ERROR(put_dataset(project, "new"), ErrorCode::io, "cannot be written");
    COMPARE_ERROR(project.finish_run(run), ErrorCode::io, "cannot be written");
  }
  QVERIFY(read_bytes(fixture.path()) == before);
}

void TestOpening::read_only_place() {
  const ProjectFixture fixture;
  const RunId run = fill(fixture);
  const ReadOnlyFolder locked(fixture.folder());
  {
    const Project project = fixture.open(Project::Mode::read_only);
    QCOMPARE(project.table(run).size(), 1u);
    QCOMPARE(project.result_data(run, DocumentId{1})->pairs.pairs.size(), 3u);
    QCOMPARE(files_in(fixture.folder()), 1u);
  }
  COMPARE_ERROR(fixture.open(Project::Mode::read_write), ErrorCode::io, "open it read-only");
  COMPARE_ERROR(fixture.open(Project::Mode::create), ErrorCode::io, "open it read-only");
}

/// Copies a project that is in use, as a crash would leave it: what was written last is only beside it.
static void copy_unclean(const ProjectFixture& from, const ProjectFixture& to) {
  std::filesystem::copy(from.path(), to.path());
  std::filesystem::copy(from.path().native() + "-wal", to.path().native() + "-wal");
}

void TestOpening::read_only_place_with_unwritten_changes() {
  const ProjectFixture original;
  fill(original);
  const ProjectFixture copy;
  {
    Project writer = original.open();
    put_dataset(writer, "only in the journal");
    copy_unclean(original, copy);
  }
  const ReadOnlyFolder locked(copy.folder());
  // Opening the file alone would silently show an older state.
  COMPARE_ERROR(copy.open(Project::Mode::read_only), ErrorCode::io, "copy both files");
}

void TestOpening::read_only_place_with_a_writer() {
  const ProjectFixture fixture;
  Project writer = fixture.open();
  put_dataset(writer, "only in the journal");
  const ReadOnlyFolder locked(fixture.folder());
  QCOMPARE(fixture.open(Project::Mode::read_only).datasets().front().name, "only in the journal");
}

void TestOpening::odd_file_names_data() {
  QTest::addColumn<QString>("name");
  for (const char* name : {"a b.longview", "100%.longview", "50%25?#&.longview", "\xc3\xa4\xe2\x82\xac.longview",
                           ":memory:", "file:x?mode=memory", "'q\".longview", "-.longview"})
    QTest::newRow(name) << name;
}

void TestOpening::odd_file_names() {
  QFETCH(QString, name);
  const ProjectFixture fixture;
  const std::filesystem::path path = fixture.folder() / name.toStdString();
  {
    Project project = Project::open(path, Project::Mode::create);
    put_dataset(project);
  }
  QVERIFY(std::filesystem::exists(path));
  const ReadOnlyFolder locked(fixture.folder());
  QCOMPARE(Project::open(path, Project::Mode::read_only).datasets().size(), 1u);
}

/// Overwrites pages from `first` on (counted from 0) with noise.
static void damage(const std::filesystem::path& path, std::uint64_t first, std::uint64_t count) {
  std::fstream file(path, std::ios::in | std::ios::out | std::ios::binary);
  file.seekp(static_cast<std::streamoff>(first * 4096));
  file << std::string(count * 4096, '\x5a');
}

void TestOpening::unclean_close_is_checked() {
  const ProjectFixture original;
  fill(original, 2000);
  const std::uint64_t pages = std::filesystem::file_size(original.path()) / 4096;
  damage(original.path(), pages - 20, 10);
  const ProjectFixture copy;
  {
    Project writer = original.open(); // closed cleanly before, so it is not read through
    put_dataset(writer, "new");
    copy_unclean(original, copy);
    // The files beside it are in use by this program, not left behind.
    QCOMPARE(original.open(Project::Mode::read_only).datasets().size(), 2u);
  }
  COMPARE_ERROR(copy.open(Project::Mode::read_write), ErrorCode::input, "damaged");
}

void TestOpening::damaged_page_is_no_end_of_rows() {
  const ProjectFixture fixture;
  const RunId run = fill(fixture, 2000);
  const std::uint64_t pages = std::filesystem::file_size(fixture.path()) / 4096;
  damage(fixture.path(), 40, pages - 40);
  const Project project = fixture.open(Project::Mode::read_only);
  std::int64_t seen = 0;
  COMPARE_ERROR(project.table(run), ErrorCode::input, "damaged");
  COMPARE_ERROR(project.table_since(run, seen, 10, [](const TableRow&) {}), ErrorCode::input, "damaged");
  QCOMPARE(seen, 0);
}

void TestOpening::refuses_bad_blobs_data() {
  QTest::addColumn<QString>("sql");
  QTest::addColumn<QString>("part");
  const auto row = [](const char* name, const char* sql, const char* part) { QTest::newRow(name) << sql << part; };
  // One pair is i, j, perplexity: 12 bytes; the document has 7 segments.
  row("pairs cut", "UPDATE result_data SET pairs = substr(pairs, 1, 35)",
      "35 bytes are no whole number of items of 12");
  row("i = N", "UPDATE result_data SET pairs = x'070000000100000000004040'", "pair (7, 1) does not fit 7 segments");
  row("i huge", "UPDATE result_data SET pairs = x'ffffffff0100000000004040'", "pair (4294967295, 1)");
  row("j = i", "UPDATE result_data SET pairs = x'030000000300000000004040'", "pair (3, 3)");
  row("alone cut", "UPDATE result_data SET perplexity_alone = x'000000'", "3 bytes are no whole number of items of 4");
  row("alone short", "UPDATE result_data SET perplexity_alone = x'0000803f', pairs = x''", "1 perplexities for 7");
  row("bounds cut", "UPDATE result_data SET bounds = x'00'", "1 bytes are no whole number of items of 8");
  row("bounds fall", "UPDATE result_data SET bounds = x'02000000000000000100000000000000'", "segment 0 ends before");
  row("kept cut", "UPDATE result_data SET kept = x'00'", "1 bytes are no whole number of items of 4");
  row("kept short", "UPDATE result_data SET kept = x'00000000'", "1 kept places for 7 segments");
  row("kept falls",
      "UPDATE result_data SET kept = x'0100000000000000', perplexity_alone = x'0000000000000000', pairs = x''",
      "kept place 1 does not ascend");
  row("controls cut", "UPDATE result_data SET controls = x'00'", "1 bytes are no whole number of items of 12");
  row("control of no row", "UPDATE result_data SET controls = x'070000000000000000000000'", "control 0 of row 7");
  row("overlaps for other pairs", "UPDATE result_data SET overlap = x'00'", "1 overlaps for 3 pairs");
  row("kept too far", "UPDATE result_data SET kept = x'07000000', perplexity_alone = x'00000000', pairs = x''",
      "kept place 7 lies behind 7 segments");
}

void TestOpening::refuses_bad_blobs() {
  QFETCH(QString, sql);
  QFETCH(QString, part);
  const ProjectFixture fixture;
  const RunId run = fill(fixture);
  execute(fixture.path(), sql.toStdString());
  const Project project = fixture.open(Project::Mode::read_only);
  COMPARE_ERROR(project.result_data(run, DocumentId{1}), ErrorCode::input, part.toStdString());
  COMPARE_ERROR(project.result_data(run, DocumentId{1}), ErrorCode::input, "result of document 1");
}

constexpr Migration first_step = "CREATE TABLE thing (name TEXT NOT NULL) STRICT";
constexpr Migration second_step = "ALTER TABLE thing ADD COLUMN size INTEGER NOT NULL DEFAULT 5";
constexpr Migration third_step = "CREATE TABLE other (x INTEGER) STRICT; INSERT INTO other SELECT size FROM thing";

void TestOpening::migrates_forward_in_place() {
  const ProjectFixture fixture;
  const Migration steps[] = {first_step, second_step, third_step};
  const std::span<const Migration> all(steps);
  {
    const Connection older(fixture.path(), Connection::Access::write_or_create);
    QVERIFY(inspect(older, all) == FileState::empty);
    migrate(older, all.first(1));
    older.run("INSERT INTO thing (name) VALUES ('kept')");
    QVERIFY(inspect(older, all.first(1)) == FileState::current);
  }
  const Connection connection(fixture.path(), Connection::Access::write);
  QVERIFY(inspect(connection, all) == FileState::older);
  migrate(connection, all);
  QVERIFY(inspect(connection, all) == FileState::current);
  check_layout(connection, all);
  migrate(connection, all); // another program was faster: nothing to do
  Query query = connection.query("SELECT name, size, x FROM thing, other");
  QVERIFY(query.next());
  QCOMPARE(query.text(0), "kept");
  QCOMPARE(query.integer(1) + query.integer(2), 10);
  QVERIFY(!query.next());
  COMPARE_ERROR(inspect(connection, all.first(2)), ErrorCode::input,
                "file version 3, and this Longview knows versions up to 2");
}

void TestOpening::failed_migration_changes_nothing() {
  const ProjectFixture fixture;
  const Connection connection(fixture.path(), Connection::Access::write_or_create);
  const Migration broken[] = {first_step, second_step, "CREATE TABLE thing (x)"};
  migrate(connection, std::span(broken).first(1));
  COMPARE_ERROR(migrate(connection, broken), ErrorCode::internal, "already exists");
  QVERIFY(inspect(connection, std::span(broken).first(1)) == FileState::current);
  check_layout(connection, std::span(broken).first(1));
}

void TestOpening::older_project_needs_writing() {
  const ProjectFixture fixture;
  const Migration steps[] = {first_step, second_step};
  const Connection connection(fixture.path(), Connection::Access::write_or_create);
  migrate(connection, std::span(steps).first(1));
  const Connection reader(fixture.path(), Connection::Access::read);
  QVERIFY(inspect(reader, steps) == FileState::older);
  COMPARE_ERROR(migrate(reader, steps), ErrorCode::io, "cannot be written");
}

/// Reading alone is enough where the file can be written; what version 1 did not measure has no number then.
void TestOpening::a_project_of_version_1_is_brought_forward() {
  const ProjectFixture fixture;
  {
    const Connection older(fixture.path(), Connection::Access::write_or_create);
    migrate(older, migrations().first(1));
    older.execute("INSERT INTO dataset (name, version) VALUES ('d', 1);"
                  "INSERT INTO source (dataset, position, path, kind, compression, size, mtime_ns, hash) "
                  "VALUES (1, 0, '/d', 'jsonl', 'none', 1, 1, zeroblob(16));"
                  "INSERT INTO document (source, byte_offset, byte_length, line, text_hash, name, title, fields) "
                  "VALUES (1, 0, 1, 1, zeroblob(16), 'a', '', '{}');"
                  "INSERT INTO run (dataset, settings, model, tokenizer, model_path, model_name, program_version, "
                  "started) VALUES (1, '{}', zeroblob(16), zeroblob(16), '', '', '', '');"
                  "INSERT INTO result (run, document, status, reason, tokens, tail_tokens, segments, pairs, lds) "
                  "VALUES (1, 1, 'scored', '', 5, 0, 3, 1, 2.5);"
                  "INSERT INTO result_data (run, document, bounds, kept, perplexity_alone, pairs) VALUES "
                  "(1, 1, zeroblob(32), x'', zeroblob(12), x'010000000000000000000040')");
  }
  const Project project = fixture.open(Project::Mode::read_only);
  const std::vector<TableRow> rows = project.table(RunId{1});
  QCOMPARE(rows.size(), 1u);
  QCOMPARE(rows[0].result.lds, 2.5);
  QVERIFY(std::isnan(rows[0].result.repetition) && std::isnan(rows[0].result.corrected_lds));
  const std::optional<ResultData> data = project.result_data(RunId{1}, DocumentId{1});
  QVERIFY(data && data->pairs.pairs.size() == 1 && data->pairs.controls.empty() && data->pairs.overlap.empty());
}

LONGVIEW_TEST_MAIN(TestOpening)
#include "tst_opening.moc"
