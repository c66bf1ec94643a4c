#include "analysis/rank_correlation.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "scoring/random.h"

namespace longview {
namespace {

std::vector<std::size_t> sorted_order(std::span<const double> values) {
  std::vector<std::size_t> order(values.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::sort(order.begin(), order.end(), [&](std::size_t x, std::size_t y) { return values[x] < values[y]; });
  return order;
}

/// Pearson correlation from sums.
struct Moments {
  double n = 0, x = 0, y = 0, xx = 0, yy = 0, xy = 0;

  void add(double a, double b) {
    n += 1;
    x += a;
    y += b;
    xx += a * a;
    yy += b * b;
    xy += a * b;
  }
  double correlation() const {
    const double a = xx - x * x / n, b = yy - y * y / n;
    return n >= 2 && a > 0 && b > 0 ? std::clamp((xy - x * y / n) / std::sqrt(a * b), -1.0, 1.0) : no_value;
  }
};

/// Ranks about their mean: sums of large squares would lose digits.
std::vector<double> centred_ranks(std::span<const double> values) {
  std::vector<double> result = ranks(values).ranks;
  for (double& rank : result)
    rank -= (static_cast<double>(values.size()) + 1) / 2;
  return result;
}

/// Pairs (k < l) in `values` with values[k] > values[l]; sorts `values` by merging.
double count_inversions(std::vector<double>& values, std::vector<double>& spare, std::size_t begin, std::size_t end) {
  if (end - begin < 2)
    return 0;
  const std::size_t middle = begin + (end - begin) / 2;
  double count = count_inversions(values, spare, begin, middle) + count_inversions(values, spare, middle, end);
  std::size_t left = begin, right = middle;
  for (std::size_t out = begin; out < end; ++out) {
    const bool take_right = left == middle || (right < end && values[right] < values[left]);
    if (take_right)
      count += static_cast<double>(middle - left);
    spare[out] = take_right ? values[right++] : values[left++];
  }
  std::copy(spare.begin() + static_cast<std::ptrdiff_t>(begin), spare.begin() + static_cast<std::ptrdiff_t>(end),
            values.begin() + static_cast<std::ptrdiff_t>(begin));
  return count;
}

/// Pairs of equal neighbours in an order, by `equal`.
template <typename Equal>
double tied_pairs(std::size_t count, const Equal& equal) {
  double pairs = 0, run = 1;
  for (std::size_t k = 1; k <= count; ++k) {
    if (k < count && equal(k - 1, k)) {
      ++run;
      continue;
    }
    pairs += run * (run - 1) / 2;
    run = 1;
  }
  return pairs;
}

/// tau-b by Knight's method, n log n.
double kendall(std::span<const double> a, std::span<const double> b) {
  std::vector<std::size_t> order(a.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::sort(order.begin(), order.end(),
            [&](std::size_t x, std::size_t y) { return a[x] != a[y] ? a[x] < a[y] : b[x] < b[y]; });
  const double n = static_cast<double>(a.size()), all = n * (n - 1) / 2;
  const double tied_a =
      tied_pairs(order.size(), [&](std::size_t k, std::size_t l) { return a[order[k]] == a[order[l]]; });
  const double tied_both = tied_pairs(order.size(), [&](std::size_t k, std::size_t l) {
    return a[order[k]] == a[order[l]] && b[order[k]] == b[order[l]];
  });
  std::vector<double> values(order.size()), spare(order.size());
  for (std::size_t k = 0; k < order.size(); ++k)
    values[k] = b[order[k]];
  const double discordant = count_inversions(values, spare, 0, values.size());
  const double tied_b = tied_pairs(values.size(), [&](std::size_t k, std::size_t l) { return values[k] == values[l]; });
  const double concordant = all - tied_a - tied_b + tied_both - discordant;
  const double scale = std::sqrt(all - tied_a) * std::sqrt(all - tied_b);
  return scale > 0 ? std::clamp((concordant - discordant) / scale, -1.0, 1.0) : no_value;
}

Interval spearman_interval(std::span<const double> x, std::span<const double> y, const BootstrapOptions& options) {
  Stream stream(options.seed);
  std::vector<double> drawn;
  for (std::uint32_t k = 0; k < options.resamples; ++k) {
    Moments moments;
    for (std::size_t l = 0; l < x.size(); ++l) {
      const std::size_t place = stream.below(x.size());
      moments.add(x[place], y[place]);
    }
    if (const double value = moments.correlation(); !std::isnan(value))
      drawn.push_back(value);
  }
  std::sort(drawn.begin(), drawn.end());
  return {quantile(drawn, (1 - options.coverage) / 2), quantile(drawn, (1 + options.coverage) / 2)};
}

} // namespace

RankedValues ranks(std::span<const double> values) {
  const std::vector<std::size_t> order = sorted_order(values);
  RankedValues result;
  result.ranks.resize(values.size());
  for (std::size_t begin = 0; begin < order.size();) {
    std::size_t end = begin + 1;
    while (end < order.size() && values[order[end]] == values[order[begin]])
      ++end;
    const double tied = static_cast<double>(end - begin);
    for (std::size_t k = begin; k < end; ++k)
      result.ranks[order[k]] = (static_cast<double>(begin + end) + 1) / 2;
    result.tie_term += tied * tied * tied - tied;
    begin = end;
  }
  return result;
}

RankCorrelation rank_correlation(std::span<const double> a, std::span<const double> b,
                                 const BootstrapOptions& options) {
  std::vector<double> x, y;
  for (std::size_t k = 0; k < std::min(a.size(), b.size()); ++k)
    if (!std::isnan(a[k]) && !std::isnan(b[k])) {
      x.push_back(a[k]);
      y.push_back(b[k]);
    }
  RankCorrelation result;
  result.count = x.size();
  if (x.size() < 2)
    return result;
  result.kendall = kendall(x, y);
  const std::vector<double> rank_x = centred_ranks(x), rank_y = centred_ranks(y);
  Moments moments;
  for (std::size_t k = 0; k < x.size(); ++k)
    moments.add(rank_x[k], rank_y[k]);
  result.spearman = moments.correlation();
  if (!std::isnan(result.spearman) && options.resamples > 0)
    result.spearman_interval = spearman_interval(rank_x, rank_y, options);
  return result;
}

} // namespace longview
