// Vectors, types of rows and the functions that libm would be too slow for. Part of kernels_impl.h, which says how it
// is compiled.
#include <cstdint>
#include <cstring>

#include "model/kernels/kernels.h"

namespace longview::kernels::LONGVIEW_KERNELS_NAMESPACE {
namespace {

constexpr int lanes = LONGVIEW_VECTOR_BYTES / 4;
using Vec = float __attribute__((vector_size(LONGVIEW_VECTOR_BYTES)));
using IntVec = std::int32_t __attribute__((vector_size(LONGVIEW_VECTOR_BYTES)));

#define LONGVIEW_STRING_OF(name) #name
#define LONGVIEW_STRING(name) LONGVIEW_STRING_OF(name)
#define LONGVIEW_INLINE inline __attribute__((always_inline))

constexpr float minus_infinity = -__builtin_inff();

LONGVIEW_INLINE Vec load(const float* at) {
  Vec v;
  std::memcpy(&v, at, sizeof v);
  return v;
}
LONGVIEW_INLINE void store(float* at, Vec v) {
  std::memcpy(at, &v, sizeof v);
}
LONGVIEW_INLINE Vec all(float value) {
  return value - Vec{};
}
LONGVIEW_INLINE float bits_to_float(std::uint32_t bits) {
  float value;
  std::memcpy(&value, &bits, sizeof value);
  return value;
}
LONGVIEW_INLINE std::uint32_t float_to_bits(float value) {
  std::uint32_t bits;
  std::memcpy(&bits, &value, sizeof bits);
  return bits;
}

/// e^x with a relative error of about 1e-7 for x <= 88; 0 below -87. After Cephes' expf: two-part ln 2, polynomial of
/// degree 5.
LONGVIEW_INLINE float exponential(float x) {
  x = x < -87.3f ? -87.3f : x;
  x = x > 88.0f ? 88.0f : x;
  const float shifted = x * 1.44269504f + 12582912.0f; // rounds to a whole number in the low bits
  const float n = shifted - 12582912.0f;
  float r = x - n * 0.693359375f;
  r -= n * -2.12194440e-4f;
  float p = 1.9875691500e-4f;
  p = p * r + 1.3981999507e-3f;
  p = p * r + 8.3334519073e-3f;
  p = p * r + 4.1665795894e-2f;
  p = p * r + 1.6666665459e-1f;
  p = p * r + 5.0000001201e-1f;
  p = p * r * r + r + 1.0f;
  const auto power = static_cast<std::int32_t>(n) + 127;
  const float scaled = p * bits_to_float(static_cast<std::uint32_t>(power) << 23);
  return x <= -87.3f ? 0.0f : scaled;
}

LONGVIEW_INLINE float hyperbolic_tangent(float x) {
  const float doubled = exponential(-2.0f * (x < 0 ? -x : x));
  const float magnitude = (1.0f - doubled) / (1.0f + doubled);
  const float small = x * (1.0f - x * x * (1.0f / 3.0f)); // where the quotient would lose its last digits
  const float ax = x < 0 ? -x : x;
  return ax < 0.02f ? small : (x < 0 ? -magnitude : magnitude);
}

/// erf with a relative error of about 2e-7: its series for small x, else from Chebyshev's fit of erfc in Numerical
/// Recipes.
LONGVIEW_INLINE float error_function(float x) {
  const float ax = x < 0 ? -x : x;
  const float t = 1.0f / (1.0f + 0.5f * ax);
  float p = 0.17087277f;
  p = p * t - 0.82215223f;
  p = p * t + 1.48851587f;
  p = p * t - 1.13520398f;
  p = p * t + 0.27886807f;
  p = p * t - 0.18628806f;
  p = p * t + 0.09678418f;
  p = p * t + 0.37409196f;
  p = p * t + 1.00002368f;
  p = p * t - 1.26551223f;
  const float far = 1.0f - t * exponential(p - ax * ax);
  const float s = x * x;
  float near = 1.2055333e-4f;
  near = near * s - 8.5483270e-4f;
  near = near * s + 5.2239776e-3f;
  near = near * s - 2.6866170e-2f;
  near = near * s + 1.1283792e-1f;
  near = near * s - 3.7612639e-1f;
  near = near * s + 1.1283792f;
  const float magnitude = ax < 0.5f ? near * ax : far;
  return x < 0 ? -magnitude : magnitude;
}

LONGVIEW_INLINE std::uint16_t to_bfloat16(float value) {
  const std::uint32_t bits = float_to_bits(value);
  const std::uint32_t rounded = (bits + 0x7fffu + ((bits >> 16) & 1u)) >> 16;
  return static_cast<std::uint16_t>((bits & 0x7fffffffu) > 0x7f800000u ? 0x7fc0u : rounded);
}
LONGVIEW_INLINE float from_bfloat16(std::uint16_t bits) {
  return bits_to_float(static_cast<std::uint32_t>(bits) << 16);
}

struct F32 {
  using Type = float;
  static LONGVIEW_INLINE float get(const float* at) { return *at; }
  static LONGVIEW_INLINE void put(float* at, float value) { *at = value; }
};
struct I8 {
  using Type = std::uint8_t;
};
struct BF16 {
  using Type = std::uint16_t;
  static LONGVIEW_INLINE float get(const std::uint16_t* at) { return from_bfloat16(*at); }
  static LONGVIEW_INLINE void put(std::uint16_t* at, float value) { *at = to_bfloat16(value); }
};

LONGVIEW_INLINE float scale_of(const Rows& rows, std::int64_t row) {
  return rows.scales ? rows.scales[row] : 1.0f;
}

/// Largest magnitude of a row by way of its bits, which order as the magnitudes do, a NaN above all.
struct Magnitude {
  std::uint32_t bits = 0;
  LONGVIEW_INLINE void see(float value) {
    const std::uint32_t magnitude = float_to_bits(value) & 0x7fffffffu;
    bits = magnitude > bits ? magnitude : bits;
  }
};

constexpr float most_int8 = 127.0f;

/// The scale that makes the largest magnitude 127, and what to multiply by.
LONGVIEW_INLINE float int8_scale(Magnitude largest, float* factor) {
  const float most = bits_to_float(largest.bits);
  *factor = most > 0 ? most_int8 / most : 0.0f;
  return most / most_int8;
}

/// To the nearest, ties to even, and 128 more: the sum's low bits are the whole number. |value| <= 127, but for what is
/// not finite.
LONGVIEW_INLINE std::uint8_t to_int8(float value) {
  return static_cast<std::uint8_t>((float_to_bits(value + 12582912.0f) & 0xffu) ^ 0x80u);
}

using Eight = float __attribute__((vector_size(32)));

/// Hadamard's matrix of 8 across values that lie `stride` apart, for as many of them side by side as V holds.
template <typename V>
LONGVIEW_INLINE void rotate_columns(float* at, std::int64_t stride) {
  V a[8], b[8];
#pragma GCC unroll 8
  for (int n = 0; n < 8; ++n)
    std::memcpy(&a[n], at + n * stride, sizeof(V));
#pragma GCC unroll 4
  for (int n = 0; n < 4; ++n) {
    b[n] = a[n] + a[n + 4];
    b[n + 4] = a[n] - a[n + 4];
  }
#pragma GCC unroll 8
  for (int n = 0; n < 8; ++n)
    a[n] = n % 4 < 2 ? b[n] + b[n + 2] : b[n - 2] - b[n];
#pragma GCC unroll 8
  for (int n = 0; n < 8; ++n) {
    b[n] = n % 2 == 0 ? a[n] + a[n + 1] : a[n - 1] - a[n];
    std::memcpy(at + n * stride, &b[n], sizeof(V));
  }
}

/// The same in each run of 8 strides; `stride` is a multiple of 8.
LONGVIEW_INLINE void rotate_apart(float* row, std::int64_t width, std::int64_t stride) {
  for (float* run = row; run != row + width; run += 8 * stride) {
    std::int64_t k = 0;
    for (; k + lanes <= stride; k += lanes)
      rotate_columns<Vec>(run + k, stride);
    for (; k < stride; k += 8)
      rotate_columns<Eight>(run + k, stride);
  }
}

/// The same across each 8 neighbours.
LONGVIEW_INLINE void rotate_neighbours(float* row, std::int64_t width) {
  constexpr Eight halves = {1, 1, 1, 1, -1, -1, -1, -1}, quarters = {1, 1, -1, -1, 1, 1, -1, -1},
                  eighths = {1, -1, 1, -1, 1, -1, 1, -1};
  for (std::int64_t k = 0; k < width; k += 8) {
    Eight v;
    std::memcpy(&v, row + k, sizeof v);
    v = v * halves + __builtin_shufflevector(v, v, 4, 5, 6, 7, 0, 1, 2, 3);
    v = v * quarters + __builtin_shufflevector(v, v, 2, 3, 0, 1, 6, 7, 4, 5);
    v = v * eighths + __builtin_shufflevector(v, v, 1, 0, 3, 2, 5, 4, 7, 6);
    std::memcpy(row + k, &v, sizeof v);
  }
}

/// As kernels.h says, but for the factor that makes it orthogonal: that is returned.
LONGVIEW_INLINE float rotate_row(float* row, std::int64_t width) {
  constexpr float eighth = 0.353553391f; // the square root of 1 / 8
  if (width % 8 != 0)
    return 1;
  rotate_neighbours(row, width);
  if (width % 64 != 0)
    return eighth;
  rotate_apart(row, width, width / 8);
  if (width % 512 != 0)
    return eighth * eighth;
  rotate_apart(row, width, width / 64);
  return eighth * eighth * eighth;
}

/// Rotates `values` in place.
LONGVIEW_INLINE void quantize_row(float* __restrict values, std::int64_t width, std::uint8_t* __restrict out,
                                  float* scale) {
  const float rotation = rotate_row(values, width);
  Magnitude largest;
  for (std::int64_t k = 0; k < width; ++k)
    largest.see(values[k]);
  float factor;
  *scale = int8_scale(largest, &factor) * rotation;
  for (std::int64_t k = 0; k < width; ++k)
    out[k] = to_int8(values[k] * factor);
}

template <typename E>
LONGVIEW_INLINE typename E::Type* row_of(const Rows& rows, std::int64_t row) {
  return static_cast<typename E::Type*>(rows.data) + row * rows.stride;
}

} // namespace
} // namespace longview::kernels::LONGVIEW_KERNELS_NAMESPACE
