#include "widgets/segment_text.h"

#include <algorithm>

#include <QStringDecoder>

namespace longview {
namespace {

/// A segment's bytes, widened to whole characters.
std::optional<ByteRange> whole_characters(const DocumentData& document, std::uint32_t k) {
  auto range = segment_bytes(document, k);
  if (!range)
    return std::nullopt;
  const std::string& text = *document.text;
  while (range->begin > 0 && range->begin < text.size() && continues_character(text[range->begin]))
    --range->begin;
  while (range->end < text.size() && continues_character(text[range->end]))
    ++range->end;
  return range;
}

std::string_view bytes_of(const DocumentData& document, ByteRange range) {
  return std::string_view(*document.text).substr(range.begin, range.length());
}

} // namespace

std::uint32_t MappedText::byte_of(int unit) const {
  if (unit < 0 || bytes.empty())
    return 0;
  return bytes[std::min(static_cast<std::size_t>(unit), bytes.size() - 1)];
}

int MappedText::unit_of(std::uint64_t byte) const {
  const auto found = std::lower_bound(bytes.begin(), bytes.end(), byte);
  return static_cast<int>(std::min(found - bytes.begin(), static_cast<std::ptrdiff_t>(text.size())));
}

MappedText map_text(std::string_view utf8) {
  MappedText mapped;
  QStringDecoder decoder(QStringConverter::Utf8, QStringConverter::Flag::ConvertInitialBom);
  mapped.text = decoder(QByteArrayView(utf8.data(), static_cast<qsizetype>(utf8.size())));
  mapped.bytes.reserve(static_cast<std::size_t>(mapped.text.size()) + 1);
  for (std::size_t at = 0; at < utf8.size(); ++at) {
    if (continues_character(utf8[at]))
      continue;
    mapped.bytes.push_back(static_cast<std::uint32_t>(at));
    if (static_cast<unsigned char>(utf8[at]) >= 0xF0)
      mapped.bytes.push_back(static_cast<std::uint32_t>(at)); // four bytes are a surrogate pair
  }
  mapped.bytes.resize(static_cast<std::size_t>(mapped.text.size()) + 1, static_cast<std::uint32_t>(utf8.size()));
  mapped.bytes.back() = static_cast<std::uint32_t>(utf8.size());
  return mapped;
}

std::optional<ByteRange> segment_bytes(const DocumentData& document, std::uint32_t k) {
  if (!document.text || k >= document.segments())
    return std::nullopt;
  const std::uint32_t place = document.place(k);
  const std::vector<std::uint64_t>& bounds = document.data.bounds;
  if (std::uint64_t{place} + 1 >= bounds.size())
    return std::nullopt;
  const ByteRange range{bounds[place], bounds[place + 1]};
  if (range.begin > range.end || range.end > document.text->size())
    return std::nullopt;
  return range;
}

std::optional<std::uint32_t> place_at(const DocumentData& document, std::uint64_t byte) {
  const std::vector<std::uint64_t>& bounds = document.data.bounds;
  const auto behind = std::upper_bound(bounds.begin(), bounds.end(), byte);
  if (behind == bounds.begin() || behind == bounds.end())
    return std::nullopt;
  return static_cast<std::uint32_t>(behind - bounds.begin() - 1);
}

std::optional<std::uint32_t> segment_at_place(const DocumentData& document, std::uint32_t place) {
  const std::vector<std::uint32_t>& kept = document.data.pairs.kept;
  if (kept.empty())
    return place < document.segments() ? std::optional(place) : std::nullopt;
  const auto found = std::lower_bound(kept.begin(), kept.end(), place);
  if (found == kept.end() || *found != place)
    return std::nullopt;
  return static_cast<std::uint32_t>(found - kept.begin());
}

std::optional<QString> segment_text(const DocumentData& document, std::uint32_t k) {
  const auto range = whole_characters(document, k);
  if (!range)
    return std::nullopt;
  return map_text(bytes_of(document, *range)).text;
}

std::vector<int> token_ends_in_text(const DocumentData& document, std::uint32_t k, std::span<const std::uint32_t> ends,
                                    bool view_positions) {
  std::vector<int> places;
  const auto range = whole_characters(document, k);
  if (!range)
    return places;
  const MappedText mapped = map_text(bytes_of(document, *range));
  const std::uint64_t widened = segment_bytes(document, k)->begin - range->begin;
  int counted = 0;   // units that were looked at
  int swallowed = 0; // of them, in a text view
  for (const std::uint32_t end : ends) {
    const int unit = mapped.unit_of(widened + end);
    for (; view_positions && counted < unit; ++counted)
      if (mapped.text.at(counted) == u'\r' && counted + 1 < mapped.text.size() && mapped.text.at(counted + 1) == u'\n')
        ++swallowed;
    places.push_back(unit - swallowed);
  }
  return places;
}

} // namespace longview
