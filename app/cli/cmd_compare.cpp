#include <cstdlib>
#include <iostream>
#include <memory>

#include <unistd.h>

#include "base/error.h"
#include "command.h"
#include "compare/report.h"
#include "export/top.h"
#include "interrupt.h"
#include "options/options.h"

namespace longview::cli {
namespace {

struct CompareCommand {
  std::vector<std::string> sides;
  CompareOptions options;
  ParameterOptions parameters;
  std::string top = "50%", html;
  std::uint32_t resamples = 1000;
  bool json = false;
};

bool wants_colour() {
  return isatty(STDOUT_FILENO) && !std::getenv("NO_COLOR");
}

int compare_sides(CompareCommand& command) {
  const Interrupt interrupt;
  const Top top = parse_top(command.top);
  if (top.kind != Top::Kind::share)
    throw Error(ErrorCode::usage, "--top takes a share here, such as 50%");
  command.options.top = top.percent / 100;
  command.options.bootstrap.resamples = command.resamples;
  command.options.parameters = [&](LiveParameters own) { return command.parameters.over(own); };
  const Comparison comparison = compare(parse_sides(command.sides), command.options, interrupt.token());
  warn(comparison.warnings);
  if (!command.html.empty())
    write_comparison_html(comparison, command.html);
  std::cout << (command.json ? comparison_json(comparison) : comparison_text(comparison, wants_colour()));
  std::cout.flush();
  return 0;
}

} // namespace

void add_compare(CLI::App& app, Action& action) {
  auto options = std::make_shared<CompareCommand>();
  CLI::App* command = app.add_subcommand("compare", "Set datasets or runs side by side, with statistics");
  command
      ->add_option("sides", options->sides,
                   "PROJECT, PROJECT:DATASET or PROJECT:RUN (its number); one project alone: each of its datasets")
      ->required()
      ->type_name("P[:NAME] ...");
  command->add_option("--column", options->options.column, "What is compared; default: what the first side ranks by")
      ->type_name("COLUMN");
  command->add_option("--where", options->options.where, "Only documents a filter keeps; default: the scored ones")
      ->type_name("FILTER");
  command->add_option("--group", options->options.group, "Tell the values for each value of this column too")
      ->type_name("COLUMN");
  command->add_option("--top", options->top, "Same documents on both sides: share of the best to compare; default: 50%")
      ->type_name("SHARE");
  command->add_option("--resamples", options->resamples, "Bootstrap draws for the intervals; default: 1000")
      ->check(CLI::Range(0, 100'000).description(""))
      ->type_name("N");
  command->add_flag("--json", options->json, "Everything as one JSON object");
  command->add_option("--html", options->html, "Write a report with figures too, one file")->type_name("FILE");
  options->parameters.add_to(*command);
  command->footer(
      "A difference in settings that makes the numbers incomparable is said in red, and as \"incomparable\" in JSON.\n"
      "Documents with the same text on both sides are matched whatever they are called.\n"
      "Example: longview-cli compare old.longview new.longview:books --html report.html");
  command->callback([options, &action] { action = [options] { return compare_sides(*options); }; });
}

} // namespace longview::cli
