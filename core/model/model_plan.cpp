#include "model/model_plan.h"

#include <algorithm>
#include <cmath>
#include <unordered_set>
#include <utility>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "base/error.h"

namespace longview {
namespace {

/// Every slot of a layer: one table, so that checking, counting and loading agree on what there is.
struct LayerSlot {
  SlotSources LayerSources::*sources;
  bool matrix;
};
constexpr LayerSlot layer_slots[] = {
    {&LayerSources::attention_norm, false},
    {&LayerSources::attention_norm_bias, false},
    {&LayerSources::qkv, true},
    {&LayerSources::qkv_bias, false},
    {&LayerSources::q_norm, false},
    {&LayerSources::k_norm, false},
    {&LayerSources::attention_output, true},
    {&LayerSources::attention_output_bias, false},
    {&LayerSources::attention_post_norm, false},
    {&LayerSources::attention_post_norm_bias, false},
    {&LayerSources::mlp_norm, false},
    {&LayerSources::mlp_norm_bias, false},
    {&LayerSources::gate_up, true},
    {&LayerSources::gate_up_bias, false},
    {&LayerSources::down, true},
    {&LayerSources::down_bias, false},
    {&LayerSources::mlp_post_norm, false},
    {&LayerSources::mlp_post_norm_bias, false},
};

std::string join(std::string_view prefix, std::string_view part, std::string_view kind) {
  return fmt::format("{}{}.{}", prefix, part, kind);
}

void add_norm(const DecoderSpec& spec, const TensorNames& names, const std::string& stem, std::string_view part,
              std::uint64_t width, SlotSources& weight, SlotSources* bias) {
  if (!spec.norm_affine)
    return;
  weight.push_back({.name = join(stem, part, "weight"), .rows = 1, .columns = width, .added = names.norm_added});
  if (bias && spec.norm == NormKind::layer)
    bias->push_back({.name = join(stem, part, "bias"), .rows = 1, .columns = width});
}

void add_linear(const std::string& stem, std::string_view part, TensorSource matrix, bool with_bias,
                SlotSources& weights, SlotSources& biases) {
  TensorSource bias = matrix;
  matrix.name = join(stem, part, "weight");
  bias.name = join(stem, part, "bias");
  bias.columns = 1;
  bias.transposed = false;
  weights.push_back(std::move(matrix));
  if (with_bias)
    biases.push_back(std::move(bias));
}

void add_attention(const DecoderSpec& spec, const TensorNames& names, const std::string& stem, LayerSources& out) {
  const std::uint64_t q_rows = std::uint64_t{spec.heads} * spec.head_dim;
  const std::uint64_t kv_rows = std::uint64_t{spec.kv_heads} * spec.head_dim;
  const auto matrix = [&](std::uint64_t rows, std::uint64_t columns, RowOrder order, std::uint32_t heads) {
    return TensorSource{
        .rows = rows, .columns = columns, .order = order, .heads = heads, .transposed = names.transposed};
  };
  if (!names.qkv.empty()) {
    add_linear(stem, names.qkv, matrix(q_rows + 2 * kv_rows, spec.hidden, names.qkv_order, spec.heads), spec.qkv_bias,
               out.qkv, out.qkv_bias);
  } else {
    add_linear(stem, names.q, matrix(q_rows, spec.hidden, names.q_k_order, spec.heads), spec.qkv_bias, out.qkv,
               out.qkv_bias);
    add_linear(stem, names.k, matrix(kv_rows, spec.hidden, names.q_k_order, spec.kv_heads), spec.qkv_bias, out.qkv,
               out.qkv_bias);
    add_linear(stem, names.v, matrix(kv_rows, spec.hidden, RowOrder::plain, 0), spec.qkv_bias, out.qkv, out.qkv_bias);
  }
  if (spec.qk_norm != QkNorm::none) {
    const bool whole = spec.qk_norm == QkNorm::whole;
    add_norm(spec, names, stem, names.q_norm, whole ? q_rows : spec.head_dim, out.q_norm, nullptr);
    add_norm(spec, names, stem, names.k_norm, whole ? kv_rows : spec.head_dim, out.k_norm, nullptr);
  }
  add_linear(stem, names.attention_output, matrix(spec.hidden, q_rows, RowOrder::plain, 0), spec.attention_output_bias,
             out.attention_output, out.attention_output_bias);
}

void add_mlp(const DecoderSpec& spec, const TensorNames& names, const std::string& stem, LayerSources& out) {
  const auto matrix = [&](std::uint64_t rows, std::uint64_t columns) {
    return TensorSource{.rows = rows, .columns = columns, .transposed = names.transposed};
  };
  if (spec.gated && !names.gate_up.empty()) {
    add_linear(stem, names.gate_up, matrix(std::uint64_t{2} * spec.intermediate, spec.hidden), spec.mlp_bias,
               out.gate_up, out.gate_up_bias);
  } else {
    if (spec.gated)
      add_linear(stem, names.gate, matrix(spec.intermediate, spec.hidden), spec.mlp_bias, out.gate_up,
                 out.gate_up_bias);
    add_linear(stem, names.up, matrix(spec.intermediate, spec.hidden), spec.mlp_bias, out.gate_up, out.gate_up_bias);
  }
  add_linear(stem, names.down, matrix(spec.hidden, spec.intermediate), spec.mlp_bias, out.down, out.down_bias);
}

LayerSources layer_sources(const DecoderSpec& spec, const TensorNames& names, const std::string& prefix,
                           std::size_t layer) {
  const std::string stem = prefix + fmt::format(fmt::runtime(names.layer), layer);
  LayerSources out;
  if (spec.norm_inputs) {
    add_norm(spec, names, stem, names.attention_norm, spec.hidden, out.attention_norm, &out.attention_norm_bias);
    add_norm(spec, names, stem, names.mlp_norm, spec.hidden, out.mlp_norm, &out.mlp_norm_bias);
  }
  if (spec.norm_outputs) {
    add_norm(spec, names, stem, names.attention_post_norm, spec.hidden, out.attention_post_norm,
             &out.attention_post_norm_bias);
    add_norm(spec, names, stem, names.mlp_post_norm, spec.hidden, out.mlp_post_norm, &out.mlp_post_norm_bias);
  }
  add_attention(spec, names, stem, out);
  add_mlp(spec, names, stem, out);
  return out;
}

ModelPlan write_plan(DecoderSpec spec, const TensorNames& names, const std::string& prefix, std::string_view head) {
  ModelPlan plan;
  const auto matrix = [&](std::string_view name, std::uint64_t rows, std::uint64_t columns) {
    return SlotSources{{.name = prefix + std::string(name), .rows = rows, .columns = columns}};
  };
  plan.embedding = matrix(names.embedding, spec.vocabulary, spec.embedding_width);
  if (spec.position_rows)
    plan.positions = matrix(names.positions, spec.position_rows, spec.hidden);
  if (spec.embedding_width != spec.hidden) {
    plan.project_in = matrix(names.project_in, spec.hidden, spec.embedding_width);
    plan.project_out = matrix(names.project_out, spec.embedding_width, spec.hidden);
  }
  if (spec.norm_final)
    add_norm(spec, names, prefix, names.output_norm, spec.hidden, plan.output_norm, &plan.output_norm_bias);
  if (!spec.tied_head)
    plan.head = {{.name = std::string(head), .rows = spec.vocabulary, .columns = spec.embedding_width}};
  for (std::size_t k = 0; k < spec.layers.size(); ++k)
    plan.layers.push_back(layer_sources(spec, names, prefix, k));
  plan.spec = std::move(spec);
  return plan;
}

/// The prefix under which the embedding is found; the first one where it is not, so that the message names a likely
/// tensor.
std::string find_prefix(const TensorNames& names, const TensorSet& tensors) {
  for (const std::string_view prefix : names.prefixes)
    if (tensors.find(std::string(prefix) + std::string(names.embedding)))
      return std::string(prefix);
  return std::string(names.prefixes.front());
}

/// The name of the output matrix in this file; the first one where it has none.
std::string_view find_head(const TensorNames& names, const TensorSet& tensors) {
  const auto found = std::find_if(names.heads.begin(), names.heads.end(),
                                  [&](std::string_view name) { return tensors.find(name) != nullptr; });
  return found == names.heads.end() ? names.heads.front() : *found;
}

std::string shape_text(std::span<const std::uint64_t> shape) {
  return fmt::format("[{}]", fmt::join(shape, ", "));
}

std::vector<std::uint64_t> expected_shape(const TensorSource& source) {
  if (source.rows == 1 || source.columns == 1)
    return {source.rows * source.columns};
  return source.transposed ? std::vector{source.columns, source.rows} : std::vector{source.rows, source.columns};
}

/// A vector may be stored with a first dimension of 1.
bool has_shape(const StoredTensor& tensor, const TensorSource& source) {
  std::vector<std::uint64_t> shape = tensor.shape;
  std::vector<std::uint64_t> expected = expected_shape(source);
  while (expected.size() == 1 && shape.size() > 1 && shape.front() == 1)
    shape.erase(shape.begin());
  return shape == expected;
}

/// Holds the plan against the file: each tensor it names is there once, and the file has no other.
class TensorCheck {
 public:
  TensorCheck(const TensorSet& tensors, const std::string& path) : tensors_(tensors), path_(path) {}

