#include "corpus/gzip_stream.h"

#include <array>
#include <limits>
#include <new>

#include <zstd.h>

namespace longview {
namespace {

constexpr int gzip_window_bits = 15 + 16; // zlib's way to say: with a gzip header
constexpr int raw_window_bits = -15;      // and: without any
constexpr std::size_t window_size = 32u << 10;
constexpr std::size_t trailer_size = 8;
constexpr char magic[] = {'\x1f', '\x8b'};

std::string pack_window(const char* window, std::size_t size) {
  std::string packed(ZSTD_compressBound(size), '\0');
  const std::size_t n = ZSTD_compress(packed.data(), packed.size(), window, size, 1);
  if (ZSTD_isError(n))
    throw std::bad_alloc();
  packed.resize(n);
  packed.shrink_to_fit();
  return packed;
}

} // namespace

GzipStream::GzipStream(InputFile& file, const RestartPoint& start, RestartIndex* index)
    : input_(file, start.file_offset), index_(index), offset_(start.offset) {
  if (start.file_offset == 0) {
    std::array<char, 2> first{};
    if (file.read_at(0, first.data(), first.size()) == first.size() && (first[0] != magic[0] || first[1] != magic[1]))
      throw Error(ErrorCode::input, "is not a gzip file though its name says so; give it its right name",
                  file.path().string());
  }
  if (inflateInit2(&zlib_, gzip_window_bits) != Z_OK)
    throw std::bad_alloc();
  any_member_ = start.file_offset > 0;
  if (start.inside_member)
    start_inside(start);
}

GzipStream::~GzipStream() {
  inflateEnd(&zlib_);
}

void GzipStream::start_inside(const RestartPoint& start) {
  inflateReset2(&zlib_, raw_window_bits);
  raw_ = true;
  state_ = State::in_member;
  if (start.used_bits > 0) {
    if (!input_.fill())
      input_.fail_truncated();
    const int rest = static_cast<unsigned char>(*input_.data()) >> start.used_bits;
    inflatePrime(&zlib_, 8 - start.used_bits, rest);
    input_.skip(1);
  }
  std::array<char, window_size> window;
  const std::size_t n = ZSTD_decompress(window.data(), window.size(), start.window.data(), start.window.size());
  if (ZSTD_isError(n) ||
      inflateSetDictionary(&zlib_, reinterpret_cast<const Bytef*>(window.data()), static_cast<uInt>(n)) != Z_OK)
    throw Error(ErrorCode::internal, "a restart point does not fit its file; please report this");
}

std::size_t GzipStream::read(char* to, std::size_t size) {
  while (true) {
    switch (state_) {
    case State::before_member:
      start_member();
      break;
    case State::in_member:
      if (const std::size_t n = inflate_some(to, size); n > 0)
        return n;
      break;
    case State::at_end:
      return 0;
    }
  }
}

void GzipStream::start_member() {
  if (!any_member_ && !input_.fill())
    input_.fail_truncated();
  while (any_member_ && input_.fill() && *input_.data() == '\0')
    input_.skip(1);
  if (!input_.fill()) {
    state_ = State::at_end;
    return;
  }
  if (*input_.data() != magic[0])
    input_.fail_damaged("what follows is not gzip data");
  if (any_member_ && index_ && index_->wants(offset_))
    index_->add(
        {.offset = offset_, .file_offset = input_.position(), .used_bits = 0, .inside_member = false, .window = {}});
  inflateReset2(&zlib_, gzip_window_bits);
  raw_ = false;
  any_member_ = true;
  state_ = State::in_member;
}

void GzipStream::end_member() {
  // The check sum of a member entered in its middle cannot be checked; the text's own hash is.
  if (raw_ && !input_.skip_over(trailer_size))
    input_.fail_truncated();
  state_ = State::before_member;
}

/// 0 at the end of a member, or where a block ends without having given a byte.
std::size_t GzipStream::inflate_some(char* to, std::size_t size) {
  const std::size_t most = std::min<std::size_t>(size, std::numeric_limits<uInt>::max());
  zlib_.next_out = reinterpret_cast<Bytef*>(to);
  zlib_.avail_out = static_cast<uInt>(most);
  if (!input_.fill())
    input_.fail_truncated();
  zlib_.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(input_.data()));
  zlib_.avail_in = static_cast<uInt>(input_.size());
  const int result = inflate(&zlib_, index_ ? Z_BLOCK : Z_NO_FLUSH);
  input_.skip(input_.size() - zlib_.avail_in);
  const std::size_t given = most - zlib_.avail_out;
  offset_ += given;
  if (result == Z_STREAM_END)
    end_member();
  else if (result == Z_MEM_ERROR)
    throw std::bad_alloc();
  else if (result == Z_NEED_DICT || result == Z_DATA_ERROR || result == Z_STREAM_ERROR) {
    if (given == 0)
      input_.fail_damaged(zlib_.msg);
  } else if (index_)
    note_point();
  return given;
}

void GzipStream::note_point() {
  const bool at_block_end = (zlib_.data_type & 128) != 0 && (zlib_.data_type & 64) == 0;
  if (!at_block_end || !index_->wants(offset_))
    return;
  std::array<char, window_size> window;
  uInt size = window_size;
  if (inflateGetDictionary(&zlib_, reinterpret_cast<Bytef*>(window.data()), &size) != Z_OK)
    return;
  const int unused_bits = zlib_.data_type & 7;
  index_->add({.offset = offset_,
               .file_offset = input_.position() - (unused_bits > 0 ? 1 : 0),
               .used_bits = unused_bits > 0 ? 8 - unused_bits : 0,
               .inside_member = true,
               .window = pack_window(window.data(), size)});
}

} // namespace longview
