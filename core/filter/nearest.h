#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace longview {

/// Up to `most` of `candidates` that a person who typed `wanted` may have meant: few typing errors away, or beginning
/// the same way; the nearest first, ties in the order given. Letter case does not count.
std::vector<std::string> nearest(std::string_view wanted, std::span<const std::string> candidates, std::size_t most);

} // namespace longview
