#include "store/row_filter.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <utility>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "base/error.h"
#include "filter/columns.h"

namespace longview {
namespace {

FilterValue number(double value) {
  return std::isnan(value) ? FilterValue() : FilterValue(value);
}

FilterValue text(std::string_view value) {
  return value.empty() ? FilterValue() : FilterValue(std::string(value));
}

/// What columns of numbers are made of: of a whole row, or of one that is packed.
struct Cells {
  Status status = Status::scored;
  std::uint64_t tokens = 0, segments = 0;
  double repetition = no_value;
  const DocumentNumbers& numbers;
};

/// A document that could not be read has no length, nor one whose score was imported; zero would put it among the
/// short ones.
double length(const Cells& cells, std::uint64_t value) {
  const bool unread =
      (cells.status == Status::bad_input || cells.status == Status::failed || cells.status == Status::scored) &&
      cells.tokens == 0;
  return unread ? no_value : static_cast<double>(value);
}

/// NaN where there is none.
using NumberGetter = double (*)(const Cells&);

constexpr std::pair<std::string_view, NumberGetter> number_getters[] = {
    {"tokens", [](const Cells& cells) { return length(cells, cells.tokens); }},
    {"segments", [](const Cells& cells) { return length(cells, cells.segments); }},
    {"lds", [](const Cells& cells) { return cells.numbers.lds; }},
    {"lds_mean", [](const Cells& cells) { return cells.numbers.lds_mean; }},
    {"lds_error", [](const Cells& cells) { return cells.numbers.lds_error; }},
    {"strength", [](const Cells& cells) { return cells.numbers.mean_strength; }},
    {"distance", [](const Cells& cells) { return cells.numbers.mean_distance; }},
    {"specificity", [](const Cells& cells) { return cells.numbers.mean_specificity; }},
    {"corrected_strength", [](const Cells& cells) { return cells.numbers.corrected_strength; }},
    {"corrected_lds", [](const Cells& cells) { return cells.numbers.corrected_lds; }},
    {"corrected_lds_mean", [](const Cells& cells) { return cells.numbers.corrected_lds_mean; }},
    {"corrected_lds_error", [](const Cells& cells) { return cells.numbers.corrected_lds_error; }},
    {"repetition", [](const Cells& cells) { return cells.repetition; }},
    {"copied", [](const Cells& cells) { return cells.numbers.copied; }},
    {"pairs", [](const Cells& cells) { return length(cells, cells.numbers.pair_count); }},
};

NumberGetter find_number(std::string_view column) {
  for (const auto& [known, get] : number_getters)
    if (known == column)
      return get;
  return nullptr;
}

Cells cells_of(const SharedRows& rows, std::size_t place, const DocumentNumbers& numbers) {
  return {rows.status(place), rows.tokens(place), rows.segments(place), rows.repetition(place), numbers};
}

/// What the other columns are made of, looked up only where a column needs it.
struct WholeRow {
  const TableRow& row;
  std::string_view dataset_name;

  std::string_view name() const { return row.document.name; }
  std::string_view title() const { return row.document.title; }
  std::string_view dataset() const { return dataset_name; }
  Status status() const { return row.result.status; }
  const Marks& marks() const { return row.marks; }
};
struct PackedRow {
  const TableCells& cells;
  std::size_t place;

  std::string_view name() const { return cells.rows->name(place); }
  std::string_view title() const { return cells.rows->title(place); }
  std::string_view dataset() const { return cells.dataset; }
  Status status() const { return cells.rows->status(place); }
  const Marks& marks() const { return cells.marks_of(place); }
};

/// A column of texts; null for an unknown one.
template <typename Row>
FilterValue text_value(std::string_view column, const Row& row) {
  if (column == "label")
    return row.marks().labels.empty() ? FilterValue() : FilterValue(row.marks().labels);
  return column == "id"        ? text(row.name())
         : column == "title"   ? text(row.title())
         : column == "dataset" ? text(row.dataset())
         : column == "status"  ? text(name(row.status()))
         : column == "note"    ? text(row.marks().note)
                               : FilterValue();
}

/// The scalar fields of a document, read when first asked for. Nested ones have dotted keys.
class SourceFields {
 public:
  explicit SourceFields(std::string_view json) : json_(json) {}

