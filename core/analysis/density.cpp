#include "analysis/density.h"

#include <algorithm>
#include <cmath>
#include <numbers>

#include "analysis/sample.h"

namespace longview {
namespace {

constexpr std::size_t most_exact = 10'000; // values; more are binned
constexpr double bins_per_bandwidth = 32;
constexpr double grid_per_bandwidth = 4;
constexpr double reach = 9; // bandwidths; beyond it a kernel is below 3e-18 of its height
constexpr std::size_t fewest_steps = 64, most_steps = 4096;

/// Values with how many of the sample stand at each, ascending.
struct Weighted {
  std::vector<double> values, weights;
};

double scott_bandwidth(const std::vector<double>& sorted) {
  const double n = static_cast<double>(sorted.size());
  double sum = 0;
  for (const double value : sorted)
    sum += value;
  double squares = 0;
  for (const double value : sorted)
    squares += (value - sum / n) * (value - sum / n);
  return std::sqrt(squares / (n - 1)) * std::pow(n, -0.2);
}

/// Shares each value out to the two places of an even row that it lies between, the nearer one having more of it.
Weighted binned(const std::vector<double>& sorted, double spacing) {
  const double least = sorted.front();
  const auto count = static_cast<std::size_t>((sorted.back() - least) / spacing) + 2;
  std::vector<double> weights(count);
  for (const double value : sorted) {
    const double place = (value - least) / spacing;
    const auto below = static_cast<std::size_t>(place);
    weights[below] += 1 - (place - static_cast<double>(below));
    weights[below + 1] += place - static_cast<double>(below);
  }
  Weighted bins;
  for (std::size_t k = 0; k < count; ++k)
    if (weights[k] > 0) {
      bins.values.push_back(least + static_cast<double>(k) * spacing);
      bins.weights.push_back(weights[k]);
    }
  return bins;
}

/// The sum of the kernels at a place, not yet divided by what makes it a density.
double kernels_at(double place, const Weighted& sample, double bandwidth) {
  const auto first = std::lower_bound(sample.values.begin(), sample.values.end(), place - reach * bandwidth);
  const auto last = std::upper_bound(first, sample.values.end(), place + reach * bandwidth);
  double sum = 0;
  for (auto value = first; value != last; ++value) {
    const double apart = (place - *value) / bandwidth;
    sum += sample.weights[static_cast<std::size_t>(value - sample.values.begin())] * std::exp(-apart * apart / 2);
  }
  return sum;
}

} // namespace

Density density(std::span<const double> values) {
  const std::vector<double> sorted = sorted_numbers(values);
  Density result;
  if (sorted.size() < 2 || !(sorted.front() < sorted.back()) || !std::isfinite(sorted.back() - sorted.front()))
    return result;
  const double least = sorted.front(), range = sorted.back() - least, n = static_cast<double>(sorted.size());
  result.bandwidth = scott_bandwidth(sorted);
  const double bandwidth = result.bandwidth;
  if (!(bandwidth > 0)) // values that differ in their last digit only
    return {};
  const Weighted sample = sorted.size() > most_exact ? binned(sorted, bandwidth / bins_per_bandwidth)
                                                     : Weighted{sorted, std::vector<double>(sorted.size(), 1)};
  std::size_t steps = fewest_steps;
  while (steps < most_steps && range / static_cast<double>(steps) > bandwidth / grid_per_bandwidth)
    steps *= 2;
  const double height = 1 / (n * bandwidth * std::sqrt(2 * std::numbers::pi));
  for (std::size_t k = 0; k <= steps; ++k) {
    result.grid.push_back(least + range * (static_cast<double>(k) / static_cast<double>(steps)));
    result.values.push_back(height * kernels_at(result.grid.back(), sample, bandwidth));
  }
  return result;
}

std::vector<std::pair<double, double>> violin_outline(const Density& density, double centre, double half_width) {
  std::vector<std::pair<double, double>> outline;
  if (density.values.empty())
    return outline;
  const double scale = half_width / *std::max_element(density.values.begin(), density.values.end());
  for (std::size_t k = 0; k < density.grid.size(); ++k)
    outline.emplace_back(centre + scale * density.values[k], density.grid[k]);
  for (std::size_t k = density.grid.size(); k-- > 0;)
    outline.emplace_back(centre - scale * density.values[k], density.grid[k]);
  return outline;
}

} // namespace longview
