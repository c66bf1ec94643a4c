#pragma once

#include <cstdint>
#include <stop_token>

#include "model/decoder.h"
#include "model/model_plan.h"

namespace longview {

/// Bytes the weights take once loaded, with matrices in a type of `element_bytes` (norms and biases are float32 all the
/// same, and too small to count).
std::uint64_t weight_bytes(const ModelPlan& plan, std::uint64_t element_bytes);

/// Converts the files' tensors once, row block by row block, straight into the stacked matrices of the decoder, and
/// gives the files' pages back as it goes: the peak is the weights in their new type and a few MB. `path`: for
/// messages. Throws Error: input (a weight that is not finite, named with its tensor), out_of_memory, cancelled.
DecoderWeights load_weights(const TensorSet& tensors, const ModelPlan& plan, at::ScalarType type, at::Device device,
                            const std::string& path, std::stop_token stop);

} // namespace longview
