#include <algorithm>
#include <cmath>
#include <iterator>
#include <optional>
#include <set>
#include <string_view>
#include <utility>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "base/error.h"
#include "model/families.h"
#include "model/rope_scaling.h"

namespace longview {
namespace {

/// Reads one architecture's metadata with checked ranges, and remembers which keys were read.
class Metadata {
 public:
  Metadata(const GgufFile& file, std::string_view prefix) : file_(file), prefix_(prefix) {}

  std::optional<std::uint32_t> optional_count(std::string_view key, std::uint64_t most) {
    const auto value = file_.integer(read(key));
    if (value && (*value < 1 || *value > most))
      throw Error(ErrorCode::input, fmt::format("{} is {}, outside 1 … {}", full(key), *value, most), path());
    return value ? std::optional(static_cast<std::uint32_t>(*value)) : std::nullopt;
  }

  std::uint32_t count(std::string_view key, std::uint64_t most, std::optional<std::uint32_t> otherwise = {}) {
    const auto value = optional_count(key, most);
    if (!value && !otherwise)
      throw Error(ErrorCode::input, fmt::format("the metadata key {} is missing", full(key)), path());
    return value ? *value : *otherwise;
  }

  std::optional<double> optional_positive(std::string_view key) {
    const auto value = file_.number(read(key));
    if (value && (!(*value > 0) || !(*value < 1e12)))
      throw Error(ErrorCode::input, fmt::format("{} is {}, not a positive number", full(key), *value), path());
    return value;
  }

  double positive(std::string_view key, double otherwise) { return optional_positive(key).value_or(otherwise); }

  bool flag(std::string_view key, bool otherwise) { return file_.boolean(read(key)).value_or(otherwise); }

  std::optional<std::string> text(std::string_view key) {
    const auto value = file_.string(read(key));
    return value ? std::optional<std::string>(*value) : std::nullopt;
  }

  /// Tokens; 0 where the file says none, as converters write "no window".
  std::uint32_t window() {
    const auto value = file_.integer(read("attention.sliding_window"));
    if (value && *value > (1u << 30))
      throw Error(ErrorCode::input, fmt::format("{} is {}", full("attention.sliding_window"), *value), path());
    return static_cast<std::uint32_t>(value.value_or(0));
  }

  /// Refuses a key that changes the arithmetic in a way we do not compute, unless it holds the neutral value.
  void must_be(std::string_view key, double neutral) {
    const auto value = file_.number(read(key));
    if (value && *value != neutral)
      throw Error(ErrorCode::unsupported, fmt::format("{} = {} is not supported", full(key), *value), path());
  }

  void pass_over(std::initializer_list<std::string_view> keys) {
    for (const std::string_view key : keys)
      read(key);
  }

  /// A key of this architecture that nobody has read may change the numbers.
  void refuse_rest() const {
    for (const GgufEntry& entry : file_.metadata())
      if (entry.key.starts_with(prefix_) && entry.key.substr(prefix_.size()).starts_with('.') &&
          !read_.contains(entry.key.substr(prefix_.size() + 1)))
        throw Error(ErrorCode::unsupported,
                    fmt::format("the metadata key {} is not understood, and it may change the numbers",
                                printable_name(entry.key)),
                    path());
  }

  std::string path() const { return file_.path().string(); }
  std::string full(std::string_view key) const { return fmt::format("{}.{}", prefix_, key); }

 private:
  std::string read(std::string_view key) {
    read_.emplace(key);
    return full(key);
  }

