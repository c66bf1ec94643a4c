#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <vector>

#include "scoring/dependency.h"

namespace longview {

/// Two ends of an interval; NaN where there is none.
struct Interval {
  double low = no_value, high = no_value;
};

/// Values of documents, NaN left out, with what is drawn of them: the statistics below take nothing else.
struct SampleSummary {
  std::uint64_t count = 0;
  double mean = no_value, standard_deviation = no_value; ///< with count - 1; NaN below two
  double least = no_value, lower_quartile = no_value, median = no_value, upper_quartile = no_value, most = no_value;
  Interval mean_interval, median_interval; ///< 95 %, percentile bootstrap over the values
};

struct BootstrapOptions {
  std::uint32_t resamples = 1000; ///< 0: no intervals
  std::uint64_t seed = 11;        ///< of SplitMix64: the same values give the same interval on every machine
  double coverage = 0.95;
};

/// Percentiles as numpy's default, between two values by straight line. Sorts a copy: n log n, and resamples x n for
/// the intervals (100,000 values and 1,000 resamples: about half a second). Pure.
SampleSummary summarize(std::span<const double> values, const BootstrapOptions& options = {});

/// Interval of the difference of medians, and of means, of two independent samples (b - a): each is drawn anew.
struct DifferenceIntervals {
  double mean = no_value, median = no_value;
  Interval mean_interval, median_interval;
};
DifferenceIntervals difference_of(std::span<const double> a, std::span<const double> b,
                                  const BootstrapOptions& options = {});

/// Percentile of sorted values, 0 … 1; NaN of none.
double quantile(std::span<const double> sorted, double share);

/// The values that are numbers, ascending.
std::vector<double> sorted_numbers(std::span<const double> values);

} // namespace longview
