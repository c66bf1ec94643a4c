#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace longview {

struct Column {
  enum class Kind { number, text, any };
  std::string name; ///< as filter_columns() spells it; "source.a.b" as it was given
  Kind kind = Kind::any;
};

/// What the name of a field of the source begins with as a column.
inline constexpr std::string_view source_prefix = "source.";

/// The column a person means: known names in any letter case, and source.FIELD for every field.
std::optional<Column> find_column(std::string_view name);

/// Why there is no such column, and what may have been meant.
std::string unknown_column(std::string_view name);

/// What a column `status` can hold.
const std::vector<std::string>& status_words();

/// Why nothing has this field of the source ("source.yeer"), and which of `fields` (without "source.") may have been
/// meant.
std::string unknown_field(std::string_view column, const std::vector<std::string>& fields);

} // namespace longview
