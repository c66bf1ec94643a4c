#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "base/bounded_queue.h"
#include "base/hash.h"
#include "corpus/corpus.h"
#include "export/write_behind.h"

namespace longview {

/// What a file's name asks for: .gz, .zst (in any case), else none.
Compression compression_of(const std::filesystem::path& path);

/// Writes a file whole or not at all (AtomicFile), compressed as its name says, and hashes what lands on disk. The same
/// bytes in give the same file: no time and no name in the header, one thread. Throws Error(io).
class OutputFile {
 public:
  /// With `behind`, bytes are compressed, hashed and written on its thread; size() and hash() are complete after its
  /// finish(), and it ends before this does.
  explicit OutputFile(const std::filesystem::path& path, WriteBehind* behind = nullptr);
  ~OutputFile();
  OutputFile(const OutputFile&) = delete;
  OutputFile& operator=(const OutputFile&) = delete;

  void write(std::string_view bytes);
  /// For bytes that are made in place: append to it, then call settle().
  std::string& open_end() { return end_; }
  void settle();
  /// Ends the compressed stream; nothing can be written after it. size() and hash() are complete then (see above).
  void finish();
  /// Puts the finished file in its place.
  void commit();

  std::uint64_t size() const; ///< bytes on disk
  Hash128 hash() const;       ///< XXH3-128 of the bytes on disk, as `xxhsum -H2` prints it

  // Known to the implementation alone: where bytes go, and one way of compressing them.
  class Sink;
  class Encoder;

 private:
  void run(std::function<void()> task);

  std::unique_ptr<Sink> sink_;
  std::unique_ptr<Encoder> encoder_;
  WriteBehind* behind_;
  /// Memory of what was written, for what comes: never more than wait, are written, or are made.
  BoundedQueue<std::string> spare_;
  std::string end_; ///< not yet given to the encoder
};

} // namespace longview
