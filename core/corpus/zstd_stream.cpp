#include "corpus/zstd_stream.h"

#include <algorithm>
#include <array>
#include <new>

#include <zstd_errors.h>

namespace longview {
namespace {

constexpr std::uint32_t frame_magic = 0xFD2FB528;
constexpr std::uint32_t skippable_magic = 0x184D2A50; // and the fifteen behind it

bool is_zstd(const InputFile& file) {
  std::array<unsigned char, 4> first{};
  if (file.read_at(0, reinterpret_cast<char*>(first.data()), first.size()) < first.size())
    return true; // cut off, which reading reports
  const std::uint32_t magic = first[0] | first[1] << 8 | first[2] << 16 | static_cast<std::uint32_t>(first[3]) << 24;
  return magic == frame_magic || (magic & ~15u) == skippable_magic;
}

} // namespace

ZstdStream::ZstdStream(InputFile& file, const RestartPoint& start, RestartIndex* index)
    : input_(file, start.file_offset), index_(index), context_(ZSTD_createDCtx()),
      between_frames_(start.file_offset > 0), offset_(start.offset) {
  if (start.file_offset == 0 && !is_zstd(file))
    throw Error(ErrorCode::input, "is not a zstd file though its name says so; give it its right name",
                file.path().string());
  if (!context_)
    throw std::bad_alloc();
  // Large corpora are often packed with --long=31.
  ZSTD_DCtx_setParameter(context_.get(), ZSTD_d_windowLogMax, ZSTD_dParam_getBounds(ZSTD_d_windowLogMax).upperBound);
}

std::size_t ZstdStream::read(char* to, std::size_t size) {
  if (damage_)
    input_.fail_damaged(damage_);
  ZSTD_outBuffer out{to, size, 0};
  while (out.pos == 0) {
    if (!output_was_full_ && !input_.fill()) {
      if (between_frames_)
        return 0;
      input_.fail_truncated();
    }
    // One block a step: on damage zstd keeps back what it decoded in the same step.
    ZSTD_inBuffer in{input_.data(), std::min(input_.size(), wanted_), 0};
    const std::size_t left = ZSTD_decompressStream(context_.get(), &out, &in);
    if (ZSTD_isError(left)) {
      if (ZSTD_getErrorCode(left) == ZSTD_error_memory_allocation)
        throw std::bad_alloc();
      damage_ = ZSTD_getErrorName(left);
      input_.fail_damaged(damage_);
    }
    input_.skip(in.pos);
    output_was_full_ = out.pos == out.size;
    between_frames_ = left == 0;
    wanted_ = between_frames_ ? frame_start : left;
    if (between_frames_)
      note_frame_end(offset_ + out.pos);
  }
  offset_ += out.pos;
  return out.pos;
}

void ZstdStream::note_frame_end(std::uint64_t offset) {
  if (index_ && index_->wants(offset))
    index_->add(
        {.offset = offset, .file_offset = input_.position(), .used_bits = 0, .inside_member = false, .window = {}});
}

} // namespace longview
