#!/usr/bin/env python3
"""Writes statistics.json: samples and what scipy and numpy say about them, for tests/core/analysis.

Usage: make_statistics.py > statistics.json        (scipy 1.14 or later, numpy)
"""
import json
import sys

import numpy
import scipy
from scipy import stats


def two_sample(name, a, b):
    ks = stats.ks_2samp(a, b, method="asymp")
    mw = stats.mannwhitneyu(a, b, alternative="two-sided", method="asymptotic", use_continuity=True)
    ks_auto, mw_auto = stats.ks_2samp(a, b), stats.mannwhitneyu(a, b)
    tied = len(set(a) | set(b)) < len(a) + len(b)
    return {"name": name, "a": a, "b": b, "d": float(ks.statistic), "ks_p": float(ks.pvalue) if ks.pvalue == ks.pvalue else None, "at": float(ks.statistic_location),
            "sign": int(ks.statistic_sign), "u": float(mw.statistic), "mw_p": float(mw.pvalue),
            "ks_auto_p": float(ks_auto.pvalue), "mw_auto_p": float(mw_auto.pvalue), "mw_exact": min(len(a), len(b)) <= 8 and not tied}


def correlation(name, a, b):
    return {"name": name, "a": a, "b": b, "spearman": float(stats.spearmanr(a, b).statistic),
            "kendall": float(stats.kendalltau(a, b).statistic)}


def summary(name, values):
    q = [float(x) for x in numpy.percentile(values, [0, 25, 50, 75, 100])]
    return {"name": name, "values": values, "mean": float(numpy.mean(values)), "sd": float(numpy.std(values, ddof=1)), "quartiles": q}


def large_sample():
    """100,000 values that the test makes as well: two heaps, one of them skewed, and one value far away."""
    k = numpy.arange(100000)
    share = (k * 0.6180339887498949) % 1.0
    values = numpy.where(k % 2 == 0, 3 * share * share, 5 + share)
    values[0] = 9.0
    return values


def density(name, values, keep=True):
    """At nine places evenly from the least value to the greatest."""
    kde = stats.gaussian_kde(values)
    places = numpy.linspace(min(values), max(values), 9)
    out = {"name": name, "bandwidth": float(numpy.sqrt(kde.covariance[0, 0])), "density": [float(x) for x in kde(places)]}
    if keep:
        out["values"] = [float(x) for x in values]
    return out


def small_samples(random):
    """Pairs of short samples without ties (rounded to 4 digits of a wide spread), as method="auto" takes them exactly."""
    sizes = [(3, 3), (1, 1), (1, 5), (2, 7), (3, 8), (5, 6), (8, 8), (8, 40), (9, 9), (7, 300)]
    return [two_sample(f"{n} and {m}", [round(float(x), 4) for x in random.normal(0, 100, n)],
                       [round(float(x), 4) for x in random.normal(60, 100, m)]) for n, m in sizes]


def main():
    random = numpy.random.default_rng(11)
    short = lambda values: [round(float(x), 4) for x in values]
    normal, shifted = short(random.normal(0, 1, 60)), short(random.normal(0.5, 1, 45))
    tied = [int(x) for x in random.integers(0, 6, 80)]
    tied_more = [int(x) for x in random.integers(1, 8, 70)]
    wide, skew = short(random.normal(0, 2, 300)), short(random.exponential(1, 280))
    out = {
        "made_by": f"make_statistics.py, scipy {scipy.__version__}, numpy {numpy.__version__}",
        "two_sample": [
            two_sample("shifted", normal, shifted),
            two_sample("tied", tied, tied_more),
            two_sample("another shape", wide, skew),
            two_sample("the same", normal, normal),
            two_sample("apart", [1.0, 2.0, 3.0, 4.0], [7.0, 8.0, 9.0]),
            two_sample("one each", [1.0], [2.0]),
            two_sample("three pairs apart", [1.0, 2.0, 3.0], [4.0, 5.0, 6.0]),
            two_sample("three with a tie", [1.0, 2.0, 3.0], [3.0, 5.0, 6.0]),
        ] + small_samples(numpy.random.default_rng(12)),
        "survival": [{"n": n, "m": m, "d": float(ks.statistic), "p": float(ks.pvalue)}
                     for n, m, shift in ((50, 70, 0.4), (60, 60, 0.0), (1000, 1500, 0.05), (1000, 1500, 0.2), (997, 2003, 0.08), (10000, 10000, 0.02))
                     for a, b in [(numpy.random.default_rng(n).normal(0, 1, n), numpy.random.default_rng(m + 1).normal(shift, 1, m))]
                     for ks in [stats.ks_2samp(a, b, method="exact")]],
        "kolmogorov": [{"n": n, "d": d, "survival": float(stats.kstwo.sf(d, n))}
                       for n in (1, 2, 5, 10, 50, 140, 141, 1000, 5000, 100000, 200000)
                       for d in (0.001, 0.003, 0.01, 0.02, 0.05, 0.1, 0.15, 0.2, 0.3, 0.45, 0.5, 0.7, 0.95)],
        "correlation": [
            correlation("related", wide[:120], short(numpy.array(wide[:120]) + random.normal(0, 1.5, 120))),
            correlation("tied", tied[:70], tied_more),
            correlation("turned around", [1.0, 2.0, 3.0, 4.0], [4.0, 3.0, 2.0, 1.0]),
        ],
        "density": [density("normal", normal), density("tied", tied), density("two", [3.0, 1.0]), density("three, two of them equal", [0.25, 0.25, 0.5]),
                    density("skewed", skew), density("one far away", normal + [50.0]), density("large", large_sample(), keep=False)],
        "summary": [summary("normal", normal), summary("tied", tied), summary("two", [3.0, 1.0])],
    }
    json.dump(out, sys.stdout, separators=(",", ":"))
    sys.stdout.write("\n")


if __name__ == "__main__":
    main()
