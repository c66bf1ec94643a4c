#include "tokenizer/gguf_vocabulary.h"

#include <algorithm>
#include <array>
#include <string_view>
#include <unordered_map>
#include <utility>

#include "base/error.h"
#include "tokenizer/bpe_tokenizer.h"
#include "tokenizer/byte_alphabet.h"
#include "tokenizer/sentencepiece_tokenizer.h"
#include "tokenizer/split_rules.h"
#include "tokenizer/utf8.h"

namespace longview {
namespace {

using IdsBySpelling = std::unordered_map<std::string_view, TokenId>;
using PieceType = SentencePieceModel::Type; ///< tokenizer.ggml.token_type has the same numbers

/// A bound no vocabulary comes near, far inside TokenId.
constexpr std::size_t most_tokens = 1u << 26;

template <typename T>
T needed(std::optional<T> value, std::string_view key) {
  if (!value)
    throw Error(ErrorCode::input, fmt::format("its tokenizer is incomplete: the metadata key {} is missing", key));
  return std::move(*value);
}

struct Lists {
  std::vector<std::string_view> spellings;
  std::vector<PieceType> types;
};

Lists read_lists(const GgufFile& file) {
  Lists out;
  out.spellings = needed(file.strings("tokenizer.ggml.tokens"), "tokenizer.ggml.tokens");
  const auto types = needed(file.integers("tokenizer.ggml.token_type"), "tokenizer.ggml.token_type");
  if (out.spellings.empty() || out.spellings.size() > most_tokens)
    throw Error(ErrorCode::input, fmt::format("its tokenizer has {} tokens", out.spellings.size()));
  if (types.size() != out.spellings.size())
    throw Error(ErrorCode::input,
                fmt::format("its tokenizer has {} tokens, but types for {}", out.spellings.size(), types.size()));
  for (const std::int64_t type : types)
    out.types.push_back(type >= 1 && type <= 6 ? static_cast<PieceType>(type) : PieceType::normal);
  return out;
}

/// "left right", both in the byte alphabet, which has no space.
Merge parse_merge(std::string_view text, std::size_t rank, const IdsBySpelling& ids) {
  const auto fail = [&](std::string_view why) -> Error {
    return {ErrorCode::input, fmt::format("merge {} of its tokenizer {}", rank, why)};
  };
  const std::size_t space = text.find(' ');
  if (space == std::string_view::npos || text.find(' ', space + 1) != std::string_view::npos)
    throw fail("is not two tokens with a space between them");
  const std::string_view left = text.substr(0, space), right = text.substr(space + 1);
  const auto id = [&](std::string_view spelling) {
    const auto found = ids.find(spelling);
    if (found == ids.end())
      throw fail("speaks of a token that is not in its vocabulary");
    return found->second;
  };
  return {id(left), id(right), id(std::string(left) + std::string(right))};
}

/// Tokens found by their spelling are written as they are; all others in the byte alphabet.
void read_byte_level_tokens(const Lists& lists, BpeVocabulary& out) {
  out.mergeable.assign(lists.spellings.size(), 0);
  for (std::size_t k = 0; k < lists.spellings.size(); ++k) {
    const PieceType type = lists.types[k];
    const bool ordinary = type == PieceType::normal || type == PieceType::byte;
    auto bytes = ordinary ? bytes_of_spelling(lists.spellings[k]) : std::nullopt;
    out.mergeable[k] = bytes ? 1 : 0;
    out.tokens.push_back(bytes ? std::move(*bytes) : std::string(lists.spellings[k]));
    if (type == PieceType::control || type == PieceType::user_defined) {
      AddedToken token;
      token.content = out.tokens.back();
      token.id = static_cast<TokenId>(k);
      token.special = type == PieceType::control;
      out.added.push_back(std::move(token));
    }
  }
}

std::shared_ptr<const Tokenizer> read_byte_level(const GgufFile& file) {
  // Without a rule's name nobody can know how the model's texts were split.
  const SplitRule& rule = split_rule(needed(file.string("tokenizer.ggml.pre"), "tokenizer.ggml.pre"));
  BpeVocabulary out;
  out.pre_tokenizer =
      byte_level_steps(rule.name, rule.expression, file.boolean("tokenizer.ggml.add_space_prefix").value_or(false));
  if (rule.nfc)
    out.normalizer = Normalizer({Normalizer::Form::nfc});
  out.ignore_merges = rule.ignore_merges;
  out.detail = fmt::format("pattern {}", rule.name);
  const Lists lists = read_lists(file);
  read_byte_level_tokens(lists, out);

  IdsBySpelling ids;
  ids.reserve(lists.spellings.size());
  for (std::size_t k = 0; k < lists.spellings.size(); ++k)
    ids.insert_or_assign(lists.spellings[k], static_cast<TokenId>(k));
  for (unsigned byte = 0; byte < 256; ++byte) {
    const auto found = ids.find(spelled(static_cast<std::uint8_t>(byte)));
    out.byte_tokens[byte] = found == ids.end() ? BpeVocabulary::none : found->second;
  }
  const auto merges = needed(file.strings("tokenizer.ggml.merges"), "tokenizer.ggml.merges");
  out.merges.reserve(merges.size());
  for (std::size_t rank = 0; rank < merges.size(); ++rank)
    out.merges.push_back(parse_merge(merges[rank], rank, ids));
  return std::make_shared<const BpeTokenizer>(std::move(out));
}

/// "▁" as the space it stands for in a text.
std::string with_spaces(std::string_view piece) {
  return bytes_of_piece(piece, false);
}

SentencePieceModel::Piece read_piece(const GgufFile& file, std::string_view spelling, double score, PieceType type) {
  if (spelling.empty() || first_invalid_utf8(spelling))
    throw Error(ErrorCode::input, "its tokenizer has a piece that is empty or not valid UTF-8", file.path().string());
  const auto narrow = static_cast<float>(score);
  if (!(narrow > -1e30f && narrow < 1e30f))
    throw Error(ErrorCode::input, "its tokenizer has a score that is not a number", file.path().string());
  return {std::string(spelling), narrow, type};
}

/// Converters mark padding as unused and added tokens as user-defined, so that a spelling may occur again: only the
/// first is merged.
void keep_first_of_equals(SentencePieceModel& model) {
  std::unordered_map<std::string, std::size_t> seen;
  for (std::size_t k = 0; k < model.pieces.size(); ++k) {
    auto& piece = model.pieces[k];
    if ((piece.type == PieceType::normal || piece.type == PieceType::unused) && !seen.emplace(piece.text, k).second)
      piece.type = PieceType::control;
  }
}

/// Gemma's models are the ones without a space before the text; their converters say so only since 2024.
bool has_space_prefix(const GgufFile& file) {
  const bool gemma = file.string("tokenizer.ggml.model") == "gemma" ||
                     file.string("general.architecture").value_or("").starts_with("gemma");
  return file.boolean("tokenizer.ggml.add_space_prefix").value_or(!gemma);
}

std::shared_ptr<const Tokenizer> read_sentencepiece(const GgufFile& file) {
  const Lists lists = read_lists(file);
  const auto scores = needed(file.numbers("tokenizer.ggml.scores"), "tokenizer.ggml.scores");
  if (scores.size() != lists.spellings.size())
    throw Error(ErrorCode::input,
                fmt::format("its tokenizer has {} tokens, but scores for {}", lists.spellings.size(), scores.size()));
  SentencePieceModel model;
  model.kind = SentencePieceModel::Kind::bpe;
  model.add_dummy_prefix = has_space_prefix(file);
  model.remove_extra_whitespaces = file.boolean("tokenizer.ggml.remove_extra_whitespaces").value_or(false);
  SentencePieceTokenizer::Options options;
  options.kind = "sentencepiece";
  std::array<bool, 256> bytes{};
  for (std::size_t k = 0; k < lists.spellings.size(); ++k) {
    PieceType type = lists.types[k];
    const auto byte = type == PieceType::byte ? byte_of_piece(lists.spellings[k]) : std::nullopt;
    if (byte)
      bytes[*byte] = true;
    if (type == PieceType::control || type == PieceType::unknown || type == PieceType::user_defined) {
      AddedToken token;
      token.content =
          type == PieceType::user_defined ? with_spaces(lists.spellings[k]) : std::string(lists.spellings[k]);
      token.id = static_cast<TokenId>(k);
      token.special = type != PieceType::user_defined;
      options.added.push_back(std::move(token));
      type = type == PieceType::unknown ? type : PieceType::control; // found by its spelling, never merged
    }
    model.pieces.push_back(read_piece(file, lists.spellings[k], scores[k], type));
  }
  model.byte_fallback = std::all_of(bytes.begin(), bytes.end(), [](bool there) { return there; });
  keep_first_of_equals(model);
  return std::make_shared<const SentencePieceTokenizer>(std::move(model), std::move(options));
}

std::shared_ptr<const Tokenizer> read(const GgufFile& file) {
  const auto model = file.string("tokenizer.ggml.model");
  if (!model)
    throw Error(ErrorCode::input, "has no tokenizer inside: the metadata key tokenizer.ggml.model is missing");
  if (*model == "gpt2")
    return read_byte_level(file);
  if (*model == "llama" || *model == "gemma")
    return read_sentencepiece(file);
  throw Error(
      ErrorCode::unsupported,
      fmt::format("its tokenizer is of the kind \"{}\", which is not supported in a GGUF; \"gpt2\" and \"llama\" are",
                  *model));
}

} // namespace

std::shared_ptr<const Tokenizer> read_gguf_tokenizer(const GgufFile& file) {
  try {
    return read(file);
  } catch (const Error& error) {
    throw error.context().empty() ? Error(error.code(), error.message(), file.path().string()) : error;
  }
}

} // namespace longview
