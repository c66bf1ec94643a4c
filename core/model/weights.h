#pragma once

#include <cstdint>
#include <stop_token>

#include "model/decoder.h"
#include "model/model_plan.h"

namespace longview {

/// Converts the files' tensors once, row block by row block, straight into the stacked matrices of the decoder, each
/// handed to its layout before the next one begins, and gives the files' pages back as it goes. The peak is the weights
/// as the decoder keeps them and one plain matrix; the output matrix, the largest, comes first, when nothing else is
/// there. `path`: for messages. Throws Error: input (a weight that is not finite, named with its tensor),
/// out_of_memory, cancelled.
DecoderWeights load_weights(const TensorSet& tensors, const ModelPlan& plan, const WeightLayout& layout,
                            at::Device device, const std::string& path, std::stop_token stop);

} // namespace longview
