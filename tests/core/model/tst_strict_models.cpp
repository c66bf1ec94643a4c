
#include <QTemporaryDir>

#include "base/error.h"
#include "model/families.h"
#include "support/checkpoint.h"
#include "support/gguf_builder.h"
#include "support/log_guard.h"

using namespace longview;
using namespace longview::test;
using nlohmann::json;
namespace fs = std::filesystem;

Q_DECLARE_METATYPE(GgufType)

namespace {

const fs::path models = LONGVIEW_REFERENCE_DIR "/models";

/// What a config.json says about sizes: a tiny model's weights fit their own sizes only.
constexpr const char* sizes[] = {"hidden_size",         "n_embd",   "intermediate_size",   "ffn_dim",
                                 "num_hidden_layers",   "n_layer",  "num_attention_heads", "n_head",
                                 "num_key_value_heads", "head_dim", "vocab_size",          "word_embed_proj_dim"};

constexpr const char* opt_350m = R"({"_name_or_path": "opt-350m", "_remove_final_layer_norm": false,
  "activation_dropout": 0.0, "activation_function": "relu", "architectures": ["OPTForCausalLM"],
  "attention_dropout": 0.0, "bos_token_id": 2, "do_layer_norm_before": false, "dropout": 0.1, "eos_token_id": 2,
  "ffn_dim": 4096, "hidden_size": 1024, "init_std": 0.02, "layerdrop": 0.0, "max_position_embeddings": 2048,
  "model_type": "opt", "num_attention_heads": 16, "num_hidden_layers": 24, "pad_token_id": 1, "prefix": "</s>",
  "torch_dtype": "float16", "transformers_version": "4.20.0.dev0", "use_cache": true, "vocab_size": 50272,
  "word_embed_proj_dim": 512})";
constexpr const char* gpt2 = R"({"activation_function": "gelu_new", "architectures": ["GPT2LMHeadModel"],
  "attn_pdrop": 0.1, "bos_token_id": 50256, "embd_pdrop": 0.1, "eos_token_id": 50256, "initializer_range": 0.02,
  "layer_norm_epsilon": 1e-05, "model_type": "gpt2", "n_ctx": 1024, "n_embd": 768, "n_head": 12, "n_layer": 12,
  "n_positions": 1024, "resid_pdrop": 0.1, "summary_activation": null, "summary_first_dropout": 0.1,
  "summary_proj_to_labels": true, "summary_type": "cls_index", "summary_use_proj": true,
  "task_specific_params": {"text-generation": {"do_sample": true, "max_length": 50}}, "vocab_size": 50257})";
constexpr const char* gpt2_xl = R"({"activation_function": "gelu_new", "architectures": ["GPT2LMHeadModel"],
  "attn_pdrop": 0.1, "bos_token_id": 50256, "embd_pdrop": 0.1, "eos_token_id": 50256, "initializer_range": 0.02,
  "layer_norm_epsilon": 1e-05, "model_type": "gpt2", "n_ctx": 1024, "n_embd": 1600, "n_head": 25, "n_layer": 48,
  "n_positions": 1024, "n_special": 0, "output_past": true, "predict_special_tokens": true, "resid_pdrop": 0.1,
  "summary_activation": null, "summary_first_dropout": 0.1, "summary_proj_to_labels": true,
  "summary_type": "cls_index", "summary_use_proj": true, "vocab_size": 50257})";
constexpr const char* distilgpt2 = R"({"_num_labels": 1, "activation_function": "gelu_new",
  "architectures": ["GPT2LMHeadModel"], "attn_pdrop": 0.1, "bos_token_id": 50256, "embd_pdrop": 0.1,
  "eos_token_id": 50256, "id2label": {"0": "LABEL_0"}, "initializer_range": 0.02, "label2id": {"LABEL_0": 0},
  "layer_norm_epsilon": 1e-05, "model_type": "gpt2", "n_ctx": 1024, "n_embd": 768, "n_head": 12, "n_layer": 6,
  "n_positions": 1024, "resid_pdrop": 0.1, "summary_activation": null, "summary_first_dropout": 0.1,
  "summary_proj_to_labels": true, "summary_type": "cls_index", "summary_use_proj": true,
  "task_specific_params": {"text-generation": {"do_sample": true, "max_length": 50}}, "vocab_size": 50257})";
