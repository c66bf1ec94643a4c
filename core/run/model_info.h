#pragma once

#include <cstdint>
#include <filesystem>
#include <vector>

#include "scoring/scorer.h"

namespace longview {

/// What a model file is and whether it can be used, without libtorch and without reading the weights. A model that
/// cannot be used is no exception: `problem` says why. Throws Error(not_found) where there is no file.
ModelSummary describe_model(const std::filesystem::path& path);

/// Memory the weights take once loaded.
struct DTypeMemory {
  DType dtype = DType::float32;
  std::uint64_t bytes = 0;
};
std::vector<DTypeMemory> memory_by_dtype(const ModelSummary& model);

} // namespace longview
