#include "model/packed_linear.h"

#include <optional>
#include <utility>

#include <ATen/ATen.h>
#include <ATen/Context.h>
#include <ATen/core/dispatch/Dispatcher.h>

namespace longview {
namespace {

using Reorder = at::Tensor(const at::Tensor&, std::optional<c10::SymInt>);
using Product = at::Tensor(const at::Tensor&, const at::Tensor&, const std::optional<at::Tensor>&, std::string_view,
                           c10::List<std::optional<at::Scalar>>, std::optional<std::string_view>);

/// The operators that TorchInductor uses for frozen weights; registered in libtorch_cpu, without a header of their own.
const auto& reorder_operator() {
  static const auto op =
      c10::Dispatcher::singleton().findSchemaOrThrow("mkldnn::_reorder_linear_weight", "").typed<Reorder>();
  return op;
}
const auto& product_operator() {
  static const auto op =
      c10::Dispatcher::singleton().findSchemaOrThrow("mkldnn::_linear_pointwise", "").typed<Product>();
  return op;
}

bool can_pack(const at::Tensor& weight) {
  if (!at::globalContext().hasMKLDNN() || !weight.is_cpu())
    return false;
#if defined(__x86_64__)
  if (weight.scalar_type() == at::kBFloat16) // oneDNN refuses it below AVX-512
    return __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512vl") &&
           __builtin_cpu_supports("avx512dq");
#endif
  return weight.scalar_type() == at::kFloat;
}

} // namespace

PackedLinear::PackedLinear(Linear linear) : weight_(std::move(linear.weight)), bias_(std::move(linear.bias)) {}

at::Tensor PackedLinear::pack(const at::Tensor& plain, std::int64_t rows) {
  return can_pack(plain) ? reorder_operator().call(plain, c10::SymInt(rows)) : plain.clone();
}

at::Tensor PackedLinear::operator()(const at::Tensor& x) const {
  if (!weight_.is_mkldnn())
    return at::linear(x, weight_);
  return product_operator().call(x, weight_, std::nullopt, "none", c10::List<std::optional<at::Scalar>>(),
                                 std::nullopt);
}

} // namespace longview