constexpr const char* pythia_160m = R"({"architectures": ["GPTNeoXForCausalLM"], "bos_token_id": 0, "eos_token_id": 0,
  "hidden_act": "gelu", "hidden_size": 768, "initializer_range": 0.02, "intermediate_size": 3072,
  "layer_norm_eps": 1e-05, "max_position_embeddings": 2048, "model_type": "gpt_neox", "num_attention_heads": 12,
  "num_hidden_layers": 12, "rotary_emb_base": 10000, "rotary_pct": 0.25, "tie_word_embeddings": false,
  "torch_dtype": "float16", "transformers_version": "4.24.0", "use_cache": true, "use_parallel_residual": true,
  "vocab_size": 50304})";
constexpr const char* tinyllama = R"({"architectures": ["LlamaForCausalLM"], "attention_bias": false, "bos_token_id": 1,
  "eos_token_id": 2, "hidden_act": "silu", "hidden_size": 2048, "initializer_range": 0.02, "intermediate_size": 5632,
  "max_position_embeddings": 2048, "model_type": "llama", "num_attention_heads": 32, "num_hidden_layers": 22,
  "num_key_value_heads": 4, "pretraining_tp": 1, "rms_norm_eps": 1e-05, "rope_scaling": null, "rope_theta": 10000.0,
  "tie_word_embeddings": false, "torch_dtype": "bfloat16", "transformers_version": "4.35.0", "use_cache": true,
  "vocab_size": 32000})";
constexpr const char* llama2_7b = R"({"_name_or_path": "Llama-2-7b-hf", "architectures": ["LlamaForCausalLM"],
  "bos_token_id": 1, "eos_token_id": 2, "hidden_act": "silu", "hidden_size": 4096, "initializer_range": 0.02,
  "intermediate_size": 11008, "max_length": 4096, "max_position_embeddings": 4096, "model_type": "llama",
  "num_attention_heads": 32, "num_hidden_layers": 32, "num_key_value_heads": 32, "pad_token_id": 0,
  "pretraining_tp": 1, "rms_norm_eps": 1e-05, "rope_scaling": null, "tie_word_embeddings": false,
  "torch_dtype": "float16", "transformers_version": "4.31.0.dev0", "use_cache": true, "vocab_size": 32000})";
constexpr const char* llama32_1b = R"({"architectures": ["LlamaForCausalLM"], "attention_bias": false,
  "attention_dropout": 0.0, "bos_token_id": 128000, "eos_token_id": 128001, "head_dim": 64, "hidden_act": "silu",
  "hidden_size": 2048, "initializer_range": 0.02, "intermediate_size": 8192, "max_position_embeddings": 131072,
  "mlp_bias": false, "model_type": "llama", "num_attention_heads": 32, "num_hidden_layers": 16,
  "num_key_value_heads": 8, "pretraining_tp": 1, "rms_norm_eps": 1e-05, "rope_scaling": {"factor": 32.0,
  "high_freq_factor": 4.0, "low_freq_factor": 1.0, "original_max_position_embeddings": 8192, "rope_type": "llama3"},
  "rope_theta": 500000.0, "tie_word_embeddings": true, "torch_dtype": "bfloat16",
  "transformers_version": "4.45.0.dev0", "use_cache": true, "vocab_size": 128256})";
constexpr const char* mistral_7b = R"({"architectures": ["MistralForCausalLM"], "bos_token_id": 1, "eos_token_id": 2,
  "hidden_act": "silu", "hidden_size": 4096, "initializer_range": 0.02, "intermediate_size": 14336,
  "max_position_embeddings": 32768, "model_type": "mistral", "num_attention_heads": 32, "num_hidden_layers": 32,
  "num_key_value_heads": 8, "rms_norm_eps": 1e-05, "rope_theta": 10000.0, "sliding_window": 4096,
  "tie_word_embeddings": false, "torch_dtype": "bfloat16", "transformers_version": "4.34.0.dev0", "use_cache": true,
  "vocab_size": 32000})";
constexpr const char* qwen25_05b = R"({"architectures": ["Qwen2ForCausalLM"], "attention_dropout": 0.0,
  "bos_token_id": 151643, "eos_token_id": 151643, "hidden_act": "silu", "hidden_size": 896, "initializer_range": 0.02,
  "intermediate_size": 4864, "max_position_embeddings": 32768, "max_window_layers": 24, "model_type": "qwen2",
  "num_attention_heads": 14, "num_hidden_layers": 24, "num_key_value_heads": 2, "rms_norm_eps": 1e-06,
  "rope_theta": 1000000.0, "sliding_window": 32768, "tie_word_embeddings": true, "torch_dtype": "bfloat16",
  "transformers_version": "4.40.1", "use_cache": true, "use_mrope": false, "use_sliding_window": false,
  "vocab_size": 151936})";
