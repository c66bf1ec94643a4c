#include "store/open.h"

#include <map>
#include <mutex>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "store/lease.h"
#include "store/schema.h"

namespace longview {
namespace {

// Never open the file by hand, here or elsewhere in the program: closing it would drop the POSIX locks that SQLite
// holds on it for other connections of this process. stat and access are harmless.

using Mode = Project::Mode;

constexpr std::uintmax_t smallest_database = 512; ///< bytes: SQLite's smallest page

bool writable(const std::filesystem::path& path) {
  return faccessat(AT_FDCWD, path.c_str(), W_OK, AT_EACCESS) == 0;
}

/// SQLite keeps its journal beside the file, so both have to be writable.
bool place_writable(const std::filesystem::path& path) {
  const std::filesystem::path folder = path.has_parent_path() ? path.parent_path() : ".";
  return writable(path) && writable(folder);
}

/// Whether changes lie beside the file that are not in it yet.
bool has_changes_beside(const std::filesystem::path& path) {
  std::error_code failure;
  const auto size = std::filesystem::file_size(path.native() + "-wal", failure);
  return !failure && size > 0;
}

/// Those changes can be read only with the index over them, which SQLite would have to make first.
void check_changes_readable(const std::filesystem::path& path) {
  std::error_code failure;
  if (!std::filesystem::exists(path.native() + "-shm", failure))
    throw Error(ErrorCode::io,
                "the newest changes of this project are still in the -wal file beside it, and its place cannot be "
                "written; copy both files to one that can",
                path.string());
}

/// Throws unless `path` is a file we can start with; true when it has content.
bool check_file(const std::filesystem::path& path, Mode mode) {
  std::error_code failure;
  const auto status = std::filesystem::status(path, failure);
  if (status.type() == std::filesystem::file_type::not_found) {
    if (mode == Mode::create)
      return false;
    throw Error(ErrorCode::not_found, "there is no such project; check the path", path.string());
  }
  if (failure)
    throw Error(ErrorCode::io, fmt::format("the project cannot be reached ({})", failure.message()), path.string());
  if (!std::filesystem::is_regular_file(status))
    throw Error(ErrorCode::input, "this is not a file, so it cannot be a Longview project", path.string());
  if (faccessat(AT_FDCWD, path.c_str(), R_OK, AT_EACCESS) != 0)
    throw Error(ErrorCode::io, "you may not read this project; ask its owner", path.string());
  const auto size = std::filesystem::file_size(path, failure);
  // SQLite takes a file of one byte for an empty one and would write over it.
  if (size > 0 && size < smallest_database)
    throw Error(ErrorCode::input, "this is not a Longview project", path.string());
  return size > 0;
}

Connection::Access access_for(const std::filesystem::path& path, Mode mode, bool exists) {
  if (mode == Mode::create && !exists)
    return Connection::Access::write_or_create;
  if (place_writable(path))
    return mode == Mode::read_only ? Connection::Access::read : Connection::Access::write;
  if (mode != Mode::read_only)
    throw Error(ErrorCode::io, "the project is in a place that cannot be written; open it read-only, or copy it",
                path.string());
  // Without a journal beside it the file is complete and nobody is writing it.
  if (!has_changes_beside(path))
    return Connection::Access::immutable;
  check_changes_readable(path);
  return Connection::Access::read;
}

void quick_check(const Connection& connection) {
  Query query = connection.query("PRAGMA quick_check(1)");
  const std::string answer = query.next() ? query.text(0) : "no answer";
  if (answer != "ok")
    throw connection.damaged(answer);
}

void bring_forward(const Connection& connection, Mode mode, FileState state) {
  const std::string path = connection.path().string();
  if (state == FileState::empty && mode != Mode::create)
    throw Error(ErrorCode::input, "the file is empty, not a Longview project", path);
  if (state == FileState::current)
    return;
  if (mode != Mode::read_only)
    return migrate(connection, migrations());
  if (!place_writable(path))
    throw Error(ErrorCode::unsupported,
                "this project was made by an older Longview; open it once in a place that can be written", path);
  // Reading needs the columns of today; the file is brought forward by a connection that may write.
  migrate(Connection(path, Connection::Access::write), migrations());
}

/// In this order, so that a file that is not ours is left as it is: WAL mode would be written into its header.
void prepare(const Connection& connection, Mode mode, bool unclean) {
  const FileState state = inspect(connection, migrations());
  bring_forward(connection, mode, state);
  check_layout(connection, migrations());
  if (unclean && !is_leased(connection))
    quick_check(connection);
  if (mode == Mode::read_only)
    return;
  // A killed process loses nothing in this mode; a power cut may lose the last transactions, never the file.
  connection.execute("PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL");
}

std::mutex open_mutex;
std::map<std::pair<std::uint64_t, std::uint64_t>, int> open_files;

} // namespace

OpenHere::OpenHere(const std::filesystem::path& path) {
  struct stat status = {};
  if (stat(path.c_str(), &status) != 0)
    return;
  file_ = File(status.st_dev, status.st_ino);
  const std::scoped_lock lock(open_mutex);
  alone_ = ++open_files[*file_] == 1;
}

OpenHere::~OpenHere() {
  if (!file_)
    return;
  const std::scoped_lock lock(open_mutex);
  const auto it = open_files.find(*file_);
  if (--it->second == 0)
    open_files.erase(it);
}

OpenHere::OpenHere(OpenHere&& other) noexcept : file_(std::exchange(other.file_, std::nullopt)), alone_(other.alone_) {}

OpenedProject open_project(const std::filesystem::path& path, Mode mode) {
  const bool exists = check_file(path, mode);
  const bool unclean = exists && has_changes_beside(path);
  Connection connection(path, access_for(path, mode, exists));
  OpenHere here(path);
  prepare(connection, mode, unclean && here.alone());
  return {std::move(here), std::move(connection)};
}

} // namespace longview
