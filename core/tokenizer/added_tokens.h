#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "tokenizer/byte_trie.h"
#include "tokenizer/tokenizer.h"

namespace longview {

/// A token that is found in the text by its spelling, before the text is split and merged.
struct AddedToken {
  std::string content;
  TokenId id = 0;
  bool special = false;     ///< characters like any other where special tokens are plain
  bool normalized = false;  ///< looked for in the normalized text, spelled as the normalizer spells it
  bool lstrip = false;      ///< takes the white space before it
  bool rstrip = false;      ///< takes the white space after it
  bool single_word = false; ///< only where no letter or digit touches it

  bool operator==(const AddedToken&) const = default;
};

/// Finds added tokens, as the `tokenizers` library does: of the spellings that begin at the leftmost place the longest
/// is taken, and one that may not count there (a special token read as plain text, a part of a word) uses up its
/// characters nevertheless. Immutable once filled; shared by threads.
class AddedTokens {
 public:
  struct Hit {
    std::size_t begin;
    std::size_t end;
    TokenId id;
  };
  /// Where a search in one text stands.
  struct Cursor {
    std::size_t at = 0;   ///< searched up to here
    std::size_t done = 0; ///< the end of the last hit
  };

  /// An empty spelling is ignored; of two tokens with one spelling the later wins.
  void add(AddedToken token);
  bool empty() const { return trie_.empty(); }
  const std::vector<AddedToken>& tokens() const { return tokens_; }
  /// The next token in `text`, which does not change between calls. Hits are in order and do not overlap.
  std::optional<Hit> next(std::string_view text, SpecialTokens special, Cursor& cursor) const;

 private:
  std::vector<AddedToken> tokens_;
  ByteTrie trie_; ///< values are places in tokens_
};

} // namespace longview
