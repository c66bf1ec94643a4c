#include "tokenizer/tokenizer_config.h"

#include <charconv>
#include <limits>
#include <string_view>

#include <nlohmann/json.hpp>

#include "base/error.h"
#include "base/file.h"
#include "tokenizer/json_reader.h"
#include "tokenizer/tokenizer_json.h"

namespace longview {
namespace {

using nlohmann::json;
namespace fs = std::filesystem;

constexpr std::string_view token_names[] = {"bos_token", "eos_token", "unk_token", "sep_token",
                                            "pad_token", "cls_token", "mask_token"};
constexpr std::string_view token_lists[] = {"additional_special_tokens", "extra_special_tokens"};

/// An object, empty where the file is not there.
json read_object(const fs::path& file) {
  if (std::error_code ignored; !fs::exists(file, ignored))
    return json::object();
  json out = parse_small_json(file);
  if (!out.is_object())
    throw Error(ErrorCode::input, "is not a JSON object", file.string());
  return out;
}

/// A token as a string, or as an object with its flags.
void add_named(const json& value, std::vector<AddedToken>& out) {
  AddedToken token;
  if (value.is_string()) {
    token.content = value.get<std::string>();
    token.special = true;
  } else if (value.is_object() && value.contains("content")) {
    token = added_token_of(value);
    token.special = true;
  }
  if (!token.content.empty())
    out.push_back(std::move(token));
}

void read_named(const json& object, std::vector<AddedToken>& out) {
  for (const std::string_view name : token_names)
    if (const auto value = object.find(name); value != object.end())
      add_named(*value, out);
  for (const std::string_view name : token_lists)
    if (const auto list = object.find(name); list != object.end() && (list->is_array() || list->is_object()))
      for (const auto& value : *list)
        add_named(value, out);
}

TokenId id_of(std::string_view text) {
  TokenId id = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), id);
  if (error != std::errc() || end != text.data() + text.size() || id < 0)
    throw Error(ErrorCode::input, fmt::format("has an added token with the id \"{}\"", text));
  return id;
}

void read_added(const json& decoder, std::vector<AddedToken>& out) {
  for (const auto& [key, value] : decoder.items()) {
    out.push_back(added_token_of(value));
    out.back().id = id_of(key);
  }
}

std::string text_of(const json& object, std::string_view key) {
  const auto found = object.find(key);
  return found != object.end() && found->is_string() ? found->get<std::string>() : std::string();
}

std::optional<bool> flag_of(const json& object, std::string_view key) {
  const auto found = object.find(key);
  return found != object.end() && found->is_boolean() ? std::optional(found->get<bool>()) : std::nullopt;
}

/// added_tokens.json: spelling to id.
void read_added_file(const fs::path& file, std::vector<AddedToken>& out) {
  const json object = read_object(file);
  for (const auto& [content, id] : object.items()) {
    if (!id.is_number_unsigned() || id.get<std::uint64_t>() > std::uint64_t{std::numeric_limits<TokenId>::max()})
      throw Error(ErrorCode::input, "has an added token without an id", file.string());
    AddedToken token;
    token.content = content;
    token.id = id.get<TokenId>();
    out.push_back(std::move(token));
  }
}

/// added_tokens.json has no flags: those of the special tokens are where they are named.
void take_flags(const std::vector<AddedToken>& named, std::vector<AddedToken>& added) {
  for (AddedToken& token : added)
    for (const AddedToken& one : named)
      if (one.content == token.content) {
        const TokenId id = token.id;
        token = one;
        token.id = id;
      }
}

} // namespace

TokenizerConfig read_tokenizer_config(const fs::path& directory) {
  TokenizerConfig out;
  const fs::path file = directory / "tokenizer_config.json";
  const json config = read_object(file);
  try {
    out.tokenizer_class = text_of(config, "tokenizer_class");
    if (out.tokenizer_class.ends_with("Fast"))
      out.tokenizer_class.resize(out.tokenizer_class.size() - 4);
    out.add_prefix_space = flag_of(config, "add_prefix_space");
    out.legacy = flag_of(config, "legacy");
    read_named(config, out.named);
    if (const auto decoder = config.find("added_tokens_decoder"); decoder != config.end() && decoder->is_object())
      read_added(*decoder, out.added);
  } catch (const Error& error) {
    throw Error(error.code(), error.message(), file.string());
  } catch (const json::exception& error) {
    throw Error(ErrorCode::input, fmt::format("cannot be understood: {}", error.what()), file.string());
  }
  read_named(read_object(directory / "special_tokens_map.json"), out.named);
  if (out.added.empty()) {
    read_added_file(directory / "added_tokens.json", out.added);
    take_flags(out.named, out.added);
  }
  out.model_type = text_of(read_object(directory / "config.json"), "model_type");
  return out;
}

} // namespace longview
