// Rows of a product into heads: bias, norm by head, rotary. Part of kernels_impl.h, which says how it is compiled.
namespace longview::kernels::LONGVIEW_KERNELS_NAMESPACE {
namespace {

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
    float buffer[block][most_head_dim];
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
    with_float(job.qkv.type, [&]<typename In>(In) { split_unit<In>(job, unit); });
}

} // namespace
} // namespace longview::kernels::LONGVIEW_KERNELS_NAMESPACE
