#include "store/connection.h"

#include <cmath>
#include <cstring>
#include <limits>

#include <SQLiteCpp/Column.h>
#include <SQLiteCpp/Exception.h>
#include <sqlite3.h>

#include "base/waiting.h"

namespace longview {
namespace {

constexpr std::size_t hash_bytes = 16;

/// A file: URI, for what a plain name cannot say. Everything but the harmless characters is escaped.
std::string uri(const std::filesystem::path& path, std::string_view query) {
  const std::string absolute = std::filesystem::absolute(path).string();
  std::string result = "file:";
  for (const char c : absolute) {
    const auto byte = static_cast<unsigned char>(c);
    const bool plain =
        (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || std::strchr("/._-", c) != nullptr;
    result += plain ? std::string(1, c) : fmt::format("%{:02X}", byte);
  }
  return result.append(query);
}

std::pair<ErrorCode, std::string> meaning(int code, const char* detail) {
  switch (code & 0xff) {
  case SQLITE_BUSY:
  case SQLITE_LOCKED:
    return {ErrorCode::busy, "another program is writing to this project; try again when it has finished"};
  case SQLITE_FULL:
    return {ErrorCode::io, "there is no space left to write the project; free some and run the command again"};
  case SQLITE_READONLY:
  case SQLITE_PERM:
  case SQLITE_AUTH:
    return {ErrorCode::io, "the project cannot be written; copy it to a place where you may write"};
  case SQLITE_CANTOPEN:
    return {ErrorCode::io, "the project or a file beside it cannot be opened; check the permissions of its folder"};
  case SQLITE_IOERR:
    return {ErrorCode::io, fmt::format("reading or writing the project failed ({}); check the disk", detail)};
  case SQLITE_NOTADB:
    return {ErrorCode::input, "this is not a Longview project"};
  case SQLITE_CORRUPT:
    return {ErrorCode::input, "the project file is damaged; restore it from a copy, or score the documents again"};
  case SQLITE_NOMEM:
    return {ErrorCode::out_of_memory, "not enough memory to read the project"};
  case SQLITE_TOOBIG:
    return {ErrorCode::unsupported, "one document's data is larger than a project can hold (1 GB); use fewer pairs"};
  case SQLITE_INTERRUPT:
    return {ErrorCode::cancelled, "stopped"};
  default:
    return {ErrorCode::internal, fmt::format("the project file refused a request ({}, code {})", detail, code)};
  }
}

Error error_of(const SQLite::Exception& failure, const std::filesystem::path& path) {
  auto [code, message] = meaning(failure.getErrorCode(), failure.what());
  return Error(code, std::move(message), path.string());
}

/// Runs something of SQLiteCpp and turns its exceptions into ours.
template <typename Action>
decltype(auto) guarded(const std::filesystem::path& path, const Action& action) {
  try {
    return action();
  } catch (const SQLite::Exception& failure) {
    throw error_of(failure, path);
  }
}

SQLite::Database open_database(const std::filesystem::path& path, Connection::Access access, int busy_timeout_ms) {
  return guarded(path, [&]() -> SQLite::Database {
    // One thread uses a connection, so SQLite's own lock is not needed.
    const int flags = SQLite::OPEN_NOMUTEX;
    switch (access) {
    case Connection::Access::immutable:
      return {uri(path, "?immutable=1"), flags | SQLite::OPEN_READONLY | SQLite::OPEN_URI, busy_timeout_ms};
    case Connection::Access::write_or_create:
      return {path.native(), flags | SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE, busy_timeout_ms};
    case Connection::Access::read:
    case Connection::Access::write:
      break;
    }
    return {path.native(), flags | SQLite::OPEN_READWRITE, busy_timeout_ms};
  });
}

} // namespace

Connection::Connection(const std::filesystem::path& path, Access access, int busy_timeout_ms)
    : path_(path), database_(open_database(path, access, busy_timeout_ms)) {
  may_wait("a project file");
  set_up(access);
}

void Connection::set_up(Access access) const {
  sqlite3* const handle = database_.getHandle();
  struct Switch {
    int option;
    int value;
  };
  // A project may come from anybody: nothing stored in its schema may run, and the schema may not be bent.
  constexpr Switch switches[] = {
      {SQLITE_DBCONFIG_DEFENSIVE, 1},   {SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0}, {SQLITE_DBCONFIG_ENABLE_TRIGGER, 0},
      {SQLITE_DBCONFIG_ENABLE_VIEW, 0}, {SQLITE_DBCONFIG_DQS_DDL, 0},        {SQLITE_DBCONFIG_DQS_DML, 0},
      {SQLITE_DBCONFIG_ENABLE_FKEY, 1},
  };
  for (const auto& [option, value] : switches) {
    if (sqlite3_db_config(handle, option, value, nullptr) != SQLITE_OK)
      throw Error(ErrorCode::unsupported, "this SQLite library lacks a protection Longview needs", path_.string());
  }
  execute("PRAGMA cell_size_check = ON; PRAGMA mmap_size = 0; PRAGMA temp_store = MEMORY");
  if (access == Access::read || access == Access::immutable)
    execute("PRAGMA query_only = ON");
}

void Connection::execute(const std::string& sql) const {
  may_wait("a project file");
  guarded(path_, [&] { database_.exec(sql); });
}

std::int64_t Connection::last_row() const {
  return database_.getLastInsertRowid();
}

bool Connection::in_transaction() const {
  return sqlite3_get_autocommit(database_.getHandle()) == 0;
}

Error Connection::damaged(std::string_view what) const {
  return Error(
      ErrorCode::input,
      fmt::format("the project file is damaged ({}); restore it from a copy, or score the documents again", what),
      path_.string());
}

Error Connection::translate(const SQLite::Exception& failure) const {
  return error_of(failure, path_);
}

Query::Prepared& Connection::prepare(std::string_view sql) const {
  const auto known = prepared_.find(sql);
  if (known != prepared_.end())
    return known->second;
  return guarded(path_, [&]() -> Query::Prepared& {
    std::string text(sql);
    SQLite::Statement statement(database_, text);
    return prepared_.emplace(std::move(text), Query::Prepared{std::move(statement), false}).first->second;
  });
}

Query::Query(const Connection& connection, Prepared& prepared) : connection_(connection), prepared_(prepared) {
  if (prepared.in_use)
    throw Error(ErrorCode::internal, "a prepared statement was used inside its own rows", connection.path().string());
  prepared.in_use = true;
}

Query::~Query() {
  // The code repeats the failure of the last step, which was thrown from there.
  static_cast<void>(prepared_.statement.tryReset());
  try {
    prepared_.statement.clearBindings();
  } catch (const SQLite::Exception&) { // every parameter is bound anew before the next use
  }
  prepared_.in_use = false;
}

bool Query::next() {
  may_wait("a project file");
  return guarded(connection_.path(), [&] { return prepared_.statement.executeStep(); });
}

int Query::run() {
  if (next())
    throw Error(ErrorCode::internal, "a statement gave rows where none were expected", connection_.path().string());
  return prepared_.statement.getChanges();
}

void Query::bind(int index, std::int64_t value) {
  guarded(connection_.path(), [&] { prepared_.statement.bind(index, value); });
}

void Query::bind(int index, std::uint64_t value) {
  if (value > static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max()))
    throw Error(ErrorCode::internal, fmt::format("{} is too large to store", value), connection_.path().string());
  bind(index, static_cast<std::int64_t>(value));
}

void Query::bind(int index, double value) {
  if (std::isnan(value))
    return bind(index, std::nullopt);
  guarded(connection_.path(), [&] { prepared_.statement.bind(index, value); });
}

void Query::bind(int index, std::string_view value) {
  guarded(connection_.path(), [&] { prepared_.statement.bind(index, std::string(value)); });
}

void Query::bind(int index, std::nullopt_t) {
  guarded(connection_.path(), [&] { prepared_.statement.bind(index); });
}

void Query::bind(int index, Hash128 value) {
  // High half first, big-endian: hex(hash) in any SQLite shell is then the canonical form.
  unsigned char bytes[hash_bytes];
  for (std::size_t k = 0; k < 8; ++k) {
    bytes[k] = static_cast<unsigned char>(value.high >> (56 - 8 * k));
    bytes[8 + k] = static_cast<unsigned char>(value.low >> (56 - 8 * k));
  }
  guarded(connection_.path(), [&] { prepared_.statement.bind(index, bytes, static_cast<int>(hash_bytes)); });
}

void Query::bind(int index, std::span<const std::byte> value) {
  if (value.size() > static_cast<std::size_t>(std::numeric_limits<int>::max()))
    throw connection_.translate(SQLite::Exception("a blob is too large", SQLITE_TOOBIG));
  // A null pointer would bind NULL, and an empty blob is not NULL.
  const void* const data = value.empty() ? static_cast<const void*>("") : value.data();
  guarded(connection_.path(), [&] { prepared_.statement.bindNoCopy(index, data, static_cast<int>(value.size())); });
}

bool Query::is_null(int column) const {
  return prepared_.statement.isColumnNull(column);
}

std::int64_t Query::integer(int column) const {
  return prepared_.statement.getColumn(column).getInt64();
}

std::uint64_t Query::count(int column) const {
  const std::int64_t value = integer(column);
  if (value < 0)
    throw connection_.damaged(fmt::format("{} is {}", prepared_.statement.getColumnName(column), value));
  return static_cast<std::uint64_t>(value);
}

double Query::number(int column) const {
  const SQLite::Column cell = prepared_.statement.getColumn(column);
  return cell.isNull() ? std::numeric_limits<double>::quiet_NaN() : cell.getDouble();
}

std::string Query::text(int column) const {
  return prepared_.statement.getColumn(column).getString();
}

std::span<const std::byte> Query::blob(int column) const {
  const SQLite::Column cell = prepared_.statement.getColumn(column);
  const auto* const data = static_cast<const std::byte*>(cell.getBlob());
  const auto size = static_cast<std::size_t>(cell.getBytes());
  if (!data && size != 0)
    throw Error(ErrorCode::out_of_memory, "not enough memory to read the project", connection_.path().string());
  return {data, size};
}

Hash128 Query::hash(int column) const {
  const std::span<const std::byte> bytes = blob(column);
  if (bytes.size() != hash_bytes)
    throw connection_.damaged(fmt::format("{} has {} bytes", prepared_.statement.getColumnName(column), bytes.size()));
  Hash128 result;
  for (std::size_t k = 0; k < 8; ++k) {
    result.high = result.high << 8 | std::to_integer<std::uint64_t>(bytes[k]);
    result.low = result.low << 8 | std::to_integer<std::uint64_t>(bytes[8 + k]);
  }
  return result;
}

TransactionScope::TransactionScope(const Connection& connection)
    : connection_(connection), outermost_(!connection.in_transaction()) {
  connection.execute(outermost_ ? "BEGIN IMMEDIATE" : "SAVEPOINT inner_scope");
}

TransactionScope::~TransactionScope() {
  // A full disk and its like make SQLite roll back by itself; then nothing is left to undo.
  if (!open_ || !connection_.in_transaction())
    return;
  connection_.database().tryExec(outermost_ ? "ROLLBACK" : "ROLLBACK TO inner_scope; RELEASE inner_scope");
}

void TransactionScope::commit() {
  if (!connection_.in_transaction())
    throw Error(ErrorCode::io, "writing the project failed earlier and was undone; run the command again",
                connection_.path().string());
  connection_.execute(outermost_ ? "COMMIT" : "RELEASE inner_scope");
  open_ = false;
}

} // namespace longview
