#include "model/decoder.h"

#include <cmath>
#include <limits>
#include <utility>

#include <ATen/ATen.h>

namespace longview {
namespace {

using at::indexing::Slice;

/// The type keys, values and attention run in: the products' type on a GPU, where half the bytes count and the kernels
/// keep their softmax in float32; float32 on the CPU.
at::ScalarType attention_type(const at::Tensor& weights) {
  return weights.is_cuda() ? weights.scalar_type() : at::kFloat;
}

std::pair<at::Tensor, at::Tensor> rotary_tables(const RotarySpec& rotary, std::int64_t positions) {
  const std::int64_t half = rotary.dimensions / 2;
  at::Tensor frequencies = at::empty({half}, at::kDouble);
  for (std::int64_t k = 0; k < half; ++k) {
    // transformers computes base^(2k/d) and its inverse in float32; the tables follow it to the last bit that matters
    const float inverse = 1.0f / std::pow(static_cast<float>(rotary.base),
                                          static_cast<float>(2 * k) / static_cast<float>(rotary.dimensions));
    const float divisor =
        rotary.frequency_divisors.empty() ? 1.0f : rotary.frequency_divisors[static_cast<std::size_t>(k)];
    frequencies[k] = static_cast<double>(inverse / divisor) / rotary.linear_factor;
  }
  const at::Tensor angles = at::outer(at::arange(positions, at::kDouble), frequencies);
  return {angles.cos().to(at::kFloat), angles.sin().to(at::kFloat)};
}

/// Row q of a target sees the whole prefix, and of its own segment what is not later than itself.
at::Tensor target_mask(std::int64_t length) {
  const at::Tensor own = at::full({length, length}, -std::numeric_limits<float>::infinity()).triu(1);
  return at::cat({at::zeros({length, length}), own}, 1);
}

} // namespace

Decoder::Decoder(DecoderSpec spec, DecoderWeights weights, std::uint32_t length)
    : spec_(std::move(spec)), weights_(std::move(weights)), length_(length) {
  std::tie(cos_, sin_) = rotary_tables(spec_.rotary, 2 * length_);
  cos_ = cos_.to(device());
  sin_ = sin_.to(device());
  mask_ = target_mask(length_).to(device(), attention_type(weights_.embedding));
}

PrefixCache Decoder::make_cache(std::int64_t slots) const {
  const auto options = at::TensorOptions().device(device()).dtype(attention_type(weights_.embedding));
  PrefixCache cache;
  for (std::uint32_t k = 0; k < spec_.layers; ++k) {
    cache.keys.push_back(at::empty({slots, spec_.kv_heads, length_, spec_.head_dim}, options));
    cache.values.push_back(at::empty({slots, spec_.kv_heads, length_, spec_.head_dim}, options));
  }
  return cache;
}

std::uint64_t Decoder::slot_bytes() const {
  return std::uint64_t{2} * spec_.layers * spec_.kv_heads * spec_.head_dim * static_cast<std::uint64_t>(length_) *
         c10::elementSize(attention_type(weights_.embedding));
}

at::Tensor Decoder::product(const at::Tensor& x, const at::Tensor& weight) const {
  if (weight.scalar_type() == at::kFloat)
    return at::linear(x, weight);
  return at::linear(x.to(weight.scalar_type()), weight).to(at::kFloat);
}

at::Tensor Decoder::norm(const at::Tensor& x, const at::Tensor& weight) const {
  return at::rms_norm(x, {spec_.hidden}, weight, spec_.norm_epsilon);
}

at::Tensor Decoder::rotate(const at::Tensor& heads, std::int64_t first_position) const {
  const std::int64_t half = spec_.rotary.dimensions / 2;
  const at::Tensor cos = cos_.slice(0, first_position, first_position + length_);
  const at::Tensor sin = sin_.slice(0, first_position, first_position + length_);
  at::Tensor out = at::empty_like(heads, at::MemoryFormat::Contiguous);
  const at::Tensor first = heads.slice(-1, 0, half);
  const at::Tensor second = heads.slice(-1, half, 2 * half);
  at::Tensor out_first = out.slice(-1, 0, half);
  at::Tensor out_second = out.slice(-1, half, 2 * half);
  at::mul_out(out_first, first, cos).addcmul_(second, sin, -1);
  at::mul_out(out_second, second, cos).addcmul_(first, sin);
  if (2 * half < spec_.head_dim)
    out.slice(-1, 2 * half).copy_(heads.slice(-1, 2 * half));
  return out;
}

Decoder::Heads Decoder::project(const LayerWeights& layer, const at::Tensor& normed, std::int64_t batch,
                                std::int64_t first_position) const {
  at::Tensor qkv = product(normed, layer.qkv);
  if (layer.qkv_bias.defined())
    qkv.add_(layer.qkv_bias);
  const std::int64_t heads = spec_.heads, kv = spec_.kv_heads;
  const at::Tensor split = qkv.view({batch, length_, heads + 2 * kv, spec_.head_dim}).transpose(1, 2);
  const at::ScalarType type = attention_type(weights_.embedding);
  return {rotate(split.slice(1, 0, heads), first_position).to(type),
          rotate(split.slice(1, heads, heads + kv), first_position).to(type), split.slice(1, heads + kv).to(type)};
}

at::Tensor Decoder::mlp(const LayerWeights& layer, const at::Tensor& normed) const {
  const at::Tensor both = product(normed, layer.gate_up);
  at::Tensor gate = both.slice(1, 0, spec_.intermediate);
  const at::Tensor up = both.slice(1, spec_.intermediate);
  return product(at::silu_(gate).mul_(up).contiguous(), layer.down);
}

template <typename Attend>
at::Tensor Decoder::run(const at::Tensor& ids, std::int64_t first_position, const Attend& attend) const {
  const std::int64_t batch = ids.size(0);
  at::Tensor x = at::embedding(weights_.embedding, ids).view({batch * length_, spec_.hidden}).to(at::kFloat);
  for (std::size_t k = 0; k < weights_.layers.size(); ++k) {
    const LayerWeights& layer = weights_.layers[k];
    const Heads heads = project(layer, norm(x, layer.attention_norm), batch, first_position);
    const at::Tensor attended = attend(k, heads).transpose(1, 2).reshape({batch * length_, -1}).to(at::kFloat);
    x = x.add_(product(attended, layer.attention_output));
    x = x.add_(mlp(layer, norm(x, layer.mlp_norm)));
  }
  return norm(x, weights_.output_norm).view({batch, length_, spec_.hidden});
}

at::Tensor Decoder::run_alone(const at::Tensor& ids, PrefixCache& cache, std::int64_t first_slot) const {
  return run(ids, 0, [&](std::size_t layer, const Heads& heads) {
    cache.keys[layer].slice(0, first_slot, first_slot + ids.size(0)).copy_(heads.k);
    cache.values[layer].slice(0, first_slot, first_slot + ids.size(0)).copy_(heads.v);
    return at::scaled_dot_product_attention(heads.q, heads.k, heads.v, {}, 0.0, /*is_causal=*/true, std::nullopt,
                                            /*enable_gqa=*/spec_.kv_heads != spec_.heads);
  });
}

at::Tensor Decoder::run_after(const at::Tensor& ids, const PrefixCache& cache, const at::Tensor& slots) const {
  return run(ids, length_, [&](std::size_t layer, const Heads& heads) {
    const at::Tensor k = at::cat({cache.keys[layer].index_select(0, slots), heads.k}, 2);
    const at::Tensor v = at::cat({cache.values[layer].index_select(0, slots), heads.v}, 2);
    return at::scaled_dot_product_attention(heads.q, k, v, mask_, 0.0, /*is_causal=*/false, std::nullopt,
                                            /*enable_gqa=*/spec_.kv_heads != spec_.heads);
  });
}

at::Tensor next_token_nll(const at::Tensor& states, const at::Tensor& ids, const at::Tensor& head) {
  const std::int64_t batch = states.size(0), scored = states.size(1) - 1, vocabulary = head.size(0);
  const at::Tensor x = states.slice(1, 0, scored).reshape({batch * scored, -1}).to(head.scalar_type());
  const at::Tensor targets = ids.slice(1, 1).reshape({batch * scored, 1});
  const std::int64_t tile = x.is_cuda() ? 16384 : 2048; // CPU: 512 rows of it in float32 are 4 MB
  at::Tensor highest =
      at::full({batch * scored, 1}, -std::numeric_limits<float>::infinity(), x.options().dtype(at::kFloat));
  at::Tensor sum = at::zeros_like(highest);
  at::Tensor chosen = at::zeros_like(highest);
  for (std::int64_t first = 0; first < vocabulary; first += tile) {
    const std::int64_t last = std::min(first + tile, vocabulary);
    at::Tensor logits = at::linear(x, head.slice(0, first, last)).to(at::kFloat);
    const at::Tensor here = (targets >= first).logical_and_(targets < last);
    chosen.add_(logits.gather(1, (targets - first).clamp_(0, last - first - 1)).mul_(here));
    const at::Tensor higher = at::maximum(highest, logits.amax(1, true));
    sum.mul_((highest - higher).exp_()).add_(logits.sub_(higher).exp_().sum(1, true));
    highest = higher;
  }
  return (highest + sum.log_() - chosen).view({batch, scored});
}

} // namespace longview
