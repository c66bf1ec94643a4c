#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>

#include "base/file.h"

namespace longview {

/// A regular file open for reading. Throws Error (not_found, io, input) with the path as context.
class InputFile {
 public:
  explicit InputFile(const std::filesystem::path& path);
  ~InputFile();
  InputFile(const InputFile&) = delete;
  InputFile& operator=(const InputFile&) = delete;

  /// The next bytes, 0 only at the end.
  std::size_t read(char* to, std::size_t size);
  /// Bytes at a place, which does not move read(); fewer than `size` only where the file ends.
  std::size_t read_at(std::uint64_t offset, char* to, std::size_t size) const;
  /// The next read() starts here.
  void seek(std::uint64_t offset);

  std::uint64_t position() const { return position_; }
  /// Size and mtime as they are now.
  FileStamp stamp() const;
  const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
  int fd_ = -1;
  std::uint64_t position_ = 0;
};

} // namespace longview
