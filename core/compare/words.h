#pragma once

#include <string>

#include "compare/comparison.h"

namespace longview {

/// Four significant digits, "-" for what does not exist.
std::string short_number(double value);
/// "0.123 to 0.456", "-" without.
std::string interval_words(const Interval& interval);
/// "0.031", "below 0.0001".
std::string p_words(double p);
/// The same, saying so where it is exact: "0.1 (exact)".
std::string p_words(double p, TestMethod method);
/// What the p values in a table of tests are, for a line below it.
std::string tests_note();
/// The share of a top, "50 %".
std::string share_words(double share);
/// How many documents of each side are in a group, "n 40, 35".
std::string group_counts(const Comparison& comparison, std::size_t group);
/// What the profile by distance is of: "strength", or "corrected strength" where the compared column is corrected.
std::string profiled(const Comparison& comparison);
/// A sentence about what differs so that the numbers cannot be compared; empty where they can.
std::string incomparable_sentence(const Comparison& comparison);
/// One sentence on which side is the higher one, and how sure that is: from the length-matched documents where there
/// are enough of them, else from all.
std::string verdict(const Comparison& comparison, const PairwiseComparison& pair);

} // namespace longview
