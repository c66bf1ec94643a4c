#include <iostream>
#include <memory>

#include <fmt/format.h>

#include "base/plain_text.h"
#include "command.h"
#include "interrupt.h"
#include "options/options.h"
#include "run/repetition_fill.h"

namespace longview::cli {
namespace {

int measure(const RunChoice& choice) {
  const Interrupt interrupt;
  Project project = Project::open(choice.project, Project::Mode::read_write);
  const RunView view = choice.view(project);
  const RepetitionFill done = fill_repetition(project, view, {}, interrupt.token());
  std::cout << fmt::format("{}: {} measured, {} had their numbers\n", plain_line(view.dataset.name), done.measured,
                           done.already);
  std::cout.flush();
  if (!done.overlaps)
    std::cerr << "longview-cli: the run's model is not there any more, so \"copied\" is not measured\n";
  if (done.without_text == 0)
    return 0;
  std::cerr << fmt::format("longview-cli: {} texts could not be read, the first because {}\n", done.without_text,
                           plain_line(done.problem));
  return 4;
}

} // namespace

void add_measure(CLI::App& app, Action& action) {
  auto choice = std::make_shared<RunChoice>();
  CLI::App* command = app.add_subcommand("measure", "Fill in repetition and copied for a run of an older Longview");
  choice->add_to(*command);
  command->footer("Reads the texts again; the model is not run. New runs have these numbers already.\n"
                  "Example: longview-cli measure books.longview");
  command->callback([choice, &action] { action = [choice] { return measure(*choice); }; });
}

} // namespace longview::cli
