// How a row becomes int8: rotated and rounded, as Rows in kernels.h says. Part of kernels_impl.h, which says how it is
// compiled.
namespace longview::kernels::LONGVIEW_KERNELS_NAMESPACE {
namespace {

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

} // namespace
} // namespace longview::kernels::LONGVIEW_KERNELS_NAMESPACE
