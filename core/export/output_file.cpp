#include "export/output_file.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <utility>

#include <zlib.h>
#include <zstd.h>

#include "base/error.h"
#include "base/file.h"

namespace longview {

/// The bytes on their way to the disk.
class OutputFile::Sink {
 public:
  explicit Sink(const std::filesystem::path& path) : file_(path) {}

  void write(std::string_view bytes) {
    hasher_.update(bytes);
    file_.write(bytes);
  }
  void commit() { file_.commit(); }
  std::uint64_t size() const { return file_.size(); }
  Hash128 hash() const { return hasher_.digest(); }

 private:
  AtomicFile file_;
  Hasher128 hasher_;
};

class OutputFile::Encoder {
 public:
  virtual ~Encoder() = default;
  virtual void write(std::string_view bytes, Sink& sink) = 0;
  virtual void finish(Sink& sink) = 0;
};

namespace {

constexpr std::size_t piece = 1 << 16;
constexpr std::size_t written_at_once = 512 << 10; // a few of them stay in the processor's cache

class PlainEncoder final : public OutputFile::Encoder {
 public:
  void write(std::string_view bytes, OutputFile::Sink& sink) override { sink.write(bytes); }
  void finish(OutputFile::Sink&) override {}
};

class GzipEncoder final : public OutputFile::Encoder {
 public:
  GzipEncoder() {
    constexpr int gzip_header = 16;
    if (deflateInit2(&stream_, Z_DEFAULT_COMPRESSION, Z_DEFLATED, MAX_WBITS + gzip_header, 8, Z_DEFAULT_STRATEGY) !=
        Z_OK)
      throw Error(ErrorCode::out_of_memory, "gzip compression does not start; there is no memory left");
  }
  ~GzipEncoder() override { deflateEnd(&stream_); }

  void write(std::string_view bytes, OutputFile::Sink& sink) override {
    while (!bytes.empty()) { // avail_in is 32 bits wide
      const std::string_view part = bytes.substr(0, std::size_t{1} << 30);
      stream_.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(part.data()));
      stream_.avail_in = static_cast<uInt>(part.size());
      run(Z_NO_FLUSH, sink);
      bytes.remove_prefix(part.size());
    }
  }
  void finish(OutputFile::Sink& sink) override {
    stream_.next_in = nullptr;
    stream_.avail_in = 0;
    run(Z_FINISH, sink);
  }

 private:
  void run(int flush, OutputFile::Sink& sink) {
    do {
      stream_.next_out = buffer_.data();
      stream_.avail_out = static_cast<uInt>(buffer_.size());
      deflate(&stream_, flush); // its only errors are of the caller
      sink.write({reinterpret_cast<const char*>(buffer_.data()), buffer_.size() - stream_.avail_out});
    } while (stream_.avail_out == 0);
  }

  z_stream stream_{};
  std::array<Bytef, piece> buffer_;
};

class ZstdEncoder final : public OutputFile::Encoder {
 public:
  ZstdEncoder() : context_(ZSTD_createCCtx()) {
    if (!context_)
      throw Error(ErrorCode::out_of_memory, "zstd compression does not start; there is no memory left");
    check(ZSTD_CCtx_setParameter(context_, ZSTD_c_checksumFlag, 1));
  }
  ~ZstdEncoder() override { ZSTD_freeCCtx(context_); }

  void write(std::string_view bytes, OutputFile::Sink& sink) override { run(bytes, ZSTD_e_continue, sink); }
  void finish(OutputFile::Sink& sink) override { run({}, ZSTD_e_end, sink); }

 private:
  static std::size_t check(std::size_t code) {
    if (ZSTD_isError(code))
      throw Error(ErrorCode::io, fmt::format("zstd compression failed: {}", ZSTD_getErrorName(code)));
    return code;
  }

  void run(std::string_view bytes, ZSTD_EndDirective directive, OutputFile::Sink& sink) {
    ZSTD_inBuffer in{bytes.data(), bytes.size(), 0};
    std::size_t left = 0;
    do {
      ZSTD_outBuffer out{buffer_.data(), buffer_.size(), 0};
      left = check(ZSTD_compressStream2(context_, &out, &in, directive));
      sink.write({buffer_.data(), out.pos});
    } while (in.pos < in.size || (directive == ZSTD_e_end && left > 0));
  }

  ZSTD_CCtx* context_;
  std::array<char, piece> buffer_;
};

std::unique_ptr<OutputFile::Encoder> make_encoder(Compression compression) {
  switch (compression) {
  case Compression::gzip:
    return std::make_unique<GzipEncoder>();
  case Compression::zstd:
    return std::make_unique<ZstdEncoder>();
  case Compression::none:
    break;
  }
  return std::make_unique<PlainEncoder>();
}

} // namespace

Compression compression_of(const std::filesystem::path& path) {
  std::string extension = path.extension().string();
  std::transform(extension.begin(), extension.end(), extension.begin(),
                 [](unsigned char c) { return std::tolower(c); });
  return extension == ".gz" ? Compression::gzip : extension == ".zst" ? Compression::zstd : Compression::none;
}

OutputFile::OutputFile(const std::filesystem::path& path, WriteBehind* behind)
    : sink_(std::make_unique<Sink>(path)), encoder_(make_encoder(compression_of(path))), behind_(behind),
      spare_(WriteBehind::most_waiting + 2) {}
OutputFile::~OutputFile() = default;

void OutputFile::write(std::string_view bytes) {
  end_ += bytes;
  settle();
}
void OutputFile::settle() {
  if (end_.size() < written_at_once)
    return;
  run([this, bytes = std::exchange(end_, spare_.try_pop().value_or(std::string()))]() mutable {
    encoder_->write(bytes, *sink_);
    if (bytes.capacity() > 2 * written_at_once)
      return; // a single large record's: kept, as many of them would stay as there are buffers
    bytes.clear();
    spare_.push(std::move(bytes), {});
  });
  end_.reserve(written_at_once + written_at_once / 8);
}
void OutputFile::finish() {
  run([this, bytes = std::exchange(end_, {})] {
    encoder_->write(bytes, *sink_);
    encoder_->finish(*sink_);
  });
}
void OutputFile::run(std::function<void()> task) {
  if (behind_)
    behind_->post(std::move(task));
  else
    task();
}
void OutputFile::commit() {
  sink_->commit();
}
std::uint64_t OutputFile::size() const {
  return sink_->size();
}
Hash128 OutputFile::hash() const {
  return sink_->hash();
}

} // namespace longview
