#include "run/run_session.h"

#include <thread>

#include <fmt/format.h>

#include "base/error.h"
#include "base/file.h"
#include "model/families.h"
#include "run/fingerprint.h"
#include "run/model_info.h"

namespace longview {
namespace fs = std::filesystem;

std::string dataset_name(const RunRequest& request) {
  if (!request.dataset.empty() || request.inputs.empty())
    return request.dataset;
  fs::path path = fs::absolute(request.inputs.front()).lexically_normal();
  if (path.filename().empty()) // "corpus/"
    path = path.parent_path();
  for (const char* compression : {".gz", ".zst"})
    if (path.extension() == compression)
      path.replace_extension();
  if (fs::is_directory(request.inputs.front()))
    return path.filename().string();
  for (const char* kind : {".jsonl", ".ndjson", ".json", ".txt"})
    if (path.extension() == kind)
      return path.stem().string();
  return path.filename().string();
}

namespace {

void check_sampling(const SamplingSettings& sampling) {
  if (sampling.segment_length < 2)
    throw Error(ErrorCode::usage, "a segment needs at least 2 tokens (--segment-length)");
  if (sampling.window_segments() < 2)
    throw Error(ErrorCode::usage, fmt::format("a window of {} tokens holds fewer than two segments of {} (--window)",
                                              sampling.window, sampling.segment_length));
}

} // namespace

PreparedRun prepare_run(const RunRequest& request, std::stop_token stop) {
  check_sampling(request.settings.sampling);
  if (request.settings.controls > most_controls)
    throw Error(ErrorCode::usage,
                fmt::format("at most {} control prefixes for each target (--controls)", most_controls));
  PreparedRun prepared;
  prepared.request = request;
  prepared.sources = find_sources(request.inputs);
  prepared.model = request.model.empty() ? default_model() : fs::path(request.model);
  if (!fs::exists(prepared.model))
    throw Error(ErrorCode::not_found,
                request.model.empty()
                    ? "the default model is not installed; run packaging/run.sh once, or name one with --model"
                    : "there is no such model",
                prepared.model.string());
  prepared.tokenizer = load_tokenizer(prepared.model.string());
  const ModelPlan plan = plan_model(open_model_files(prepared.model));
  if (const auto problem = vocabulary_problem(prepared.tokenizer->vocabulary_size(), plan.spec.vocabulary);
      !problem.empty())
    throw Error(ErrorCode::unsupported, problem, prepared.model.string());
  prepared.model_name = model_title(prepared.model, plan.spec);
  prepared.model_hash = model_fingerprint(prepared.model, stop);
  return prepared;
}

std::vector<std::string> device_list(const std::string& device) {
  if (device != "cuda" && device != "auto")
    return {device};
  std::vector<std::string> devices = engine().devices();
  std::erase_if(devices, [](const std::string& name) { return name.rfind("cuda:", 0) != 0; });
  if (devices.empty())
    return {device == "auto" ? "cpu" : device};
  return devices;
}

SpeedKey speed_key(const PreparedRun& prepared, const std::string& device, DType dtype) {
  const RunRequest& request = prepared.request;
  const int threads = request.threads > 0 ? request.threads : static_cast<int>(std::thread::hardware_concurrency());
  return {prepared.model_hash, device, dtype, threads, request.settings.sampling.segment_length};
}

std::vector<std::unique_ptr<Scorer>> open_scorers(const PreparedRun& prepared, DType dtype, std::stop_token stop) {
  ScorerOptions options;
  options.dtype = dtype;
  options.segment_length = prepared.request.settings.sampling.segment_length;
  options.threads = prepared.request.threads;
  options.memory = prepared.request.memory;
  std::vector<std::unique_ptr<Scorer>> scorers;
  for (const std::string& device : device_list(prepared.request.device)) {
    options.device = device;
    scorers.push_back(engine().open(prepared.model.string(), options, stop));
    const std::uint32_t vocabulary = scorers.back()->info().vocabulary;
    if (prepared.tokenizer->vocabulary_size() > vocabulary)
      throw Error(ErrorCode::input,
                  fmt::format("its tokenizer has {} tokens, but its output matrix only {} rows",
                              prepared.tokenizer->vocabulary_size(), vocabulary),
                  prepared.model.string());
  }
  return scorers;
}

} // namespace longview
