#pragma once

#include <filesystem>
#include <string>

#include "compare/comparison.h"

namespace longview {

/// All numbers of a comparison as one indented JSON object; NaN is null, numbers round-trip. Its key "incomparable"
/// says whether a setting makes the numbers of the sides incomparable, "settings" which.
std::string comparison_json(const Comparison& comparison);

/// Pages for a terminal, ending with a newline. With `colour` what must not be missed is red (ECMA-48).
std::string comparison_text(const Comparison& comparison, bool colour);

/// One HTML file that needs no other: figures are SVG in it, text from files is escaped, nothing is loaded or run.
std::string comparison_html(const Comparison& comparison);

/// Writes the HTML page; it replaces an earlier report, and nothing else. Throws Error (conflict, io).
void write_comparison_html(const Comparison& comparison, const std::filesystem::path& path);

} // namespace longview
