#include "jobs/table_reader.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "base/cancel.h"
#include "store/row_filter.h"

namespace longview {
namespace {

constexpr std::size_t most_cached_pairs = 8'000'000; // 128 MB

/// What a document is ordered by: a number or a text, or neither, which comes last either way.
struct SortKey {
  FilterValue value;
  std::uint32_t source = 0;
  std::uint64_t offset = 0;
  std::uint32_t place = 0;
};

bool comes_before(const SortKey& a, const SortKey& b, bool descending) {
  const bool no_a = a.value.index() == 0;
  const bool no_b = b.value.index() == 0;
  if (no_a != no_b)
    return no_b;
  if (!no_a && a.value != b.value)
    return descending ? b.value < a.value : a.value < b.value;
  return a.source != b.source ? a.source < b.source : a.offset < b.offset;
}

std::vector<std::uint32_t> ranks_of(const TableSnapshot::Rows& rows, ScoreKind kind) {
  const auto score_of = [kind](const TableRow& row) {
    return kind == ScoreKind::sum ? row.result.lds : row.result.lds_mean;
  };
  std::vector<std::pair<double, std::uint32_t>> scored;
  for (std::uint32_t place = 0; place < rows.size(); ++place)
    if (rows[place]->result.status == Status::scored && !std::isnan(score_of(*rows[place])))
      scored.emplace_back(-score_of(*rows[place]), place);
  std::sort(scored.begin(), scored.end());
  std::vector<std::uint32_t> ranks(rows.size(), 0);
  for (std::size_t k = 0; k < scored.size(); ++k)
    ranks[scored[k].second] = static_cast<std::uint32_t>(k + 1);
  return ranks;
}

} // namespace

ProjectContents TableReader::contents(const std::filesystem::path& path) {
  connection_.close();
  const Project& project = connection_.to(path);
  ProjectContents contents;
  contents.path = path;
  contents.datasets = project.datasets();
  for (StoredRun& stored : project.runs()) {
    RunInfo info;
    info.settings = settings_from_json(stored.identity.settings);
    info.stored = std::move(stored);
    contents.runs.push_back(std::move(info));
  }
  return contents;
}

TableSnapshot TableReader::table(const WantedTable& wanted, const std::stop_token& stop) {
  read(wanted);
  throw_if_cancelled(stop);
  derive(wanted, stop);
  TableSnapshot snapshot;
  snapshot.table = wanted.table;
  snapshot.rows = shown_;
  snapshot.ranks = ranks_of(*shown_, wanted.parameters.score);
  if (!wanted.keep_order || order_.empty())
    order_ = order(wanted, stop);
  snapshot.order = order_;
  return snapshot;
}

void TableReader::read(const WantedTable& wanted) {
  if (wanted.table != table_) {
    connection_.close();
    table_ = wanted.table;
    seen_ = 0;
    stored_ = std::make_shared<const Rows>();
    places_.clear();
    shown_ = shown_from_ = stored_;
    parameters_.reset();
    order_.clear();
    pairs_.clear();
    cached_pairs_ = 0;
  }
  std::vector<TableRow> fresh = connection_.to(wanted.project).table_since(*wanted.run, seen_);
  if (fresh.empty())
    return;
  Rows rows = *stored_; // the shown ones are shared with the window
  for (TableRow& row : fresh) {
    const auto [place, is_new] = places_.try_emplace(row.document.id, rows.size());
    auto shared = std::make_shared<const TableRow>(std::move(row));
    if (is_new)
      rows.push_back(std::move(shared));
    else
      rows[place->second] = std::move(shared);
  }
  stored_ = std::make_shared<const Rows>(std::move(rows));
}

/// Rows that were derived with the same parameters from the same stored row are kept.
void TableReader::derive(const WantedTable& wanted, const std::stop_token& stop) {
  if (wanted.parameters == wanted.settings.parameters) {
    shown_ = shown_from_ = stored_;
    parameters_.reset();
    return;
  }
  const bool same = parameters_ == wanted.parameters;
  if (same && shown_from_ == stored_)
    return;
  Rows rows;
  rows.reserve(stored_->size());
  for (std::size_t k = 0; k < stored_->size(); ++k) {
    if (k % 64 == 0)
      throw_if_cancelled(stop);
    const bool known = same && k < shown_from_->size() && (*shown_from_)[k] == (*stored_)[k];
    rows.push_back(known ? (*shown_)[k] : derived((*stored_)[k], wanted));
  }
  shown_ = std::make_shared<const Rows>(std::move(rows));
  shown_from_ = stored_;
  parameters_ = wanted.parameters;
}

TableSnapshot::Row TableReader::derived(const TableSnapshot::Row& row, const WantedTable& wanted) {
  if (row->result.status != Status::scored)
    return row;
  const DocumentPairs* pairs = pairs_of(*row, wanted);
  if (!pairs)
    return row;
  auto changed = std::make_shared<TableRow>(*row);
  changed->result.take(derive_numbers(*pairs, wanted.settings.sampling, wanted.parameters));
  return changed;
}

const DocumentPairs* TableReader::pairs_of(const TableRow& row, const WantedTable& wanted) {
  const DocumentId id = row.document.id;
  const TableSnapshot::Row& stored = (*stored_)[places_.at(id)];
  if (const auto found = pairs_.find(id); found != pairs_.end() && found->second.first == stored)
    return &found->second.second;
  std::optional<ResultData> data = connection_.to(wanted.project).result_data(*wanted.run, id);
  if (!data)
    return nullptr;
  const std::size_t size = data->pairs.pairs.size() + data->pairs.segments();
  if (cached_pairs_ + size > most_cached_pairs) {
    read_pairs_ = std::move(data->pairs);
    return &read_pairs_;
  }
  cached_pairs_ += size;
  auto& kept = pairs_[id];
  kept = {stored, std::move(data->pairs)};
  return &kept.second;
}

std::vector<std::uint32_t> TableReader::order(const WantedTable& wanted, const std::stop_token& stop) const {
  const DocumentColumn& column = document_columns()[wanted.sort_column];
  std::vector<SortKey> keys;
  for (std::uint32_t place = 0; place < shown_->size(); ++place) {
    if (place % 4096 == 0)
      throw_if_cancelled(stop);
    const TableRow& row = *(*shown_)[place];
    if (wanted.filter.matches(filter_row(row, wanted.dataset)))
      keys.push_back({column.value(row), row.document.place.source, row.document.place.offset, place});
  }
  std::sort(keys.begin(), keys.end(),
            [&](const SortKey& a, const SortKey& b) { return comes_before(a, b, wanted.descending); });
  std::vector<std::uint32_t> order;
  order.reserve(keys.size());
  for (const SortKey& key : keys)
    order.push_back(key.place);
  return order;
}

} // namespace longview
