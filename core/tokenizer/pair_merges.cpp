#include "tokenizer/pair_merges.h"

#include <algorithm>
#include <bit>

#include "base/cancel.h"

namespace longview {
namespace {

constexpr std::uint32_t nowhere = std::numeric_limits<std::uint32_t>::max();
constexpr std::uint64_t no_key = std::numeric_limits<std::uint64_t>::max();
constexpr std::size_t merges_between_checks = 1u << 16;

constexpr std::uint64_t pair_key(TokenId left, TokenId right) {
  return static_cast<std::uint64_t>(static_cast<std::uint32_t>(left)) << 32 | static_cast<std::uint32_t>(right);
}

/// Fibonacci hashing: the high bits of the product are well mixed.
constexpr std::size_t pair_slot(std::uint64_t key, unsigned shift) {
  return static_cast<std::size_t>(key * 0x9e3779b97f4a7c15u >> shift);
}

} // namespace

PairMerges::PairMerges(std::span<const Merge> merges, std::span<const std::uint32_t> ranks) {
  const std::size_t slots = std::bit_ceil(std::max<std::size_t>(merges.size() * 2, 2));
  pairs_.assign(slots, {no_key, no_rank, 0});
  pair_shift_ = 64u - static_cast<unsigned>(std::countr_zero(slots));
  for (std::size_t k = 0; k < merges.size(); ++k) {
    const std::uint64_t key = pair_key(merges[k].left, merges[k].right);
    std::size_t slot = pair_slot(key, pair_shift_);
    while (pairs_[slot].key != no_key && pairs_[slot].key != key)
      slot = (slot + 1) & (slots - 1);
    pairs_[slot] = {key, ranks.empty() ? static_cast<std::uint32_t>(k) : ranks[k], merges[k].merged};
  }
}

void PairMerges::rank(Symbol& left, TokenId right) const {
  const std::uint64_t key = pair_key(left.id, right);
  std::size_t slot = pair_slot(key, pair_shift_);
  while (pairs_[slot].key != key) {
    if (pairs_[slot].key == no_key) {
      left.rank = no_rank;
      return;
    }
    slot = (slot + 1) & (pairs_.size() - 1);
  }
  left.rank = pairs_[slot].rank;
  left.merged = pairs_[slot].merged;
}

void PairMerges::merge(Workspace& work, const std::stop_token& stop) const {
  auto& symbols = work.symbols;
  if (symbols.empty())
    return;
  for (std::size_t k = 0; k + 1 < symbols.size(); ++k)
    rank(symbols[k], symbols[k + 1].id);
  symbols.back().rank = no_rank;
  if (symbols.size() <= longest_scan)
    merge_by_scan(symbols);
  else
    merge_by_queue(work, stop);
}

/// Looking through all neighbours for the best is faster than keeping a queue, where they are few.
void PairMerges::merge_by_scan(std::vector<Symbol>& symbols) const {
  for (;;) {
    const auto best = std::min_element(symbols.begin(), symbols.end(),
                                       [](const Symbol& a, const Symbol& b) { return a.rank < b.rank; });
    if (best->rank == no_rank)
      return;
    const auto right = best + 1;
    best->id = best->merged;
    best->end = right->end;
    symbols.erase(right);
    if (best + 1 == symbols.end())
      best->rank = no_rank;
    else
      rank(*best, (best + 1)->id);
    if (best != symbols.begin())
      rank(*(best - 1), best->id);
  }
}

/// The best merge comes from a queue, whose items are dropped when the rank they speak of is no longer that of their
/// place.
void PairMerges::merge_by_queue(Workspace& work, const std::stop_token& stop) const {
  auto& symbols = work.symbols;
  MergeQueue& queue = work.queue;
  for (std::size_t k = 0; k < symbols.size(); ++k) {
    symbols[k].previous = static_cast<std::uint32_t>(k) - 1; // nowhere before the first
    symbols[k].next = k + 1 < symbols.size() ? static_cast<std::uint32_t>(k + 1) : nowhere;
    if (symbols[k].rank != no_rank)
      queue.push({symbols[k].rank, static_cast<std::uint32_t>(k)});
  }
  const auto rerank = [&](std::uint32_t place) {
    Symbol& symbol = symbols[place];
    symbol.rank = no_rank;
    if (symbol.next != nowhere)
      rank(symbol, symbols[symbol.next].id);
    if (symbol.rank != no_rank)
      queue.push({symbol.rank, place});
  };
  std::size_t steps = 0;
  while (const auto item = queue.pop()) {
    if (++steps % merges_between_checks == 0)
      throw_if_cancelled(stop);
    Symbol& left = symbols[item->place];
    if (left.rank != item->rank)
      continue;
    Symbol& right = symbols[left.next];
    right.rank = no_rank;
    left.id = left.merged;
    left.end = right.end;
    left.next = right.next;
    if (left.next != nowhere)
      symbols[left.next].previous = item->place;
    rerank(item->place);
    if (left.previous != nowhere)
      rerank(left.previous);
  }
  std::size_t kept = 0;
  for (std::uint32_t at = 0; at != nowhere; at = symbols[kept++].next)
    symbols[kept] = symbols[at];
  symbols.resize(kept);
}

} // namespace longview
