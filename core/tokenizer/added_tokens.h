#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "tokenizer/tokenizer.h"

namespace longview {

/// Tokens that are found in the text by their spelling, before it is split and merged.
class AddedTokens {
 public:
  struct Hit {
    std::size_t begin;
    std::size_t end;
    TokenId id;
  };

  /// An empty spelling is ignored; of two tokens with one spelling the later wins.
  void add(std::string_view spelling, TokenId id);
  bool empty() const { return ids_.empty(); }
  /// The leftmost token at or after `from`, and of those that begin there the longest.
  std::optional<Hit> find(std::string_view text, std::size_t from) const;

 private:
  struct Hash {
    using is_transparent = void;
    std::size_t operator()(std::string_view text) const { return std::hash<std::string_view>{}(text); }
  };

  std::unordered_map<std::string, TokenId, Hash, std::equal_to<>> ids_;
  std::array<std::vector<std::uint32_t>, 256> lengths_; ///< of the spellings that begin with a byte, longest first
};

} // namespace longview
