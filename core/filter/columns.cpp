#include "filter/columns.h"

#include <algorithm>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "filter/filter.h"
#include "filter/nearest.h"
#include "scoring/status.h"

namespace longview {
namespace {

constexpr std::size_t most_suggestions = 3;

std::string lower(std::string_view text) {
  std::string result(text);
  for (char& c : result)
    c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  return result;
}

/// "scored", "too_short", ... or "failed"
std::string status_help() {
  std::string help;
  for (std::size_t k = 0; k < status_names.size(); ++k)
    help += fmt::format("{}\"{}\"", k == 0 ? "" : k + 1 < status_names.size() ? ", " : " or ", status_names[k].second);
  return help;
}

} // namespace

const std::vector<FilterColumn>& filter_columns() {
  static const std::string statuses = status_help();
  static const std::vector<FilterColumn> columns{
      {"id", false, "name of the document: its id field, or FILE:LINE"},
      {"title", false, "title of the document"},
      {"dataset", false, "dataset the document belongs to"},
      {"status", false, statuses},
      {"tokens", true, "length of the document in tokens"},
      {"segments", true, "whole segments in the document"},
      {"lds", true, "Long Dependency Score, the sum over the scored pairs"},
      {"lds_mean", true, "mean Long Dependency Score, comparable between documents"},
      {"lds_error", true, "standard error of lds_mean"},
      {"strength", true, "mean dependency strength of the scored pairs"},
      {"distance", true, "mean dependency distance of the scored pairs, 0 to 1"},
      {"specificity", true, "mean dependency specificity of the rows, 0 to 1"},
      {"corrected_strength", true, "strength less what control prefixes give (runs with --controls)"},
      {"corrected_lds", true, "lds of the corrected strengths"},
      {"corrected_lds_mean", true, "lds_mean of the corrected strengths"},
      {"corrected_lds_error", true, "standard error of corrected_lds_mean"},
      {"repetition", true, "how much the text repeats itself: 1 - compressed size / size"},
      {"copied", true, "of the linked pairs: share of the target's word sequences that the prefix has too"},
      {"pairs", true, "pairs of segments that were scored"},
      {"label", false, "labels given to the document (command label); several meet a condition where one does"},
      {"note", false, "note that somebody wrote about the document (command note)"},
  };
  return columns;
}

std::optional<Column> find_column(std::string_view name) {
  const std::string folded = lower(name.substr(0, source_prefix.size()));
  if (folded == source_prefix && name.size() > source_prefix.size())
    return Column{folded + std::string(name.substr(source_prefix.size())), Column::Kind::any};
  const std::string wanted = lower(name);
  for (const FilterColumn& column : filter_columns()) {
    if (column.name == wanted)
      return Column{wanted, column.numeric ? Column::Kind::number : Column::Kind::text};
  }
  return std::nullopt;
}

std::string unknown_column(std::string_view name) {
  const std::string folded = lower(name);
  if (folded == "source" || folded == source_prefix)
    return "source needs the name of a field, as in source.year";
  std::vector<std::string> names;
  for (const FilterColumn& column : filter_columns())
    names.emplace_back(column.name);
  const std::vector<std::string> near = nearest(name, names, most_suggestions);
  if (!near.empty())
    return fmt::format("there is no column {}; near: {}", name, fmt::join(near, ", "));
  return fmt::format("there is no column {}; there are {}, and source.FIELD for the fields of the input", name,
                     fmt::join(names, ", "));
}

const std::vector<std::string>& status_words() {
  static const std::vector<std::string> words = [] {
    std::vector<std::string> names;
    for (const auto& [status, word] : status_names)
      names.emplace_back(word);
    return names;
  }();
  return words;
}

std::string unknown_field(std::string_view column, const std::vector<std::string>& fields) {
  const std::string_view field = column.substr(std::min(column.size(), source_prefix.size()));
  const std::vector<std::string> near = nearest(field, fields, most_suggestions);
  const std::string what = fmt::format("no document has a number or text in a field {}", field);
  return near.empty() ? what : fmt::format("{}; near: {}", what, fmt::join(near, ", "));
}

} // namespace longview
