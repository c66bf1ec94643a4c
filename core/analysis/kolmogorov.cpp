// The distribution of the one-sample Kolmogorov-Smirnov statistic.
#include <math.h> // lgamma_r: std::lgamma writes to a global

#include <algorithm>
#include <cmath>
#include <numbers>
#include <vector>

#include "analysis/two_sample.h"

namespace longview {
namespace {

constexpr double pi2 = std::numbers::pi * std::numbers::pi;

double log_factorial(double n) {
  int sign = 0;
  return ::lgamma_r(n + 1, &sign);
}

/// Smirnov's one-sided P(D+ >= x): x sum over j <= n (1 - x) of C(n, j) (x + j/n)^(j-1) (1 - x - j/n)^(n-j).
double smirnov_survival(double n, double x) {
  const double whole = log_factorial(n);
  double sum = 0;
  for (double j = 0; j <= std::floor(n * (1 - x)); ++j) {
    const double place = x + j / n;
    if (place >= 1) // the last term, (…)^(n-j) of nothing
      break;
    sum += std::exp(whole - log_factorial(j) - log_factorial(n - j) + (j - 1) * std::log(place) +
                    (n - j) * std::log1p(-place));
  }
  return std::clamp(x * sum, 0.0, 1.0);
}

/// A square matrix times a power of ten, so that its powers do not overflow.
struct ScaledMatrix {
  std::size_t size = 0;
  std::vector<double> cells;
  int exponent = 0;

  double& at(std::size_t i, std::size_t j) { return cells[i * size + j]; }
  double at(std::size_t i, std::size_t j) const { return cells[i * size + j]; }
};

ScaledMatrix product(const ScaledMatrix& a, const ScaledMatrix& b) {
  ScaledMatrix result{a.size, std::vector<double>(a.cells.size()), a.exponent + b.exponent};
  for (std::size_t i = 0; i < a.size; ++i)
    for (std::size_t k = 0; k < a.size; ++k)
      for (std::size_t j = 0; j < a.size; ++j)
        result.at(i, j) += a.at(i, k) * b.at(k, j);
  if (result.at(a.size / 2, a.size / 2) > 1e140) {
    for (double& cell : result.cells)
      cell *= 1e-140;
    result.exponent += 140;
  }
  return result;
}

ScaledMatrix power(const ScaledMatrix& base, std::uint64_t n) {
  if (n == 1)
    return base;
  const ScaledMatrix half = power(base, n / 2);
  const ScaledMatrix even = product(half, half);
  return n % 2 ? product(base, even) : even;
}

/// Durbin's matrix: with n d = k - h, P(D < d) = n! / n^n times the middle cell of the n-th power of a (2k-1)-matrix.
double durbin_cdf(std::uint64_t n, double d) {
  const double count = static_cast<double>(n);
  const auto k = static_cast<std::size_t>(count * d) + 1;
  const std::size_t m = 2 * k - 1;
  const double h = static_cast<double>(k) - count * d;
  ScaledMatrix matrix{m, std::vector<double>(m * m), 0};
  for (std::size_t i = 0; i < m; ++i)
    for (std::size_t j = 0; j <= std::min(i + 1, m - 1); ++j)
      matrix.at(i, j) = 1;
  for (std::size_t i = 0; i < m; ++i) {
    matrix.at(i, 0) -= std::pow(h, static_cast<double>(i + 1));
    matrix.at(m - 1, i) -= std::pow(h, static_cast<double>(m - i));
  }
  if (2 * h > 1)
    matrix.at(m - 1, 0) += std::pow(2 * h - 1, static_cast<double>(m));
  for (std::size_t i = 0; i < m; ++i)
    for (std::size_t j = 0; j <= std::min(i + 1, m - 1); ++j)
      for (std::size_t g = 1; g <= i + 1 - j; ++g)
        matrix.at(i, j) /= static_cast<double>(g);
  const ScaledMatrix raised = power(matrix, n);
  double result = raised.at(k - 1, k - 1);
  int exponent = raised.exponent;
  for (std::uint64_t i = 1; i <= n; ++i) {
    result *= static_cast<double>(i) / count;
    if (result < 1e-140) {
      result *= 1e140;
      exponent -= 140;
    }
  }
  return result * std::pow(10.0, exponent);
}

/// P(D_n < d) by Pelz and Good: the limit and three terms in powers of 1 / sqrt(n).
double pelz_good_cdf(double n, double d) {
  const double z = std::sqrt(n) * d, z2 = z * z, z4 = z2 * z2, z6 = z4 * z2;
  double k0 = 0, k1 = 0, k2 = 0, k3 = 0, k2_rest = 0, k3_rest = 0;
  const int terms = static_cast<int>(std::ceil(16 * z / std::numbers::pi)) + 1;
  for (int k = terms; k >= 1; --k) { // small terms first
    const double odd = 2 * k - 1, p2 = pi2 * odd * odd / 4, p4 = p2 * p2;
    const double q = std::exp(-p2 / (2 * z2));
    k0 += q;
    k1 += (p2 - z2) * q;
    k2 += (6 * z6 + 2 * z4 + (2 * z4 - 5 * z2) * p2 + (1 - 2 * z2) * p4) * q;
    k3 +=
        (-30 * z6 - 90 * z4 * z4 + (135 * z4 - 96 * z6) * p2 + (212 * z4 - 60 * z2) * p4 + (5 - 30 * z2) * p4 * p2) * q;
    const double r2 = pi2 * k * k;
    const double r = std::exp(-r2 / (2 * z2));
    k2_rest += r2 * r;
    k3_rest += (3 * z2 - r2) * r2 * r;
  }
  const double root = std::sqrt(2 * std::numbers::pi), s = std::sqrt(n);
  const double second = k2 / (72 * z6 * z) - k2_rest / (36 * z2 * z);
  const double third = k3 / (6480 * z6 * z4) + k3_rest / (216 * z6);
  return root * (k0 / z + k1 / (6 * z4) / s + second / n + third / (n * s));
}

/// 1/n < d < 1/2 and up: what Simard and L'Ecuyer choose by n and n d^2.
double survival_between(std::uint64_t n, double d) {
  constexpr std::uint64_t small = 140, medium = 100'000;
  const double count = static_cast<double>(n), square = count * d * d;
  if (n <= small ? square > 4 : square >= 2.2)
    return square >= 370 ? 0 : 2 * smirnov_survival(count, d);
  const bool exact = n <= small || (n <= medium && count * std::pow(d, 1.5) <= 1.4);
  return 1 - (exact ? durbin_cdf(n, d) : pelz_good_cdf(count, d));
}

} // namespace

double kolmogorov_survival(std::uint64_t n, double d) {
  if (n == 0 || std::isnan(d))
    return no_value;
  const double count = static_cast<double>(n), t = count * d;
  if (d >= 1)
    return 0;
  if (t <= 0.5)
    return 1;
  double survival = 0;
  if (t <= 1)
    survival = 1 - std::exp(log_factorial(count) - count * std::log(count) + count * std::log(2 * t - 1));
  else if (t >= count - 1)
    survival = 2 * std::pow(1 - d, count);
  else
    survival = d >= 0.5 ? 2 * smirnov_survival(count, d) : survival_between(n, d);
  return std::clamp(survival, 0.0, 1.0);
}

} // namespace longview
