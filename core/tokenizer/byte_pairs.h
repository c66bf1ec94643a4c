#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include "tokenizer/tokenizer.h"

namespace longview {

/// Two neighbouring tokens that become one.
struct Merge {
  TokenId left;
  TokenId right;
  TokenId merged;
};

/// Byte-pair encoding: a piece of text starts as the tokens of its bytes; the neighbours whose merge ranks best are
/// joined, leftmost first, until no neighbours merge. Knows nothing of where the vocabulary was read from.
/// Immutable; shared by threads.
class BytePairs {
 public:
  static constexpr TokenId none = -1;

  /// Memory that calls of one thread share, so that a piece costs no allocation.
  class Workspace {
    friend class BytePairs;
    struct Symbol {
      TokenId id;
      std::uint32_t rank; ///< of the merge with the next symbol
      std::uint32_t end;  ///< byte of the piece after this symbol
      std::uint32_t previous;
      std::uint32_t next;
    };
    std::vector<Symbol> symbols;
  };

  /// `byte_tokens`: the token of each byte, or none: such a byte makes no token, and its neighbours become neighbours.
  /// `merges`: best first; of equal pairs the last counts. `tokens`: the bytes of every token, by id, to recognise
  /// words that are one token at a glance; not kept.
  BytePairs(const std::array<TokenId, 256>& byte_tokens, std::span<const Merge> merges,
            std::span<const std::string> tokens);

  /// Appends the tokens of `piece`, which begins at byte `start` of the text. Ends are those of the last byte each
  /// token holds, so a byte without a token falls to the token after it. O(n log n) in the piece's length. Throws
  /// Error(cancelled), Error(unsupported) for a piece of 4 GB.
  void append(std::string_view piece, std::uint64_t start, Tokens& out, Workspace& work,
              const std::stop_token& stop) const;

 private:
  struct Pair {
    std::uint64_t key;
    std::uint32_t rank;
  };
  using Symbol = Workspace::Symbol;

  void insert_pair(const Merge& merge, std::uint32_t rank);
  std::uint32_t rank_of(TokenId left, TokenId right) const;
  void remember_words(std::span<const std::string> tokens);
  TokenId word(std::string_view piece) const;
  void start_symbols(std::string_view piece, std::vector<Symbol>& symbols) const;
  void merge_by_scan(std::vector<Symbol>& symbols) const;
  void merge_by_queue(Workspace& work, const std::stop_token& stop) const;

  std::array<TokenId, 256> byte_tokens_;
  std::vector<TokenId> merged_; ///< by rank
  std::vector<Pair> pairs_;     ///< open addressing, a power of two
  unsigned pair_shift_ = 0;
  std::string word_bytes_;
  struct Word {
    std::uint32_t offset;
    std::uint32_t length; ///< 0: free
    TokenId id;
  };
  std::vector<Word> words_; ///< open addressing, a power of two
};

} // namespace longview
