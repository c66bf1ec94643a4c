#include "model/families.h"

#include <algorithm>
#include <optional>
#include <string_view>
#include <unordered_set>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "base/error.h"
#include "model/dequantize.h"

namespace longview {
namespace {

/// One row of the table: everything in which families differ as GGUF spells them. A new family is a new row.
struct Family {
  std::string_view architecture; ///< general.architecture, and the prefix of the metadata keys
  bool interleaved_rotary;       ///< q and k rows were permuted by the converter (Llama's original layout)
};

constexpr Family families[] = {
    {"llama", true},
};

/// Reads one architecture's metadata with checked ranges.
class Metadata {
 public:
  Metadata(const GgufFile& file, std::string_view prefix) : file_(file), prefix_(prefix) {}

  std::uint32_t count(std::string_view key, std::uint32_t most, std::optional<std::uint32_t> otherwise = {}) const {
    const std::string full = name(key);
    const auto value = file_.integer(full);
    if (!value && otherwise)
      return *otherwise;
    if (!value)
      throw Error(ErrorCode::input, fmt::format("the metadata key {} is missing", full), path());
    if (*value < 1 || *value > most)
      throw Error(ErrorCode::input, fmt::format("{} is {}, outside 1 … {}", full, *value, most), path());
    return static_cast<std::uint32_t>(*value);
  }

  double positive(std::string_view key, std::optional<double> otherwise = {}) const {
    const std::string full = name(key);
    const auto value = file_.number(full);
    if (!value && otherwise)
      return *otherwise;
    if (!value)
      throw Error(ErrorCode::input, fmt::format("the metadata key {} is missing", full), path());
    if (!(*value > 0) || !(*value < 1e12))
      throw Error(ErrorCode::input, fmt::format("{} is {}, not a positive number", full, *value), path());
    return *value;
  }

  std::optional<std::string> text(std::string_view key) const {
    const auto value = file_.string(name(key));
    return value ? std::optional<std::string>(*value) : std::nullopt;
  }

  /// Refuses a key that changes the arithmetic in a way we do not compute, unless it holds the neutral value.
  void refuse_unless(std::string_view key, double neutral) const {
    const std::string full = name(key);
    const auto value = file_.number(full);
    if (value && *value != neutral)
      throw Error(ErrorCode::unsupported, fmt::format("{} = {} is not supported", full, *value), path());
  }

  std::string path() const { return file_.path().string(); }

 private:
  std::string name(std::string_view key) const { return fmt::format("{}.{}", prefix_, key); }

