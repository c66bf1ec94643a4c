#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>

#include <SQLiteCpp/Database.h>
#include <SQLiteCpp/Statement.h>

#include "base/error.h"
#include "base/hash.h"

namespace longview {

class Connection;

/// One use of a prepared statement: bound when made, reset when it goes. Columns count from 0. Every method throws
/// Error with the project's path as context.
class Query {
 public:
  ~Query();
  Query(const Query&) = delete;
  Query& operator=(const Query&) = delete;

  /// Goes to the next row; false only at the true end. Busy, corrupt and interrupted are Errors, never an end.
  bool next();
  /// Runs a statement that gives no rows; returns how many rows it changed.
  int run();

  bool is_null(int column) const;
  std::int64_t integer(int column) const;
  /// A count, size or offset: negative means a damaged file.
  std::uint64_t count(int column) const;
  double number(int column) const; ///< NaN where NULL is stored
  std::string text(int column) const;
  /// Valid until the next call of next().
  std::span<const std::byte> blob(int column) const;
  Hash128 hash(int column) const;
  template <typename Id>
  Id id(int column) const {
    return static_cast<Id>(integer(column));
  }

 private:
  friend class Connection;
  struct Prepared {
    SQLite::Statement statement;
    bool in_use = false;
  };

  Query(const Connection& connection, Prepared& prepared);
  template <typename... Args>
  Query(const Connection& connection, Prepared& prepared, const Args&... args) : Query(connection, prepared) {
    int index = 0;
    (bind(++index, args), ...);
  }

  void bind(int index, std::int64_t value);
  void bind(int index, std::uint64_t value);
  void bind(int index, int value) { bind(index, std::int64_t{value}); }
  void bind(int index, std::uint32_t value) { bind(index, std::int64_t{value}); }
  void bind(int index, double value); ///< NaN becomes NULL
  void bind(int index, std::string_view value);
  void bind(int index, std::nullopt_t);
  void bind(int index, Hash128 value);
  void bind(int index, std::span<const std::byte> value); ///< not copied: it must outlive this Query
  template <typename Id>
  requires std::is_enum_v<Id>
  void bind(int index, Id id) { bind(index, static_cast<std::int64_t>(id)); }
  template <typename T>
  void bind(int index, const std::optional<T>& value) {
    if (value)
      bind(index, *value);
    else
      bind(index, std::nullopt);
  }

  const Connection& connection_;
  Prepared& prepared_;
};

/// An SQLite connection with its prepared statements, set up so that the file is treated as data: nothing in its schema
/// runs. Everything that goes wrong comes out as Error with the path as context. One thread.
class Connection {
 public:
  enum class Access {
    write,
    write_or_create,
    read,      ///< nothing of the content changes; SQLite may keep its -wal beside the file while it is open
    immutable, ///< the file is read as it is, without locks: for places where nothing can be written
  };
  Connection(const std::filesystem::path& path, Access access, int busy_timeout_ms = 5000);

  const std::filesystem::path& path() const { return path_; }

  /// `sql` must be a literal: statements are kept for the life of the connection, by their text.
  template <typename... Args>
  Query query(std::string_view sql, const Args&... args) const {
    return Query(*this, prepare(sql), args...);
  }
  template <typename... Args>
  int run(std::string_view sql, const Args&... args) const {
    return Query(*this, prepare(sql), args...).run();
  }
  /// Several statements in one text, not kept: schema and pragmas.
  void execute(const std::string& sql) const;

  std::int64_t last_row() const;
  bool in_transaction() const;
  SQLite::Database& database() const { return database_; }

  /// `input` Error about this file's content.
  Error damaged(std::string_view what) const;
  /// What an SQLite exception means for a person.
  Error translate(const SQLite::Exception& failure) const;

 private:
  Query::Prepared& prepare(std::string_view sql) const;
  void set_up(Access access) const;

  std::filesystem::path path_;
  mutable SQLite::Database database_;
  mutable std::map<std::string, Query::Prepared, std::less<>> prepared_; // goes before database_
};

/// A transaction that is rolled back unless committed. Inside another one it is a savepoint. Takes the write lock at
/// once, so that a busy file is told before anything was done.
class TransactionScope {
 public:
  explicit TransactionScope(const Connection& connection);
  ~TransactionScope();
  TransactionScope(const TransactionScope&) = delete;
  TransactionScope& operator=(const TransactionScope&) = delete;
  void commit();

 private:
  const Connection& connection_;
  bool outermost_;
  bool open_ = true;
};

} // namespace longview
