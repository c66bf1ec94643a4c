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
#include "table.h"

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

/// null for what could not be measured.
nlohmann::ordered_json measured(double value) {
  return value > 0 ? nlohmann::ordered_json(value) : nlohmann::ordered_json();
}

void print_json(const BenchRow& row) {
  const nlohmann::ordered_json out = {
      {"dtype", name(row.dtype)},
      {"device", row.device},
      {"pairs_per_s", row.pairs_per_s},
      {"solo_per_s", row.solo_per_s},
      {"tokens_per_s", row.tokens_per_s},
      {"flops_per_pair", {{"layers", row.pair.layers}, {"head", row.pair.head}, {"attention", row.pair.attention}}},
      {"flops_alone", {{"layers", row.alone.layers}, {"head", row.alone.head}, {"attention", row.alone.attention}}},
      {"bare_product_flops_per_s", measured(row.bare_flops)},
      {"product_flops_per_s", measured(row.product_flops)},
      {"share_of_peak", measured(row.share_of_peak)},
      {"run",
       {{"segments", row.document_segments},
        {"pairs", row.run.model.pairs},
        {"seconds", row.run_seconds},
        {"stages", stages_json(row.run)}}},
      {"peak_bytes", row.peak_bytes},
      {"scoring_peak_bytes", row.scoring_bytes},
      {"before_model_bytes", row.before_model},
      {"weight_bytes", row.weights},
      {"commit", row.commit},
      {"machine", row.machine},
      {"settings", nlohmann::ordered_json::parse(row.settings_json)}};
  std::cout << out.dump() << '\n' << std::flush;
}

/// What the run's time went into, in hundredths of it.
std::string stage_shares(const BenchRow& row) {
  const ScorerTimes& model = row.run.model;
  const double all = model.alone + model.after;
  std::string text;
  const auto add = [&](const char* what, double seconds) {
    text += fmt::format("{}{} {:.2g} %", text.empty() ? "" : ", ", what, 100 * seconds / row.run_seconds);
  };
  if (model.products > 0) {
    add("products", model.products);
    add("rest of the layers", all - model.products - model.cross_entropy);
    add("cross-entropy", model.cross_entropy);
  } else {
    add("model", all);
  }
  add("reading", row.run.reading);
  add("tokenizing", row.run.tokenizing);
  add("planning", row.run.planning);
  add("storing", row.run.storing);
  return text;
}

void print_block(const BenchRow& row) {
  constexpr double giga = 1e9, megabyte = 1 << 20;
  std::cout << fmt::format("{} on {}\n  speed     {} pairs/s, {} segments/s alone, {:.0f} tokens/s\n", name(row.dtype),
                           row.device, short_number(row.pairs_per_s), short_number(row.solo_per_s), row.tokens_per_s);
  if (row.bare_flops > 0)
    std::cout << fmt::format(
        "  products  {} bare products of these shapes give {:.0f} GFLOP/s; scoring as a whole {:.0f} %\n",
        row.product_flops > 0 ? fmt::format("{:.0f} GFLOP/s;", row.product_flops / giga) : "", row.bare_flops / giga,
        100 * row.share_of_peak);
  std::cout << fmt::format("  time      {} (of a run of {} pairs and {} segments)\n", stage_shares(row),
                           row.run.model.pairs, row.run.model.segments)
            << fmt::format("  memory    {:.0f} MB at most: {:.0f} before the model, {:.0f} weights, {:.0f} beside them "
                           "while scoring\n",
                           static_cast<double>(row.peak_bytes) / megabyte,
                           static_cast<double>(row.before_model) / megabyte,
                           static_cast<double>(row.weights) / megabyte,
                           (static_cast<double>(row.scoring_bytes) - static_cast<double>(row.before_model) -
                            static_cast<double>(row.weights)) /
                               megabyte)
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
      print_block(row);
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
                   "Memory for prefixes, such as 512M; default: a quarter of what is free, at most 384M (8G on a GPU)")
      ->type_name("BYTES");
  command->add_flag("--json", options->json, "One JSON object a line, naming commit, machine and settings");
  command->footer("Random tokens are timed: speed does not depend on the text. Then a made-up document of as many "
                  "pairs is scored into a\n"
                  "temporary project, to see where the time goes.\n"
                  "Example: longview-cli bench --dtype float32,bfloat16 --json");
  command->callback([options, &action] { action = [options] { return bench_model(*options); }; });
}

} // namespace longview::cli