  void need(const TensorSource& source) {
    const StoredTensor* tensor = tensors_.find(source.name);
    if (!tensor)
      throw Error(ErrorCode::input, fmt::format("the tensor {} is missing", source.name), path_);
    if (!has_shape(*tensor, source))
      throw Error(ErrorCode::input,
                  fmt::format("the tensor {} has the shape {}, expected {}", source.name, shape_text(tensor->shape),
                              shape_text(expected_shape(source))),
                  path_);
    if (!can_dequantize(tensor->type))
      throw Error(
          ErrorCode::unsupported,
          fmt::format("the tensor {} has the type {}, which is not supported", source.name, type_name(tensor->type)),
          path_);
    seen_.insert(source.name);
  }

  void refuse_others(const TensorNames& names, bool tied, std::string_view head) const {
    for (const StoredTensor& tensor : tensors_.all()) {
      const std::string_view name = tensor.name;
      const bool skipped = std::any_of(names.skipped.begin(), names.skipped.end(),
                                       [&](std::string_view end) { return name.ends_with(end); });
      if (skipped || seen_.contains(tensor.name) || (tied && name == head)) // a copy of the embedding
        continue;
      throw Error(ErrorCode::unsupported,
                  fmt::format("the tensor {} is not part of this architecture as we know it", printable_name(name)),
                  path_);
    }
  }

