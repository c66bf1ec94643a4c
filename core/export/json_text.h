#pragma once

#include <string>
#include <string_view>

namespace longview {

/// A number as JSON: the shortest text that reads back as the same double; null for NaN and infinities.
std::string json_number(double value);

/// A JSON string with its quotes. Bytes that are no UTF-8 become U+FFFD.
std::string json_string(std::string_view text);

} // namespace longview
