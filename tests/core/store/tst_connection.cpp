#include <cmath>
#include <limits>

#include <sqlite3.h>

#include "fixture.h"
#include "store/connection.h"
#include "support/log_guard.h"

using namespace longview;
using namespace longview::test;

/// What SQLite answers, and what becomes of it.
class TestConnection : public QObject {
  Q_OBJECT

 private slots:
  void values_round_trip();
  void nan_is_null();
  void empty_blob_is_not_null();
  void too_large_a_number_is_refused();
  void busy_is_told();
  void full_disk_is_told_and_undone();
  void interrupt_is_no_end_of_rows();
  void statement_inside_its_own_rows_is_refused();
  void statements_are_ready_again_after_a_failure();
  void schema_cannot_be_bent();
  void codes_data();
  void codes();
};

static Connection open_database(const ProjectFixture& fixture) {
  return Connection(fixture.path(), Connection::Access::write_or_create, 0);
}

static Connection with_table(const ProjectFixture& fixture) {
  Connection connection = open_database(fixture);
  connection.execute("CREATE TABLE t (i INTEGER, r REAL, x TEXT, b BLOB) STRICT");
  return connection;
}

void TestConnection::values_round_trip() {
  const ProjectFixture fixture;
  const Connection connection = with_table(fixture);
  const std::string text("a\0\xc3\xa9", 4);
  const std::byte bytes[] = {std::byte{0}, std::byte{255}};
  connection.run("INSERT INTO t VALUES (?, ?, ?, ?)", std::numeric_limits<std::int64_t>::min(),
                 std::numeric_limits<double>::denorm_min(), text, std::span<const std::byte>(bytes));
  connection.run("INSERT INTO t (r, b) VALUES (?, ?)", std::numeric_limits<double>::infinity(),
                 Hash128{0x0123456789abcdef, 0xfedcba9876543210});
  Query query = connection.query("SELECT i, r, x, b, hex(b) FROM t");
  QVERIFY(query.next());
  QCOMPARE(query.integer(0), std::numeric_limits<std::int64_t>::min());
  COMPARE_ERROR(query.count(0), ErrorCode::input, "i is -9223372036854775808");
  QVERIFY(query.number(1) == std::numeric_limits<double>::denorm_min());
  QCOMPARE(query.text(2), text);
  QCOMPARE(query.blob(3).size(), 2u);
  COMPARE_ERROR(query.hash(3), ErrorCode::input, "b has 2 bytes");
  QVERIFY(query.next());
  QVERIFY(std::isinf(query.number(1)));
  QVERIFY((query.hash(3) == Hash128{0x0123456789abcdef, 0xfedcba9876543210}));
  QCOMPARE(query.text(4), "0123456789ABCDEFFEDCBA9876543210"); // as Hash128::hex()
  QVERIFY(!query.next());
}

void TestConnection::nan_is_null() {
  const ProjectFixture fixture;
  const Connection connection = with_table(fixture);
  connection.run("INSERT INTO t (r) VALUES (?)", std::numeric_limits<double>::quiet_NaN());
  Query query = connection.query("SELECT r FROM t WHERE r IS NULL");
  QVERIFY(query.next());
  QVERIFY(query.is_null(0));
  QVERIFY(std::isnan(query.number(0)));
}

void TestConnection::empty_blob_is_not_null() {
  const ProjectFixture fixture;
  const Connection connection = with_table(fixture);
  connection.run("INSERT INTO t (b) VALUES (?)", std::span<const std::byte>());
  QVERIFY(connection.query("SELECT 1 FROM t WHERE b IS NOT NULL AND length(b) = 0").next());
}

void TestConnection::too_large_a_number_is_refused() {
  const ProjectFixture fixture;
  const Connection connection = with_table(fixture);
  const std::uint64_t value = std::uint64_t{1} << 63;
  COMPARE_ERROR(connection.run("INSERT INTO t (i) VALUES (?)", value), ErrorCode::internal, "too large");
  QVERIFY(!connection.query("SELECT 1 FROM t").next());
}

void TestConnection::busy_is_told() {
  const ProjectFixture fixture;
  const Connection first = with_table(fixture);
  const Connection second = open_database(fixture);
  const TransactionScope writing(first);
  first.run("INSERT INTO t (i) VALUES (1)");
  COMPARE_ERROR(TransactionScope(second), ErrorCode::busy, "another program is writing");
  COMPARE_ERROR(second.run("INSERT INTO t (i) VALUES (2)"), ErrorCode::busy, fixture.path().string());
}

