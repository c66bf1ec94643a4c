#pragma once

#include <functional>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

#include "run/settings.h"
#include "store/project.h"

namespace longview {

/// One run of a project with what it was made with: what list, show, export and the window open.
struct RunView {
  StoredRun run;
  StoredDataset dataset;
  RunSettings settings;
};

/// The run a person means: by dataset name (its newest version) and run number; the newest run where either is left
/// out. Throws Error(not_found) naming what there is.
RunView choose_run(const Project& project, const std::string& dataset, std::optional<std::int64_t> run);

/// Called now and then with (rows done, rows in all).
using RowObserver = std::function<void(std::size_t, std::size_t)>;

/// Derives the numbers of all scored rows of a run anew, with other parameters than the run's own; the model is not
/// run. One document's pairs are in memory at a time. Throws Error(cancelled).
void derive_rows(std::vector<TableRow>& rows, const Project& project, RunId run, const SamplingSettings& sampling,
                 const LiveParameters& parameters, const RowObserver& observer = {}, std::stop_token stop = {});

/// The rows of a run in source order, with the numbers of `parameters`.
std::vector<TableRow> table_with(const Project& project, const RunView& view, const LiveParameters& parameters,
                                 const RowObserver& observer = {}, std::stop_token stop = {});

/// Column a table is sorted by unless somebody says otherwise: "lds_mean", or "lds" where the score is a sum.
std::string ranking_column(const LiveParameters& parameters);

} // namespace longview
