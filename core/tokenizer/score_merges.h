#pragma once

#include <span>
#include <string_view>

#include "tokenizer/character_pairs.h"

namespace longview {

/// A piece of sentencepiece's BPE: of two neighbours whose joined text is a piece, those are joined first whose piece
/// has the higher score, and of equals the leftmost.
struct ScoredPiece {
  std::string_view text; ///< UTF-8, not empty
  TokenId id = 0;
  float score = 0;
  bool unused = false; ///< is merged through, but never a token in the end
};

/// Adds the pieces, their merges and the characters these need to `out`. Ids from `first_free` on are given to
/// characters that are no pieces. Texts are not kept; each occurs once. Throws Error(unsupported) for an unused piece
/// that more than one merge makes.
void add_scored_pieces(std::span<const ScoredPiece> pieces, TokenId first_free, CharacterVocabulary& out);

} // namespace longview
