#include "filter/nearest.h"

#include <algorithm>
#include <numeric>
#include <utility>

namespace longview {
namespace {

constexpr std::size_t longest_compared = 64;
constexpr std::size_t shortest_beginning = 3;

std::string folded(std::string_view text) {
  std::string result(text.substr(0, longest_compared));
  for (char& c : result)
    c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  return result;
}

/// Edits in bytes, two neighbours that changed places being one (optimal string alignment), or anything above `limit`
/// once it is sure to be more.
std::size_t distance(std::string_view a, std::string_view b, std::size_t limit) {
  if (a.size() > b.size() + limit || b.size() > a.size() + limit)
    return limit + 1;
  std::vector<std::size_t> before, last(b.size() + 1), row(b.size() + 1); // of a's first i - 2, i - 1 and i bytes
  std::iota(last.begin(), last.end(), std::size_t{0});
  std::size_t least_before = 0;
  for (std::size_t i = 1; i <= a.size(); ++i) {
    row[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t replaced = last[j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1);
      row[j] = std::min({replaced, last[j] + 1, row[j - 1] + 1});
      if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
        row[j] = std::min(row[j], before[j - 2] + 1);
    }
    const std::size_t least = *std::min_element(row.begin(), row.end());
    if (std::min(least, least_before) > limit)
      return limit + 1;
    least_before = least;
    before = std::exchange(last, row);
  }
  return last.back();
}

bool begins_alike(std::string_view a, std::string_view b) {
  return std::min(a.size(), b.size()) >= shortest_beginning && (a.starts_with(b) || b.starts_with(a));
}

} // namespace

std::vector<std::string> nearest(std::string_view wanted, std::span<const std::string> candidates, std::size_t most) {
  struct Match {
    std::size_t distance;
    std::size_t index;
  };
  const std::string target = folded(wanted);
  const std::size_t limit = std::max<std::size_t>(1, target.size() / 3);
  std::vector<Match> matches;
  for (std::size_t k = 0; k < candidates.size(); ++k) {
    const std::string candidate = folded(candidates[k]);
    const std::size_t apart = distance(target, candidate, limit);
    if (apart <= limit)
      matches.push_back({apart, k});
    else if (begins_alike(target, candidate))
      matches.push_back({limit + 1, k});
  }
  std::stable_sort(matches.begin(), matches.end(),
                   [](const Match& a, const Match& b) { return a.distance < b.distance; });
  std::vector<std::string> result;
  for (std::size_t k = 0; k < std::min(most, matches.size()); ++k)
    result.push_back(candidates[matches[k].index]);
  return result;
}

} // namespace longview
