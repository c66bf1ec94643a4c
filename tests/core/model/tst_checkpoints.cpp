#include <functional>
#include <limits>

#include <QTemporaryDir>

#include "base/error.h"
#include "scoring/scorer.h"
#include "support/checkpoint.h"
#include "support/log_guard.h"

using namespace longview;
using namespace longview::test;
using nlohmann::json;
namespace fs = std::filesystem;

using Change = std::function<void(Checkpoint&)>;
Q_DECLARE_METATYPE(Change)

namespace {

const fs::path models = LONGVIEW_REFERENCE_DIR "/models", more_models = LONGVIEW_REFERENCE_DIR "/more_models";
constexpr std::uint32_t length = 64;

/// Perplexities of some fixed tokens, alone and after one another.
std::vector<double> numbers_of(const fs::path& model) {
  ScorerOptions options;
  options.dtype = DType::float32;
  options.device = "cpu";
  options.segment_length = length;
  const auto scorer = engine().open(model.string(), options, {});
  std::vector<TokenId> ids;
  std::uint32_t state = 7;
  for (std::uint32_t k = 0; k < 3 * length; ++k)
    ids.push_back(static_cast<TokenId>((state = state * 1664525 + 1013904223) >> 8) % 700);
  const std::span<const TokenId> all(ids);
  ScoreBlock block;
  for (std::size_t k = 0; k < 3; ++k)
    block.segments.push_back(all.subspan(k * length, length));
  block.pairs = {{0, block.segments[1]}, {1, block.segments[2]}};
  BlockResult result = scorer->score(block, length, {}, {});
  result.perplexity_alone.insert(result.perplexity_alone.end(), result.perplexity_after.begin(),
                                 result.perplexity_after.end());
  return result.perplexity_alone;
}

Change prefix(std::string_view from, std::string_view to) {
  return [=](Checkpoint& model) { model.rename(from, to); };
}

/// Buffers that older versions stored in every layer: "h.{}.attn.bias".
Change buffers(const std::string& before, const std::string& after, std::vector<std::uint64_t> shape) {
  return [=](Checkpoint& model) {
    for (int layer = 0; layer < 3; ++layer)
      model.add(before + std::to_string(layer) + after, shape);
  };
}

void apply(Checkpoint& model, std::initializer_list<Change> changes) {
  for (const Change& change : changes)
    change(model);
}

/// A copy of the embedding as the head, as some programs write it for models that have none of their own.
Change copied_head(const std::string& embedding) {
  return [=](Checkpoint& model) { model.tensors["lm_head.weight"] = model.tensors.at(embedding); };
}

/// Takes fields away and adds others: what is gone must be there, so that the test does not test nothing.
Change fields(const char* gone, const char* added) {
  return [=](Checkpoint& model) {
    for (const json& key : json::parse(gone))
      if (!model.config.erase(key.get<std::string>()))
        throw std::logic_error("no field " + key.dump());
    model.config.update(json::parse(added));
  };
}

} // namespace

/// The tiny models as other programs or versions would have written them: the same weights and the same meaning, so
/// exactly the same numbers.
class TestCheckpoints : public QObject {
  Q_OBJECT

  QTemporaryDir directory_;
  std::map<fs::path, std::vector<double>> known_; // of models that are compared with more than once

  fs::path place() const { return fs::path(directory_.path().toStdString()) / QTest::currentDataTag(); }

  const std::vector<double>& numbers_of_original(const fs::path& model) {
    const auto [found, is_new] = known_.try_emplace(model);
    if (is_new)
      found->second = numbers_of(model);
    return found->second;
  }

 private slots:
  /// Four terabytes of weights, of which the disk holds nothing: refused before any of them is read.
  void too_large_for_the_memory() {
    Checkpoint copy(models / "llama");
    constexpr std::uint64_t times = 128, rows = 1u << 26;
    for (const char* width : {"hidden_size", "intermediate_size", "head_dim"})
      copy.config[width] = copy.config.at(width).get<std::uint64_t>() * times;
    copy.config["vocab_size"] = rows;
    json header;
    std::uint64_t end = 0;
    for (auto& [name, tensor] : copy.tensors) {
      std::uint64_t bytes = 4;
      for (std::uint64_t& extent : tensor.shape)
        bytes *= extent = extent == 768 ? rows : extent * times; // 768 tokens
      header[name] = {{"dtype", "F32"}, {"shape", tensor.shape}, {"data_offsets", {end, end + bytes}}};
      end += bytes;
    }
    const fs::path place = fs::path(directory_.path().toStdString()) / "large";
    fs::create_directories(place);
    write_bytes(place / "config.json", copy.config.dump());
    const std::string start = safetensors(header.dump(), "");
    write_bytes(place / "model.safetensors", start);
    fs::resize_file(place / "model.safetensors", start.size() + end);
    try {
      numbers_of(place);
      QFAIL("it was loaded");
    } catch (const Error& error) {
      QCOMPARE(error.code(), ErrorCode::out_of_memory);
      const QString said = error.what();
      QVERIFY2(said.contains("million weights take 440"), error.what());
      QVERIFY2(said.contains("take a model of at most "), error.what());
    }
  }

