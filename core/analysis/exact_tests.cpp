// The distributions of the two-sample statistics for samples of a few values.
#include <algorithm>
#include <cmath>
#include <numeric>
#include <vector>

#include "analysis/two_sample.h"

namespace longview {

double smirnov_two_sample_survival(std::uint64_t n, std::uint64_t m, double d) {
  if (n == 0 || m == 0 || std::isnan(d))
    return no_value;
  // |i/n - j/m| >= d in whole numbers: |i (m/g) - j (n/g)| >= d n m / g.
  const std::uint64_t g = std::gcd(n, m);
  const auto across = static_cast<std::int64_t>(m / g), up = static_cast<std::int64_t>(n / g);
  const auto limit = static_cast<std::int64_t>(std::llround(d * static_cast<double>(n / g) * static_cast<double>(m)));
  if (limit <= 0)
    return 1;
  // share[j]: of all ways to (i, j), those that were outside. The last step to (i, j) came from (i - 1, j) in i of
  // i + j of them. Outside it is 1; only what lies between, from `first` to `last`, is gone through.
  std::vector<double> share(m + 1, 1.0);
  for (std::int64_t i = 0; i <= static_cast<std::int64_t>(n); ++i) {
    const std::int64_t first = i * across < limit ? 0 : (i * across - limit) / up + 1;
    const std::int64_t last = std::min(static_cast<std::int64_t>(m), (i * across + limit - 1) / up);
    if (first > 0)
      share[static_cast<std::size_t>(first - 1)] = 1;
    for (std::int64_t j = first; j <= last; ++j) {
      const auto place = static_cast<std::size_t>(j);
      const double from_left = i > 0 ? static_cast<double>(i) * share[place] : 0;
      const double from_below = j > 0 ? static_cast<double>(j) * share[place - 1] : 0;
      share[place] = i + j > 0 ? (from_left + from_below) / static_cast<double>(i + j) : 0;
    }
  }
  return share[m];
}

double mann_whitney_cdf(std::uint64_t n, std::uint64_t m, std::uint64_t u) {
  const std::uint64_t few = std::min(n, m), many = std::max(n, m);
  // Coefficients up to q^u of the product over k = 1 … few of (1 - q^(many + k)) / (1 - q^k); after each factor they
  // count the ways of samples of k and `many` values.
  std::vector<double> ways(u + 1);
  ways[0] = 1;
  double all = 1;
  for (std::uint64_t k = 1; k <= few; ++k) {
    for (std::uint64_t place = u; place >= many + k; --place)
      ways[place] -= ways[place - many - k];
    for (std::uint64_t place = k; place <= u; ++place)
      ways[place] += ways[place - k];
    all *= static_cast<double>(many + k) / static_cast<double>(k);
  }
  return std::accumulate(ways.begin(), ways.end(), 0.0) / all;
}

} // namespace longview
