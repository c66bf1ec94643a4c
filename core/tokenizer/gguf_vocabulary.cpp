#include "tokenizer/gguf_vocabulary.h"

#include <string_view>
#include <unordered_map>
#include <utility>

#include "base/error.h"
#include "tokenizer/byte_alphabet.h"

namespace longview {
namespace {

using IdsBySpelling = std::unordered_map<std::string_view, TokenId>;

/// A bound no vocabulary comes near, far inside TokenId.
constexpr std::size_t most_tokens = 1u << 26;

/// Numbers of tokenizer.ggml.token_type.
enum class GgufTokenType : std::int64_t {
  normal = 1,
  unknown = 2,
  control = 3,
  user_defined = 4,
  unused = 5,
  byte = 6
};

TokenKind kind_of(std::int64_t type) {
  switch (static_cast<GgufTokenType>(type)) {
  case GgufTokenType::control:
    return TokenKind::special;
  case GgufTokenType::user_defined:
    return TokenKind::added;
  case GgufTokenType::unknown:
  case GgufTokenType::unused:
    return TokenKind::unused;
  case GgufTokenType::normal:
  case GgufTokenType::byte:
    break;
  }
  return TokenKind::ordinary;
}

template <typename T>
T needed(std::optional<T> value, std::string_view key) {
  if (!value)
    throw Error(ErrorCode::input, fmt::format("its tokenizer is incomplete: the metadata key {} is missing", key));
  return std::move(*value);
}

void check_model(const GgufFile& file) {
  const auto model = file.string("tokenizer.ggml.model");
  if (!model)
    throw Error(ErrorCode::input, "has no tokenizer inside: the metadata key tokenizer.ggml.model is missing");
  if (*model != "gpt2")
    throw Error(
        ErrorCode::unsupported,
        fmt::format("its tokenizer is of the kind \"{}\", which is not supported in a GGUF; \"gpt2\" is", *model));
  if (file.boolean("tokenizer.ggml.add_space_prefix").value_or(false))
    throw Error(ErrorCode::unsupported, "its tokenizer puts a space before every text, which is not supported");
}

/// Tokens found by their spelling are written as they are; all others in the byte alphabet.
void read_tokens(const std::vector<std::string_view>& spellings, const std::vector<std::int64_t>& types,
                 ByteLevelVocabulary& out) {
  if (spellings.empty() || spellings.size() > most_tokens)
    throw Error(ErrorCode::input, fmt::format("its tokenizer has {} tokens", spellings.size()));
  if (types.size() != spellings.size())
    throw Error(ErrorCode::input,
                fmt::format("its tokenizer has {} tokens, but types for {}", spellings.size(), types.size()));
  out.tokens.reserve(spellings.size());
  out.kinds.reserve(spellings.size());
  for (std::size_t k = 0; k < spellings.size(); ++k) {
    const TokenKind kind = kind_of(types[k]);
    auto bytes = kind == TokenKind::ordinary ? bytes_of_spelling(spellings[k]) : std::nullopt;
    out.tokens.push_back(bytes ? std::move(*bytes) : std::string(spellings[k]));
    out.kinds.push_back(kind);
  }
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

ByteLevelVocabulary read_vocabulary(const GgufFile& file) {
  check_model(file);
  // Without a rule's name nobody can know how the model's texts were split.
  ByteLevelVocabulary out{
      {}, {}, {}, {}, SplitPattern::named(needed(file.string("tokenizer.ggml.pre"), "tokenizer.ggml.pre"))};
  const auto spellings = needed(file.strings("tokenizer.ggml.tokens"), "tokenizer.ggml.tokens");
  read_tokens(spellings, needed(file.integers("tokenizer.ggml.token_type"), "tokenizer.ggml.token_type"), out);

  IdsBySpelling ids;
  ids.reserve(spellings.size());
  for (std::size_t k = 0; k < spellings.size(); ++k)
    ids.insert_or_assign(spellings[k], static_cast<TokenId>(k));
  for (unsigned byte = 0; byte < 256; ++byte) {
    const auto found = ids.find(spelled(static_cast<std::uint8_t>(byte)));
    out.byte_tokens[byte] = found == ids.end() ? BytePairs::none : found->second;
  }
  const auto merges = needed(file.strings("tokenizer.ggml.merges"), "tokenizer.ggml.merges");
  out.merges.reserve(merges.size());
  for (std::size_t rank = 0; rank < merges.size(); ++rank)
    out.merges.push_back(parse_merge(merges[rank], rank, ids));
  return out;
}

} // namespace

ByteLevelVocabulary read_byte_level_vocabulary(const GgufFile& file) {
  try {
    return read_vocabulary(file);
  } catch (const Error& error) {
    throw error.context().empty() ? Error(error.code(), error.message(), file.path().string()) : error;
  }
}

} // namespace longview
