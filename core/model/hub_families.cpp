#include <algorithm>
#include <array>
#include <cmath>
#include <iterator>
#include <optional>
#include <string_view>
#include <utility>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "base/error.h"
#include "model/families.h"
#include "model/hub_config.h"
#include "model/rope_scaling.h"

namespace longview {
namespace {

constexpr std::uint32_t most_width = 1u << 20;

/// Sizes that transformers assumes where a field is missing. An inner width of 0: four times the outer one.
struct Sizes {
  std::uint32_t layers, hidden, intermediate, heads, vocabulary;
};

/// How a family spells the fields that all of them have, and what transformers assumes where one is missing.
struct Fields {
  std::string_view layers = "num_hidden_layers";
  std::string_view hidden = "hidden_size";
  std::string_view intermediate = "intermediate_size";
  std::string_view heads = "num_attention_heads";
  std::string_view context = "max_position_embeddings";
  std::string_view epsilon = "rms_norm_eps";
  std::string_view activation = "hidden_act";
  std::string_view default_activation = "silu";
  std::uint32_t default_context = 2048;
  double default_epsilon = 1e-6;
  bool default_tied = false;
};

/// One row of the table: everything in which families differ as the Hugging Face hub spells them. A new family is a new
/// row.
struct HubFamily {
  std::string_view model_type;
  Sizes sizes;
  Fields fields;
  TensorNames names;
  /// Reads what is the family's own, after the common fields.
  void (*read)(HubConfig&, DecoderSpec&);
};

struct ActivationName {
  std::string_view name;
  Activation activation;
};
constexpr ActivationName activation_names[] = {{"silu", Activation::silu},
                                               {"swish", Activation::silu},
                                               {"gelu", Activation::gelu},
                                               {"gelu_python", Activation::gelu},
                                               {"gelu_new", Activation::gelu_tanh},
                                               {"gelu_pytorch_tanh", Activation::gelu_tanh},
                                               {"gelu_fast", Activation::gelu_tanh},
                                               {"gelu_accurate", Activation::gelu_tanh},
                                               {"gelu_python_tanh", Activation::gelu_tanh},
                                               {"relu", Activation::relu}};

Activation parse_activation(const HubConfig& config, std::string_view key, std::string_view value) {
  const auto* found = std::find_if(std::begin(activation_names), std::end(activation_names),
                                   [&](const ActivationName& a) { return a.name == value; });
  if (found == std::end(activation_names))
    throw Error(ErrorCode::unsupported,
                fmt::format("the activation \"{}\" ({} in config.json) is not supported", printable_name(value), key),
                config.path());
  return found->activation;
}

void set_windows(DecoderSpec& spec, std::uint32_t window) {
  for (LayerSpec& layer : spec.layers)
    layer.window = window;
}

/// `layer_types` of newer configs; windows are set already where it is missing.
void read_layer_types(HubConfig& config, DecoderSpec& spec, std::uint32_t window) {
  const auto types = config.texts("layer_types");
  if (!types)
    return;
  if (types->size() != spec.layers.size())
    config.refuse("layer_types", fmt::format("has {} entries for {} layers", types->size(), spec.layers.size()));
  for (std::size_t k = 0; k < types->size(); ++k) {
    if ((*types)[k] == "sliding_attention") {
      if (!window)
        config.refuse("layer_types", "speaks of sliding_attention, but sliding_window is missing");
      spec.layers[k].window = window;
    } else if ((*types)[k] == "full_attention") {
      spec.layers[k].window = 0;
    } else {
      throw Error(ErrorCode::unsupported,
                  fmt::format("the layer type \"{}\" is not supported", printable_name((*types)[k])), config.path());
    }
  }
}

/// Where the parameters of rotary positions stand: rope_parameters of recent configs, rope_scaling of older ones with
/// the base and the rotated share beside it.
struct RotaryFields {
  std::string_view base = "rope_theta";
  std::string_view share = {}; ///< of a head that turns; empty: the family turns whole heads
  double default_share = 1.0;
};
constexpr RotaryFields whole_heads{};

double original_context(HubConfig& config, HubConfig& rope, const DecoderSpec& spec) {
  const auto outside = config.optional_count("original_max_position_embeddings", 1u << 30);
  const auto inside = rope.optional_count("original_max_position_embeddings", 1u << 30);
  return outside ? *outside : inside ? *inside : spec.context; // transformers gives the outer one priority
}

void read_llama3(HubConfig& config, HubConfig& rope, DecoderSpec& spec) {
  Llama3Scaling scaling;
  scaling.factor = rope.positive("factor");
  scaling.low_frequency_factor = rope.positive("low_freq_factor");
  scaling.high_frequency_factor = rope.positive("high_freq_factor");
  scaling.original_context = original_context(config, rope, spec);
  if (scaling.high_frequency_factor <= scaling.low_frequency_factor)
    rope.refuse("high_freq_factor", "is not above low_freq_factor");
  scale_llama3(spec.rotary, scaling);
}

void read_yarn(HubConfig& config, HubConfig& rope, DecoderSpec& spec, double base) {
  YarnScaling scaling;
  scaling.original_context = original_context(config, rope, spec);
  scaling.factor = rope.positive("factor", spec.context / scaling.original_context);
  scaling.attention_factor = rope.optional_positive("attention_factor").value_or(0);
  scaling.mscale = rope.not_negative("mscale", 0);
  scaling.mscale_all_dim = rope.not_negative("mscale_all_dim", 0);
  scaling.beta_fast = rope.positive("beta_fast", 32.0);
  scaling.beta_slow = rope.positive("beta_slow", 1.0);
  scaling.truncate = rope.flag("truncate", true);
  rope.pass_over({"finetuned"});
  scale_yarn(spec.rotary, base, scaling);
}

void read_longrope(HubConfig& config, HubConfig& rope, DecoderSpec& spec) {
  const auto factors = rope.numbers("short_factor");
  const std::size_t pairs = spec.rotary.inverse_frequencies.size();
  if (!factors || factors->size() != pairs)
    rope.refuse("short_factor", fmt::format("should hold {} numbers", pairs));
  if (!std::all_of(factors->begin(), factors->end(), [](double f) { return f > 0; }))
    rope.refuse("short_factor", "holds a number that is not positive");
  const double original = original_context(config, rope, spec);
  const double extension = rope.positive("factor", spec.context / original);
  scale_longrope(spec.rotary, *factors, extension, original, rope.optional_positive("attention_factor").value_or(0));
  rope.pass_over({"long_factor", "short_mscale", "long_mscale"});
  spec.rotary.longest = static_cast<std::uint32_t>(original);
}

void read_scaling(HubConfig& config, HubConfig& rope, DecoderSpec& spec, double base) {
  auto type = rope.text("rope_type");
  const auto old_spelling = rope.text("type");
  if (!type)
    type = old_spelling.value_or("default");
  if (spec.architecture == "phi3" && (*type == "su" || *type == "yarn")) // older spellings of the same
    type = "longrope";
  if (*type == "default")
    return;
  if (*type == "linear") {
    const double factor = rope.positive("factor");
    for (float& frequency : spec.rotary.inverse_frequencies)
      frequency = static_cast<float>(frequency / factor);
  } else if (*type == "dynamic") { // changes nothing up to the context
    rope.pass_over({"factor", "original_max_position_embeddings"});
    spec.rotary.longest = spec.context;
  } else if (*type == "llama3") {
    read_llama3(config, rope, spec);
  } else if (*type == "yarn") {
    read_yarn(config, rope, spec, base);
  } else if (*type == "longrope") {
    read_longrope(config, rope, spec);
  } else {
    throw Error(
        ErrorCode::unsupported,
        fmt::format("rope scaling of the type \"{}\" is not supported (default, linear, dynamic, llama3, yarn and "
                    "longrope are)",
                    printable_name(*type)),
        config.path());
  }
}

/// How many values of a head turn.
double rotated_values(HubConfig& config, HubConfig& rope, const DecoderSpec& spec, const RotaryFields& fields) {
  if (fields.share.empty()) { // transformers would not look at it, or fail
    config.must_be("partial_rotary_factor", 1);
    rope.must_be("partial_rotary_factor", 1);
    return spec.head_dim;
  }
  const auto inside = rope.optional_positive("partial_rotary_factor");
  const auto outside = config.optional_positive(fields.share);
  const double share = inside ? *inside : outside.value_or(fields.default_share);
  const double values = std::floor(spec.head_dim * share);
  if (share > 1 || values < 1)
    throw Error(ErrorCode::input,
                fmt::format("config.json turns {} of a head's {} values by position, expected 1 … {}",
                            spec.head_dim * share, spec.head_dim, spec.head_dim),
                config.path());
  return values;
}

void read_rotary(HubConfig& config, DecoderSpec& spec, const RotaryFields& fields = whole_heads) {
  auto parameters = config.object("rope_parameters");
  auto scaling = config.object("rope_scaling");
  std::optional<HubConfig>& chosen = scaling && !scaling->empty() ? scaling : parameters; // the old spelling wins
  if (!chosen)
    chosen.emplace("{}", config.path());
  HubConfig& rope = *chosen;
  const auto inside = rope.optional_positive("rope_theta");
  const auto outside = config.optional_positive(fields.base);
  const double base = inside ? *inside : outside.value_or(10000.0);
  const auto values = static_cast<std::uint32_t>(rotated_values(config, rope, spec, fields));
  spec.rotary.inverse_frequencies = plain_frequencies(base, values);
  spec.rotary.dimensions = 2 * static_cast<std::uint32_t>(spec.rotary.inverse_frequencies.size());
  if (spec.rotary.dimensions > spec.head_dim)
    throw Error(ErrorCode::input,
                fmt::format("a head has {} values, an odd number, which rotary positions cannot pair", spec.head_dim),
                config.path());
  read_scaling(config, rope, spec, base);
  config.pass_over({"original_max_position_embeddings"});
  rope.pass_over({"original_max_position_embeddings"});
  rope.refuse_rest();
}

/// Llama and what descends from it: grouped heads, gated MLP, rotary positions. `default_kv_heads`: where the field is
/// missing; null means one for each head.
void read_llama_like(HubConfig& config, DecoderSpec& spec, std::optional<std::uint32_t> default_kv_heads = {},
                     const RotaryFields& rotary = whole_heads) {
  const std::uint32_t otherwise =
      config.is_null("num_key_value_heads") ? spec.heads : default_kv_heads.value_or(spec.heads);
  spec.kv_heads = config.count("num_key_value_heads", spec.heads, std::min(otherwise, spec.heads));
  spec.head_dim = config.count("head_dim", 1u << 14, spec.head_dim);
  if (spec.head_dim == 0)
    throw Error(ErrorCode::input, fmt::format("{} heads do not fit a width of {}", spec.heads, spec.hidden),
                config.path());
  read_rotary(config, spec, rotary);
}

void read_llama(HubConfig& config, DecoderSpec& spec) {
  read_llama_like(config, spec);
  spec.qkv_bias = spec.attention_output_bias = config.flag("attention_bias", false);
  spec.mlp_bias = config.flag("mlp_bias", false);
}

void read_mistral(HubConfig& config, DecoderSpec& spec) {
  read_llama_like(config, spec, 8);
  const std::uint32_t otherwise = config.is_null("sliding_window") ? 0 : 4096;
  set_windows(spec, config.optional_count("sliding_window", 1u << 30).value_or(otherwise));
}

/// Windows as Qwen has them: only where asked for, and only from a layer on.
void read_qwen_windows(HubConfig& config, DecoderSpec& spec) {
  const bool wanted = config.flag("use_sliding_window", false);
  const std::uint32_t otherwise = config.is_null("sliding_window") ? 0 : 4096;
  const std::uint32_t written = config.optional_count("sliding_window", 1u << 30).value_or(otherwise);
  const std::uint32_t window = wanted ? written : 0;
  const std::uint32_t first = config.optional_count("max_window_layers", 1u << 20, 0).value_or(28);
  for (std::size_t k = first; k < spec.layers.size(); ++k)
    spec.layers[k].window = window;
  read_layer_types(config, spec, window);
}

void read_qwen2(HubConfig& config, DecoderSpec& spec) {
  read_llama_like(config, spec, 32);
  spec.qkv_bias = true;
  read_qwen_windows(config, spec);
}

void read_qwen3(HubConfig& config, DecoderSpec& spec) {
  spec.head_dim = 128; // where the file does not say
  read_llama_like(config, spec, 32);
  spec.qkv_bias = spec.attention_output_bias = config.flag("attention_bias", false);
  spec.qk_norm = QkNorm::per_head;
  read_qwen_windows(config, spec);
}

void read_gemma2(HubConfig& config, DecoderSpec& spec) {
  spec.head_dim = 256;
  read_llama_like(config, spec, 4);
  config.pass_over({"hidden_act", "sliding_window_size"}); // hidden_activation and sliding_window are what counts
  spec.qkv_bias = spec.attention_output_bias = config.flag("attention_bias", false);
  const double scalar = config.positive("query_pre_attn_scalar", 256.0);
  const std::uint32_t window = config.count("sliding_window", 1u << 30, 4096u);
  for (std::size_t k = 0; k < spec.layers.size(); ++k) {
    spec.layers[k].attention_scale = 1 / std::sqrt(scalar);
    spec.layers[k].window = k % 2 == 0 ? window : 0;
  }
  read_layer_types(config, spec, window);
  const auto cap = [&](std::string_view key, double otherwise) {
    return config.optional_positive(key).value_or(config.is_null(key) ? 0 : otherwise);
  };
  spec.attention_soft_cap = cap("attn_logit_softcapping", 50);
  spec.logit_soft_cap = cap("final_logit_softcapping", 30);
  spec.norm_outputs = true;
  spec.embedding_scale = std::sqrt(static_cast<double>(spec.hidden));
}

void read_phi3(HubConfig& config, DecoderSpec& spec) {
  read_llama_like(config, spec, {}, {.share = "partial_rotary_factor"});
  set_windows(spec, config.optional_count("sliding_window", 1u << 30).value_or(0));
  config.must_be("full_attn_mod", 1);
  config.must_be("interpolate_factor", 1);
}

void read_olmo2(HubConfig& config, DecoderSpec& spec) {
  read_llama_like(config, spec);
  spec.qkv_bias = spec.attention_output_bias = config.flag("attention_bias", false);
  spec.qk_norm = QkNorm::whole;
  spec.norm_inputs = false;
  spec.norm_outputs = true;
}

void read_opt(HubConfig& config, DecoderSpec& spec) {
  spec.norm = NormKind::layer;
  spec.gated = false;
  spec.embedding_width = config.count("word_embed_proj_dim", most_width, spec.hidden);
  spec.position_offset = 2;
  spec.position_rows = spec.context + spec.position_offset;
  const bool before = config.flag("do_layer_norm_before", true);
  spec.residual = before ? Residual::sequential : Residual::post_norm;
  spec.norm_final = !config.flag("_remove_final_layer_norm", false) && before;
  spec.norm_affine = config.flag("layer_norm_elementwise_affine", true);
  spec.qkv_bias = spec.attention_output_bias = spec.mlp_bias = config.flag("enable_bias", true);
}

void read_gpt2(HubConfig& config, DecoderSpec& spec) {
  spec.norm = NormKind::layer;
  spec.gated = false;
  spec.position_rows = spec.context;
  spec.qkv_bias = spec.attention_output_bias = spec.mlp_bias = true;
  const bool scaled = config.flag("scale_attn_weights", true);
  const bool by_layer = config.flag("scale_attn_by_inverse_layer_idx", false);
  for (std::size_t k = 0; k < spec.layers.size(); ++k) {
    const double scale = scaled ? 1 / std::sqrt(static_cast<double>(spec.head_dim)) : 1.0;
    spec.layers[k].attention_scale = scale / (by_layer ? static_cast<double>(k + 1) : 1.0);
  }
  config.pass_over({"reorder_and_upcast_attn", "n_ctx", "n_special", "predict_special_tokens", "summary_activation",
                    "summary_first_dropout", "summary_proj_to_labels", "summary_type", "summary_use_proj"});
}

void read_gpt_neox(HubConfig& config, DecoderSpec& spec) {
  spec.norm = NormKind::layer;
  spec.gated = false;
  read_rotary(config, spec, {.base = "rotary_emb_base", .share = "rotary_pct", .default_share = 0.25});
  config.pass_over({"rope_theta", "partial_rotary_factor"}); // transformers passes them over too
  spec.qkv_bias = spec.attention_output_bias = config.flag("attention_bias", true);
  spec.mlp_bias = true;
  spec.residual = config.flag("use_parallel_residual", true) ? Residual::parallel : Residual::sequential;
}

const TensorNames llama_names = {
    .prefixes = {"model.", ""},
    .embedding = "embed_tokens.weight",
    .output_norm = "norm",
    .heads = {"lm_head.weight"},
    .layer = "layers.{}.",
    .attention_norm = "input_layernorm",
    .q = "self_attn.q_proj",
    .k = "self_attn.k_proj",
    .v = "self_attn.v_proj",
    .q_norm = "self_attn.q_norm",
    .k_norm = "self_attn.k_norm",
    .attention_output = "self_attn.o_proj",
    .mlp_norm = "post_attention_layernorm",
    .gate = "mlp.gate_proj",
    .up = "mlp.up_proj",
    .down = "mlp.down_proj",
    .skipped = {"rotary_emb.inv_freq"},
};

TensorNames with(TensorNames names, void (*change)(TensorNames&)) {
  change(names);
  return names;
}

const TensorNames gemma2_names = with(llama_names, [](TensorNames& names) {
  names.attention_post_norm = "post_attention_layernorm";
  names.mlp_norm = "pre_feedforward_layernorm";
  names.mlp_post_norm = "post_feedforward_layernorm";
  names.norm_added = 1;
});

const TensorNames olmo2_names = with(llama_names, [](TensorNames& names) {
  names.attention_post_norm = "post_attention_layernorm";
  names.mlp_post_norm = "post_feedforward_layernorm";
});

const TensorNames phi3_names = with(llama_names, [](TensorNames& names) {
  names.qkv = "self_attn.qkv_proj";
  names.gate_up = "mlp.gate_up_proj";
});

const TensorNames opt_names = {
    .prefixes = {"model.decoder.", "decoder.", ""},
    .embedding = "embed_tokens.weight",
    .positions = "embed_positions.weight",
    .project_in = "project_in.weight",
    .project_out = "project_out.weight",
    .output_norm = "final_layer_norm",
    .heads = {"lm_head.weight"},
    .layer = "layers.{}.",
    .attention_norm = "self_attn_layer_norm",
    .q = "self_attn.q_proj",
    .k = "self_attn.k_proj",
    .v = "self_attn.v_proj",
    .attention_output = "self_attn.out_proj",
    .mlp_norm = "final_layer_norm",
    .up = "fc1",
    .down = "fc2",
    .skipped = {"decoder.version"},
};

const TensorNames gpt2_names = {
    .prefixes = {"transformer.", ""},
    .embedding = "wte.weight",
    .positions = "wpe.weight",
    .output_norm = "ln_f",
    .heads = {"lm_head.weight"},
    .layer = "h.{}.",
    .attention_norm = "ln_1",
    .qkv = "attn.c_attn",
    .attention_output = "attn.c_proj",
    .mlp_norm = "ln_2",
    .up = "mlp.c_fc",
    .down = "mlp.c_proj",
    .skipped = {".attn.bias", ".attn.masked_bias"},
    .transposed = true,
};

const TensorNames gpt_neox_names = {
    .prefixes = {"gpt_neox.", ""},
    .embedding = "embed_in.weight",
    .output_norm = "final_layer_norm",
    .heads = {"embed_out.weight", "lm_head.weight"},
    .layer = "layers.{}.",
    .attention_norm = "input_layernorm",
    .qkv = "attention.query_key_value",
    .attention_output = "attention.dense",
    .mlp_norm = "post_attention_layernorm",
    .up = "mlp.dense_h_to_4h",
    .down = "mlp.dense_4h_to_h",
    .skipped = {".attention.bias", ".attention.masked_bias", "rotary_emb.inv_freq"},
    .qkv_order = RowOrder::qkv_by_head,
};

const HubFamily families[] = {
    {"llama", {32, 4096, 11008, 32, 32000}, {}, llama_names, read_llama},
    {"mistral", {32, 4096, 14336, 32, 32000}, {.default_context = 131'072}, llama_names, read_mistral},
    {"qwen2", {32, 4096, 22016, 32, 151936}, {.default_context = 32'768}, llama_names, read_qwen2},
    {"qwen3", {32, 4096, 22016, 32, 151936}, {.default_context = 32'768}, llama_names, read_qwen3},
    {"gemma2",
     {26, 2304, 9216, 8, 256000},
     {.activation = "hidden_activation",
      .default_activation = "gelu_pytorch_tanh",
      .default_context = 8192,
      .default_tied = true},
     gemma2_names,
     read_gemma2},
    {"phi3", {32, 3072, 8192, 32, 32064}, {.default_context = 4096, .default_epsilon = 1e-5}, phi3_names, read_phi3},
    {"olmo2", {32, 4096, 11008, 32, 50304}, {.default_epsilon = 1e-5}, olmo2_names, read_olmo2},
    {"opt",
     {12, 768, 3072, 12, 50272},
     {.intermediate = "ffn_dim",
      .epsilon = "",
      .activation = "activation_function",
      .default_activation = "relu",
      .default_epsilon = 1e-5,
      .default_tied = true},
     opt_names,
     read_opt},
    {"gpt2",
     {12, 768, 0, 12, 50257},
     {.layers = "n_layer",
      .hidden = "n_embd",
      .intermediate = "n_inner",
      .heads = "n_head",
      .context = "n_positions",
      .epsilon = "layer_norm_epsilon",
      .activation = "activation_function",
      .default_activation = "gelu_new",
      .default_context = 1024,
      .default_epsilon = 1e-5,
      .default_tied = true},
     gpt2_names,
     read_gpt2},
    {"gpt_neox",
     {44, 6144, 24576, 64, 50432},
     {.epsilon = "layer_norm_eps", .default_activation = "gelu", .default_epsilon = 1e-5},
     gpt_neox_names,
     read_gpt_neox},
};

DecoderSpec read_common(HubConfig& config, const HubFamily& family) {
  const Fields& fields = family.fields;
  DecoderSpec spec;
  spec.architecture = family.model_type;
  const Sizes& sizes = family.sizes;
  spec.layers.resize(config.count(fields.layers, 10'000, sizes.layers));
  spec.hidden = spec.embedding_width = config.count(fields.hidden, most_width, sizes.hidden);
  spec.intermediate =
      config.count(fields.intermediate, 1u << 22, sizes.intermediate ? sizes.intermediate : 4 * spec.hidden);
  spec.heads = spec.kv_heads = config.count(fields.heads, 1u << 16, sizes.heads);
  spec.head_dim = spec.hidden / spec.heads;
  spec.context = config.count(fields.context, 1u << 30, fields.default_context);
  spec.vocabulary = config.count("vocab_size", 1u << 26, sizes.vocabulary);
  spec.norm_epsilon =
      fields.epsilon.empty() ? fields.default_epsilon : config.positive(fields.epsilon, fields.default_epsilon);
  spec.tied_head = config.flag("tie_word_embeddings", fields.default_tied);
  const auto activation = config.text(fields.activation);
  spec.activation =
      parse_activation(config, fields.activation, activation.value_or(std::string(fields.default_activation)));
  return spec;
}

void check_heads(const HubConfig& config, const DecoderSpec& spec) {
  if (spec.head_dim == 0)
    throw Error(ErrorCode::input, fmt::format("{} heads do not fit a width of {}", spec.heads, spec.hidden),
                config.path());
  if (spec.heads % spec.kv_heads)
    throw Error(ErrorCode::input,
                fmt::format("{} attention heads cannot share {} key-value heads", spec.heads, spec.kv_heads),
                config.path());
}

} // namespace

std::vector<std::string> supported_hub_architectures() {
  std::vector<std::string> names;
  for (const HubFamily& family : families)
    names.emplace_back(family.model_type);
  return names;
}

ModelPlan plan_hub_model(const ModelFiles& files) {
  const std::string path = files.path.string();
  HubConfig config(files.config, path);
  const auto type = config.text("model_type");
  if (!type)
    config.refuse("model_type", "is missing");
  const auto* family =
      std::find_if(std::begin(families), std::end(families), [&](const HubFamily& f) { return f.model_type == *type; });
  if (family == std::end(families))
    throw Error(ErrorCode::unsupported,
                fmt::format("the architecture \"{}\" is not supported; supported: {}", printable_name(*type),
                            fmt::join(supported_hub_architectures(), ", ")),
                path);
  config.refuse_foreign();
  DecoderSpec spec = read_common(config, *family);
  family->read(config, spec);
  check_heads(config, spec);
  config.refuse_rest();
  return make_plan(std::move(spec), family->names, *files.tensors, path);
}

} // namespace longview
