#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include <CLI/CLI.hpp>

#include "run/run_view.h"
#include "scoring/scorer.h"
#include "store/project.h"

namespace longview::cli {

/// Which run of which project.
struct RunChoice {
  std::string project;
  std::string dataset;
  std::optional<std::int64_t> run;

  void add_to(CLI::App& command);
  Project open() const { return Project::open(project, Project::Mode::read_only); }
  RunView view(const Project& opened) const { return choose_run(opened, dataset, run); }
};

/// The live parameters: what can change without running the model again. Those not given are the run's own.
struct ParameterOptions {
  std::optional<double> threshold, alpha, beta;
  std::string distance, specificity, score;

  void add_to(CLI::App& command);
  LiveParameters over(LiveParameters own) const;
};

/// "500" or "all" (0). Throws Error(usage).
std::uint64_t parse_pairs(const std::string& text);
/// Bytes: "512M", "2G", "1000000". Throws Error(usage).
std::uint64_t parse_bytes(const std::string& text);
DType parse_dtype_option(const std::string& text);

} // namespace longview::cli