  FilterValue value(std::string_view key) {
    if (!parsed_)
      fields_ = nlohmann::json::parse(json_, nullptr, false);
    parsed_ = true;
    const auto field = fields_.is_object() ? fields_.find(std::string(key)) : fields_.end();
    return field == fields_.end() ? FilterValue() : scalar(*field);
  }

  /// Null for what is no scalar.
  static FilterValue scalar(const nlohmann::json& field) {
    if (field.is_number())
      return number(field.get<double>());
    if (field.is_string())
      return field.get<std::string>();
    if (field.is_boolean())
      return std::string(field.get<bool>() ? "true" : "false");
    return {};
  }

 private:
  std::string_view json_;
  bool parsed_ = false;
  nlohmann::json fields_;
};

/// Numbers before texts; no nulls here.
bool before(const FilterValue& a, const FilterValue& b) {
  return a.index() != b.index() ? a.index() < b.index() : a < b;
}

bool is_null(const FilterValue& value) {
  return std::holds_alternative<std::monostate>(value);
}

/// Of the values of a field with how often each was seen; see completion_source().
std::vector<FilterValue> worth_offering(const std::map<FilterValue, std::size_t>& seen) {
  constexpr std::size_t most = 20;
  constexpr std::size_t longest = 60; // bytes
  std::vector<std::pair<FilterValue, std::size_t>> values;
  std::size_t times = 0;
  for (const auto& [value, count] : seen) {
    times += count;
    const auto* const text = std::get_if<std::string>(&value);
    if (text ? !text->empty() && text->size() <= longest : seen.size() <= most)
      values.emplace_back(value, count);
  }
  if (times == seen.size() && seen.size() > most) // each but once: names of documents
    return {};
  std::stable_sort(values.begin(), values.end(), [](const auto& a, const auto& b) { return a.second > b.second; });
  std::vector<FilterValue> result;
  for (std::size_t k = 0; k < std::min(most, values.size()); ++k)
    result.push_back(std::move(values[k].first));
  return result;
}

} // namespace

FilterRow filter_row(const TableRow& row, std::string_view dataset_name) {
  struct Known {
    DocumentNumbers numbers;
    SourceFields fields;
  };
  // Shared, because a std::function is copied.
  const auto known = std::make_shared<Known>(Known{numbers_of(row.result), SourceFields(row.document.fields)});
  return [&row, dataset_name, known](std::string_view column) {
    const ResultRow& result = row.result;
    if (column.starts_with(source_prefix))
      return known->fields.value(column.substr(source_prefix.size()));
    if (const NumberGetter get = find_number(column))
      return number(get({result.status, result.tokens, result.segments, result.repetition, known->numbers}));
    return text_value(column, WholeRow{row, dataset_name});
  };
}

const DocumentNumbers& TableCells::numbers_of(std::size_t place) const {
  return numbers ? (*numbers)[place] : rows->numbers(place);
}

const Marks& TableCells::marks_of(std::size_t place) const {
  static const Marks none;
  const auto found = marks->find(rows->id(place));
  return found == marks->end() ? none : found->second;
}

FilterValue TableCells::value(std::string_view column, std::size_t place) const {
  if (column.starts_with(source_prefix))
    return SourceFields(rows->fields(place)).value(column.substr(source_prefix.size()));
  if (const NumberGetter get = find_number(column))
    return number(get(cells_of(*rows, place, numbers_of(place))));
  return text_value(column, PackedRow{*this, place});
}

bool TableCells::copy_numbers(std::string_view column, std::size_t begin, std::span<double> values) const {
  const NumberGetter get = find_number(column);
  for (std::size_t k = 0; get && k < values.size(); ++k)
    values[k] = get(cells_of(*rows, begin + k, numbers_of(begin + k)));
  return get != nullptr;
}

CompletionSource completion_source(const TableCells& cells, std::size_t most_rows) {
  std::map<std::string, std::map<FilterValue, std::size_t>> fields;
  const std::size_t count = cells.rows->size();
  const std::size_t step = std::max<std::size_t>(1, count / std::max<std::size_t>(1, most_rows));
  for (std::size_t place = 0; place < count; place += step) {
    const nlohmann::json object = nlohmann::json::parse(cells.rows->fields(place), nullptr, false);
    if (!object.is_object())
      continue;
    for (const auto& [key, field] : object.items())
      if (FilterValue value = SourceFields::scalar(field); !is_null(value))
        ++fields[key][std::move(value)];
  }
  CompletionSource source;
  source.sampled = step > 1;
  for (const auto& [name, values] : fields) {
    source.fields.push_back(name);
    if (std::vector<FilterValue> offered = worth_offering(values); !offered.empty())
      source.values[std::string(source_prefix) + name] = std::move(offered);
  }
  std::set<std::string> labels;
  for (const auto& [document, marks] : *cells.marks)
    labels.insert(marks.labels.begin(), marks.labels.end());
  source.labels.assign(labels.begin(), labels.end());
  if (!cells.dataset.empty())
    source.datasets = {cells.dataset};
  return source;
}

std::vector<double> column_numbers(const std::vector<TableRow>& rows, std::string_view column) {
  std::vector<double> numbers;
  numbers.reserve(rows.size());
  for (const TableRow& row : rows) {
    const FilterValue value = filter_row(row, {})(column);
    if (const double* const found = std::get_if<double>(&value))
      numbers.push_back(*found);
  }
  return numbers;
}

Filter bound_to(const Filter& filter, const std::vector<TableRow>& rows) {
  return filter.bound([&](std::string_view column) { return column_numbers(rows, column); });
}

std::vector<std::size_t> select_rows(const std::vector<TableRow>& rows, std::string_view dataset_name,
                                     const Filter& unbound) {
  const Filter filter = bound_to(unbound, rows);
  std::vector<std::size_t> kept;
  for (std::size_t k = 0; k < rows.size(); ++k) {
    if (filter.matches(filter_row(rows[k], dataset_name)))
      kept.push_back(k);
  }
  return kept;
}

namespace {

std::set<std::string> field_names(const std::vector<TableRow>& rows) {
  std::set<std::string> names;
  for (const TableRow& row : rows) {
    const nlohmann::json object = nlohmann::json::parse(row.document.fields, nullptr, false);
    if (object.is_object())
      for (const auto& [key, field] : object.items())
        names.insert(key);
  }
  return names;
}

} // namespace

std::vector<std::string> unknown_fields(const std::vector<TableRow>& rows, const Filter& filter,
                                        std::string_view place) {
  std::vector<std::string> sentences;
  for (const std::string& column : filter.columns())
    for (std::string& sentence :
         unknown_fields(rows, column, fmt::format("{}, character {}", place, filter.position_of(column))))
      sentences.push_back(std::move(sentence));
  return sentences;
}

std::vector<std::string> unknown_fields(const std::vector<TableRow>& rows, std::string_view column,
                                        std::string_view place) {
  const std::optional<Column> named = find_column(column);
  const auto has = [&](const TableRow& row) { return !is_null(filter_row(row, {})(named->name)); };
  if (rows.empty() || !named || !named->name.starts_with(source_prefix) || std::any_of(rows.begin(), rows.end(), has))
    return {};
  const std::set<std::string> known = field_names(rows);
  return {fmt::format("{}: {}", place, unknown_field(named->name, {known.begin(), known.end()}))};
}

std::vector<std::size_t> sorted_rows(const std::vector<TableRow>& rows, std::span<const std::size_t> indices,
                                     std::string_view column, bool descending) {
  const std::optional<Column> known = find_column(column);
  if (!known)
    throw Error(ErrorCode::usage, unknown_column(column), "sort");
  struct Key {
    FilterValue value;
    std::size_t index;
  };
  std::vector<Key> keys;
  keys.reserve(indices.size());
  for (const std::size_t index : indices)
    keys.push_back({filter_row(rows[index], {})(known->name), index}); // one dataset: its name sorts nothing
  std::sort(keys.begin(), keys.end(), [descending](const Key& a, const Key& b) {
    if (is_null(a.value) != is_null(b.value))
      return is_null(b.value);
    if (a.value == b.value)
      return a.index < b.index;
    return descending ? before(b.value, a.value) : before(a.value, b.value);
  });
  std::vector<std::size_t> result;
  result.reserve(keys.size());
  for (const Key& key : keys)
    result.push_back(key.index);
  return result;
}

} // namespace longview
