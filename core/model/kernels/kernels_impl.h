// Included once by each file of an instruction set, which sets LONGVIEW_KERNELS_NAMESPACE and LONGVIEW_VECTOR_BYTES.
// Nothing of the standard library's templates is used here: a copy of one compiled for a newer processor must not be
// what older ones run.
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

LONGVIEW_INLINE void quantize_row(const float* __restrict values, std::int64_t width, std::uint8_t* __restrict out,
                                  float* scale) {
  Magnitude largest;
  for (std::int64_t k = 0; k < width; ++k)
    largest.see(values[k]);
  float factor;
  *scale = int8_scale(largest, &factor);
  for (std::int64_t k = 0; k < width; ++k)
    out[k] = to_int8(values[k] * factor);
}

template <typename E>
LONGVIEW_INLINE typename E::Type* row_of(const Rows& rows, std::int64_t row) {
  return static_cast<typename E::Type*>(rows.data) + row * rows.stride;
}

// ---- norms
// -----------------------------------------------------------------------------------------------------------------

template <typename Delta>
LONGVIEW_INLINE void add_row(float* __restrict x, const Rows& rows, std::int64_t row, const float* bias,
                             std::int64_t width) {
  const auto* __restrict delta = row_of<Delta>(rows, row);
  const float scale = scale_of(rows, row);
  if (bias)
    for (std::int64_t k = 0; k < width; ++k)
      x[k] += Delta::get(delta + k) * scale + bias[k];
  else
    for (std::int64_t k = 0; k < width; ++k)
      x[k] += Delta::get(delta + k) * scale;
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

template <typename Out>
LONGVIEW_INLINE void scaled_row(const float* x, float mean, float factor, const float* weight, const float* bias,
                                std::int64_t width, typename Out::Type* out) {
  if (weight && bias)
    for (std::int64_t k = 0; k < width; ++k)
      Out::put(out + k, (x[k] - mean) * factor * weight[k] + bias[k]);
  else if (weight)
    for (std::int64_t k = 0; k < width; ++k)
      Out::put(out + k, (x[k] - mean) * factor * weight[k]);
  else
    for (std::int64_t k = 0; k < width; ++k)
      Out::put(out + k, (x[k] - mean) * factor);
}

/// The same in two passes: the first finds the scale, and nothing is stored between them.
LONGVIEW_INLINE void quantized_norm(const float* __restrict x, float mean, float factor, const float* weight,
                                    const float* bias, std::int64_t width, std::uint8_t* __restrict out, float* scale) {
  const auto value = [&](std::int64_t k) __attribute__((always_inline)) {
    return (x[k] - mean) * factor * (weight ? weight[k] : 1.0f) + (bias ? bias[k] : 0.0f);
  };
  Magnitude largest;
  for (std::int64_t k = 0; k < width; ++k)
    largest.see(value(k));
  float to_whole;
  *scale = int8_scale(largest, &to_whole);
  for (std::int64_t k = 0; k < width; ++k)
    out[k] = to_int8(value(k) * to_whole);
}

LONGVIEW_INLINE void copy_row(const float* x, std::int64_t width, const Rows& out, std::int64_t row) {
  if (out.type == Element::int8)
    quantize_row(x, width, row_of<I8>(out, row), out.scales + row);
  else if (out.type == Element::bfloat16) {
    auto* to = row_of<BF16>(out, row);
    for (std::int64_t k = 0; k < width; ++k)
      BF16::put(to + k, x[k]);
  } else {
    std::memcpy(row_of<F32>(out, row), x, static_cast<std::size_t>(width) * sizeof(float));
  }
}

LONGVIEW_INLINE void norm_row(const NormJob& job, float* x, std::int64_t row) {
  const std::int64_t width = job.width;
  const float mean = job.norm == Norm::layer ? sum_of(x, width) / static_cast<float>(width) : 0.0f;
  const float variance = sum_of_squares(x, mean, width) / static_cast<float>(width);
  const float factor = 1.0f / __builtin_sqrtf(variance + job.epsilon);
  if (job.in_place)
    scaled_row<F32>(x, mean, factor, job.weight, job.bias, width, x);
  else if (job.out.type == Element::int8)
    quantized_norm(x, mean, factor, job.weight, job.bias, width, row_of<I8>(job.out, row), job.out.scales + row);
  else if (job.out.type == Element::bfloat16)
    scaled_row<BF16>(x, mean, factor, job.weight, job.bias, width, row_of<BF16>(job.out, row));
  else
    scaled_row<F32>(x, mean, factor, job.weight, job.bias, width, row_of<F32>(job.out, row));
}

void norm(const NormJob& job, std::int64_t first_row, std::int64_t last_row) {
  for (std::int64_t row = first_row; row < last_row; ++row) {
    float* x = job.x + row * job.width;
    if (job.delta.data && job.delta.type == Element::bfloat16)
      add_row<BF16>(x, job.delta, row, job.delta_bias, job.width);
    else if (job.delta.data)
      add_row<F32>(x, job.delta, row, job.delta_bias, job.width);
    if (job.norm != Norm::none && (job.out.data || job.in_place))
      norm_row(job, x, row);
    if (job.out.data && (job.norm == Norm::none || job.in_place))
      copy_row(x, job.width, job.out, row);
  }
}

// ---- heads
// -----------------------------------------------------------------------------------------------------------------

constexpr std::int64_t most_dim = 1024; ///< of a head, for the buffer of one token

template <typename In>
LONGVIEW_INLINE void fetch_head(const SplitJob& job, std::int64_t row, std::int64_t column, const float* head_norm,
                                float* out) {
  const auto* in = row_of<In>(job.qkv, row) + column;
  const float scale = scale_of(job.qkv, row);
  if (job.bias)
    for (std::int64_t d = 0; d < job.dim; ++d)
      out[d] = In::get(in + d) * scale + job.bias[column + d];
  else
    for (std::int64_t d = 0; d < job.dim; ++d)
      out[d] = In::get(in + d) * scale;
  if (head_norm) {
    const float variance = sum_of_squares(out, 0, job.dim) / static_cast<float>(job.dim);
    scaled_row<F32>(out, 0, 1.0f / __builtin_sqrtf(variance + job.epsilon), head_norm, nullptr, job.dim, out);
  }
}

LONGVIEW_INLINE void rotate(const SplitJob& job, std::int64_t position, float* __restrict head) {
  const std::int64_t half = job.rotated / 2;
  const float* cos = job.cos + position * half;
  const float* sin = job.sin + position * half;
  float* second = head + half;
  for (std::int64_t k = 0; k < half; ++k) {
    const float a = head[k], b = second[k];
    head[k] = a * cos[k] - b * sin[k];
    second[k] = b * cos[k] + a * sin[k];
  }
}

template <typename In>
void split_unit(const SplitJob& job, std::int64_t unit) {
  const std::int64_t all_heads = job.heads + 2 * job.kv_heads;
  const std::int64_t segment = unit / all_heads, head = unit % all_heads;
  const std::int64_t length = job.length, dim = job.dim, column = head * dim;
  if (head < job.heads) {
    float* q = job.q + (segment * job.heads + head) * length * dim;
    for (std::int64_t t = 0; t < length; ++t, q += dim) {
      fetch_head<In>(job, segment * length + t, column, job.q_norm, q);
      if (job.rotated)
        rotate(job, t, q);
    }
  } else if (head < job.heads + job.kv_heads) {
    float* k = job.k + (segment * job.kv_heads + head - job.heads) * length * dim;
    constexpr std::int64_t block = 16; // tokens turned round at a time, so that stores fill whole cache lines
    float buffer[block][most_dim];
    for (std::int64_t first = 0; first < length; first += block) {
      const std::int64_t count = length - first < block ? length - first : block;
      for (std::int64_t t = 0; t < count; ++t) {
        fetch_head<In>(job, segment * length + first + t, column, job.k_norm, buffer[t]);
        if (job.rotated)
          rotate(job, first + t, buffer[t]);
      }
      for (std::int64_t d = 0; d < dim; ++d)
        for (std::int64_t t = 0; t < count; ++t)
          k[d * length + first + t] = buffer[t][d];
    }
  } else {
    float* v = job.v + (segment * job.kv_heads + head - job.heads - job.kv_heads) * length * dim;
    for (std::int64_t t = 0; t < length; ++t, v += dim)
      fetch_head<In>(job, segment * length + t, column, nullptr, v);
  }
}

void split(const SplitJob& job, std::int64_t first_unit, std::int64_t last_unit) {
  for (std::int64_t unit = first_unit; unit < last_unit; ++unit)
    job.qkv.type == Element::bfloat16 ? split_unit<BF16>(job, unit) : split_unit<F32>(job, unit);
}

// ---- a small product: C [rows, columns] (+)= A [rows, inner] B [inner, columns]
// -------------------------------------------

template <int rows, int vectors, bool add>
LONGVIEW_INLINE void tile(const float* a, std::int64_t lda, const float* b, std::int64_t ldb, float* c,
                          std::int64_t ldc, std::int64_t inner) {
  Vec sum[rows][vectors];
#pragma GCC unroll 8
  for (int r = 0; r < rows; ++r)
#pragma GCC unroll 8
    for (int v = 0; v < vectors; ++v)
      sum[r][v] = add ? load(c + r * ldc + v * lanes) : Vec{};
  for (std::int64_t k = 0; k < inner; ++k) {
    Vec right[vectors];
#pragma GCC unroll 8
    for (int v = 0; v < vectors; ++v)
      right[v] = load(b + k * ldb + v * lanes);
#pragma GCC unroll 8
    for (int r = 0; r < rows; ++r) {
      const Vec left = all(a[r * lda + k]);
#pragma GCC unroll 8
      for (int v = 0; v < vectors; ++v)
        sum[r][v] += left * right[v];
    }
  }
#pragma GCC unroll 8
  for (int r = 0; r < rows; ++r)
#pragma GCC unroll 8
    for (int v = 0; v < vectors; ++v)
      store(c + r * ldc + v * lanes, sum[r][v]);
}

/// As many vectors as registers allow: 6 rows of 4 fill 24 of AVX-512's 32, 6 of 2 fill 12 of AVX2's 16.
constexpr int wide = LONGVIEW_VECTOR_BYTES == 64 ? 4 : 2;
constexpr int tall = LONGVIEW_VECTOR_BYTES == 16 ? 4 : 6;

template <int rows, bool add>
LONGVIEW_INLINE void strip(const float* a, std::int64_t lda, const float* b, std::int64_t ldb, float* c,
                           std::int64_t ldc, std::int64_t columns, std::int64_t inner) {
  std::int64_t n = 0;
  for (; n + wide * lanes <= columns; n += wide * lanes)
    tile<rows, wide, add>(a, lda, b + n, ldb, c + n, ldc, inner);
  for (; n + lanes <= columns; n += lanes)
    tile<rows, 1, add>(a, lda, b + n, ldb, c + n, ldc, inner);
  for (; n < columns; ++n)
    for (int r = 0; r < rows; ++r) {
      float sum = add ? c[r * ldc + n] : 0.0f;
      for (std::int64_t k = 0; k < inner; ++k)
        sum += a[r * lda + k] * b[k * ldb + n];
      c[r * ldc + n] = sum;
    }
}

template <bool add>
void small_product(const float* a, std::int64_t lda, const float* b, std::int64_t ldb, float* c, std::int64_t ldc,
                   std::int64_t rows, std::int64_t columns, std::int64_t inner) {
  std::int64_t m = 0;
  for (; m + tall <= rows; m += tall)
    strip<tall, add>(a + m * lda, lda, b, ldb, c + m * ldc, ldc, columns, inner);
  for (; m + 2 <= rows; m += 2)
    strip<2, add>(a + m * lda, lda, b, ldb, c + m * ldc, ldc, columns, inner);
  for (; m < rows; ++m)
    strip<1, add>(a + m * lda, lda, b, ldb, c + m * ldc, ldc, columns, inner);
}

// ---- attention
// -------------------------------------------------------------------------------------------------------------

constexpr std::int64_t attention_rows =
    attention_rows_at_a_time; ///< whole tiles, and their scores stay in the first cache

/// Softmax of scores[first, last), everything else of the row becomes 0. The sum's inverse is left for the caller.
LONGVIEW_INLINE float softmax_row(const AttentionJob& job, float* scores, std::int64_t first, std::int64_t last,
                                  std::int64_t columns) {
  float highest = minus_infinity;
  if (job.soft_cap != 0) {
    const float inverse = job.scale / job.soft_cap;
    for (std::int64_t k = first; k < last; ++k)
      scores[k] = job.soft_cap * hyperbolic_tangent(scores[k] * inverse);
  } else {
    for (std::int64_t k = first; k < last; ++k)
      scores[k] *= job.scale;
  }
  {
    Vec high = all(minus_infinity);
    std::int64_t k = first;
    for (; k + lanes <= last; k += lanes) {
      const Vec v = load(scores + k);
      high = v > high ? v : high;
    }
    for (int l = 0; l < lanes; ++l)
      highest = high[l] > highest ? high[l] : highest;
    for (; k < last; ++k)
      highest = scores[k] > highest ? scores[k] : highest;
  }
  for (std::int64_t k = 0; k < first; ++k)
    scores[k] = 0;
  for (std::int64_t k = first; k < last; ++k)
    scores[k] = exponential(scores[k] - highest);
  for (std::int64_t k = last; k < columns; ++k)
    scores[k] = 0;
  return 1.0f / sum_of(scores + first, last - first);
}

template <typename Out>
LONGVIEW_INLINE void put_head(const Rows& out, std::int64_t row, std::int64_t column, const float* from, float factor,
                              std::int64_t dim) {
  auto* to = row_of<Out>(out, row) + column;
  for (std::int64_t d = 0; d < dim; ++d)
    Out::put(to + d, from[d] * factor);
}

void attention_unit(const AttentionJob& job, std::int64_t unit, float* scratch) {
  const std::int64_t segment = unit / job.heads, head = unit % job.heads;
  const std::int64_t kv = head / (job.heads / job.kv_heads);
  const std::int64_t length = job.length, dim = job.dim, plane = length * dim;
  const bool after = job.prefix_k != nullptr;
  const std::int64_t back = after ? length : 0; // columns of the prefix come first
  const float* q = job.q + unit * plane;
  const float* k = job.k + (segment * job.kv_heads + kv) * plane;
  const float* v = job.v + (segment * job.kv_heads + kv) * plane;
  const std::int64_t slot = after ? job.slots[segment] * job.kv_heads + kv : 0;
  const float* prefix_k = after ? job.prefix_k + slot * plane : nullptr;
  const float* prefix_v = after ? job.prefix_v + slot * plane : nullptr;
  const std::int64_t stride = back + length;
  float* scores = scratch;
  float* seen = scratch + attention_rows * stride;
  for (std::int64_t first = 0; first < length; first += attention_rows) {
    const std::int64_t rows = length - first < attention_rows ? length - first : attention_rows;
    const std::int64_t own = first + rows; // later tokens are not seen by any of these rows
    if (after)
      small_product<false>(q + first * dim, dim, prefix_k, length, scores, stride, rows, length, dim);
    small_product<false>(q + first * dim, dim, k, length, scores + back, stride, rows, own, dim);
    float inverse[attention_rows];
    for (std::int64_t r = 0; r < rows; ++r) {
      const std::int64_t last = back + first + r + 1;
      const std::int64_t start = job.window && last > job.window ? last - job.window : 0;
      inverse[r] = softmax_row(job, scores + r * stride, start, last, back + own);
    }
    if (after) {
      small_product<false>(scores, stride, prefix_v, dim, seen, dim, rows, dim, length);
      small_product<true>(scores + back, stride, v, dim, seen, dim, rows, dim, own);
    } else {
      small_product<false>(scores, stride, v, dim, seen, dim, rows, dim, own);
    }
    for (std::int64_t r = 0; r < rows; ++r) {
      const std::int64_t row = segment * length + first + r;
      if (job.out.type == Element::bfloat16)
        put_head<BF16>(job.out, row, head * dim, seen + r * dim, inverse[r], dim);
      else
        put_head<F32>(job.out, row, head * dim, seen + r * dim, inverse[r], dim);
    }
  }
}

void attention(const AttentionJob& job, std::int64_t first_unit, std::int64_t last_unit, float* scratch) {
  for (std::int64_t unit = first_unit; unit < last_unit; ++unit)
    attention_unit(job, unit, scratch);
}

// ---- activation
// ------------------------------------------------------------------------------------------------------------

template <Act act>
LONGVIEW_INLINE float activated(float x) {
  if constexpr (act == Act::silu)
    return x / (1.0f + exponential(-x));
  if constexpr (act == Act::gelu)
    return 0.5f * x * (1.0f + error_function(x * 0.70710678f));
  if constexpr (act == Act::gelu_tanh)
    return 0.5f * x * (1.0f + hyperbolic_tangent(0.79788456f * (x + 0.044715f * x * x * x)));
  return x > 0 ? x : 0;
}

/// `count` values of a row's gate (or only half, without a gate) and of its other half.
template <typename In, typename Out, Act act>
LONGVIEW_INLINE void activation_part(const typename In::Type* __restrict gate, const typename In::Type* __restrict up,
                                     const float* gate_bias, const float* up_bias, float scale, std::int64_t count,
                                     bool gated, typename Out::Type* __restrict out) {
  if (gated && gate_bias)
    for (std::int64_t k = 0; k < count; ++k)
      Out::put(out + k,
               activated<act>(In::get(gate + k) * scale + gate_bias[k]) * (In::get(up + k) * scale + up_bias[k]));
  else if (gated)
    for (std::int64_t k = 0; k < count; ++k)
      Out::put(out + k, activated<act>(In::get(gate + k) * scale) * (In::get(up + k) * scale));
  else if (gate_bias)
    for (std::int64_t k = 0; k < count; ++k)
      Out::put(out + k, activated<act>(In::get(gate + k) * scale + gate_bias[k]));
  else
    for (std::int64_t k = 0; k < count; ++k)
      Out::put(out + k, activated<act>(In::get(gate + k) * scale));
}

template <typename In, typename Out, Act act>
void activation_rows(const ActivationJob& job, std::int64_t first_row, std::int64_t last_row) {
  const float* up_bias = job.bias ? job.bias + job.width : nullptr;
  for (std::int64_t row = first_row; row < last_row; ++row) {
    const auto* in = row_of<In>(job.in, row);
    activation_part<In, Out, act>(in, in + job.width, job.bias, up_bias, scale_of(job.in, row), job.width, job.gated,
                                  row_of<Out>(job.out, row));
  }
}

/// To int8 by way of the input's own memory, a piece at a time.
template <Act act>
void quantized_activation_rows(const ActivationJob& job, std::int64_t first_row, std::int64_t last_row) {
  constexpr std::int64_t piece = 512;
  float values[piece];
  for (std::int64_t row = first_row; row < last_row; ++row) {
    float* in = row_of<F32>(job.in, row);
    for (std::int64_t k = 0; k < job.width; k += piece) {
      const std::int64_t count = job.width - k < piece ? job.width - k : piece;
      activation_part<F32, F32, act>(in + k, in + job.width + k, job.bias ? job.bias + k : nullptr,
                                     job.bias ? job.bias + job.width + k : nullptr, scale_of(job.in, row), count,
                                     job.gated, values);
      std::memcpy(in + k, values, static_cast<std::size_t>(count) * sizeof(float));
    }
    quantize_row(in, job.width, row_of<I8>(job.out, row), job.out.scales + row);
  }
}

void quantized_activation(const ActivationJob& job, std::int64_t first_row, std::int64_t last_row) {
  switch (job.act) {
  case Act::silu:
    return quantized_activation_rows<Act::silu>(job, first_row, last_row);
  case Act::gelu:
    return quantized_activation_rows<Act::gelu>(job, first_row, last_row);
  case Act::gelu_tanh:
    return quantized_activation_rows<Act::gelu_tanh>(job, first_row, last_row);
  case Act::relu:
    return quantized_activation_rows<Act::relu>(job, first_row, last_row);
  }
}

template <typename In, typename Out>
void activation_typed(const ActivationJob& job, std::int64_t first_row, std::int64_t last_row) {
  switch (job.act) {
  case Act::silu:
    return activation_rows<In, Out, Act::silu>(job, first_row, last_row);
  case Act::gelu:
    return activation_rows<In, Out, Act::gelu>(job, first_row, last_row);
  case Act::gelu_tanh:
    return activation_rows<In, Out, Act::gelu_tanh>(job, first_row, last_row);
  case Act::relu:
    return activation_rows<In, Out, Act::relu>(job, first_row, last_row);
  }
}

void activation(const ActivationJob& job, std::int64_t first_row, std::int64_t last_row) {
  const bool in = job.in.type == Element::bfloat16, out = job.out.type == Element::bfloat16;
  if (job.out.type == Element::int8)
    quantized_activation(job, first_row, last_row);
  else if (in && out)
    activation_typed<BF16, BF16>(job, first_row, last_row);
  else if (in)
    activation_typed<BF16, F32>(job, first_row, last_row);
  else if (out)
    activation_typed<F32, BF16>(job, first_row, last_row);
  else
    activation_typed<F32, F32>(job, first_row, last_row);
}

void copy(const CopyJob& job, std::int64_t first_row, std::int64_t last_row) {
  for (std::int64_t row = first_row; row < last_row; ++row)
    copy_row(row_of<F32>(job.in, row), job.width, job.out, row);
}

// ---- the next token's likelihood
// ------------------------------------------------------------------------------------------

constexpr int panel_vectors = static_cast<int>(panel_columns) / lanes;
constexpr int head_rows = 6;

/// Adds the logits of one panel to a row's running sum.
LONGVIEW_INLINE void add_logits(const NextTokenJob& job, std::int64_t row, std::int64_t first, float* logits) {
  const std::int64_t left = job.head.vocabulary - first;
  const int count = left < panel_columns ? static_cast<int>(left) : static_cast<int>(panel_columns);
  if (job.soft_cap != 0)
    for (int n = 0; n < panel_columns; ++n)
      logits[n] = job.soft_cap * hyperbolic_tangent(logits[n] / job.soft_cap);
  for (int n = count; n < panel_columns; ++n)
    logits[n] = minus_infinity;
  LogSum& sum = job.sums[row];
  const std::int64_t target = job.targets[row] - first;
  if (target >= 0 && target < count)
    sum.chosen = logits[target];
  Vec high = load(logits);
#pragma GCC unroll 16
  for (int v = 1; v < panel_vectors; ++v) {
    const Vec other = load(logits + v * lanes);
    high = other > high ? other : high;
  }
  float highest = sum.highest;
  for (int l = 0; l < lanes; ++l)
    highest = high[l] > highest ? high[l] : highest;
  float exponentials[panel_columns];
  for (int n = 0; n < panel_columns; ++n)
    exponentials[n] = exponential(logits[n] - highest);
  float added = sum_of(exponentials, panel_columns);
  if (highest > sum.highest) {
    if (sum.sum != 0)
      added += sum.sum * exponential(sum.highest - highest);
    sum.highest = highest;
  } else {
    added += sum.sum;
  }
  // A logit that is not a number compares false everywhere above; it must not vanish.
  sum.sum = highest == highest && added == added ? added : __builtin_nanf("");
}

#ifdef __AVX512BF16__
template <int rows>
LONGVIEW_INLINE void logits_bfloat16(const std::uint16_t* states, std::int64_t width, const std::uint16_t* panel,
                                     float (*out)[panel_columns]) {
  __m512 sum[rows][4];
#pragma GCC unroll 8
  for (int r = 0; r < rows; ++r)
#pragma GCC unroll 8
    for (int v = 0; v < 4; ++v)
      sum[r][v] = _mm512_setzero_ps();
  for (std::int64_t k = 0; k < width; k += 2) {
    __m512bh right[4];
#pragma GCC unroll 8
    for (int v = 0; v < 4; ++v) {
      const __m512i bits = _mm512_loadu_si512(panel + (k * panel_columns) + v * 32);
      std::memcpy(&right[v], &bits, sizeof bits);
    }
#pragma GCC unroll 8
    for (int r = 0; r < rows; ++r) {
      std::int32_t two;
      std::memcpy(&two, states + r * width + k, sizeof two);
      const __m512i bits = _mm512_set1_epi32(two);
      __m512bh left;
      std::memcpy(&left, &bits, sizeof bits);
#pragma GCC unroll 8
      for (int v = 0; v < 4; ++v)
        sum[r][v] = _mm512_dpbf16_ps(sum[r][v], left, right[v]);
    }
  }
#pragma GCC unroll 8
  for (int r = 0; r < rows; ++r)
#pragma GCC unroll 8
    for (int v = 0; v < 4; ++v)
      _mm512_storeu_ps(out[r] + v * 16, sum[r][v]);
}
#endif

template <int rows>
LONGVIEW_INLINE void logits_float32(const float* states, std::int64_t stride, std::int64_t width, const float* panel,
                                    float (*out)[panel_columns]) {
  for (int n = 0; n < static_cast<int>(panel_columns); n += wide * lanes)
    tile<rows, wide, false>(states, stride, panel + n, panel_columns, &out[0][n], panel_columns, width);
}

template <int rows>
LONGVIEW_INLINE void rows_against_panel(const NextTokenJob& job, std::int64_t row, std::int64_t panel,
                                        const void* packed) {
  float logits[rows][panel_columns];
  const std::int64_t width = job.head.width;
  if (job.head.type == Element::float32) {
    logits_float32<rows>(static_cast<const float*>(job.states) + row * width, width, width,
                         static_cast<const float*>(packed), logits);
  } else {
    const std::int64_t padded = (width + 1) / 2 * 2;
    const auto* states = static_cast<const std::uint16_t*>(job.states) + row * padded;
#ifdef __AVX512BF16__
    logits_bfloat16<rows>(states, padded, static_cast<const std::uint16_t*>(packed), logits);
#else
    (void)states;
    __builtin_trap(); // Table::bfloat16_products says so
#endif
  }
  for (int r = 0; r < rows; ++r)
    add_logits(job, row + r, panel * panel_columns, logits[r]);
}

void next_token(const NextTokenJob& job, std::int64_t first_panel, std::int64_t last_panel) {
  const std::int64_t bytes = panel_bytes(job.head);
  for (std::int64_t panel = first_panel; panel < last_panel; ++panel) {
    const void* packed = static_cast<const char*>(job.head.data) + panel * bytes;
    std::int64_t row = 0;
    for (; row + head_rows <= job.rows; row += head_rows)
      rows_against_panel<head_rows>(job, row, panel, packed);
    for (; row < job.rows; ++row)
      rows_against_panel<1>(job, row, panel, packed);
  }
}

void convert(const float* from, std::int64_t count, Element type, void* to) {
  if (type == Element::float32) {
    std::memcpy(to, from, static_cast<std::size_t>(count) * sizeof(float));
    return;
  }
  auto* out = static_cast<std::uint16_t*>(to);
  for (std::int64_t k = 0; k < count; ++k)
    out[k] = to_bfloat16(from[k]);
}

/// `rows`: the output matrix as it is, [vocabulary, width] in the head's type.
void pack_panel(const PackedHead& shape, const void* rows, std::int64_t panel, void* to) {
  const std::int64_t width = shape.width, first = panel * panel_columns;
  std::memset(to, 0, static_cast<std::size_t>(panel_bytes(shape)));
  for (std::int64_t n = 0; n < panel_columns && first + n < shape.vocabulary; ++n) {
    if (shape.type == Element::float32) {
      const float* row = static_cast<const float*>(rows) + (first + n) * width;
      for (std::int64_t k = 0; k < width; ++k)
        static_cast<float*>(to)[k * panel_columns + n] = row[k];
    } else {
      const std::uint16_t* row = static_cast<const std::uint16_t*>(rows) + (first + n) * width;
      for (std::int64_t k = 0; k < width; ++k)
        static_cast<std::uint16_t*>(to)[(k / 2 * panel_columns + n) * 2 + k % 2] = row[k];
    }
  }
}

} // namespace

extern const Table functions;
const Table functions = {
    LONGVIEW_STRING(LONGVIEW_KERNELS_NAMESPACE),
#ifdef __AVX512BF16__
    true,
#else
    false,
#endif
    norm,
    split,
    attention,
    activation,
    copy,
    next_token,
    convert,
    pack_panel,
};

} // namespace longview::kernels::LONGVIEW_KERNELS_NAMESPACE
