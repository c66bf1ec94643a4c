#include "jobs/table_feed.h"

#include <algorithm>
#include <cmath>
#include <unordered_map>
#include <utility>

#include "base/cancel.h"
#include "jobs/project_connection.h"
#include "models/document_columns.h"
#include "store/row_filter.h"

namespace longview {
namespace {

enum Kind : Background::Kind { read_contents_kind, table_kind };

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

const StoredDataset* ProjectContents::dataset(DatasetId id) const {
  const auto found = std::find_if(datasets.begin(), datasets.end(), [id](const auto& entry) { return entry.id == id; });
  return found == datasets.end() ? nullptr : &*found;
}

const RunInfo* ProjectContents::run(RunId id) const {
  const auto found = std::find_if(runs.begin(), runs.end(), [id](const auto& entry) { return entry.stored.id == id; });
  return found == runs.end() ? nullptr : &*found;
}

const RunInfo* ProjectContents::newest_run(DatasetId id) const {
  const auto found =
      std::find_if(runs.rbegin(), runs.rend(), [id](const auto& entry) { return entry.stored.identity.dataset == id; });
  return found == runs.rend() ? nullptr : &*found;
}

struct TableFeed::Wanted {
  std::uint64_t table = 0; ///< counts up with every other run or reload
  std::filesystem::path project;
  std::optional<RunId> run;
  std::string dataset;
  ScoreKind ranked_by = ScoreKind::mean;
  Filter filter;
  std::size_t sort_column = document_column("lds_mean");
  bool descending = true;
};

/// The thread's side: what was read so far.
class TableFeed::Reader {
 public:
  ProjectContents contents(const std::filesystem::path& path) {
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

  TableSnapshot table(const Wanted& wanted, const std::stop_token& stop) {
    read(wanted);
    throw_if_cancelled(stop);
    TableSnapshot snapshot;
    snapshot.table = wanted.table;
    snapshot.rows = rows_;
    snapshot.ranks = ranks_of(*rows_, wanted.ranked_by);
    snapshot.order = order(wanted, stop);
    return snapshot;
  }

 private:
  void read(const Wanted& wanted) {
    if (wanted.table != table_) {
      connection_.close();
      table_ = wanted.table;
      seen_ = 0;
      rows_ = std::make_shared<const TableSnapshot::Rows>();
      places_.clear();
    }
    std::vector<TableRow> fresh = connection_.to(wanted.project).table_since(*wanted.run, seen_);
    if (fresh.empty())
      return;
    TableSnapshot::Rows rows = *rows_; // the shown ones are shared with the window
    for (TableRow& row : fresh) {
      const auto [place, is_new] = places_.try_emplace(row.document.id, rows.size());
      auto shared = std::make_shared<const TableRow>(std::move(row));
      if (is_new)
        rows.push_back(std::move(shared));
      else
        rows[place->second] = std::move(shared);
    }
    rows_ = std::make_shared<const TableSnapshot::Rows>(std::move(rows));
  }

  std::vector<std::uint32_t> order(const Wanted& wanted, const std::stop_token& stop) const {
    const DocumentColumn& column = document_columns()[wanted.sort_column];
    std::vector<SortKey> keys;
    for (std::uint32_t place = 0; place < rows_->size(); ++place) {
      if (place % 4096 == 0)
        throw_if_cancelled(stop);
      const TableRow& row = *(*rows_)[place];
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

  ProjectConnection connection_;
  std::uint64_t table_ = 0;
  std::int64_t seen_ = 0;
  std::shared_ptr<const TableSnapshot::Rows> rows_ = std::make_shared<const TableSnapshot::Rows>();
  std::unordered_map<DocumentId, std::size_t> places_;
};

TableFeed::TableFeed(QObject* parent)
    : QObject(parent), reader_(std::make_shared<Reader>()), wanted_(std::make_unique<Wanted>()) {}

TableFeed::~TableFeed() = default;

void TableFeed::read_contents(const std::filesystem::path& project) {
  background_.request(
      read_contents_kind, [reader = reader_, project](std::stop_token) { return reader->contents(project); },
      [this](ProjectContents contents) { emit contents_ready(contents); },
      [this](const Error& error) { emit failed(error); });
}

void TableFeed::show_run(const std::filesystem::path& project, RunId run, const std::string& dataset,
                         ScoreKind ranked_by) {
  ++wanted_->table;
  wanted_->project = project;
  wanted_->run = run;
  wanted_->dataset = dataset;
  wanted_->ranked_by = ranked_by;
  request();
}

void TableFeed::clear() {
  wanted_->run.reset();
  again_ = false;
  background_.cancel(table_kind);
}

void TableFeed::refresh() {
  again_ = busy();
  if (wanted_->run && !again_)
    request();
}

void TableFeed::answered() {
  if (std::exchange(again_, false))
    refresh();
}

void TableFeed::reload() {
  ++wanted_->table;
  if (wanted_->run)
    request();
}

void TableFeed::set_filter(const Filter& filter) {
  wanted_->filter = filter;
  if (wanted_->run)
    request();
}

void TableFeed::set_sort(std::size_t column, bool descending) {
  if (column == wanted_->sort_column && descending == wanted_->descending)
    return;
  wanted_->sort_column = column;
  wanted_->descending = descending;
  if (wanted_->run)
    request();
}

bool TableFeed::busy() const {
  return background_.busy(table_kind);
}

void TableFeed::request() {
  background_.request(
      table_kind, [reader = reader_, wanted = *wanted_](std::stop_token stop) { return reader->table(wanted, stop); },
      [this](const TableSnapshot& snapshot) {
        emit table_ready(snapshot);
        answered();
      },
      [this](const Error& error) {
        emit failed(error);
        answered();
      });
}

} // namespace longview
