#include "model/output_head.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>
#include <vector>

#include <ATen/ATen.h>
#include <ATen/Parallel.h>

namespace longview {
namespace {

constexpr std::int64_t panels_per_chunk = 32; ///< fixed, so that sums do not depend on the number of threads

kernels::PackedHead shape_of(at::ScalarType type, std::int64_t vocabulary, std::int64_t width) {
  return {nullptr, type == at::kFloat ? kernels::Element::float32 : kernels::Element::bfloat16, width, vocabulary};
}

float as_float(float value) {
  return value;
}
float as_float(c10::BFloat16 value) {
  return static_cast<float>(value);
}

/// One row of panels that interleave `group` values of each of their rows: out[k] = value k of `row`.
template <typename T>
void unpack_row(const T* packed, std::int64_t panel_values, std::int64_t group, std::int64_t row, std::int64_t width,
                float* out) {
  const T* from = packed + row / kernels::panel_columns * panel_values + row % kernels::panel_columns * group;
  for (std::int64_t k = 0; k < width; ++k)
    out[k] = as_float(from[k / group * kernels::panel_columns * group + k % group]);
}

} // namespace

OutputHead::OutputHead(at::Tensor packed, std::int64_t vocabulary, std::int64_t width)
    : packed_(std::move(packed)), head_(shape_of(packed_.scalar_type(), vocabulary, width)) {
  head_.data = packed_.const_data_ptr();
}

at::ScalarType OutputHead::type_for(at::ScalarType type) {
  return type == at::kBFloat16 && !kernels::table().bfloat16_products ? at::kFloat : type;
}

at::Tensor OutputHead::pack(const at::Tensor& plain) {
  const kernels::PackedHead shape = shape_of(plain.scalar_type(), plain.size(0), plain.size(1));
  const std::int64_t panels = kernels::panel_count(shape), bytes = kernels::panel_bytes(shape);
  at::Tensor packed = at::empty({panels * bytes / static_cast<std::int64_t>(plain.element_size())}, plain.options());
  auto* out = static_cast<char*>(packed.mutable_data_ptr());
  at::parallel_for(0, panels, 8, [&](std::int64_t first, std::int64_t last) {
    for (std::int64_t panel = first; panel < last; ++panel)
      kernels::table().pack_panel(shape, plain.const_data_ptr(), panel, out + panel * bytes);
  });
  return packed;
}

at::Tensor OutputHead::rows(const at::Tensor& ids) const {
  const at::Tensor out = at::empty({ids.numel(), head_.width}, at::kFloat);
  const std::int64_t* row = ids.const_data_ptr<std::int64_t>();
  auto* to = out.mutable_data_ptr<float>();
  const std::int64_t values = kernels::panel_bytes(head_) / static_cast<std::int64_t>(packed_.element_size());
  at::parallel_for(0, ids.numel(), 32, [&](std::int64_t first, std::int64_t last) {
    for (std::int64_t k = first; k < last; ++k)
      if (head_.type == kernels::Element::float32)
        unpack_row(packed_.const_data_ptr<float>(), values, 1, row[k], head_.width, to + k * head_.width);
      else
        unpack_row(packed_.const_data_ptr<c10::BFloat16>(), values, 2, row[k], head_.width, to + k * head_.width);
  });
  return out;
}

at::Tensor OutputHead::next_token_nll(const at::Tensor& states, const at::Tensor& ids, float soft_cap) const {
  const std::int64_t batch = states.size(0), scored = states.size(1) - 1, rows = batch * scored;
  const std::int64_t padded = kernels::state_width(head_);
  const at::Tensor left =
      at::zeros({batch, scored, padded}, head_.type == kernels::Element::float32 ? at::kFloat : at::kBFloat16);
  for (std::int64_t k = 0; k < batch; ++k) {
    const kernels::CopyJob narrow = {{states[k].mutable_data_ptr<float>(), head_.width},
                                     head_.width,
                                     {left[k].mutable_data_ptr(), padded, head_.type}};
    kernels::table().copy(narrow, 0, scored, nullptr);
  }
  const at::Tensor targets = ids.slice(1, 1).contiguous();

  const std::int64_t panels = kernels::panel_count(head_);
  const std::int64_t chunks = (panels + panels_per_chunk - 1) / panels_per_chunk;
  constexpr float none = -std::numeric_limits<float>::infinity();
  std::vector<kernels::LogSum> sums(static_cast<std::size_t>(chunks * rows), {none, 0, none});
  at::parallel_for(0, chunks, 1, [&](std::int64_t first, std::int64_t last) {
    for (std::int64_t chunk = first; chunk < last; ++chunk) {
      kernels::NextTokenJob job;
      job.head = head_;
      job.states = left.const_data_ptr();
      job.rows = rows;
      job.targets = targets.const_data_ptr<std::int64_t>();
      job.soft_cap = soft_cap;
      job.sums = sums.data() + chunk * rows;
      kernels::table().next_token(job, chunk * panels_per_chunk, std::min(panels, (chunk + 1) * panels_per_chunk));
    }
  });
  at::Tensor nll = at::empty({batch, scored}, at::kFloat);
  for (std::int64_t row = 0; row < rows; ++row) {
    float highest = none, chosen = none;
    for (std::int64_t chunk = 0; chunk < chunks; ++chunk) {
      highest = std::max(highest, sums[static_cast<std::size_t>(chunk * rows + row)].highest);
      chosen = std::max(chosen, sums[static_cast<std::size_t>(chunk * rows + row)].chosen);
    }
    double sum = 0;
    for (std::int64_t chunk = 0; chunk < chunks; ++chunk) {
      const kernels::LogSum& part = sums[static_cast<std::size_t>(chunk * rows + row)];
      sum += double{part.sum} * std::exp(double{part.highest} - double{highest});
    }
    nll.mutable_data_ptr<float>()[row] = static_cast<float>(double{highest} + std::log(sum) - double{chosen});
  }
  return nll;
}

} // namespace longview
