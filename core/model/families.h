#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "model/decoder_spec.h"
#include "model/gguf.h"

namespace longview {

/// Where one matrix or vector of the decoder comes from in a file.
struct TensorSource {
  std::string name;                    ///< in the file
  std::uint64_t rows = 0;              ///< output features; 1 for a vector
  std::uint64_t columns = 0;           ///< input features; the length of a vector
  std::uint32_t interleaved_heads = 0; ///< heads whose rows the converter interleaved for its rotary; 0: as they are
};

/// Tensors of one layer. Those of one member are stacked by rows into one matrix when they are loaded.
struct LayerSources {
  TensorSource attention_norm;
  std::vector<TensorSource> qkv;
  std::vector<TensorSource> qkv_bias; ///< empty, or one each
  TensorSource attention_output;
  TensorSource mlp_norm;
  std::vector<TensorSource> gate_up;
  TensorSource down;
};

/// A file seen as a decoder: the arithmetic, and which tensor goes where. Made without reading any weights.
struct ModelPlan {
  DecoderSpec spec;
  TensorSource embedding;
  TensorSource output_norm;
  TensorSource head; ///< the embedding again when tied
  std::vector<LayerSources> layers;
};

/// Reads a GGUF's metadata by the row of its general.architecture in the table of families. Every tensor the decoder
/// needs must be there with its shape and a type we can read, and no other tensor may be there. Throws Error:
/// unsupported (architecture, rope scaling, experts, tensor type …: named), input (missing, misshapen).
ModelPlan plan_model(const GgufFile& file);

/// Architectures of the table: {"llama"}.
std::vector<std::string> supported_architectures();

} // namespace longview
