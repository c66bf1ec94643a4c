// The types of rows: how each is read, and how one is made. Part of kernels_impl.h, which says how it is compiled.
namespace longview::kernels::LONGVIEW_KERNELS_NAMESPACE {
namespace {

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
  using Made = F32;
  static constexpr bool quantized = false;
  static LONGVIEW_INLINE float get(const float* at) { return *at; }
  static LONGVIEW_INLINE void put(float* at, float value) { *at = value; }
};
struct BF16 {
  using Type = std::uint16_t;
  using Made = BF16;
  static constexpr bool quantized = false;
  static LONGVIEW_INLINE float get(const std::uint16_t* at) { return from_bfloat16(*at); }
  static LONGVIEW_INLINE void put(std::uint16_t* at, float value) { *at = to_bfloat16(value); }
};
/// Only written, and only as a whole row.
struct I8 {
  using Type = std::uint8_t;
  using Made = F32; ///< what a row is made in before it is rounded
  static constexpr bool quantized = true;
};

/// go(F32{}) or go(BF16{}).
template <typename Go>
LONGVIEW_INLINE void with_float(Element type, Go go) {
  type == Element::bfloat16 ? go(BF16{}) : go(F32{});
}
/// The same for rows that may also be int8.
template <typename Go>
LONGVIEW_INLINE void with_element(Element type, Go go) {
  type == Element::int8 ? go(I8{}) : with_float(type, go);
}

template <typename E>
LONGVIEW_INLINE typename E::Type* row_of(const Rows& rows, std::int64_t row) {
  return static_cast<typename E::Type*>(rows.data) + row * rows.stride;
}

LONGVIEW_INLINE float scale_of(const Rows& rows, std::int64_t row) {
  return rows.scales ? rows.scales[row] : 1.0f;
}

/// Where a row is to be made: values of Out::Made, in `scratch` [width] for int8. finish_row() comes after it.
template <typename Out>
LONGVIEW_INLINE typename Out::Made::Type* begin_row(const Rows& rows, std::int64_t row, float* scratch) {
  if constexpr (Out::quantized)
    return scratch;
  else
    return row_of<Out>(rows, row);
}
template <typename Out>
LONGVIEW_INLINE void finish_row(const Rows& rows, std::int64_t row, std::int64_t width, float* scratch) {
  if constexpr (Out::quantized)
    quantize_row(scratch, width, row_of<I8>(rows, row), rows.scales + row);
}

LONGVIEW_INLINE void copy_row(const float* __restrict x, std::int64_t width, const Rows& out, std::int64_t row,
                              float* scratch) {
  with_element(out.type, [&]<typename Out>(Out) {
    auto* __restrict to = begin_row<Out>(out, row, scratch);
    for (std::int64_t k = 0; k < width; ++k)
      Out::Made::put(to + k, x[k]);
    finish_row<Out>(out, row, width, scratch);
  });
}

void copy(const CopyJob& job, std::int64_t first_row, std::int64_t last_row, float* scratch) {
  for (std::int64_t row = first_row; row < last_row; ++row)
    copy_row(row_of<F32>(job.in, row), job.width, job.out, row, scratch);
}

} // namespace
} // namespace longview::kernels::LONGVIEW_KERNELS_NAMESPACE
