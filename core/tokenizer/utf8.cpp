#include "tokenizer/utf8.h"

#include <cstdint>
#include <cstring>

namespace longview {
namespace {

constexpr std::uint64_t high_bits = 0x8080808080808080u;

/// Length of the well-formed character of two or more bytes at the start of `text`; 0 where there is none.
/// The ranges are table 3-7 of the Unicode standard.
std::size_t multibyte_length(std::string_view text) noexcept {
  const auto byte = [&](std::size_t k) { return k < text.size() ? static_cast<unsigned char>(text[k]) : 0u; };
  const auto follows = [&](std::size_t k) { return (byte(k) & 0xc0u) == 0x80u; };
  const unsigned first = byte(0), second = byte(1);
  if (first >= 0xc2 && first <= 0xdf)
    return follows(1) ? 2 : 0;
  if (first >= 0xe0 && first <= 0xef) {
    const unsigned low = first == 0xe0 ? 0xa0 : 0x80, high = first == 0xed ? 0x9f : 0xbf;
    return second >= low && second <= high && follows(2) ? 3 : 0;
  }
  if (first >= 0xf0 && first <= 0xf4) {
    const unsigned low = first == 0xf0 ? 0x90 : 0x80, high = first == 0xf4 ? 0x8f : 0xbf;
    return second >= low && second <= high && follows(2) && follows(3) ? 4 : 0;
  }
  return 0;
}

} // namespace

std::optional<std::size_t> first_invalid_utf8(std::string_view text) noexcept {
  std::size_t at = 0;
  while (at < text.size()) {
    std::uint64_t eight = high_bits;
    if (at + sizeof eight <= text.size())
      std::memcpy(&eight, text.data() + at, sizeof eight);
    if ((eight & high_bits) == 0) {
      at += sizeof eight;
    } else if (static_cast<unsigned char>(text[at]) < 0x80) {
      ++at;
    } else if (const std::size_t length = multibyte_length(text.substr(at, 4))) {
      at += length;
    } else {
      return at;
    }
  }
  return std::nullopt;
}

} // namespace longview
