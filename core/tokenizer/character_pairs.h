#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <stop_token>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <utility>
#include <vector>

#include "tokenizer/byte_pairs.h"
#include "tokenizer/characters.h"
#include "tokenizer/pair_merges.h"
#include "tokenizer/source_view.h"
#include "tokenizer/word_table.h"

namespace longview {

/// What byte-pair encoding over characters works with: sentencepiece's, and what was exported from it.
struct CharacterVocabulary {
  static constexpr TokenId none = -1;

  std::vector<Word> words;            ///< the UTF-8 text of all tokens that merging may make, single characters too
  std::vector<Word> extra_characters; ///< characters that are no tokens but parts of one, under ids of their own
  std::vector<Merge> merges;
  std::vector<std::uint32_t> ranks;          ///< of merges; empty: their order
  std::array<TokenId, 256> byte_tokens{};    ///< what characters without a token are spelled in; all none: nothing
  TokenId unknown = none;                    ///< where that is not so either; none: the character makes no token
  bool fuse_unknown = false;                 ///< a run of unknown characters is one token
  bool ignore_merges = false;                ///< a piece that is a word is that token, whatever merging would make
  std::unordered_map<TokenId, Merge> unused; ///< tokens that are taken apart again when merging is done

  CharacterVocabulary() { byte_tokens.fill(none); }
};

/// Byte-pair encoding that starts from characters. A piece may be a whole document: where no merge could ever reach
/// over a place, it is cut there first. Immutable; shared by threads.
class CharacterPairs {
 public:
  /// The views in `vocabulary` are not kept.
  explicit CharacterPairs(const CharacterVocabulary& vocabulary);

  /// Appends the tokens of `piece`, which is valid UTF-8. Of a character spelled in bytes the last token holds it, the
  /// others are empty. Throws Error(cancelled), Error(unsupported) for a stretch of 4 GB without a place to cut.
  void append(SourceView piece, Tokens& out, PairMerges::Workspace& work, const std::stop_token& stop) const;

 private:
  static constexpr TokenId none = CharacterVocabulary::none;
  static constexpr TokenId unknown_character = -2; ///< a symbol that merges with nothing

  /// Tokens of single characters, by code point.
  class Alphabet {
   public:
    void set(char32_t code, TokenId id);
    TokenId find(char32_t code) const {
      const std::uint16_t page = pages_[code >> 8];
      return page == 0 ? none : ids_[(std::size_t{page} - 1) * 256 + (code & 0xff)];
    }

   private:
    std::array<std::uint16_t, 0x1100> pages_{}; ///< 1 and up: pages of ids_
    std::vector<TokenId> ids_;
  };

  void remember_joints(const CharacterVocabulary& vocabulary);
  void remember_words(const CharacterVocabulary& vocabulary);
  bool joins(char32_t left, char32_t right) const;
  void flush(SourceView part, Tokens& out, PairMerges::Workspace& work, const std::stop_token& stop) const;
  void put(TokenId id, SourceView part, Tokens& out, bool& after_unknown) const;

  Alphabet alphabet_;
  PairMerges merges_;
  WordTable words_;
  std::array<TokenId, 256> byte_tokens_;
  bool byte_fallback_;
  TokenId unknown_;
  bool fuse_unknown_;
  bool ignore_merges_;
  TokenId first_extra_; ///< ids from here on are no tokens
  struct Halves {
    TokenId left;
    TokenId right;
    std::size_t left_bytes;
  };
  std::unordered_map<TokenId, Halves> unused_;
  std::array<std::array<std::uint64_t, 2>, 128> ascii_joints_{}; ///< bit of the right character, by the left one
  std::unordered_set<std::uint64_t> joints_;                     ///< the other pairs that some merge joins
};

} // namespace longview
