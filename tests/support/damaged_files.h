#pragma once

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include "model/families.h"
#include "model/weight_converter.h"

/// What the tests of damaged files share.
namespace longview::test {

inline std::string bytes_of(const std::filesystem::path& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

/// How many damaged copies of each file are tried: what LONGVIEW_FLIPS says, else `otherwise`.
inline int flips(int otherwise) {
  const char* wanted = std::getenv("LONGVIEW_FLIPS");
  return wanted ? std::atoi(wanted) : otherwise;
}

/// Converts all weights of a planned model, as loading does. Throws Error where one cannot be.
inline void convert_weights(const ModelFiles& files, const ModelPlan& plan, TensorType type, int threads) {
  WeightConverter converter(*files.tensors, threads, files.path.string(), {});
  std::vector<std::vector<std::byte>> converted;
  for_each_slot(plan, [&](const SlotSources& slot, bool) {
    std::uint64_t values = 0;
    for (const TensorSource& source : slot)
      values += source.rows * source.columns;
    converter.add(slot, type, converted.emplace_back(values * block_size(type).bytes).data());
  });
  converter.run();
}

} // namespace longview::test
