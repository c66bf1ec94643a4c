#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>
#include <stop_token>
#include <vector>

#include "tokenizer/merge_queue.h"
#include "tokenizer/tokenizer.h"

namespace longview {

/// Two neighbouring tokens that become one.
struct Merge {
  TokenId left;
  TokenId right;
  TokenId merged;
};

/// A token in the making.
struct Symbol {
  TokenId id;
  std::uint32_t end;      ///< byte of the piece after this symbol
  std::uint32_t rank;     ///< of the merge with the next symbol
  TokenId merged;         ///< what that merge makes
  std::uint32_t previous; ///< while a queue is used: places of the neighbours
  std::uint32_t next;
};

/// Joins neighbours of a piece of text whose merge ranks best, of equals the leftmost, until no neighbours merge.
/// Knows nothing of where the symbols come from. Immutable; shared by threads.
class PairMerges {
 public:
  /// Memory that calls of one thread share, so that a piece costs no allocation.
  struct Workspace {
    std::vector<Symbol> symbols;
    MergeQueue queue;
  };
  /// Pieces of up to this many symbols cost no queue.
  static constexpr std::size_t longest_scan = 96;

  /// `ranks` of the merges, smaller is better; empty: their order. Of equal pairs the last counts. Ids need not belong
  /// to a vocabulary.
  explicit PairMerges(std::span<const Merge> merges, std::span<const std::uint32_t> ranks = {});

  /// work.symbols, with `id` and `end` set, becomes what is left of it. O(n log n) at worst. Throws Error(cancelled).
  void merge(Workspace& work, const std::stop_token& stop) const;

 private:
  static constexpr std::uint32_t no_rank = std::numeric_limits<std::uint32_t>::max();
  struct Pair {
    std::uint64_t key;
    std::uint32_t rank;
    TokenId merged;
  };

  void rank(Symbol& left, TokenId right) const;
  void merge_by_scan(std::vector<Symbol>& symbols) const;
  void merge_by_queue(Workspace& work, const std::stop_token& stop) const;

  std::vector<Pair> pairs_; ///< open addressing, a power of two
  unsigned pair_shift_ = 0;
};

} // namespace longview
