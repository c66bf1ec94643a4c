#include "analysis/sample.h"

#include <algorithm>
#include <cmath>

#include "scoring/random.h"

namespace longview {
namespace {

struct Drawn {
  double mean = 0, median = 0;
};

/// Draws from sorted values with replacement by counting how often each one comes: the median of what was drawn is
/// then found by walking along the counts, without sorting again.
class Resampler {
 public:
  Resampler(std::span<const double> sorted, std::uint64_t seed)
      : sorted_(sorted), stream_(seed), counts_(sorted.size()) {}

  Drawn next() {
    std::fill(counts_.begin(), counts_.end(), 0);
    for (std::size_t k = 0; k < sorted_.size(); ++k)
      ++counts_[stream_.below(sorted_.size())];
    double sum = 0;
    for (std::size_t k = 0; k < sorted_.size(); ++k)
      sum += counts_[k] * sorted_[k];
    const double n = static_cast<double>(sorted_.size());
    return {sum / n, (at((sorted_.size() - 1) / 2) + at(sorted_.size() / 2)) / 2};
  }

 private:
  /// The drawn value of this rank, from 0.
  double at(std::size_t rank) const {
    std::size_t seen = 0, k = 0;
    while ((seen += counts_[k]) <= rank)
      ++k;
    return sorted_[k];
  }

  std::span<const double> sorted_;
  Stream stream_;
  std::vector<std::uint32_t> counts_;
};

Interval interval_of(std::vector<double>& values, double coverage) {
  std::sort(values.begin(), values.end());
  return {quantile(values, (1 - coverage) / 2), quantile(values, (1 + coverage) / 2)};
}

double mean_of(std::span<const double> values) {
  double sum = 0;
  for (const double value : values)
    sum += value;
  return values.empty() ? no_value : sum / static_cast<double>(values.size());
}

double deviation_of(std::span<const double> values, double mean) {
  if (values.size() < 2)
    return no_value;
  double squares = 0;
  for (const double value : values)
    squares += (value - mean) * (value - mean);
  return std::sqrt(squares / static_cast<double>(values.size() - 1));
}

} // namespace

double quantile(std::span<const double> sorted, double share) {
  if (sorted.empty())
    return no_value;
  const double place = share * static_cast<double>(sorted.size() - 1);
  const auto below = static_cast<std::size_t>(place);
  const double rest = place - static_cast<double>(below);
  return rest == 0 ? sorted[below] : sorted[below] + rest * (sorted[below + 1] - sorted[below]);
}

std::vector<double> sorted_numbers(std::span<const double> values) {
  std::vector<double> sorted(values.begin(), values.end());
  std::erase_if(sorted, [](double value) { return std::isnan(value); });
  std::sort(sorted.begin(), sorted.end());
  return sorted;
}

SampleSummary summarize(std::span<const double> values, const BootstrapOptions& options) {
  const std::vector<double> sorted = sorted_numbers(values);
  SampleSummary summary;
  summary.count = sorted.size();
  if (sorted.empty())
    return summary;
  summary.mean = mean_of(sorted);
  summary.standard_deviation = deviation_of(sorted, summary.mean);
  summary.least = sorted.front();
  summary.lower_quartile = quantile(sorted, 0.25);
  summary.median = quantile(sorted, 0.5);
  summary.upper_quartile = quantile(sorted, 0.75);
  summary.most = sorted.back();
  if (options.resamples == 0)
    return summary;
  Resampler resampler(sorted, options.seed);
  std::vector<double> means, medians;
  for (std::uint32_t k = 0; k < options.resamples; ++k) {
    const Drawn drawn = resampler.next();
    means.push_back(drawn.mean);
    medians.push_back(drawn.median);
  }
  summary.mean_interval = interval_of(means, options.coverage);
  summary.median_interval = interval_of(medians, options.coverage);
  return summary;
}

DifferenceIntervals difference_of(std::span<const double> a, std::span<const double> b,
                                  const BootstrapOptions& options) {
  const std::vector<double> first = sorted_numbers(a), second = sorted_numbers(b);
  DifferenceIntervals difference;
  if (first.empty() || second.empty())
    return difference;
  difference.mean = mean_of(second) - mean_of(first);
  difference.median = quantile(second, 0.5) - quantile(first, 0.5);
  if (options.resamples == 0)
    return difference;
  // Two streams that have nothing to do with each other.
  Resampler from_first(first, options.seed), from_second(second, options.seed ^ 0x5851F42D4C957F2Du);
  std::vector<double> means, medians;
  for (std::uint32_t k = 0; k < options.resamples; ++k) {
    const Drawn x = from_first.next(), y = from_second.next();
    means.push_back(y.mean - x.mean);
    medians.push_back(y.median - x.median);
  }
  difference.mean_interval = interval_of(means, options.coverage);
  difference.median_interval = interval_of(medians, options.coverage);
  return difference;
}

} // namespace longview
