#include <algorithm>
#include <cstring>

#include <fmt/format.h>

#include "base/error.h"
#include "corpus/byte_stream.h"
#include "corpus/corpus.h"
#include "corpus/json_line.h"
#include "corpus/line_reader.h"
#include "corpus/plain_text.h"

namespace longview {
namespace {

constexpr std::size_t read_size = 1u << 20;
constexpr std::size_t window_size = 4u << 20;  // bytes read ahead where places come in order
constexpr std::size_t widest_gap = 256u << 10; // bytes between two places that are worth reading

} // namespace

struct SourceText::Impl {
  explicit Impl(SourceFile of) : source(std::move(of)), file(source.path) {}

  std::string bytes_at(const DocumentPlace& place);
  std::string plain_bytes_at(const DocumentPlace& place) const;
  void check_place(const DocumentPlace& place) const;
  void check_in_file(const DocumentPlace& place) const;
  std::string_view plain_view(const DocumentPlace& place, std::size_t behind);
  void move_window(const DocumentPlace& place, std::size_t wanted);
  std::string_view decompressed_view(const DocumentPlace& place, std::size_t behind);
  std::string decompressed_bytes_at(const DocumentPlace& place);
  void go_to(std::uint64_t offset, const DocumentPlace& place);
  std::size_t read(std::size_t most);
  std::string text_in(std::string bytes, const DocumentPlace& place, const std::string& text_field) const;
  bool changed() const { return file.stamp() != source.stamp; }
  [[noreturn]] void fail_outside(const DocumentPlace& place) const;
  [[noreturn]] void fail_changed(const DocumentPlace& place) const;

