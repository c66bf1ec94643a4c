#include <iostream>
#include <memory>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "base/plain_text.h"
#include "command.h"
#include "interrupt.h"
#include "model/default_model.h"
#include "options/options.h"
#include "run/bench.h"

namespace longview::cli {
namespace {

struct BenchOptions {
  std::string model;
  std::vector<std::string> dtypes = {"auto"};
  std::string memory;
  ScorerOptions scorer;
  std::uint64_t pairs = 32;
  bool json = false;
};

void print_json(const BenchRow& row) {
  const nlohmann::ordered_json out = {{"dtype", name(row.dtype)},
                                      {"device", row.device},
                                      {"pairs_per_s", row.pairs_per_s},
                                      {"solo_per_s", row.solo_per_s},
                                      {"tokens_per_s", row.tokens_per_s},
                                      {"peak_bytes", row.peak_bytes},
                                      {"commit", row.commit},
                                      {"machine", row.machine},
                                      {"settings", nlohmann::ordered_json::parse(row.settings_json)}};
  std::cout << out.dump() << '\n' << std::flush;
}

void print_line(const BenchRow& row) {
  std::cout << fmt::format("{:<9} {:<7} {:9.4g} pairs/s {:9.4g} segments/s alone {:9.4g} tokens/s {:7.0f} MB peak\n",
                           name(row.dtype), row.device, row.pairs_per_s, row.solo_per_s, row.tokens_per_s,
                           static_cast<double>(row.peak_bytes) / (1 << 20))
            << std::flush;
}

int bench_model(BenchOptions& options) {
  const Interrupt interrupt;
  options.scorer.memory = parse_bytes(options.memory);
  const std::string model = options.model.empty() ? default_model().string() : options.model;
  for (const std::string& dtype : options.dtypes) {
    options.scorer.dtype = parse_dtype_option(dtype);
    const BenchRow row = bench(model, options.scorer, options.pairs, interrupt.token());
    if (options.json)
      print_json(row);
    else
      print_line(row);
  }
  return 0;
}

} // namespace

void add_bench(CLI::App& app, Action& action) {
  auto options = std::make_shared<BenchOptions>();
  CLI::App* command = app.add_subcommand("bench", "Measure how many pairs a second a model scores on this machine");
  command
      ->add_option("--model", options->model,
                   "A GGUF file or a Hugging Face directory; default: the installed SmolLM2-135M")
      ->type_name("PATH");
  command->add_option("--dtype", options->dtypes, "auto, float32, bfloat16, float16, int8; several with commas")
      ->delimiter(',')
      ->type_name("A,B");
  command->add_option("--device", options->scorer.device, "auto, cpu, cuda or cuda:K")->type_name("WORD");
  command->add_option("--pairs", options->pairs, "Pairs to time, after a batch to warm up; default: 32")
      ->check(CLI::PositiveNumber.description(""))
      ->type_name("N");
  command->add_option("--segment-length", options->scorer.segment_length, "Tokens of a segment; default: 128")
      ->type_name("TOKENS");
  command->add_option("--threads", options->scorer.threads, "CPU threads; default: all cores")->type_name("N");
  command
      ->add_option("--memory", options->memory,
                   "Memory for prefixes, such as 512M; default: a quarter of what is free, at most 1G")
      ->type_name("BYTES");
  command->add_flag("--json", options->json, "One JSON object a line, naming commit, machine and settings");
  command->footer("Random tokens are scored: speed does not depend on the text.\n"
                  "Example: longview-cli bench --dtype float32,bfloat16 --json");
  command->callback([options, &action] { action = [options] { return bench_model(*options); }; });
}

} // namespace longview::cli