  const GgufFile& file_;
  std::string_view prefix_;
  std::set<std::string, std::less<>> read_;
};

/// One row of the table: everything in which families differ as GGUF spells them. A new family is a new row.
struct GgufFamily {
  std::string_view architecture; ///< general.architecture, and the prefix of the metadata keys
  TensorNames names;
  std::string_view epsilon = "attention.layer_norm_rms_epsilon";
  /// Reads what is the family's own, after the common keys.
  void (*read)(Metadata&, const TensorSet&, DecoderSpec&) = nullptr;
};

bool has_bias(const TensorSet& tensors, std::string_view part) {
  return tensors.find(fmt::format("blk.0.{}.bias", part)) != nullptr;
}

void set_windows(DecoderSpec& spec, std::uint32_t window) {
  for (LayerSpec& layer : spec.layers)
    layer.window = window;
}

/// Divisors of the frequencies that the converter stored as a tensor.
std::vector<float> stored_divisors(const TensorSet& tensors, std::string_view name, const DecoderSpec& spec,
                                   const std::string& path) {
  const StoredTensor* tensor = tensors.find(name);
  const std::uint64_t pairs = spec.rotary.inverse_frequencies.size();
  if (!tensor)
    return {};
  if (tensor->type != TensorType::F32 || tensor->shape != std::vector<std::uint64_t>{pairs})
    throw Error(ErrorCode::input, fmt::format("{} should hold {} float32 values", name, pairs), path);
  std::vector<float> values(pairs);
  dequantize(tensor->type, tensor->data, values);
  if (!std::all_of(values.begin(), values.end(), [](float v) { return v > 0 && std::isfinite(v); }))
    throw Error(ErrorCode::input, fmt::format("{} holds a value that is not positive", name), path);
  return values;
}

void read_longrope(Metadata& meta, const TensorSet& tensors, DecoderSpec& spec) {
  const double original = meta.count("rope.scaling.original_context_length", 1u << 30, spec.context);
  const auto factors = stored_divisors(tensors, "rope_factors_short.weight", spec, meta.path());
  if (factors.empty())
    throw Error(ErrorCode::input, "the tensor rope_factors_short.weight of its longrope scaling is missing",
                meta.path());
  const std::vector<double> divisors(factors.begin(), factors.end());
  scale_longrope(spec.rotary, divisors, spec.context / original, original,
                 meta.positive("rope.scaling.attn_factor", 0));
  spec.rotary.longest = static_cast<std::uint32_t>(original);
}

void read_scaling(Metadata& meta, const TensorSet& tensors, DecoderSpec& spec, double base) {
  const std::string scaling = meta.text("rope.scaling.type").value_or("none");
  meta.pass_over({"rope.scaling.finetuned"});
  if (tensors.find("rope_factors_short.weight") || scaling == "longrope")
    return read_longrope(meta, tensors, spec);
  if (scaling == "linear") {
    const double factor = meta.positive("rope.scaling.factor", 1.0);
    for (float& frequency : spec.rotary.inverse_frequencies)
      frequency = static_cast<float>(frequency / factor);
  } else if (scaling == "yarn") {
    YarnScaling yarn;
    yarn.factor = meta.positive("rope.scaling.factor", 1.0);
    yarn.original_context = meta.count("rope.scaling.original_context_length", 1u << 30, spec.context);
    yarn.beta_fast = meta.positive("rope.scaling.yarn_beta_fast", 32.0);
    yarn.beta_slow = meta.positive("rope.scaling.yarn_beta_slow", 1.0);
    scale_yarn(spec.rotary, base, yarn);
    spec.rotary.scale *= meta.positive("rope.scaling.attn_factor", 1.0);
    spec.rotary.scale *= meta.positive("rope.scaling.yarn_attn_factor", 1.0);
    meta.must_be("rope.scaling.yarn_ext_factor", 1.0);
  } else if (scaling == "none") {
    meta.must_be("rope.scale_linear", 1.0);
    meta.must_be("rope.scaling.factor", 1.0);
    meta.pass_over({"rope.scaling.original_context_length"});
    const auto divisors = stored_divisors(tensors, "rope_freqs.weight", spec, meta.path()); // Llama 3's scaling
    for (std::size_t m = 0; m < divisors.size(); ++m)
      spec.rotary.inverse_frequencies[m] /= divisors[m];
  } else {
    throw Error(ErrorCode::unsupported,
                fmt::format("rope scaling of type \"{}\" is not supported (none, linear, yarn, longrope and stored "
                            "frequencies are)",
                            printable_name(scaling)),
                meta.path());
  }
}

void read_rotary(Metadata& meta, const TensorSet& tensors, DecoderSpec& spec) {
  const double base = meta.positive("rope.freq_base", 10000.0);
  spec.rotary.dimensions = meta.count("rope.dimension_count", spec.head_dim, spec.head_dim);
  if (spec.rotary.dimensions % 2)
    throw Error(ErrorCode::input, fmt::format("rope.dimension_count is {}, which is odd", spec.rotary.dimensions),
                meta.path());
  spec.rotary.inverse_frequencies = plain_frequencies(base, spec.rotary.dimensions);
  read_scaling(meta, tensors, spec, base);
}

void read_llama(Metadata& meta, const TensorSet& tensors, DecoderSpec& spec) {
  read_rotary(meta, tensors, spec);
  if (spec.rotary.dimensions != spec.head_dim) // the converter interleaved whole heads
    throw Error(ErrorCode::unsupported,
                fmt::format("{} = {} is less than a head's {} values, which is not supported",
                            meta.full("rope.dimension_count"), spec.rotary.dimensions, spec.head_dim),
                meta.path());
  set_windows(spec, meta.window());
  spec.qkv_bias = has_bias(tensors, "attn_q");
  spec.attention_output_bias = has_bias(tensors, "attn_output");
  spec.mlp_bias = has_bias(tensors, "ffn_up");
}

void read_qwen2(Metadata& meta, const TensorSet& tensors, DecoderSpec& spec) {
  read_rotary(meta, tensors, spec);
  spec.qkv_bias = has_bias(tensors, "attn_q");
}

void read_qwen3(Metadata& meta, const TensorSet& tensors, DecoderSpec& spec) {
  read_rotary(meta, tensors, spec);
  spec.qk_norm = QkNorm::per_head;
}

/// Every other layer has a window, the first one too; the score's scale is not in the file: llama.cpp takes it from
/// the size, as we do.
void read_gemma2(Metadata& meta, const TensorSet& tensors, DecoderSpec& spec) {
  constexpr std::size_t layers_of_27b = 46;
  read_rotary(meta, tensors, spec);
  const std::uint32_t window = meta.count("attention.sliding_window", 1u << 30, 4096u);
  const double scalar =
      spec.layers.size() == layers_of_27b ? static_cast<double>(spec.hidden) / spec.heads : spec.head_dim;
  for (std::size_t k = 0; k < spec.layers.size(); ++k) {
    spec.layers[k].window = k % 2 == 0 ? window : 0;
    spec.layers[k].attention_scale = 1 / std::sqrt(meta.positive("attention.query_pre_attn_scalar", scalar));
  }
  spec.attention_soft_cap = meta.positive("attn_logit_softcapping", 50.0);
  spec.logit_soft_cap = meta.positive("final_logit_softcapping", 30.0);
  spec.norm_outputs = true;
  spec.embedding_scale = std::sqrt(static_cast<double>(spec.hidden));
  spec.activation = Activation::gelu_tanh;
}

void read_phi3(Metadata& meta, const TensorSet& tensors, DecoderSpec& spec) {
  read_rotary(meta, tensors, spec);
  set_windows(spec, meta.window());
}

void read_olmo2(Metadata& meta, const TensorSet& tensors, DecoderSpec& spec) {
  read_rotary(meta, tensors, spec);
  spec.qk_norm = QkNorm::whole;
  spec.norm_inputs = false;
  spec.norm_outputs = true;
}

void read_gpt2(Metadata&, const TensorSet& tensors, DecoderSpec& spec) {
  spec.norm = NormKind::layer;
  spec.gated = false;
  spec.activation = Activation::gelu_tanh;
  spec.position_rows = spec.context;
  spec.qkv_bias = has_bias(tensors, "attn_qkv");
  spec.attention_output_bias = has_bias(tensors, "attn_output");
  spec.mlp_bias = has_bias(tensors, "ffn_up");
}

void read_gptneox(Metadata& meta, const TensorSet& tensors, DecoderSpec& spec) {
  spec.norm = NormKind::layer;
  spec.gated = false;
  spec.activation = Activation::gelu;
  read_rotary(meta, tensors, spec);
  spec.qkv_bias = has_bias(tensors, "attn_qkv");
  spec.attention_output_bias = has_bias(tensors, "attn_output");
  spec.mlp_bias = has_bias(tensors, "ffn_up");
  spec.residual = meta.flag("use_parallel_residual", true) ? Residual::parallel : Residual::sequential;
}

const TensorNames plain_names = {
    .prefixes = {""},
    .embedding = "token_embd.weight",
    .positions = "position_embd.weight",
    .output_norm = "output_norm",
    .heads = {"output.weight"},
    .layer = "blk.{}.",
    .attention_norm = "attn_norm",
    .q = "attn_q",
    .k = "attn_k",
    .v = "attn_v",
    .q_norm = "attn_q_norm",
    .k_norm = "attn_k_norm",
    .attention_output = "attn_output",
    .attention_post_norm = "post_attention_norm",
    .mlp_norm = "ffn_norm",
    .gate = "ffn_gate",
    .up = "ffn_up",
    .down = "ffn_down",
    .mlp_post_norm = "post_ffw_norm",
    .skipped = {"rope_freqs.weight", "rope_factors_long.weight", "rope_factors_short.weight"},
};

TensorNames with(TensorNames names, void (*change)(TensorNames&)) {
  change(names);
  return names;
}

const TensorNames llama_names = with(plain_names, [](TensorNames& n) { n.q_k_order = RowOrder::rotary_interleaved; });
const TensorNames fused_names = with(plain_names, [](TensorNames& n) { n.qkv = "attn_qkv"; });
/// ffn_up holds the gate first, then up.
const TensorNames phi3_names = with(fused_names, [](TensorNames& n) { n.gate_up = "ffn_up"; });

const GgufFamily families[] = {
    {"llama", llama_names, "attention.layer_norm_rms_epsilon", read_llama},
    {"qwen2", plain_names, "attention.layer_norm_rms_epsilon", read_qwen2},
    {"qwen3", plain_names, "attention.layer_norm_rms_epsilon", read_qwen3},
    {"gemma2", plain_names, "attention.layer_norm_rms_epsilon", read_gemma2},
    {"phi3", phi3_names, "attention.layer_norm_rms_epsilon", read_phi3},
    {"olmo2", plain_names, "attention.layer_norm_rms_epsilon", read_olmo2},
    {"gpt2", fused_names, "attention.layer_norm_epsilon", read_gpt2},
    {"gptneox", fused_names, "attention.layer_norm_epsilon", read_gptneox},
};

DecoderSpec read_spec(const GgufFile& file, const TensorSet& tensors, const GgufFamily& family) {
  Metadata meta(file, family.architecture);
  DecoderSpec spec;
  spec.architecture = family.architecture;
  spec.layers.resize(meta.count("block_count", 10'000));
  spec.hidden = spec.embedding_width = meta.count("embedding_length", 1u << 20);
  spec.intermediate = meta.count("feed_forward_length", 1u << 22);
  spec.heads = meta.count("attention.head_count", 1u << 16);
  spec.kv_heads = meta.count("attention.head_count_kv", spec.heads, spec.heads);
  spec.head_dim = meta.count("attention.key_length", 1u << 14, std::max(1u, spec.hidden / spec.heads));
  spec.context = meta.count("context_length", 1u << 30);
  spec.norm_epsilon = meta.positive(family.epsilon, 1e-5);
  if (spec.heads % spec.kv_heads)
    throw Error(ErrorCode::input,
                fmt::format("{} attention heads cannot share {} key-value heads", spec.heads, spec.kv_heads),
                meta.path());
  if (meta.count("attention.value_length", 1u << 14, spec.head_dim) != spec.head_dim)
    throw Error(ErrorCode::unsupported, "keys and values of different width are not supported", meta.path());
  meta.must_be("expert_count", 0);
  meta.must_be("expert_used_count", 0);
  if (!meta.flag("attention.causal", true))
    throw Error(ErrorCode::unsupported, "it is no causal model: every token sees those after it too", meta.path());
  meta.pass_over({"vocab_size", "tensor_data_layout"});

  const StoredTensor* embedding = tensors.find("token_embd.weight");
  if (!embedding || embedding->shape.size() != 2)
    throw Error(ErrorCode::input, "the tensor token_embd.weight is missing or no matrix", meta.path());
  if (embedding->shape[0] > (1u << 26))
    throw Error(ErrorCode::input, fmt::format("a vocabulary of {} tokens is not believable", embedding->shape[0]),
                meta.path());
  spec.vocabulary = static_cast<std::uint32_t>(embedding->shape[0]);
  spec.tied_head = !tensors.find("output.weight");
  family.read(meta, tensors, spec);
  meta.refuse_rest();
  return spec;
}

} // namespace

std::vector<std::string> supported_gguf_architectures() {
  std::vector<std::string> names;
  for (const GgufFamily& family : families)
    names.emplace_back(family.architecture);
  return names;
}

ModelPlan plan_gguf_model(const ModelFiles& files) {
  const GgufFile& file = *files.gguf;
  const std::string path = files.path.string();
  const auto architecture = file.string("general.architecture");
  if (!architecture)
    throw Error(ErrorCode::input, "the metadata key general.architecture is missing", path);
  const auto* family = std::find_if(std::begin(families), std::end(families),
                                    [&](const GgufFamily& f) { return f.architecture == *architecture; });
  if (family == std::end(families))
    throw Error(ErrorCode::unsupported,
                fmt::format("the architecture \"{}\" is not supported in a GGUF; supported: {}",
                            printable_name(*architecture), fmt::join(supported_gguf_architectures(), ", ")),
                path);
  DecoderSpec spec = read_spec(file, *files.tensors, *family);
  spec.name = file.string("general.name").value_or("");
  return make_plan(std::move(spec), family->names, *files.tensors, path);
}

ModelPlan plan_model(const ModelFiles& files) {
  return files.gguf ? plan_gguf_model(files) : plan_hub_model(files);
}

} // namespace longview
