#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace longview {

enum class NormKind {
  rms,   ///< x / rms(x) * weight
  layer, ///< (x - mean) / sd * weight + bias
};

enum class Activation {
  silu,
  gelu,      ///< with the error function
  gelu_tanh, ///< its tanh approximation ("gelu_new", "gelu_pytorch_tanh")
  relu,
};

/// What a layer makes of the residual stream x, its attention A and its MLP M.
enum class Residual {
  sequential, ///< x += A(norm x), then x += M(norm x)
  parallel,   ///< x += A(norm x) + M(norm' x)
  post_norm,  ///< x = norm(x + A(x)), then x = norm(x + M(x)): the norms stand behind the sums
};

enum class QkNorm {
  none,
  per_head, ///< of every head of q and k by itself
  whole,    ///< of all heads of q together, and of all of k
};

/// How rotary positions turn the first `dimensions` of a head. Position p turns pair m by p * inverse_frequencies[m];
/// what scaling does to frequencies is in these numbers already (rope_scaling.h).
struct RotarySpec {
  std::uint32_t dimensions = 0;           ///< even, at most head_dim; 0: no rotary
  std::vector<float> inverse_frequencies; ///< dimensions / 2 of them
  double scale = 1.0;                     ///< multiplies cosines and sines (yarn, longrope)
  std::uint32_t longest = 0;              ///< tokens for which these numbers hold; 0: as many as the context
};

/// In what layers may differ.
struct LayerSpec {
  std::uint32_t window = 0;   ///< a token sees itself and window - 1 before it; 0: all before it
  double attention_scale = 0; ///< multiplies q k; 1 / sqrt(head_dim) unless the family says otherwise
};

/// A decoder-only transformer as data: what one loop needs to know to run it. Shapes follow from these numbers alone,
/// and every tensor of the file must have exactly its shape (model_plan.h).
struct DecoderSpec {
  std::string architecture; ///< as the file spells it: "llama", "gpt_neox"
  std::string name;
  std::uint32_t hidden = 0; ///< width of the residual stream
  std::uint32_t embedding_width =
      0;                          ///< of the embedding and the output matrix; projected to and from `hidden` if other
  std::uint32_t intermediate = 0; ///< width of the MLP
  std::uint32_t heads = 0;
  std::uint32_t kv_heads = 0; ///< divides heads
  std::uint32_t head_dim = 0;
  std::uint32_t vocabulary = 0; ///< rows of the output matrix
  std::uint32_t context = 0;    ///< tokens the model was made for
  std::vector<LayerSpec> layers;

  NormKind norm = NormKind::rms;
  double norm_epsilon = 1e-5;
  bool norm_affine = true;   ///< norms have weights (and, NormKind::layer, biases)
  bool norm_inputs = true;   ///< of attention and MLP (Residual::post_norm: of the sums)
  bool norm_outputs = false; ///< of attention and MLP, before they are added
  bool norm_final = true;    ///< before the output matrix
  Residual residual = Residual::sequential;

  RotarySpec rotary;
  std::uint32_t position_rows = 0;   ///< learned positions, added to the embedding; 0: none
  std::uint32_t position_offset = 0; ///< row of the first position
  double embedding_scale = 1.0;

  bool qkv_bias = false;
  bool attention_output_bias = false;
  QkNorm qk_norm = QkNorm::none;
  double attention_soft_cap = 0; ///< c: scores become c tanh(score / c); 0: none

  Activation activation = Activation::silu;
  bool gated = true; ///< act(gate) * up, else act(up)
  bool mlp_bias = false;

  bool tied_head = false;    ///< output matrix = embedding matrix
  double logit_soft_cap = 0; ///< as attention_soft_cap, on the logits
};

/// Tokens a pair of segments may have: the context, or less where positions end earlier.
std::uint32_t longest_pair(const DecoderSpec& spec);

} // namespace longview
