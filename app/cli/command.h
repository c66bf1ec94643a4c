#pragma once

#include <functional>
#include <string>
#include <vector>

#include <CLI/CLI.hpp>
#include <nlohmann/json_fwd.hpp>

#include "run/runner.h"

namespace longview::cli {

/// What the parsed command line wants done; returns the exit status.
using Action = std::function<int()>;

/// Prints sentences as warnings on stderr.
void warn(const std::vector<std::string>& sentences);

/// {"loading_s", "reading_s", …}: where a run's time went.
nlohmann::ordered_json stages_json(const RunTimes& times);

// One a command: declares its options and, when it is the one on the command line, sets `action`.
void add_score(CLI::App& app, Action& action);
void add_score_pairs(CLI::App& app, Action& action);
void add_list(CLI::App& app, Action& action);
void add_show(CLI::App& app, Action& action);
void add_compare(CLI::App& app, Action& action);
void add_stitch(CLI::App& app, Action& action);
void add_auc(CLI::App& app, Action& action);
void add_label(CLI::App& app, Action& action);
void add_note(CLI::App& app, Action& action);
void add_export(CLI::App& app, Action& action);
void add_import(CLI::App& app, Action& action);
void add_measure(CLI::App& app, Action& action);
void add_model(CLI::App& app, Action& action);
void add_bench(CLI::App& app, Action& action);

} // namespace longview::cli
