#include "run/settings.h"

#include <cmath>
#include <limits>
#include <optional>

#include <nlohmann/json.hpp>

#include <fmt/format.h>

#include "base/error.h"
#include "scoring/names.h"

namespace longview {
namespace {

using nlohmann::json;
using nlohmann::ordered_json;

constexpr NameTable<SpecialTokens, 2> special_tokens{
    {{SpecialTokens::plain, "plain"}, {SpecialTokens::recognised, "recognised"}}};

[[noreturn]] void refuse(const char* key, const std::string& wanted, const json& found) {
  throw Error(ErrorCode::input,
              fmt::format("{} must be {}, not {}; the settings were not written by this program, or by a newer one",
                          key, wanted, found.dump(-1, ' ', true, json::error_handler_t::replace).substr(0, 100)),
              "run settings");
}

// Each reads one key into its field and leaves the default where the key is missing.

template <typename Integer>
void read_integer(const json& object, const char* key, Integer& field) {
  const auto found = object.find(key);
  if (found == object.end())
    return;
  if (!found->is_number_unsigned() || found->template get<std::uint64_t>() > std::numeric_limits<Integer>::max())
    refuse(key, fmt::format("a whole number from 0 to {}", std::numeric_limits<Integer>::max()), *found);
  field = found->template get<Integer>();
}

void read_number(const json& object, const char* key, double& field) {
  const auto found = object.find(key);
  if (found == object.end())
    return;
  if (!found->is_number())
    refuse(key, "a number", *found);
  field = found->get<double>();
}

void read_text(const json& object, const char* key, std::string& field) {
  const auto found = object.find(key);
  if (found == object.end())
    return;
  if (!found->is_string())
    refuse(key, "a text", *found);
  field = found->get<std::string>();
}

template <typename Enum, typename Parse>
void read_word(const json& object, const char* key, Enum& field, const Parse& parse) {
  const auto found = object.find(key);
  if (found == object.end())
    return;
  const std::optional<Enum> value =
      found->is_string() ? parse(found->template get_ref<const std::string&>()) : std::nullopt;
  if (!value)
    refuse(key, "one of its known words", *found);
  field = *value;
}

json parse_object(std::string_view text) {
  json object = json::parse(text, nullptr, false);
  if (!object.is_object())
    throw Error(ErrorCode::input, "the run's settings are no JSON object; the project file is damaged", "run settings");
  return object;
}

void write_parameters(ordered_json& object, const LiveParameters& live) {
  if (!std::isfinite(live.threshold) || !std::isfinite(live.alpha) || !std::isfinite(live.beta))
    throw Error(ErrorCode::usage, "threshold, alpha and beta must be finite numbers");
  object["threshold"] = live.threshold;
  object["alpha"] = live.alpha;
  object["beta"] = live.beta;
  object["distance"] = name(live.distance);
  object["specificity"] = name(live.specificity);
  object["score"] = name(live.score);
}

void read_parameters(const json& object, LiveParameters& live) {
  read_number(object, "threshold", live.threshold);
  read_number(object, "alpha", live.alpha);
  read_number(object, "beta", live.beta);
  read_word(object, "distance", live.distance, parse_distance_scale);
  read_word(object, "specificity", live.specificity, parse_specificity_mode);
  read_word(object, "score", live.score, parse_score_kind);
}

} // namespace

std::string to_json(const RunSettings& settings) {
  const SamplingSettings& sampling = settings.sampling;
  ordered_json object = {
      {"preset", name(sampling.preset)}, {"segment_length", sampling.segment_length},
      {"window", sampling.window},       {"pairs_per_document", sampling.pairs_per_document},
      {"seed", sampling.seed},
  };
  write_parameters(object, settings.parameters);
  object["dtype"] = name(settings.dtype);
  object["special_tokens"] = name_of(special_tokens, settings.special_tokens);
  object["text_field"] = settings.text_field;
  object["id_field"] = settings.id_field;
  if (settings.controls > 0)
    object["controls"] = settings.controls;
  try {
    return object.dump();
  } catch (const json::type_error&) {
    throw Error(ErrorCode::usage, "the names of the text and id fields must be valid UTF-8");
  }
}

RunSettings settings_from_json(std::string_view text) {
  const json object = parse_object(text);
  RunSettings settings;
  SamplingSettings& sampling = settings.sampling;
  read_word(object, "preset", sampling.preset, parse_preset);
  read_integer(object, "segment_length", sampling.segment_length);
  read_integer(object, "window", sampling.window);
  read_integer(object, "pairs_per_document", sampling.pairs_per_document);
  read_integer(object, "seed", sampling.seed);
  if (sampling.segment_length == 0) // everything divides by it
    refuse("segment_length", "at least 1", 0);
  settings.parameters = default_parameters(sampling.preset);
  read_parameters(object, settings.parameters);
  read_word(object, "dtype", settings.dtype, parse_dtype);
  const auto parse_special = [](std::string_view word) { return named(special_tokens, word); };
  read_word(object, "special_tokens", settings.special_tokens, parse_special);
  read_text(object, "text_field", settings.text_field);
  read_text(object, "id_field", settings.id_field);
  read_integer(object, "controls", settings.controls);
  return settings;
}

std::string to_json(const LiveParameters& parameters) {
  ordered_json object;
  write_parameters(object, parameters);
  return object.dump();
}

LiveParameters parameters_from_json(std::string_view text, const LiveParameters& missing) {
  LiveParameters parameters = missing;
  read_parameters(parse_object(text), parameters);
  return parameters;
}

} // namespace longview
