#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "corpus/corpus.h"
#include "corpus/input_file.h"

namespace longview {

/// A place of a compressed file from which decompression can start.
struct RestartPoint {
  std::uint64_t offset = 0; ///< decompressed bytes before it
  std::uint64_t file_offset =
      0;                      ///< compressed bytes before it; a byte that is only partly used is not counted as before
  int used_bits = 0;          ///< of the byte at file_offset, already used (gzip only)
  bool inside_member = false; ///< inside a gzip member: `window` is needed
  std::string window;         ///< the decompressed bytes before it that deflate may look back at, as a zstd frame
};

/// The restart points of one compressed file, filled while it is decompressed.
class RestartIndex {
 public:
  /// Decompressed bytes between two points.
  explicit RestartIndex(std::uint64_t spacing = 8u << 20) : spacing_(spacing) {}

  /// The last point at or before `offset`; the start of the file at least.
  const RestartPoint& before(std::uint64_t offset) const;
  /// True when a point at `offset` is far enough behind the last one.
  bool wants(std::uint64_t offset) const { return offset >= points_.back().offset + spacing_; }
  void add(RestartPoint point) { points_.push_back(std::move(point)); }
  std::size_t size() const { return points_.size(); }

 private:
  std::uint64_t spacing_;
  std::vector<RestartPoint> points_{RestartPoint{}};
};

/// The bytes of a source file, decompressed, forward only. One thread.
class ByteStream {
 public:
  virtual ~ByteStream() = default;
  /// Up to `size` bytes (not 0), 0 only at the end. Everything before a damaged place is given first; then, again and
  /// again, throws Error(input) that names the byte. Throws Error(io) when the disk fails.
  virtual std::size_t read(char* to, std::size_t size) = 0;
  /// Bytes taken from the file.
  virtual std::uint64_t file_bytes() const = 0;
};

/// Opens `file` from `start` on. With an index, restart points behind its last one are added while reading.
/// Throws Error(input) when the file is nothing of the kind. `file` and `index` outlive the stream.
std::unique_ptr<ByteStream> open_stream(InputFile& file, Compression compression, const RestartPoint& start = {},
                                        RestartIndex* index = nullptr);

} // namespace longview
