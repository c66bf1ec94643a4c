// Residual and norm, and copies of rows between types. Part of kernels_impl.h, which says how
// it is compiled.
namespace longview::kernels::LONGVIEW_KERNELS_NAMESPACE {
namespace {

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

LONGVIEW_INLINE void copy_row(const float* x, std::int64_t width, const Rows& out, std::int64_t row, float* scratch) {
  if (out.type == Element::int8) {
    std::memcpy(scratch, x, static_cast<std::size_t>(width) * sizeof(float));
    quantize_row(scratch, width, row_of<I8>(out, row), out.scales + row);
  } else if (out.type == Element::bfloat16) {
    auto* to = row_of<BF16>(out, row);
    for (std::int64_t k = 0; k < width; ++k)
      BF16::put(to + k, x[k]);
  } else {
    std::memcpy(row_of<F32>(out, row), x, static_cast<std::size_t>(width) * sizeof(float));
  }
}

LONGVIEW_INLINE void norm_row(const NormJob& job, float* x, std::int64_t row, float* scratch) {
  const std::int64_t width = job.width;
  const float mean = job.norm == Norm::layer ? sum_of(x, width) / static_cast<float>(width) : 0.0f;
  const float variance = sum_of_squares(x, mean, width) / static_cast<float>(width);
  const float factor = 1.0f / __builtin_sqrtf(variance + job.epsilon);
  if (job.in_place)
    scaled_row<F32>(x, mean, factor, job.weight, job.bias, width, x);
  else if (job.out.type == Element::bfloat16)
    scaled_row<BF16>(x, mean, factor, job.weight, job.bias, width, row_of<BF16>(job.out, row));
  else if (job.out.type == Element::float32)
    scaled_row<F32>(x, mean, factor, job.weight, job.bias, width, row_of<F32>(job.out, row));
  else {
    scaled_row<F32>(x, mean, factor, job.weight, job.bias, width, scratch);
    quantize_row(scratch, width, row_of<I8>(job.out, row), job.out.scales + row);
  }
}

void norm(const NormJob& job, std::int64_t first_row, std::int64_t last_row, float* scratch) {
  for (std::int64_t row = first_row; row < last_row; ++row) {
    float* x = job.x + row * job.width;
    if (job.delta.data && job.delta.type == Element::bfloat16)
      add_row<BF16>(x, job.delta, row, job.delta_bias, job.width);
    else if (job.delta.data)
      add_row<F32>(x, job.delta, row, job.delta_bias, job.width);
    if (job.norm != Norm::none && (job.out.data || job.in_place))
      norm_row(job, x, row, scratch);
    if (job.out.data && (job.norm == Norm::none || job.in_place))
      copy_row(x, job.width, job.out, row, scratch);
  }
}

} // namespace
} // namespace longview::kernels::LONGVIEW_KERNELS_NAMESPACE