void TestConnection::full_disk_is_told_and_undone() {
  const ProjectFixture fixture;
  const Connection connection = with_table(fixture);
  connection.execute("PRAGMA max_page_count = 8");
  const std::vector<std::byte> large(20'000, std::byte{1});
  {
    TransactionScope outer(connection);
    connection.run("INSERT INTO t (i) VALUES (1)");
    COMPARE_ERROR(
        [&] {
          TransactionScope inner(connection);
          for (int k = 0; k < 10; ++k)
            connection.run("INSERT INTO t (b) VALUES (?)", std::span(large));
          inner.commit();
        }(),
        ErrorCode::io, "no space left");
    // SQLite may have undone everything by itself; that must not pass for a commit.
    if (connection.in_transaction())
      outer.commit();
    else
      COMPARE_ERROR(outer.commit(), ErrorCode::io, "undone");
  }
  QVERIFY(!connection.in_transaction());
  QVERIFY(!connection.query("SELECT 1 FROM t WHERE b IS NOT NULL").next());
}

void TestConnection::interrupt_is_no_end_of_rows() {
  const ProjectFixture fixture;
  const Connection connection = with_table(fixture);
  for (int k = 0; k < 10; ++k)
    connection.run("INSERT INTO t (i) VALUES (?)", k);
  Query query = connection.query("SELECT i FROM t");
  QVERIFY(query.next());
  sqlite3_interrupt(connection.database().getHandle());
  COMPARE_ERROR(query.next(), ErrorCode::cancelled, "stopped");
}

void TestConnection::statement_inside_its_own_rows_is_refused() {
  const ProjectFixture fixture;
  const Connection connection = with_table(fixture);
  const Query query = connection.query("SELECT i FROM t");
  COMPARE_ERROR(connection.query("SELECT i FROM t"), ErrorCode::internal, "inside its own rows");
}

void TestConnection::statements_are_ready_again_after_a_failure() {
  const ProjectFixture fixture;
  const Connection connection = open_database(fixture);
  connection.execute("CREATE TABLE t (i INTEGER PRIMARY KEY, x TEXT) STRICT");
  const auto insert = [&](int i, std::optional<std::string_view> x) {
    return connection.run("INSERT INTO t VALUES (?, ?)", i, x);
  };
  QCOMPARE(insert(1, "a"), 1);
  COMPARE_ERROR(insert(1, "b"), ErrorCode::internal, "UNIQUE");
  QCOMPARE(insert(2, std::nullopt), 1);
  COMPARE_ERROR(connection.run("SELECT i FROM t"), ErrorCode::internal, "gave rows");
  COMPARE_ERROR(connection.query("SELECT absent FROM t"), ErrorCode::internal, "no such column");
  Query query = connection.query("SELECT count(*), count(x) FROM t");
  QVERIFY(query.next());
  QCOMPARE(query.integer(0), 2);
  QCOMPARE(query.integer(1), 1);
}

void TestConnection::schema_cannot_be_bent() {
  const ProjectFixture fixture;
  const Connection connection = with_table(fixture);
  connection.execute("PRAGMA writable_schema = ON");
  COMPARE_ERROR(connection.execute("DELETE FROM sqlite_schema"), ErrorCode::internal, "may not be modified");
  connection.execute("CREATE TABLE hit (x); CREATE TRIGGER g AFTER INSERT ON t BEGIN INSERT INTO hit VALUES (1); END");
  connection.run("INSERT INTO t (i) VALUES (1)");
  QVERIFY(!connection.query("SELECT 1 FROM hit").next());
  connection.execute("CREATE VIEW v AS SELECT 1");
  COMPARE_ERROR(connection.query("SELECT * FROM v"), ErrorCode::internal, "access to view");
  COMPARE_ERROR(connection.query("SELECT \"no_such_column\" FROM t"), ErrorCode::internal, "no such column");
}

void TestConnection::codes_data() {
  QTest::addColumn<int>("code");
  QTest::addColumn<int>("expected");
  const auto row = [](const char* name, int code, ErrorCode expected) {
    QTest::newRow(name) << code << static_cast<int>(expected);
  };
  row("busy", SQLITE_BUSY, ErrorCode::busy);
  row("busy snapshot", SQLITE_BUSY_SNAPSHOT, ErrorCode::busy);
  row("locked", SQLITE_LOCKED, ErrorCode::busy);
  row("full", SQLITE_FULL, ErrorCode::io);
  row("io", SQLITE_IOERR_WRITE, ErrorCode::io);
  row("read-only", SQLITE_READONLY_CANTINIT, ErrorCode::io);
  row("cannot open", SQLITE_CANTOPEN, ErrorCode::io);
  row("corrupt", SQLITE_CORRUPT_INDEX, ErrorCode::input);
  row("not a database", SQLITE_NOTADB, ErrorCode::input);
  row("no memory", SQLITE_NOMEM, ErrorCode::out_of_memory);
  row("too big", SQLITE_TOOBIG, ErrorCode::unsupported);
  row("interrupt", SQLITE_INTERRUPT, ErrorCode::cancelled);
  row("constraint", SQLITE_CONSTRAINT_FOREIGNKEY, ErrorCode::internal);
  row("misuse", SQLITE_MISUSE, ErrorCode::internal);
}

void TestConnection::codes() {
  QFETCH(int, code);
  QFETCH(int, expected);
  const ProjectFixture fixture;
  const Connection connection = open_database(fixture);
  const Error error = connection.translate(SQLite::Exception("detail", code));
  QCOMPARE(static_cast<int>(error.code()), expected);
  QCOMPARE(error.context(), fixture.path().string());
  QVERIFY(!error.message().empty());
}

LONGVIEW_TEST_MAIN(TestConnection)
#include "tst_connection.moc"