constexpr const char* qwen3_06b = R"({"architectures": ["Qwen3ForCausalLM"], "attention_bias": false,
  "attention_dropout": 0.0, "bos_token_id": 151643, "eos_token_id": 151645, "head_dim": 128, "hidden_act": "silu",
  "hidden_size": 1024, "initializer_range": 0.02, "intermediate_size": 3072, "max_position_embeddings": 40960,
  "max_window_layers": 28, "model_type": "qwen3", "num_attention_heads": 16, "num_hidden_layers": 28,
  "num_key_value_heads": 8, "rms_norm_eps": 1e-06, "rope_scaling": null, "rope_theta": 1000000,
  "sliding_window": null, "tie_word_embeddings": true, "torch_dtype": "bfloat16", "transformers_version": "4.51.0",
  "use_cache": true, "use_sliding_window": false, "vocab_size": 151936})";
constexpr const char* smollm2_135m = R"({"architectures": ["LlamaForCausalLM"], "attention_bias": false,
  "attention_dropout": 0.0, "bos_token_id": 0, "eos_token_id": 0, "hidden_act": "silu", "hidden_size": 576,
  "initializer_range": 0.041666666666666664, "intermediate_size": 1536, "is_llama_config": true,
  "max_position_embeddings": 8192, "model_type": "llama", "num_attention_heads": 9, "num_hidden_layers": 30,
  "num_key_value_heads": 3, "pretraining_tp": 1, "rms_norm_eps": 1e-05, "rope_interleaved": false,
  "rope_scaling": null, "rope_theta": 100000, "tie_word_embeddings": true, "torch_dtype": "bfloat16",
  "transformers_version": "4.40.1", "use_cache": true, "vocab_size": 49152})";
constexpr const char* gemma2_2b = R"({"architectures": ["Gemma2ForCausalLM"], "attention_bias": false,
  "attention_dropout": 0.0, "attn_logit_softcapping": 50.0, "bos_token_id": 2, "cache_implementation": "hybrid",
  "eos_token_id": 1, "final_logit_softcapping": 30.0, "head_dim": 256, "hidden_act": "gelu_pytorch_tanh",
  "hidden_activation": "gelu_pytorch_tanh", "hidden_size": 2304, "initializer_range": 0.02,
  "intermediate_size": 9216, "max_position_embeddings": 8192, "model_type": "gemma2", "num_attention_heads": 8,
  "num_hidden_layers": 26, "num_key_value_heads": 4, "pad_token_id": 0, "query_pre_attn_scalar": 256,
  "rms_norm_eps": 1e-06, "rope_theta": 10000.0, "sliding_window": 4096, "torch_dtype": "float32",
  "transformers_version": "4.42.4", "use_cache": true, "vocab_size": 256000})";
constexpr const char* phi3_4k = R"({"_name_or_path": "Phi-3-mini-4k-instruct", "architectures": ["Phi3ForCausalLM"],
  "attention_bias": false, "attention_dropout": 0.0, "auto_map": {"AutoConfig": "configuration_phi3.Phi3Config",
  "AutoModelForCausalLM": "modeling_phi3.Phi3ForCausalLM"}, "bos_token_id": 1, "embd_pdrop": 0.0,
  "eos_token_id": 32000, "hidden_act": "silu", "hidden_size": 3072, "initializer_range": 0.02,
  "intermediate_size": 8192, "max_position_embeddings": 4096, "model_type": "phi3", "num_attention_heads": 32,
  "num_hidden_layers": 32, "num_key_value_heads": 32, "original_max_position_embeddings": 4096,
  "pad_token_id": 32000, "resid_pdrop": 0.0, "rms_norm_eps": 1e-05, "rope_scaling": null, "rope_theta": 10000.0,
  "sliding_window": 2047, "tie_word_embeddings": false, "torch_dtype": "bfloat16", "transformers_version": "4.40.2",
  "use_cache": true, "vocab_size": 32064})";
