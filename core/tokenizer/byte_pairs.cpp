#include "tokenizer/byte_pairs.h"

#include <algorithm>
#include <bit>
#include <functional>
#include <limits>

#include "base/cancel.h"
#include "base/error.h"
#include "tokenizer/merge_queue.h"

namespace longview {
namespace {

constexpr std::uint32_t no_rank = std::numeric_limits<std::uint32_t>::max();
constexpr std::uint32_t nowhere = std::numeric_limits<std::uint32_t>::max();
constexpr std::uint64_t no_key = std::numeric_limits<std::uint64_t>::max();
/// Up to here looking through all neighbours for the best is faster than keeping a queue.
constexpr std::size_t longest_scan = 96;
constexpr std::size_t merges_between_checks = 1u << 16;

constexpr std::uint64_t pair_key(TokenId left, TokenId right) {
  return static_cast<std::uint64_t>(static_cast<std::uint32_t>(left)) << 32 | static_cast<std::uint32_t>(right);
}

/// Fibonacci hashing: the high bits of the product are well mixed.
constexpr std::size_t pair_slot(std::uint64_t key, unsigned shift) {
  return static_cast<std::size_t>(key * 0x9e3779b97f4a7c15u >> shift);
}

} // namespace

BytePairs::BytePairs(const std::array<TokenId, 256>& byte_tokens, std::span<const Merge> merges,
                     std::span<const std::string> tokens)
    : byte_tokens_(byte_tokens) {
  const std::size_t slots = std::bit_ceil(std::max<std::size_t>(merges.size() * 2, 2));
  pairs_.assign(slots, {no_key, no_rank});
  pair_shift_ = 64u - static_cast<unsigned>(std::countr_zero(slots));
  merged_.reserve(merges.size());
  for (const Merge& merge : merges) {
    insert_pair(merge, static_cast<std::uint32_t>(merged_.size()));
    merged_.push_back(merge.merged);
  }
  remember_words(tokens);
}

void BytePairs::insert_pair(const Merge& merge, std::uint32_t rank) {
  const std::uint64_t key = pair_key(merge.left, merge.right);
  std::size_t slot = pair_slot(key, pair_shift_);
  while (pairs_[slot].key != no_key && pairs_[slot].key != key)
    slot = (slot + 1) & (pairs_.size() - 1);
  pairs_[slot] = {key, rank};
}

std::uint32_t BytePairs::rank_of(TokenId left, TokenId right) const {
  const std::uint64_t key = pair_key(left, right);
  std::size_t slot = pair_slot(key, pair_shift_);
  while (pairs_[slot].key != key) {
    if (pairs_[slot].key == no_key)
      return no_rank;
    slot = (slot + 1) & (pairs_.size() - 1);
  }
  return pairs_[slot].rank;
}

/// Most pieces of ordinary text are a token as a whole. Only those are remembered that merging would make, too.
void BytePairs::remember_words(std::span<const std::string> tokens) {
  std::vector<std::pair<const std::string*, TokenId>> words;
  Workspace work;
  Tokens made;
  for (std::size_t id = 0; id < tokens.size(); ++id) {
    made.ids.clear();
    made.ends.clear();
    append(tokens[id], 0, made, work, {});
    const bool whole = made.ids.size() == 1 && made.ends[0] == tokens[id].size();
    if (whole && made.ids[0] == static_cast<TokenId>(id))
      words.emplace_back(&tokens[id], static_cast<TokenId>(id));
  }
  std::vector<Word> table(std::bit_ceil(std::max<std::size_t>(words.size() * 2, 2)), Word{0, 0, none});
  for (const auto& [bytes, id] : words) {
    std::size_t slot = std::hash<std::string_view>{}(*bytes) & (table.size() - 1);
    while (table[slot].length)
      slot = (slot + 1) & (table.size() - 1);
    table[slot] = {static_cast<std::uint32_t>(word_bytes_.size()), static_cast<std::uint32_t>(bytes->size()), id};
    word_bytes_ += *bytes;
  }
  words_ = std::move(table);
}

TokenId BytePairs::word(std::string_view piece) const {
  if (words_.empty())
    return none;
  std::size_t slot = std::hash<std::string_view>{}(piece) & (words_.size() - 1);
  for (; words_[slot].length; slot = (slot + 1) & (words_.size() - 1))
    if (std::string_view(word_bytes_).substr(words_[slot].offset, words_[slot].length) == piece)
      return words_[slot].id;
  return none;
}

void BytePairs::append(std::string_view piece, std::uint64_t start, Tokens& out, Workspace& work,
                       const std::stop_token& stop) const {
  if (const TokenId whole = piece.size() <= longest_scan ? word(piece) : none; whole != none) {
    out.ids.push_back(whole);
    out.ends.push_back(start + piece.size());
    return;
  }
  if (piece.size() >= nowhere)
    throw Error(ErrorCode::unsupported,
                fmt::format("a stretch of {} bytes without any break is too long to be tokenized", piece.size()));
  start_symbols(piece, work.symbols);
  if (work.symbols.empty())
    return;
  if (work.symbols.size() <= longest_scan)
    merge_by_scan(work.symbols);
  else
    merge_by_queue(work, stop);
  std::uint32_t at = 0;
  do {
    const Symbol& symbol = work.symbols[at];
    out.ids.push_back(symbol.id);
    out.ends.push_back(start + symbol.end);
    at = symbol.next;
  } while (at != nowhere);
}

/// One symbol for each byte that has a token, linked in order, with the ranks of neighbours.
void BytePairs::start_symbols(std::string_view piece, std::vector<Symbol>& symbols) const {
  symbols.clear();
  symbols.reserve(piece.size());
  for (std::size_t k = 0; k < piece.size(); ++k) {
    const TokenId id = byte_tokens_[static_cast<unsigned char>(piece[k])];
    if (id == none)
      continue;
    const auto place = static_cast<std::uint32_t>(symbols.size());
    if (place > 0)
      symbols.back().rank = rank_of(symbols.back().id, id);
    symbols.push_back({id, no_rank, static_cast<std::uint32_t>(k + 1), place - 1, place + 1});
  }
  if (!symbols.empty())
    symbols.back().next = nowhere; // the first one's previous is nowhere already: 0 - 1
}

/// Leaves the symbols side by side: those that were merged away are taken out of the array.
void BytePairs::merge_by_scan(std::vector<Symbol>& symbols) const {
  for (;;) {
    const auto best = std::min_element(symbols.begin(), symbols.end(),
                                       [](const Symbol& a, const Symbol& b) { return a.rank < b.rank; });
    if (best->rank == no_rank)
      break;
    const auto right = best + 1;
    best->id = merged_[best->rank];
    best->end = right->end;
    symbols.erase(right);
    best->rank = best + 1 == symbols.end() ? no_rank : rank_of(best->id, (best + 1)->id);
    if (best != symbols.begin())
      (best - 1)->rank = rank_of((best - 1)->id, best->id);
  }
  for (std::size_t k = 0; k < symbols.size(); ++k)
    symbols[k].next = k + 1 < symbols.size() ? static_cast<std::uint32_t>(k + 1) : nowhere;
}

/// The same result for long pieces: the best merge comes from a queue, whose items are dropped when the merge they
/// speak of is no longer that of their place.
void BytePairs::merge_by_queue(Workspace& work, const std::stop_token& stop) const {
  auto& symbols = work.symbols;
  MergeQueue queue;
  for (std::size_t k = 0; k < symbols.size(); ++k)
    if (symbols[k].rank != no_rank)
      queue.push({symbols[k].rank, static_cast<std::uint32_t>(k)});
  const auto rerank = [&](std::uint32_t place) {
    Symbol& symbol = symbols[place];
    symbol.rank = symbol.next == nowhere ? no_rank : rank_of(symbol.id, symbols[symbol.next].id);
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
    left.id = merged_[item->rank];
    left.end = right.end;
    left.next = right.next;
    if (left.next != nowhere)
      symbols[left.next].previous = item->place;
    rerank(item->place);
    if (left.previous != nowhere)
      rerank(left.previous);
  }
}

} // namespace longview
