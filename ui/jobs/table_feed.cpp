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
  wanted_->keep_order = false;
  request();
}

void TableFeed::set_parameters(const LiveParameters& parameters, bool keep_order) {
  if (parameters == wanted_->parameters && keep_order == wanted_->keep_order)
    return;
  wanted_->parameters = parameters;
  wanted_->keep_order = keep_order;
  if (wanted_->run)
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
