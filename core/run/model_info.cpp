#include "run/model_info.h"

#include <map>

#include <fmt/format.h>

#include "base/error.h"
#include "base/file.h"
#include "model/dequantize.h"
#include "model/families.h"
#include "model/gguf.h"
#include "tokenizer/tokenizer.h"

namespace longview {
namespace {

std::string weight_types(const GgufFile& file) {
  std::map<std::string_view, std::uint64_t> counts;
  for (const StoredTensor& tensor : file.tensors().all())
    ++counts[type_name(tensor.type)];
  std::string out;
  for (const auto& [type, count] : counts)
    out += fmt::format("{}{} {}", out.empty() ? "" : ", ", type, count);
  return out;
}

std::uint64_t matrix_parameters(const ModelPlan& plan) {
  const auto size = [](const TensorSource& source) { return source.rows * source.columns; };
  std::uint64_t count = size(plan.embedding) + (plan.spec.tied_head ? 0 : size(plan.head));
  for (const LayerSources& layer : plan.layers) {
    count += size(layer.attention_output) + size(layer.down);
    for (const auto* stacked : {&layer.qkv, &layer.gate_up})
      for (const TensorSource& part : *stacked)
        count += size(part);
  }
  return count;
}

void describe_plan(const ModelPlan& plan, ModelSummary& summary) {
  const DecoderSpec& spec = plan.spec;
  summary.parameters = matrix_parameters(plan);
  summary.layers = spec.layers;
  summary.hidden = spec.hidden;
  summary.heads = spec.heads;
  summary.kv_heads = spec.kv_heads;
  summary.context = spec.context;
  summary.vocabulary = spec.vocabulary;
}

} // namespace

ModelSummary describe_model(const std::filesystem::path& path) {
  ModelSummary summary;
  summary.path = path.string();
  summary.file_bytes = file_stamp(path).size; // throws where there is none
  try {
    const GgufFile file(path);
    summary.format = fmt::format("GGUF v{}", file.version());
    summary.architecture = file.string("general.architecture").value_or("");
    summary.name = file.string("general.name").value_or("");
    summary.weight_types = weight_types(file);
    describe_plan(plan_model(file), summary);
    const auto tokenizer = load_tokenizer(path.string());
    summary.tokenizer = tokenizer->description();
    if (tokenizer->vocabulary_size() > summary.vocabulary)
      summary.problem = fmt::format("its tokenizer has {} tokens, but its output matrix only {} rows",
                                    tokenizer->vocabulary_size(), summary.vocabulary);
  } catch (const Error& error) {
    summary.problem = error.message();
  }
  return summary;
}

std::vector<DTypeMemory> memory_by_dtype(const ModelSummary& model) {
  return {{DType::float32, model.parameters * 4},
          {DType::bfloat16, model.parameters * 2},
          {DType::float16, model.parameters * 2}};
}

} // namespace longview
