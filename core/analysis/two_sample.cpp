#include "analysis/two_sample.h"

#include <algorithm>
#include <cmath>

#include "analysis/rank_correlation.h"
#include "analysis/sample.h"

namespace longview {
namespace {

// As scipy's method="auto".
constexpr std::size_t most_exact_kolmogorov = 10'000; // values of the larger sample
constexpr std::size_t most_exact_ranks = 8;           // values of the smaller one

/// P(Z >= z) of a standard normal variable.
double normal_survival(double z) {
  return 0.5 * std::erfc(z / std::sqrt(2.0));
}

} // namespace

KolmogorovSmirnov kolmogorov_smirnov(std::span<const double> a, std::span<const double> b, TestMethod method) {
  const std::vector<double> x = sorted_numbers(a), y = sorted_numbers(b);
  KolmogorovSmirnov result;
  if (x.empty() || y.empty())
    return result;
  const double n = static_cast<double>(x.size()), m = static_cast<double>(y.size());
  result.d = 0;
  for (std::size_t i = 0, j = 0; i < x.size() && j < y.size();) {
    const double value = std::min(x[i], y[j]);
    while (i < x.size() && x[i] == value)
      ++i;
    while (j < y.size() && y[j] == value)
      ++j;
    const double apart = static_cast<double>(i) / n - static_cast<double>(j) / m;
    if (std::abs(apart) > result.d) {
      result.d = std::abs(apart);
      result.at = value;
      result.sign = apart > 0 ? 1 : -1;
    }
  }
  const bool small = std::max(x.size(), y.size()) <= most_exact_kolmogorov;
  if (method == TestMethod::exact || (method == TestMethod::automatic && small)) {
    result.method = TestMethod::exact;
    result.p = smirnov_two_sample_survival(x.size(), y.size(), result.d);
  } else {
    result.p = kolmogorov_survival(static_cast<std::uint64_t>(std::nearbyint(n * m / (n + m))), result.d);
  }
  return result;
}

MannWhitney mann_whitney(std::span<const double> a, std::span<const double> b, TestMethod method) {
  std::vector<double> all = sorted_numbers(a);
  const std::size_t first = all.size();
  const std::vector<double> second = sorted_numbers(b);
  all.insert(all.end(), second.begin(), second.end());
  MannWhitney result;
  if (first == 0 || second.empty())
    return result;
  const RankedValues ranked = ranks(all);
  const double n = static_cast<double>(first), m = static_cast<double>(second.size()), total = n + m;
  double rank_sum = 0;
  for (std::size_t k = 0; k < first; ++k)
    rank_sum += ranked.ranks[k];
  result.u = rank_sum - n * (n + 1) / 2;
  result.auc = result.u / (n * m);
  result.rank_biserial = 2 * result.auc - 1;
  if (method != TestMethod::asymptotic && ranked.tie_term == 0 && std::min(first, second.size()) <= most_exact_ranks) {
    result.method = TestMethod::exact; // without ties U is whole
    const auto smaller = static_cast<std::uint64_t>(std::min(result.u, n * m - result.u));
    result.p = std::min(1.0, 2 * mann_whitney_cdf(first, second.size(), smaller));
    return result;
  }
  const double mean = n * m / 2;
  const double deviation = std::sqrt(n * m / 12 * (total + 1 - ranked.tie_term / (total * (total - 1))));
  const double larger = std::max(result.u, n * m - result.u);
  const double z = (larger - mean - 0.5) / deviation;
  result.p = deviation > 0 ? std::clamp(2 * normal_survival(z), 0.0, 1.0) : 1.0;
  return result;
}

} // namespace longview
