// Which documents a request keeps.
#include <algorithm>
#include <numeric>
#include <unordered_map>

#include "base/cancel.h"
#include "export/export.h"
#include "export/group_names.h"
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

/// Keeps the best of all rows, or of each group on its own.
void apply_top(std::vector<TableRow>& rows, const ExportRequest& request, ScoreKind kind) {
  if (request.top.kind == Top::Kind::all)
    return;
  std::vector<DocumentGroup> groups(1);
  if (request.group.empty()) {
    groups.front().places.resize(rows.size());
    std::iota(groups.front().places.begin(), groups.front().places.end(), std::size_t{0});
  } else {
    groups = document_groups(rows, request.group);
  }
  std::vector<std::size_t> kept;
  for (const DocumentGroup& group : groups) {
    std::vector<Ranked> ranked;
    ranked.reserve(group.places.size());
    for (const std::size_t k : group.places) {
      const ResultRow& row = rows[k].result;
      const double number = kind == ScoreKind::sum ? row.lds : row.lds_mean;
      ranked.push_back({row.status == Status::scored ? number : no_value, row.tokens});
    }
    for (const std::size_t place : take_top(ranked, request.top))
      kept.push_back(group.places[place]);
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

/// Counts what each group has before anything is left out, and remembers which document is in which.
class GroupCounter {
 public:
  GroupCounter(const std::vector<TableRow>& rows, const ExportRequest& request) {
    const std::string& field = request.split.empty() ? request.group : request.split;
    if (field.empty())
      return;
    for (const DocumentGroup& group : document_groups(rows, field)) {
      GroupCounts counted{group.value, group.missing, {}};
      for (const std::size_t k : group.places) {
        group_of_[rows[k].document.id] = static_cast<std::uint32_t>(groups_.size());
        ++counted.counts.documents_before;
        counted.counts.tokens_before += rows[k].result.tokens;
      }
      groups_.push_back(std::move(counted));
    }
  }

  void count_kept(ExportSelection& selection) && {
    if (groups_.empty())
      return;
    for (const TableRow& row : selection.rows) {
      const std::uint32_t place = group_of_.at(row.document.id);
      ++groups_[place].counts.documents;
      groups_[place].counts.tokens += row.result.tokens;
      selection.group_of.push_back(place);
    }
    selection.groups = std::move(groups_);
  }

 private:
  std::vector<GroupCounts> groups_;
  std::unordered_map<DocumentId, std::uint32_t> group_of_;
};

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
  GroupCounter groups(selection.rows, request);
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
  std::move(groups).count_kept(selection);
  return selection;
}

} // namespace longview
