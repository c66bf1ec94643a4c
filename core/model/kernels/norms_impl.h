// Residual and norm. Part of kernels_impl.h, which says how it is compiled.
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

LONGVIEW_INLINE void norm_row(const NormJob& job, float* x, std::int64_t row, float* scratch) {
  const std::int64_t width = job.width;
  const float mean = job.norm == Norm::layer ? sum_of(x, width) / static_cast<float>(width) : 0.0f;
  const float variance = sum_of_squares(x, mean, width) / static_cast<float>(width);
  const float factor = 1.0f / __builtin_sqrtf(variance + job.epsilon);
  if (job.in_place)
    scaled_row<F32>(x, mean, factor, job.weight, job.bias, width, x);
  else
    with_element(job.out.type, [&]<typename Out>(Out) {
      auto* out = begin_row<Out>(job.out, row, scratch);
      scaled_row<typename Out::Made>(x, mean, factor, job.weight, job.bias, width, out);
      finish_row<Out>(job.out, row, width, scratch);
    });
}

void norm(const NormJob& job, std::int64_t first_row, std::int64_t last_row, float* scratch) {
  for (std::int64_t row = first_row; row < last_row; ++row) {
    float* x = job.x + row * job.width;
    if (job.delta.data)
      with_float(job.delta.type,
                 [&]<typename Delta>(Delta) { add_row<Delta>(x, job.delta, row, job.delta_bias, job.width); });
    if (job.norm != Norm::none && (job.out.data || job.in_place))
      norm_row(job, x, row, scratch);
    if (job.out.data && (job.norm == Norm::none || job.in_place))
      copy_row(x, job.width, job.out, row, scratch);
  }
}

} // namespace
} // namespace longview::kernels::LONGVIEW_KERNELS_NAMESPACE
