#pragma once

#include <ATen/core/Tensor.h>

#include "model/decoder_spec.h"

namespace longview {

/// What a device's libtorch can do in one step where its common operators take several. Which of them a card, a driver
/// and a release have is not written anywhere, so each is tried on noise when a model is opened, and taken only where
/// its answer is that of the common operators.
struct DeviceShortcuts {
  /// Products of bfloat16 or float16 matrices that come out in float32, as they are added up, instead of rounded.
  bool exact_products = false;
  /// Flash attention of targets behind their prefix: with fewer queries than keys its causal mask is aligned at the end
  /// (bottom right), which is ours, so that no mask has to be read. Grouped heads stay grouped.
  bool flash_behind_prefix = false;
};

/// `weight`: a matrix of the model, for its type and device. All false on the CPU and in float32.
DeviceShortcuts prove_shortcuts(const DecoderSpec& spec, const at::Tensor& weight, std::int64_t length);

/// x [rows, in] times weight [out, in], both in bfloat16 or float16, in float32. Needs exact_products.
at::Tensor exact_product(const at::Tensor& x, const at::Tensor& weight);
/// q [batch, heads, length, head_dim] over keys and values [batch, kv_heads, 2 length, head_dim]: position k of q looks
/// at 0 … length + k. Needs flash_behind_prefix.
at::Tensor flash_behind_prefix(const at::Tensor& q, const at::Tensor& keys, const at::Tensor& values, double scale);

} // namespace longview
