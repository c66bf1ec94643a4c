#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <span>
#include <stop_token>
#include <string>
#include <string_view>

#include "base/hash.h"

namespace longview {

/// A whole file mapped read-only. Throws Error (not_found, io) with the path as context.
class MappedFile {
 public:
  explicit MappedFile(const std::filesystem::path& path);
  ~MappedFile();
  MappedFile(const MappedFile&) = delete;
  MappedFile& operator=(const MappedFile&) = delete;

  std::span<const std::byte> bytes() const { return {data_, size_}; }
  const std::filesystem::path& path() const { return path_; }
  /// Brings the pages of [offset, offset + length) in at one go, which costs less than a fault each. Throws Error(io)
  /// where the file has become shorter or cannot be read: touching the pages would end the program.
  void prepare(std::uint64_t offset, std::uint64_t length) const;
  /// Gives the pages of [offset, offset + length) back to the system; they are read again when touched.
  void release(std::uint64_t offset, std::uint64_t length) const;

 private:
  std::filesystem::path path_;
  const std::byte* data_ = nullptr;
  std::size_t size_ = 0;
};

/// Writes to a temporary name beside `path`; commit() syncs and renames it over `path`, the destructor without a commit
/// removes it. So `path` is always either the old file or the whole new one. Throws Error (io).
class AtomicFile {
 public:
  explicit AtomicFile(std::filesystem::path path);
  ~AtomicFile();
  AtomicFile(const AtomicFile&) = delete;
  AtomicFile& operator=(const AtomicFile&) = delete;

  void write(std::string_view bytes);
  void commit();
  std::uint64_t size() const { return size_; }

 private:
  void flush();
  void write_through(std::string_view rest);

  std::filesystem::path path_;
  std::filesystem::path temporary_;
  int fd_ = -1;
  std::uint64_t size_ = 0;
  std::uint64_t on_file_ = 0; ///< bytes that the system has
  std::uint64_t sent_ = 0;    ///< bytes that the system was asked to bring to the disk
  std::string buffer_;
};

/// What identifies a file without reading it.
struct FileStamp {
  std::uint64_t size = 0;
  std::int64_t mtime_ns = 0;
  bool operator==(const FileStamp&) const = default;
};
FileStamp file_stamp(const std::filesystem::path& path);

/// XXH3-128 of all bytes of a file. Throws Error (not_found, io, cancelled).
Hash128 hash_file(const std::filesystem::path& path, std::stop_token stop = {});

/// The whole of a small file (configuration, manifest). Throws Error; refuses more than `most` bytes.
std::string read_file(const std::filesystem::path& path, std::uint64_t most = 64u << 20);

/// $XDG_DATA_HOME/longview, or ~/.local/share/longview. Not created.
std::filesystem::path data_directory();
/// $XDG_CACHE_HOME/longview, or ~/.cache/longview. Not created.
std::filesystem::path cache_directory();

} // namespace longview
