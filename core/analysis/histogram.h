#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "scoring/dependency.h"

namespace longview {

enum class AxisScale { linear, logarithmic };

/// Bins of a histogram that several sides share: bin b holds values from edges[b] up to edges[b + 1], the last one its
/// upper edge too. Made from all values of all sides, so that the bars can be compared.
struct HistogramBins {
  std::vector<double> edges; ///< ascending; empty where there is nothing to show
  AxisScale scale = AxisScale::linear;

  /// `wanted` >= 1 bins between the least and the most of the finite values; logarithmic: of those above zero. One bin
  /// where all are equal.
  static HistogramBins make(std::span<const double> values, AxisScale scale, std::uint32_t wanted);
  /// The square root of n, 10 to 60: what suits a picture of n values.
  static std::uint32_t suitable(std::uint64_t count);

  std::size_t count() const { return edges.empty() ? 0 : edges.size() - 1; }
};

struct Histogram {
  std::vector<double> weights; ///< per bin: documents, or their tokens
  double inside = 0;           ///< the sum of them
  double outside = 0;          ///< weight of numbers beyond the bins (not above zero on a logarithmic axis)
  double missing = 0;          ///< weight of values that are no number
};

/// `weights`: one a value (tokens of the document), or empty to count documents.
Histogram histogram(std::span<const double> values, std::span<const double> weights, const HistogramBins& bins);

/// One step of an empirical distribution function: the share of the weight at or below `value`.
struct EcdfStep {
  double value = 0;
  double share = 0;
};
/// One step for each different number; shares of the numbers' weight, the last one 1. `weights` as in histogram().
std::vector<EcdfStep> ecdf(std::span<const double> values, std::span<const double> weights);

/// At most `most` steps of it for a picture, first and last kept: no two of them are further than 2 / (most - 1) apart but for what one step jumps.
std::vector<EcdfStep> thinned(std::span<const EcdfStep> steps, std::size_t most);

} // namespace longview
