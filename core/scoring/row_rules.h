#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <span>

namespace longview {

// What both ways of deriving numbers (dependency.h, pair_columns.h) hold to.

constexpr std::uint32_t subset_count = 64; ///< fixed subsets of k pairs that stand for a row with more

inline bool usable(double perplexity) {
  return std::isfinite(perplexity) && perplexity > 0;
}

/// (ln n - entropy) / ln n, clipped, of n weights with this sum, of which `weighted` is the sum of weight x ln(weight).
inline double specificity_of(double total, double weighted, double count) {
  const double most = std::log(count);
  const double entropy = std::log(total) - weighted / total;
  return std::clamp((most - entropy) / most, 0.0, 1.0);
}

/// 1 - H / ln n of softmax(exponent(item)) over two or more items, clipped; with the largest exponent taken off first,
/// so that nothing overflows.
template <typename Item, typename Exponent>
double softmax_specificity(std::span<const Item> items, const Exponent& exponent) {
  double top = exponent(items[0]);
  for (const Item& item : items)
    top = std::max(top, exponent(item));
  double total = 0, weighted = 0;
  for (const Item& item : items) {
    const double below = exponent(item) - top;
    const double weight = std::exp(below);
    total += weight;
    if (weight > 0) // below may be -infinity
      weighted += weight * below;
  }
  return specificity_of(total, weighted, static_cast<double>(items.size()));
}

} // namespace longview
