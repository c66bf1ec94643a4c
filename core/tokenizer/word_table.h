#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "tokenizer/tokenizer.h"

namespace longview {

/// Words that are one token, found at a glance. Immutable; shared by threads.
class WordTable {
 public:
  static constexpr TokenId none = -1;

  WordTable() = default;
  /// Words are not empty; of equal ones the last counts. They are not kept.
  explicit WordTable(std::span<const std::pair<std::string_view, TokenId>> words);

  TokenId find(std::string_view word) const;
  std::size_t longest() const { return longest_; } ///< bytes of the longest word

 private:
  struct Slot {
    std::uint64_t offset = 0;
    std::uint32_t length = 0; ///< 0: free
    TokenId id = none;
  };

  std::size_t slot_of(std::string_view word) const;

  std::string bytes_;
  std::vector<Slot> slots_; ///< open addressing, a power of two
  std::size_t longest_ = 0;
};

} // namespace longview
