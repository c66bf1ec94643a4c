#pragma once

#include <filesystem>
#include <string>
#include <utility>
#include <vector>

namespace longview {

/// What model.safetensors.index.json and pytorch_model.bin.index.json say: which tensor lies in which file beside them.
struct WeightsIndex {
  std::vector<std::pair<std::string, std::string>> places; ///< tensor, file name; sorted by tensor, each there once
  std::vector<std::string> files;                          ///< sorted, each there once
};

/// File names are plain: a name with a path separator is refused. Throws Error with the path: not_found, io, input.
WeightsIndex read_weights_index(const std::filesystem::path& path);

} // namespace longview
