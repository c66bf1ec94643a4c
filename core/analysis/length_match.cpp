#include "analysis/length_match.h"

#include <algorithm>

namespace longview {
namespace {

std::vector<std::size_t> by_length(std::span<const double> tokens) {
  std::vector<std::size_t> order;
  for (std::size_t k = 0; k < tokens.size(); ++k)
    if (tokens[k] > 0)
      order.push_back(k);
  std::stable_sort(order.begin(), order.end(), [&](std::size_t x, std::size_t y) { return tokens[x] < tokens[y]; });
  return order;
}

} // namespace

std::vector<std::pair<std::size_t, std::size_t>> match_lengths(std::span<const double> a, std::span<const double> b,
                                                               double factor) {
  const std::vector<std::size_t> first = by_length(a), second = by_length(b);
  std::vector<std::pair<std::size_t, std::size_t>> pairs;
  for (std::size_t i = 0, j = 0; i < first.size() && j < second.size();) {
    const double x = a[first[i]], y = b[second[j]];
    if (std::max(x, y) <= factor * std::min(x, y))
      pairs.emplace_back(first[i++], second[j++]);
    else if (x < y)
      ++i;
    else
      ++j;
  }
  return pairs;
}

} // namespace longview
