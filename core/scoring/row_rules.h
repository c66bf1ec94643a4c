#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <span>
#include <vector>

#include "scoring/dependency.h"

namespace longview {

// What both ways of deriving numbers (dependency.h, pair_columns.h) hold to.

constexpr std::uint32_t subset_count = 64; ///< fixed subsets of k pairs that stand for a row with more

inline bool usable(double perplexity) {
  return std::isfinite(perplexity) && perplexity > 0;
}

/// Whether a pair takes part in any number.
inline bool counted(const DocumentPairs& document, const Pair& pair) {
  return pair.i < document.segments() && pair.j < pair.i && usable(pair.perplexity_after) &&
         usable(document.perplexity_alone[pair.i]);
}

/// Counting sort of the pairs that count by target, each row in drawing order: resize(how many), then put(slot, place
/// in document.pairs) for each. ends[i] becomes the end of row i among the slots.
template <typename Resize, typename Put>
void group_by_target(const DocumentPairs& document, std::vector<std::uint32_t>& ends, const Resize& resize,
                     const Put& put) {
  ends.assign(document.segments() + 1, 0);
  std::uint32_t count = 0;
  for (const Pair& pair : document.pairs)
    if (counted(document, pair)) {
      ++ends[pair.i + 1];
      ++count;
    }
  for (std::size_t i = 1; i < ends.size(); ++i)
    ends[i] += ends[i - 1];
  resize(count);
  for (std::uint32_t place = 0; place < document.pairs.size(); ++place)
    if (const Pair& pair = document.pairs[place]; counted(document, pair))
      put(ends[pair.i]++, place);
}

/// The control strength of every row, the mean over its controls; NaN where a row has no usable one.
inline void find_shifts(const DocumentPairs& document, std::vector<double>& shifts) {
  shifts.assign(document.segments(), no_value);
  if (document.controls.empty())
    return;
  std::vector<std::uint32_t> counts(document.segments(), 0);
  for (const Control& control : document.controls) {
    if (control.i >= document.segments() || !usable(control.perplexity_after) ||
        !usable(document.perplexity_alone[control.i]))
      continue;
    const double alone = document.perplexity_alone[control.i];
    double& sum = shifts[control.i];
    sum = (counts[control.i]++ ? sum : 0.0) + (alone - control.perplexity_after) / alone;
  }
  for (std::size_t i = 0; i < shifts.size(); ++i)
    if (counts[i])
      shifts[i] /= counts[i];
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
