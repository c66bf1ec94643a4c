#include "model/device_shortcuts.h"

#include <algorithm>

#include <ATen/ATen.h>

#include "base/log.h"

namespace longview {
namespace {

/// Whether `ours` gives what `known` gives, to `most` of the largest value. An operator that is not there throws; a
/// full or broken device is no answer.
template <typename Ours, typename Known>
bool proved(const char* what, double most, const Ours& ours, const Known& known) {
  try {
    const at::Tensor exact = known().to(at::kFloat);
    const at::Tensor got = ours();
    const double off = (got.to(at::kFloat) - exact).abs().max().template item<double>();
    const double largest = exact.abs().max().template item<double>();
    if (off <= most * largest) // false for NaN
      return true;
    log::info("{} is not used: off by {:.2g} where the largest value is {:.2g}", what, off, largest);
  } catch (const c10::OutOfMemoryError&) {
    throw;
  } catch (const c10::AcceleratorError&) {
    throw;
  } catch (const c10::Error& error) {
    log::info("{} is not used: {}", what, error.what_without_backtrace());
  }
  return false;
}

} // namespace

at::Tensor exact_product(const at::Tensor& x, const at::Tensor& weight) {
  return at::mm(x, weight.t(), at::kFloat);
}

at::Tensor flash_behind_prefix(const at::Tensor& q, const at::Tensor& keys, const at::Tensor& values, double scale) {
  return std::get<0>(at::_scaled_dot_product_flash_attention(q, keys, values, 0.0, true, false, scale));
}

DeviceShortcuts prove_shortcuts(const DecoderSpec& spec, const at::Tensor& weight, std::int64_t length) {
  if (!weight.is_cuda() || weight.scalar_type() == at::kFloat)
    return {};
  const at::TensorOptions options = weight.options();
  DeviceShortcuts shortcuts;

  const at::Tensor x = at::randn({64, 256}, options), matrix = at::randn({192, 256}, options);
  shortcuts.exact_products = proved( // a result that had been rounded to bfloat16 is 0.002 off
      "a product in float32", 1e-4, [&] { return exact_product(x, matrix); },
      [&] { return at::linear(x.to(at::kFloat), matrix.to(at::kFloat)); });

  if (spec.attention_soft_cap != 0 ||
      std::all_of(spec.layers.begin(), spec.layers.end(), [](const LayerSpec& layer) { return layer.window != 0; }))
    return shortcuts; // not one layer is causal and nothing else
  const std::int64_t heads = spec.heads, kv_heads = spec.kv_heads, dim = spec.head_dim;
  const at::Tensor q = at::randn({2, heads, length, dim}, options);
  const at::Tensor keys = at::randn({2, kv_heads, 2 * length, dim}, options);
  const at::Tensor values = at::randn({2, kv_heads, 2 * length, dim}, options);
  const double scale = spec.layers.front().attention_scale;
  const at::Tensor may_look = at::ones({length, 2 * length}, options.dtype(at::kBool)).tril(length);
  shortcuts.flash_behind_prefix = proved( // rounding is 0.01; a mask aligned at the start is off by about 1
      "flash attention behind a prefix", 0.03, [&] { return flash_behind_prefix(q, keys, values, scale); },
      [&] {
        return at::scaled_dot_product_attention(q.to(at::kFloat), keys.to(at::kFloat), values.to(at::kFloat), may_look,
                                                0.0, false, scale, heads != kv_heads);
      });
  return shortcuts;
}

} // namespace longview
