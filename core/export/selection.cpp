// Which documents a request keeps.
#include <algorithm>
#include <map>
#include <numeric>

#include "base/cancel.h"
#include "export/export.h"
#include "export/json_text.h"
#include "filter/filter.h"
#include "run/run_view.h"
#include "run/settings.h"
#include "store/row_filter.h"

namespace longview {
namespace {

/// Drops what the filter does not keep; without a filter that is everything without a score.
void apply_filter(std::vector<TableRow>& rows, const std::string& where, const std::string& dataset) {
  const Filter filter = bound_to(Filter::parse(where), rows);
  const bool scored_only = filter.columns().empty();
  std::erase_if(rows, [&](const TableRow& row) {
    return scored_only ? row.result.status != Status::scored : !filter.matches(filter_row(row, dataset));
  });
}

/// Places of the rows by the value of a source field, each ascending; rows without the field are a group too.
std::map<std::string, std::vector<std::size_t>> groups_of(const std::vector<TableRow>& rows, const std::string& field) {
  std::map<std::string, std::vector<std::size_t>> groups;
  for (std::size_t k = 0; k < rows.size(); ++k) {
    const FilterValue value = filter_row(rows[k], {})("source." + field);
    const auto* text = std::get_if<std::string>(&value);
    const auto* number = std::get_if<double>(&value);
    groups[text ? "t" + *text : number ? "n" + json_number(*number) : std::string()].push_back(k);
  }
  return groups;
}

/// Keeps the best of all rows, or of each group on its own.
void apply_top(std::vector<TableRow>& rows, const ExportRequest& request, ScoreKind kind) {
  std::map<std::string, std::vector<std::size_t>> groups;
  if (request.group.empty()) {
    groups[{}].resize(rows.size());
    std::iota(groups[{}].begin(), groups[{}].end(), std::size_t{0});
  } else {
    groups = groups_of(rows, request.group);
  }
  std::vector<std::size_t> kept;
  for (const auto& [value, places] : groups) {
    std::vector<Ranked> ranked;
    ranked.reserve(places.size());
    for (const std::size_t k : places) {
      const ResultRow& row = rows[k].result;
      const double number = kind == ScoreKind::sum ? row.lds : row.lds_mean;
      ranked.push_back({row.status == Status::scored ? number : no_value, row.tokens});
    }
    for (const std::size_t place : take_top(ranked, request.top))
      kept.push_back(places[place]);
  }
  std::sort(kept.begin(), kept.end());
  std::vector<TableRow> best;
  best.reserve(kept.size());
  for (const std::size_t k : kept)
    best.push_back(std::move(rows[k]));
  rows = std::move(best);
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
    derive_rows(
        selection.rows, project, request.run, settings.sampling, selection.parameters,
        [&](std::size_t done, std::size_t total) {
          if (observer)
            observer({ExportProgress::Stage::choosing, done, total});
        },
        stop);
  apply_filter(selection.rows, request.where, project.dataset(run.identity.dataset).name);
  throw_if_cancelled(stop);
  apply_top(selection.rows, request, selection.parameters.score);
  selection.counts.documents = selection.rows.size();
  selection.counts.tokens = token_sum(selection.rows);
  return selection;
}

} // namespace longview
