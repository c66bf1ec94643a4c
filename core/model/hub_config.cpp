#include "model/hub_config.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "base/error.h"
#include "model/tensor_set.h"

namespace longview {
namespace {

using nlohmann::json;

/// Names, training, generation and bookkeeping: nothing of a forward pass without dropout.
constexpr std::string_view harmless[] = {"_attn_implementation",
                                         "_attn_implementation_autoset",
                                         "_commit_hash",
                                         "_name_or_path",
                                         "_num_labels",
                                         "activation_dropout",
                                         "architectures",
                                         "attention_dropout",
                                         "attention_probs_dropout_prob",
                                         "attn_implementation",
                                         "attn_pdrop",
                                         "auto_map",
                                         "bad_words_ids",
                                         "begin_suppress_tokens",
                                         "bos_token_id",
                                         "cache_implementation",
                                         "chunk_size_feed_forward",
                                         "custom_pipelines",
                                         "classifier_dropout",
                                         "decoder_start_token_id",
                                         "diversity_penalty",
                                         "do_sample",
                                         "dropout",
                                         "dtype",
                                         "early_stopping",
                                         "embd_pdrop",
                                         "encoder_no_repeat_ngram_size",
                                         "eos_token_id",
                                         "exponential_decay_length_penalty",
                                         "finetuning_task",
                                         "forced_bos_token_id",
                                         "forced_eos_token_id",
                                         "gradient_checkpointing",
                                         "hidden_dropout",
                                         "hidden_dropout_prob",
                                         "id2label",
                                         "init_std",
                                         "initializer_range",
                                         "is_decoder",
                                         "is_llama_config",
                                         "label2id",
                                         "layerdrop",
                                         "length_penalty",
                                         "max_length",
                                         "max_new_tokens",
                                         "max_sequence_length",
                                         "min_length",
                                         "model_type",
                                         "name_or_path",
                                         "no_repeat_ngram_size",
                                         "num_beam_groups",
                                         "num_beams",
                                         "num_labels",
                                         "num_logits_to_keep",
                                         "num_return_sequences",
                                         "output_attentions",
                                         "output_hidden_states",
                                         "output_past",
                                         "output_scores",
                                         "pad_token_id",
                                         "prefix",
                                         "pretraining_tp",
                                         "problem_type",
                                         "pruned_heads",
                                         "remove_invalid_values",
                                         "repetition_penalty",
                                         "resid_pdrop",
                                         "return_dict",
                                         "return_dict_in_generate",
                                         "sep_token_id",
                                         "suppress_tokens",
                                         "task_specific_params",
                                         "temperature",
                                         "tf_legacy_loss",
                                         "tie_encoder_decoder",
                                         "tokenizer_class",
                                         "top_k",
                                         "top_p",
                                         "torch_dtype",
                                         "torchscript",
                                         "transformers.js_config",
                                         "transformers_version",
                                         "typical_p",
                                         "unsloth_fixed",
                                         "unsloth_version",
                                         "use_bfloat16",
                                         "use_cache",
                                         "vocab_size",
                                         "xla_device"};

/// Fields that make another kind of model of any family.
constexpr std::pair<std::string_view, std::string_view> foreign[] = {
    {"quantization_config",
     "its weights are quantized in a way that is not read; take the weights as they were before, "
     "or a GGUF"},
    {"num_local_experts", "it is a mixture of experts, which is not supported"},
    {"num_experts", "it is a mixture of experts, which is not supported"},
    {"n_routed_experts", "it is a mixture of experts, which is not supported"},
    {"text_config",
     "it is a model of texts and images, of which only the language part could be used; save that alone"},
    {"is_encoder_decoder", "it is an encoder with a decoder; a decoder alone is needed"},
    {"add_cross_attention", "it attends to an encoder; a decoder alone is needed"},
    {"alibi", "it has ALiBi positions, which are not supported"},
};

/// A value from the file, fit for a message.
std::string shown(const json& value) {
  return printable_name(value.dump(-1, ' ', true, json::error_handler_t::replace));
}

} // namespace

HubConfig::HubConfig(std::string_view text, std::string path) : path_(std::move(path)) {
  json parsed = json::parse(text, nullptr, /*allow_exceptions=*/false);
  if (parsed.is_discarded())
    throw Error(ErrorCode::input, "config.json is not valid JSON; it may be cut short", path_);
  if (!parsed.is_object())
    throw Error(ErrorCode::input, "config.json is no JSON object", path_);
  fields_ = std::make_unique<json>(std::move(parsed));
}

HubConfig::HubConfig(std::unique_ptr<json> fields, std::string path, std::string stem)
    : fields_(std::move(fields)), path_(std::move(path)), stem_(std::move(stem)) {}
HubConfig::~HubConfig() = default;
HubConfig::HubConfig(HubConfig&&) noexcept = default;

std::string HubConfig::full(std::string_view key) const {
  return stem_ + std::string(key);
}

void HubConfig::refuse(std::string_view key, std::string_view why) const {
  throw Error(ErrorCode::input, fmt::format("{} in config.json {}", printable_name(full(key)), why), path_);
}

const json* HubConfig::find(std::string_view key) {
  read_.emplace(key);
  const auto found = fields_->find(key);
  return found == fields_->end() || found->is_null() ? nullptr : &*found;
}

bool HubConfig::empty() const {
  return fields_->empty();
}

bool HubConfig::is_null(std::string_view key) const {
  const auto found = fields_->find(key);
  return found != fields_->end() && found->is_null();
}

std::optional<std::uint32_t> HubConfig::optional_count(std::string_view key, std::uint32_t most, std::uint32_t least) {
  const json* value = find(key);
  if (!value)
    return std::nullopt;
  if (!value->is_number_unsigned())
    refuse(key, fmt::format("is {}, expected a whole number", shown(*value)));
  const auto number = value->get<std::uint64_t>();
  if (number < least || number > most)
    refuse(key, fmt::format("is {}, outside {} … {}", number, least, most));
  return static_cast<std::uint32_t>(number);
}

std::uint32_t HubConfig::count(std::string_view key, std::uint32_t most, std::optional<std::uint32_t> otherwise) {
  const auto value = optional_count(key, most);
  if (!value && !otherwise)
    refuse(key, "is missing");
  return value ? *value : *otherwise;
}

std::optional<double> HubConfig::optional_positive(std::string_view key) {
  const json* value = find(key);
  if (!value)
    return std::nullopt;
  if (!value->is_number())
    refuse(key, fmt::format("is {}, expected a number", shown(*value)));
  const auto number = value->get<double>();
  if (!(number > 0) || !(number < 1e15))
    refuse(key, fmt::format("is {}, expected a positive number", shown(*value)));
  return number;
}

double HubConfig::positive(std::string_view key, std::optional<double> otherwise) {
  const auto value = optional_positive(key);
  if (!value && !otherwise)
    refuse(key, "is missing");
  return value ? *value : *otherwise;
}

double HubConfig::not_negative(std::string_view key, double otherwise) {
  const json* value = find(key);
  return value && value->is_number() && value->get<double>() == 0 ? 0 : positive(key, otherwise);
}

bool HubConfig::flag(std::string_view key, bool otherwise) {
  const json* value = find(key);
  if (!value)
    return otherwise;
  if (!value->is_boolean())
    refuse(key, fmt::format("is {}, expected true or false", shown(*value)));
  return value->get<bool>();
}

std::optional<std::string> HubConfig::text(std::string_view key) {
  const json* value = find(key);
  if (!value)
    return std::nullopt;
  if (!value->is_string())
    refuse(key, fmt::format("is {}, expected a text", shown(*value)));
  return value->get<std::string>();
}

std::optional<std::vector<std::string>> HubConfig::texts(std::string_view key) {
  const json* value = find(key);
  if (!value)
    return std::nullopt;
  if (!value->is_array() || !std::all_of(value->begin(), value->end(), [](const json& v) { return v.is_string(); }))
    refuse(key, "is no list of texts");
  return value->get<std::vector<std::string>>();
}

std::optional<std::vector<double>> HubConfig::numbers(std::string_view key) {
  const json* value = find(key);
  if (!value)
    return std::nullopt;
  if (!value->is_array() || !std::all_of(value->begin(), value->end(), [](const json& v) { return v.is_number(); }))
    refuse(key, "is no list of numbers");
  return value->get<std::vector<double>>();
}

std::optional<HubConfig> HubConfig::object(std::string_view key) {
  const json* value = find(key);
  if (!value)
    return std::nullopt;
  if (!value->is_object())
    refuse(key, fmt::format("is {}, expected an object", shown(*value)));
  return HubConfig(std::make_unique<json>(*value), path_, full(key) + ".");
}

void HubConfig::pass_over(std::initializer_list<std::string_view> keys) {
  for (const std::string_view key : keys)
    read_.emplace(key);
}

void HubConfig::must_be(std::string_view key, double neutral) {
  const json* value = find(key);
  if (value && !(value->is_number() && value->get<double>() == neutral) &&
      !(value->is_boolean() && !value->get<bool>()))
    throw Error(ErrorCode::unsupported,
                fmt::format("{} = {} in config.json is not supported", printable_name(full(key)), shown(*value)),
                path_);
}

void HubConfig::refuse_foreign() {
  for (const auto& [key, why] : foreign) {
    read_.emplace(key);
    const auto found = fields_->find(key);
    if (found != fields_->end() && !found->is_null() && *found != false && *found != 0)
      throw Error(ErrorCode::unsupported, fmt::format("{} ({} in config.json)", why, key), path_);
  }
}

void HubConfig::refuse_rest() const {
  for (const auto& [key, value] : fields_->items()) {
    if (read_.contains(key) || value.is_null() || (value.is_boolean() && !value.get<bool>()))
      continue;
    if (stem_.empty() && std::find(std::begin(harmless), std::end(harmless), key) != std::end(harmless))
      continue;
    throw Error(ErrorCode::unsupported,
                fmt::format("the field {} = {} in config.json is not understood, and it may change the numbers",
                            printable_name(full(key)), shown(value)),
                path_);
  }
}

} // namespace longview
