#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace longview {

/// One record of RFC 4180 with its CRLF; cells with a comma, a quote or a line end are quoted, quotes doubled.
std::string csv_record(const std::vector<std::string>& cells);

/// What a JSON value is in a cell: a string without quotes and escapes, null nothing, all else its own bytes.
std::string csv_cell(std::string_view json);

} // namespace longview
