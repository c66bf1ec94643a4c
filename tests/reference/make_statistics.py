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
    return {"name": name, "a": a, "b": b, "d": float(ks.statistic), "ks_p": float(ks.pvalue) if ks.pvalue == ks.pvalue else None, "at": float(ks.statistic_location),
            "sign": int(ks.statistic_sign), "u": float(mw.statistic), "mw_p": float(mw.pvalue)}


def correlation(name, a, b):
    return {"name": name, "a": a, "b": b, "spearman": float(stats.spearmanr(a, b).statistic),
            "kendall": float(stats.kendalltau(a, b).statistic)}


def summary(name, values):
    q = [float(x) for x in numpy.percentile(values, [0, 25, 50, 75, 100])]
    return {"name": name, "values": values, "mean": float(numpy.mean(values)), "sd": float(numpy.std(values, ddof=1)), "quartiles": q}


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
        ],
        "kolmogorov": [{"n": n, "d": d, "survival": float(stats.kstwo.sf(d, n))}
                       for n in (1, 2, 5, 10, 50, 140, 141, 1000, 5000, 100000, 200000)
                       for d in (0.001, 0.003, 0.01, 0.02, 0.05, 0.1, 0.15, 0.2, 0.3, 0.45, 0.5, 0.7, 0.95)],
        "correlation": [
            correlation("related", wide[:120], short(numpy.array(wide[:120]) + random.normal(0, 1.5, 120))),
            correlation("tied", tied[:70], tied_more),
            correlation("turned around", [1.0, 2.0, 3.0, 4.0], [4.0, 3.0, 2.0, 1.0]),
        ],
        "summary": [summary("normal", normal), summary("tied", tied), summary("two", [3.0, 1.0])],
    }
    json.dump(out, sys.stdout, separators=(",", ":"))
    sys.stdout.write("\n")


if __name__ == "__main__":
    main()
