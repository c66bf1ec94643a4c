#include <algorithm>
#include <cstdint>
#include <tuple>
#include <utility>
#include <vector>

#include <ATen/ATen.h>
#include <ATen/Parallel.h>

#include "base/time_spent.h"
#include "model/decoder.h"
#include "model/kernels/kernels.h"
#include "model/output_head.h"
#include "model/packed_linear.h"

namespace longview {
namespace {

const float* pointer(const at::Tensor& vector) {
  return vector.defined() ? vector.const_data_ptr<float>() : nullptr;
}

kernels::Element element(at::ScalarType type) {
  switch (type) {
  case at::kBFloat16:
    return kernels::Element::bfloat16;
  case at::kChar:
    return kernels::Element::int8;
  default:
    return kernels::Element::float32;
  }
}

/// Rows [rows, width] and what each is to be multiplied by: float32 [rows], or undefined. The input of a product, in
/// the decoder's type, or what comes out of one.
struct Scaled {
  at::Tensor values, scales;
  bool defined() const { return values.defined(); }
};

Scaled make_rows(std::int64_t rows, std::int64_t width, at::ScalarType type) {
  return {at::empty({rows, width}, type), type == at::kChar ? at::empty({rows}, at::kFloat) : at::Tensor()};
}

kernels::Rows rows_of(const Scaled& x) {
  if (!x.defined())
    return {};
  return {x.values.data_ptr(), x.values.size(-1), element(x.values.scalar_type()),
          x.scales.defined() ? x.scales.mutable_data_ptr<float>() : nullptr};
}

at::Tensor to_float(const Scaled& x) {
  const at::Tensor values = x.values.to(at::kFloat);
  return x.scales.defined() ? values * x.scales.unsqueeze(1) : values;
}

kernels::Act act_of(Activation activation) {
  switch (activation) {
  case Activation::silu:
    return kernels::Act::silu;
  case Activation::gelu:
    return kernels::Act::gelu;
  case Activation::gelu_tanh:
    return kernels::Act::gelu_tanh;
  case Activation::relu:
    break;
  }
  return kernels::Act::relu;
}

/// work(first row, last row, scratch [width]) on all threads.
template <typename Work>
void for_rows(std::int64_t rows, std::int64_t width, const Work& work) {
  at::parallel_for(0, rows, 32, [&](std::int64_t first, std::int64_t last) {
    std::vector<float> scratch(static_cast<std::size_t>(width));
    work(first, last, scratch.data());
  });
}

struct PackedLayer {
  NormWeights attention_norm, attention_post_norm;
  PackedLinear qkv;
  at::Tensor q_norm, k_norm;
  PackedLinear attention_output;
  NormWeights mlp_norm, mlp_post_norm;
  PackedLinear gate_up, down;
};

/// What a sublayer gives, to be added to the residual stream by the loop that reads it next.
struct Delta {
  Scaled values;   ///< [rows, hidden] in any type, or undefined
  at::Tensor bias; ///< float32 [hidden], or undefined
};

/// See make_cpu_decoder().
class CpuDecoder final : public Decoder {
 public:
  CpuDecoder(DecoderSpec spec, DecoderWeights weights, at::ScalarType type, std::uint32_t length)
      : spec_(std::move(spec)), weights_(std::move(weights)), length_(length), type_(type), table_(kernels::table()),
        project_in_(std::move(weights_.project_in)), project_out_(std::move(weights_.project_out)),
        head_(std::move(weights_.head), spec_.vocabulary, spec_.embedding_width) {
    if (spec_.rotary.dimensions)
      std::tie(cos_, sin_) = rotary_tables(spec_.rotary, 2 * length_);
    for (LayerWeights& layer : weights_.layers)
      layers_.push_back({layer.attention_norm, layer.attention_post_norm, PackedLinear(std::move(layer.qkv)),
                         layer.q_norm, layer.k_norm, PackedLinear(std::move(layer.attention_output)), layer.mlp_norm,
                         layer.mlp_post_norm, PackedLinear(std::move(layer.gate_up)),
                         PackedLinear(std::move(layer.down))});
    weights_.layers.clear();
  }

  const DecoderSpec& spec() const override { return spec_; }
  at::Device device() const override { return at::kCPU; }

  PrefixCache make_cache(std::int64_t slots) const override {
    PrefixCache cache;
    for (std::size_t k = 0; k < spec_.layers.size(); ++k) {
      cache.keys.push_back(at::empty({slots, spec_.kv_heads, length_ * spec_.head_dim}, at::kFloat));
      cache.values.push_back(at::empty({slots, spec_.kv_heads, length_ * spec_.head_dim}, at::kFloat));
    }
    return cache;
  }

