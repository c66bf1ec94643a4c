#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace longview {

/// Text made from a part of a document, with the place in that part where the source of each byte ends: what ends[k]
/// says of byte k ascends with k. Of a character that was replaced only the last byte holds the source.
struct MappedText {
  std::string text;
  std::vector<std::uint32_t> ends;

  void clear();
  /// Appends bytes that take the place of source bytes up to `end`; all but the last hold nothing.
  void append(std::string_view bytes, std::uint32_t begin, std::uint32_t end);
};

/// Part of a document as it is (no `ends`), or as a normalizer made it: a window on a MappedText.
struct SourceView {
  std::string_view text;
  const std::uint32_t* ends = nullptr; ///< one for each byte of text, relative to `base`; null: the text is the source
  std::uint64_t base = 0;              ///< byte of the document
  std::uint64_t begin = 0;             ///< byte of the document at which the first byte's source begins

  static SourceView of_document(std::string_view document, std::size_t begin, std::size_t end) {
    return {document.substr(begin, end - begin), nullptr, begin, begin};
  }
  static SourceView of(const MappedText& mapped, std::uint64_t base, std::uint64_t begin) {
    return {mapped.text, mapped.ends.data(), base, begin};
  }
  /// The byte of the document where the source of the first `bytes` bytes ends.
  std::uint64_t end_of(std::size_t bytes) const {
    if (bytes == 0)
      return begin;
    return ends ? base + ends[bytes - 1] : base + bytes;
  }
  SourceView part(std::size_t from, std::size_t to) const {
    const std::uint64_t at = end_of(from);
    return {text.substr(from, to - from), ends ? ends + from : nullptr, ends ? base : base + from, at};
  }
};

} // namespace longview
