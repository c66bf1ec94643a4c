#include "run/bench.h"

#include <filesystem>

#include <nlohmann/json.hpp>

#include "base/machine.h"
#include "run/speed.h"

namespace longview {

BenchRow bench(const std::string& model, const ScorerOptions& options, std::uint64_t pairs, std::stop_token stop) {
  const auto scorer = engine().open(model, options, stop);
  const ScorerInfo& info = scorer->info();
  const Speed speed = measure_speed(*scorer, options.segment_length, pairs, stop);
  BenchRow row;
  row.dtype = info.dtype;
  row.device = info.device;
  row.pairs_per_s = speed.pairs_per_second;
  row.solo_per_s = speed.solo_per_second;
  row.tokens_per_s = speed.pairs_per_second * options.segment_length;
  row.peak_bytes = peak_memory();
  row.commit = program_commit();
  row.machine = machine_name();
  row.settings_json = nlohmann::json{{"model", std::filesystem::path(model).filename().string()},
                                     {"architecture", info.architecture},
                                     {"parameters", info.parameters},
                                     {"segment_length", options.segment_length},
                                     {"batch", info.batch},
                                     {"block_segments", info.block_segments},
                                     {"threads", options.threads},
                                     {"pairs", pairs},
                                     {"engine", engine().version()}}
                          .dump();
  return row;
}

} // namespace longview