  std::uint64_t slot_bytes() const override {
    return std::uint64_t{2} * spec_.layers.size() * spec_.kv_heads * spec_.head_dim *
           static_cast<std::uint64_t>(length_) * sizeof(float);
  }

  at::Tensor run_alone(const at::Tensor& ids, PrefixCache& cache, std::int64_t first_slot) const override {
    return run(ids, 0, [&](std::size_t layer) {
      const std::int64_t last_slot = first_slot + ids.size(0);
      return Keys{cache.keys[layer].slice(0, first_slot, last_slot),
                  cache.values[layer].slice(0, first_slot, last_slot), nullptr, nullptr, nullptr};
    });
  }

  at::Tensor run_after(const at::Tensor& ids, const PrefixCache& cache, const at::Tensor& slots) const override {
    const std::int64_t size = ids.size(0) * spec_.kv_heads * length_ * spec_.head_dim;
    const at::Tensor keys = at::empty({size}, at::kFloat), values = at::empty({size}, at::kFloat);
    return run(ids, length_, [&](std::size_t layer) {
      return Keys{keys, values, cache.keys[layer].const_data_ptr<float>(), cache.values[layer].const_data_ptr<float>(),
                  slots.const_data_ptr<std::int64_t>()};
    });
  }

  at::Tensor next_token_nll(const at::Tensor& states, const at::Tensor& ids) const override {
    return head_.next_token_nll(states, ids, static_cast<float>(spec_.logit_soft_cap));
  }

  double product_seconds() const override { return products_.seconds(); }
  double bare_product_seconds(std::int64_t rows, double seconds) const override;

 private:
  /// Where a layer's own keys and values go, and those of the prefixes, if there are any.
  struct Keys {
    at::Tensor own_k, own_v;
    const float *prefix_k, *prefix_v;
    const std::int64_t* slots;
  };

  Scaled product(const PackedLinear& matrix, const Scaled& x) const {
    const Timed timed(products_);
    return {matrix(x.values), x.scales};
  }
  at::Tensor embed(const at::Tensor& ids, std::int64_t first_position) const;
  template <typename KeysOf>
  at::Tensor run(const at::Tensor& ids, std::int64_t first_position, const KeysOf& keys_of) const;
  Delta attention(std::size_t layer, const Scaled& input, std::int64_t first_position, const Keys& keys) const;
  Delta feed_forward(std::size_t layer, const Scaled& input) const;
  /// float32 rows as products take them.
  Scaled narrowed(const at::Tensor& rows) const;
  Delta output_norm(const Delta& delta, const NormWeights& weights) const;
  kernels::NormJob norm_job(const NormWeights* weights) const;
  /// x += delta; out = norm(x), or x itself without weights to norm by (null).
  void advance(at::Tensor& x, const Delta& delta, const NormWeights* weights, const Scaled& out) const;
  /// x = norm(x + delta); out = x.
  void advance_post(at::Tensor& x, const Delta& delta, const NormWeights& weights, const Scaled& out) const;
  void run_norm(kernels::NormJob job, const at::Tensor& x, const Delta& delta, const Scaled& out) const;

