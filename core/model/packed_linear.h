#pragma once

#include <ATen/core/Tensor.h>

#include "model/decoder.h"

namespace longview {

/// A matrix laid out once for oneDNN's product on the CPU: in float32 that runs at more than twice the rate of
/// libtorch's own choice (MKL, which takes AVX2 on other makers' processors), in bfloat16 at a fifth more. The bias
/// stays apart, in float32, for the loop that reads the result.
class PackedLinear {
 public:
  PackedLinear() = default;
  /// With weight and scales from pack().
  explicit PackedLinear(Linear linear);

  /// `plain` [out, in] for products in `type`: float32 or bfloat16 in its own type, in another layout (or a copy of it
  /// where oneDNN has none on this processor); float32 for int8 (kChar), each row rounded to 127 steps of its largest
  /// magnitude. `rows`: how many rows most products will have.
  static Linear pack(const at::Tensor& plain, at::ScalarType type, std::int64_t rows);

  bool defined() const { return weight_.defined(); }
  const at::Tensor& bias() const { return bias_; }
  /// x [rows, in] in the products' type -> [rows, out]: accumulated in float32, in the same type; for int8 accumulated
  /// in int32, times the scale of each output, as float32.
  at::Tensor operator()(const at::Tensor& x) const;

 private:
  at::Tensor quantized_product(const at::Tensor& x) const;

  at::Tensor weight_, bias_;
  at::Tensor scales_, zero_points_; ///< of int8 weights, [out]
};

} // namespace longview
