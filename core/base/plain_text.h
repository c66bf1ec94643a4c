#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace longview {

/// Text from documents for one line of a terminal: control characters (also line ends and those of C1) become U+FFFD,
/// so that no document can move the cursor or ring the bell. Bytes that are no UTF-8 become U+FFFD too.
std::string plain_line(std::string_view text);

/// Columns a text takes on a terminal, near enough for a table: characters, with East Asian wide ones and emoji counted
/// twice and combining marks not at all. Expects what plain_line() gives.
std::size_t display_width(std::string_view text);

/// At most `columns` wide, the end replaced by "…" where it is longer.
std::string shortened(std::string_view text, std::size_t columns);

} // namespace longview
