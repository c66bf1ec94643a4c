#include "model/weights.h"

#include <functional>
#include <memory>
#include <utility>

#include <ATen/ATen.h>
#include <ATen/Parallel.h>

#include "base/pages.h"
#include "model/transfers.h"
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

at::Tensor matrix_in(const std::shared_ptr<std::byte>& pages, std::uint64_t rows, std::uint64_t columns,
                     at::ScalarType type) {
  return at::from_blob(
      pages.get(), {static_cast<std::int64_t>(rows), static_cast<std::int64_t>(columns)},
      [keep = pages](void*) mutable { keep.reset(); }, at::TensorOptions(type));
}

/// libtorch's threads: others beside them would have to share the processors with those that wait for the next product.
void on_all_threads(std::size_t count, const std::function<void()>& work) {
  at::parallel_for(0, static_cast<std::int64_t>(count), 1, [&](std::int64_t, std::int64_t) { work(); });
}

/// Makes the tensors of the decoder; finish() fills those that nothing repacks.
class Loader {
 public:
  Loader(const TensorSet& tensors, const WeightLayout& layout, at::Device device, const std::string& path,
         std::stop_token stop)
      : converter_(tensors, at::get_num_threads(), path, std::move(stop), on_all_threads), layout_(layout),
        device_(device), transfers_(device) {}

  at::Tensor embedding(const SlotSources& slot) { return stacked(slot, layout_.embedding_type); }
  at::Tensor head(const SlotSources& slot) {
    if (!layout_.head)
      return stacked(slot, layout_.head_type);
    at::Tensor packed = layout_.head(converted(slot, layout_.head_type));
    scratch_.reset(); // it was larger than all others need
    scratch_bytes_ = 0;
    return packed;
  }
  at::Tensor plain_matrix(const SlotSources& slot) { return slot.empty() ? at::Tensor() : stacked(slot, at::kFloat); }
  at::Tensor vector(const SlotSources& slot) {
    return slot.empty() ? at::Tensor() : stacked(slot, at::kFloat).flatten();
  }
  Linear linear(const SlotSources& weight, const SlotSources& bias) {
    if (weight.empty())
      return {};
    Linear made = layout_.linear ? layout_.linear(converted(weight, layout_.linear_type))
                                 : Linear{stacked(weight, layout_.linear_type), {}, {}};
    made.bias = vector(bias);
    return made;
  }
  NormWeights norm(const SlotSources& weight, const SlotSources& bias) { return {vector(weight), vector(bias)}; }

  ~Loader() {
    try {
      transfers_.give_back_host_memory();
    } catch (const c10::Error&) { // the device says it again to whoever uses it next
    }
  }
  Loader(const Loader&) = delete;
  Loader& operator=(const Loader&) = delete;

  /// What has been made for the CPU is filled here, all of it at once.
  void finish() { converter_.run(); }

 private:
  static std::uint64_t rows_of(const SlotSources& slot) {
    std::uint64_t rows = 0;
    for (const TensorSource& source : slot)
      rows += source.rows;
    return rows;
  }

  /// In the scratch memory.
  at::Tensor converted(const SlotSources& slot, at::ScalarType type) {
    const std::uint64_t rows = rows_of(slot), columns = slot.front().columns;
    const std::uint64_t bytes = rows * columns * c10::elementSize(type);
    if (bytes > scratch_bytes_) {
      scratch_.reset();
      scratch_ = allocate_pages(bytes);
      scratch_bytes_ = bytes;
    }
    converter_.add(slot, stored_type(type), scratch_.get());
    converter_.run();
    return matrix_in(scratch_, rows, columns, type);
  }

  at::Tensor stacked(const SlotSources& slot, at::ScalarType type) {
    constexpr std::uint64_t large = 2u << 20;
    const std::uint64_t rows = rows_of(slot), columns = slot.front().columns;
    const std::uint64_t bytes = rows * columns * c10::elementSize(type);
    at::Tensor all = device_.is_cpu() && bytes >= large
                         ? matrix_in(allocate_pages(bytes), rows, columns, type)
                         : transfers_.host({static_cast<std::int64_t>(rows), static_cast<std::int64_t>(columns)}, type);
    converter_.add(slot, stored_type(type), static_cast<std::byte*>(all.mutable_data_ptr()));
    if (device_.is_cpu())
      return all;
    converter_.run(); // matrix by matrix: the host never holds them all, and one is converted while another travels
    return transfers_.to_device(all);
  }

  WeightConverter converter_;
  const WeightLayout& layout_;
  at::Device device_;
  Transfers transfers_;
  std::shared_ptr<std::byte> scratch_; ///< plain matrices on their way, one after the other
  std::uint64_t scratch_bytes_ = 0;
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

DecoderWeights load_weights(const TensorSet& tensors, const ModelPlan& plan, const WeightLayout& layout,
                            at::Device device, const std::string& path, std::stop_token stop) {
  Loader load(tensors, layout, device, path, std::move(stop));
  DecoderWeights out;
  out.head = load.head(plan.spec.tied_head ? plan.embedding : plan.head);
  if (!plan.spec.tied_head)
    out.embedding = load.embedding(plan.embedding);
  else if (!layout.head)
    out.embedding = out.head;
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
