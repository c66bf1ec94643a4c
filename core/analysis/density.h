#pragma once

#include <span>
#include <utility>
#include <vector>

#include "scoring/dependency.h"

namespace longview {

/// Where the values of a sample lie close together: a Gaussian kernel density, as
/// scipy.stats.gaussian_kde(values, bw_method="scott"): the standard deviation of the kernel is that of the sample
/// (with n - 1) times n^(-1/5) (Scott 1992).
struct Density {
  double bandwidth = no_value;
  /// Evenly from the least to the greatest value, both included: nothing is told beyond. 65, 129, … 4,097 places,
  /// the fewest of these that are at most a quarter of the bandwidth apart (a sample of more than 1,024 bandwidths has
  /// 4,097, further apart).
  std::vector<double> grid;
  std::vector<double> values; ///< by grid: per unit of the value; the tails that are cut off are not added elsewhere
};

/// NaN is left out. Empty where fewer than two different values are: there is no bandwidth then. Exact to rounding for
/// up to 10,000 values. More are first shared out to places 1/32 of a bandwidth apart, each to its two neighbours
/// (linear binning): that changes the density nowhere by more than 1/8192 of the height of the kernel, 1 / (bandwidth
/// sqrt(2 pi)), since a straight line over a step s misses a kernel by at most s^2/8 times its curvature; of 100,000
/// normal values by some millionths of the highest density. Pure; n log n.
Density density(std::span<const double> values);

/// The outline of a violin about `centre` with values upwards: pairs of (across, value), once around, as wide as
/// `half_width` to each side where the density is highest. Empty without a density.
std::vector<std::pair<double, double>> violin_outline(const Density& density, double centre, double half_width);

} // namespace longview
