#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

namespace longview {

/// Byte strings with a number each, found by walking over a text byte by byte. Immutable once filled; then shared by
/// threads.
class ByteTrie {
 public:
  using Node = std::uint32_t;
  static constexpr Node root = 0;
  static constexpr Node nowhere = 0; ///< no child is the root
  static constexpr std::int32_t none = -1;

  struct Match {
    std::size_t length = 0; ///< 0: nothing found
    std::int32_t value = none;
  };

  ByteTrie();
  /// `value` is not negative; an empty key is ignored; of equal keys the last counts.
  void insert(std::string_view key, std::int32_t value);
  bool empty() const { return values_.size() == 1; }

  Node child(Node node, std::uint8_t byte) const {
    if (node == root)
      return first_[byte];
    const std::uint64_t key = key_of(node, byte);
    for (std::size_t slot = slot_of(key);; slot = (slot + 1) & (slots_.size() - 1)) {
      if (slots_[slot].key == key)
        return slots_[slot].child;
      if (slots_[slot].key == 0)
        return nowhere;
    }
  }
  std::int32_t value(Node node) const { return values_[node]; } ///< none where no key ends
  /// The longest key that `text` begins with.
  Match longest(std::string_view text) const;

 private:
  struct Slot {
    std::uint64_t key = 0; ///< 0: free
    Node child = nowhere;
  };

  static std::uint64_t key_of(Node node, std::uint8_t byte) { return std::uint64_t{node} << 8 | byte; }
  /// Fibonacci hashing: the high bits of the product are well mixed.
  std::size_t slot_of(std::uint64_t key) const { return static_cast<std::size_t>(key * 0x9e3779b97f4a7c15u >> shift_); }
  void grow();
  void put(std::uint64_t key, Node child);

  std::array<Node, 256> first_{};
  std::vector<Slot> slots_; ///< open addressing, a power of two
  unsigned shift_ = 60;
  std::vector<std::int32_t> values_; ///< by node
};

} // namespace longview
