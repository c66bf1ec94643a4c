#pragma once

#include <cstddef>
#include <span>
#include <utility>
#include <vector>

namespace longview {

/// Pairs of documents of about the same length, one of each side: scores grow with length, so two datasets of different
/// lengths are compared on these.
///
/// Definition: two documents may be paired where the longer one is at most `factor` times as long. Both sides are gone
/// through from the shortest on; the two at hand are paired where they may be, else the shorter one has no partner and
/// is left out. That gives as many pairs as there can be; each document is in one at most. Equal lengths keep their
/// order, so the choice never looks at a score.
///
/// `a`, `b`: tokens of the documents; those of zero (unknown) or NaN are left out. Returns (index in a, index in b) by
/// ascending length.
std::vector<std::pair<std::size_t, std::size_t>> match_lengths(std::span<const double> a, std::span<const double> b,
                                                               double factor = 1.1);

} // namespace longview
