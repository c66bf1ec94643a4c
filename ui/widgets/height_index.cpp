#include "widgets/height_index.h"

#include <algorithm>
#include <bit>

namespace longview {
namespace {

std::size_t lowest_bit(std::size_t k) {
  return k & (~k + 1);
}

} // namespace

HeightIndex::HeightIndex(std::vector<int> heights) : heights_(std::move(heights)) {
  sums_.assign(heights_.begin(), heights_.end());
  for (std::size_t k = 1; k <= sums_.size(); ++k)
    if (const std::size_t parent = k + lowest_bit(k); parent <= sums_.size())
      sums_[parent - 1] += sums_[k - 1];
}

void HeightIndex::set(std::size_t thing, int height) {
  const std::int64_t change = std::int64_t{height} - heights_[thing];
  heights_[thing] = height;
  for (std::size_t k = thing + 1; change != 0 && k <= sums_.size(); k += lowest_bit(k))
    sums_[k - 1] += change;
}

std::int64_t HeightIndex::top(std::size_t thing) const {
  std::int64_t sum = 0;
  for (std::size_t k = std::min(thing, size()); k > 0; k -= lowest_bit(k))
    sum += sums_[k - 1];
  return sum;
}

std::size_t HeightIndex::at(std::int64_t y) const {
  std::size_t before = 0; // so many lie wholly above y
  for (std::size_t step = std::bit_floor(size()); step > 0; step /= 2)
    if (before + step <= size() && sums_[before + step - 1] <= y) {
      before += step;
      y -= sums_[before - 1];
    }
  return size() == 0 ? 0 : std::min(before, size() - 1);
}

} // namespace longview
