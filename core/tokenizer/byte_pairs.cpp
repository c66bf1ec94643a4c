#include "tokenizer/byte_pairs.h"

#include <limits>

#include "base/error.h"

namespace longview {

BytePairs::BytePairs(const std::array<TokenId, 256>& byte_tokens, std::span<const Merge> merges,
                     std::span<const Word> words, Options options)
    : byte_tokens_(byte_tokens), options_(options), merges_(merges) {
  // Most pieces of ordinary text are a token as a whole. Only those are remembered that merging would make, too.
  std::vector<Word> kept;
  PairMerges::Workspace work;
  Tokens made;
  for (const auto& [bytes, id] : words) {
    made.ids.clear();
    made.ends.clear();
    if (bytes.empty() || (!options.ignore_merges && bytes.size() > PairMerges::longest_scan))
      continue;
    if (!options.ignore_merges)
      append(bytes, 0, made, work, {});
    if (options.ignore_merges || (made.ids.size() == 1 && made.ids[0] == id && made.ends[0] == bytes.size()))
      kept.emplace_back(bytes, id);
  }
  words_ = WordTable(kept);
}

void BytePairs::append(std::string_view piece, std::uint64_t start, Tokens& out, PairMerges::Workspace& work,
                       const std::stop_token& stop) const {
  if (const TokenId whole = words_.find(piece); whole != WordTable::none) {
    out.ids.push_back(whole);
    out.ends.push_back(start + piece.size());
    return;
  }
  if (piece.size() >= std::numeric_limits<std::uint32_t>::max())
    throw Error(ErrorCode::unsupported,
                fmt::format("a stretch of {} bytes without any break is too long to be tokenized", piece.size()));
  start_symbols(piece, work.symbols);
  merges_.merge(work, stop);
  for (const Symbol& symbol : work.symbols) {
    out.ids.push_back(symbol.id);
    out.ends.push_back(start + symbol.end);
  }
}

void BytePairs::start_symbols(std::string_view piece, std::vector<Symbol>& symbols) const {
  symbols.clear();
  symbols.reserve(piece.size());
  bool after_unknown = false;
  for (std::size_t k = 0; k < piece.size(); ++k) {
    const auto end = static_cast<std::uint32_t>(k + 1);
    const TokenId id = byte_tokens_[static_cast<unsigned char>(piece[k])];
    if (id != none) {
      symbols.push_back({id, end, 0, 0, 0, 0});
    } else if (options_.unknown != none) {
      if (after_unknown && options_.fuse_unknown)
        symbols.back().end = end;
      else
        symbols.push_back({options_.unknown, end, 0, 0, 0, 0});
    }
    after_unknown = id == none;
  }
}

} // namespace longview
