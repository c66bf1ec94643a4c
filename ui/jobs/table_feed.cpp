#include "jobs/table_feed.h"

#include <algorithm>
#include <utility>

#include "jobs/table_reader.h"

namespace longview {
namespace {

enum Kind : Background::Kind { read_contents_kind, table_kind };

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

TableFeed::TableFeed(QObject* parent)
    : QObject(parent), reader_(std::make_shared<TableReader>()), wanted_(std::make_unique<WantedTable>()) {}

TableFeed::~TableFeed() = default;

void TableFeed::read_contents(const std::filesystem::path& project) {
  background_.request(
      read_contents_kind, [reader = reader_, project](std::stop_token) { return reader->contents(project); },
      [this](ProjectContents contents) { emit contents_ready(contents); },
      [this](const Error& error) { emit failed(error); });
}

void TableFeed::show_run(const std::filesystem::path& project, const RunInfo& run, const std::string& dataset,
                         const LiveParameters& parameters) {
  ++wanted_->table;
  wanted_->project = project;
  wanted_->run = run.stored.id;
  wanted_->settings = run.settings;
  wanted_->dataset = dataset;
  wanted_->parameters = parameters;
  moving_ = false;
  start();
}

template <typename T, typename U>
void TableFeed::change(T WantedTable::*what, const U& value) {
  if ((*wanted_).*what == value)
    return;
  (*wanted_).*what = value;
  request();
}

void TableFeed::set_parameters(const LiveParameters& parameters, bool moving) {
  if (parameters == wanted_->parameters && moving == moving_)
    return;
  wanted_->parameters = parameters;
  moving_ = moving;
  request();
}

void TableFeed::clear() {
  wanted_->run.reset();
  again_ = false;
  background_.cancel(table_kind);
}

void TableFeed::refresh() {
  request();
}

void TableFeed::reload() {
  ++wanted_->table;
  if (wanted_->run)
    start();
}

void TableFeed::set_filter(const Filter& filter) {
  wanted_->filter = filter;
  list_anew_ = true;
  request();
}

void TableFeed::set_sort(const std::string& column, bool descending) {
  if (column == wanted_->sort_column && descending == wanted_->descending)
    return;
  wanted_->sort_column = column;
  wanted_->descending = descending;
  list_anew_ = true;
  request();
}

void TableFeed::set_removed(bool removed) {
  list_anew_ = true;
  change(&WantedTable::removed, removed);
}

void TableFeed::set_list_fixed(bool fixed) {
  list_fixed_ = fixed;
  if (!fixed)
    request();
}

void TableFeed::set_histogram(const HistogramWish& wish) {
  change(&WantedTable::histogram, wish);
}

void TableFeed::set_summaries(const std::vector<std::string>& columns) {
  change(&WantedTable::summaries, columns);
}

void TableFeed::set_group(const std::string& column) {
  change(&WantedTable::group, column);
}

void TableFeed::marks_changed() {
  ++wanted_->marks;
  request();
}

bool TableFeed::busy() const {
  return background_.busy(table_kind);
}

const LiveParameters& TableFeed::parameters() const {
  return wanted_->parameters;
}

/// One at a time: were each new one to end the one before, a slider that moves faster than the table follows would
/// hold the table still. Another run or project does end it: see show_run().
void TableFeed::request() {
  if (!wanted_->run)
    return;
  if (!busy()) {
    start();
    return;
  }
  again_ = true;
}

void TableFeed::start() {
  again_ = false;
  const bool anew = std::exchange(list_anew_, false);
  wanted_->hold_list = (moving_ || list_fixed_) && !anew;
  const RowObserver observer = [this](std::size_t done, std::size_t total) { emit progressed(done, total); };
  background_.request(
      table_kind,
      [reader = reader_, wanted = *wanted_, observer](std::stop_token stop) {
        return reader->table(wanted, observer, stop);
      },
      [this](const TableSnapshot& snapshot) {
        emit table_ready(snapshot);
        answered(snapshot.complete);
      },
      [this](const Error& error) {
        emit failed(error);
        answered(true);
      });
}

void TableFeed::answered(bool complete) {
  if (wanted_->run && !busy() && (!complete || again_))
    start();
}

} // namespace longview