/// Factors are as many as the tiny model's heads have pairs: 4, or 3 where three quarters of them turn.
constexpr const char* phi3_128k = R"({"_name_or_path": "Phi-3-mini-128k-instruct",
  "architectures": ["Phi3ForCausalLM"], "attention_bias": false, "attention_dropout": 0.0,
  "auto_map": {"AutoConfig": "configuration_phi3.Phi3Config"}, "bos_token_id": 1, "embd_pdrop": 0.0,
  "eos_token_id": 32000, "hidden_act": "silu", "hidden_size": 3072, "initializer_range": 0.02,
  "intermediate_size": 8192, "max_position_embeddings": 131072, "model_type": "phi3", "num_attention_heads": 32,
  "num_hidden_layers": 32, "num_key_value_heads": 32, "original_max_position_embeddings": 4096,
  "pad_token_id": 32000, "resid_pdrop": 0.0, "rms_norm_eps": 1e-05, "rope_scaling": {"long_factor": [1.07, 1.12, 5,
  60], "short_factor": [1.0, 1.02, 1.5, 2.2], "type": "longrope"}, "rope_theta": 10000.0, "sliding_window": 262144,
  "tie_word_embeddings": false, "torch_dtype": "bfloat16", "transformers_version": "4.40.2", "use_cache": true,
  "vocab_size": 32064})";
constexpr const char* phi4_mini = R"({"architectures": ["Phi3ForCausalLM"], "attention_bias": false,
  "attention_dropout": 0.0, "auto_map": {"AutoConfig": "configuration_phi3.Phi3Config"}, "bos_token_id": 199999,
  "embd_pdrop": 0.0, "eos_token_id": 199999, "full_attn_mod": 1, "hidden_act": "silu", "hidden_size": 3072,
  "initializer_range": 0.02, "intermediate_size": 8192, "interpolate_factor": 1, "lm_head_bias": false,
  "max_position_embeddings": 131072, "mlp_bias": false, "model_type": "phi3", "num_attention_heads": 24,
  "num_hidden_layers": 32, "num_key_value_heads": 8, "original_max_position_embeddings": 4096,
  "pad_token_id": 199999, "partial_rotary_factor": 0.75, "resid_pdrop": 0.0, "rms_norm_eps": 1e-05,
  "rope_scaling": {"long_factor": [1, 1.1, 32], "short_factor": [1.0, 1.0, 1.0], "type": "longrope"},
  "rope_theta": 10000.0, "sliding_window": 262144, "tie_word_embeddings": true, "torch_dtype": "bfloat16",
  "transformers_version": "4.45.0", "use_cache": true, "vocab_size": 200064})";
constexpr const char* olmo2_1b = R"({"architectures": ["Olmo2ForCausalLM"], "attention_bias": false,
  "attention_dropout": 0.0, "eos_token_id": 100257, "hidden_act": "silu", "hidden_size": 2048,
  "initializer_range": 0.02, "intermediate_size": 8192, "max_position_embeddings": 4096, "model_type": "olmo2",
  "num_attention_heads": 16, "num_hidden_layers": 16, "num_key_value_heads": 16, "pad_token_id": 100277,
  "rms_norm_eps": 1e-06, "rope_scaling": null, "rope_theta": 500000, "tie_word_embeddings": false,
  "torch_dtype": "float32", "transformers_version": "4.47.0", "use_cache": true, "vocab_size": 100352})";

/// A GGUF with one more metadata key, and another that fills up to the alignment of what follows.
std::string with_key(std::string bytes, const std::string& key, GgufType type, const std::string& value) {
  constexpr std::size_t count_at = 16, keys_at = 24, alignment = 32;
  std::string added = GgufBuilder::text(key) + GgufBuilder::raw(type) + value;
  const std::string head = GgufBuilder::text("general.filler") + GgufBuilder::raw(GgufType::string);
  const std::size_t without_filling = added.size() + head.size() + sizeof(std::uint64_t);
  added += head + GgufBuilder::text(std::string(alignment - without_filling % alignment, ' '));
  std::uint64_t count = 0;
  std::memcpy(&count, bytes.data() + count_at, sizeof count);
  bytes.replace(count_at, sizeof count, GgufBuilder::raw(count + 2));
  return bytes.insert(keys_at, added);
}

/// The parts of a spec that a config.json decides and the sizes do not.
QString traits_of(const DecoderSpec& spec) {
  QString windows;
  for (const LayerSpec& layer : spec.layers)
    windows += QString(windows.isEmpty() ? "%1" : " %1").arg(layer.window);
  return QString("context %1, epsilon %2, windows %3, %4, turned %5, longest %6, caps %7 %8")
      .arg(spec.context)
      .arg(spec.norm_epsilon)
      .arg(windows, spec.tied_head ? "tied" : "untied")
      .arg(spec.rotary.dimensions)
      .arg(spec.rotary.longest)
      .arg(spec.attention_soft_cap)
      .arg(spec.logit_soft_cap);
}

} // namespace

/// What the readers of config.json and of tensors accept, and what they refuse and how they say it.
class TestStrictModels : public QObject {
  Q_OBJECT

