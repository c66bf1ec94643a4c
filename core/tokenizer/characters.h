#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace longview {

/// One character of a valid UTF-8 text.
struct Character {
  char32_t code = 0;
  std::uint8_t length = 0; ///< in bytes, 1 to 4
};

/// The first character of a text that is not empty and valid UTF-8.
inline Character first_character(std::string_view text) {
  const auto byte = [&](std::size_t k) { return static_cast<unsigned char>(text[k]); };
  const char32_t lead = byte(0);
  if (lead < 0x80)
    return {lead, 1};
  if (lead < 0xe0)
    return {(lead & 0x1f) << 6 | (byte(1) & 0x3fu), 2};
  if (lead < 0xf0)
    return {(lead & 0x0f) << 12 | (byte(1) & 0x3fu) << 6 | (byte(2) & 0x3fu), 3};
  return {(lead & 0x07) << 18 | (byte(1) & 0x3fu) << 12 | (byte(2) & 0x3fu) << 6 | (byte(3) & 0x3fu), 4};
}

/// The last character of a text that is not empty and valid UTF-8.
inline Character last_character(std::string_view text) {
  std::size_t at = text.size() - 1;
  while (at > 0 && (static_cast<unsigned char>(text[at]) & 0xc0) == 0x80)
    --at;
  return first_character(text.substr(at));
}

std::string utf8_of(char32_t code);

/// The classes of the Unicode standard, by ICU's tables.
bool is_white_space(Character character);
bool is_numeric(Character character);     ///< general category N
bool is_punctuation(Character character); ///< general category P, and ASCII's symbols
bool is_word_character(
    Character character); ///< letters, marks, decimal digits, connectors, joiners: \w of the Rust crate
/// "Unicode 15.0" of the tables behind these.
std::string character_classes();

} // namespace longview
