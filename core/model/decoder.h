#pragma once

#include <cstdint>
#include <vector>

#include <ATen/core/Tensor.h>

#include "model/decoder_spec.h"

namespace longview {

/// A matrix as it is multiplied, [out, in] in the run's type, and its bias, float32 [out] or undefined.
struct Linear {
  at::Tensor weight;
  at::Tensor bias;
  bool defined() const { return weight.defined(); }
};

/// Weight and bias of a norm, float32 [width]; either may be undefined.
struct NormWeights {
  at::Tensor weight;
  at::Tensor bias;
};

/// Matrices in the run's type, everything else in float32, all on one device. Stacked: q over k over v, gate over up.
struct LayerWeights {
  NormWeights attention_norm, attention_post_norm;
  Linear qkv; ///< [(heads + 2 kv_heads) head_dim, hidden]
  at::Tensor q_norm, k_norm;
  Linear attention_output; ///< [hidden, heads head_dim]
  NormWeights mlp_norm, mlp_post_norm;
  Linear gate_up; ///< [2 intermediate, hidden]; without a gate [intermediate, hidden]
  Linear down;    ///< [hidden, intermediate]
};

struct DecoderWeights {
  at::Tensor embedding; ///< [vocabulary, embedding_width]
  at::Tensor positions; ///< float32 [position_rows, hidden], or undefined
  Linear project_in;    ///< [hidden, embedding_width], or undefined
  Linear project_out;   ///< [embedding_width, hidden], or undefined
  NormWeights output_norm;
  at::Tensor head; ///< [vocabulary, embedding_width]; the embedding itself when tied
  std::vector<LayerWeights> layers;
};

/// Keys and values of prefixes, one slot each, after rotary: per layer [slots, kv_heads, length, head_dim] in the type
/// attention runs in.
struct PrefixCache {
  std::vector<at::Tensor> keys;
  std::vector<at::Tensor> values;
};

/// The transformer. Products run in the weights' type; the residual stream, norms, rotary and softmax in float32
/// (architecture.md, section 4: everything in bfloat16 costs the ranking). No mutable state: one may serve several
/// threads.
class Decoder {
 public:
  /// `length`: tokens of a segment; positions 0 … 2 length - 1 are prepared.
  Decoder(DecoderSpec spec, DecoderWeights weights, std::uint32_t length);

  const DecoderSpec& spec() const { return spec_; }
  const DecoderWeights& weights() const { return weights_; }
  at::Device device() const { return weights_.embedding.device(); }

  PrefixCache make_cache(std::int64_t slots) const;
  /// Bytes one slot takes.
  std::uint64_t slot_bytes() const;

  /// Segments on their own. `ids` int64 [batch, length]; keys and values go into slots first_slot … of `cache`.
  /// Returns the final states as the output matrix takes them, float32 [batch, length, embedding_width].
  at::Tensor run_alone(const at::Tensor& ids, PrefixCache& cache, std::int64_t first_slot) const;
  /// Segments directly behind a prefix: `slots` int64 [batch] names the prefix of each.
  at::Tensor run_after(const at::Tensor& ids, const PrefixCache& cache, const at::Tensor& slots) const;

  /// NLL in nats of the next token at every position but the last: `states` as they come from run_…, `ids` int64
  /// [batch, length] -> float32 [batch, length - 1]. Runs over tiles of the vocabulary, so that a tile of logits stays
  /// in cache and no [tokens, vocabulary] matrix exists; the running log-sum-exp is float32.
  at::Tensor next_token_nll(const at::Tensor& states, const at::Tensor& ids) const;

 private:
  struct Heads {
    at::Tensor q, k, v; ///< [batch, heads or kv_heads, length, head_dim], rotated
  };
  /// What attention sees beside the segment itself, and what it leaves behind; called once a layer.
  template <typename Attend>
  at::Tensor run(const at::Tensor& ids, std::int64_t first_position, const Attend& attend) const;
  at::Tensor embed(const at::Tensor& ids, std::int64_t first_position) const;
  Heads project(const LayerWeights& layer, const at::Tensor& normed, std::int64_t first_position) const;
  at::Tensor attend(std::size_t layer, const Heads& heads, const at::Tensor& keys, const at::Tensor& values,
                    bool after_prefix) const;
  at::Tensor rotate(const at::Tensor& heads, std::int64_t first_position) const;
  at::Tensor mlp(const LayerWeights& layer, const at::Tensor& x) const;
  at::Tensor activated(at::Tensor x) const;
  at::Tensor norm(const at::Tensor& x, const NormWeights& weights) const;
  at::Tensor rms(const at::Tensor& x, const at::Tensor& weight) const;
  at::Tensor product(const at::Tensor& x, const Linear& linear) const;
  const at::Tensor& mask(std::size_t layer) const { return masks_[mask_of_layer_[layer]]; }

  DecoderSpec spec_;
  DecoderWeights weights_;
  std::int64_t length_;
  at::Tensor cos_, sin_; ///< [2 length, rotary dimensions / 2], float32
  std::vector<at::Tensor>
      masks_; ///< [length, 2 length] for each window: 0 where a target's token may look, else -infinity
  std::vector<std::size_t> mask_of_layer_;
};

} // namespace longview
