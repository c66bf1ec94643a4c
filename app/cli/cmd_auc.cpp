#include <iostream>
#include <memory>
#include <set>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "command.h"
#include "compare/labelled_test.h"
#include "interrupt.h"
#include "options/options.h"
#include "run/json_values.h"

namespace longview::cli {
namespace {

struct AucOptions {
  std::vector<std::string> projects;
  LabelledTestOptions test;
  ParameterOptions parameters;
  bool json = false;
};

void print_json(const std::vector<LabelledRun>& runs) {
  for (const LabelledRun& run : runs)
    for (const LabelledScore& score : run.scores) {
      const RunSettings& settings = run.view.settings;
      const nlohmann::ordered_json out = {{"run", static_cast<std::int64_t>(run.view.run.id)},
                                          {"dataset", run.view.dataset.name},
                                          {"model", run.view.run.model_name},
                                          {"preset", name(settings.sampling.preset)},
                                          {"pairs", settings.sampling.pairs_per_document},
                                          {"segment_length", settings.sampling.segment_length},
                                          {"dtype", name(settings.dtype)},
                                          {"controls", run.controls},
                                          {"column", score.column},
                                          {"auc", json_value(score.auc)},
                                          {"interval", {json_value(score.low), json_value(score.high)}},
                                          {"positive", score.positive},
                                          {"negative", score.negative}};
      std::cout << out.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace) << '\n';
    }
}

int auc(AucOptions& options) {
  const Interrupt interrupt;
  options.test.parameters = [&](LiveParameters own) { return options.parameters.over(own); };
  std::vector<LabelledRun> runs;
  std::set<std::string> told;
  options.test.warn = [&](const std::string& sentence) {
    if (told.insert(sentence).second)
      warn({sentence});
  };
  for (const std::string& path : options.projects)
    for (LabelledRun& run :
         labelled_test(Project::open(path, Project::Mode::read_only), options.test, interrupt.token()))
      runs.push_back(std::move(run));
  if (options.json)
    print_json(runs);
  else
    std::cout << labelled_text(runs);
  std::cout.flush();
  return 0;
}

} // namespace

void add_auc(CLI::App& app, Action& action) {
  auto options = std::make_shared<AucOptions>();
  CLI::App* command = app.add_subcommand("auc", "How well each run tells the labelled kinds of documents apart");
  command->add_option("projects", options->projects, "Project files (*.longview)")
      ->required()
      ->type_name("PROJECT ...");
  command->add_option("--dataset", options->test.dataset, "Only runs of this dataset")->type_name("NAME");
  command
      ->add_option("--positive", options->test.positive,
                   "Filter: documents that should score high; default: source.stitched = false")
      ->type_name("FILTER");
  command->add_option("--negative", options->test.negative, "Filter: those that should not; default: all others")
      ->type_name("FILTER");
  command->add_option("--columns", options->test.columns, "Which columns; default: every score")
      ->delimiter(',')
      ->type_name("A,B");
  command
      ->add_option("--controls", options->test.controls,
                   "Also with only the first so many controls of each row, to see how many are enough")
      ->delimiter(',')
      ->check(CLI::Range(1, 8).description(""))
      ->type_name("1,2");
  command->add_flag("--json", options->json, "One JSON object for each run and column");
  options->parameters.add_to(*command);
  command->footer(
      "AUC 1: every high document is above every other; 0.5: by chance. The interval is 95 %, by bootstrap.\n"
      "Example: longview-cli auc labelled.longview --positive 'label = \"good\"'");
  command->callback([options, &action] { action = [options] { return auc(*options); }; });
}

} // namespace longview::cli