  QTemporaryDir directory_;

  fs::path place() const { return fs::path(directory_.path().toStdString()) / QTest::currentDataTag(); }

  static std::string refusal(const fs::path& directory) {
    try {
      plan_model(open_model_files(directory));
      return "it is accepted";
    } catch (const Error& error) {
      if (!error.context().starts_with(directory.string()))
        return "a refusal without its place: " + error.message();
      return error.message();
    }
  }

  /// The weights of a tiny model under another config.json.
  void write_config(const std::string& model, const json& config) const {
    fs::create_directories(place());
    write_bytes(place() / "config.json", config.dump());
    fs::remove(place() / "model.safetensors");
    fs::create_symlink(models / model / "model.safetensors", place() / "model.safetensors");
  }

 private slots:
  void configs_of_the_hub_data() {
    QTest::addColumn<QString>("model");
    QTest::addColumn<QString>("config");
    QTest::addColumn<QString>("traits");
    const auto row = [](const char* name, const char* model, const char* config, const char* traits) {
      QTest::newRow(name) << model << config << traits;
    };
    row("facebook opt-350m", "opt_post_ln", opt_350m,
        "context 512, epsilon 1e-05, windows 0 0 0, tied, turned 0, longest 0, caps 0 0");
    row("gpt2", "gpt2", gpt2, "context 512, epsilon 1e-05, windows 0 0 0, tied, turned 0, longest 0, caps 0 0");
    row("gpt2-xl", "gpt2", gpt2_xl, "context 512, epsilon 1e-05, windows 0 0 0, tied, turned 0, longest 0, caps 0 0");
    row("distilgpt2", "gpt2", distilgpt2,
        "context 512, epsilon 1e-05, windows 0 0 0, tied, turned 0, longest 0, caps 0 0");
    row("pythia-160m", "gpt_neox", pythia_160m,
        "context 2048, epsilon 1e-05, windows 0 0 0, untied, turned 4, longest 0, caps 0 0");
    row("TinyLlama", "llama", tinyllama,
        "context 2048, epsilon 1e-05, windows 0 0 0, untied, turned 8, longest 0, caps 0 0");
    row("Llama-2-7b", "llama", llama2_7b,
        "context 4096, epsilon 1e-05, windows 0 0 0, untied, turned 8, longest 0, caps 0 0");
    row("Llama-3.2-1B", "llama3_rope", llama32_1b,
        "context 131072, epsilon 1e-05, windows 0 0 0, tied, turned 8, longest 0, caps 0 0");
    row("Mistral-7B", "mistral", mistral_7b,
        "context 32768, epsilon 1e-05, windows 4096 4096 4096, untied, turned 16, longest 0, caps 0 0");
    row("Qwen2.5-0.5B", "qwen2", qwen25_05b,
        "context 32768, epsilon 1e-06, windows 0 0 0, tied, turned 8, longest 0, caps 0 0");
    row("Qwen3-0.6B", "qwen3", qwen3_06b,
        "context 40960, epsilon 1e-06, windows 0 0 0, tied, turned 16, longest 0, caps 0 0");
    row("SmolLM2-135M", "llama", smollm2_135m,
        "context 8192, epsilon 1e-05, windows 0 0 0, tied, turned 8, longest 0, caps 0 0");
    row("gemma-2-2b", "gemma2", gemma2_2b,
        "context 8192, epsilon 1e-06, windows 4096 0 4096, tied, turned 16, longest 0, caps 50 30");
    row("Phi-3-mini-4k", "phi3", phi3_4k,
        "context 4096, epsilon 1e-05, windows 2047 2047 2047, untied, turned 8, longest 0, caps 0 0");
    row("Phi-3-mini-128k", "phi3", phi3_128k,
        "context 131072, epsilon 1e-05, windows 262144 262144 262144, untied, turned 8, longest 4096, caps 0 0");
    row("Phi-4-mini", "phi3", phi4_mini,
        "context 131072, epsilon 1e-05, windows 262144 262144 262144, tied, turned 6, longest 4096, caps 0 0");
    row("OLMo-2-1B", "olmo2", olmo2_1b,
        "context 4096, epsilon 1e-06, windows 0 0 0, untied, turned 8, longest 0, caps 0 0");
  }
  /// All fields of real configs as they are on the hub, but for the sizes of the weights.
  void configs_of_the_hub() {
    QFETCH(QString, model);
    QFETCH(QString, config);
    QFETCH(QString, traits);
    json real = json::parse(config.toStdString());
    const json tiny = Checkpoint(models / model.toStdString()).config;
    const auto shrink = [&](const char* key) {
      if (real.contains(key) && tiny.contains(key))
        real[key] = tiny[key];
    };
    for (const char* key : sizes)
      shrink(key);
    if (real["model_type"] == "opt" || real["model_type"] == "gpt2") { // positions are weights there
      shrink("max_position_embeddings");
      shrink("n_positions");
    }
    if (real["model_type"] == "gpt2") // a quarter of it otherwise
      real["n_inner"] = tiny["n_inner"];
    if (tiny.contains("head_dim")) // where it is not the width by the heads
      real["head_dim"] = tiny["head_dim"];
    write_config(model.toStdString(), real);
    try {
      QCOMPARE(traits_of(plan_model(open_model_files(place())).spec), traits);
    } catch (const Error& error) {
      QFAIL(error.what());
    }
  }

