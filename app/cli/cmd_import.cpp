#include <iostream>
#include <memory>

#include <fmt/format.h>

#include "base/plain_text.h"
#include "command.h"
#include "interrupt.h"
#include "run/import_scores.h"

namespace longview::cli {
namespace {

struct ImportOptions {
  ImportRequest request;
  std::vector<std::string> inputs;
  std::string project;
};

int import_files(ImportOptions& options) {
  const Interrupt interrupt;
  ImportRequest& request = options.request;
  request.inputs.assign(options.inputs.begin(), options.inputs.end());
  request.project = options.project;
  const ImportSummary done = import_scores(request, interrupt.token());
  std::cout << fmt::format("run {}: {} imported", static_cast<std::int64_t>(done.run), done.imported);
  if (done.without_score)
    std::cout << fmt::format(", {} without a number in \"{}\"", done.without_score, plain_line(request.score_field));
  if (done.unmatched)
    std::cout << fmt::format(", {} for ids that \"{}\" does not have", done.unmatched, plain_line(request.score_of));
  if (done.bad_input)
    std::cout << fmt::format(", {} bad input", done.bad_input);
  std::cout << '\n';
  std::cout.flush();
  return done.without_score + done.bad_input + done.unmatched ? 4 : 0;
}

} // namespace

void add_import(CLI::App& app, Action& action) {
  auto options = std::make_shared<ImportOptions>();
  ImportRequest& request = options->request;
  CLI::App* command = app.add_subcommand("import", "Take in scores that another program wrote beside the texts");
  command->add_option("inputs", options->inputs, "JSONL files (.gz and .zst too) with a text and a score in each line")
      ->required()
      ->type_name("FILE ...");
  command->add_option("--project", options->project, "The project file they go into; made when missing")
      ->required()
      ->type_name("P.longview");
  command->add_option("--dataset", request.dataset, "Name of the dataset; default: that of the first file")
      ->type_name("NAME");
  command
      ->add_option("--for", request.score_of,
                   "The lines hold no texts: they are scores for the documents of this dataset, as {\"id\", \"lds\"} "
                   "or as one number a line in its order")
      ->type_name("NAME");
  command->add_option("--score-field", request.score_field, "Field with the score; default: lds")->type_name("NAME");
  command->add_option("--text-field", request.text_field, "Field with the text; default: text")->type_name("NAME");
  command->add_option("--id-field", request.id_field, "Field with the id; default: id")->type_name("NAME");
  command->footer(
      "The scores become a run of their own, which list, compare and export know; documents are matched by text.\n"
      "With --for the lines are {\"id\", SCORE} or one number each.\n"
      "Example: longview-cli import prolong_output.jsonl --project books.longview --dataset published\n"
      "         longview-cli compare books.longview:books books.longview:published");
  command->callback([options, &action] { action = [options] { return import_files(*options); }; });
}

} // namespace longview::cli
