// A small product that stays in cache: C [rows, columns] (+)= A [rows, inner] B [inner, columns]. Part of
// kernels_impl.h, which says how it is compiled.
namespace longview::kernels::LONGVIEW_KERNELS_NAMESPACE {
namespace {

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

} // namespace
} // namespace longview::kernels::LONGVIEW_KERNELS_NAMESPACE
