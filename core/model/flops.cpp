#include "model/flops.h"

#include <algorithm>

namespace longview {
namespace {

double product(std::uint64_t in, std::uint64_t out) {
  return 2.0 * static_cast<double>(in) * static_cast<double>(out);
}

/// Keys that the tokens first … first + length - 1 see, added up; a window of 0 hides none.
double keys_seen(std::uint32_t first, std::uint32_t length, std::uint32_t window) {
  double sum = 0;
  for (std::uint32_t position = first; position < first + length; ++position)
    sum += window ? std::min(position + 1, window) : position + 1;
  return sum;
}

} // namespace

double layer_flops(const DecoderSpec& spec) {
  const std::uint64_t heads = std::uint64_t{spec.heads} * spec.head_dim;
  const std::uint64_t kv = std::uint64_t{spec.kv_heads} * spec.head_dim;
  const std::uint64_t up = std::uint64_t{spec.gated ? 2u : 1u} * spec.intermediate;
  return product(spec.hidden, heads + 2 * kv) + product(heads, spec.hidden) + product(spec.hidden, up) +
         product(spec.intermediate, spec.hidden);
}

SegmentFlops segment_flops(const DecoderSpec& spec, std::uint32_t length, bool after_prefix) {
  SegmentFlops flops;
  flops.layers = static_cast<double>(spec.layers.size()) * layer_flops(spec);
  if (spec.embedding_width != spec.hidden)
    flops.layers += 2 * product(spec.hidden, spec.embedding_width);
  flops.layers *= length;
  flops.head = product(spec.embedding_width, spec.vocabulary) * (length - 1);
  for (const LayerSpec& layer : spec.layers)
    flops.attention +=
        2 * product(spec.heads, spec.head_dim) * keys_seen(after_prefix ? length : 0, length, layer.window);
  return flops;
}

} // namespace longview
