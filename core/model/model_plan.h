#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "model/decoder_spec.h"
#include "model/tensor_set.h"

namespace longview {

/// Order of a stored matrix' rows, where it is not the decoder's.
enum class RowOrder {
  plain,
  rotary_interleaved, ///< a head's rows as GGUF's llama has them: (0, d/2, 1, d/2 + 1, …)
  qkv_by_head,        ///< q, k and v of head 0, then of head 1, … (GPT-NeoX)
};

/// Where one matrix or vector of the decoder comes from in a file, and what loading does to it.
struct TensorSource {
  std::string name = {};     ///< in the file
  std::uint64_t rows = 0;    ///< output features; 1 for the vector of a norm
  std::uint64_t columns = 0; ///< input features; 1 for a bias, whose entries are ordered as the rows of its matrix
  RowOrder order = RowOrder::plain;
  std::uint32_t heads = 0; ///< that `order` speaks of
  bool transposed = false; ///< stored [in, out]
  float added = 0;         ///< to every value
};

/// Sources of one slot are stacked by rows into one matrix when they are loaded; an empty slot is not there.
using SlotSources = std::vector<TensorSource>;

struct LayerSources {
  SlotSources attention_norm, attention_norm_bias;
  SlotSources qkv, qkv_bias;
  SlotSources q_norm, k_norm;
  SlotSources attention_output, attention_output_bias;
  SlotSources attention_post_norm, attention_post_norm_bias;
  SlotSources mlp_norm, mlp_norm_bias;
  SlotSources gate_up, gate_up_bias; ///< without a gate: up alone
  SlotSources down, down_bias;
  SlotSources mlp_post_norm, mlp_post_norm_bias;
};

/// A file seen as a decoder: the arithmetic, and which tensor goes where. Made without reading any weights.
struct ModelPlan {
  DecoderSpec spec;
  SlotSources embedding;
  SlotSources positions;
  SlotSources project_in, project_out;
  SlotSources output_norm, output_norm_bias;
  SlotSources head; ///< empty when tied
  std::vector<LayerSources> layers;
};

/// How a family spells its tensors. "{}" in `layer` is the layer's number; names of parts follow it. An empty name: the
/// family has no such tensor.
struct TensorNames {
  std::vector<std::string_view> prefixes = {}; ///< checkpoints differ in what stands before every name but the head's
  std::string_view embedding = {}, positions = {}, project_in = {}, project_out = {}, output_norm = {};
  std::vector<std::string_view> heads =
      {}; ///< of the output matrix: checkpoints differ; the first that is there counts
  std::string_view layer = {};
  std::string_view attention_norm = {}, q = {}, k = {}, v = {}, qkv = {}, q_norm = {}, k_norm = {};
  std::string_view attention_output = {}, attention_post_norm = {};
  std::string_view mlp_norm = {}, gate = {}, up = {}, gate_up = {}, down = {}, mlp_post_norm = {};
  std::vector<std::string_view> skipped = {}; ///< tensors to pass over, by how their names end: buffers of old versions
  RowOrder q_k_order = RowOrder::plain;       ///< of q and of k, where they are stored apart
  RowOrder qkv_order = RowOrder::plain;       ///< where they are stored as one
  bool transposed = false;                    ///< matrices of the layers are stored [in, out]
  float norm_added = 0;                       ///< to the weights of norms
};

/// Calls `visit` with every slot that holds a matrix (`matrix` true) or a vector of the decoder.
void for_each_slot(const ModelPlan& plan, const std::function<void(const SlotSources&, bool matrix)>& visit);

/// All weights of a model. An embedding that is the output matrix too counts once.
struct ParameterCount {
  std::uint64_t in_matrices = 0; ///< kept in the run's type
  std::uint64_t others = 0;      ///< norms, biases, learned positions: kept in float32

  std::uint64_t total() const { return in_matrices + others; }
  /// In memory, with so many bytes for a value of a matrix.
  std::uint64_t bytes(std::uint64_t matrix_value) const { return in_matrices * matrix_value + others * sizeof(float); }
};
ParameterCount count_parameters(const ModelPlan& plan);

/// Keys and values of one token in all layers: how many values a prefix keeps for each of its tokens.
std::uint64_t prefix_values(const DecoderSpec& spec);

/// Finds the tensors of `spec` under the family's names. Each must be there with its shape and a type we can read, and
/// no tensor may be left over. Throws Error with `path`: unsupported (a type, a tensor that is not part of the
/// architecture: named), input (missing, misshapen).
ModelPlan make_plan(DecoderSpec spec, const TensorNames& names, const TensorSet& tensors, const std::string& path);

} // namespace longview
