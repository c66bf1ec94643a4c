#pragma once

#include <cstdint>
#include <vector>

#include <ATen/core/Tensor.h>

#include "model/decoder_spec.h"

namespace longview {

/// Weights as the decoder multiplies them: matrices [out, in] in the run's type, norms and biases in float32, all on
/// one device. Stacked: q over k over v, gate over up.
struct LayerWeights {
  at::Tensor attention_norm;   ///< [hidden]
  at::Tensor qkv;              ///< [(heads + 2 kv_heads) head_dim, hidden]
  at::Tensor qkv_bias;         ///< undefined, or [(heads + 2 kv_heads) head_dim]
  at::Tensor attention_output; ///< [hidden, heads head_dim]
  at::Tensor mlp_norm;         ///< [hidden]
  at::Tensor gate_up;          ///< [2 intermediate, hidden]
  at::Tensor down;             ///< [hidden, intermediate]
};

struct DecoderWeights {
  at::Tensor embedding;   ///< [vocabulary, hidden]
  at::Tensor output_norm; ///< [hidden]
  at::Tensor head;        ///< [vocabulary, hidden]; the embedding itself when tied
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
  /// Returns the normed final states, float32 [batch, length, hidden].
  at::Tensor run_alone(const at::Tensor& ids, PrefixCache& cache, std::int64_t first_slot) const;
  /// Segments directly behind a prefix: `slots` int64 [batch] names the prefix of each.
  at::Tensor run_after(const at::Tensor& ids, const PrefixCache& cache, const at::Tensor& slots) const;

 private:
  struct Heads {
    at::Tensor q, k, v; ///< [batch, heads or kv_heads, length, head_dim], rotated
  };
  /// What attention sees beside the segment itself, and what it leaves behind; called once a layer.
  template <typename Attend>
  at::Tensor run(const at::Tensor& ids, std::int64_t first_position, const Attend& attend) const;
  Heads project(const LayerWeights& layer, const at::Tensor& normed, std::int64_t batch,
                std::int64_t first_position) const;
  at::Tensor rotate(const at::Tensor& heads, std::int64_t first_position) const;
  at::Tensor mlp(const LayerWeights& layer, const at::Tensor& normed) const;
  at::Tensor norm(const at::Tensor& x, const at::Tensor& weight) const;
  at::Tensor product(const at::Tensor& x, const at::Tensor& weight) const;

  DecoderSpec spec_;
  DecoderWeights weights_;
  std::int64_t length_;
  at::Tensor cos_, sin_; ///< [2 length, rotary dimensions / 2], float32
  at::Tensor mask_;      ///< [length, 2 length]: 0 where a target's token may look, -infinity where not
};

/// NLL in nats of the next token at every position but the last: `states` float32 [batch, length, hidden] (normed),
/// `ids` int64 [batch, length] -> float32 [batch, length - 1]. Runs over tiles of the vocabulary, so that a tile of
/// logits stays in cache and no [tokens, vocabulary] matrix exists; the running log-sum-exp is float32.
at::Tensor next_token_nll(const at::Tensor& states, const at::Tensor& ids, const at::Tensor& head);

} // namespace longview