  DecoderSpec spec_;
  DecoderWeights weights_; ///< embedding (if it is not the head), positions, norms
  std::int64_t length_;
  at::ScalarType type_;
  const kernels::Table& table_;
  at::Tensor cos_, sin_; ///< [2 length, rotary dimensions / 2], float32
  PackedLinear project_in_, project_out_;
  std::vector<PackedLayer> layers_;
  OutputHead head_;
  mutable TimeSpent products_;
};

at::Tensor CpuDecoder::embed(const at::Tensor& ids, std::int64_t first_position) const {
  at::Tensor x = weights_.embedding.defined() ? at::embedding(weights_.embedding, ids).flatten(0, 1) : head_.rows(ids);
  x = x.to(at::kFloat);
  if (project_in_.defined())
    x = to_float(product(project_in_, narrowed(x)));
  add_positions(spec_, weights_, first_position, x, length_);
  return x;
}

kernels::NormJob CpuDecoder::norm_job(const NormWeights* weights) const {
  kernels::NormJob job;
  job.width = spec_.hidden;
  if (!weights)
    return job;
  job.norm = spec_.norm == NormKind::layer ? kernels::Norm::layer : kernels::Norm::rms;
  job.epsilon = static_cast<float>(spec_.norm_epsilon);
  job.weight = pointer(weights->weight);
  job.bias = pointer(weights->bias);
  return job;
}

void CpuDecoder::run_norm(kernels::NormJob job, const at::Tensor& x, const Delta& delta, const Scaled& out) const {
  job.x = x.mutable_data_ptr<float>();
  job.delta = rows_of(delta.values);
  job.delta_bias = pointer(delta.bias);
  job.out = rows_of(out);
  for_rows(x.size(0), job.width, [&](auto... part) { table_.norm(job, part...); });
}

void CpuDecoder::advance(at::Tensor& x, const Delta& delta, const NormWeights* weights, const Scaled& out) const {
  if (delta.values.defined() || out.defined())
    run_norm(norm_job(weights), x, delta, out);
}

void CpuDecoder::advance_post(at::Tensor& x, const Delta& delta, const NormWeights& weights, const Scaled& out) const {
  kernels::NormJob job = norm_job(&weights);
  job.in_place = true;
  run_norm(job, x, delta, out);
}

/// The norm behind a sublayer (Gemma 2, OLMo 2), in float32.
Delta CpuDecoder::output_norm(const Delta& delta, const NormWeights& weights) const {
  at::Tensor y = at::zeros({delta.values.values.size(0), spec_.hidden}, at::kFloat);
  advance_post(y, delta, weights, {});
  return {{y, {}}, {}};
}

Delta CpuDecoder::attention(std::size_t layer, const Scaled& input, std::int64_t first_position,
                            const Keys& keys) const {
  const PackedLayer& weights = layers_[layer];
  const std::int64_t rows = input.values.size(0), batch = rows / length_, heads = spec_.heads, kv = spec_.kv_heads,
                     dim = spec_.head_dim;
  Scaled qkv = product(weights.qkv, input);
  kernels::SplitJob split;
  split.bias = pointer(weights.qkv.bias());
  if (spec_.qk_norm == QkNorm::whole) { // over all heads together, before they are split
    const at::Tensor all = to_float(qkv);
    if (split.bias) {
      all.add_(weights.qkv.bias());
      split.bias = nullptr;
    }
    at::Tensor q = all.slice(1, 0, heads * dim), k = all.slice(1, heads * dim, (heads + kv) * dim);
    q.copy_(at::rms_norm(q.contiguous(), {heads * dim}, weights.q_norm, spec_.norm_epsilon));
    k.copy_(at::rms_norm(k.contiguous(), {kv * dim}, weights.k_norm, spec_.norm_epsilon));
    qkv = {all, {}};
  } else if (spec_.qk_norm == QkNorm::per_head) {
    split.q_norm = pointer(weights.q_norm);
    split.k_norm = pointer(weights.k_norm);
    split.epsilon = static_cast<float>(spec_.norm_epsilon);
  }
  const at::Tensor q = at::empty({rows * heads * dim}, at::kFloat);
  split.qkv = rows_of(qkv);
  split.length = length_;
  split.heads = heads;
  split.kv_heads = kv;
  split.dim = dim;
  split.rotated = spec_.rotary.dimensions;
  if (split.rotated) {
    split.cos = cos_.const_data_ptr<float>() + first_position * split.rotated / 2;
    split.sin = sin_.const_data_ptr<float>() + first_position * split.rotated / 2;
  }
  split.q = q.mutable_data_ptr<float>();
  split.k = keys.own_k.mutable_data_ptr<float>();
  split.v = keys.own_v.mutable_data_ptr<float>();
  at::parallel_for(0, batch * (heads + 2 * kv), 1,
                   [&](std::int64_t first, std::int64_t last) { table_.split(split, first, last); });

  // A row's scale in int8 is not known before its last head.
  const Scaled seen = make_rows(rows, heads * dim, type_ == at::kChar ? at::kFloat : type_);
  kernels::AttentionJob job;
  job.q = split.q;
  job.k = split.k;
  job.v = split.v;
  job.prefix_k = keys.prefix_k;
  job.prefix_v = keys.prefix_v;
  job.slots = keys.slots;
  job.length = length_;
  job.heads = heads;
  job.kv_heads = kv;
  job.dim = dim;
  job.scale = static_cast<float>(spec_.layers[layer].attention_scale);
  job.soft_cap = static_cast<float>(spec_.attention_soft_cap);
  job.window = spec_.layers[layer].window;
  job.out = rows_of(seen);
  at::parallel_for(0, batch * heads, 1, [&](std::int64_t first, std::int64_t last) {
    std::vector<float> scratch(static_cast<std::size_t>(kernels::attention_scratch(job)));
    table_.attention(job, first, last, scratch.data());
  });
  return {product(weights.attention_output, type_ == at::kChar ? narrowed(seen.values) : seen),
          weights.attention_output.bias()};
}

Scaled CpuDecoder::narrowed(const at::Tensor& rows) const {
  if (type_ != at::kChar)
    return {rows.to(type_), {}};
  const Scaled out = make_rows(rows.size(0), rows.size(1), type_);
  const kernels::CopyJob job = {rows_of(Scaled{rows, {}}), rows.size(1), rows_of(out)};
  for_rows(rows.size(0), job.width, [&](auto... part) { table_.copy(job, part...); });
  return out;
}

Delta CpuDecoder::feed_forward(std::size_t layer, const Scaled& input) const {
  const PackedLayer& weights = layers_[layer];
  const Scaled up = product(weights.gate_up, input);
  const std::int64_t rows = up.values.size(0);
  const Scaled inner = make_rows(rows, spec_.intermediate, type_);
  kernels::ActivationJob job;
  job.in = rows_of(up);
  job.bias = pointer(weights.gate_up.bias());
  job.width = spec_.intermediate;
  job.gated = spec_.gated;
  job.act = act_of(spec_.activation);
  job.out = rows_of(inner);
  for_rows(rows, job.width, [&](auto... part) { table_.activation(job, part...); });
  return {product(weights.down, inner), weights.down.bias()};
}

template <typename KeysOf>
at::Tensor CpuDecoder::run(const at::Tensor& ids, std::int64_t first_position, const KeysOf& keys_of) const {
  at::Tensor x = embed(ids, first_position); // [batch * length, hidden]
  const Scaled input = make_rows(x.size(0), spec_.hidden, type_);
  const bool parallel = spec_.residual == Residual::parallel, post = spec_.residual == Residual::post_norm;
  const Scaled mlp_input = parallel ? make_rows(x.size(0), spec_.hidden, type_) : input;
  Delta pending;
  if (post)
    advance(x, {}, nullptr, input);
  for (std::size_t k = 0; k < layers_.size(); ++k) {
    const PackedLayer& layer = layers_[k];
    if (!post)
      advance(x, pending, spec_.norm_inputs ? &layer.attention_norm : nullptr, input);
    if (parallel)
      advance(x, {}, spec_.norm_inputs ? &layer.mlp_norm : nullptr, mlp_input);
    Delta attended = attention(k, input, first_position, keys_of(k));
    if (spec_.norm_outputs)
      attended = output_norm(attended, layer.attention_post_norm);
    if (post)
      advance_post(x, attended, layer.attention_norm, input);
    else
      advance(x, attended, !parallel && spec_.norm_inputs ? &layer.mlp_norm : nullptr, parallel ? Scaled() : input);
    pending = feed_forward(k, mlp_input);
    if (spec_.norm_outputs)
      pending = output_norm(pending, layer.mlp_post_norm);
    if (post)
      advance_post(x, std::exchange(pending, {}), layer.mlp_norm, input);
  }
  if (project_out_.defined()) {
    advance(x, pending, spec_.norm_final ? &weights_.output_norm : nullptr, input);
    return to_float(product(project_out_, input)).unflatten(0, {-1, length_});
  }
  const at::Tensor out = at::empty_like(x);
  advance(x, pending, spec_.norm_final ? &weights_.output_norm : nullptr, {out, {}});
  return out.unflatten(0, {-1, length_});
}

double CpuDecoder::bare_product_seconds(std::int64_t rows, double seconds) const {
  const PackedLayer& layer = layers_.front();
  const auto noise = [&](std::int64_t width) { return narrowed(at::randn({rows, width})).values; };
  const at::Tensor hidden = noise(spec_.hidden), heads = noise(std::int64_t{spec_.heads} * spec_.head_dim),
                   inner = noise(spec_.intermediate);
  return least_seconds(seconds, [&] {
    layer.qkv(hidden);
    layer.attention_output(heads);
    layer.gate_up(hidden);
    layer.down(inner);
  });
}

} // namespace

bool cpu_decoder_runs(const DecoderSpec& spec) {
  return spec.head_dim <= kernels::most_head_dim;
}

std::uint32_t cpu_batch(std::uint32_t length) {
  return std::max(1u, 512 / length);
}

WeightLayout cpu_layout(at::ScalarType type, std::uint32_t length) {
  const std::int64_t rows = std::int64_t{cpu_batch(length)} * length;
  const at::ScalarType kept = type == at::kChar ? at::kBFloat16 : type; // what is not multiplied in int8
  return {kept, type == at::kChar ? at::kFloat : type, OutputHead::type_for(kept),
          [rows, type](const at::Tensor& plain) { return PackedLinear::pack(plain, type, rows); }, OutputHead::pack};
}

std::unique_ptr<Decoder> make_cpu_decoder(DecoderSpec spec, DecoderWeights weights, at::ScalarType type,
                                          std::uint32_t length) {
  return std::make_unique<CpuDecoder>(std::move(spec), std::move(weights), type, length);
}

} // namespace longview
