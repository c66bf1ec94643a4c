#pragma once

#include <string>
#include <variant>
#include <vector>

#include "tokenizer/added_tokens.h"
#include "tokenizer/character_pairs.h"
#include "tokenizer/sentencepiece_model.h"
#include "tokenizer/sentencepiece_normalizer.h"
#include "tokenizer/tokenizer.h"
#include "tokenizer/unigram.h"

namespace longview {

/// Sentencepiece's unigram and BPE, token for token and offset for offset, in linear time and a tenth of the library's
/// memory; damaged models are refused, not run.
class SentencePieceTokenizer final : public Tokenizer {
 public:
  struct Options {
    std::vector<AddedToken> added;      ///< found in the text before anything else; ids may lie past the model's
    bool prefix_every_part = true;      ///< the dummy prefix also after added tokens, not only at the start of the text
    std::string kind = "sentencepiece"; ///< for people
  };

  /// Throws Error (input, unsupported) without a context.
  SentencePieceTokenizer(SentencePieceModel model, Options options);

  Tokens encode(std::string_view text, SpecialTokens special, std::stop_token stop) const override;
  std::uint32_t vocabulary_size() const override { return static_cast<std::uint32_t>(tokens_.size()); }
  std::string token_bytes(TokenId id) const override;
  Hash128 fingerprint() const override { return fingerprint_; }
  std::string description() const override { return description_; }

 private:
  struct Work;
  void encode_part(std::string_view text, std::size_t begin, std::size_t end, Tokens& out, Work& work,
                   const std::stop_token& stop) const;

  Hash128 fingerprint_; ///< first: it is taken of the model before its parts are moved
  std::string description_;
  SentencePieceNormalizer normalizer_;
  std::variant<Unigram, CharacterPairs> model_;
  AddedTokens user_defined_; ///< BPE only: found in normalized text
  AddedTokens added_;
  bool prefix_every_part_;
  std::vector<std::string> tokens_;
};

} // namespace longview
