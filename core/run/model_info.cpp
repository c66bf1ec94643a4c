#include "run/model_info.h"

#include <map>

#include <fmt/format.h>

#include "base/error.h"
#include "model/dequantize.h"
#include "model/families.h"
#include "tokenizer/tokenizer.h"

namespace longview {
namespace {

std::string weight_types(const TensorSet& tensors) {
  std::map<std::string_view, std::uint64_t> counts;
  for (const StoredTensor& tensor : tensors.all())
    ++counts[type_name(tensor.type)];
  std::string out;
  for (const auto& [type, count] : counts)
    out += fmt::format("{}{} {}", out.empty() ? "" : ", ", type, count);
  return out;
}

void describe_plan(const ModelPlan& plan, ModelSummary& summary) {
  const DecoderSpec& spec = plan.spec;
  summary.architecture = spec.architecture;
  const ParameterCount parameters = count_parameters(plan);
  summary.parameters = parameters.total();
  summary.matrix_parameters = parameters.in_matrices;
  summary.prefix_values = prefix_values(spec);
  summary.layers = static_cast<std::uint32_t>(spec.layers.size());
  summary.hidden = spec.hidden;
  summary.heads = spec.heads;
  summary.kv_heads = spec.kv_heads;
  summary.context = longest_pair(spec);
  summary.vocabulary = spec.vocabulary;
}

} // namespace

std::string model_title(const std::filesystem::path& path, const DecoderSpec& spec) {
  if (!spec.name.empty())
    return spec.name;
  std::filesystem::path named = std::filesystem::weakly_canonical(path);
  if (std::filesystem::is_directory(named))
    return named.filename().string();
  if (named.extension() == ".gguf")
    return named.stem().string();
  return named.parent_path().filename().string(); // a weights file of a directory
}

std::string vocabulary_problem(std::uint32_t tokenizer_tokens, std::uint32_t model_rows) {
  if (tokenizer_tokens <= model_rows)
    return {};
  return fmt::format(
      "its tokenizer has {} tokens, but its output matrix only {} rows; tokenizer and weights do not belong "
      "together",
      tokenizer_tokens, model_rows);
}

ModelSummary describe_model(const std::filesystem::path& path) {
  ModelSummary summary;
  summary.path = path.string();
  if (!std::filesystem::exists(path))
    throw Error(ErrorCode::not_found, "there is no such model", path.string());
  try {
    const ModelFiles files = open_model_files(path);
    summary.format = files.format;
    summary.file_bytes = files.tensors->file_bytes();
    summary.weight_types = weight_types(*files.tensors);
    if (files.gguf) {
      summary.architecture = files.gguf->string("general.architecture").value_or("");
      summary.name = files.gguf->string("general.name").value_or("");
    }
    const ModelPlan plan = plan_model(files);
    summary.name = model_title(path, plan.spec);
    describe_plan(plan, summary);
    const auto tokenizer = load_tokenizer(path.string());
    summary.tokenizer = tokenizer->description();
    summary.problem = vocabulary_problem(tokenizer->vocabulary_size(), summary.vocabulary);
  } catch (const Error& error) {
    summary.problem = error.message();
  }
  return summary;
}

std::uint64_t bytes_of(DType dtype) {
  switch (dtype) {
  case DType::bfloat16:
  case DType::float16:
    return 2;
  case DType::int8:
    return 1;
  case DType::automatic:
  case DType::float32:
    break;
  }
  return 4;
}

std::vector<DTypeMemory> memory_by_dtype(const ModelSummary& model) {
  const ParameterCount count{model.matrix_parameters, model.parameters - model.matrix_parameters};
  std::vector<DTypeMemory> memory;
  for (const DType dtype : {DType::float32, DType::bfloat16, DType::float16})
    memory.push_back({dtype, count.bytes(bytes_of(dtype))});
  return memory;
}

} // namespace longview
