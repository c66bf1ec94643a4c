#pragma once

#include <cstddef>
#include <optional>
#include <string_view>

namespace longview {

/// Where the first byte lies that does not belong to a well-formed character (overlong forms, surrogates and code
/// points past U+10FFFF are not); nothing for valid UTF-8.
std::optional<std::size_t> first_invalid_utf8(std::string_view text) noexcept;

} // namespace longview
