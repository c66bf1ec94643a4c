#include "store/row_filter.h"

#include <algorithm>
#include <cmath>
#include <memory>
#include <string>
#include <utility>

#include <nlohmann/json.hpp>

#include "base/error.h"
#include "filter/columns.h"

namespace longview {
namespace {

constexpr std::string_view source_prefix = "source.";

FilterValue number(double value) {
  return std::isnan(value) ? FilterValue() : FilterValue(value);
}

FilterValue text(std::string_view value) {
  return value.empty() ? FilterValue() : FilterValue(std::string(value));
}

/// A document that could not be read has no length, nor one whose score was imported; zero would put it among the
/// short ones.
FilterValue length(const ResultRow& row, std::uint64_t value) {
  const bool unread =
      (row.status == Status::bad_input || row.status == Status::failed || row.status == Status::scored) &&
      row.tokens == 0;
  return unread ? FilterValue() : FilterValue(static_cast<double>(value));
}

using Getter = FilterValue (*)(const TableRow&, std::string_view dataset_name);

constexpr std::pair<std::string_view, Getter> getters[] = {
    {"id", [](const TableRow& row, std::string_view) { return text(row.document.name); }},
    {"title", [](const TableRow& row, std::string_view) { return text(row.document.title); }},
    {"dataset", [](const TableRow&, std::string_view dataset_name) { return text(dataset_name); }},
    {"status", [](const TableRow& row, std::string_view) { return text(name(row.result.status)); }},
    {"tokens", [](const TableRow& row, std::string_view) { return length(row.result, row.result.tokens); }},
    {"segments", [](const TableRow& row, std::string_view) { return length(row.result, row.result.segments); }},
    {"lds", [](const TableRow& row, std::string_view) { return number(row.result.lds); }},
    {"lds_mean", [](const TableRow& row, std::string_view) { return number(row.result.lds_mean); }},
    {"lds_error", [](const TableRow& row, std::string_view) { return number(row.result.lds_error); }},
    {"strength", [](const TableRow& row, std::string_view) { return number(row.result.strength); }},
    {"distance", [](const TableRow& row, std::string_view) { return number(row.result.distance); }},
    {"specificity", [](const TableRow& row, std::string_view) { return number(row.result.specificity); }},
    {"corrected_strength", [](const TableRow& row, std::string_view) { return number(row.result.corrected_strength); }},
    {"corrected_lds", [](const TableRow& row, std::string_view) { return number(row.result.corrected_lds); }},
    {"corrected_lds_mean", [](const TableRow& row, std::string_view) { return number(row.result.corrected_lds_mean); }},
    {"corrected_lds_error",
     [](const TableRow& row, std::string_view) { return number(row.result.corrected_lds_error); }},
    {"repetition", [](const TableRow& row, std::string_view) { return number(row.result.repetition); }},
    {"copied", [](const TableRow& row, std::string_view) { return number(row.result.copied); }},
    {"label", [](const TableRow& row,
                 std::string_view) { return row.labels.empty() ? FilterValue() : FilterValue(row.labels); }},
};

/// The scalar fields of a document, read when first asked for. Nested ones have dotted keys.
class SourceFields {
 public:
  explicit SourceFields(const std::string& json) : json_(json) {}

  FilterValue value(std::string_view key) {
    if (!parsed_)
      fields_ = nlohmann::json::parse(json_, nullptr, false);
    parsed_ = true;
    const auto field = fields_.is_object() ? fields_.find(std::string(key)) : fields_.end();
    return field == fields_.end() ? FilterValue() : scalar(*field);
  }

 private:
  static FilterValue scalar(const nlohmann::json& field) {
    if (field.is_number())
      return number(field.get<double>());
    if (field.is_string())
      return field.get<std::string>();
    if (field.is_boolean())
      return std::string(field.get<bool>() ? "true" : "false");
    return {};
  }

  const std::string& json_;
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

} // namespace

FilterRow filter_row(const TableRow& row, std::string_view dataset_name) {
  // Shared, because a std::function is copied.
  return [&row, dataset_name, fields = std::make_shared<SourceFields>(row.document.fields)](std::string_view column) {
    if (column.starts_with(source_prefix))
      return fields->value(column.substr(source_prefix.size()));
    for (const auto& [known, get] : getters) {
      if (known == column)
        return get(row, dataset_name);
    }
    return FilterValue();
  };
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
