#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace longview {

/// Byte-level vocabularies spell every byte as a printable character (GPT-2's alphabet): bytes that are printable in
/// Latin-1 stand for themselves, the 68 others follow from U+0100 on in ascending order. "Ġ" is a space.

/// The UTF-8 spelling of one byte.
std::string spelled(std::uint8_t byte);

/// The bytes that a token's UTF-8 spelling stands for; nothing if a character is outside the alphabet.
std::optional<std::string> bytes_of_spelling(std::string_view spelling);

} // namespace longview
