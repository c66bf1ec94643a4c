#pragma once

#include <zlib.h>

#include "corpus/byte_stream.h"
#include "corpus/compressed_input.h"

namespace longview {

/// gzip, of any number of members one after another. Zero bytes behind the last one (as tapes and tar leave them) are
/// ignored, anything else there is damage.
class GzipStream final : public ByteStream {
 public:
  GzipStream(InputFile& file, const RestartPoint& start, RestartIndex* index);
  ~GzipStream() override;
  GzipStream(const GzipStream&) = delete;
  GzipStream& operator=(const GzipStream&) = delete;

  std::size_t read(char* to, std::size_t size) override;
  std::uint64_t file_bytes() const override { return input_.position(); }

 private:
  enum class State { before_member, in_member, at_end };
  void start_inside(const RestartPoint& start);
  void start_member();
  void end_member();
  std::size_t inflate_some(char* to, std::size_t size);
  void note_point();

  CompressedInput input_;
  RestartIndex* index_;
  z_stream zlib_{};
  State state_ = State::before_member;
  bool raw_ = false; ///< in a member entered at a restart point: zlib sees neither its header nor its check sum
  bool any_member_ = false;
  std::uint64_t offset_ = 0; ///< decompressed bytes so far
};

} // namespace longview
