#pragma once

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <utility>
#include <vector>

#include <ATen/core/Tensor.h>

#include "model/decoder_spec.h"

namespace longview {

/// A matrix as it is multiplied, [out, in] in the run's type, plain or as the decoder's WeightLayout packed it, and its
/// bias, float32 [out] or undefined. Weights in int8 have a scale for each output, float32 [out].
struct Linear {
  at::Tensor weight;
  at::Tensor bias;
  at::Tensor scales;
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
  at::Tensor embedding; ///< [vocabulary, embedding_width]; undefined where the decoder reads its rows out of the head
  at::Tensor positions; ///< float32 [position_rows, hidden], or undefined
  Linear project_in;    ///< [hidden, embedding_width], or undefined
  Linear project_out;   ///< [embedding_width, hidden], or undefined
  NormWeights output_norm;
  at::Tensor head; ///< [vocabulary, embedding_width], plain or packed; the embedding itself when tied and plain
  std::vector<LayerWeights> layers;
};

/// How a decoder wants its matrices. A function is called with a plain matrix as soon as that is converted, in memory
/// that the next one overwrites, and gives back its own form of it: the whole model is never there in plain form. Where
/// a function is empty, the plain matrix is what the decoder wants.
struct WeightLayout {
  at::ScalarType embedding_type;
  at::ScalarType linear_type;                              ///< of a matrix before `linear` sees it
  at::ScalarType head_type;                                ///< of the output matrix before `head` sees it
  std::function<Linear(const at::Tensor& plain)> linear;   ///< gives no bias
  std::function<at::Tensor(const at::Tensor& plain)> head; ///< its form also serves as a tied embedding
};

/// Keys and values of prefixes, one slot each, after rotary, in the layout and type that the decoder's attention wants:
/// per layer [slots, kv_heads, length * head_dim].
struct PrefixCache {
  std::vector<at::Tensor> keys;
  std::vector<at::Tensor> values;
};

/// The transformer. Products run in the weights' type; the residual stream, norms, rotary, softmax and log-likelihoods
/// in float32 (architecture.md, section 4: everything in bfloat16 costs the ranking). Used by one thread at a time.
class Decoder {
 public:
  virtual ~Decoder() = default;

  virtual const DecoderSpec& spec() const = 0;
  virtual at::Device device() const = 0;

  virtual PrefixCache make_cache(std::int64_t slots) const = 0;
  /// Bytes one slot takes.
  virtual std::uint64_t slot_bytes() const = 0;

  /// Segments on their own. `ids` int64 [batch, length]; keys and values go into slots first_slot … of `cache`.
  /// Returns the final states as the output matrix takes them, float32 [batch, length, embedding_width].
  virtual at::Tensor run_alone(const at::Tensor& ids, PrefixCache& cache, std::int64_t first_slot) const = 0;
  /// Segments directly behind a prefix: `slots` int64 [batch] names the prefix of each.
  virtual at::Tensor run_after(const at::Tensor& ids, const PrefixCache& cache, const at::Tensor& slots) const = 0;

  /// NLL in nats of the next token at every position but the last: `states` as they come from run_…, `ids` int64
  /// [batch, length] -> float32 [batch, length - 1]. No [tokens, vocabulary] matrix exists at any time; the running
  /// log-sum-exp is float32.
  virtual at::Tensor next_token_nll(const at::Tensor& states, const at::Tensor& ids) const = 0;

  /// Seconds that run_… have spent in matrix products so far; 0 where they are not told apart (a device that works on
  /// its own time).
  virtual double product_seconds() const { return 0; }
  /// What bare products of this model's shapes take here: the least seconds of one pass of noise, `rows` rows, through
  /// the first layer's matrices by the same routine as in run_…, of as many passes as fit into `seconds`.
  virtual double bare_product_seconds(std::int64_t rows, double seconds) const = 0;
};

/// The least seconds that one of as many passes took as fit into `seconds`; the first one warms up.
template <typename Pass>
double least_seconds(double seconds, const Pass& pass) {
  using Clock = std::chrono::steady_clock;
  const auto since = [](Clock::time_point start) {
    return std::chrono::duration<double>(Clock::now() - start).count();
  };
  pass();
  double least = seconds;
  const Clock::time_point begin = Clock::now();
  do {
    const Clock::time_point start = Clock::now();
    pass();
    least = std::min(least, since(start));
  } while (since(begin) < seconds);
  return least;
}

/// The decoder in libtorch's operators: any device. `length`: tokens of a segment; positions 0 … 2 length - 1 are
/// prepared.
std::unique_ptr<Decoder> make_aten_decoder(DecoderSpec spec, DecoderWeights weights, std::uint32_t length);

/// The same arithmetic for a processor: oneDNN's packed products and our own loops between them (kernels/). Weights lie
/// on the CPU as cpu_layout() says. `type`: of the products, float32, bfloat16 or int8 (kChar: inputs of products are
/// quantized row by row, the output matrix and the embedding are bfloat16).
std::unique_ptr<Decoder> make_cpu_decoder(DecoderSpec spec, DecoderWeights weights, at::ScalarType type,
                                          std::uint32_t length);
WeightLayout cpu_layout(at::ScalarType type, std::uint32_t length);
/// Segments to score at a time: 512 tokens keep a layer's activations in cache, and fill the products.
std::uint32_t cpu_batch(std::uint32_t length);
/// Whether make_cpu_decoder() can run it.
bool cpu_decoder_runs(const DecoderSpec& spec);

/// A decoder before it has its weights.
struct DecoderMaker {
  WeightLayout layout; ///< what load_weights() is to make
  std::function<std::unique_ptr<Decoder>(DecoderWeights)> make;
};
/// The faster one of those that run it on `device`. LONGVIEW_KERNELS=aten asks for libtorch's operators.
DecoderMaker choose_decoder(const DecoderSpec& spec, at::ScalarType type, at::Device device, std::uint32_t length);

/// Cosines and sines, float32 [positions, rotary dimensions / 2] each, with the rotary's scale in them.
std::pair<at::Tensor, at::Tensor> rotary_tables(const RotarySpec& rotary, std::int64_t positions);

/// Turns embedded tokens [batch * length, hidden] into what the residual stream starts from: scale and learned
/// positions.
void add_positions(const DecoderSpec& spec, const DecoderWeights& weights, std::int64_t first_position, at::Tensor& x,
                   std::int64_t length);

} // namespace longview
