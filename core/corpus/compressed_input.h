#pragma once

#include <algorithm>
#include <cstdint>
#include <memory>

#include "base/error.h"
#include "corpus/input_file.h"

namespace longview {

/// The compressed side of a decompressor: a buffer over the file that knows which byte comes next.
class CompressedInput {
 public:
  CompressedInput(InputFile& file, std::uint64_t offset) : file_(file), buffer_(new char[capacity]) {
    file_.seek(offset);
  }

  /// True when a byte is there, from the file where the buffer is empty.
  bool fill() {
    if (begin_ == end_) {
      begin_ = 0;
      end_ = file_.read(buffer_.get(), capacity);
    }
    return begin_ < end_;
  }
  const char* data() const { return buffer_.get() + begin_; }
  std::size_t size() const { return end_ - begin_; }
  void skip(std::size_t bytes) { begin_ += bytes; }
  /// Skips bytes that may lie beyond the buffer; false where the file ends first.
  bool skip_over(std::size_t bytes) {
    while (bytes > 0) {
      if (!fill())
        return false;
      const std::size_t now = std::min(bytes, size());
      skip(now);
      bytes -= now;
    }
    return true;
  }
  /// Bytes of the file before data().
  std::uint64_t position() const { return file_.position() - size(); }

  [[noreturn]] void fail_truncated() const {
    throw Error(ErrorCode::input,
                fmt::format("is cut off: it ends at byte {} in the middle of its data; everything before was read, get "
                            "the whole file and read it again",
                            file_.position()),
                file_.path().string());
  }
  [[noreturn]] void fail_damaged(const char* why) const {
    throw Error(ErrorCode::input,
                fmt::format("is damaged near byte {} ({}); everything before was read, get the file again", position(),
                            why ? why : "wrong data"),
                file_.path().string());
  }

 private:
  static constexpr std::size_t capacity = 256u << 10;
  InputFile& file_;
  std::unique_ptr<char[]> buffer_;
  std::size_t begin_ = 0;
  std::size_t end_ = 0;
};

} // namespace longview
