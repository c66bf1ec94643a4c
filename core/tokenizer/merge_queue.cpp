#include "tokenizer/merge_queue.h"

#include <algorithm>

namespace longview {

std::uint32_t MergeQueue::list_of(std::uint32_t rank) {
  if (rank >= list_of_rank_.size())
    list_of_rank_.resize(std::size_t{rank} + 1, no_list);
  if (list_of_rank_[rank] != no_list)
    return list_of_rank_[rank];
  if (free_lists_.empty()) {
    free_lists_.push_back(static_cast<std::uint32_t>(lists_.size()));
    lists_.emplace_back();
  }
  ranks_.push(rank);
  list_of_rank_[rank] = free_lists_.back();
  free_lists_.pop_back();
  return list_of_rank_[rank];
}

void MergeQueue::push(Item item) {
  List& list = lists_[list_of(item.rank)];
  list.sorted = list.sorted && (list.places.empty() || list.places.back() <= item.place);
  list.places.push_back(item.place);
}

std::optional<MergeQueue::Item> MergeQueue::pop() {
  while (!ranks_.empty()) {
    const std::uint32_t rank = ranks_.top();
    List& list = lists_[list_of_rank_[rank]];
    if (list.first < list.places.size()) {
      if (!list.sorted)
        std::sort(list.places.begin() + static_cast<std::ptrdiff_t>(list.first), list.places.end());
      list.sorted = true;
      return Item{rank, list.places[list.first++]};
    }
    list = List{};
    free_lists_.push_back(std::exchange(list_of_rank_[rank], no_list));
    ranks_.pop();
  }
  return std::nullopt;
}

} // namespace longview
