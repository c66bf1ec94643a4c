#pragma once

#include <memory>

#include <zstd.h>

#include "corpus/byte_stream.h"
#include "corpus/compressed_input.h"

namespace longview {

/// Zstandard, of any number of frames. It can be entered only where a frame begins: a file of one huge frame has no
/// restart point but its start.
class ZstdStream final : public ByteStream {
 public:
  ZstdStream(InputFile& file, const RestartPoint& start, RestartIndex* index);

  std::size_t read(char* to, std::size_t size) override;
  std::uint64_t file_bytes() const override { return input_.position(); }

 private:
  static constexpr std::size_t frame_start = 5; ///< enough of a frame to learn how long its header is
  struct FreeContext {
    void operator()(ZSTD_DCtx* context) const { ZSTD_freeDCtx(context); }
  };

  void note_frame_end(std::uint64_t offset);

  CompressedInput input_;
  RestartIndex* index_;
  std::unique_ptr<ZSTD_DCtx, FreeContext> context_;
  const char* damage_ = nullptr;     ///< zstd's own words, once it has refused the data
  std::size_t wanted_ = frame_start; ///< input of the next step
  bool between_frames_ = false;
  bool output_was_full_ = false; ///< more may come without more input
  std::uint64_t offset_ = 0;     ///< decompressed bytes so far
};

} // namespace longview
