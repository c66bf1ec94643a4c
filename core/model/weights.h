#pragma once

#include <stop_token>

#include "model/decoder.h"
#include "model/families.h"

namespace longview {

/// Bytes the weights take once loaded in a type of `element_bytes` (norms and biases are float32 all the same).
std::uint64_t weight_bytes(const ModelPlan& plan, std::uint64_t element_bytes);

/// Converts the file's tensors once, row block by row block, straight into the stacked matrices of the decoder, and
/// gives the file's pages back as it goes: the peak is the weights in their new type and a few MB. Throws Error: input
/// (a weight that is not finite, named with its tensor), out_of_memory, cancelled.
DecoderWeights load_weights(const GgufFile& file, const ModelPlan& plan, at::ScalarType type, at::Device device,
                            std::stop_token stop);

} // namespace longview
