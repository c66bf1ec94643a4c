// Vectors, sums and the functions that libm would be too slow for. Part of kernels_impl.h, which says how it is
// compiled.
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

/// Sums in a fixed number of lanes, so that the order does not depend on the compiler.
LONGVIEW_INLINE float sum_of_squares(const float* x, float mean, std::int64_t width) {
  Vec a{}, b{};
  std::int64_t k = 0;
  for (; k + 2 * lanes <= width; k += 2 * lanes) {
    const Vec u = load(x + k) - mean, v = load(x + k + lanes) - mean;
    a += u * u;
    b += v * v;
  }
  a += b;
  float sum = 0;
  for (int l = 0; l < lanes; ++l)
    sum += a[l];
  for (; k < width; ++k)
    sum += (x[k] - mean) * (x[k] - mean);
  return sum;
}

LONGVIEW_INLINE float sum_of(const float* x, std::int64_t width) {
  Vec a{};
  std::int64_t k = 0;
  for (; k + lanes <= width; k += lanes)
    a += load(x + k);
  float sum = 0;
  for (int l = 0; l < lanes; ++l)
    sum += a[l];
  for (; k < width; ++k)
    sum += x[k];
  return sum;
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

} // namespace
} // namespace longview::kernels::LONGVIEW_KERNELS_NAMESPACE
