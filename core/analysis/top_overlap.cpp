#include "analysis/top_overlap.h"

#include <algorithm>
#include <cmath>

namespace longview {
namespace {

std::vector<std::size_t> best_first(std::vector<std::size_t> order, std::span<const double> scores) {
  std::stable_sort(order.begin(), order.end(), [&](std::size_t x, std::size_t y) { return scores[x] > scores[y]; });
  return order;
}

} // namespace

TopOverlap top_overlap(std::span<const double> a, std::span<const double> b, double share) {
  TopOverlap overlap;
  overlap.share = share;
  std::vector<std::size_t> ranked;
  for (std::size_t k = 0; k < std::min(a.size(), b.size()); ++k)
    if (!std::isnan(a[k]) && !std::isnan(b[k]))
      ranked.push_back(k);
  overlap.documents = ranked.size();
  // 10 % of 30 is 3, not 3.0000000004
  const auto kept = static_cast<std::size_t>(std::ceil(share * static_cast<double>(ranked.size()) - 1e-9));
  overlap.kept = std::min(kept, ranked.size());
  const std::vector<std::size_t> by_a = best_first(ranked, a), by_b = best_first(ranked, b);
  std::vector<char> in_a(a.size()), in_b(a.size());
  for (std::size_t k = 0; k < overlap.kept; ++k) {
    in_a[by_a[k]] = 1;
    in_b[by_b[k]] = 1;
  }
  for (std::size_t k = 0; k < overlap.kept; ++k) {
    if (in_b[by_a[k]])
      ++overlap.both;
    else
      overlap.leaves.push_back(by_a[k]);
    if (!in_a[by_b[k]])
      overlap.enters.push_back(by_b[k]);
  }
  return overlap;
}

} // namespace longview