 private:
  const TensorSet& tensors_;
  const std::string& path_;
  std::unordered_set<std::string> seen_;
};

} // namespace

std::uint32_t longest_pair(const DecoderSpec& spec) {
  std::uint32_t tokens = spec.context;
  if (spec.rotary.longest)
    tokens = std::min(tokens, spec.rotary.longest);
  if (spec.position_rows)
    tokens = std::min(tokens, spec.position_rows - std::min(spec.position_rows, spec.position_offset));
  return tokens;
}

void for_each_slot(const ModelPlan& plan, const std::function<void(const SlotSources&, bool)>& visit) {
  visit(plan.embedding, true);
  visit(plan.positions, false);
  visit(plan.project_in, true);
  visit(plan.project_out, true);
  visit(plan.output_norm, false);
  visit(plan.output_norm_bias, false);
  visit(plan.head, true);
  for (const LayerSources& layer : plan.layers)
    for (const LayerSlot& slot : layer_slots)
      visit(layer.*slot.sources, slot.matrix);
}

ParameterCount count_parameters(const ModelPlan& plan) {
  ParameterCount count;
  for_each_slot(plan, [&](const SlotSources& sources, bool matrix) {
    for (const TensorSource& source : sources)
      (matrix ? count.in_matrices : count.others) += source.rows * source.columns;
  });
  return count;
}

std::uint64_t prefix_values(const DecoderSpec& spec) {
  return std::uint64_t{2} * spec.layers.size() * spec.kv_heads * spec.head_dim;
}

ModelPlan make_plan(DecoderSpec spec, const TensorNames& names, const TensorSet& tensors, const std::string& path) {
  // Checked before the layers are listed, so that a broken count cannot make a long list.
  if (tensors.all().size() < spec.layers.size() * 4)
    throw Error(
        ErrorCode::input,
        fmt::format("{} layers are named, but there are only {} tensors", spec.layers.size(), tensors.all().size()),
        path);
  const bool tied = spec.tied_head;
  for (LayerSpec& layer : spec.layers)
    if (layer.attention_scale == 0)
      layer.attention_scale = 1 / std::sqrt(static_cast<double>(spec.head_dim));
  const std::string_view head = find_head(names, tensors);
  ModelPlan plan = write_plan(std::move(spec), names, find_prefix(names, tensors), head);
  TensorCheck check(tensors, path);
  for_each_slot(plan, [&](const SlotSources& sources, bool) {
    for (const TensorSource& source : sources)
      check.need(source);
  });
  check.refuse_others(names, tied, head);
  return plan;
}

} // namespace longview
