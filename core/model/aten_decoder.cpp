#include "base/error.h"
#include "model/decoder.h"
#include "model/device_shortcuts.h"

#include <cmath>
#include <cstdlib>
#include <limits>
#include <string_view>
#include <utility>

#include <ATen/ATen.h>

namespace longview {
namespace {

constexpr float minus_infinity = -std::numeric_limits<float>::infinity();

/// The type keys, values and attention run in: the products' type on a GPU, where half the bytes count and the kernels
/// keep their softmax in float32; float32 on the CPU.
at::ScalarType attention_type(const at::Tensor& weights) {
  return weights.is_cuda() ? weights.scalar_type() : at::kFloat;
}

/// Row q of a target, which stands at position length + q, sees what is not later than itself and less than `window`
/// tokens back (0: everything). The right half alone is the mask of a segment on its own.
at::Tensor target_mask(std::int64_t length, std::int64_t window) {
  const at::Tensor back = at::arange(length, 2 * length).unsqueeze(1) - at::arange(2 * length); // [length, 2 length]
  at::Tensor hidden = back < 0;
  if (window)
    hidden = hidden.logical_or_(back >= window);
  return at::zeros({length, 2 * length}).masked_fill_(hidden, minus_infinity);
}

at::Tensor soft_capped(at::Tensor x, double cap) {
  return cap == 0 ? x : x.div_(cap).tanh_().mul_(cap);
}

/// See make_aten_decoder().
class AtenDecoder final : public Decoder {
 public:
  AtenDecoder(DecoderSpec spec, DecoderWeights weights, std::uint32_t length);

  const DecoderSpec& spec() const override { return spec_; }
  at::Device device() const override { return weights_.embedding.device(); }
  PrefixCache make_cache(std::int64_t slots) const override;
  std::uint64_t slot_bytes() const override;
  at::Tensor run_alone(const at::Tensor& ids, PrefixCache& cache, std::int64_t first_slot) const override;
  at::Tensor run_after(const at::Tensor& ids, const PrefixCache& cache, const at::Tensor& slots) const override;
  at::Tensor next_token_nll(const at::Tensor& states, const at::Tensor& ids) const override;
  double bare_product_seconds(std::int64_t rows, double seconds) const override;

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
  /// In float32, whatever the matrix's type; `x` is in that type already.
  at::Tensor plain_product(const at::Tensor& x, const at::Tensor& weight) const;
  const at::Tensor& mask(std::size_t layer) const { return masks_[mask_of_layer_[layer]]; }

