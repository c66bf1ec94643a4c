#include "base/file.h"

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <utility>

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/cancel.h"
#include "base/error.h"

namespace longview {
namespace fs = std::filesystem;
namespace {

constexpr std::size_t buffer_size = 256u << 10;  // stays in the processor's cache between two steps
constexpr std::uint64_t sent_at_once = 8u << 20; // bytes that are sent to the disk together

[[noreturn]] void fail_errno(const fs::path& path, const char* doing) {
  const int error = errno;
  const ErrorCode code = error == ENOENT ? ErrorCode::not_found : ErrorCode::io;
  throw Error(code, fmt::format("{}: {}", doing, std::strerror(error)), path.string());
}

class Descriptor {
 public:
  Descriptor(const fs::path& path, int flags, const char* doing) : fd_(::open(path.c_str(), flags | O_CLOEXEC)) {
    if (fd_ < 0)
      fail_errno(path, doing);
  }
  ~Descriptor() { ::close(fd_); }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  int get() const { return fd_; }

 private:
  int fd_;
};

/// What the file has next, in `buffer`; nothing at its end.
std::string_view read_some(const Descriptor& file, const fs::path& path, std::string& buffer) {
  for (;;) {
    const ssize_t n = ::read(file.get(), buffer.data(), buffer.size());
    if (n >= 0)
      return std::string_view(buffer).substr(0, static_cast<std::size_t>(n));
    if (errno != EINTR)
      fail_errno(path, "cannot be read");
  }
}

struct stat status_of(const fs::path& path) {
  struct stat s {};
  if (::stat(path.c_str(), &s) != 0)
    fail_errno(path, "cannot be opened");
  return s;
}

fs::path home_based(const char* variable, const char* below_home) {
  const char* base = std::getenv(variable);
  if (base && *base)
    return fs::path(base) / "longview";
  const char* home = std::getenv("HOME");
  return fs::path(home && *home ? home : "/tmp") / below_home / "longview";
}

} // namespace

MappedFile::MappedFile(const fs::path& path) : path_(path) {
  const Descriptor file(path, O_RDONLY, "cannot be opened");
  struct stat s {};
  if (::fstat(file.get(), &s) != 0)
    fail_errno(path, "cannot be read");
  if (!S_ISREG(s.st_mode))
    throw Error(ErrorCode::input, "is not a regular file", path.string());
  size_ = static_cast<std::size_t>(s.st_size);
  if (size_ == 0)
    return;
  void* mapped = ::mmap(nullptr, size_, PROT_READ, MAP_PRIVATE, file.get(), 0);
  if (mapped == MAP_FAILED)
    fail_errno(path, "cannot be mapped into memory");
  data_ = static_cast<const std::byte*>(mapped);
}

MappedFile::~MappedFile() {
  if (data_)
    ::munmap(const_cast<std::byte*>(data_), size_);
}

void MappedFile::prepare(std::uint64_t offset, std::uint64_t length) const {
  constexpr int populate_read = 22; // MADV_POPULATE_READ of Linux 5.14, which older headers lack
  const auto page = static_cast<std::uint64_t>(::sysconf(_SC_PAGESIZE));
  const std::uint64_t first = offset / page * page;
  if (!data_ || offset >= size_ || length > size_ - offset || length == 0)
    return;
  const int result = ::madvise(const_cast<std::byte*>(data_) + first, offset + length - first, populate_read);
  if (result != 0 && errno == EFAULT)
    throw Error(ErrorCode::io, "cannot be read to its end; it has become shorter, or its disk fails", path_.string());
}

void MappedFile::release(std::uint64_t offset, std::uint64_t length) const {
  const auto page = static_cast<std::uint64_t>(::sysconf(_SC_PAGESIZE));
  const std::uint64_t first = (offset + page - 1) / page * page;
  const std::uint64_t last = (offset + length) / page * page;
  if (data_ && last > first && last <= size_)
    ::madvise(const_cast<std::byte*>(data_) + first, last - first, MADV_DONTNEED);
}

AtomicFile::AtomicFile(fs::path path) : path_(std::move(path)) {
  std::string pattern = path_.string() + ".XXXXXX";
  fd_ = ::mkostemp(pattern.data(), O_CLOEXEC);
  if (fd_ < 0)
    fail_errno(path_, "cannot be written");
  temporary_ = pattern;
  const mode_t mask = ::umask(0);
  ::umask(mask);
  ::fchmod(fd_, 0666 & ~mask);
  buffer_.reserve(buffer_size);
}

AtomicFile::~AtomicFile() {
  if (fd_ >= 0) {
    ::close(fd_);
    ::unlink(temporary_.c_str());
  }
}

void AtomicFile::flush() {
  write_through(buffer_);
  buffer_.clear();
}

void AtomicFile::write_through(std::string_view rest) {
  while (!rest.empty()) {
    const ssize_t n = ::write(fd_, rest.data(), rest.size());
    if (n < 0 && errno == EINTR)
      continue;
    if (n < 0)
      fail_errno(path_, "cannot be written");
    rest.remove_prefix(static_cast<std::size_t>(n));
    on_file_ += static_cast<std::uint64_t>(n);
  }
  // The disk works from the beginning on, not only when commit() waits for it. What the system does not do, it leaves.
  if (on_file_ - sent_ >= sent_at_once) {
    ::sync_file_range(fd_, static_cast<off64_t>(sent_), static_cast<off64_t>(on_file_ - sent_), SYNC_FILE_RANGE_WRITE);
    sent_ = on_file_;
  }
}

void AtomicFile::write(std::string_view bytes) {
  size_ += bytes.size();
  if (bytes.size() >= buffer_size) {
    flush();
    write_through(bytes);
    return;
  }
  buffer_.append(bytes);
  if (buffer_.size() >= buffer_size)
    flush();
}

void AtomicFile::commit() {
  flush();
  if (::fsync(fd_) != 0)
    fail_errno(path_, "cannot be written");
  if (::rename(temporary_.c_str(), path_.c_str()) != 0)
    fail_errno(path_, "cannot be put in place");
  ::close(std::exchange(fd_, -1));
}

FileStamp file_stamp(const fs::path& path) {
  const struct stat s = status_of(path);
  return {static_cast<std::uint64_t>(s.st_size), s.st_mtim.tv_sec * std::int64_t{1'000'000'000} + s.st_mtim.tv_nsec};
}

Hash128 hash_file(const fs::path& path, std::stop_token stop) {
  const Descriptor file(path, O_RDONLY, "cannot be opened");
  Hasher128 hasher;
  std::string buffer(buffer_size, '\0');
  for (;;) {
    throw_if_cancelled(stop);
    const std::string_view bytes = read_some(file, path, buffer);
    if (bytes.empty())
      return hasher.digest();
    hasher.update(bytes);
  }
}

std::string read_file(const fs::path& path, std::uint64_t most) {
  const Descriptor file(path, O_RDONLY, "cannot be opened");
  std::string text;
  std::string buffer(64u << 10, '\0');
  for (;;) {
    const std::string_view bytes = read_some(file, path, buffer);
    if (bytes.empty())
      return text;
    text += bytes;
    if (text.size() > most)
      throw Error(ErrorCode::input, fmt::format("is larger than the {} bytes such a file may have", most),
                  path.string());
  }
}

fs::path data_directory() {
  return home_based("XDG_DATA_HOME", ".local/share");
}
fs::path cache_directory() {
  return home_based("XDG_CACHE_HOME", ".cache");
}

} // namespace longview
