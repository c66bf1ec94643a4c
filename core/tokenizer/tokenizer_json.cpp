#include "tokenizer/tokenizer_json.h"

#include <algorithm>
#include <array>
#include <string_view>
#include <unordered_map>
#include <utility>

#include <nlohmann/json.hpp>

#include "base/error.h"
#include "base/file.h"
#include "tokenizer/byte_alphabet.h"
#include "tokenizer/json_reader.h"
#include "tokenizer/json_steps.h"
#include "tokenizer/split_rules.h"

namespace longview {
namespace {

using nlohmann::json;
namespace fs = std::filesystem;
using IdsBySpelling = std::unordered_map<std::string_view, TokenId>;

constexpr std::uint64_t longest_file = 1u << 30;
/// A bound no vocabulary comes near, far inside TokenId.
constexpr std::size_t most_tokens = 1u << 26;

[[noreturn]] void refuse(std::string why, ErrorCode code = ErrorCode::input) {
  throw Error(code, std::move(why));
}

std::string_view text_of(const MappedFile& file) {
  if (file.bytes().size() > longest_file)
    refuse("is larger than a tokenizer can be");
  return {reinterpret_cast<const char*>(file.bytes().data()), file.bytes().size()};
}

bool flag_in(const json& object, const char* key) {
  const auto found = object.find(key);
  if (found == object.end() || found->is_null())
    return false;
  if (!found->is_boolean())
    refuse(fmt::format("\"{}\" is neither true nor false", key));
  return found->get<bool>();
}

/// Ids may leave gaps, but no wide ones: a wrong number must not cost gigabytes.
void check_ids(const VocabularyLists& lists, const std::vector<AddedToken>& added) {
  const std::size_t count = lists.size() + added.size();
  std::uint64_t largest = 0;
  for (const std::uint32_t id : lists.ids)
    largest = std::max<std::uint64_t>(largest, id);
  for (const AddedToken& token : added)
    largest = std::max<std::uint64_t>(largest, static_cast<std::uint64_t>(token.id));
  if (count == 0)
    refuse("has no tokens");
  if (largest >= 2 * count + 4096 || largest >= most_tokens)
    refuse(fmt::format("has {} tokens, but one with the id {}", count, largest));
}

/// Fills tokens, merges and where merging starts.
class VocabularyBuilder {
 public:
  VocabularyBuilder(const VocabularyLists& lists, BpeVocabulary& out) : lists_(lists), out_(out) {}

  void build(bool byte_fallback) {
    check_ids(lists_, out_.added);
    read_tokens();
    ids_.reserve(lists_.size());
    for (const auto& [text, id] : lists_.entries())
      ids_.insert_or_assign(text, static_cast<TokenId>(id));
    read_bytes(byte_fallback);
    read_merges();
    check_added();
  }

  /// A spelling of the model's vocabulary.
  TokenId find(std::string_view spelling) const {
    const auto found = ids_.find(spelling);
    return found == ids_.end() ? BpeVocabulary::none : found->second;
  }

 private:
  void read_tokens() {
    std::size_t size = 0;
    for (const std::uint32_t id : lists_.ids)
      size = std::max(size, std::size_t{id} + 1);
    for (const AddedToken& token : out_.added)
      size = std::max(size, static_cast<std::size_t>(token.id) + 1);
    out_.tokens.resize(size);
    out_.mergeable.assign(size, 0);
    for (const auto& [text, id] : lists_.entries()) {
      if (out_.mergeable[id])
        refuse(fmt::format("has two tokens with the id {}", id));
      auto bytes = out_.byte_level ? bytes_of_spelling(text) : std::nullopt;
      out_.mergeable[id] = !out_.byte_level || bytes ? 1 : 0; // outside the alphabet no text can be it
      out_.tokens[id] = bytes ? std::move(*bytes) : std::string(text);
    }
  }

  void read_bytes(bool byte_fallback) {
    std::size_t missing = 0;
    for (unsigned byte = 0; byte < 256; ++byte) {
      out_.byte_tokens[byte] =
          find(out_.byte_level ? spelled(static_cast<std::uint8_t>(byte)) : fmt::format("<0x{:02X}>", byte));
      missing += out_.byte_tokens[byte] == BpeVocabulary::none;
    }
    if (out_.byte_level) {
      if (missing > 0 && byte_fallback)
        refuse("has byte_fallback with a ByteLevel step, but not all bytes, which is not supported",
               ErrorCode::unsupported);
    } else if (!byte_fallback || missing == 256) {
      out_.byte_tokens.fill(BpeVocabulary::none);
    } else if (missing > 0) {
      refuse(
          fmt::format("has byte_fallback, but tokens for {} of 256 bytes only, which is not supported", 256 - missing),
          ErrorCode::unsupported);
    }
  }

  void read_merges() {
    out_.merges.reserve(lists_.merge_count());
    std::string joined;
    for (const auto& [left, right] : lists_.merges()) {
      joined.assign(left).append(right);
      const Merge merge{find(left), find(right), find(joined)};
      if (merge.left == BpeVocabulary::none || merge.right == BpeVocabulary::none ||
          merge.merged == BpeVocabulary::none)
        refuse(fmt::format("merge {} speaks of a token that is not in its vocabulary", out_.merges.size()));
      if (left.empty() || right.empty())
        refuse(fmt::format("merge {} is not two tokens", out_.merges.size()));
      out_.merges.push_back(merge);
    }
  }

