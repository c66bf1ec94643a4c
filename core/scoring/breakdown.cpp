#include "scoring/breakdown.h"

#include <algorithm>
#include <cmath>

namespace longview {

ScoreBreakdown break_down(const DocumentPairs& document, const DocumentScores& scores, const SamplingSettings& sampling,
                          const LiveParameters& parameters) {
  ScoreBreakdown result;
  for (const PairParts& parts : scores.parts) {
    if (std::isnan(parts.strength))
      continue;
    ++result.pairs;
    if (!(parts.strength > parameters.threshold) || std::isnan(parts.specificity))
      continue;
    ++result.above;
    const double strength = parameters.alpha * parts.strength;
    const double distance = parameters.beta * parts.distance;
    result.strength += strength * parts.specificity;
    result.distance += distance * parts.specificity;
    result.without_specificity += strength + distance;
  }
  SamplingSettings as_published = sampling;
  as_published.preset = Preset::published;
  result.published = derive_numbers(document, as_published, default_parameters(Preset::published));
  return result;
}

std::vector<std::uint32_t> heaviest_pairs(const DocumentScores& scores, std::size_t most) {
  std::vector<std::uint32_t> order;
  for (std::uint32_t k = 0; k < scores.parts.size(); ++k)
    if (scores.parts[k].contribution > 0)
      order.push_back(k);
  const auto heavier = [&](std::uint32_t a, std::uint32_t b) {
    const double one = scores.parts[a].contribution, other = scores.parts[b].contribution;
    return one != other ? one > other : a < b;
  };
  const std::size_t kept = std::min(order.size(), most);
  std::partial_sort(order.begin(), order.begin() + static_cast<std::ptrdiff_t>(kept), order.end(), heavier);
  order.resize(kept);
  return order;
}

} // namespace longview