  void harmless_fields_data() {
    QTest::addColumn<QString>("added");
    QTest::newRow("null") << R"({"clip_qkv": null})";
    QTest::newRow("false") << R"({"use_something_new": false})";
    QTest::newRow("no experts") << R"({"num_experts": 0, "num_local_experts": null})";
    QTest::newRow("not quantized") << R"({"quantization_config": null})";
    QTest::newRow("no alibi") << R"({"alibi": false, "is_encoder_decoder": false, "add_cross_attention": false})";
    QTest::newRow("bookkeeping") << R"({"_commit_hash": "abc", "transformers_version": "9", "_num_labels": 2})";
  }
  void harmless_fields() {
    QFETCH(QString, added);
    json config = Checkpoint(models / "llama").config;
    config.update(json::parse(added.toStdString()));
    write_config("llama", config);
    QCOMPARE(refusal(place()), std::string("it is accepted"));
  }

  void refused_fields_data() {
    QTest::addColumn<QString>("model");
    QTest::addColumn<QString>("changed");
    QTest::addColumn<QString>("message");
    const auto row = [](const char* name, const char* model, const char* changed, const char* message) {
      QTest::newRow(name) << model << changed << message;
    };
    row("number", "llama", R"({"clip_qkv": 8.0})",
        "the field clip_qkv = 8.0 in config.json is not understood, and it may change the numbers");
    row("true", "gpt2", R"({"use_something_new": true})",
        "the field use_something_new = true in config.json is not understood, and it may change the numbers");
    row("object", "opt_pre_ln", R"({"x": {"y": 1}})",
        "the field x = {\"y\":1} in config.json is not understood, and it may change the numbers");
    row("control characters", "llama", "{\"a\\u001b[2J\": \"\\u001b[2J\"}",
        "the field a?[2J = \"\\u001b[2J\" in config.json is not understood, and it may change the numbers");
    row("in rope_parameters", "llama", R"({"rope_parameters": {"rope_type": "default", "rope_theta": 1e4, "new": 1}})",
        "the field rope_parameters.new = 1 in config.json is not understood, and it may change the numbers");
    row("field of another family", "llama", R"({"attn_logit_softcapping": 50.0})",
        "the field attn_logit_softcapping = 50.0 in config.json is not understood, and it may change the numbers");
    row("part of whole heads", "llama", R"({"partial_rotary_factor": 0.5})",
        "partial_rotary_factor = 0.5 in config.json is not supported");
    row("quantized", "llama", R"({"quantization_config": {"quant_method": "gptq"}})",
        "its weights are quantized in a way that is not read; take the weights as they were before, or a GGUF "
        "(quantization_config in config.json)");
    row("experts", "mistral", R"({"num_local_experts": 8})",
        "it is a mixture of experts, which is not supported (num_local_experts in config.json)");
    row("alibi", "llama", R"({"alibi": true})",
        "it has ALiBi positions, which are not supported (alibi in config.json)");
    row("encoder", "opt_pre_ln", R"({"is_encoder_decoder": true})",
        "it is an encoder with a decoder; a decoder alone is needed (is_encoder_decoder in config.json)");
    row("images", "gemma2", R"({"text_config": {"hidden_size": 1}})",
        "it is a model of texts and images, of which only the language part could be used; save that alone "
        "(text_config in config.json)");
    row("rope scaling", "llama", R"({"rope_scaling": {"type": "ntk", "factor": 2.0}})",
        "rope scaling of the type \"ntk\" is not supported (default, linear, dynamic, llama3, yarn and longrope are)");
    row("activation", "llama", R"({"hidden_act": "xielu"})",
        "the activation \"xielu\" (hidden_act in config.json) is not supported");
    row("layer type", "qwen2", R"({"layer_types": ["full_attention", "chunked_attention", "full_attention"]})",
        "the layer type \"chunked_attention\" is not supported");
    row("layer types", "qwen2", R"({"layer_types": ["full_attention"]})",
        "layer_types in config.json has 1 entries for 3 layers");
    row("family", "llama", R"({"model_type": "mamba"})",
        "the architecture \"mamba\" is not supported; supported: llama, mistral, qwen2, qwen3, gemma2, phi3, olmo2, "
        "opt, gpt2, gpt_neox");
    row("no family", "llama", R"({"model_type": null})", "model_type in config.json is missing");
    row("text for a number", "llama", R"({"hidden_size": "64"})",
        "hidden_size in config.json is \"64\", expected a whole number");
    row("negative", "llama", R"({"num_hidden_layers": -3})",
        "num_hidden_layers in config.json is -3, expected a whole number");
    row("none", "llama", R"({"num_attention_heads": 0})", "num_attention_heads in config.json is 0, outside 1 … 65536");
    row("gigantic layers", "llama", R"({"num_hidden_layers": 4000000000})",
        "num_hidden_layers in config.json is 4000000000, outside 1 … 10000");
    row("many layers", "llama", R"({"num_hidden_layers": 10000})",
        "10000 layers are named, but there are only 30 tensors");
    row("gigantic width", "llama", R"({"hidden_size": 18446744073709551615})",
        "hidden_size in config.json is 18446744073709551615, outside 1 … 1048576");
    row("gigantic vocabulary", "llama", R"({"vocab_size": 60000000})",
        "the tensor model.embed_tokens.weight has the shape [768, 64], expected [60000000, 64]");
    row("heads that do not divide", "llama", R"({"num_key_value_heads": 3})",
        "8 attention heads cannot share 3 key-value heads");
    row("more heads than width", "opt_pre_ln", R"({"num_attention_heads": 65})", "65 heads do not fit a width of 64");
    row("base below zero", "llama", R"({"rope_parameters": {"rope_theta": -1.0}})",
        "rope_parameters.rope_theta in config.json is -1.0, expected a positive number");
    row("no epsilon", "llama", R"({"rms_norm_eps": 0})",
        "rms_norm_eps in config.json is 0, expected a positive number");
    row("flag", "gpt2", R"({"scale_attn_weights": 1})",
        "scale_attn_weights in config.json is 1, expected true or false");
  }
  void refused_fields() {
    QFETCH(QString, model);
    QFETCH(QString, changed);
    QFETCH(QString, message);
    json config = Checkpoint(models / model.toStdString()).config;
    config.update(json::parse(changed.toStdString()));
    write_config(model.toStdString(), config);
    QCOMPARE(QString::fromStdString(refusal(place())), message);
  }

