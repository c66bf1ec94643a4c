#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace longview {

/// Heights of things that stand on top of each other, some of them guessed: where each begins and which one is where,
/// in logarithmic time also after one of them turned out to be another height (a Fenwick tree).
class HeightIndex {
 public:
  HeightIndex() = default;
  explicit HeightIndex(std::vector<int> heights);

  std::size_t size() const { return heights_.size(); }
  int height(std::size_t thing) const { return heights_[thing]; }
  void set(std::size_t thing, int height);
  /// The sum of all before it.
  std::int64_t top(std::size_t thing) const;
  std::int64_t total() const { return top(size()); }
  /// What is at this height: the first one for what lies before it, the last one for what lies behind; 0 where there is
  /// none.
  std::size_t at(std::int64_t y) const;

 private:
  std::vector<int> heights_;
  std::vector<std::int64_t> sums_; ///< sums_[k - 1]: of the last (k & -k) of the first k
};

} // namespace longview
