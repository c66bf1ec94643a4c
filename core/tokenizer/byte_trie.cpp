#include "tokenizer/byte_trie.h"

#include <utility>

namespace longview {

ByteTrie::ByteTrie() : slots_(16), values_{none} {}

void ByteTrie::put(std::uint64_t key, Node child) {
  std::size_t slot = slot_of(key);
  while (slots_[slot].key != 0)
    slot = (slot + 1) & (slots_.size() - 1);
  slots_[slot] = {key, child};
}

void ByteTrie::grow() {
  std::vector<Slot> old(slots_.size() * 2);
  std::swap(old, slots_);
  --shift_;
  for (const Slot& slot : old)
    if (slot.key != 0)
      put(slot.key, slot.child);
}

void ByteTrie::insert(std::string_view key, std::int32_t value) {
  if (key.empty())
    return;
  Node node = root;
  for (const char c : key) {
    const auto byte = static_cast<std::uint8_t>(c);
    if (const Node next = child(node, byte); next != nowhere) {
      node = next;
      continue;
    }
    const auto fresh = static_cast<Node>(values_.size());
    values_.push_back(none);
    if (node == root) {
      first_[byte] = fresh;
    } else {
      if (values_.size() * 2 > slots_.size())
        grow();
      put(key_of(node, byte), fresh);
    }
    node = fresh;
  }
  values_[node] = value;
}

ByteTrie::Match ByteTrie::longest(std::string_view text) const {
  Match found;
  Node node = root;
  for (std::size_t k = 0; k < text.size(); ++k) {
    node = child(node, static_cast<std::uint8_t>(text[k]));
    if (node == nowhere)
      break;
    if (values_[node] != none)
      found = {k + 1, values_[node]};
  }
  return found;
}

} // namespace longview
