// Which documents a request keeps.
#include <algorithm>

#include "base/cancel.h"
#include "base/progress.h"
#include "export/export.h"
#include "filter/filter.h"
#include "run/settings.h"
#include "store/row_filter.h"

namespace longview {
namespace {

void take_numbers(ResultRow& row, const DocumentNumbers& numbers) {
  row.lds = numbers.lds;
  row.lds_mean = numbers.lds_mean;
  row.lds_error = numbers.lds_error;
  row.strength = numbers.mean_strength;
  row.distance = numbers.mean_distance;
  row.specificity = numbers.mean_specificity;
}

/// Derives the numbers of all scored rows anew; one document's pairs are in memory at a time.
void derive_anew(std::vector<TableRow>& rows, const Project& project, RunId run, const SamplingSettings& sampling,
                 const LiveParameters& parameters, const ExportObserver& observer, const std::stop_token& stop) {
  Throttle throttle;
  for (std::size_t k = 0; k < rows.size(); ++k) {
    throw_if_cancelled(stop);
    if (observer && throttle.due())
      observer({ExportProgress::Stage::choosing, k, rows.size()});
    if (rows[k].result.status != Status::scored)
      continue;
    if (const std::optional<ResultData> data = project.result_data(run, rows[k].document.id))
      take_numbers(rows[k].result, derive_numbers(data->pairs, sampling, parameters));
  }
}

/// Drops what the filter does not keep; without a filter that is everything without a score.
void apply_filter(std::vector<TableRow>& rows, const std::string& where, const std::string& dataset) {
  const Filter filter = Filter::parse(where);
  const bool scored_only = filter.columns().empty();
  std::erase_if(rows, [&](const TableRow& row) {
    return scored_only ? row.result.status != Status::scored : !filter.matches(filter_row(row, dataset));
  });
}

void apply_top(std::vector<TableRow>& rows, const Top& top, ScoreKind kind) {
  std::vector<Ranked> ranked;
  ranked.reserve(rows.size());
  for (const TableRow& row : rows) {
    const bool scored = row.result.status == Status::scored;
    const double number = kind == ScoreKind::sum ? row.result.lds : row.result.lds_mean;
    ranked.push_back({scored ? number : no_value, row.result.tokens});
  }
  std::size_t kept = 0;
  for (const std::size_t place : take_top(ranked, top)) {
    if (kept != place)
      rows[kept] = std::move(rows[place]);
    ++kept;
  }
  rows.resize(kept);
}

std::uint64_t token_sum(const std::vector<TableRow>& rows) {
  std::uint64_t sum = 0;
  for (const TableRow& row : rows)
    sum += row.result.tokens;
  return sum;
}

} // namespace

ExportSelection choose_documents(const ExportRequest& request, const Project& project, const ExportObserver& observer,
                                 std::stop_token stop) {
  const StoredRun run = project.run(request.run);
  const RunSettings settings = settings_from_json(run.identity.settings);
  ExportSelection selection;
  selection.parameters = request.parameters.value_or(settings.parameters);
  selection.rows = project.table(request.run);
  selection.counts.documents_before = selection.rows.size();
  selection.counts.tokens_before = token_sum(selection.rows);
  if (selection.parameters != settings.parameters)
    derive_anew(selection.rows, project, request.run, settings.sampling, selection.parameters, observer, stop);
  apply_filter(selection.rows, request.where, project.dataset(run.identity.dataset).name);
  throw_if_cancelled(stop);
  apply_top(selection.rows, request.top, selection.parameters.score);
  selection.counts.documents = selection.rows.size();
  selection.counts.tokens = token_sum(selection.rows);
  return selection;
}

} // namespace longview
