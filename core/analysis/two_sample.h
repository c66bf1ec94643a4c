#pragma once

#include <cstdint>
#include <span>

#include "scoring/dependency.h"

namespace longview {

/// How a p value comes about. `automatic` chooses as scipy's default method="auto" does.
enum class TestMethod {
  automatic,
  exact,      ///< from all ways in which the two samples could have been mixed
  asymptotic, ///< from the limit for large samples
};

/// Kolmogorov-Smirnov, two-sided: do two samples come from one distribution? As scipy.stats.ks_2samp(a, b).
/// `automatic`: exact where neither sample has more than 10,000 values (with ties the exact p is an upper bound, as in
/// scipy). The asymptotic p is that of the one-sample statistic at n = round(n_a n_b / (n_a + n_b)); of a few values it
/// is far too small.
struct KolmogorovSmirnov {
  double d = no_value; ///< the greatest distance between the two ECDFs, 0 … 1: the effect size
  double p = no_value;
  double at = no_value; ///< the value where they are that far apart
  int sign = 0;         ///< +1 where the first one's ECDF is the higher one there (its values are smaller), else -1
  TestMethod method = TestMethod::asymptotic; ///< of p; never automatic
};
KolmogorovSmirnov kolmogorov_smirnov(std::span<const double> a, std::span<const double> b,
                                     TestMethod method = TestMethod::automatic);

/// Mann-Whitney U, two-sided: as scipy.stats.mannwhitneyu(a, b). `automatic`: exact where one sample has at most 8
/// values and no value comes twice. The asymptotic p corrects for continuity and ties. `exact` is refused by none:
/// where values come twice, or both samples have more than 8, it is asymptotic all the same.
struct MannWhitney {
  double u = no_value; ///< of the first sample: pairs in which it is the greater one, ties half
  double p = no_value;
  /// Common-language effect size: the chance that a value of a is greater than one of b, ties half. As AUC: how well
  /// the value tells a (the positive ones) from b.
  double auc = no_value;
  double rank_biserial = no_value;            ///< 2 auc - 1
  TestMethod method = TestMethod::asymptotic; ///< of p; never automatic
};
/// NaN values are left out in both; NaN results where a side is empty.
MannWhitney mann_whitney(std::span<const double> a, std::span<const double> b,
                         TestMethod method = TestMethod::automatic);

/// P(D >= d) for samples of n and m values without ties: the share of all ways from (0, 0) to (n, m) that somewhere are
/// d or more away from the diagonal (Hodges 1958). Additions of positive numbers only: no digits are lost. n m steps.
double smirnov_two_sample_survival(std::uint64_t n, std::uint64_t m, double d);

/// P(U <= u) for samples of n and m values without ties, u at most n m / 2: coefficients of the Gaussian binomial,
/// which count the ways by their U. min(n, m) at most 8; min(n, m) n m steps.
double mann_whitney_cdf(std::uint64_t n, std::uint64_t m, std::uint64_t u);

/// P(D_n >= d), the one-sample two-sided Kolmogorov-Smirnov distribution of n values, as scipy.stats.kstwo.sf: exact
/// (Ruben and Gambino; Durbin's matrix after Marsaglia, Tsang and Wang 2003; twice Smirnov's one-sided sum where that
/// is exact to 1e-7 and better) and for large n by the expansion of Pelz and Good (1976), chosen as Simard and L'Ecuyer
/// (2011) do.
double kolmogorov_survival(std::uint64_t n, double d);

} // namespace longview
