#pragma once

#include <array>
#include <cstdint>
#include <stop_token>
#include <vector>

#include "tokenizer/byte_trie.h"
#include "tokenizer/sentencepiece_model.h"
#include "tokenizer/source_view.h"
#include "tokenizer/tokenizer.h"

namespace longview {

/// Sentencepiece's unigram model: of all ways to write a text in pieces the one with the highest sum of scores, added
/// up in float32 from the left as sentencepiece does it. Immutable; shared by threads.
class Unigram {
 public:
  explicit Unigram(const SentencePieceModel& model);

  /// Appends the tokens of a normalized text. Linear in its length times that of the longest piece.
  /// Throws Error(cancelled), Error(unsupported) for a text of 1 GB.
  void append(SourceView text, Tokens& out, const std::stop_token& stop) const;

 private:
  struct Node {
    float score = 0;
    std::int32_t id = 0;
    std::uint32_t begin = 0; ///< of the last piece of the best way here
    bool reached = false;
  };

  void put_unknown(SourceView part, Tokens& out, bool after_unknown) const;

  ByteTrie trie_;
  std::vector<float> scores_;      ///< by id
  std::vector<char> user_defined_; ///< by id
  float unknown_score_ = 0;
  TokenId unknown_ = 0;
  std::array<TokenId, 256> byte_tokens_{};
  bool byte_fallback_ = false;
};

} // namespace longview
