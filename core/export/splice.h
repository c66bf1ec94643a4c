#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "corpus/json_line.h"

namespace longview {

/// What happens to a key that the line has already.
enum class Clash { refuse, replace };

/// Adds `"key":value` before the closing brace of a JSON object; every other byte stays as it is. `value` is JSON.
/// A key that is there, however it is spelled (escapes), is Error(conflict) without a context, or with Clash::replace
/// its value is exchanged in place, and of several of that name the last one stays, because it is the one that counts.
/// Throws Error(input) when the line is no JSON object.
std::string splice_key(std::string_view line, std::string_view key, std::string_view value, Clash clash);
/// The same for a line whose shape is known, appended to `to`.
void splice_key(std::string_view line, const LineShape& shape, std::string_view key, std::string_view value,
                Clash clash, std::string& to);

/// The raw JSON of a field of a JSON object: a key, or the dotted path of one in objects below (meta.body). A key that
/// itself holds dots wins, and of a key that occurs twice the last. Throws Error(input) when the line is no JSON
/// object.
std::optional<std::string> raw_field(std::string_view line, std::string_view path);
/// The same for a line whose shape is known.
std::optional<std::string> raw_field(std::string_view line, const LineShape& shape, std::string_view path);

/// An object of these fields alone, in the order asked for, each under its path and with its value's original bytes;
/// what the line lacks is left out.
std::string pick_fields(std::string_view line, const LineShape& shape, const std::vector<std::string>& paths);

} // namespace longview
