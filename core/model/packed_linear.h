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
  /// `rows`: how many rows most products will have. The plain matrix is let go of as soon as the packed one is there.
  PackedLinear(Linear linear, std::int64_t rows);

  bool defined() const { return weight_.defined(); }
  std::int64_t width() const { return width_; }
  const at::Tensor& bias() const { return bias_; }
  /// x [rows, in] in the matrix' type -> [rows, out] in the same type, accumulated in float32.
  at::Tensor operator()(const at::Tensor& x) const;

 private:
  at::Tensor weight_, bias_;
  std::int64_t width_ = 0;
  bool packed_ = false;
};

} // namespace longview
