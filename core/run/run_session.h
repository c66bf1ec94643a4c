#pragma once

#include <memory>
#include <stop_token>
#include <vector>

#include "corpus/corpus.h"
#include "run/runner.h"
#include "run/speed.h"
#include "tokenizer/tokenizer.h"

namespace longview {

/// Everything a run, a forecast and a benchmark have to find out before the model is loaded. Throws Error.
struct PreparedRun {
  RunRequest request;
  std::vector<SourceFile> sources;
  std::filesystem::path model;
  std::string model_name;
  Hash128 model_hash;
  std::shared_ptr<const Tokenizer> tokenizer;
};
PreparedRun prepare_run(const RunRequest& request, std::stop_token stop);

/// One scorer for each device the request names ("cuda": all of them), dtype as in `settings`.
std::vector<std::unique_ptr<Scorer>> open_scorers(const PreparedRun& prepared, DType dtype, std::stop_token stop);

/// What the speed of this request is remembered by, on a device and in a type.
SpeedKey speed_key(const PreparedRun& prepared, const std::string& device, DType dtype);

/// Devices the request names, each as the engine spells it.
std::vector<std::string> device_list(const std::string& device);

} // namespace longview