  DecoderSpec spec_;
  DecoderWeights weights_;
  std::int64_t length_;
  DeviceShortcuts shortcuts_;
  at::Tensor cos_, sin_; ///< [2 length, rotary dimensions / 2], float32
  std::vector<at::Tensor>
      masks_; ///< [length, 2 length] for each window: 0 where a target's token may look, else -infinity
  std::vector<std::size_t> mask_of_layer_;
};

AtenDecoder::AtenDecoder(DecoderSpec spec, DecoderWeights weights, std::uint32_t length)
    : spec_(std::move(spec)), weights_(std::move(weights)), length_(length),
      shortcuts_(prove_shortcuts(spec_, weights_.embedding, length_)) {
  if (spec_.rotary.dimensions) {
    std::tie(cos_, sin_) = rotary_tables(spec_.rotary, 2 * length_);
    cos_ = cos_.to(device());
    sin_ = sin_.to(device());
  }
  std::vector<std::uint32_t> windows;
  for (const LayerSpec& layer : spec_.layers) {
    const auto found = std::find(windows.begin(), windows.end(), layer.window);
    mask_of_layer_.push_back(static_cast<std::size_t>(found - windows.begin()));
    if (found != windows.end())
      continue;
    windows.push_back(layer.window);
    masks_.push_back(target_mask(length_, layer.window).to(device(), attention_type(weights_.embedding)));
  }
}

PrefixCache AtenDecoder::make_cache(std::int64_t slots) const {
  const auto options = at::TensorOptions().device(device()).dtype(attention_type(weights_.embedding));
  PrefixCache cache;
  for (std::size_t k = 0; k < spec_.layers.size(); ++k) {
    cache.keys.push_back(at::empty({slots, spec_.kv_heads, length_, spec_.head_dim}, options));
    cache.values.push_back(at::empty({slots, spec_.kv_heads, length_, spec_.head_dim}, options));
  }
  return cache;
}

std::uint64_t AtenDecoder::slot_bytes() const {
  return std::uint64_t{2} * spec_.layers.size() * spec_.kv_heads * spec_.head_dim *
         static_cast<std::uint64_t>(length_) * c10::elementSize(attention_type(weights_.embedding));
}

at::Tensor AtenDecoder::product(const at::Tensor& x, const Linear& linear) const {
  if (linear.weight.scalar_type() == at::kFloat)
    return at::linear(x, linear.weight, linear.bias);
  at::Tensor out = plain_product(x.to(linear.weight.scalar_type()), linear.weight);
  return linear.bias.defined() ? out.add_(linear.bias) : out;
}

at::Tensor AtenDecoder::plain_product(const at::Tensor& x, const at::Tensor& weight) const {
  return shortcuts_.exact_products ? exact_product(x, weight) : at::linear(x, weight).to(at::kFloat);
}

at::Tensor AtenDecoder::rms(const at::Tensor& x, const at::Tensor& weight) const {
  return at::rms_norm(x, {x.size(-1)}, weight, spec_.norm_epsilon);
}

at::Tensor AtenDecoder::norm(const at::Tensor& x, const NormWeights& weights) const {
  if (spec_.norm == NormKind::rms)
    return rms(x, weights.weight);
  return at::layer_norm(x, {x.size(-1)}, weights.weight, weights.bias, spec_.norm_epsilon);
}

at::Tensor AtenDecoder::activated(at::Tensor x) const {
  switch (spec_.activation) {
  case Activation::silu:
    return at::silu_(x);
  case Activation::gelu:
    return at::gelu_(x, "none");
  case Activation::gelu_tanh:
    return at::gelu_(x, "tanh");
  case Activation::relu:
    break;
  }
  return at::relu_(x);
}

/// Rotates halves of the first `rotary.dimensions` of every head: [batch, heads, length, head_dim].
at::Tensor AtenDecoder::rotate(const at::Tensor& heads, std::int64_t first_position) const {
  const std::int64_t half = spec_.rotary.dimensions / 2;
  if (half == 0)
    return heads;
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

AtenDecoder::Heads AtenDecoder::project(const LayerWeights& layer, const at::Tensor& normed,
                                        std::int64_t first_position) const {
  const at::Tensor qkv = product(normed, layer.qkv);
  const std::int64_t heads = spec_.heads, kv = spec_.kv_heads, dim = spec_.head_dim;
  at::Tensor q = qkv.slice(1, 0, heads * dim), k = qkv.slice(1, heads * dim, (heads + kv) * dim);
  if (spec_.qk_norm == QkNorm::whole) {
    q = rms(q.contiguous(), layer.q_norm);
    k = rms(k.contiguous(), layer.k_norm);
  }
  const auto split = [&](const at::Tensor& x, std::int64_t count) {
    return x.unflatten(1, {count, dim}).unflatten(0, {-1, length_}).transpose(1, 2); // [batch, count, length, dim]
  };
  q = split(q, heads);
  k = split(k, kv);
  if (spec_.qk_norm == QkNorm::per_head) {
    q = rms(q.contiguous(), layer.q_norm);
    k = rms(k.contiguous(), layer.k_norm);
  }
  const at::ScalarType type = attention_type(weights_.embedding);
  return {rotate(q, first_position).to(type), rotate(k, first_position).to(type),
          split(qkv.slice(1, (heads + kv) * dim), kv).to(type)};
}

at::Tensor AtenDecoder::attend(std::size_t layer, const Heads& heads, const at::Tensor& keys, const at::Tensor& values,
                               bool after_prefix) const {
  const LayerSpec& spec = spec_.layers[layer];
  const bool grouped = spec_.kv_heads != spec_.heads;
  const bool capped = spec_.attention_soft_cap != 0;
  if (spec.window == 0 && !capped) { // causal and nothing else
    if (!after_prefix)
      return at::scaled_dot_product_attention(heads.q, keys, values, {}, 0.0, true, spec.attention_scale, grouped);
    if (shortcuts_.flash_behind_prefix)
      return flash_behind_prefix(heads.q, keys, values, spec.attention_scale);
  }
  const at::Tensor allowed = after_prefix ? mask(layer) : mask(layer).slice(1, length_).contiguous();
  if (!capped)
    return at::scaled_dot_product_attention(heads.q, keys, values, allowed, 0.0, false, spec.attention_scale, grouped);
  // No kernel of libtorch's caps scores.
  const std::int64_t group = spec_.heads / spec_.kv_heads;
  const at::Tensor q = heads.q.unflatten(1, {spec_.kv_heads, group}); // [batch, kv_heads, group, length, head_dim]
  at::Tensor scores = at::matmul(q, keys.unsqueeze(2).transpose(-1, -2)).to(at::kFloat).mul_(spec.attention_scale);
  scores = soft_capped(std::move(scores), spec_.attention_soft_cap).add_(allowed);
  return at::matmul(scores.softmax(-1).to(values.scalar_type()), values.unsqueeze(2)).flatten(1, 2);
}

at::Tensor AtenDecoder::mlp(const LayerWeights& layer, const at::Tensor& x) const {
  if (!spec_.gated)
    return product(activated(product(x, layer.gate_up)), layer.down);
  // One after the other: halves of one result would lie in strips, which every step after it reads more slowly.
  const at::Tensor narrow = x.to(layer.gate_up.weight.scalar_type());
  const auto part = [&](std::int64_t first) {
    const auto rows = [&](const at::Tensor& all) {
      return all.defined() ? all.slice(0, first, first + spec_.intermediate) : all;
    };
    return product(narrow, Linear{rows(layer.gate_up.weight), rows(layer.gate_up.bias), {}});
  };
  at::Tensor inner = at::empty({x.size(0), spec_.intermediate}, layer.down.weight.options());
  const at::Tensor gate = activated(part(0));
  return product(at::mul_out(inner, gate, part(spec_.intermediate)), layer.down);
}

at::Tensor AtenDecoder::embed(const at::Tensor& ids, std::int64_t first_position) const {
  at::Tensor x = at::embedding(weights_.embedding, ids).flatten(0, 1).to(at::kFloat);
  if (weights_.project_in.defined())
    x = product(x, weights_.project_in);
  add_positions(spec_, weights_, first_position, x, length_);
  return x;
}

template <typename Attend>
at::Tensor AtenDecoder::run(const at::Tensor& ids, std::int64_t first_position, const Attend& attend_layer) const {
  at::Tensor x = embed(ids, first_position); // [batch * length, hidden]
  for (std::size_t k = 0; k < weights_.layers.size(); ++k) {
    const LayerWeights& layer = weights_.layers[k];
    const bool norm_first = spec_.norm_inputs && spec_.residual != Residual::post_norm;
    const auto attention = [&](const at::Tensor& input) {
      const Heads heads = project(layer, input, first_position);
      const at::Tensor seen = attend_layer(k, heads).transpose(1, 2).flatten(0, 1).flatten(1);
      const at::Tensor out = product(seen, layer.attention_output);
      return spec_.norm_outputs ? norm(out, layer.attention_post_norm) : out;
    };
    const auto feed_forward = [&](const at::Tensor& input) {
      const at::Tensor out = mlp(layer, input);
      return spec_.norm_outputs ? norm(out, layer.mlp_post_norm) : out;
    };
    const at::Tensor mlp_of_old =
        spec_.residual == Residual::parallel ? feed_forward(norm(x, layer.mlp_norm)) : at::Tensor();
    x.add_(attention(norm_first ? norm(x, layer.attention_norm) : x));
    if (spec_.residual == Residual::parallel) {
      x.add_(mlp_of_old);
      continue;
    }
    if (spec_.residual == Residual::post_norm)
      x = norm(x, layer.attention_norm);
    x.add_(feed_forward(norm_first ? norm(x, layer.mlp_norm) : x));
    if (spec_.residual == Residual::post_norm)
      x = norm(x, layer.mlp_norm);
  }
  if (spec_.norm_final)
    x = norm(x, weights_.output_norm);
  if (weights_.project_out.defined())
    x = product(x, weights_.project_out);
  return x.unflatten(0, {-1, length_});
}

at::Tensor AtenDecoder::run_alone(const at::Tensor& ids, PrefixCache& cache, std::int64_t first_slot) const {
  return run(ids, 0, [&](std::size_t layer, const Heads& heads) {
    cache.keys[layer].slice(0, first_slot, first_slot + ids.size(0)).copy_(heads.k);
    cache.values[layer].slice(0, first_slot, first_slot + ids.size(0)).copy_(heads.v);
    return attend(layer, heads, heads.k, heads.v, false);
  });
}

at::Tensor AtenDecoder::run_after(const at::Tensor& ids, const PrefixCache& cache, const at::Tensor& slots) const {
  return run(ids, length_, [&](std::size_t layer, const Heads& heads) {
    const at::Tensor k = at::cat({cache.keys[layer].index_select(0, slots), heads.k}, 2);
    const at::Tensor v = at::cat({cache.values[layer].index_select(0, slots), heads.v}, 2);
    return attend(layer, heads, k, v, true);
  });
}

double AtenDecoder::bare_product_seconds(std::int64_t rows, double seconds) const {
  const LayerWeights& layer = weights_.layers.front();
  const auto noise = [&](const Linear& matrix) {
    return at::randn({rows, matrix.weight.size(1)}, matrix.weight.options());
  };
  const at::Tensor hidden = noise(layer.qkv), heads = noise(layer.attention_output), inner = noise(layer.down);
  constexpr int passes = 8; // waiting for the device once in a while
  return least_seconds(seconds,
                       [&] {
                         at::Tensor last;
                         for (int k = 0; k < passes; ++k) {
                           at::linear(hidden, layer.qkv.weight);
                           at::linear(heads, layer.attention_output.weight);
                           at::linear(hidden, layer.gate_up.weight);
                           last = at::linear(inner, layer.down.weight);
                         }
                         static_cast<void>(last.slice(0, 0, 1).cpu());
                       }) /
         passes;
}

at::Tensor AtenDecoder::next_token_nll(const at::Tensor& states, const at::Tensor& ids) const {
  const at::Tensor& head = weights_.head;
  const std::int64_t batch = states.size(0), scored = states.size(1) - 1, vocabulary = head.size(0);
  const at::Tensor x = states.slice(1, 0, scored).reshape({batch * scored, -1}).to(head.scalar_type());
  const at::Tensor targets = ids.slice(1, 1).reshape({batch * scored, 1});
  const std::int64_t tile = x.is_cuda() ? 8192 : 2048; // CPU: 512 rows of it in float32 are 4 MB
  at::Tensor sum = at::full({batch * scored, 1}, minus_infinity, x.options().dtype(at::kFloat)); // log-sum-exp so far
  at::Tensor chosen = at::zeros_like(sum);
  for (std::int64_t first = 0; first < vocabulary; first += tile) {
    const std::int64_t last = std::min(first + tile, vocabulary);
    const at::Tensor logits = soft_capped(plain_product(x, head.slice(0, first, last)), spec_.logit_soft_cap);
    const at::Tensor here = (targets >= first).logical_and_(targets < last);
    chosen.add_(logits.gather(1, (targets - first).clamp_(0, last - first - 1)).mul_(here));
    // The tile's log-sum-exp is any logit less its log-softmax, which is one step with one pass over the tile.
    const at::Tensor of_first = at::log_softmax(logits, 1).slice(1, 0, 1);
    sum = at::logaddexp(sum, logits.slice(1, 0, 1) - of_first);
  }
  return (sum - chosen).view({batch, scored});
}

} // namespace

std::pair<at::Tensor, at::Tensor> rotary_tables(const RotarySpec& rotary, std::int64_t positions) {
  const auto pairs = static_cast<std::int64_t>(rotary.inverse_frequencies.size());
  at::Tensor frequencies = at::empty({pairs}, at::kDouble);
  std::copy(rotary.inverse_frequencies.begin(), rotary.inverse_frequencies.end(),
            frequencies.mutable_data_ptr<double>());
  const at::Tensor angles = at::outer(at::arange(positions, at::kDouble), frequencies);
  return {angles.cos().mul_(rotary.scale).to(at::kFloat), angles.sin().mul_(rotary.scale).to(at::kFloat)};
}

void add_positions(const DecoderSpec& spec, const DecoderWeights& weights, std::int64_t first_position, at::Tensor& x,
                   std::int64_t length) {
  if (spec.embedding_scale != 1)
    x.mul_(spec.embedding_scale);
  if (weights.positions.defined()) {
    const std::int64_t row = spec.position_offset + first_position;
    x.unflatten(0, {-1, length}).add_(weights.positions.slice(0, row, row + length));
  }
}

std::unique_ptr<Decoder> make_aten_decoder(DecoderSpec spec, DecoderWeights weights, std::uint32_t length) {
  return std::make_unique<AtenDecoder>(std::move(spec), std::move(weights), length);
}

DecoderMaker choose_decoder(const DecoderSpec& spec, at::ScalarType type, at::Device device, std::uint32_t length) {
  const char* wanted = std::getenv("LONGVIEW_KERNELS");
  const bool aten = wanted && std::string_view(wanted) == "aten";
  if (device.is_cpu() && cpu_decoder_runs(spec) && !aten)
    return {cpu_layout(type, length),
            [=](DecoderWeights weights) { return make_cpu_decoder(spec, std::move(weights), type, length); }};
  if (type == at::kChar)
    throw Error(ErrorCode::unsupported,
                "int8 is not for this model or with LONGVIEW_KERNELS=aten; say --dtype float32 or bfloat16");
  return {{type, type, type, {}, {}},
          [=](DecoderWeights weights) { return make_aten_decoder(spec, std::move(weights), length); }};
}

} // namespace longview
