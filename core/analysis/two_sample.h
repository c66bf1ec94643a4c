#pragma once

#include <cstdint>
#include <span>

#include "scoring/dependency.h"

namespace longview {

/// Kolmogorov-Smirnov, two-sided: do two samples come from one distribution? As scipy.stats.ks_2samp(a, b,
/// method="asymp"), whose p is that of the one-sample statistic at n = round(n_a n_b / (n_a + n_b)).
struct KolmogorovSmirnov {
  double d = no_value; ///< the greatest distance between the two ECDFs, 0 … 1: the effect size
  double p = no_value;
  double at = no_value; ///< the value where they are that far apart
  int sign = 0;         ///< +1 where the first one's ECDF is the higher one there (its values are smaller), else -1
};
KolmogorovSmirnov kolmogorov_smirnov(std::span<const double> a, std::span<const double> b);

/// Mann-Whitney U, two-sided, with continuity correction and ties: as scipy.stats.mannwhitneyu(a, b,
/// method="asymptotic", use_continuity=True).
struct MannWhitney {
  double u = no_value; ///< of the first sample: pairs in which it is the greater one, ties half
  double p = no_value;
  /// Common-language effect size: the chance that a value of a is greater than one of b, ties half. As AUC: how well
  /// the value tells a (the positive ones) from b.
  double auc = no_value;
  double rank_biserial = no_value; ///< 2 auc - 1
};
/// NaN values are left out in both; NaN results where a side is empty.
MannWhitney mann_whitney(std::span<const double> a, std::span<const double> b);

/// P(D_n >= d), the one-sample two-sided Kolmogorov-Smirnov distribution of n values, as scipy.stats.kstwo.sf: exact
/// (Ruben and Gambino; Durbin's matrix after Marsaglia, Tsang and Wang 2003; twice Smirnov's one-sided sum where that
/// is exact to 1e-7 and better) and for large n by the expansion of Pelz and Good (1976), chosen as Simard and L'Ecuyer
/// (2011) do.
double kolmogorov_survival(std::uint64_t n, double d);

} // namespace longview
