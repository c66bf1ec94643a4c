#pragma once

#include <cstdint>
#include <span>

#include "store/connection.h"

namespace longview {

/// In the file's header, so that `file` and we can tell a project from any other SQLite database: "LvPj".
constexpr std::int64_t project_application_id = 0x4c76506a;

/// One step forward. Step k (counted from 0) turns version k into version k + 1; step 0 starts from an empty file.
/// Steps are never edited once released: a change of the format is a new step.
using Migration = const char*;
std::span<const Migration> migrations();

enum class FileState {
  empty, ///< no schema yet
  older, ///< needs migrate()
  current,
};

/// Tells what the file is. Throws Error(input) for a database of another program, and for a project newer than `steps`,
/// naming its version.
FileState inspect(const Connection& connection, std::span<const Migration> steps);

/// Brings the file forward to the last of `steps`, all in one transaction; two programs may try at once.
void migrate(const Connection& connection, std::span<const Migration> steps);

/// Throws Error(input) unless every table and index is exactly as `steps` make it and nothing that could run (a
/// trigger, a view) is there: the rest of the code relies on types, keys and checks of the schema.
void check_layout(const Connection& connection, std::span<const Migration> steps);

} // namespace longview
