#include "model/packed_linear.h"

#include <optional>
#include <utility>
#include <vector>

#include <ATen/ATen.h>
#include <ATen/Context.h>
#include <ATen/Parallel.h>
#include <ATen/core/dispatch/Dispatcher.h>

#include "model/kernels/kernels.h"

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
/// The same for int8: inputs with one scale and zero point for all (ours are 1 and 128: rows have scales of their own,
/// applied by the loop that reads the result), outputs with a scale each. Signed inputs are taken too, but not by any
/// fast loop of oneDNN's: thousands of times slower.
using QuantizedPack = at::Tensor(at::Tensor, std::optional<c10::List<std::int64_t>>);
using QuantizedProduct = at::Tensor(at::Tensor, double, std::int64_t, at::Tensor, at::Tensor, at::Tensor,
                                    std::optional<at::Tensor>, double, std::int64_t, std::optional<at::ScalarType>,
                                    std::string_view, c10::List<std::optional<at::Scalar>>, std::string_view);
const auto& quantized_pack_operator() {
  static const auto op =
      c10::Dispatcher::singleton().findSchemaOrThrow("onednn::qlinear_prepack", "").typed<QuantizedPack>();
  return op;
}
const auto& quantized_product_operator() {
  static const auto op =
      c10::Dispatcher::singleton().findSchemaOrThrow("onednn::qlinear_pointwise", "").typed<QuantizedProduct>();
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

PackedLinear::PackedLinear(Linear linear)
    : weight_(std::move(linear.weight)), bias_(std::move(linear.bias)), scales_(std::move(linear.scales)) {
  if (scales_.defined())
    zero_points_ = at::zeros({scales_.size(0)}, at::kLong);
}

Linear PackedLinear::pack(const at::Tensor& plain, at::ScalarType type, std::int64_t rows) {
  if (type != at::kChar)
    return {can_pack(plain) ? reorder_operator().call(plain, c10::SymInt(rows)) : plain.clone(), {}, {}};
  const std::int64_t width = plain.size(1);
  const at::Tensor whole = at::empty(plain.sizes(), at::kByte), scales = at::empty({plain.size(0)}, at::kFloat);
  const kernels::CopyJob job = {
      {plain.data_ptr(), width, kernels::Element::float32},
      width,
      {whole.mutable_data_ptr(), width, kernels::Element::int8, scales.mutable_data_ptr<float>()}};
  at::parallel_for(0, plain.size(0), 32, [&](std::int64_t first, std::int64_t last) {
    std::vector<float> scratch(static_cast<std::size_t>(width));
    kernels::table().copy(job, first, last, scratch.data());
  });
  whole.bitwise_xor_(128); // to signed
  return {quantized_pack_operator().call(whole.view(at::kChar), c10::List<std::int64_t>({rows, width})), {}, scales};
}

at::Tensor PackedLinear::quantized_product(const at::Tensor& x) const {
  return quantized_product_operator().call(x.view(at::kByte), 1.0, 128, weight_, scales_, zero_points_, std::nullopt,
                                           1.0, 0, at::kFloat, "none", c10::List<std::optional<at::Scalar>>(), "");
}

at::Tensor PackedLinear::operator()(const at::Tensor& x) const {
  if (scales_.defined())
    return quantized_product(x);
  if (!weight_.is_mkldnn())
    return at::linear(x, weight_);
  return product_operator().call(x, weight_, std::nullopt, "none", c10::List<std::optional<at::Scalar>>(),
                                 std::nullopt);
}

} // namespace longview
