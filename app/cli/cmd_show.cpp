#include <iostream>
#include <memory>

#include "command.h"
#include "options/options.h"
#include "run/document_report.h"

namespace longview::cli {
namespace {

struct ShowOptions {
  RunChoice choice;
  ParameterOptions parameters;
  std::string document;
  bool json = false;
};

int show(const ShowOptions& options) {
  const Project project = options.choice.open();
  const RunView view = options.choice.view(project);
  const DocumentReport report =
      report_document(project, view, options.document, options.parameters.over(view.settings.parameters));
  if (options.json)
    std::cout << report_json(report) << '\n';
  else
    std::cout << report_text(report, view);
  std::cout.flush();
  return 0;
}

} // namespace

void add_show(CLI::App& app, Action& action) {
  auto options = std::make_shared<ShowOptions>();
  CLI::App* command = app.add_subcommand("show", "Show one document: its score, strongest links, strength by distance");
  options->choice.add_to(*command);
  command->add_option("--document", options->document, "Its id; without an id field FILE:LINE")
      ->required()
      ->type_name("ID");
  command->add_flag("--json", options->json,
                    "Everything as JSON: perplexities, pairs in drawing order, specificity, score");
  options->parameters.add_to(*command);
  command->footer(
      "Segments count from 0. In JSON \"perplexity_alone\" is null where no pair needs it, \"kept\" holds the real\n"
      "places of the segments where a document was thinned, and \"pairs\" are [i, j, perplexity of c_i after c_j].\n"
      "Example: longview-cli show books.longview --document moby-dick --json");
  command->callback([options, &action] { action = [options] { return show(*options); }; });
}

} // namespace longview::cli
