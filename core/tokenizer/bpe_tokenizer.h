#pragma once

#include <array>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "tokenizer/added_tokens.h"
#include "tokenizer/byte_pairs.h"
#include "tokenizer/character_pairs.h"
#include "tokenizer/normalizer.h"
#include "tokenizer/pre_tokenizer.h"
#include "tokenizer/tokenizer.h"

namespace longview {

/// Everything a BPE tokenizer is made of, wherever it was read from.
struct BpeVocabulary {
  static constexpr TokenId none = -1;

  bool byte_level = true;          ///< merging starts from bytes; if not, from characters
  std::vector<std::string> tokens; ///< by id: what merging works with. Bytes where it starts from bytes, else UTF-8
  std::vector<char> mergeable;     ///< one each: whether merging may make it (added tokens outside the model: not)
  std::vector<AddedToken> added;
  Normalizer normalizer;
  PreTokenizer pre_tokenizer;
  std::vector<Merge> merges;              ///< best first
  std::array<TokenId, 256> byte_tokens{}; ///< byte level: where merging starts. Else: byte fallback; all none: off
  TokenId unknown = none;
  bool fuse_unknown = false;
  bool ignore_merges = false;
  std::string detail; ///< for people, after the number of tokens: "pattern smollm"; may be empty

  BpeVocabulary() { byte_tokens.fill(none); }
};

/// Byte-pair encoding in the manner of the `tokenizers` library: added tokens are found, what lies between them is
/// normalized and cut into pieces, and the bytes or characters of each piece are merged.
class BpeTokenizer final : public Tokenizer {
 public:
  explicit BpeTokenizer(BpeVocabulary vocabulary);

  Tokens encode(std::string_view text, SpecialTokens special, std::stop_token stop) const override;
  std::uint32_t vocabulary_size() const override { return static_cast<std::uint32_t>(tokens_.size()); }
  std::string token_bytes(TokenId id) const override;
  Hash128 fingerprint() const override { return fingerprint_; }
  std::string description() const override { return description_; }

 private:
  class Encoder;

  Hash128 fingerprint_; ///< first: it is taken of the vocabulary before its parts are moved
  std::string description_;
  std::variant<BytePairs, CharacterPairs> pairs_;
  Normalizer normalizer_;
  PreTokenizer pre_tokenizer_;
  AddedTokens raw_added_;        ///< found in the text as it is
  AddedTokens normalized_added_; ///< found in the normalized text
  bool byte_fallback_ = false;
  std::vector<std::string> tokens_;
};

/// Feeds lengths before contents, so that no two vocabularies give the same bytes.
class FingerprintWriter {
 public:
  FingerprintWriter& text(std::string_view bytes);
  FingerprintWriter& number(std::uint64_t value);
  Hash128 digest() const { return hasher_.digest(); }

 private:
  Hasher128 hasher_;
};

/// "49,152"
std::string with_separators(std::size_t count);

/// The bytes of a token as sentencepiece spells it: "▁" is a space, with `byte_fallback` "<0x0A>" a byte.
std::string bytes_of_piece(std::string_view piece, bool byte_fallback);
/// The byte that a spelling such as "<0x0A>" stands for.
std::optional<std::uint8_t> byte_of_piece(std::string_view piece);

} // namespace longview
