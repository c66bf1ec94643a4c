#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace longview {

/// How positions enter attention. `frequency_divisors` (head_dim / 2 of them, or none) divide the inverse frequencies,
/// as Llama 3's scaling does; `linear_factor` divides positions.
struct RotarySpec {
  double base = 10000.0;
  std::uint32_t dimensions = 0; ///< rotated part of a head, even
  double linear_factor = 1.0;
  std::vector<float> frequency_divisors;
};

/// A decoder-only transformer as data: what one loop needs to know to run it. Shapes follow from these numbers alone,
/// and every tensor of the file must have exactly its shape (weights.h).
struct DecoderSpec {
  std::string architecture;
  std::string name;
  std::uint32_t layers = 0;
  std::uint32_t hidden = 0;       ///< width of the residual stream
  std::uint32_t intermediate = 0; ///< width of the gated MLP (SiLU)
  std::uint32_t heads = 0;
  std::uint32_t kv_heads = 0; ///< divides heads
  std::uint32_t head_dim = 0;
  std::uint32_t vocabulary = 0;
  std::uint32_t context = 0;   ///< tokens the model was made for
  double norm_epsilon = 1e-5;  ///< RMS norm, before attention, before the MLP and at the end
  bool tied_head = false;      ///< output matrix = embedding matrix
  bool attention_bias = false; ///< q, k, v projections carry biases
  RotarySpec rotary;
};

} // namespace longview
