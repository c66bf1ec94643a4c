#include "widgets/segment_text.h"

#include <algorithm>

#include <QStringDecoder>

namespace longview {
namespace {

/// A byte in the middle of a UTF-8 character.
bool continues(char byte) {
  return (static_cast<unsigned char>(byte) & 0xC0) == 0x80;
}

struct ByteRange {
  std::uint64_t from = 0, to = 0; ///< widened to whole characters
  std::uint64_t begin = 0;        ///< as the tokens have it
};

std::optional<ByteRange> range_of(const DocumentData& document, std::uint32_t k) {
  if (!document.text || k >= document.segments())
    return std::nullopt;
  const std::string& text = *document.text;
  const std::uint32_t place = document.place(k);
  const std::vector<std::uint64_t>& bounds = document.data.bounds;
  if (std::uint64_t{place} + 1 >= bounds.size())
    return std::nullopt;
  ByteRange range{bounds[place], bounds[place + 1], bounds[place]};
  if (range.from > range.to || range.to > text.size())
    return std::nullopt;
  while (range.from > 0 && range.from < text.size() && continues(text[range.from]))
    --range.from;
  while (range.to < text.size() && continues(text[range.to]))
    ++range.to;
  return range;
}

} // namespace

std::optional<QString> segment_text(const DocumentData& document, std::uint32_t k) {
  const std::optional<ByteRange> range = range_of(document, k);
  if (!range)
    return std::nullopt;
  // A byte order mark is a character of the text like any other here.
  QStringDecoder decoder(QStringConverter::Utf8, QStringConverter::Flag::ConvertInitialBom);
  return QString(
      decoder(QByteArrayView(document.text->data() + range->from, static_cast<qsizetype>(range->to - range->from))));
}

std::vector<int> token_ends_in_text(const DocumentData& document, std::uint32_t k, std::span<const std::uint32_t> ends,
                                    bool view_positions) {
  std::vector<int> places;
  const std::optional<ByteRange> range = range_of(document, k);
  if (!range)
    return places;
  const std::string& text = *document.text;
  std::uint64_t at = range->from;
  int units = 0;
  for (const std::uint32_t end : ends) {
    const std::uint64_t wanted = std::min(range->begin + end, range->to);
    while (at < wanted || (at < range->to && at > range->from && continues(text[at]))) {
      const auto byte = static_cast<unsigned char>(text[at]);
      const bool swallowed = view_positions && byte == '\r' && at + 1 < range->to && text[at + 1] == '\n';
      if (!continues(text[at]) && !swallowed)
        units += byte >= 0xF0 ? 2 : 1; // four bytes are a surrogate pair
      ++at;
    }
    places.push_back(units);
  }
  return places;
}

} // namespace longview
