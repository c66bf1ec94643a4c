#include "analysis/histogram.h"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace longview {
namespace {

double weight_of(std::span<const double> weights, std::size_t k) {
  return weights.empty() ? 1.0 : weights[k];
}

} // namespace

std::uint32_t HistogramBins::suitable(std::uint64_t count) {
  return static_cast<std::uint32_t>(std::clamp(std::sqrt(static_cast<double>(count)), 10.0, 60.0));
}

HistogramBins HistogramBins::make(std::span<const double> values, AxisScale scale, std::uint32_t wanted) {
  const bool logarithmic = scale == AxisScale::logarithmic;
  double least = INFINITY, most = -INFINITY;
  for (const double value : values)
    if (std::isfinite(value) && (!logarithmic || value > 0)) {
      least = std::min(least, value);
      most = std::max(most, value);
    }
  HistogramBins bins;
  bins.scale = scale;
  if (least > most)
    return bins;
  if (least == most) {
    const double half = logarithmic ? 0 : std::max(std::abs(least) * 1e-3, 1e-6);
    bins.edges = logarithmic ? std::vector{least / 1.001, least * 1.001} : std::vector{least - half, least + half};
    return bins;
  }
  const double low = logarithmic ? std::log(least) : least, high = logarithmic ? std::log(most) : most;
  bins.edges.push_back(least);
  for (std::uint32_t b = 1; b < wanted; ++b) {
    const double edge = low + (high - low) * b / wanted;
    const double value = logarithmic ? std::exp(edge) : edge;
    if (value > bins.edges.back() && value < most) // values so close that their bins have no width
      bins.edges.push_back(value);
  }
  bins.edges.push_back(most);
  return bins;
}

Histogram histogram(std::span<const double> values, std::span<const double> weights, const HistogramBins& bins) {
  Histogram result;
  result.weights.assign(bins.count(), 0);
  for (std::size_t k = 0; k < values.size(); ++k) {
    const double value = values[k], weight = weight_of(weights, k);
    if (std::isnan(value)) {
      result.missing += weight;
      continue;
    }
    if (bins.count() == 0 || value < bins.edges.front() || value > bins.edges.back()) {
      result.outside += weight;
      continue;
    }
    const auto above = std::upper_bound(bins.edges.begin(), bins.edges.end(), value);
    const auto bin = std::min<std::size_t>(static_cast<std::size_t>(above - bins.edges.begin()) - 1, bins.count() - 1);
    result.weights[bin] += weight;
    result.inside += weight;
  }
  return result;
}

std::vector<EcdfStep> ecdf(std::span<const double> values, std::span<const double> weights) {
  std::vector<std::size_t> order;
  for (std::size_t k = 0; k < values.size(); ++k)
    if (!std::isnan(values[k]) && weight_of(weights, k) > 0)
      order.push_back(k);
  std::sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) { return values[a] < values[b]; });
  double total = 0;
  for (const std::size_t k : order)
    total += weight_of(weights, k);
  std::vector<EcdfStep> steps;
  double below = 0;
  for (const std::size_t k : order) {
    below += weight_of(weights, k);
    if (steps.empty() || steps.back().value < values[k])
      steps.push_back({values[k], 0});
    steps.back().share = below / total;
  }
  if (!steps.empty())
    steps.back().share = 1; // whatever was rounded
  return steps;
}

std::vector<EcdfStep> thinned(std::span<const EcdfStep> steps, std::size_t most) {
  if (steps.size() <= most || most < 2)
    return {steps.begin(), steps.end()};
  // Shares are cut into cells, and the last step of each is kept.
  const auto cell = [&](const EcdfStep& step) { return std::ceil(step.share * static_cast<double>(most - 1)); };
  std::vector<EcdfStep> kept{steps.front()};
  for (std::size_t k = 1; k < steps.size(); ++k)
    if (k + 1 == steps.size() || cell(steps[k]) < cell(steps[k + 1]))
      kept.push_back(steps[k]);
  return kept;
}

} // namespace longview
