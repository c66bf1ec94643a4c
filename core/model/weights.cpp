#include "model/weights.h"

#include <algorithm>
#include <bit>
#include <span>
#include <utility>

#include <ATen/ATen.h>

#include <fmt/format.h>

#include "base/cancel.h"
#include "base/error.h"
#include "model/dequantize.h"

namespace longview {
namespace {

/// Row of the decoder's layout for row `row` of the file.
std::uint64_t plain_row(const TensorSource& source, std::uint64_t row) {
  switch (source.order) {
  case RowOrder::plain:
    break;
  case RowOrder::rotary_interleaved: { // the file has (0, d/2, 1, d/2 + 1, …), the decoder rotates halves
    const std::uint64_t head_dim = source.rows / source.heads;
    const std::uint64_t head = row / head_dim, within = row % head_dim;
    return head * head_dim + (within % 2) * (head_dim / 2) + within / 2;
  }
  case RowOrder::qkv_by_head: {
    const std::uint64_t head_dim = source.rows / (3 * std::uint64_t{source.heads});
    const std::uint64_t head = row / (3 * head_dim), part = row / head_dim % 3, within = row % head_dim;
    return (part * source.heads + head) * head_dim + within;
  }
  }
  return row;
}

std::int64_t signed_size(std::uint64_t size) {
  return static_cast<std::int64_t>(size);
}

/// Fills matrices from files, a few MB of rows at a time.
class Loader {
 public:
  Loader(const TensorSet& tensors, at::ScalarType type, at::Device device, const std::string& path,
         std::stop_token stop)
      : tensors_(tensors), type_(type), device_(device), path_(path), stop_(std::move(stop)) {}

  at::Tensor matrix(const SlotSources& slot) const { return slot.empty() ? at::Tensor() : stacked(slot, type_); }
  at::Tensor plain_matrix(const SlotSources& slot) const {
    return slot.empty() ? at::Tensor() : stacked(slot, at::kFloat);
  }
  at::Tensor vector(const SlotSources& slot) const {
    return slot.empty() ? at::Tensor() : stacked(slot, at::kFloat).flatten();
  }
  Linear linear(const SlotSources& weight, const SlotSources& bias) const { return {matrix(weight), vector(bias)}; }
  NormWeights norm(const SlotSources& weight, const SlotSources& bias) const { return {vector(weight), vector(bias)}; }

 private:
  at::Tensor stacked(const SlotSources& slot, at::ScalarType type) const {
    std::uint64_t rows = 0;
    for (const TensorSource& source : slot)
      rows += source.rows;
    at::Tensor all = at::empty({signed_size(rows), signed_size(slot.front().columns)}, type);
    std::int64_t first = 0;
    for (const TensorSource& source : slot) {
      fill(source, all.narrow(0, first, signed_size(source.rows)));
      first += signed_size(source.rows);
    }
    return all.to(device_);
  }

  /// `into`: [rows, columns] of the decoder's matrix.
  void fill(const TensorSource& source, at::Tensor into) const {
    const StoredTensor& tensor = *tensors_.find(source.name);
    if (source.transposed)
      into = into.t();
    const auto rows = static_cast<std::uint64_t>(into.size(0)), columns = static_cast<std::uint64_t>(into.size(1));
    const std::uint64_t row_bytes = tensor.data.size() / rows;
    const std::uint64_t rows_at_once = std::clamp<std::uint64_t>((std::uint64_t{4} << 20) / (columns * 4), 1, rows);
    at::Tensor block = at::empty({signed_size(rows_at_once), into.size(1)}, at::kFloat);
    for (std::uint64_t row = 0; row < rows; row += rows_at_once) {
      throw_if_cancelled(stop_);
      const std::uint64_t count = std::min(rows_at_once, rows - row);
      const std::span<float> values(block.mutable_data_ptr<float>(), count * columns);
      dequantize(tensor.type, tensor.data.subspan(row * row_bytes, count * row_bytes), values);
      check_finite(source, values);
      at::Tensor part = block.narrow(0, 0, signed_size(count));
      if (source.added != 0)
        part.add_(source.added);
      place(source, row, part, into);
    }
    tensors_.release(tensor);
  }

  static void place(const TensorSource& source, std::uint64_t row, const at::Tensor& part, at::Tensor& into) {
    const std::int64_t count = part.size(0);
    if (source.order == RowOrder::plain) {
      into.narrow(0, signed_size(row), count).copy_(part);
      return;
    }
    at::Tensor places = at::empty({count}, at::kLong);
    auto* place = places.mutable_data_ptr<std::int64_t>();
    for (std::int64_t k = 0; k < count; ++k)
      place[k] = signed_size(plain_row(source, row + static_cast<std::uint64_t>(k)));
    into.index_copy_(0, places, part.to(into.scalar_type()));
  }

  void check_finite(const TensorSource& source, std::span<const float> values) const {
    bool broken = false; // an exponent of all ones is infinity or NaN; no branch per value, so that it vectorises
    for (const float value : values)
      broken |= (std::bit_cast<std::uint32_t>(value) & 0x7f800000u) == 0x7f800000u;
    if (broken)
      throw Error(ErrorCode::input,
                  fmt::format("the tensor {} holds a value that is infinite or not a number", source.name), path_);
  }

  const TensorSet& tensors_;
  at::ScalarType type_;
  at::Device device_;
  const std::string& path_;
  std::stop_token stop_;
};

LayerWeights load_layer(const Loader& load, const LayerSources& layer) {
  return {
      .attention_norm = load.norm(layer.attention_norm, layer.attention_norm_bias),
      .attention_post_norm = load.norm(layer.attention_post_norm, layer.attention_post_norm_bias),
      .qkv = load.linear(layer.qkv, layer.qkv_bias),
      .q_norm = load.vector(layer.q_norm),
      .k_norm = load.vector(layer.k_norm),
      .attention_output = load.linear(layer.attention_output, layer.attention_output_bias),
      .mlp_norm = load.norm(layer.mlp_norm, layer.mlp_norm_bias),
      .mlp_post_norm = load.norm(layer.mlp_post_norm, layer.mlp_post_norm_bias),
      .gate_up = load.linear(layer.gate_up, layer.gate_up_bias),
      .down = load.linear(layer.down, layer.down_bias),
  };
}

} // namespace

std::uint64_t weight_bytes(const ModelPlan& plan, std::uint64_t element_bytes) {
  return matrix_parameters(plan) * element_bytes;
}

DecoderWeights load_weights(const TensorSet& tensors, const ModelPlan& plan, at::ScalarType type, at::Device device,
                            const std::string& path, std::stop_token stop) {
  const Loader load(tensors, type, device, path, std::move(stop));
  DecoderWeights out;
  out.embedding = load.matrix(plan.embedding);
  out.head = plan.spec.tied_head ? out.embedding : load.matrix(plan.head);
  out.positions = load.plain_matrix(plan.positions);
  out.project_in = load.linear(plan.project_in, {});
  out.project_out = load.linear(plan.project_out, {});
  out.output_norm = load.norm(plan.output_norm, plan.output_norm_bias);
  for (const LayerSources& layer : plan.layers)
    out.layers.push_back(load_layer(load, layer));
  return out;
}

} // namespace longview
