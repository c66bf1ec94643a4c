#include "compare/labelled_test.h"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "analysis/sample.h"
#include "analysis/two_sample.h"
#include "base/cancel.h"
#include "base/error.h"
#include "filter/columns.h"
#include "scoring/random.h"
#include "store/row_filter.h"

namespace longview {
namespace {

const std::vector<std::string> score_columns = {
    "lds",        "lds_mean", "strength", "specificity", "corrected_lds", "corrected_lds_mean", "corrected_strength",
    "repetition", "copied"};

std::vector<std::string> chosen_columns(const LabelledTestOptions& options) {
  if (options.columns.empty())
    return score_columns;
  std::vector<std::string> columns;
  for (const std::string& name : options.columns) {
    const std::optional<Column> column = find_column(name);
    if (!column)
      throw Error(ErrorCode::usage, unknown_column(name), "columns");
    columns.push_back(column->name);
  }
  return columns;
}

std::vector<double> values_of(const std::vector<TableRow>& rows, const std::vector<std::size_t>& places,
                              const std::string& column) {
  std::vector<double> values;
  for (const std::size_t k : places) {
    const FilterValue cell = filter_row(rows[k], {})(column);
    if (const double* const number = std::get_if<double>(&cell))
      values.push_back(*number);
  }
  return values;
}

std::vector<double> drawn_from(const std::vector<double>& values, Stream& stream) {
  std::vector<double> drawn(values.size());
  for (double& value : drawn)
    value = values[stream.below(values.size())];
  return drawn;
}

LabelledScore score_of(const std::string& column, const std::vector<double>& positive,
                       const std::vector<double>& negative, const LabelledTestOptions& options) {
  LabelledScore score{column,   positive.size(), negative.size(), mann_whitney(positive, negative).auc,
                      no_value, no_value};
  Stream stream(options.seed);
  std::vector<double> drawn;
  for (std::uint32_t k = 0; k < options.resamples; ++k)
    drawn.push_back(mann_whitney(drawn_from(positive, stream), drawn_from(negative, stream)).auc);
  std::sort(drawn.begin(), drawn.end());
  score.low = quantile(drawn, 0.025);
  score.high = quantile(drawn, 0.975);
  return score;
}

std::vector<LabelledScore> scores_of(const std::vector<TableRow>& rows, const RunView& view, const Filter& positive,
                                     const Filter& negative, const LabelledTestOptions& options) {
  std::vector<std::size_t> high, low;
  const Filter is_high = bound_to(positive, rows), is_low = bound_to(negative, rows);
  for (std::size_t k = 0; k < rows.size(); ++k) {
    if (rows[k].result.status != Status::scored)
      continue;
    const FilterRow cells = filter_row(rows[k], view.dataset.name);
    if (is_high.matches(cells))
      high.push_back(k);
    else if (is_low.matches(cells))
      low.push_back(k);
  }
  std::vector<LabelledScore> scores;
  for (const std::string& column : chosen_columns(options)) {
    const std::vector<double> a = values_of(rows, high, column), b = values_of(rows, low, column);
    if (!a.empty() && !b.empty())
      scores.push_back(score_of(column, a, b, options));
  }
  return scores;
}

} // namespace

std::vector<LabelledRun> labelled_test(const Project& project, const LabelledTestOptions& options,
                                       std::stop_token stop) {
  const Filter positive = Filter::parse(options.positive), negative = Filter::parse(options.negative);
  if (positive.columns().empty())
    throw Error(ErrorCode::usage, "a labelled test needs a filter for the documents that should score high");
  std::vector<LabelledRun> runs;
  for (const StoredRun& run : project.runs()) {
    throw_if_cancelled(stop);
    LabelledRun tested;
    tested.view = choose_run(project, {}, static_cast<std::int64_t>(run.id));
    if (!options.dataset.empty() && tested.view.dataset.name != options.dataset)
      continue;
    tested.parameters =
        options.parameters ? options.parameters(tested.view.settings.parameters) : tested.view.settings.parameters;
    const std::vector<TableRow> rows = table_with(project, tested.view, tested.parameters, {}, stop);
    tested.scores = scores_of(rows, tested.view, positive, negative, options);
    if (!tested.scores.empty())
      runs.push_back(std::move(tested));
  }
  if (runs.empty())
    throw Error(ErrorCode::not_found,
                fmt::format("no run has scored documents both with and without {}", options.positive),
                project.path().string());
  return runs;
}

} // namespace longview
