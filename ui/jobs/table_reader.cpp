#include "jobs/table_reader.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <thread>
#include <utility>

#include "base/cancel.h"
#include "base/parallel.h"
#include "filter/columns.h"

namespace longview {
namespace {

/// Rows that are read before something is shown, and how many times more the next time: a million rows are shown five
/// times while they come.
constexpr std::uint64_t first_portion = 4000;
constexpr std::uint64_t portion_growth = 8;
constexpr std::size_t part = 4096; ///< rows that a thread takes at a time
constexpr std::size_t most_remembered_fields = 8;

unsigned processors() {
  return std::max(1u, std::thread::hardware_concurrency());
}

double number_or_none(const FilterValue& value) {
  const double* const number = std::get_if<double>(&value);
  return number ? *number : no_value;
}

/// Numbers before texts.
bool before(const FilterValue& a, const FilterValue& b) {
  return a.index() != b.index() ? a.index() < b.index() : a < b;
}

/// Places by a number of each, those without one last either way, ties as the source has them.
std::vector<std::uint32_t> sorted_by_number(const std::vector<std::uint32_t>& places, const std::vector<double>& values,
                                            const std::vector<std::uint32_t>& source, bool descending) {
  struct Key {
    double value; ///< the smallest comes first
    std::uint32_t source, place;
  };
  std::vector<Key> keys, without;
  keys.reserve(places.size());
  for (const std::uint32_t place : places)
    (std::isnan(values[place]) ? without : keys)
        .push_back({descending ? -values[place] : values[place], source[place], place});
  const auto in_source = [](const Key& a, const Key& b) { return a.source < b.source; };
  sort_in_parts(keys, processors(),
                [&](const Key& a, const Key& b) { return a.value != b.value ? a.value < b.value : in_source(a, b); });
  sort_in_parts(without, processors(), in_source);
  std::vector<std::uint32_t> sorted;
  sorted.reserve(places.size());
  for (const std::vector<Key>* some : {&keys, &without})
    for (const Key& key : *some)
      sorted.push_back(key.place);
  return sorted;
}

/// The same for numbers and texts.
void sort_by_value(std::vector<std::uint32_t>& places, const std::vector<FilterValue>& keys,
                   const std::vector<std::uint32_t>& source, bool descending) {
  const auto none = [](const FilterValue& value) { return value.index() == 0; };
  sort_in_parts(places, processors(), [&](std::uint32_t a, std::uint32_t b) {
    if (none(keys[a]) != none(keys[b]))
      return none(keys[b]);
    if (before(keys[a], keys[b]))
      return !descending;
    if (before(keys[b], keys[a]))
      return descending;
    return source[a] < source[b];
  });
}

std::shared_ptr<const std::vector<std::uint32_t>> ranks_of(const std::vector<double>& scores) {
  std::vector<std::pair<double, std::uint32_t>> scored;
  for (std::uint32_t place = 0; place < scores.size(); ++place)
    if (!std::isnan(scores[place]))
      scored.emplace_back(-scores[place], place);
  sort_in_parts(scored, processors(), std::less<>());
  auto ranks = std::make_shared<std::vector<std::uint32_t>>(scores.size(), 0);
  for (std::size_t k = 0; k < scored.size(); ++k)
    (*ranks)[scored[k].second] = static_cast<std::uint32_t>(k + 1);
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

TableSnapshot TableReader::table(const WantedTable& wanted, const RowObserver& observer, const std::stop_token& stop) {
  if (wanted.table != table_)
    start(wanted);
  read(wanted);
  throw_if_cancelled(stop);
  derive(wanted, observer, stop);
  find_kept(wanted, stop);
  if (!wanted.hold_list || order_.empty())
    order_ = order(wanted, stop);
  TableSnapshot snapshot;
  snapshot.table = wanted.table;
  snapshot.cells = cells_;
  snapshot.completion = completion_;
  snapshot.order = order_;
  snapshot.ranks = ranks_of(numbers(ranking_column(wanted.parameters)));
  snapshot.kept = kept_;
  snapshot.figures = figures(wanted, stop);
  snapshot.complete = complete_;
  return snapshot;
}

void TableReader::start(const WantedTable& wanted) {
  connection_.close();
  table_ = wanted.table;
  seen_ = 0;
  portion_ = first_portion;
  complete_ = false;
  cells_ = {};
  cells_.dataset = wanted.dataset;
  places_ = {};
  completion_ = std::make_shared<const CompletionSource>();
  fields_of_.reset();
  field_values_.clear();
  pairs_.reset();
  parameters_.reset();
  derived_from_.reset();
  kept_.reset();
  order_.clear();
}

/// A portion of what is new.
void TableReader::read(const WantedTable& wanted) {
  RowPacker fresh;
  const std::uint64_t count =
      connection_.to(wanted.project).table_since(*wanted.run, seen_, portion_, [&](const TableRow& row) {
        fresh.add(row);
      });
  complete_ = count < portion_;
  if (!complete_)
    portion_ *= portion_growth;
  if (count > 0) {
    take_rows(std::move(fresh), count); // first: they are not read again if the marks cannot be read now
    lacks_marks_ = true;
  }
  const bool news = lacks_marks_;
  const bool other_marks = read_marks(wanted);
  if (news || other_marks)
    completion_ = std::make_shared<const CompletionSource>(completion_source(cells_));
}

void TableReader::take_rows(RowPacker fresh, std::uint64_t count) {
  SharedRows rows = *cells_.rows; // the shown ones are shared with the window
  rows.reserve(rows.size() + count);
  for (const auto& block : std::move(fresh).blocks())
    add_block(block, rows);
  places_.settle(); // of a document there is one row in a portion
  cells_.rows = std::make_shared<const SharedRows>(std::move(rows));
  field_values_.clear();
  source_places_.clear();
}

/// Rows of documents that came before replace those.
void TableReader::add_block(const std::shared_ptr<const RowBlock>& block, SharedRows& rows) {
  const std::uint32_t number = rows.add_block(block);
  for (std::uint32_t k = 0; k < block->size(); ++k) {
    if (const auto place = places_.find(block->id(k))) {
      rows.replace(*place, {number, k});
    } else {
      places_.add(block->id(k), static_cast<std::uint32_t>(rows.size()));
      rows.push_back({number, k});
    }
  }
}

bool TableReader::read_marks(const WantedTable& wanted) {
  if (!lacks_marks_ && marks_ == wanted.marks)
    return false;
  DocumentMarks marks = connection_.to(wanted.project).marks(*wanted.run);
  marks_ = wanted.marks;
  lacks_marks_ = false;
  if (marks == *cells_.marks)
    return false;
  cells_.marks = std::make_shared<const DocumentMarks>(std::move(marks));
  return true;
}

void TableReader::derive(const WantedTable& wanted, const RowObserver& observer, const std::stop_token& stop) {
  if (wanted.parameters == wanted.settings.parameters) {
    cells_.numbers.reset();
    parameters_.reset();
    return;
  }
  if (parameters_ == wanted.parameters && derived_from_ == cells_.rows)
    return;
  if (!pairs_)
    pairs_.emplace(wanted.project, *wanted.run, wanted.settings.sampling);
  pairs_->read(*cells_.rows, observer, stop);
  cells_.numbers =
      std::make_shared<const std::vector<DocumentNumbers>>(pairs_->numbers(*cells_.rows, wanted.parameters, stop));
  parameters_ = wanted.parameters;
  derived_from_ = cells_.rows;
}

std::shared_ptr<const TableReader::Values> TableReader::values(const std::string& column) {
  if (const auto found = field_values_.find(column); found != field_values_.end())
    return found->second;
  const DocumentColumn as_shown{column, {}, {}};
  auto values = std::make_shared<Values>(cells_.rows->size());
  in_parts(values->size(), part, processors(), [&](std::size_t begin, std::size_t end) {
    for (std::size_t place = begin; place < end; ++place)
      (*values)[place] = column_value(as_shown, cells_, place);
  });
  if (column.starts_with(source_prefix)) { // each is parsed out of JSON
    if (field_values_.size() >= most_remembered_fields)
      field_values_.clear();
    field_values_[column] = values;
  }
  return values;
}

std::vector<double> TableReader::numbers(const std::string& column) {
  std::vector<double> numbers(cells_.rows->size());
  const bool remembered = column.starts_with(source_prefix);
  const std::shared_ptr<const Values> known = remembered ? values(column) : nullptr;
  in_parts(numbers.size(), part, processors(), [&](std::size_t begin, std::size_t end) {
    if (!remembered && cells_.copy_numbers(column, begin, std::span(numbers).subspan(begin, end - begin)))
      return;
    for (std::size_t place = begin; place < end; ++place)
      numbers[place] = number_or_none(remembered ? (*known)[place] : cells_.value(column, place));
  });
  return numbers;
}

void TableReader::find_kept(const WantedTable& wanted, const std::stop_token& stop) {
  auto kept = std::make_shared<std::vector<std::uint8_t>>(cells_.rows->size(), wanted.removed ? 0 : 1);
  if (!wanted.filter.columns().empty()) {
    std::map<std::string, std::shared_ptr<const Values>, std::less<>> known;
    for (const std::string& column : wanted.filter.columns())
      if (column.starts_with(source_prefix))
        known[column] = values(column);
    const Filter filter = wanted.filter.bound([&](std::string_view column) {
      std::vector<double> all = numbers(std::string(column));
      std::erase_if(all, [](double value) { return std::isnan(value); });
      return all;
    });
    in_parts(kept->size(), part, processors(), [&](std::size_t begin, std::size_t end) {
      throw_if_cancelled(stop);
      std::size_t place = begin;
      const FilterRow row = [&](std::string_view column) {
        const auto found = column.starts_with(source_prefix) ? known.find(column) : known.end();
        return found == known.end() ? cells_.value(column, place) : (*found->second)[place];
      };
      for (; place < end; ++place)
        (*kept)[place] = filter.matches(row) != wanted.removed;
    });
  }
  kept_ = std::move(kept);
}

/// By place: how many rows the source has before it.
const std::vector<std::uint32_t>& TableReader::source_places() {
  const SharedRows& rows = *cells_.rows;
  if (source_places_.size() == rows.size())
    return source_places_;
  std::vector<std::uint32_t> order(rows.size());
  std::iota(order.begin(), order.end(), 0u);
  const auto first = [&](std::uint32_t a, std::uint32_t b) {
    return std::pair(rows.source(a), rows.offset(a)) < std::pair(rows.source(b), rows.offset(b));
  };
  if (!std::is_sorted(order.begin(), order.end(), first))
    std::sort(order.begin(), order.end(), first);
  source_places_.resize(rows.size());
  for (std::uint32_t k = 0; k < order.size(); ++k)
    source_places_[order[k]] = k;
  return source_places_;
}

std::vector<std::uint32_t> TableReader::order(const WantedTable& wanted, const std::stop_token& stop) {
  std::vector<std::uint32_t> places;
  for (std::uint32_t place = 0; place < kept_->size(); ++place)
    if ((*kept_)[place])
      places.push_back(place);
  throw_if_cancelled(stop);
  const auto& fixed = document_columns();
  const auto column = std::find_if(fixed.begin(), fixed.end(),
                                   [&](const DocumentColumn& one) { return one.key == wanted.sort_column; });
  const bool numeric = column != fixed.end() && column->type != ColumnType::text;
  if (numeric)
    return sorted_by_number(places, numbers(wanted.sort_column), source_places(), wanted.descending);
  sort_by_value(places, *values(wanted.sort_column), source_places(), wanted.descending);
  return places;
}

TableFigures TableReader::figures(const WantedTable& wanted, const std::stop_token& stop) {
  TableFigures figures;
  const std::vector<double> tokens = numbers("tokens");
  for (std::size_t place = 0; place < tokens.size(); ++place)
    if ((*kept_)[place]) {
      ++figures.documents;
      figures.tokens += std::isnan(tokens[place]) ? 0 : static_cast<std::uint64_t>(tokens[place]);
    }
  if (!wanted.histogram.column.empty())
    figures.histogram = column_histogram(wanted.histogram, numbers(wanted.histogram.column), tokens, *kept_);
  for (const std::string& column : wanted.summaries) {
    throw_if_cancelled(stop);
    std::vector<double> values = numbers(column);
    std::size_t count = 0;
    for (std::size_t place = 0; place < values.size(); ++place)
      if ((*kept_)[place])
        values[count++] = values[place];
    values.resize(count);
    figures.summaries.push_back(summarise(column, std::move(values)));
  }
  figures.group_column = wanted.group;
  if (!wanted.group.empty())
    figures.groups = count_groups(*values(wanted.group), tokens, *kept_);
  return figures;
}

} // namespace longview