  /// Like the library, which numbers added tokens itself where the vocabulary does not.
  void check_added() const {
    for (const AddedToken& token : out_.added)
      if (const TokenId own = find(token.content); own != BpeVocabulary::none && own != token.id)
        refuse(fmt::format("its added token \"{}\" has the id {}, but {} in the vocabulary", token.content, token.id,
                           own));
  }

  const VocabularyLists& lists_;
  BpeVocabulary& out_;
  IdsBySpelling ids_;
};

/// Later ones replace earlier ones of the same spelling.
void merge_added(std::vector<AddedToken>& into, const AddedToken& token) {
  const auto same =
      std::find_if(into.begin(), into.end(), [&](const AddedToken& one) { return one.content == token.content; });
  if (same == into.end())
    into.push_back(token);
  else
    *same = token;
}

/// bos_token and its like count as special where the vocabulary knows them and no list of added tokens does.
void add_named(const TokenizerConfig& config, const VocabularyLists& lists, std::vector<AddedToken>& added) {
  if (config.named.empty())
    return;
  std::unordered_map<std::string_view, const AddedToken*> wanted;
  for (const AddedToken& token : config.named)
    wanted.emplace(token.content, &token);
  for (const AddedToken& token : added)
    wanted.erase(token.content);
  if (wanted.empty())
    return;
  for (const auto& [text, id] : lists.entries())
    if (const auto found = wanted.find(text); found != wanted.end() && id < most_tokens) {
      added.push_back(*found->second);
      added.back().id = static_cast<TokenId>(id);
    }
}

void check_model(const json& model) {
  constexpr std::array<std::string_view, 11> known = {"type",
                                                      "dropout",
                                                      "unk_token",
                                                      "continuing_subword_prefix",
                                                      "end_of_word_suffix",
                                                      "fuse_unk",
                                                      "byte_fallback",
                                                      "vocab",
                                                      "ignore_merges",
                                                      "merges",
                                                      "cache_capacity"};
  if (model.contains("type") && model["type"] != "BPE")
    refuse(fmt::format("its tokenizer is of the kind {}, which is not supported in a tokenizer.json; \"BPE\" is",
                       model["type"].dump(-1, ' ', false, json::error_handler_t::replace)),
           ErrorCode::unsupported);
  for (const auto& [key, value] : model.items())
    if (!value.is_null() && std::find(known.begin(), known.end(), key) == known.end())
      refuse(fmt::format("its model has the field \"{}\", which is not supported", key), ErrorCode::unsupported);
  if (const auto found = model.find("dropout"); found != model.end() && !found->is_null() && *found != 0.0)
    refuse("has dropout: it gives another result each time, which is not supported", ErrorCode::unsupported);
  for (const char* key : {"continuing_subword_prefix", "end_of_word_suffix"})
    if (const auto found = model.find(key); found != model.end() && !found->is_null() && *found != "")
      refuse(fmt::format("its model has a {}, which is not supported", key), ErrorCode::unsupported);
}

void read_added(const json& root, const TokenizerConfig& config, const VocabularyLists& lists, BpeVocabulary& out) {
  if (const auto list = root.find("added_tokens"); list != root.end() && list->is_array())
    for (const json& one : *list) {
      AddedToken token = added_token_of(one);
      const auto id = one.find("id");
      if (id == one.end() || !id->is_number_unsigned() || id->get<std::uint64_t>() >= most_tokens)
        refuse(fmt::format("its added token \"{}\" has no id", token.content));
      token.id = id->get<TokenId>();
      out.added.push_back(std::move(token));
    }
  std::vector<AddedToken> of_config = config.added;
  std::sort(of_config.begin(), of_config.end(), [](const AddedToken& a, const AddedToken& b) { return a.id < b.id; });
  if (of_config.size() + out.added.size() > (1u << 16))
    refuse("has more than 65,536 added tokens, which is not supported", ErrorCode::unsupported);
  for (const AddedToken& token : of_config)
    merge_added(out.added, token);
  add_named(config, lists, out.added);
}

BpeVocabulary read_json(std::string_view text, const TokenizerConfig& config) {
  VocabularyLists lists;
  const json root = parse_tokenizer_json(text, lists);
  if (!root.is_object() || !root.contains("model") || !root["model"].is_object())
    refuse("is no tokenizer.json: it has no model");
  const json& model = root["model"];
  check_model(model);
  BpeVocabulary out;
  read_added(root, config, lists, out);
  out.normalizer = normalizer_of(root.value("normalizer", json()));
  PreTokenizerOfJson pre = pre_tokenizer_of(root.value("pre_tokenizer", json()), config.add_prefix_space);
  out.pre_tokenizer = std::move(pre.steps);
  out.byte_level = pre.byte_level;
  if (config.model_type == "qwen2") {
    // transformers takes its class Qwen2Tokenizer for this architecture, which brings its own steps, whatever is
    // written here. In Qwen's own files the same is written.
    out.byte_level = true;
    out.normalizer = Normalizer({Normalizer::Form::nfc});
    out.pre_tokenizer = byte_level_steps("qwen2", qwen2_expression(), config.add_prefix_space.value_or(false));
  }
  out.fuse_unknown = flag_in(model, "fuse_unk");
  out.ignore_merges = flag_in(model, "ignore_merges");
  VocabularyBuilder builder(lists, out);
  builder.build(flag_in(model, "byte_fallback"));
  if (const auto unknown = model.find("unk_token"); unknown != model.end() && !unknown->is_null()) {
    if (!unknown->is_string())
      refuse("its unk_token is not a text");
    out.unknown = builder.find(unknown->get<std::string>());
    if (out.unknown == BpeVocabulary::none)
      refuse(fmt::format("its unk_token \"{}\" is not in its vocabulary", unknown->get<std::string>()));
  }
  return out;
}

void read_merges_file(std::string_view text, VocabularyLists& lists) {
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    std::string_view line = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    if (line.ends_with('\r'))
      line.remove_suffix(1);
    if (!line.empty() && !line.starts_with("#version"))
      lists.add_merge(line);
  }
}

/// Which classes of transformers read these two files, and how they split text.
bool splits_like_qwen2(const TokenizerConfig& config) {
  constexpr std::string_view like_gpt2[] = {"GPT2Tokenizer",      "RobertaTokenizer", "BartTokenizer",
                                            "LEDTokenizer",       "CodeGenTokenizer", "GPTNeoXTokenizer",
                                            "PreTrainedTokenizer"};
  const std::string& name = config.tokenizer_class;
  if (name == "Qwen2Tokenizer" || (name.empty() && (config.model_type == "qwen2" || config.model_type == "qwen3")))
    return true;
  if (!name.empty() && std::find(std::begin(like_gpt2), std::end(like_gpt2), name) == std::end(like_gpt2))
    refuse(fmt::format("is the vocabulary of the class {}, which is not supported without a tokenizer.json", name),
           ErrorCode::unsupported);
  return false;
}

/// Runs `read`; errors of its own get the path.
template <typename Read>
auto in_file(const fs::path& path, const Read& read) {
  try {
    return read();
  } catch (const Error& error) {
    throw error.context().empty() ? Error(error.code(), error.message(), path.string()) : error;
  }
}

} // namespace