  void damaged_configs_data() {
    QTest::addColumn<QByteArray>("text");
    QTest::addColumn<QString>("message");
    QTest::newRow("nothing") << QByteArray() << "config.json is not valid JSON; it may be cut short";
    QTest::newRow("cut short") << QByteArray("{\"model_type\": \"lla")
                               << "config.json is not valid JSON; it may be cut short";
    QTest::newRow("list") << QByteArray("[1, 2]") << "config.json is no JSON object";
    QTest::newRow("empty object") << QByteArray("{}") << "model_type in config.json is missing";
    QTest::newRow("deep") << QByteArray("{\"x\": ") + QByteArray(100'000, '[')
                          << "config.json is not valid JSON; it may be cut short";
  }
  void damaged_configs() {
    QFETCH(QByteArray, text);
    QFETCH(QString, message);
    write_config("llama", json::object());
    write_bytes(place() / "config.json", text.toStdString());
    QCOMPARE(QString::fromStdString(refusal(place())), message);
  }

  void gguf_keys_data() {
    QTest::addColumn<QString>("key");
    QTest::addColumn<GgufType>("type");
    QTest::addColumn<QByteArray>("value");
    QTest::addColumn<QString>("message");
    const auto row = [](const char* name, const char* key, GgufType type, const std::string& value,
                        const char* message) {
      QTest::newRow(name) << key << type << QByteArray::fromStdString(value) << message;
    };
    const auto number = [](std::uint32_t value) { return GgufBuilder::raw(value); };
    row("of no architecture", "general.new", GgufType::u32, number(1), "it is accepted");
    row("of another architecture", "gemma2.new", GgufType::u32, number(1), "it is accepted");
    row("unknown", "llama.new", GgufType::u32, number(1),
        "the metadata key llama.new is not understood, and it may change the numbers");
    row("experts", "llama.expert_count", GgufType::u32, number(8), "llama.expert_count = 8 is not supported");
    row("no experts", "llama.expert_count", GgufType::u32, number(0), "it is accepted");
    row("not causal", "llama.attention.causal", GgufType::boolean, std::string(1, 0),
        "it is no causal model: every token sees those after it too");
    row("rope scaling", "llama.rope.scaling.type", GgufType::string, GgufBuilder::text("ntk"),
        "rope scaling of type \"ntk\" is not supported (none, linear, yarn, longrope and stored frequencies are)");
    row("longrope without factors", "llama.rope.scaling.type", GgufType::string, GgufBuilder::text("longrope"),
        "the tensor rope_factors_short.weight of its longrope scaling is missing");
    row("window", "llama.attention.sliding_window", GgufType::u32, number(3'000'000'000),
        "llama.attention.sliding_window is 3000000000");
    row("no window", "llama.attention.sliding_window", GgufType::u32, number(0), "it is accepted");
    row("factor of no scaling", "llama.rope.scaling.factor", GgufType::f32, GgufBuilder::raw(2.0f),
        "llama.rope.scaling.factor = 2 is not supported");
  }
  void gguf_keys() {
    QFETCH(QString, key);
    QFETCH(GgufType, type);
    QFETCH(QByteArray, value);
    QFETCH(QString, message);
    std::ifstream in(LONGVIEW_REFERENCE_DIR "/gguf/llama.Q8_0.gguf", std::ios::binary);
    const std::string bytes{std::istreambuf_iterator<char>(in), {}};
    fs::create_directories(place());
    write_bytes(place() / "m.gguf", with_key(bytes, key.toStdString(), type, value.toStdString()));
    QCOMPARE(QString::fromStdString(refusal(place() / "m.gguf")), message);
  }

  void refused_tensors_data() {
    QTest::addColumn<QString>("model");
    QTest::addColumn<QString>("removed");
    QTest::addColumn<QString>("added");
    QTest::addColumn<QString>("message");
    const auto row = [](const char* name, const char* model, const char* removed, const char* added,
                        const char* message) { QTest::newRow(name) << model << removed << added << message; };
    row("missing norm", "llama", "model.norm.weight", "", "the tensor model.norm.weight is missing");
    row("missing head", "llama", "lm_head.weight", "", "the tensor lm_head.weight is missing");
    row("missing embedding", "gpt2", "transformer.wte.weight", "", "the tensor transformer.wte.weight is missing");
    row("missing bias", "qwen2", "model.layers.1.self_attn.k_proj.bias", "",
        "the tensor model.layers.1.self_attn.k_proj.bias is missing");
    row("a bias too many", "llama", "", "model.layers.0.self_attn.q_proj.bias",
        "the tensor model.layers.0.self_attn.q_proj.bias is not part of this architecture as we know it");
    row("a layer too many", "llama", "", "model.layers.3.input_layernorm.weight",
        "the tensor model.layers.3.input_layernorm.weight is not part of this architecture as we know it");
    row("a second embedding", "llama", "", "embed_tokens.weight",
        "the tensor embed_tokens.weight is not part of this architecture as we know it");
    row("an adapter's", "llama", "", "model.layers.0.self_attn.q_proj.lora_A.weight",
        "the tensor model.layers.0.self_attn.q_proj.lora_A.weight is not part of this architecture as we know it");
    row("misshapen norm", "llama", "", "model.norm.weight",
        "the tensor model.norm.weight has the shape [3, 5], expected [64]");
    row("misshapen matrix", "gpt2", "", "transformer.h.1.mlp.c_fc.weight",
        "the tensor transformer.h.1.mlp.c_fc.weight has the shape [3, 5], expected [64, 256]");
  }
  void refused_tensors() {
    QFETCH(QString, model);
    QFETCH(QString, removed);
    QFETCH(QString, added);
    QFETCH(QString, message);
    Checkpoint copy(models / model.toStdString());
    if (!removed.isEmpty())
      QCOMPARE(copy.tensors.erase(removed.toStdString()), std::size_t{1});
    if (!added.isEmpty())
      copy.add(added.toStdString(), {3, 5});
    copy.write(place());
    QCOMPARE(QString::fromStdString(refusal(place())), message);
  }
};

LONGVIEW_TEST_MAIN(TestStrictModels)
#include "tst_strict_models.moc"
