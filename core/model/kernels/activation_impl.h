// The activation of the MLP, gated or not. Part of kernels_impl.h, which says how it is compiled.
namespace longview::kernels::LONGVIEW_KERNELS_NAMESPACE {
namespace {

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
void activation_rows(const ActivationJob& job, std::int64_t first_row, std::int64_t last_row, float* scratch) {
  const float* up_bias = job.bias ? job.bias + job.width : nullptr;
  for (std::int64_t row = first_row; row < last_row; ++row) {
    const auto* in = row_of<In>(job.in, row);
    activation_part<In, typename Out::Made, act>(in, in + job.width, job.bias, up_bias, scale_of(job.in, row),
                                                 job.width, job.gated, begin_row<Out>(job.out, row, scratch));
    finish_row<Out>(job.out, row, job.width, scratch);
  }
}

template <typename In, typename Out>
void activation_typed(const ActivationJob& job, std::int64_t first_row, std::int64_t last_row, float* scratch) {
  switch (job.act) {
  case Act::silu:
    return activation_rows<In, Out, Act::silu>(job, first_row, last_row, scratch);
  case Act::gelu:
    return activation_rows<In, Out, Act::gelu>(job, first_row, last_row, scratch);
  case Act::gelu_tanh:
    return activation_rows<In, Out, Act::gelu_tanh>(job, first_row, last_row, scratch);
  case Act::relu:
    return activation_rows<In, Out, Act::relu>(job, first_row, last_row, scratch);
  }
}

void activation(const ActivationJob& job, std::int64_t first_row, std::int64_t last_row, float* scratch) {
  with_float(job.in.type, [&]<typename In>(In) {
    with_element(job.out.type,
                 [&]<typename Out>(Out) { activation_typed<In, Out>(job, first_row, last_row, scratch); });
  });
}

} // namespace
} // namespace longview::kernels::LONGVIEW_KERNELS_NAMESPACE
