#include "corpus/line_reader.h"

#include <algorithm>
#include <cstring>
#include <new>
#include <utility>

#include "base/cancel.h"
#include "corpus/json_tree.h"

namespace longview {
namespace {

constexpr std::size_t read_size = 1u << 20;
constexpr std::size_t kept_capacity = 64u << 20; // a buffer that grew beyond this shrinks again after its line
constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";

} // namespace

LineReader::LineReader(ByteStream& stream, std::uint64_t longest) : stream_(stream), longest_(longest) {
  resize(2 * read_size);
}

void LineReader::resize(std::size_t capacity) {
  // realloc moves a large buffer by remapping its pages, without copying them.
  auto* grown = static_cast<char*>(std::realloc(buffer_.get(), capacity + json_padding));
  if (!grown)
    throw std::bad_alloc();
  (void)buffer_.release();
  buffer_.reset(grown);
  capacity_ = capacity;
}

std::optional<Line> LineReader::next(const std::stop_token& stop) {
  throw_if_cancelled(stop);
  if (skipped_)
    return skip_long_line(stop);
  while (true) {
    const char* from = buffer_.get() + searched_;
    if (const void* hit = std::memchr(from, '\n', end_ - searched_))
      return take_line(static_cast<std::size_t>(static_cast<const char*>(hit) - buffer_.get()) - begin_, 1);
    searched_ = end_;
    // Two bytes more than the longest line may be its line end.
    if (end_ - begin_ > longest_ + 2)
      return skip_long_line(stop);
    if (!fill(stop))
      break;
  }
  if (begin_ == end_)
    return std::nullopt;
  return take_line(end_ - begin_, 0);
}

Line LineReader::take_line(std::size_t length, std::size_t line_end) {
  Line line;
  line.offset = buffer_offset_ + begin_;
  line.number = next_number_++;
  line.bytes = {buffer_.get() + begin_, length};
  if (line_end > 0 && line.bytes.ends_with('\r'))
    line.bytes.remove_suffix(1);
  line.length = line.bytes.size();
  begin_ += length + line_end;
  searched_ = begin_;
  if (line.length > longest_) {
    line.bytes = {};
    line.too_long = true;
  }
  return line;
}

bool LineReader::fill(const std::stop_token& stop) {
  throw_if_cancelled(stop);
  make_room();
  const std::size_t n = stream_.read(buffer_.get() + end_, std::min(read_size, capacity_ - end_));
  end_ += n;
  std::memset(buffer_.get() + end_, 0, json_padding);
  skip_byte_order_mark();
  return n > 0;
}

void LineReader::make_room() {
  if (capacity_ - end_ >= read_size)
    return;
  const std::size_t rest = end_ - begin_;
  if (begin_ > 0) {
    std::memmove(buffer_.get(), buffer_.get() + begin_, rest);
    buffer_offset_ += begin_;
    searched_ -= begin_;
    begin_ = 0;
    end_ = rest;
  }
  if (capacity_ - end_ < read_size)
    resize(2 * capacity_);
  else if (capacity_ > kept_capacity && rest < read_size)
    resize(2 * read_size);
}

void LineReader::skip_byte_order_mark() {
  const bool at_start = buffer_offset_ == 0 && begin_ == 0 && next_number_ == 1;
  if (at_start && std::string_view(buffer_.get(), end_).starts_with(byte_order_mark))
    begin_ = searched_ = byte_order_mark.size();
}

Line LineReader::skip_long_line(const std::stop_token& stop) {
  if (!skipped_)
    skipped_ =
        Line{.bytes = {}, .offset = buffer_offset_ + begin_, .length = 0, .number = next_number_, .too_long = true};
  bool more = true;
  while (more) {
    const char* from = buffer_.get() + begin_;
    const void* hit = std::memchr(from, '\n', end_ - begin_);
    const std::size_t stop_at = hit ? static_cast<std::size_t>(static_cast<const char*>(hit) - buffer_.get()) : end_;
    skipped_->length = buffer_offset_ + stop_at - skipped_->offset;
    if (hit && stop_at > 0 && buffer_.get()[stop_at - 1] == '\r')
      --skipped_->length;
    // The last byte stays, for a line end in two pieces.
    begin_ = searched_ = hit ? stop_at + 1 : std::max(begin_, end_ - 1);
    more = !hit && fill(stop);
  }
  if (skipped_->length == buffer_offset_ + end_ - skipped_->offset)
    begin_ = searched_ = end_; // the file ended with it
  ++next_number_;
  return *std::exchange(skipped_, std::nullopt);
}

} // namespace longview
