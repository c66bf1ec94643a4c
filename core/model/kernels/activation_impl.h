// The activation of the MLP, gated or not; rows between types. Part of kernels_impl.h, which says how
// it is compiled.
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
void activation_rows(const ActivationJob& job, std::int64_t first_row, std::int64_t last_row) {
  const float* up_bias = job.bias ? job.bias + job.width : nullptr;
  for (std::int64_t row = first_row; row < last_row; ++row) {
    const auto* in = row_of<In>(job.in, row);
    activation_part<In, Out, act>(in, in + job.width, job.bias, up_bias, scale_of(job.in, row), job.width, job.gated,
                                  row_of<Out>(job.out, row));
  }
}

template <typename In, Act act>
void quantized_activation_rows(const ActivationJob& job, std::int64_t first_row, std::int64_t last_row,
                               float* scratch) {
  const float* up_bias = job.bias ? job.bias + job.width : nullptr;
  for (std::int64_t row = first_row; row < last_row; ++row) {
    const auto* in = row_of<In>(job.in, row);
    activation_part<In, F32, act>(in, in + job.width, job.bias, up_bias, scale_of(job.in, row), job.width, job.gated,
                                  scratch);
    quantize_row(scratch, job.width, row_of<I8>(job.out, row), job.out.scales + row);
  }
}

template <typename In>
void quantized_activation(const ActivationJob& job, std::int64_t first_row, std::int64_t last_row, float* scratch) {
  switch (job.act) {
  case Act::silu:
    return quantized_activation_rows<In, Act::silu>(job, first_row, last_row, scratch);
  case Act::gelu:
    return quantized_activation_rows<In, Act::gelu>(job, first_row, last_row, scratch);
  case Act::gelu_tanh:
    return quantized_activation_rows<In, Act::gelu_tanh>(job, first_row, last_row, scratch);
  case Act::relu:
    return quantized_activation_rows<In, Act::relu>(job, first_row, last_row, scratch);
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

void activation(const ActivationJob& job, std::int64_t first_row, std::int64_t last_row, float* scratch) {
  const bool in = job.in.type == Element::bfloat16, out = job.out.type == Element::bfloat16;
  if (job.out.type == Element::int8 && in)
    quantized_activation<BF16>(job, first_row, last_row, scratch);
  else if (job.out.type == Element::int8)
    quantized_activation<F32>(job, first_row, last_row, scratch);
  else if (in && out)
    activation_typed<BF16, BF16>(job, first_row, last_row);
  else if (in)
    activation_typed<BF16, F32>(job, first_row, last_row);
  else if (out)
    activation_typed<F32, BF16>(job, first_row, last_row);
  else
    activation_typed<F32, F32>(job, first_row, last_row);
}

void copy(const CopyJob& job, std::int64_t first_row, std::int64_t last_row, float* scratch) {
  for (std::int64_t row = first_row; row < last_row; ++row)
    copy_row(row_of<F32>(job.in, row), job.width, job.out, row, scratch);
}

} // namespace
} // namespace longview::kernels::LONGVIEW_KERNELS_NAMESPACE