  const GgufFile& file_;
  std::string_view prefix_;
};

void read_rotary(const GgufFile& file, const Metadata& meta, DecoderSpec& spec) {
  RotarySpec& rotary = spec.rotary;
  rotary.base = meta.positive("rope.freq_base", 10000.0);
  rotary.dimensions = meta.count("rope.dimension_count", spec.head_dim, spec.head_dim);
  if (rotary.dimensions % 2)
    throw Error(ErrorCode::input, fmt::format("rope.dimension_count is {}, which is odd", rotary.dimensions),
                meta.path());
  const std::string scaling = meta.text("rope.scaling.type").value_or("none");
  if (scaling == "linear")
    rotary.linear_factor = meta.positive("rope.scaling.factor", 1.0);
  else if (scaling != "none")
    throw Error(
        ErrorCode::unsupported,
        fmt::format("rope scaling of type \"{}\" is not supported (none, linear and stored frequencies are)", scaling),
        meta.path());
  else
    meta.refuse_unless("rope.scale_linear", 1.0);
  const StoredTensor* divisors = file.tensors().find("rope_freqs.weight");
  if (!divisors)
    return;
  if (divisors->type != TensorType::F32 || divisors->shape != std::vector<std::uint64_t>{rotary.dimensions / 2})
    throw Error(ErrorCode::input, fmt::format("rope_freqs.weight should hold {} float32 values", rotary.dimensions / 2),
                meta.path());
  rotary.frequency_divisors.resize(rotary.dimensions / 2);
  dequantize(divisors->type, divisors->data, rotary.frequency_divisors);
}

DecoderSpec read_spec(const GgufFile& file, const Family& family) {
  const Metadata meta(file, family.architecture);
  DecoderSpec spec;
  spec.architecture = family.architecture;
  spec.name = file.string("general.name").value_or("");
  spec.layers = meta.count("block_count", 10'000);
  spec.hidden = meta.count("embedding_length", 1u << 20);
  spec.intermediate = meta.count("feed_forward_length", 1u << 22);
  spec.heads = meta.count("attention.head_count", 1u << 16);
  spec.kv_heads = meta.count("attention.head_count_kv", spec.heads, spec.heads);
  spec.head_dim = meta.count("attention.key_length", 1u << 14, std::max(1u, spec.hidden / spec.heads));
  spec.context = meta.count("context_length", 1u << 30);
  spec.norm_epsilon = meta.positive("attention.layer_norm_rms_epsilon", 1e-5);
  if (spec.heads % spec.kv_heads)
    throw Error(ErrorCode::input,
                fmt::format("{} attention heads cannot share {} key-value heads", spec.heads, spec.kv_heads),
                meta.path());
  if (meta.count("attention.value_length", 1u << 14, spec.head_dim) != spec.head_dim)
    throw Error(ErrorCode::unsupported, "keys and values of different width are not supported", meta.path());
  meta.refuse_unless("expert_count", 0);
  meta.refuse_unless("attention.sliding_window", 0);
  read_rotary(file, meta, spec);

  const StoredTensor* embedding = file.tensors().find("token_embd.weight");
  if (!embedding || embedding->shape.size() != 2)
    throw Error(ErrorCode::input, "the tensor token_embd.weight is missing or no matrix", meta.path());
  if (embedding->shape[0] < 1 || embedding->shape[0] > (1u << 26))
    throw Error(ErrorCode::input, fmt::format("a vocabulary of {} tokens is not believable", embedding->shape[0]),
                meta.path());
  spec.vocabulary = static_cast<std::uint32_t>(embedding->shape[0]);
  spec.tied_head = !file.tensors().find("output.weight");
  spec.attention_bias = file.tensors().find("blk.0.attn_q.bias") != nullptr;
  return spec;
}

LayerSources layer_sources(const DecoderSpec& spec, const Family& family, std::uint32_t layer) {
  const auto named = [&](std::string_view part) { return fmt::format("blk.{}.{}", layer, part); };
  const std::uint64_t q_rows = std::uint64_t{spec.heads} * spec.head_dim;
  const std::uint64_t kv_rows = std::uint64_t{spec.kv_heads} * spec.head_dim;
  const std::uint32_t q_heads = family.interleaved_rotary ? spec.heads : 0;
  const std::uint32_t k_heads = family.interleaved_rotary ? spec.kv_heads : 0;
  LayerSources out;
  out.attention_norm = {named("attn_norm.weight"), 1, spec.hidden};
  out.qkv = {{named("attn_q.weight"), q_rows, spec.hidden, q_heads},
             {named("attn_k.weight"), kv_rows, spec.hidden, k_heads},
             {named("attn_v.weight"), kv_rows, spec.hidden}};
  if (spec.attention_bias) // a bias is a column: its entries are permuted as the rows are
    out.qkv_bias = {{named("attn_q.bias"), q_rows, 1, q_heads},
                    {named("attn_k.bias"), kv_rows, 1, k_heads},
                    {named("attn_v.bias"), kv_rows, 1}};
  out.attention_output = {named("attn_output.weight"), spec.hidden, q_rows};
  out.mlp_norm = {named("ffn_norm.weight"), 1, spec.hidden};
  out.gate_up = {{named("ffn_gate.weight"), spec.intermediate, spec.hidden},
                 {named("ffn_up.weight"), spec.intermediate, spec.hidden}};
  out.down = {named("ffn_down.weight"), spec.hidden, spec.intermediate};
  return out;
}

std::string shape_text(std::span<const std::uint64_t> shape) {
  return fmt::format("[{}]", fmt::join(shape, ", "));
}

/// A vector may be stored with one dimension or with a second one of 1.
bool has_shape(const StoredTensor& tensor, const TensorSource& source) {
  std::vector<std::uint64_t> shape = tensor.shape;
  while (shape.size() > 1 && shape.front() == 1)
    shape.erase(shape.begin());
  if (source.rows == 1 || source.columns == 1)
    return shape == std::vector<std::uint64_t>{source.rows * source.columns};
  return shape == std::vector<std::uint64_t>{source.rows, source.columns};
}

/// Holds the plan against the file: each tensor it names is there once, and the file has no other.
class TensorCheck {
 public:
  explicit TensorCheck(const GgufFile& file) : file_(file) {}

  void need(const TensorSource& source) {
    const std::string path = file_.path().string();
    const StoredTensor* tensor = file_.tensors().find(source.name);
    if (!tensor)
      throw Error(ErrorCode::input, fmt::format("the tensor {} is missing", source.name), path);
    if (!has_shape(*tensor, source))
      throw Error(ErrorCode::input,
                  fmt::format("the tensor {} has the shape {}, expected [{}, {}]", source.name,
                              shape_text(tensor->shape), source.rows, source.columns),
                  path);
    if (!can_dequantize(tensor->type))
      throw Error(
          ErrorCode::unsupported,
          fmt::format("the tensor {} has the type {}, which is not supported", source.name, type_name(tensor->type)),
          path);
    seen_.insert(source.name);
  }
  void need(const std::vector<TensorSource>& sources) {
    for (const TensorSource& source : sources)
      need(source);
  }
  void refuse_others() const {
    for (const StoredTensor& tensor : file_.tensors().all())
      if (!seen_.contains(tensor.name) && tensor.name != "rope_freqs.weight")
        throw Error(ErrorCode::unsupported,
                    fmt::format("the tensor {} is not part of this architecture as we know it", tensor.name),
                    file_.path().string());
  }

 private:
  const GgufFile& file_;
  std::unordered_set<std::string> seen_;
};

void check_tensors(const GgufFile& file, const ModelPlan& plan) {
  TensorCheck check(file);
  check.need(plan.embedding);
  check.need(plan.output_norm);
  check.need(plan.head);
  for (const LayerSources& layer : plan.layers) {
    check.need(layer.attention_norm);
    check.need(layer.qkv);
    check.need(layer.qkv_bias);
    check.need(layer.attention_output);
    check.need(layer.mlp_norm);
    check.need(layer.gate_up);
    check.need(layer.down);
  }
  check.refuse_others();
}

} // namespace

std::vector<std::string> supported_architectures() {
  std::vector<std::string> names;
  for (const Family& family : families)
    names.emplace_back(family.architecture);
  return names;
}

ModelPlan plan_model(const GgufFile& file) {
  const auto architecture = file.string("general.architecture");
  if (!architecture)
    throw Error(ErrorCode::input, "the metadata key general.architecture is missing", file.path().string());
  const auto* family = std::find_if(std::begin(families), std::end(families),
                                    [&](const Family& f) { return f.architecture == *architecture; });
  if (family == std::end(families))
    throw Error(ErrorCode::unsupported,
                fmt::format("the architecture \"{}\" is not supported; supported: {}", *architecture,
                            fmt::join(supported_architectures(), ", ")),
                file.path().string());
  ModelPlan plan;
  plan.spec = read_spec(file, *family);
  const DecoderSpec& spec = plan.spec;
  // Checked before the layers are listed, so that a broken count cannot make a long list.
  if (file.tensors().all().size() < std::uint64_t{spec.layers} * 9)
    throw Error(
        ErrorCode::input,
        fmt::format("block_count says {} layers, but the file has only {} tensors", spec.layers, file.tensors().all().size()),
        file.path().string());
  plan.embedding = {"token_embd.weight", spec.vocabulary, spec.hidden};
  plan.output_norm = {"output_norm.weight", 1, spec.hidden};
  plan.head = spec.tied_head ? plan.embedding : TensorSource{"output.weight", spec.vocabulary, spec.hidden};
  for (std::uint32_t k = 0; k < spec.layers; ++k)
    plan.layers.push_back(layer_sources(spec, *family, k));
  check_tensors(file, plan);
  return plan;
}

} // namespace longview
