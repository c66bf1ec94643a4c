#include "tokenizer/json_steps.h"

#include <algorithm>
#include <string_view>
#include <utility>

#include <nlohmann/json.hpp>

#include "base/error.h"
#include "tokenizer/regex_syntax.h"
#include "tokenizer/split_rules.h"

namespace longview {
namespace {

using nlohmann::json;
using Behaviour = PreTokenizer::Behaviour;
using Class = PreTokenizer::SplitCharacters::Class;

constexpr std::size_t longest_pattern = 64u << 10;

std::string type_of(const json& object, std::string_view part) {
  if (!object.is_object() || !object.contains("type") || !object["type"].is_string())
    throw Error(ErrorCode::input, fmt::format("its {} has no type", part));
  return object["type"].get<std::string>();
}

const json& needed(const json& object, const char* key, std::string_view type) {
  const auto found = object.find(key);
  if (found == object.end())
    throw Error(ErrorCode::input, fmt::format("its step {} has no \"{}\"", type, key));
  return *found;
}

std::string text_in(const json& object, const char* key, std::string_view type) {
  const json& value = needed(object, key, type);
  if (!value.is_string())
    throw Error(ErrorCode::input, fmt::format("\"{}\" of its step {} is not a text", key, type));
  return value.get<std::string>();
}

bool flag_in(const json& object, const char* key, bool missing, std::string_view type) {
  const auto found = object.find(key);
  if (found == object.end() || found->is_null())
    return missing;
  if (!found->is_boolean())
    throw Error(ErrorCode::input, fmt::format("\"{}\" of its step {} is neither true nor false", key, type));
  return found->get<bool>();
}

/// {"String": …} or {"Regex": …}
struct Pattern {
  std::string text;
  std::shared_ptr<const SplitPattern> regex;
};

Pattern pattern_of(const json& object, std::string_view type) {
  const json& value = needed(object, "pattern", type);
  Pattern out;
  if (value.is_object() && value.contains("String") && value["String"].is_string())
    out.text = value["String"].get<std::string>();
  else if (value.is_object() && value.contains("Regex") && value["Regex"].is_string()) {
    const auto text = value["Regex"].get<std::string>();
    if (text.empty() || text.size() > longest_pattern)
      throw Error(ErrorCode::input, fmt::format("the pattern of its step {} is {} bytes long", type, text.size()));
    out.regex = std::make_shared<const SplitPattern>(text, pcre_from_oniguruma(text));
    return out;
  }
  if (out.text.empty())
    throw Error(ErrorCode::input, fmt::format("its step {} has no pattern", type));
  return out;
}

Behaviour behaviour_of(const json& object, std::string_view type) {
  constexpr std::pair<std::string_view, Behaviour> known[] = {
      {"Removed", Behaviour::removed},
      {"Isolated", Behaviour::isolated},
      {"MergedWithPrevious", Behaviour::merged_with_previous},
      {"MergedWithNext", Behaviour::merged_with_next},
      {"Contiguous", Behaviour::contiguous},
  };
  const std::string name = text_in(object, "behavior", type);
  for (const auto& [spelling, behaviour] : known)
    if (name == spelling)
      return behaviour;
  throw Error(ErrorCode::unsupported,
              fmt::format("its step {} has the behavior \"{}\", which is not supported", type, name));
}

void add_normalizer(const json& object, int depth, std::vector<Normalizer::Step>& out) {
  using Form = Normalizer::Form;
  const std::string type = type_of(object, "normalizer");
  if (type == "Sequence" && depth < 4) {
    for (const json& one : needed(object, "normalizers", type))
      add_normalizer(one, depth + 1, out);
  } else if (type == "NFC") {
    out.emplace_back(Form::nfc);
  } else if (type == "NFD") {
    out.emplace_back(Form::nfd);
  } else if (type == "NFKC") {
    out.emplace_back(Form::nfkc);
  } else if (type == "NFKD") {
    out.emplace_back(Form::nfkd);
  } else if (type == "Prepend") {
    out.emplace_back(Normalizer::Prepend{text_in(object, "prepend", type)});
  } else if (type == "Replace") {
    Pattern pattern = pattern_of(object, type);
    std::string by = text_in(object, "content", type);
    if (pattern.regex)
      out.emplace_back(Normalizer::ReplacePattern{std::move(pattern.regex), std::move(by)});
    else
      out.emplace_back(Normalizer::Replace{std::move(pattern.text), std::move(by)});
  } else if (type == "Strip") {
    out.emplace_back(
        Normalizer::Strip{flag_in(object, "strip_left", true, type), flag_in(object, "strip_right", true, type)});
  } else {
    throw Error(ErrorCode::unsupported, fmt::format("its normalizer \"{}\" is not supported", type));
  }
}

void add_metaspace(const json& object, std::vector<PreTokenizer::Step>& out) {
  const std::string type = "Metaspace", space = text_in(object, "replacement", type);
  if (space.empty())
    throw Error(ErrorCode::input, "its step Metaspace replaces spaces by nothing");
  std::string scheme = flag_in(object, "add_prefix_space", true, type) ? "always" : "never";
  if (object.contains("prepend_scheme"))
    scheme = text_in(object, "prepend_scheme", type);
  out.emplace_back(PreTokenizer::Replace{" ", space});
  if (scheme == "always" || scheme == "first")
    out.emplace_back(PreTokenizer::Prefix{
        scheme == "always" ? PreTokenizer::Prefix::When::always : PreTokenizer::Prefix::When::first, space});
  else if (scheme != "never")
    throw Error(ErrorCode::unsupported,
                fmt::format("its step Metaspace has the prepend_scheme \"{}\", which is not supported", scheme));
  if (flag_in(object, "split", true, type))
    out.emplace_back(PreTokenizer::SplitAt{space, Behaviour::merged_with_next, false});
}

class PreTokenizerReader {
 public:
  explicit PreTokenizerReader(std::optional<bool> add_prefix_space) : add_prefix_space_(add_prefix_space) {}

