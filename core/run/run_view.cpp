#include "run/run_view.h"

#include <algorithm>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "base/cancel.h"
#include "base/error.h"
#include "base/progress.h"
#include "scoring/dependency.h"

namespace longview {
namespace {

std::vector<std::string> dataset_names(const Project& project) {
  std::vector<std::string> names;
  for (const StoredDataset& dataset : project.datasets())
    if (std::find(names.begin(), names.end(), dataset.name) == names.end())
      names.push_back(dataset.name);
  return names;
}

std::vector<std::int64_t> run_numbers(const std::vector<StoredRun>& runs) {
  std::vector<std::int64_t> numbers;
  for (const StoredRun& run : runs)
    numbers.push_back(static_cast<std::int64_t>(run.id));
  return numbers;
}

RunView view_of(const Project& project, StoredRun run) {
  RunView view;
  view.dataset = project.dataset(run.identity.dataset);
  view.settings = settings_from_json(run.identity.settings);
  view.run = std::move(run);
  return view;
}

} // namespace

RunView choose_run(const Project& project, const std::string& dataset, std::optional<std::int64_t> run) {
  std::vector<StoredRun> runs = project.runs();
  if (runs.empty())
    throw Error(ErrorCode::not_found, "nothing has been scored in this project yet; see longview-cli score --help",
                project.path().string());
  const std::vector<std::string> names = dataset_names(project);
  if (!dataset.empty() && std::find(names.begin(), names.end(), dataset) == names.end())
    throw Error(ErrorCode::not_found,
                fmt::format("there is no dataset \"{}\"; there are: {}", dataset, fmt::join(names, ", ")),
                project.path().string());
  std::erase_if(runs, [&](const StoredRun& one) {
    return !dataset.empty() && project.dataset(one.identity.dataset).name != dataset;
  });
  if (runs.empty())
    throw Error(ErrorCode::not_found, fmt::format("the dataset \"{}\" has no run yet", dataset),
                project.path().string());
  if (!run)
    return view_of(project, std::move(runs.back()));
  for (StoredRun& one : runs)
    if (static_cast<std::int64_t>(one.id) == *run)
      return view_of(project, std::move(one));
  throw Error(ErrorCode::not_found,
              fmt::format("there is no run {}; there are: {}", *run, fmt::join(run_numbers(runs), ", ")),
              project.path().string());
}

void derive_rows(std::vector<TableRow>& rows, const Project& project, RunId run, const SamplingSettings& sampling,
                 const LiveParameters& parameters, const RowObserver& observer, std::stop_token stop) {
  Throttle throttle;
  for (std::size_t k = 0; k < rows.size(); ++k) {
    throw_if_cancelled(stop);
    if (observer && throttle.due())
      observer(k, rows.size());
    ResultRow& row = rows[k].result;
    if (row.status != Status::scored)
      continue;
    const std::optional<ResultData> data = project.result_data(run, rows[k].document.id);
    if (!data)
      continue;
    row.take(derive_numbers(data->pairs, sampling, parameters));
  }
}

std::vector<TableRow> table_with(const Project& project, const RunView& view, const LiveParameters& parameters,
                                 const RowObserver& observer, std::stop_token stop) {
  std::vector<TableRow> rows = project.table(view.run.id);
  if (parameters != view.settings.parameters)
    derive_rows(rows, project, view.run.id, view.settings.sampling, parameters, observer, std::move(stop));
  return rows;
}

std::string ranking_column(const LiveParameters& parameters) {
  return parameters.score == ScoreKind::sum ? "lds" : "lds_mean";
}

} // namespace longview