  void spellings_data() {
    QTest::addColumn<QString>("model");
    QTest::addColumn<Change>("change");
    const auto row = [](const char* name, const char* model, Change change) {
      QTest::newRow(name) << QString(model) << std::move(change);
    };
    row("gpt_neox with the head's new name", "gpt_neox", prefix("embed_out.", "lm_head."));
    row("gpt2 without transformer.", "gpt2", prefix("transformer.", ""));
    row("gpt2 with buffers", "gpt2", [](Checkpoint& model) {
      apply(model, {buffers("transformer.h.", ".attn.bias", {1, 1, 8, 8}),
                    buffers("transformer.h.", ".attn.masked_bias", {1})});
    });
    row("gpt2 with buffers, without transformer.", "gpt2", [](Checkpoint& model) {
      apply(model, {buffers("transformer.h.", ".attn.bias", {1, 1, 8, 8}), prefix("transformer.", "")});
    });
    row("gpt2 with a copied head", "gpt2", copied_head("transformer.wte.weight"));
    row("gpt2 of 2019", "gpt2",
        fields(R"(["scale_attn_weights", "scale_attn_by_inverse_layer_idx", "reorder_and_upcast_attn", "n_inner",
                   "tie_word_embeddings", "activation_function", "layer_norm_epsilon", "dtype"])",
               R"({"n_ctx": 512, "n_special": 0, "predict_special_tokens": true, "output_past": true})"));
    row("llama without model.", "llama", prefix("model.", ""));
    row("llama with buffers", "llama", buffers("model.layers.", ".self_attn.rotary_emb.inv_freq", {4}));
    row("llama of 2023", "llama",
        fields(
            R"(["rope_parameters", "head_dim", "attention_bias", "mlp_bias", "hidden_act", "rms_norm_eps",
                   "tie_word_embeddings", "dtype"])",
            R"({"rope_theta": 10000.0, "rope_scaling": null, "torch_dtype": "float16", "max_sequence_length": 1024})"));
    row("llama without a base", "llama", fields(R"(["rope_parameters"])", "{}"));
    row("mistral without model.", "mistral", prefix("model.", ""));
    row("qwen2 without model.", "qwen2", prefix("model.", ""));
    row("opt without model.", "opt_pre_ln", prefix("model.decoder.", "decoder."));
    row("opt without anything", "opt_pre_ln", prefix("model.decoder.", ""));
    row("opt, post-norm, without model.", "opt_post_ln", prefix("model.decoder.", "decoder."));
    row("opt with a version", "opt_pre_ln", [](Checkpoint& model) { model.add("model.decoder.version", {1}); });
    row("opt with a copied head", "opt_pre_ln", copied_head("model.decoder.embed_tokens.weight"));
    row("opt of 2022", "opt_pre_ln",
        fields(R"(["enable_bias", "layer_norm_elementwise_affine", "tie_word_embeddings", "activation_function",
                   "do_layer_norm_before", "_remove_final_layer_norm", "word_embed_proj_dim"])",
               R"({"prefix": "</s>", "activation_dropout": 0.0, "torch_dtype": "float16"})"));
    row("neox without gpt_neox.", "gpt_neox", prefix("gpt_neox.", ""));
    row("neox with buffers", "gpt_neox", [](Checkpoint& model) {
      apply(model, {buffers("gpt_neox.layers.", ".attention.bias", {1, 1, 8, 8}),
                    buffers("gpt_neox.layers.", ".attention.masked_bias", {1}),
                    buffers("gpt_neox.layers.", ".attention.rotary_emb.inv_freq", {2})});
    });
    row("neox of 2022", "gpt_neox",
        fields(R"(["rope_parameters", "attention_bias", "use_parallel_residual", "hidden_act", "layer_norm_eps",
                   "tie_word_embeddings"])",
               R"({"rotary_pct": 0.25, "rotary_emb_base": 10000, "torch_dtype": "float16"})"));
    row("neox without a share", "gpt_neox", fields(R"(["rope_parameters"])", "{}"));
    row("gemma2 without model.", "gemma2", prefix("model.", ""));
    row("gemma2 of 2024", "gemma2",
        fields(R"(["rope_parameters", "layer_types", "hidden_activation", "attn_logit_softcapping",
                   "final_logit_softcapping", "tie_word_embeddings", "attention_bias"])",
               R"({"rope_theta": 10000.0, "hidden_act": "gelu", "cache_implementation": "hybrid",
                   "sliding_window_size": 7})"));
    row("gemma2 with a copied head", "gemma2", copied_head("model.embed_tokens.weight"));
    row("phi3 of 2024", "phi3",
        fields(R"(["rope_parameters", "rms_norm_eps", "hidden_act"])",
               R"({"rope_theta": 10000.0, "rope_scaling": null, "torch_dtype": "bfloat16", "attention_bias": false})"));
    row("olmo2 without model.", "olmo2", prefix("model.", ""));
    row("qwen3 without model.", "qwen3", prefix("model.", ""));
  }
  void spellings() {
    QFETCH(QString, model);
    QFETCH(Change, change);
    Checkpoint copy(models / model.toStdString());
    change(copy);
    copy.write(place());
    try {
      QCOMPARE(numbers_of(place()), numbers_of_original(models / model.toStdString()));
    } catch (const Error& error) {
      QFAIL(error.what());
    }
  }

  /// rope_parameters as older versions spelled it: rope_scaling, with `type` or `rope_type`, the base beside it.
  void rope_spellings_data() {
    QTest::addColumn<QString>("model");
    QTest::addColumn<QString>("type_key");
    for (const char* key : {"type", "rope_type", "both"}) {
      QTest::newRow((std::string("llama3, ") + key).c_str()) << "models/llama3_rope" << key;
      QTest::newRow((std::string("yarn, ") + key).c_str()) << "more_models/llama_yarn" << key;
      QTest::newRow((std::string("longrope, ") + key).c_str()) << "more_models/phi3_longrope" << key;
    }
    QTest::newRow("longrope, su") << "more_models/phi3_longrope"
                                  << "su"; // its first name
  }
  void rope_spellings() {
    QFETCH(QString, model);
    QFETCH(QString, type_key);
    const fs::path original = LONGVIEW_REFERENCE_DIR "/" + model.toStdString();
    Checkpoint copy(original);
    json rope = copy.config.at("rope_parameters");
    copy.config.erase("rope_parameters");
    for (const char* outside : {"rope_theta", "partial_rotary_factor"})
      if (rope.contains(outside)) {
        copy.config[outside] = rope[outside];
        rope.erase(outside);
      }
    const json type = rope.at("rope_type");
    QVERIFY(type != "default");
    if (type_key == "type" || type_key == "su") {
      rope.erase("rope_type");
      rope["type"] = type_key == "su" ? json("su") : type;
    } else if (type_key == "both") {
      rope["type"] = type;
    }
    copy.config["rope_scaling"] = rope;
    copy.write(place());
    try {
      QCOMPARE(numbers_of(place()), numbers_of_original(original));
    } catch (const Error& error) {
      QFAIL(error.what());
    }
  }

  void stored_types_data() {
    QTest::addColumn<QString>("model");
    QTest::addColumn<QString>("type");
    for (const char* model : {"llama", "gpt2", "gpt_neox", "gemma2"})
      for (const char* type : {"BF16", "F16", "F64"})
        QTest::newRow((std::string(model) + " " + type).c_str()) << model << type;
  }
  void stored_types() {
    QFETCH(QString, model);
    QFETCH(QString, type);
    Checkpoint copy(models / model.toStdString());
    if (type != "F64")
      copy.cut_values(type.toStdString());
    copy.write(place() / "F32");
    copy.store_as(type.toStdString());
    copy.write(place() / "stored");
    const auto numbers = numbers_of(place() / "stored");
    QCOMPARE(numbers, numbers_of(place() / "F32"));
    QCOMPARE(numbers == numbers_of_original(models / model.toStdString()), type == "F64"); // values were cut off
  }

  void sharded_data() {
    QTest::addColumn<QString>("model");
    for (const char* model : {"llama", "gpt2", "opt_post_ln"})
      QTest::newRow(model) << model;
  }
  void sharded() {
    QFETCH(QString, model);
    Checkpoint(models / model.toStdString()).write_sharded(place(), 3);
    QCOMPARE(numbers_of(place()), numbers_of_original(models / model.toStdString()));
  }

  void weights_that_are_no_numbers_data() {
    QTest::addColumn<QString>("tensor");
    QTest::addColumn<float>("value");
    QTest::newRow("NaN in a norm") << "model.norm.weight" << std::numeric_limits<float>::quiet_NaN();
    QTest::newRow("infinity in a matrix")
        << "model.layers.2.mlp.down_proj.weight" << std::numeric_limits<float>::infinity();
    QTest::newRow("NaN in the embedding") << "model.embed_tokens.weight" << std::numeric_limits<float>::quiet_NaN();
  }
  void weights_that_are_no_numbers() {
    QFETCH(QString, tensor);
    QFETCH(float, value);
    Checkpoint copy(models / "llama");
    std::string& bytes = copy.tensors.at(tensor.toStdString()).bytes;
    bytes.replace(bytes.size() - sizeof value, sizeof value,
                  std::string(reinterpret_cast<const char*>(&value), sizeof value));
    copy.write(place());
    try {
      numbers_of(place());
      QFAIL("it was loaded");
    } catch (const Error& error) {
      QCOMPARE(error.message(),
               "the tensor " + tensor.toStdString() + " holds a value that is infinite or not a number");
      QCOMPARE(error.context(), place().string());
    }
  }
};

LONGVIEW_TEST_MAIN(TestCheckpoints)
#include "tst_checkpoints.moc"
