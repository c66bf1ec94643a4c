#pragma once

#include <span>
#include <vector>

#include "analysis/sample.h"

namespace longview {

struct RankedValues {
  std::vector<double> ranks; ///< from 1, ties by their mean; in the order of the values
  double tie_term = 0;       ///< sum of t^3 - t over the groups of t equal values
};
/// No NaN among the values.
RankedValues ranks(std::span<const double> values);

/// How alike two scores order the same documents. NaN below two pairs, or where one of them never changes.
struct RankCorrelation {
  std::uint64_t count = 0;    ///< documents where both are numbers
  double spearman = no_value; ///< correlation of the ranks, ties by their mean: scipy.stats.spearmanr
  Interval spearman_interval; ///< 95 %, bootstrap over documents
  double kendall = no_value;  ///< tau-b: scipy.stats.kendalltau
};
/// a[k] and b[k] belong to one document. The interval draws documents and takes the ranks of all as they are (as
/// percentile bootstrap of a correlation of ranks): resamples x n.
RankCorrelation rank_correlation(std::span<const double> a, std::span<const double> b,
                                 const BootstrapOptions& options = {});

} // namespace longview
