#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace longview {

/// What a tokenizer.model says that decides how text is encoded.
struct SentencePieceModel {
  enum class Kind { unigram = 1, bpe = 2 };
  enum class Type { normal = 1, unknown = 2, control = 3, user_defined = 4, unused = 5, byte = 6 };
  struct Piece {
    std::string text; ///< UTF-8, not empty; "▁" for a space
    float score = 0;  ///< finite
    Type type = Type::normal;
  };

  Kind kind = Kind::unigram;
  std::vector<Piece> pieces; ///< by id
  bool byte_fallback = false;
  bool whitespace_is_suffix = false;
  bool add_dummy_prefix = true;
  bool remove_extra_whitespaces = true;
  bool escape_whitespaces = true;
  std::string character_map; ///< precompiled rules: a trie and the strings it leads to; empty: none
};

/// Reads the wire format of sentencepiece's ModelProto. Throws Error(input) where it is damaged or its pieces do not
/// fit together, Error(unsupported) for kinds of models other than unigram and BPE; without a context.
SentencePieceModel parse_sentencepiece_model(std::span<const std::byte> bytes);

} // namespace longview
