#include "model/convert.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cstdint>
#include <cstring>

#include <fmt/format.h>

#include "base/error.h"

namespace longview {
namespace {

/// Values at a time: a multiple of every type's block, 16 KB in float32.
constexpr std::size_t chunk = 4096;
constexpr std::uint32_t float_exponent = 0x7f800000u; // all ones: infinity or NaN
constexpr std::uint32_t half_exponent = 0x7c00u, brain_exponent = 0x7f80u;

// The loops read, check and write each value once. They have no branch per value, so that they vectorise, and load and
// store through memcpy, so that neither side needs an alignment.

struct Seen {
  bool not_finite = false;
  bool too_large = false;
};
using Loop = Seen (*)(const std::byte* floats, std::byte* out, std::size_t count);

template <typename T>
[[gnu::always_inline]] inline T load(const std::byte* at) {
  T value;
  std::memcpy(&value, at, sizeof value);
  return value;
}

[[gnu::always_inline]] inline Seen copy_values(const std::byte* floats, std::byte* out, std::size_t count) {
  std::uint32_t broken = 0;
  for (std::size_t k = 0; k < count; ++k) {
    const auto bits = load<std::uint32_t>(floats + 4 * k);
    std::memcpy(out + 4 * k, &bits, 4);
    broken |= (bits & float_exponent) == float_exponent ? 1u : 0u;
  }
  return {broken != 0, false};
}

/// The upper half, rounded to the nearest, ties to even.
[[gnu::always_inline]] inline std::uint32_t brain(std::uint32_t bits) {
  return (bits + 0x7fffu + (bits >> 16 & 1u)) >> 16;
}

/// The same for float16. Below its normal numbers the adder does the rounding: the fraction of 0.5 ends where a
/// subnormal float16 ends.
[[gnu::always_inline]] inline std::uint32_t half(std::uint32_t bits) {
  constexpr std::uint32_t smallest_normal = 113u << 23, largest = 143u << 23;
  const std::uint32_t sign = bits >> 16 & 0x8000u, magnitude = bits & 0x7fffffffu;
  const std::uint32_t subnormal =
      std::bit_cast<std::uint32_t>(std::bit_cast<float>(magnitude) + 0.5f) - std::bit_cast<std::uint32_t>(0.5f);
  const std::uint32_t normal = (magnitude - (112u << 23) + 0xfffu + (magnitude >> 13 & 1u)) >> 13;
  return sign | (magnitude >= largest ? half_exponent : magnitude < smallest_normal ? subnormal : normal);
}

template <std::uint32_t (*round)(std::uint32_t), std::uint32_t exponent>
[[gnu::always_inline]] inline Seen narrow_values(const std::byte* floats, std::byte* out, std::size_t count) {
  std::uint32_t broken = 0, large = 0;
  for (std::size_t k = 0; k < count; ++k) {
    const auto bits = load<std::uint32_t>(floats + 4 * k);
    const std::uint32_t rounded = round(bits);
    const auto stored = static_cast<std::uint16_t>(rounded);
    std::memcpy(out + 2 * k, &stored, 2);
    broken |= (bits & float_exponent) == float_exponent ? 1u : 0u;
    large |= (rounded & exponent) == exponent ? 1u : 0u;
  }
  return {broken != 0, large != 0};
}

struct Loops {
  Loop copy, brain, half;
};

Loops plain_loops() {
  return {[](const std::byte* in, std::byte* out, std::size_t n) { return copy_values(in, out, n); },
          [](const std::byte* in, std::byte* out, std::size_t n) {
            return narrow_values<brain, brain_exponent>(in, out, n);
          },
          [](const std::byte* in, std::byte* out, std::size_t n) {
            return narrow_values<half, half_exponent>(in, out, n);
          }};
}

#if defined(__x86_64__)
// The same loops with vectors of 32 bytes, which pack 16-bit values three times as fast as those that every x86-64 has.
[[gnu::target("avx2")]] Seen wide_copy(const std::byte* in, std::byte* out, std::size_t count) {
  return copy_values(in, out, count);
}
[[gnu::target("avx2")]] Seen wide_brain(const std::byte* in, std::byte* out, std::size_t count) {
  return narrow_values<brain, brain_exponent>(in, out, count);
}
[[gnu::target("avx2")]] Seen wide_half(const std::byte* in, std::byte* out, std::size_t count) {
  return narrow_values<half, half_exponent>(in, out, count);
}
Loops choose_loops() {
  return __builtin_cpu_supports("avx2") ? Loops{wide_copy, wide_brain, wide_half} : plain_loops();
}
#else
Loops choose_loops() {
  return plain_loops();
}
#endif

struct Target {
  Loop loop;
  std::size_t width;
};

Target target(TensorType to) {
  static const Loops loops = choose_loops();
  switch (to) {
  case TensorType::F32:
    return {loops.copy, 4};
  case TensorType::BF16:
    return {loops.brain, 2};
  case TensorType::F16:
    return {loops.half, 2};
  default:
    throw Error(ErrorCode::usage, fmt::format("weights are not converted to {}", type_name(to)));
  }
}

} // namespace

Converted convert(TensorType from, std::span<const std::byte> blocks, float added, TensorType to, std::byte* out) {
  const BlockSize block = block_size(from);
  const Target result = target(to);
  if (blocks.size() % block.bytes != 0)
    throw Error(ErrorCode::usage,
                fmt::format("{} bytes are no whole number of {} blocks", blocks.size(), type_name(from)));
  const bool as_it_is = from == TensorType::F32 && added == 0;
  const std::size_t most = chunk / block.values * block.bytes;
  alignas(64) std::array<float, chunk> values;
  Seen seen;
  while (!blocks.empty() && !seen.not_finite) {
    const auto part = blocks.first(std::min(most, blocks.size()));
    blocks = blocks.subspan(part.size());
    const std::size_t count = part.size() / block.bytes * block.values;
    if (!as_it_is)
      dequantize(from, part, std::span(values).first(count));
    if (added != 0)
      for (std::size_t k = 0; k < count; ++k)
        values[k] += added;
    const Seen now = result.loop(as_it_is ? part.data() : std::as_bytes(std::span(values)).data(), out, count);
    seen = {seen.not_finite || now.not_finite, seen.too_large || now.too_large};
    out += count * result.width;
  }
  return seen.not_finite ? Converted::not_finite : seen.too_large ? Converted::too_large : Converted::finite;
}

} // namespace longview
