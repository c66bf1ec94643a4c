#include <csignal>
#include <exception>
#include <iostream>
#include <new>

#include "base/error.h"
#include "base/machine.h"
#include "base/plain_text.h"
#include "command.h"

namespace {

using namespace longview;

constexpr const char* description =
    "Longview finds long documents whose far-apart parts depend on each other (the Long Dependency Score of ProLong,\n"
    "arXiv 2405.17915) and shows why. Score once into a project file, then list, show and export from it: the model "
    "is\n"
    "not needed again, and threshold and weights can change afterwards.\n\n"
    "  longview-cli score books.jsonl --project books.longview\n"
    "  longview-cli list books.longview --where 'tokens > 4k and lds_mean > 0.2'\n"
    "  longview-cli show books.longview --document moby-dick\n"
    "  longview-cli export books.longview --top 50% --out kept.jsonl";

constexpr const char* exit_codes =
    "Exit status: 0 done; 1 an error of the program or the disk; 2 wrong use; 3 input that cannot be read; 4 done, but "
    "some\n"
    "documents were bad input or failed (the rest is stored); 130 interrupted (the same command goes on from there).";

int run_action(const cli::Action& action) {
  try {
    return action();
  } catch (const Error& error) {
    std::cerr << "longview-cli: " << plain_line(error.what()) << '\n';
    return exit_status(error.code());
  } catch (const std::bad_alloc&) {
    std::cerr << "longview-cli: there is not enough memory\n";
  } catch (const std::exception& error) {
    std::cerr << "longview-cli: " << plain_line(error.what()) << '\n';
  }
  return 1;
}

} // namespace

int main(int argc, char** argv) {
  let_threads_sleep(argv);
  std::signal(SIGPIPE, SIG_DFL); // `longview-cli list … | head` ends quietly
  CLI::App app(description, "longview-cli");
  app.set_version_flag("--version", "longview-cli " + program_version() + " (" + program_commit() + ")");
  app.footer(exit_codes);
  app.get_formatter()->column_width(34);
  app.require_subcommand(0, 1); // with 1 an unknown word would only be told that a command is missing
  cli::Action action;
  cli::add_score(app, action);
  cli::add_score_pairs(app, action);
  cli::add_list(app, action);
  cli::add_show(app, action);
  cli::add_compare(app, action);
  cli::add_stitch(app, action);
  cli::add_auc(app, action);
  cli::add_label(app, action);
  cli::add_note(app, action);
  cli::add_export(app, action);
  cli::add_import(app, action);
  cli::add_measure(app, action);
  cli::add_model(app, action);
  cli::add_bench(app, action);
  if (argc == 1) {
    std::cout << app.help();
    return 2;
  }
  try {
    app.parse(argc, argv);
  } catch (const CLI::Success& success) { // --help, --version
    return app.exit(success);
  } catch (const CLI::ParseError& error) {
    std::cerr << "longview-cli: " << plain_line(error.what()) << " (see longview-cli --help)\n";
    return 2;
  }
  if (!action) {
    std::cerr << "longview-cli: a command is missing (see longview-cli --help)\n";
    return 2;
  }
  return run_action(action);
}
