// Which sides are meant, and what their documents say.
#include <algorithm>
#include <charconv>
#include <set>

#include <fmt/format.h>

#include "base/cancel.h"
#include "base/error.h"
#include "base/plain_text.h"
#include "base/progress.h"
#include "compare/sides.h"
#include "filter/columns.h"
#include "store/row_filter.h"

namespace longview {
namespace {

namespace fs = std::filesystem;

constexpr std::uint32_t profile_bins = 16;

SideChoice parse_side(const std::string& word) {
  std::error_code ignored;
  if (fs::exists(word, ignored))
    return {word, {}, {}};
  const std::size_t colon = word.rfind(':');
  if (colon == std::string::npos || colon == 0 || !fs::exists(word.substr(0, colon), ignored))
    throw Error(ErrorCode::not_found, "there is no such project; a side is PROJECT, PROJECT:DATASET or PROJECT:RUN",
                word);
  SideChoice choice{word.substr(0, colon), word.substr(colon + 1), {}};
  if (choice.dataset.empty())
    throw Error(ErrorCode::usage, "the name of a dataset or the number of a run is missing behind the colon", word);
  const Project project = Project::open(choice.project, Project::Mode::read_only);
  const std::vector<StoredDataset> datasets = project.datasets();
  const bool is_dataset = std::any_of(datasets.begin(), datasets.end(),
                                      [&](const StoredDataset& one) { return one.name == choice.dataset; });
  std::int64_t number = 0;
  const char* const end = choice.dataset.data() + choice.dataset.size();
  const auto [stop, failure] = std::from_chars(choice.dataset.data(), end, number);
  if (!is_dataset && failure == std::errc() && stop == end) {
    choice.run = number;
    choice.dataset.clear();
  }
  return choice;
}

/// A cell as names of groups: a number as it is written, each label for itself, nothing as "none".
std::vector<std::string> group_values(const FilterValue& cell) {
  if (const auto* texts = std::get_if<FilterTexts>(&cell); texts && !texts->empty())
    return *texts;
  if (const auto* text = std::get_if<std::string>(&cell))
    return {*text};
  if (const auto* number = std::get_if<double>(&cell))
    return {fmt::format("{}", *number)};
  return {"none"};
}

/// Of all documents, whatever the filter keeps.
std::vector<std::string> fields_nobody_has(const std::vector<TableRow>& rows, const Filter& filter,
                                           const CompareOptions& options) {
  std::vector<std::string> sentences = unknown_fields(rows, filter, "filter");
  for (const auto& [name, place] : {std::pair(options.column, "column"), std::pair(options.group, "group")})
    for (std::string& sentence : unknown_fields(rows, name, place))
      sentences.push_back(std::move(sentence));
  return sentences;
}

std::string dataset_and_run(const Side& side) {
  return fmt::format("{}, run {}", side.view.dataset.name, static_cast<std::int64_t>(side.view.run.id));
}

} // namespace

std::vector<SideChoice> parse_sides(const std::vector<std::string>& words) {
  std::vector<SideChoice> sides;
  for (const std::string& word : words)
    sides.push_back(parse_side(word));
  if (sides.size() != 1 || !sides.front().dataset.empty() || sides.front().run)
    return sides;
  const fs::path path = sides.front().project;
  const Project project = Project::open(path, Project::Mode::read_only);
  std::set<DatasetId> with_runs;
  for (const StoredRun& run : project.runs())
    with_runs.insert(run.identity.dataset);
  std::vector<SideChoice> each;
  std::set<std::string> names;
  for (const StoredDataset& dataset : project.datasets())
    if (with_runs.contains(dataset.id) && names.insert(dataset.name).second)
      each.push_back({path, dataset.name, {}});
  return each.size() > 1 ? each : sides;
}

LoadedSide load_side(const SideChoice& choice, const CompareOptions& options, const std::stop_token& stop) {
  LoadedSide loaded{Project::open(choice.project, Project::Mode::read_only), {}, {}, {}};
  Side& side = loaded.side;
  side.project = choice.project;
  side.view = choose_run(loaded.project, choice.dataset, choice.run);
  side.parameters =
      options.parameters ? options.parameters(side.view.settings.parameters) : side.view.settings.parameters;
  std::vector<TableRow> rows = table_with(loaded.project, side.view, side.parameters, {}, stop);
  side.documents = rows.size();
  const Filter filter = Filter::parse(options.where.empty() ? "status = \"scored\"" : options.where);
  loaded.unknown_fields = fields_nobody_has(rows, filter, options);
  for (const std::size_t k : select_rows(rows, side.view.dataset.name, filter))
    loaded.rows.push_back(std::move(rows[k]));
  return loaded;
}

void read_values(LoadedSide& loaded, const std::string& column, const std::string& group) {
  Side& side = loaded.side;
  for (const TableRow& row : loaded.rows) {
    const FilterRow cells = filter_row(row, side.view.dataset.name);
    const auto number = [&](std::string_view name) {
      const FilterValue value = cells(name);
      const double* const found = std::get_if<double>(&value);
      return found ? *found : no_value;
    };
    side.values.push_back(number(column));
    const double tokens = number("tokens");
    side.tokens.push_back(tokens > 0 ? tokens : no_value);
    side.specificity.push_back(number("specificity"));
    side.hashes.push_back(row.document.text_hash);
    side.names.push_back(row.document.name);
    side.ids.push_back(row.document.id);
    if (!group.empty())
      side.group_values.push_back(group_values(cells(group)));
  }
}

void read_profiles(std::vector<LoadedSide>& sides, PairValue value, const CompareOptions& options,
                   const std::stop_token& stop) {
  std::uint64_t longest = 0;
  std::size_t done = 0, documents = 0;
  Throttle throttle;
  for (const LoadedSide& loaded : sides) {
    documents += loaded.rows.size();
    for (const TableRow& row : loaded.rows)
      longest = std::max(longest, row.result.segments);
  }
  if (longest < 2)
    return;
  const auto bins = DistanceBins::make(BinScale::logarithmic, static_cast<std::uint32_t>(longest - 1), profile_bins);
  for (LoadedSide& loaded : sides) {
    ProfileUnits units(bins);
    for (const TableRow& row : loaded.rows) {
      throw_if_cancelled(stop);
      if (options.progress && throttle.due())
        options.progress(done, documents);
      ++done;
      const auto data = loaded.project.result_data(loaded.side.view.run.id, row.document.id);
      if (!data || data->pairs.pairs.empty())
        continue;
      units.add_document(data->pairs, derive(data->pairs, loaded.side.view.settings.sampling, loaded.side.parameters),
                         value);
    }
    if (units.count() > 0)
      loaded.side.profile = profile_band(units, UnitWeight::equal, options.bootstrap);
  }
}

void name_sides(std::vector<Side>& sides) {
  const auto all_differ = [&](const auto& label) {
    std::set<std::string> labels;
    for (const Side& side : sides)
      labels.insert(label(side));
    return labels.size() == sides.size();
  };
  const auto by_dataset = [](const Side& side) { return side.view.dataset.name; };
  const auto by_run = [](const Side& side) { return dataset_and_run(side); };
  const auto by_project = [](const Side& side) {
    return fmt::format("{}: {}", side.project.filename().string(), dataset_and_run(side));
  };
  const bool datasets = all_differ(by_dataset), runs = all_differ(by_run), projects = all_differ(by_project);
  for (std::size_t k = 0; k < sides.size(); ++k) {
    Side& side = sides[k];
    side.label = datasets ? by_dataset(side) : runs ? by_run(side) : by_project(side);
    if (!datasets && !runs && !projects)
      side.label = fmt::format("{} ({})", side.label, k + 1);
  }
}

} // namespace longview
