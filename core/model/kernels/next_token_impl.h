// The output matrix with its log-sum-exp: the next token's likelihood. Also how that matrix is packed. Part of
// kernels_impl.h, which says how it is compiled.
namespace longview::kernels::LONGVIEW_KERNELS_NAMESPACE {
namespace {

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
#ifdef __AVX512BF16__
    const std::int64_t padded = state_width(job.head);
    const auto* states = static_cast<const std::uint16_t*>(job.states) + row * padded;
    logits_bfloat16<rows>(states, padded, static_cast<const std::uint16_t*>(packed), logits);
#else
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
} // namespace longview::kernels::LONGVIEW_KERNELS_NAMESPACE
