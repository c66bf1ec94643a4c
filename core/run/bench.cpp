#include "run/bench.h"

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>

#include <malloc.h>
#include <nlohmann/json.hpp>

#include "base/error.h"
#include "base/machine.h"
#include "model/families.h"
#include "model/model_files.h"
#include "model/model_memory.h"
#include "run/model_info.h"
#include "run/speed.h"
#include "scoring/random.h"
#include "tokenizer/tokenizer.h"

namespace longview {
namespace {

namespace fs = std::filesystem;

/// A folder that is gone with it.
class Workplace {
 public:
  Workplace() {
    std::string name = (fs::temp_directory_path() / "longview-bench-XXXXXX").string();
    if (!::mkdtemp(name.data()))
      throw Error(ErrorCode::io, "there is no room for the benchmark's text and project; free some or set TMPDIR",
                  fs::temp_directory_path().string());
    path_ = name;
  }
  ~Workplace() {
    std::error_code ignored;
    fs::remove_all(path_, ignored);
  }
  Workplace(const Workplace&) = delete;
  Workplace& operator=(const Workplace&) = delete;
  const fs::path& path() const { return path_; }

 private:
  fs::path path_;
};

/// Made-up words of at least `tokens` tokens, and hardly more.
std::string made_up_text(const Tokenizer& tokenizer, std::uint64_t tokens, std::stop_token stop) {
  Stream stream(2);
  std::string text;
  while (true) {
    for (std::uint64_t word = 0; word < tokens / 2 + 64; ++word) {
      for (std::uint64_t letters = 1 + stream.below(7); letters; --letters)
        text += static_cast<char>('a' + stream.below(26));
      text += ' ';
    }
    const Tokens made = tokenizer.encode(text, SpecialTokens::plain, stop);
    if (made.ids.size() >= tokens) {
      text.resize(made.ends[tokens - 1]);
      return text + ' ';
    }
  }
}

/// The settings of a run with so many pairs; half as many segments, as in a document of 256 with 500.
RunRequest made_up_run(const fs::path& folder, const std::string& model, const ScorerOptions& options,
                       std::uint64_t pairs, std::uint64_t& segments, std::stop_token stop) {
  segments = std::max<std::uint64_t>(12, pairs / 2);
  RunRequest request;
  request.inputs = {folder / "text.txt"};
  request.project = folder / "bench.longview";
  request.model = model;
  request.settings.sampling.segment_length = options.segment_length;
  request.settings.sampling.pairs_per_document = pairs;
  const auto tokenizer = load_tokenizer(model);
  std::ofstream(request.inputs.front()) << made_up_text(*tokenizer, segments * options.segment_length, stop);
  return request;
}

/// Rates, from random tokens after a warm-up.
void measure_rates(Scorer& scorer, std::uint32_t length, std::uint64_t pairs, BenchRow& row, std::stop_token stop) {
  const ScorerTimes before = scorer.times();
  const Speed speed = measure_speed(scorer, length, pairs, stop);
  ScorerTimes spent = scorer.times();
  spent -= before;
  row.pairs_per_s = speed.pairs_per_second;
  row.solo_per_s = speed.solo_per_second;
  row.tokens_per_s = speed.pairs_per_second * length;
  row.bare_flops = scorer.product_rate(1.0);
  if (spent.products > 0)
    row.product_flops = row.pair.layers * static_cast<double>(spent.pairs + spent.segments) / spent.products;
  if (row.bare_flops > 0)
    row.share_of_peak = row.pairs_per_s * row.pair.matrices() / row.bare_flops;
}

} // namespace

BenchRow bench(const std::string& model, const ScorerOptions& options, std::uint64_t pairs, std::stop_token stop) {
  BenchRow row;
  engine();
  ::malloc_trim(0); // what an earlier row left
  row.before_model = resident_memory();
  restart_peak_memory();
  const auto scorer = engine().open(model, options, stop);
  const std::uint64_t loading_peak = peak_memory();
  restart_peak_memory();
  const ScorerInfo& info = scorer->info();
  const ModelPlan plan = plan_model(open_model_files(model));
  row.dtype = info.dtype;
  row.device = info.device;
  row.pair = segment_flops(plan.spec, options.segment_length, true);
  row.alone = segment_flops(plan.spec, options.segment_length, false);
  for (const ModelMemory& memory : memory_by_type(plan))
    if (memory.type == name(info.dtype))
      row.weights = memory.weights;
  measure_rates(*scorer, options.segment_length, pairs, row, stop);
  {
    const Workplace place;
    RunRequest request = made_up_run(place.path(), model, options, pairs, row.document_segments, stop);
    request.settings.dtype = info.dtype;
    const RunSummary done = run(request, *scorer, {}, stop);
    row.run = done.times;
    row.run_seconds = done.seconds;
  }
  row.scoring_bytes = peak_memory();
  row.peak_bytes = std::max(loading_peak, row.scoring_bytes);
  row.commit = program_commit();
  row.machine = machine_name();
  row.settings_json = nlohmann::json{{"model", fs::path(model).filename().string()},
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
