#pragma once

#include <filesystem>
#include <string_view>
#include <vector>

#include "run/runner.h"

namespace longview {

/// Runs for the queue, from a JSON file: an array of objects whose keys are the options of `longview-cli score` with
/// underscores, "inputs" (an array of paths) being the only one that must be there. A path is taken from the folder of
/// the file. Every request gets `project`. Throws Error(input, usage) naming the file, the job and the key.
std::vector<RunRequest> read_jobs(const std::filesystem::path& file, const std::filesystem::path& project);

} // namespace longview
