#pragma once

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <memory>
#include <optional>
#include <stop_token>
#include <string_view>

#include "corpus/byte_stream.h"

namespace longview {

/// The longest line or text file that is read; a longer one is reported and skipped.
inline constexpr std::uint64_t longest_document = 2'000'000'000;

/// One line without its line end (LF or CRLF).
struct Line {
  std::string_view bytes;   ///< followed by json_padding readable bytes; valid until the next call. Empty when too long
  std::uint64_t offset = 0; ///< of its first byte, decompressed
  std::uint64_t length = 0;
  std::uint64_t number = 0; ///< from 1
  bool too_long = false;
};

/// Cuts a stream into lines. A byte order mark at the start of the stream belongs to no line. One thread.
class LineReader {
 public:
  explicit LineReader(ByteStream& stream, std::uint64_t longest = longest_document);

  /// The next line, blank ones too; nothing at the end. An Error of the stream passes through, after every whole line
  /// before the damage was given. Throws Error(cancelled); the next call goes on then.
  std::optional<Line> next(const std::stop_token& stop);

  /// Of the bytes given so far and, after an Error, of those in the unfinished line.
  std::uint64_t offset() const { return buffer_offset_ + end_; }
  /// The number of the line that next() is about to give.
  std::uint64_t line_number() const { return next_number_; }

 private:
  struct Free {
    void operator()(char* bytes) const { std::free(bytes); }
  };
  bool fill(const std::stop_token& stop);
  void make_room();
  void resize(std::size_t capacity);
  void skip_byte_order_mark();
  Line take_line(std::size_t length, std::size_t line_end);
  Line skip_long_line(const std::stop_token& stop);

  ByteStream& stream_;
  const std::uint64_t longest_;
  std::unique_ptr<char, Free> buffer_;
  std::size_t capacity_ = 0;        ///< without the padding
  std::size_t begin_ = 0;           ///< start of the next line in the buffer
  std::size_t searched_ = 0;        ///< no line end between begin_ and here
  std::size_t end_ = 0;             ///< end of what was read
  std::uint64_t buffer_offset_ = 0; ///< of the buffer's first byte in the stream
  std::uint64_t next_number_ = 1;
  std::optional<Line> skipped_; ///< the too long line whose end is still to be found
};

} // namespace longview
