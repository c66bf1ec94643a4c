#include <filesystem>
#include <iostream>
#include <memory>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "base/error.h"
#include "base/plain_text.h"
#include "command.h"
#include "interrupt.h"
#include "options/options.h"
#include "progress_line.h"
#include "run/runner.h"
#include "table.h"

namespace longview::cli {
namespace {

struct ScoreOptions {
  RunRequest request;
  std::vector<std::string> inputs;
  std::string project, pairs = "500", preset = "longview", dtype = "auto", memory, special_tokens = "plain";
  ParameterOptions parameters;
  bool dry_run = false, json = false, quiet = false;
};

RunRequest complete(ScoreOptions& options) {
  RunRequest& request = options.request;
  request.inputs.assign(options.inputs.begin(), options.inputs.end());
  request.project = options.project;
  RunSettings& settings = request.settings;
  settings.sampling.preset = *parse_preset(options.preset); // CLI11 has checked the word
  settings.sampling.pairs_per_document = parse_pairs(options.pairs);
  settings.parameters = options.parameters.over(default_parameters(settings.sampling.preset));
  settings.dtype = parse_dtype_option(options.dtype);
  settings.special_tokens = options.special_tokens == "plain" ? SpecialTokens::plain : SpecialTokens::recognised;
  request.memory = parse_bytes(options.memory);
  return request;
}

} // namespace

nlohmann::ordered_json stages_json(const RunTimes& times) {
  return {{"loading_s", times.loading},         {"reading_s", times.reading},
          {"tokenizing_s", times.tokenizing},   {"planning_s", times.planning},
          {"alone_s", times.model.alone},       {"after_s", times.model.after},
          {"products_s", times.model.products}, {"cross_entropy_s", times.model.cross_entropy},
          {"storing_s", times.storing}};
}

namespace {

int print_forecast(const RunRequest& request, bool json, ProgressLine& line, const std::stop_token& stop) {
  const Forecast told = forecast(
      request, [&](const RunProgress& progress) { line.show(progress); }, stop);
  line.clear();
  if (json) {
    const nlohmann::ordered_json out = {{"documents", told.documents},
                                        {"scorable", told.scorable},
                                        {"tokens", told.tokens},
                                        {"segments", told.segments},
                                        {"pairs", told.pairs},
                                        {"passes", told.passes},
                                        {"pairs_per_s", told.pairs_per_second},
                                        {"solo_per_s", told.solo_per_second},
                                        {"seconds", told.seconds},
                                        {"model", told.model},
                                        {"device", told.device},
                                        {"dtype", name(told.dtype)},
                                        {"exact", told.exact}};
    std::cout << out.dump() << '\n';
    return 0;
  }
  std::cout << fmt::format(
      "documents   {} ({} can be scored){}\ntokens      {}\nmodel runs  {} segments alone, {} pairs\n"
      "speed       {} pairs/s, {} segments/s on {} in {}\ntime        {}\n",
      told.documents, told.scorable, told.exact ? "" : ", estimated from the first 64 MB", told.tokens, told.segments,
      told.pairs, short_number(told.pairs_per_second), short_number(told.solo_per_second), told.device,
      name(told.dtype), duration_text(told.seconds));
  return 0;
}

/// Names the documents that could not be scored, the first ten of them.
void print_problems(const RunRequest& request, RunId run) {
  const Project project = Project::open(request.project, Project::Mode::read_only);
  std::uint64_t named = 0, more = 0;
  for (const TableRow& row : project.table(run)) {
    if (row.result.status != Status::bad_input && row.result.status != Status::failed)
      continue;
    if (named == 10) {
      ++more;
      continue;
    }
    ++named;
    std::cerr << "longview-cli: " << plain_line(row.document.name) << ": " << plain_line(row.result.reason) << '\n';
  }
  if (more)
    std::cerr << fmt::format(
        "longview-cli: and {} more; see longview-cli list {} --where 'status = \"bad_input\" or status = \"failed\"'\n",
        more, plain_line(request.project.string()));
}

void print_summary(const RunRequest& request, const RunSummary& done, bool json) {
  const double rate = done.seconds > 0 ? static_cast<double>(done.pairs) / done.seconds : 0;
  if (json) {
    const nlohmann::ordered_json out = {{"project", request.project.string()},
                                        {"dataset", dataset_name(request)},
                                        {"run", static_cast<std::int64_t>(done.run)},
                                        {"scored", done.scored},
                                        {"too_short", done.too_short},
                                        {"too_few_pairs", done.too_few_pairs},
                                        {"bad_input", done.bad_input},
                                        {"failed", done.failed},
                                        {"already_there", done.already_there},
                                        {"pairs", done.pairs},
                                        {"seconds", done.seconds},
                                        {"stages", stages_json(done.times)},
                                        {"memory",
                                         {{"before_model_bytes", done.memory.before_model},
                                          {"loading_peak_bytes", done.memory.loading_peak},
                                          {"scoring_peak_bytes", done.memory.scoring_peak}}},
                                        {"notes", done.notes}};
    std::cout << out.dump() << '\n';
    return;
  }
  std::string line = fmt::format("{}: {} scored", plain_line(dataset_name(request)), done.scored);
  const std::pair<std::uint64_t, const char*> others[] = {{done.too_short, "too short"},
                                                          {done.too_few_pairs, "with too few pairs"},
                                                          {done.bad_input, "bad input"},
                                                          {done.failed, "failed"},
                                                          {done.already_there, "there already"}};
  for (const auto& [count, what] : others)
    if (count)
      line += fmt::format(", {} {}", count, what);
  std::cout << line
            << fmt::format("; {} pairs in {} ({} pairs/s)\n", done.pairs, duration_text(done.seconds),
                           short_number(rate));
}

int score(ScoreOptions& options) {
  const Interrupt interrupt;
  const RunRequest request = complete(options);
  ProgressLine line(options.quiet);
  if (options.dry_run)
    return print_forecast(request, options.json, line, interrupt.token());
  if (request.project.empty())
    throw Error(ErrorCode::usage, "--project is required: the file the results go into");
  const RunSummary done = run(
      request, [&](const RunProgress& progress) { line.show(progress); }, interrupt.token());
  line.clear();
  for (const std::string& note : done.notes)
    std::cerr << "longview-cli: " << plain_line(note) << '\n';
  print_summary(request, done, options.json);
  if (done.bad_input + done.failed == 0)
    return 0;
  print_problems(request, done.run);
  return 4;
}

void add_reading_options(CLI::App& command, ScoreOptions& options) {
  const char* group = "What is read";
  RunSettings& settings = options.request.settings;
  command
      .add_option("--text-field", settings.text_field,
                  "JSONL field with the text, dotted for nested ones; default: text")
      ->type_name("NAME")
      ->group(group);
  command.add_option("--id-field", settings.id_field, "JSONL field with the id; default: id")
      ->type_name("NAME")
      ->group(group);
  command
      .add_option("--dataset", options.request.dataset,
                  "Name of the dataset; default: that of the first file or folder")
      ->type_name("NAME")
      ->group(group);
  command.add_option("--limit", options.request.limit, "Only the first N documents")
      ->check(CLI::NonNegativeNumber.description(""))
      ->type_name("N")
      ->group(group);
  command.add_flag("--embed", options.request.embed, "Keep the texts in the project, for one that has to travel")
      ->group(group);
}

void add_measure_options(CLI::App& command, ScoreOptions& options) {
  const char* group = "What is measured";
  SamplingSettings& sampling = options.request.settings.sampling;
  command
      .add_option("--preset", options.preset,
                  "longview: comparable means with an error; published: replays the released program")
      ->check(CLI::IsMember({"longview", "published"}).description(""))
      ->type_name("WORD")
      ->group(group);
  command.add_option("--pairs", options.pairs, "Pairs sampled in each document, or all; default: 500")
      ->type_name("N")
      ->group(group);
  command
      .add_option("--controls", options.request.settings.controls,
                  "Control prefixes for each target, from other documents; 0 to 8, 2 are a fair start; default: 0")
      ->check(CLI::Range(0u, most_controls).description(""))
      ->type_name("N")
      ->group(group);
  command.add_option("--segment-length", sampling.segment_length, "Tokens of a segment; default: 128")
      ->type_name("TOKENS")
      ->group(group);
  command.add_option("--window", sampling.window, "Window of the published preset; default: 32768")
      ->type_name("TOKENS")
      ->group(group);
  command.add_option("--seed", sampling.seed, "Seed of the draw; default: 11")
      ->check(CLI::NonNegativeNumber.description(""))
      ->type_name("N")
      ->group(group);
  command
      .add_option("--special-tokens", options.special_tokens,
                  "A special token's spelling in a text is: plain characters, or recognised")
      ->check(CLI::IsMember({"plain", "recognised"}).description(""))
      ->type_name("WORD")
      ->group(group);
}

void add_machine_options(CLI::App& command, ScoreOptions& options) {
  const char* group = "What it runs on";
  command
      .add_option("--model", options.request.model,
                  "A GGUF file or a Hugging Face directory; default: the installed SmolLM2-135M")
      ->type_name("PATH")
      ->group(group);
  command
      .add_option("--dtype", options.dtype,
                  "Type of the matrix products: auto, float32, bfloat16, float16, int8; default: auto")
      ->type_name("WORD")
      ->group(group);
  command.add_option("--device", options.request.device, "auto, cpu, cuda (all of them) or cuda:K; default: auto")
      ->type_name("WORD")
      ->group(group);
  command.add_option("--threads", options.request.threads, "CPU threads; default: all cores")
      ->type_name("N")
      ->group(group);
  command
      .add_option("--memory", options.memory,
                  "Memory for prefixes, such as 512M; default: a quarter of what is free, at most 384M (8G on a GPU)")
      ->type_name("BYTES")
      ->group(group);
}

} // namespace

void add_score(CLI::App& app, Action& action) {
  auto options = std::make_shared<ScoreOptions>();
  CLI::App* command =
      app.add_subcommand("score", "Score documents into a project file; given again, the same command goes on");
  command->add_option("inputs", options->inputs, "JSONL or text files (.gz and .zst too), or folders of them")
      ->required()
      ->type_name("FILE|DIR ...");
  command->add_option("--project", options->project, "The project file the results go into; made when missing")
      ->type_name("P.longview");
  add_reading_options(*command, *options);
  add_measure_options(*command, *options);
  add_machine_options(*command, *options);
  options->parameters.add_to(*command);
  command->add_flag("--dry-run", options->dry_run, "Only say how much work it is and how long it would take");
  command->add_flag("--json", options->json, "Summary or forecast as JSON");
  command->add_flag("--quiet", options->quiet, "No progress on stderr");
  command->footer(
      "A killed or interrupted run loses at most 20 seconds of work. Documents that cannot be read are kept with the\n"
      "reason, and the command then exits with 4.\n"
      "Example: longview-cli score corpus/*.jsonl.zst --project corpus.longview --pairs 200 --dry-run");
  command->callback([options, &action] { action = [options] { return score(*options); }; });
}

} // namespace longview::cli
