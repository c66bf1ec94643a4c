#include "model/model_memory.h"

#include <algorithm>

#include <fmt/format.h>

#include "model/kernels/kernels.h"

namespace longview {
namespace {

std::uint64_t values_of(const SlotSources& slot) {
  std::uint64_t values = 0;
  for (const TensorSource& source : slot)
    values += source.rows * source.columns;
  return values;
}

/// Values by what becomes of them.
struct Values {
  std::uint64_t head = 0;      ///< of the output matrix, which is a tied embedding too
  std::uint64_t embedding = 0; ///< of one that is not
  std::uint64_t linears = 0;   ///< of all other matrices
  std::uint64_t largest = 0;   ///< of the largest of those
  std::uint64_t outputs = 0;   ///< rows of those: each has a scale in int8
  std::uint64_t others = 0;    ///< float32 vectors and positions
};

Values count(const ModelPlan& plan) {
  Values values;
  values.head = values_of(plan.spec.tied_head ? plan.embedding : plan.head);
  values.embedding = plan.spec.tied_head ? 0 : values_of(plan.embedding);
  for_each_slot(plan, [&](const SlotSources& slot, bool matrix) {
    if (!matrix)
      values.others += values_of(slot);
    else if (&slot != &plan.embedding && &slot != &plan.head) {
      values.linears += values_of(slot);
      values.largest = std::max(values.largest, values_of(slot));
      for (const TensorSource& source : slot)
        values.outputs += source.rows;
    }
  });
  return values;
}

/// Bytes of a value by where it is kept.
struct Widths {
  std::uint64_t head, embedding, linear;
  std::uint64_t plain_head, plain_linear; ///< on the way from the file; 0: it is kept as it comes
};

std::uint64_t needed(const Values& values, const Widths& widths) {
  const std::uint64_t kept = values.head * widths.head + values.embedding * widths.embedding +
                             values.linears * widths.linear + values.others * sizeof(float);
  // The output matrix comes first, when nothing else is there (weights.h).
  return std::max(values.head * (widths.head + widths.plain_head), kept + values.largest * widths.plain_linear);
}

std::uint64_t weights_in(const Values& values, std::uint64_t width) {
  return (values.head + values.embedding + values.linears) * width + values.others * sizeof(float);
}

} // namespace

std::vector<ModelMemory> memory_by_type(const ModelPlan& plan) {
  const Values values = count(plan);
  const auto weights = [&](std::uint64_t width) { return weights_in(values, width); };
  const std::uint64_t brain_head = kernels::table().bfloat16_products ? 2 : 4;
  std::vector<ModelMemory> all = {
      {"float32", true, weights(4), needed(values, {4, 4, 4, 4, 4})},
      {"bfloat16", true, weights(2), needed(values, {brain_head, 2, 2, brain_head, 2})},
      {"float16", false, weights(2), weights(2)}, // on a device, as below
  };
  if (kernels::has_int8_products()) { // output matrix and embedding in bfloat16; a scale and a zero point an output
    const std::uint64_t scales = values.outputs * (sizeof(float) + sizeof(std::int64_t));
    all.push_back({"int8", true,
                   (values.head + values.embedding) * 2 + values.linears + values.others * sizeof(float) + scales,
                   needed(values, {brain_head, 2, 1, brain_head, 5}) + scales});
  }
  return all;
}

std::vector<ModelMemory> device_memory_by_type(const ModelPlan& plan) {
  const Values values = count(plan);
  const std::uint64_t exact = weights_in(values, sizeof(float)), narrow = weights_in(values, 2);
  return {{"float32", true, exact, exact}, {"bfloat16", true, narrow, narrow}, {"float16", true, narrow, narrow}};
}

std::string memory_problem(const std::vector<ModelMemory>& types, std::string_view type, std::uint64_t parameters,
                           std::uint64_t free, std::string_view of) {
  const auto wanted = std::find_if(types.begin(), types.end(), [&](const ModelMemory& m) { return m.type == type; });
  if (wanted == types.end() || wanted->needed <= free)
    return {};
  const auto smallest = std::min_element(types.begin(), types.end(), [](const ModelMemory& a, const ModelMemory& b) {
    return a.runs != b.runs ? a.runs : a.needed < b.needed;
  });
  std::string problem = fmt::format("its {:.4g} million weights take {} in {}", static_cast<double>(parameters) / 1e6,
                                    memory_text(wanted->weights), type);
  if (wanted->needed > wanted->weights)
    problem += fmt::format(" and loading them {}", memory_text(wanted->needed));
  problem += fmt::format(", but only {} of {} are free; ", memory_text(free), of);
  for (const ModelMemory& other : types) // from the most exact one down
    if (other.runs && other.needed <= free)
      return problem + fmt::format("say --dtype {}, which needs {}", other.type, memory_text(other.needed));
  const double per_weight =
      static_cast<double>(smallest->needed) / static_cast<double>(std::max<std::uint64_t>(1, parameters));
  if (smallest->needed < wanted->needed)
    problem += fmt::format("{}, the smallest type, needs {}; ", smallest->type, memory_text(smallest->needed));
  return problem +
         fmt::format("take a model of at most {:.3g} million weights", static_cast<double>(free) / per_weight / 1e6);
}

std::string memory_text(std::uint64_t bytes) {
  const auto count = static_cast<double>(bytes);
  if (count < 1e6)
    return fmt::format("{:.{}f} KB", count / 1e3, count < 1e4 ? 1 : 0);
  if (count < 1e10)
    return fmt::format("{:.{}f} MB", count / 1e6, count < 1e7 ? 1 : 0);
  return fmt::format("{:.1f} GB", count / 1e9);
}

} // namespace longview