AddedToken added_token_of(const json& object) {
  if (!object.is_object() || !object.contains("content") || !object["content"].is_string())
    refuse("has an added token without a spelling");
  AddedToken out;
  out.content = object["content"].get<std::string>();
  out.special = flag_in(object, "special");
  out.normalized = object.contains("normalized") ? flag_in(object, "normalized") : !out.special;
  out.lstrip = flag_in(object, "lstrip");
  out.rstrip = flag_in(object, "rstrip");
  out.single_word = flag_in(object, "single_word");
  return out;
}

std::shared_ptr<const Tokenizer> read_tokenizer_json(const fs::path& path, const TokenizerConfig& config) {
  return in_file(path, [&] {
    const MappedFile file(path);
    return std::make_shared<const BpeTokenizer>(read_json(text_of(file), config));
  });
}

std::shared_ptr<const Tokenizer> read_vocabulary_files(const fs::path& vocabulary, const fs::path& merges,
                                                       const TokenizerConfig& config) {
  VocabularyLists lists;
  in_file(vocabulary, [&] {
    const MappedFile file(vocabulary);
    parse_vocabulary_json(text_of(file), lists);
  });
  in_file(merges, [&] {
    const MappedFile file(merges);
    read_merges_file(text_of(file), lists);
  });
  return in_file(vocabulary, [&] {
    BpeVocabulary out;
    for (const AddedToken& token : config.added)
      if (token.id >= 0)
        merge_added(out.added, token);
    TokenizerConfig named = config;
    if (named.named.empty()) // what these classes take for BOS and EOS where no file says another
      named.named.push_back({.content = "<|endoftext|>", .id = -1, .special = true});
    add_named(named, lists, out.added);
    const bool qwen2 = splits_like_qwen2(config);
    std::vector<PreTokenizer::Step> steps;
    if (config.add_prefix_space.value_or(false))
      steps.emplace_back(PreTokenizer::Prefix{PreTokenizer::Prefix::When::always, " "});
    steps.emplace_back(
        PreTokenizer::Split{std::make_shared<const SplitPattern>(
                                qwen2 ? "qwen2" : "gpt-2", std::string(qwen2 ? qwen2_expression() : gpt2_expression())),
                            PreTokenizer::Behaviour::isolated, false});
    out.pre_tokenizer = PreTokenizer(std::move(steps));
    if (qwen2)
      out.normalizer = Normalizer({Normalizer::Form::nfc});
    out.detail = qwen2 ? "pattern qwen2" : "pattern gpt-2";
    VocabularyBuilder(lists, out).build(false);
    return std::make_shared<const BpeTokenizer>(std::move(out));
  });
}

} // namespace longview
