#pragma once

#include <cstdint>

#include <ATen/core/Tensor.h>

#include "model/kernels/kernels.h"

namespace longview {

/// The output matrix as kernels::next_token() reads it, and the rows of an embedding that is the same matrix: the
/// weights are there once for both.
class OutputHead {
 public:
  OutputHead() = default;
  /// `packed`: from pack(), of a matrix [vocabulary, width].
  OutputHead(at::Tensor packed, std::int64_t vocabulary, std::int64_t width);

  /// The type that a matrix should have before pack(): `type`, or float32 where this processor's loops have no products
  /// in it.
  static at::ScalarType type_for(at::ScalarType type);
  /// [vocabulary, width] in float32 or bfloat16 -> panels in the same type. On all threads.
  static at::Tensor pack(const at::Tensor& plain);

  /// Rows `ids` (int64, any shape) of the matrix, float32 [count, width].
  at::Tensor rows(const at::Tensor& ids) const;
  /// See Decoder::next_token_nll(). `soft_cap`: of the logits, 0 for none.
  at::Tensor next_token_nll(const at::Tensor& states, const at::Tensor& ids, float soft_cap) const;

 private:
  at::Tensor packed_;
  kernels::PackedHead head_;
};

} // namespace longview