  SourceFile source;
  InputFile file;
  RestartIndex index;
  FileStamp index_stamp;              ///< of the file that `index` and `stream` belong to
  std::unique_ptr<ByteStream> stream; ///< compressed files: kept open, for places read in order
  std::uint64_t stream_offset = 0;
  std::string buffer;
  std::string window;              ///< view(): bytes of the file and room behind them
  std::uint64_t window_offset = 0; ///< in the file
  std::size_t window_filled = 0;   ///< bytes
};

void SourceText::Impl::fail_outside(const DocumentPlace& place) const {
  throw Error(ErrorCode::input,
              fmt::format("has no bytes {} to {} that a document should take; read the file again", place.offset,
                          place.offset + place.length),
              source.path.string());
}

void SourceText::Impl::fail_changed(const DocumentPlace& place) const {
  throw Error(ErrorCode::conflict,
              "has changed since its documents were scored; bring the old file back or score this one again",
              fmt::format("{}:{}", source.path.string(), place.line));
}

/// Places may come from a damaged project: nothing is allocated on their word.
void SourceText::Impl::check_place(const DocumentPlace& place) const {
  if (place.length > longest_document || place.offset > UINT64_MAX - 2 * longest_document)
    fail_outside(place);
}

void SourceText::Impl::check_in_file(const DocumentPlace& place) const {
  const std::uint64_t size = file.stamp().size;
  if (place.offset > size || place.length > size - place.offset)
    fail_outside(place);
}

std::string SourceText::Impl::bytes_at(const DocumentPlace& place) {
  check_place(place);
  return source.compression == Compression::none ? plain_bytes_at(place) : decompressed_bytes_at(place);
}

std::string SourceText::Impl::plain_bytes_at(const DocumentPlace& place) const {
  check_in_file(place);
  std::string bytes(place.length, '\0');
  if (file.read_at(place.offset, bytes.data(), bytes.size()) < bytes.size())
    fail_outside(place);
  return bytes;
}

std::string SourceText::Impl::decompressed_bytes_at(const DocumentPlace& place) {
  go_to(place.offset, place);
  std::string bytes;
  while (bytes.size() < place.length) {
    const std::size_t n = read(place.length - bytes.size());
    if (n == 0)
      fail_outside(place);
    bytes.append(buffer, 0, n);
  }
  return bytes;
}

std::string_view SourceText::Impl::plain_view(const DocumentPlace& place, std::size_t behind) {
  const auto reaches = [&](std::uint64_t length) {
    return place.offset >= window_offset && place.offset + length <= window_offset + window_filled;
  };
  const std::size_t wanted = place.length + behind;
  if (!reaches(wanted)) {
    if (changed())
      fail_changed(place);
    check_in_file(place);
    move_window(place, wanted);
    if (!reaches(place.length))
      fail_outside(place);
  }
  return std::string_view(window).substr(place.offset - window_offset,
                                         std::min<std::size_t>(wanted, window_offset + window_filled - place.offset));
}

/// So that it begins at a place; what it has already moves.
void SourceText::Impl::move_window(const DocumentPlace& place, std::size_t wanted) {
  const std::uint64_t end = window_offset + window_filled;
  const bool in_order = place.offset >= window_offset && place.offset <= end + widest_gap;
  const std::size_t kept = in_order && place.offset < end ? static_cast<std::size_t>(end - place.offset) : 0;
  if (in_order)
    wanted = std::max(wanted, window_size);
  const std::size_t begin = in_order && kept ? static_cast<std::size_t>(place.offset - window_offset) : 0;
  if (window.size() < wanted + json_padding) {
    window.erase(0, begin);
    window.resize(wanted + json_padding);
  } else {
    std::memmove(window.data(), window.data() + begin, kept);
  }
  window_offset = place.offset;
  window_filled = kept;
  window_filled += file.read_at(place.offset + kept, window.data() + kept, wanted - kept);
}

std::string_view SourceText::Impl::decompressed_view(const DocumentPlace& place, std::size_t behind) {
  window = decompressed_bytes_at(place);
  try {
    while (window.size() < place.length + behind) {
      const std::size_t n = read(place.length + behind - window.size());
      if (n == 0)
        break;
      window.append(buffer, 0, n);
    }
  } catch (const Error& error) { // damage behind the document is none of its own
    if (error.code() != ErrorCode::input)
      throw;
  }
  const std::size_t size = window.size();
  window.append(json_padding, '\0');
  return std::string_view(window).substr(0, size);
}

void SourceText::Impl::go_to(std::uint64_t offset, const DocumentPlace& place) {
  if (const FileStamp now = file.stamp(); now != index_stamp) {
    stream.reset();
    index = RestartIndex();
    index_stamp = now;
  }
  const RestartPoint& start = index.before(offset);
  if (!stream || stream_offset > offset || stream_offset < start.offset) {
    stream.reset();
    stream_offset = start.offset;
    // A copy: the index grows while the stream reads.
    stream = open_stream(file, source.compression, RestartPoint(start), &index);
  }
  while (stream_offset < offset)
    if (read(offset - stream_offset) == 0)
      fail_outside(place);
}

std::size_t SourceText::Impl::read(std::size_t most) {
  buffer.resize(read_size);
  try {
    const std::size_t n = stream->read(buffer.data(), std::min(most, read_size));
    stream_offset += n;
    return n;
  } catch (...) {
    stream.reset();
    throw;
  }
}

std::string SourceText::Impl::text_in(std::string bytes, const DocumentPlace& place,
                                      const std::string& text_field) const {
  if (source.kind == SourceKind::text) {
    auto text = plain_text(std::move(bytes));
    if (auto* fault = std::get_if<TextFault>(&text))
      throw Error(ErrorCode::input, std::move(fault->reason), source.path.string());
    return std::move(std::get<std::string>(text));
  }
  auto text = JsonLineParser(text_field, {}).text(bytes);
  if (auto* fault = std::get_if<LineFault>(&text))
    throw Error(ErrorCode::input, std::move(fault->reason), fmt::format("{}:{}", source.path.string(), place.line));
  return std::move(std::get<std::string>(text));
}

SourceText::SourceText(SourceFile source) : impl_(std::make_unique<Impl>(std::move(source))) {}
SourceText::~SourceText() = default;

std::string SourceText::raw(const DocumentPlace& place) {
  if (impl_->changed())
    impl_->fail_changed(place);
  return impl_->bytes_at(place);
}

std::string_view SourceText::view(const DocumentPlace& place, std::size_t behind) {
  impl_->check_place(place);
  if (impl_->source.compression == Compression::none)
    return impl_->plain_view(place, behind);
  if (impl_->changed())
    impl_->fail_changed(place);
  return impl_->decompressed_view(place, behind);
}

std::string SourceText::text(const DocumentPlace& place, const std::string& text_field, Hash128 expected) {
  // The hash decides, not the stamp: a file that was only copied or touched still opens.
  std::string text;
  try {
    text = impl_->text_in(impl_->bytes_at(place), place, text_field);
  } catch (const Error& error) {
    if (error.code() == ErrorCode::input && impl_->changed())
      impl_->fail_changed(place);
    throw;
  }
  if (hash128(text) != expected)
    impl_->fail_changed(place);
  return text;
}

} // namespace longview
