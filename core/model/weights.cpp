#include "model/weights.h"

#include <algorithm>
#include <bit>
#include <cstdint>
#include <vector>

#include <ATen/ATen.h>

#include <fmt/format.h>

#include "base/cancel.h"
#include "base/error.h"
#include "model/dequantize.h"

namespace longview {
namespace {

/// Row of the decoder's layout for row `row` of the file: the Llama converter stored a head's rows interleaved
/// (0, d/2, 1, d/2 + 1, …), the decoder rotates halves.
std::uint64_t plain_row(const TensorSource& source, std::uint64_t row) {
  if (!source.interleaved_heads)
    return row;
  const std::uint64_t head_dim = source.rows / source.interleaved_heads;
  const std::uint64_t head = row / head_dim, within = row % head_dim;
  return head * head_dim + (within % 2) * (head_dim / 2) + within / 2;
}

/// Fills matrices from a file, a few MB of rows at a time.
class Loader {
 public:
  Loader(const GgufFile& file, at::ScalarType type, at::Device device, std::stop_token stop)
      : file_(file), type_(type), device_(device), stop_(std::move(stop)) {}

  at::Tensor matrix(const std::vector<TensorSource>& parts) const { return stacked(parts, type_); }
  at::Tensor matrix(const TensorSource& source) const { return stacked({source}, type_); }
  at::Tensor vector(const TensorSource& source) const { return stacked({source}, at::kFloat).flatten(); }
  at::Tensor vector(const std::vector<TensorSource>& parts) const {
    return parts.empty() ? at::Tensor() : stacked(parts, at::kFloat).flatten();
  }

 private:
  at::Tensor stacked(const std::vector<TensorSource>& parts, at::ScalarType type) const {
    std::uint64_t rows = 0;
    for (const TensorSource& part : parts)
      rows += part.rows;
    const auto columns = static_cast<std::int64_t>(parts.front().columns);
    at::Tensor all = at::empty({static_cast<std::int64_t>(rows), columns}, type);
    std::int64_t first = 0;
    for (const TensorSource& part : parts) {
      fill(part, all.narrow(0, first, static_cast<std::int64_t>(part.rows)));
      first += static_cast<std::int64_t>(part.rows);
    }
    return all.to(device_);
  }

  void fill(const TensorSource& source, at::Tensor into) const {
    const StoredTensor& tensor = *file_.tensors().find(source.name);
    const std::uint64_t row_bytes = tensor.data.size() / source.rows;
    const std::uint64_t rows_at_once =
        std::clamp<std::uint64_t>((std::uint64_t{4} << 20) / (source.columns * 4), 1, source.rows);
    at::Tensor block = at::empty({static_cast<std::int64_t>(rows_at_once), into.size(1)}, at::kFloat);
    for (std::uint64_t row = 0; row < source.rows; row += rows_at_once) {
      throw_if_cancelled(stop_);
      const std::uint64_t count = std::min(rows_at_once, source.rows - row);
      const std::span<float> values(block.mutable_data_ptr<float>(), count * source.columns);
      dequantize(tensor.type, tensor.data.subspan(row * row_bytes, count * row_bytes), values);
      check_finite(source, values);
      place(source, row, count, block, into);
    }
    file_.tensors().release(tensor);
  }

  static void place(const TensorSource& source, std::uint64_t row, std::uint64_t count, const at::Tensor& block,
                    at::Tensor& into) {
    if (!source.interleaved_heads) {
      into.narrow(0, static_cast<std::int64_t>(row), static_cast<std::int64_t>(count))
          .copy_(block.narrow(0, 0, static_cast<std::int64_t>(count)));
      return;
    }
    at::Tensor places = at::empty({static_cast<std::int64_t>(count)}, at::kLong);
    auto* place = places.mutable_data_ptr<std::int64_t>();
    for (std::uint64_t k = 0; k < count; ++k)
      place[k] = static_cast<std::int64_t>(plain_row(source, row + k));
    into.index_copy_(0, places, block.narrow(0, 0, static_cast<std::int64_t>(count)).to(into.scalar_type()));
  }

  void check_finite(const TensorSource& source, std::span<const float> values) const {
    bool broken = false; // an exponent of all ones is infinity or NaN; no branch per value, so that it vectorises
    for (const float value : values)
      broken |= (std::bit_cast<std::uint32_t>(value) & 0x7f800000u) == 0x7f800000u;
    if (broken)
      throw Error(ErrorCode::input,
                  fmt::format("the tensor {} holds a value that is infinite or not a number", source.name),
                  file_.path().string());
  }

  const GgufFile& file_;
  at::ScalarType type_;
  at::Device device_;
  std::stop_token stop_;
};

} // namespace

std::uint64_t weight_bytes(const ModelPlan& plan, std::uint64_t element_bytes) {
  const auto matrix = [&](const TensorSource& s) { return s.rows * s.columns * element_bytes; };
  std::uint64_t bytes = matrix(plan.embedding) + (plan.spec.tied_head ? 0 : matrix(plan.head));
  for (const LayerSources& layer : plan.layers) {
    for (const TensorSource& part : layer.qkv)
      bytes += matrix(part);
    for (const TensorSource& part : layer.gate_up)
      bytes += matrix(part);
    bytes += matrix(layer.attention_output) + matrix(layer.down);
  }
  return bytes;
}

DecoderWeights load_weights(const GgufFile& file, const ModelPlan& plan, at::ScalarType type, at::Device device,
                            std::stop_token stop) {
  const Loader load(file, type, device, std::move(stop));
  DecoderWeights out;
  out.embedding = load.matrix(plan.embedding);
  out.head = plan.spec.tied_head ? out.embedding : load.matrix(plan.head);
  out.output_norm = load.vector(plan.output_norm);
  for (const LayerSources& layer : plan.layers)
    out.layers.push_back({load.vector(layer.attention_norm), load.matrix(layer.qkv), load.vector(layer.qkv_bias),
                          load.matrix(layer.attention_output), load.vector(layer.mlp_norm), load.matrix(layer.gate_up),
                          load.matrix(layer.down)});
  return out;
}

} // namespace longview
