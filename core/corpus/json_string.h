#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace longview {

/// What was found while reading the inside of a JSON string. Positions count from the start of the raw bytes.
struct EscapeFindings {
  std::optional<std::size_t> bad_escape;     ///< first backslash that begins no escape of JSON; reading stopped there
  std::optional<std::size_t> lone_surrogate; ///< first \u escape that is half a surrogate pair
};

/// Checks the escapes of `raw`, the bytes between the quotes of a JSON string.
EscapeFindings check_json_escapes(std::string_view raw);

/// The string that `raw` stands for, appended to `out`. `raw` is valid UTF-8; so is what is appended: half a surrogate
/// pair becomes U+FFFD and is reported.
EscapeFindings unescape_json(std::string_view raw, std::string& out);

/// Byte position of the first byte that cannot belong to valid UTF-8; nothing when all of it is valid.
std::optional<std::size_t> find_invalid_utf8(std::string_view bytes);

/// True for a number as JSON's grammar has it, whatever its size.
bool is_json_number(std::string_view token);

} // namespace longview
