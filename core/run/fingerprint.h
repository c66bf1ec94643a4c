#pragma once

#include <filesystem>
#include <stop_token>

#include "base/hash.h"

namespace longview {

/// XXH3-128 of all bytes of a file, remembered in the user's cache by path, size and modification time: a model of many
/// GB is read once, not at every start. A cache that cannot be read or written costs time, never an error.
Hash128 fingerprint(const std::filesystem::path& path, std::stop_token stop = {});

/// Of a model at `path` (see open_model_files): the fingerprint of its one file, or of the fingerprints of all files
/// that change it, in their order. Names do not count. Throws Error as open_model_files() and hash_file() do.
Hash128 model_fingerprint(const std::filesystem::path& path, std::stop_token stop = {});

} // namespace longview
