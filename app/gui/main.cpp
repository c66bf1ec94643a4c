#include <exception>
#include <iostream>

#include <QApplication>
#include <QTimer>

#include "application.h"
#include "base/error.h"
#include "base/machine.h"
#include "base/plain_text.h"
#include "figure_command.h"
#include "jobs/jobs_file.h"
#include "main_window.h"
#include "runtime_folder.h"

namespace {

using namespace longview;

constexpr const char* description =
    "The window of Longview: scores long documents for dependency between far-apart parts and shows why.\n"
    "Projects (*.longview) are opened; JSONL files, text files and folders are offered for scoring.\n\n"
    "  longview\n"
    "  longview books.longview\n"
    "  longview books.jsonl\n"
    "  longview --compare old.longview new.longview\n"
    "  longview --figure heatmap --document moby-dick --out moby.png books.longview";

constexpr const char* footer = "longview-cli does the same work without a window.";

struct Command {
  std::vector<std::string> paths;
  std::string jobs;
  bool compare = false;
  gui::FigureCommand figure;
};

bool has_display() {
  for (const char* name : {"DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"})
    if (qEnvironmentVariableIsSet(name) && !qEnvironmentVariableIsEmpty(name))
      return true;
  return false;
}

const std::string& only_project(const Command& command, const char* option) {
  if (command.paths.size() != 1)
    throw Error(ErrorCode::usage, std::string(option) + " needs one project (*.longview)");
  return command.paths.front();
}

int draw_figure(const Command& command, int argc, char** argv) {
  if (!qEnvironmentVariableIsSet("QT_QPA_PLATFORM"))
    qputenv("QT_QPA_PLATFORM", "offscreen");
  const QApplication app(argc, argv);
  name_application();
  command.figure.draw(only_project(command, "--figure"));
  return 0;
}

int open_window(const Command& command, int argc, char** argv) {
  if (!has_display())
    throw Error(ErrorCode::usage,
                "there is no display (neither DISPLAY nor WAYLAND_DISPLAY is set); longview-cli does the same "
                "work without one, and --figure draws without one");
  std::vector<RunRequest> requests;
  if (!command.jobs.empty())
    requests = read_jobs(command.jobs, std::filesystem::absolute(only_project(command, "--jobs")));
  const QApplication app(argc, argv);
  name_application();
  MainWindow window;
  window.show();
  // From the event loop, so that the window is there before anything else happens in it.
  QTimer::singleShot(0, &window, [&] {
    if (command.compare)
      window.compare({command.paths.begin(), command.paths.end()});
    else if (requests.empty())
      window.open_paths({command.paths.begin(), command.paths.end()});
    else
      window.score(requests);
  });
  return QApplication::exec();
}

int run_command(const Command& command, int argc, char** argv) {
  gui::provide_runtime_folder();
  try {
    return command.figure.wanted() ? draw_figure(command, argc, argv) : open_window(command, argc, argv);
  } catch (const Error& error) {
    std::cerr << "longview: " << plain_line(error.what()) << '\n';
    return exit_status(error.code());
  } catch (const std::exception& error) {
    std::cerr << "longview: " << plain_line(error.what()) << '\n';
  }
  return 1;
}

} // namespace

int main(int argc, char** argv) {
  let_threads_sleep(argv);
  CLI::App cli(description, "longview");
  cli.set_version_flag("--version", "longview " + program_version() + " (" + program_commit() + ")");
  cli.footer(footer);
  cli.get_formatter()->column_width(34);
  Command command;
  cli.add_option("paths", command.paths, "Projects to open, or files and folders to score")->type_name("FILE");
  cli.add_option("--jobs", command.jobs,
                 "Score these runs into the project: a JSON array of objects with the options of longview-cli score")
      ->type_name("FILE");
  cli.add_flag("--compare", command.compare, "Set the newest runs of these projects side by side");
  command.figure.add_to(cli);
  try {
    cli.parse(argc, argv);
  } catch (const CLI::Success& success) { // --help, --version
    return cli.exit(success);
  } catch (const CLI::ParseError& error) {
    std::cerr << "longview: " << plain_line(error.what()) << " (see longview --help)\n";
    return 2;
  }
  return run_command(command, argc, argv);
}
