#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <queue>
#include <utility>
#include <vector>

namespace longview {

/// Places in a text waiting for a merge, given back in the order (rank, place). One list per rank: a text has far fewer
/// ranks than places, and most lists fill up in order, so that a place costs next to nothing where a heap over all
/// places would walk through memory at random.
class MergeQueue {
 public:
  struct Item {
    std::uint32_t rank;
    std::uint32_t place;
  };

  void push(Item item);
  /// The first item; nothing when there is none.
  std::optional<Item> pop();

 private:
  static constexpr std::uint32_t no_list = 0xffffffffu;
  struct List {
    std::vector<std::uint32_t> places;
    std::size_t first = 0; ///< those before are done
    bool sorted = true;
  };

  std::uint32_t list_of(std::uint32_t rank);

  std::vector<std::uint32_t> list_of_rank_; ///< by rank: an index into lists_, or no_list
  std::vector<List> lists_;
  std::vector<std::uint32_t> free_lists_;
  std::priority_queue<std::uint32_t, std::vector<std::uint32_t>, std::greater<>> ranks_; ///< that have a list
};

} // namespace longview
