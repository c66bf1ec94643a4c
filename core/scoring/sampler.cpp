#include "scoring/sampler.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

#include "base/error.h"
#include "scoring/random.h"

namespace longview {
namespace {

std::uint64_t pair_count(std::uint64_t segments) {
  return segments < 2 ? 0 : segments * (segments - 1) / 2;
}

/// The place of number `index` in the list (1,0), (2,0), (2,1), (3,0) … of all pairs, without the list.
Pair pair_at(std::uint64_t index) {
  auto i = static_cast<std::uint64_t>((1 + std::sqrt(1 + 8 * static_cast<double>(index))) / 2);
  while (pair_count(i) > index) // the root is rounded
    --i;
  while (pair_count(i + 1) <= index)
    ++i;
  return {static_cast<std::uint32_t>(i), static_cast<std::uint32_t>(index - pair_count(i)), no_value};
}

std::vector<Pair> all_pairs(std::uint32_t segments) {
  if (pair_count(segments) > most_pairs)
    throw Error(
        ErrorCode::unsupported,
        fmt::format("all {} pairs of one document are more than the {} this program handles; ask for a number of "
                    "pairs, or for longer segments",
                    pair_count(segments), most_pairs));
  std::vector<Pair> pairs;
  pairs.reserve(pair_count(segments));
  for (std::uint32_t i = 1; i < segments; ++i)
    for (std::uint32_t j = 0; j < i; ++j)
      pairs.push_back({i, j, no_value});
  return pairs;
}

/// Rows i >= k in random order, k columns in each. Numbers are drawn one at a time, so that asking for more pairs only
/// appends to what a smaller request draws.
std::vector<Pair> draw_rows(Hash128 key, std::uint32_t segments, std::uint64_t pairs_wanted) {
  const std::uint32_t eligible = segments - row_pairs;
  const std::uint64_t rows = std::min<std::uint64_t>(std::max<std::uint64_t>(1, pairs_wanted / row_pairs), eligible);
  Stream stream(key.low ^ key.high);
  std::vector<std::uint32_t> order(eligible);
  std::iota(order.begin(), order.end(), row_pairs);
  std::vector<Pair> pairs;
  pairs.reserve(rows * row_pairs);
  for (std::uint32_t t = 0; t < rows; ++t) {
    std::swap(order[t], order[t + stream.below(eligible - t)]);
    ShortShuffle<row_pairs> columns(order[t]);
    for (std::uint32_t k = 0; k < row_pairs; ++k)
      pairs.push_back({order[t], columns.next(stream), no_value});
  }
  return pairs;
}

Draw draw_longview(std::uint32_t segments, std::uint64_t pairs_wanted, Hash128 key) {
  Draw draw;
  draw.segments = segments;
  if (segments < 3) {
    draw.status = Draw::Status::too_short;
    return draw;
  }
  const bool all = pairs_wanted == 0 || pairs_wanted >= pair_count(segments) || segments <= row_pairs;
  draw.pairs = all ? all_pairs(segments) : draw_rows(key, segments, pairs_wanted);
  return draw;
}

Draw draw_published(std::uint32_t segments, const SamplingSettings& settings, CPythonRandom& random) {
  Draw draw;
  if (segments > settings.window_segments()) {
    const std::vector<std::uint64_t> kept = random.sample(segments, settings.window_segments());
    draw.kept.assign(kept.begin(), kept.end());
    std::sort(draw.kept.begin(), draw.kept.end());
    segments = settings.window_segments();
  }
  draw.segments = segments;
  const std::uint64_t population = pair_count(segments), wanted = settings.pairs_per_document;
  if (population < std::max<std::uint64_t>(1, wanted)) {
    draw.status = Draw::Status::too_few_pairs;
  } else if (wanted == 0) {
    draw.pairs = all_pairs(segments);
  } else {
    draw.pairs.reserve(wanted);
    for (const std::uint64_t index : random.sample(population, wanted))
      draw.pairs.push_back(pair_at(index));
  }
  return draw;
}

} // namespace

struct Sampler::Impl {
  SamplingSettings settings;
  CPythonRandom random;
};

Sampler::Sampler(const SamplingSettings& settings) {
  check(settings);
  impl_ = std::make_unique<Impl>(Impl{settings, CPythonRandom(settings.seed)});
}
Sampler::~Sampler() = default;
Sampler::Sampler(Sampler&&) noexcept = default;
Sampler& Sampler::operator=(Sampler&&) noexcept = default;

Draw Sampler::draw(std::uint64_t tokens, Hash128 key) {
  const SamplingSettings& settings = impl_->settings;
  const std::uint64_t segments = tokens / settings.segment_length;
  if (segments > std::numeric_limits<std::uint32_t>::max())
    throw Error(ErrorCode::unsupported, fmt::format("a document of {} tokens has too many segments; split it", tokens));
  const auto count = static_cast<std::uint32_t>(segments);
  return settings.preset == Preset::longview ? draw_longview(count, settings.pairs_per_document, key)
                                             : draw_published(count, settings, impl_->random);
}

std::vector<std::uint32_t> segments_needed(const Draw& draw, Preset preset) {
  std::vector<char> needed(draw.segments, preset == Preset::published);
  for (const Pair& pair : draw.pairs)
    needed[pair.i] = needed[pair.j] = true;
  std::vector<std::uint32_t> places;
  for (std::uint32_t k = 0; k < draw.segments; ++k)
    if (needed[k])
      places.push_back(k);
  return places;
}

} // namespace longview
