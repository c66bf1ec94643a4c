#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <stop_token>
#include <string_view>
#include <utility>
#include <vector>

#include "tokenizer/pair_merges.h"
#include "tokenizer/tokenizer.h"
#include "tokenizer/word_table.h"

namespace longview {

/// A token and the bytes it stands for.
using Word = std::pair<std::string_view, TokenId>;

/// Byte-pair encoding that starts from bytes. Knows nothing of where the vocabulary was read from. Immutable; shared by
/// threads.
class BytePairs {
 public:
  static constexpr TokenId none = -1;

  struct Options {
    TokenId unknown = none;     ///< what a byte without a token is; none: it makes no token, its neighbours touch
    bool fuse_unknown = false;  ///< a run of such bytes is one token
    bool ignore_merges = false; ///< a piece that is a word is that token, whatever merging would make
  };

  /// `byte_tokens`: the token of each byte, or none. `merges`: best first. `words`: all tokens that merging may make,
  /// to recognise them at a glance; not kept.
  BytePairs(const std::array<TokenId, 256>& byte_tokens, std::span<const Merge> merges, std::span<const Word> words,
            Options options);

  /// Appends the tokens of `piece`, which begins at byte `start` of the text. Ends are those of the last byte each
  /// token holds, so a byte without a token falls to the token after it. O(n log n) in the piece's length at worst.
  /// Throws Error(cancelled), Error(unsupported) for a piece of 4 GB.
  void append(std::string_view piece, std::uint64_t start, Tokens& out, PairMerges::Workspace& work,
              const std::stop_token& stop) const;

 private:
  void start_symbols(std::string_view piece, std::vector<Symbol>& symbols) const;

  std::array<TokenId, 256> byte_tokens_;
  Options options_;
  PairMerges merges_;
  WordTable words_;
};

} // namespace longview
