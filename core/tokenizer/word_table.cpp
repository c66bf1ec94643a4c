#include "tokenizer/word_table.h"

#include <algorithm>
#include <bit>
#include <functional>

namespace longview {

WordTable::WordTable(std::span<const std::pair<std::string_view, TokenId>> words)
    : slots_(std::bit_ceil(std::max<std::size_t>(words.size() * 2, 2))) {
  for (const auto& [word, id] : words) {
    Slot& slot = slots_[slot_of(word)];
    if (slot.length == 0) {
      slot = {bytes_.size(), static_cast<std::uint32_t>(word.size()), id};
      bytes_ += word;
      longest_ = std::max(longest_, word.size());
    }
    slot.id = id;
  }
}

/// Where the word is, or the free place where it would be.
std::size_t WordTable::slot_of(std::string_view word) const {
  std::size_t slot = std::hash<std::string_view>{}(word) & (slots_.size() - 1);
  while (slots_[slot].length != 0 && std::string_view(bytes_).substr(slots_[slot].offset, slots_[slot].length) != word)
    slot = (slot + 1) & (slots_.size() - 1);
  return slot;
}

TokenId WordTable::find(std::string_view word) const {
  return word.size() > longest_ || word.empty() ? none : slots_[slot_of(word)].id;
}

} // namespace longview
