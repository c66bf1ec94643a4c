#include "tokenizer/byte_alphabet.h"

#include <array>

namespace longview {
namespace {

constexpr bool stands_for_itself(unsigned byte) {
  return (byte >= 0x21 && byte <= 0x7e) || (byte >= 0xa1 && byte <= 0xac) || byte >= 0xae;
}

struct Alphabet {
  std::array<std::uint16_t, 256> character{}; ///< of each byte
  std::array<std::int16_t, 512> byte{};       ///< of each character, -1 outside the alphabet
};

constexpr Alphabet make_alphabet() {
  Alphabet out;
  out.byte.fill(-1);
  std::uint16_t next = 0x100;
  for (unsigned byte = 0; byte < 256; ++byte) {
    out.character[byte] = stands_for_itself(byte) ? static_cast<std::uint16_t>(byte) : next++;
    out.byte[out.character[byte]] = static_cast<std::int16_t>(byte);
  }
  return out;
}

constexpr Alphabet alphabet = make_alphabet();

} // namespace

std::string spelled(std::uint8_t byte) {
  const unsigned character = alphabet.character[byte];
  if (character < 0x80)
    return std::string(1, static_cast<char>(character));
  return {static_cast<char>(0xc0 | character >> 6), static_cast<char>(0x80 | (character & 0x3f))};
}

std::optional<std::string> bytes_of_spelling(std::string_view spelling) {
  std::string bytes;
  bytes.reserve(spelling.size());
  for (std::size_t at = 0; at < spelling.size(); ++at) {
    unsigned character = static_cast<unsigned char>(spelling[at]);
    if (character >= 0x80) { // the alphabet ends at U+0143: no character takes more than two bytes
      const unsigned second = at + 1 < spelling.size() ? static_cast<unsigned char>(spelling[at + 1]) : 0;
      if (character < 0xc2 || character > 0xc7 || (second & 0xc0) != 0x80)
        return std::nullopt;
      character = (character & 0x1f) << 6 | (second & 0x3f);
      ++at;
    }
    if (alphabet.byte[character] < 0)
      return std::nullopt;
    bytes.push_back(static_cast<char>(alphabet.byte[character]));
  }
  return bytes;
}

} // namespace longview
