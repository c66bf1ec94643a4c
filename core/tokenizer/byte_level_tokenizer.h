#pragma once

#include <array>
#include <string>
#include <vector>

#include "tokenizer/added_tokens.h"
#include "tokenizer/byte_pairs.h"
#include "tokenizer/split_pattern.h"
#include "tokenizer/tokenizer.h"

namespace longview {

/// How a token comes to be in a text.
enum class TokenKind : std::uint8_t {
  ordinary, ///< by merging bytes
  added,    ///< by its spelling, always
  special,  ///< by its spelling, where special tokens are recognised
  unused,   ///< never
};

/// Everything a byte-level BPE tokenizer is made of, wherever it was read from.
struct ByteLevelVocabulary {
  std::vector<std::string> tokens; ///< the bytes each token stands for, by id
  std::vector<TokenKind> kinds;    ///< one each
  std::array<TokenId, 256> byte_tokens{};
  std::vector<Merge> merges; ///< best first
  SplitPattern pattern;
};

/// Byte-level BPE, as in GPT-2: text is cut into pieces, and the bytes of each are merged.
class ByteLevelTokenizer final : public Tokenizer {
 public:
  explicit ByteLevelTokenizer(ByteLevelVocabulary vocabulary);

  Tokens encode(std::string_view text, SpecialTokens special, std::stop_token stop) const override;
  std::uint32_t vocabulary_size() const override { return static_cast<std::uint32_t>(tokens_.size()); }
  std::string token_bytes(TokenId id) const override;
  Hash128 fingerprint() const override { return fingerprint_; }
  std::string description() const override;

 private:
  class Encoder;

  Hash128 fingerprint_; ///< first: it is taken of the vocabulary before its parts are moved
  std::vector<std::string> tokens_;
  SplitPattern pattern_;
  BytePairs pairs_;
  AddedTokens always_;     ///< found in any text
  AddedTokens recognised_; ///< those and the special ones
};

} // namespace longview