  void add(const json& object, int depth) {
    const std::string type = type_of(object, "pre_tokenizer");
    if (byte_level)
      throw Error(ErrorCode::unsupported,
                  fmt::format("its step {} comes after ByteLevel, which is not supported", type));
    if (type == "Sequence" && depth < 4) {
      for (const json& one : needed(object, "pretokenizers", type))
        add(one, depth + 1);
    } else if (type == "ByteLevel") {
      const bool own = flag_in(object, "add_prefix_space", true, type);
      if (depth == 0 ? add_prefix_space_.value_or(own) : own)
        steps.emplace_back(PreTokenizer::Prefix{PreTokenizer::Prefix::When::always, " "});
      if (flag_in(object, "use_regex", true, type))
        steps.emplace_back(
            PreTokenizer::Split{std::make_shared<const SplitPattern>("ByteLevel", std::string(gpt2_expression())),
                                Behaviour::isolated, false});
      byte_level = true;
    } else if (type == "Split") {
      Pattern pattern = pattern_of(object, type);
      const Behaviour behaviour = behaviour_of(object, type);
      const bool invert = flag_in(object, "invert", false, type);
      if (pattern.regex)
        steps.emplace_back(PreTokenizer::Split{std::move(pattern.regex), behaviour, invert});
      else
        steps.emplace_back(PreTokenizer::SplitAt{std::move(pattern.text), behaviour, invert});
    } else if (type == "Digits") {
      steps.emplace_back(PreTokenizer::SplitCharacters{Class::numeric, flag_in(object, "individual_digits", false, type)
                                                                           ? Behaviour::isolated
                                                                           : Behaviour::contiguous});
    } else if (type == "Punctuation") {
      steps.emplace_back(PreTokenizer::SplitCharacters{
          Class::punctuation, object.contains("behavior") ? behaviour_of(object, type) : Behaviour::isolated});
    } else if (type == "Metaspace") {
      add_metaspace(object, steps);
    } else {
      throw Error(ErrorCode::unsupported, fmt::format("its pre_tokenizer \"{}\" is not supported", type));
    }
  }

  std::vector<PreTokenizer::Step> steps;
  bool byte_level = false;

 private:
  std::optional<bool> add_prefix_space_;
};

} // namespace

Normalizer normalizer_of(const json& object) {
  std::vector<Normalizer::Step> steps;
  if (!object.is_null())
    add_normalizer(object, 0, steps);
  return Normalizer(std::move(steps));
}

PreTokenizerOfJson pre_tokenizer_of(const json& object, std::optional<bool> add_prefix_space) {
  PreTokenizerReader reader(add_prefix_space);
  if (!object.is_null())
    reader.add(object, 0);
  return {PreTokenizer(std::move(reader.steps)), reader.byte_level};
}

} // namespace longview
