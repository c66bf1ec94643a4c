#include "tokenizer/characters.h"

#include <fmt/format.h>
#include <unicode/uchar.h>

namespace longview {
namespace {

bool in_categories(char32_t code, std::uint32_t mask) {
  return (U_GET_GC_MASK(static_cast<UChar32>(code)) & mask) != 0;
}

} // namespace

std::string utf8_of(char32_t code) {
  const auto tail = [&](unsigned shift) { return static_cast<char>(0x80 | (code >> shift & 0x3f)); };
  if (code < 0x80)
    return {static_cast<char>(code)};
  if (code < 0x800)
    return {static_cast<char>(0xc0 | code >> 6), tail(0)};
  if (code < 0x10000)
    return {static_cast<char>(0xe0 | code >> 12), tail(6), tail(0)};
  return {static_cast<char>(0xf0 | code >> 18), tail(12), tail(6), tail(0)};
}

bool is_white_space(Character character) {
  return u_hasBinaryProperty(static_cast<UChar32>(character.code), UCHAR_WHITE_SPACE);
}

bool is_numeric(Character character) {
  if (character.code < 0x80)
    return character.code >= '0' && character.code <= '9';
  return in_categories(character.code, U_GC_N_MASK);
}

bool is_punctuation(Character character) {
  if (character.code < 0x80)
    return u_ispunct(static_cast<UChar32>(character.code)) || in_categories(character.code, U_GC_S_MASK);
  return in_categories(character.code, U_GC_P_MASK);
}

bool is_word_character(Character character) {
  const auto code = static_cast<UChar32>(character.code);
  return u_hasBinaryProperty(code, UCHAR_ALPHABETIC) || u_hasBinaryProperty(code, UCHAR_JOIN_CONTROL) ||
         in_categories(character.code, U_GC_M_MASK | U_GC_ND_MASK | U_GC_PC_MASK);
}

std::string character_classes() {
  return fmt::format("Unicode {}", U_UNICODE_VERSION);
}

} // namespace longview
