#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include <QString>

#include "widgets/document_data.h"

namespace longview {

// The one place where the window goes from a document's bytes (UTF-8, what segments, tokens and hits are told in) to
// what Qt shows (UTF-16 units), and from segments to their bytes.

/// Bytes from `begin` to before `end`.
struct ByteRange {
  std::uint64_t begin = 0, end = 0;
  std::uint64_t length() const { return end - begin; }
  bool operator==(const ByteRange&) const = default;
};

/// Whether a byte of UTF-8 is inside a character, behind the first.
constexpr bool continues_character(char byte) {
  return (static_cast<unsigned char>(byte) & 0xC0) == 0x80;
}

/// Text with the byte that each of its UTF-16 units stands for.
struct MappedText {
  QString text;
  /// Where the character of each unit begins, from the text's first byte on; behind the last one the length in bytes.
  std::vector<std::uint32_t> bytes;

  /// Units beyond the end are the end.
  std::uint32_t byte_of(int unit) const;
  /// The first unit that begins at this byte or behind it: a byte inside a character is the end of that character.
  int unit_of(std::uint64_t byte) const;
};

/// `utf8` is valid; a byte order mark is a character of the text like any other.
MappedText map_text(std::string_view utf8);

/// Bytes of segment k (kept segments count), as its tokens have them. Nothing where the bounds are not known or do not
/// lie in the text.
std::optional<ByteRange> segment_bytes(const DocumentData& document, std::uint32_t k);
/// The place (segments before thinning) that a byte belongs to; nothing in the tail, or where bounds are not known.
std::optional<std::uint32_t> place_at(const DocumentData& document, std::uint64_t byte);
/// The segment at a place; nothing where it was thinned out.
std::optional<std::uint32_t> segment_at_place(const DocumentData& document, std::uint32_t place);

/// Text of segment k (kept segments count), widened to whole characters. Nothing where the text is not there or the
/// bounds do not lie in it.
std::optional<QString> segment_text(const DocumentData& document, std::uint32_t k);

/// Where tokens end in segment_text(): `ends` are bytes from the segment's first one on, ascending. A token that ends
/// inside a character ends behind it. In a text view, where a line end of two characters counts as one, with
/// `view_positions`. Empty where there is no text.
std::vector<int> token_ends_in_text(const DocumentData& document, std::uint32_t k, std::span<const std::uint32_t> ends,
                                    bool view_positions);

} // namespace longview
