#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include <c10/core/Device.h>
#include <c10/core/ScalarType.h>

#include "scoring/scorer.h"

namespace longview {

/// "auto", "cpu", "cuda" or "cuda:K" as a torch device; loads libtorch_cuda.so before the first question about CUDA.
/// Throws Error(unsupported) where the machine has no such device, Error(usage) for another word.
c10::Device resolve_device(const std::string& name);

/// Names of what is there, "cpu" first.
std::vector<std::string> device_names();

/// bfloat16 where the device has products for it (AVX512-BF16 or AMX on the CPU, compute capability 8 on CUDA), else
/// float32.
DType automatic_dtype_of(c10::Device device);

/// Bytes the device could still give: the system's memory, or what is free on a card once libtorch has let go of what
/// it keeps there for later.
std::uint64_t free_memory(c10::Device device);

/// The type weights and products have. Throws Error(unsupported) for what this device or version cannot do.
c10::ScalarType scalar_type(DType dtype, c10::Device device);

} // namespace longview
