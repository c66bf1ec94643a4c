#include "model/weights.h"

#include <array>
#include <memory>
#include <utility>

#include <ATen/ATen.h>
#include <ATen/Parallel.h>

#include "base/pages.h"
#include "model/weight_converter.h"

namespace longview {
namespace {

TensorType stored_type(at::ScalarType type) {
  switch (type) {
  case at::kBFloat16:
    return TensorType::BF16;
  case at::kHalf:
    return TensorType::F16;
  default:
    return TensorType::F32;
  }
}

/// Uninitialised, in memory that large matrices are quickly filled in.
at::Tensor make_matrix(std::uint64_t rows, std::uint64_t columns, at::ScalarType type) {
  constexpr std::uint64_t large = 2u << 20;
  const std::array<std::int64_t, 2> shape = {static_cast<std::int64_t>(rows), static_cast<std::int64_t>(columns)};
  const std::uint64_t bytes = rows * columns * c10::elementSize(type);
  if (bytes < large)
    return at::empty(shape, type);
  std::shared_ptr<std::byte> pages = allocate_pages(bytes);
  return at::from_blob(
      pages.get(), shape, [pages](void*) mutable { pages.reset(); }, at::TensorOptions(type));
}

/// Makes the tensors of the decoder; finish() fills them.
class Loader {
 public:
  Loader(const TensorSet& tensors, at::ScalarType type, at::Device device, const std::string& path,
         std::stop_token stop)
      : converter_(tensors, at::get_num_threads(), path, std::move(stop)), type_(type), device_(device) {}

  at::Tensor matrix(const SlotSources& slot) { return slot.empty() ? at::Tensor() : stacked(slot, type_); }
  at::Tensor plain_matrix(const SlotSources& slot) { return slot.empty() ? at::Tensor() : stacked(slot, at::kFloat); }
  at::Tensor vector(const SlotSources& slot) {
    return slot.empty() ? at::Tensor() : stacked(slot, at::kFloat).flatten();
  }
  Linear linear(const SlotSources& weight, const SlotSources& bias) { return {matrix(weight), vector(bias)}; }
  NormWeights norm(const SlotSources& weight, const SlotSources& bias) { return {vector(weight), vector(bias)}; }

  /// What has been made for the CPU is filled here, all of it at once.
  void finish() { converter_.run(); }

 private:
  at::Tensor stacked(const SlotSources& slot, at::ScalarType type) {
    std::uint64_t rows = 0;
    for (const TensorSource& source : slot)
      rows += source.rows;
    at::Tensor all = make_matrix(rows, slot.front().columns, type);
    converter_.add(slot, stored_type(type), static_cast<std::byte*>(all.mutable_data_ptr()));
    if (device_.is_cpu())
      return all;
    converter_.run(); // matrix by matrix, so that the host never holds them all
    return all.to(device_);
  }

  WeightConverter converter_;
  at::ScalarType type_;
  at::Device device_;
};

LayerWeights load_layer(Loader& load, const LayerSources& layer) {
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
  return count_parameters(plan).bytes(element_bytes);
}

DecoderWeights load_weights(const TensorSet& tensors, const ModelPlan& plan, at::ScalarType type, at::Device device,
                            const std::string& path, std::stop_token stop) {
  Loader load(tensors, type, device, path, std::move(stop));
  DecoderWeights out;
  out.embedding = load.matrix(plan.embedding);
  out.head = plan.spec.tied_head ? out.embedding : load.matrix(plan.head);
  out.positions = load.plain_matrix(plan.positions);
  out.project_in = load.linear(plan.project_in, {});
  out.project_out = load.linear(plan.project_out, {});
  out.output_norm = load.norm(plan.output_norm, plan.output_norm_bias);
  for (const LayerSources& layer : plan.layers)
    out.layers.push_back(load_layer(load, layer));
  load.finish();
  return out;
}

} // namespace longview
