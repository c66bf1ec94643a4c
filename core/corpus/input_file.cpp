#include "corpus/input_file.h"

#include <cerrno>
#include <cstring>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/error.h"

namespace longview {
namespace {

constexpr std::size_t most_at_once = 1u << 30; // Linux reads no more than 2 GB in one call

[[noreturn]] void fail(const std::filesystem::path& path, const char* doing) {
  const int error = errno;
  const ErrorCode code = error == ENOENT ? ErrorCode::not_found : ErrorCode::io;
  throw Error(code, fmt::format("{}: {}", doing, std::strerror(error)), path.string());
}

} // namespace

InputFile::InputFile(const std::filesystem::path& path) : path_(path) {
  // Without O_NONBLOCK, opening a pipe would wait for its writer.
  fd_ = ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK);
  if (fd_ < 0)
    fail(path, "cannot be opened");
  struct stat s {};
  if (::fstat(fd_, &s) == 0 && S_ISREG(s.st_mode)) {
    ::posix_fadvise(fd_, 0, 0, POSIX_FADV_SEQUENTIAL);
    return;
  }
  ::close(fd_);
  throw Error(ErrorCode::input, "is not a regular file; write its contents to one first", path.string());
}

InputFile::~InputFile() {
  ::close(fd_);
}

std::size_t InputFile::read(char* to, std::size_t size) {
  const std::size_t n = read_at(position_, to, size);
  position_ += n;
  return n;
}

std::size_t InputFile::read_at(std::uint64_t offset, char* to, std::size_t size) const {
  std::size_t done = 0;
  while (done < size) {
    const std::size_t wanted = std::min(size - done, most_at_once);
    const ssize_t n = ::pread(fd_, to + done, wanted, static_cast<off_t>(offset + done));
    if (n < 0 && errno == EINTR)
      continue;
    if (n < 0)
      fail(path_, "cannot be read");
    if (n == 0)
      break;
    done += static_cast<std::size_t>(n);
  }
  return done;
}

void InputFile::seek(std::uint64_t offset) {
  position_ = offset;
}

FileStamp InputFile::stamp() const {
  struct stat s {};
  if (::fstat(fd_, &s) != 0)
    fail(path_, "cannot be read");
  return {static_cast<std::uint64_t>(s.st_size), s.st_mtim.tv_sec * std::int64_t{1'000'000'000} + s.st_mtim.tv_nsec};
}

} // namespace longview
