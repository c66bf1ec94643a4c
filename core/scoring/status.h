#pragma once

#include <optional>
#include <string_view>

#include "scoring/names.h"

namespace longview {

/// What became of a document in a run. The last two make a command exit with 4.
enum class Status {
  scored,
  too_short,     ///< longview: fewer than three segments
  too_few_pairs, ///< published: fewer pairs than asked for, or none at all
  bad_input,     ///< it could not be read
  failed,        ///< it was read, and could not be scored
};

/// As filters, the command line and the project file spell them, in the order in which they are shown. The file's
/// schema lists them too, as it was released.
inline constexpr NameTable<Status, 5> status_names{{
    {Status::scored, "scored"},
    {Status::too_short, "too_short"},
    {Status::too_few_pairs, "too_few_pairs"},
    {Status::bad_input, "bad_input"},
    {Status::failed, "failed"},
}};

constexpr std::string_view name(Status status) {
  return name_of(status_names, status);
}
/// Nothing for any other word.
constexpr std::optional<Status> parse_status(std::string_view word) {
  return named(status_names, word);
}

} // namespace longview
