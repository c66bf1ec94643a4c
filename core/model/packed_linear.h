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
  /// With a weight from pack().
  explicit PackedLinear(Linear linear);

  /// `plain` [out, in] in another layout, or a copy of it where oneDNN has none for its type on this processor. `rows`:
  /// how many rows most products will have.
  static at::Tensor pack(const at::Tensor& plain, std::int64_t rows);

  bool defined() const { return weight_.defined(); }
  const at::Tensor& bias() const { return bias_; }
  /// x [rows, in] in the matrix' type -> [rows, out] in the same type, accumulated in float32.
  at::Tensor operator()(const at::Tensor& x) const;

 private:
  at::Tensor weight_, bias_;
};

} // namespace longview
