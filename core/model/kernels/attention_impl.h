// Attention of one head over its own keys and those of a prefix. Part of kernels_impl.h, which says how it is compiled.
namespace longview::kernels::LONGVIEW_KERNELS_NAMESPACE {
namespace {

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
      with_float(job.out.type,
                 [&]<typename Out>(Out) { put_head<Out>(job.out, row, head * dim, seen + r * dim, inverse[r], dim); });
    }
  }
}

void attention(const AttentionJob& job, std::int64_t first_unit, std::int64_t last_unit, float* scratch) {
  for (std::int64_t unit = first_unit; unit < last_unit; ++unit)
    attention_unit(job, unit, scratch);
}

} // namespace
} // namespace longview::kernels::LONGVIEW_KERNELS_NAMESPACE
