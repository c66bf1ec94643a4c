#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "model/model_plan.h"

namespace longview {

/// Memory a model takes in one type, in bytes; prefixes and batches apart.
struct ModelMemory {
  std::string_view type;     ///< as --dtype spells it
  bool runs = true;          ///< whether the processor, or the device, can run it
  std::uint64_t weights = 0; ///< every value once: matrices in the type, norms, biases and positions in float32
  /// What loading needs at its highest. On the processor: the weights as its products want them (an output matrix for
  /// which it has none in this type stays float32) and, beside them, one matrix on its way from the file.
  std::uint64_t needed = 0;
};

/// On this machine's processor: float32, bfloat16, float16 (which it does not run), and int8 where it has it.
std::vector<ModelMemory> memory_by_type(const ModelPlan& plan);
/// On another device: float32, bfloat16 and float16. It gets matrix by matrix as it keeps them.
std::vector<ModelMemory> device_memory_by_type(const ModelPlan& plan);

/// Why a model of so many parameters does not fit into `free` bytes in one of `types`, with the arithmetic and what
/// would fit; empty where it does. `of`: whose memory, such as "memory" or "cuda:0".
std::string memory_problem(const std::vector<ModelMemory>& types, std::string_view type, std::uint64_t parameters,
                           std::uint64_t free, std::string_view of = "memory");

/// "131 KB", "2.4 MB", "545 MB", "25.7 GB": decimal units.
std::string memory_text(std::uint64_t bytes);

} // namespace longview
