#include "corpus/byte_stream.h"

#include <algorithm>

#include "base/error.h"
#include "corpus/gzip_stream.h"
#include "corpus/zstd_stream.h"

namespace longview {
namespace {

class PlainStream final : public ByteStream {
 public:
  PlainStream(InputFile& file, std::uint64_t offset) : file_(file) { file_.seek(offset); }
  std::size_t read(char* to, std::size_t size) override { return file_.read(to, size); }
  std::uint64_t file_bytes() const override { return file_.position(); }

 private:
  InputFile& file_;
};

} // namespace

const RestartPoint& RestartIndex::before(std::uint64_t offset) const {
  const auto behind = std::upper_bound(points_.begin(), points_.end(), offset,
                                       [](std::uint64_t wanted, const RestartPoint& p) { return wanted < p.offset; });
  return *std::prev(behind); // the first point is at 0
}

std::unique_ptr<ByteStream> open_stream(InputFile& file, Compression compression, const RestartPoint& start,
                                        RestartIndex* index) {
  switch (compression) {
  case Compression::gzip:
    return std::make_unique<GzipStream>(file, start, index);
  case Compression::zstd:
    return std::make_unique<ZstdStream>(file, start, index);
  case Compression::none:
    break;
  }
  return std::make_unique<PlainStream>(file, start.offset);
}

} // namespace longview
