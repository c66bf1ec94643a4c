#include "compare/labelled_test.h"

#include <algorithm>
#include <cmath>
#include <map>

#include <fmt/format.h>

#include "analysis/sample.h"
#include "analysis/two_sample.h"
#include "base/cancel.h"
#include "base/error.h"
#include "base/plain_text.h"
#include "compare/text_table.h"
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
  const auto auc = [](const std::vector<double>& a, const std::vector<double>& b) {
    return mann_whitney(a, b, TestMethod::asymptotic).auc; // its p is not asked for: the cheap one
  };
  LabelledScore score{column, positive.size(), negative.size(), auc(positive, negative), no_value, no_value};
  Stream stream(options.seed);
  std::vector<double> drawn;
  for (std::uint32_t k = 0; k < options.resamples; ++k)
    drawn.push_back(auc(drawn_from(positive, stream), drawn_from(negative, stream)));
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

/// The rows with only the first controls of each target.
std::vector<TableRow> rows_with_controls(const Project& project, const RunView& view, const LiveParameters& parameters,
                                         std::uint32_t most, const std::stop_token& stop) {
  std::vector<TableRow> rows = project.table(view.run.id);
  for (TableRow& row : rows) {
    throw_if_cancelled(stop);
    std::optional<ResultData> data = project.result_data(view.run.id, row.document.id);
    if (row.result.status != Status::scored || !data)
      continue;
    std::map<std::uint32_t, std::uint32_t> seen; // by target
    std::erase_if(data->pairs.controls, [&](const Control& control) { return ++seen[control.i] > most; });
    row.result.take(derive_numbers(data->pairs, view.settings.sampling, parameters));
  }
  return rows;
}

void warn_of_unknown_fields(const std::vector<TableRow>& rows, const RunView& view, const Filter& positive,
                            const Filter& negative, const LabelledTestOptions& options) {
  const auto tell = [&](const std::vector<std::string>& sentences) {
    for (const std::string& sentence : sentences)
      options.warn(fmt::format("{}: {}", view.dataset.name, sentence));
  };
  if (options.positive != LabelledTestOptions().positive) // of the default the Error that follows says enough
    tell(unknown_fields(rows, positive, "positive"));
  tell(unknown_fields(rows, negative, "negative"));
  for (const std::string& column : chosen_columns(options))
    tell(unknown_fields(rows, column, "columns"));
}

} // namespace

std::vector<LabelledRun> labelled_test(const Project& project, const RunView& view, const LabelledTestOptions& options,
                                       std::stop_token stop) {
  const Filter positive = Filter::parse(options.positive), negative = Filter::parse(options.negative);
  if (positive.columns().empty())
    throw Error(ErrorCode::usage, "a labelled test needs a filter for the documents that should score high");
  const LiveParameters parameters =
      options.parameters ? options.parameters(view.settings.parameters) : view.settings.parameters;
  std::vector<LabelledRun> tested;
  if (options.warn)
    warn_of_unknown_fields(table_with(project, view, parameters, {}, stop), view, positive, negative, options);
  const auto add = [&](std::uint32_t controls, const std::vector<TableRow>& rows) {
    LabelledRun run{view, parameters, controls, scores_of(rows, view, positive, negative, options)};
    if (!run.scores.empty())
      tested.push_back(std::move(run));
  };
  for (const std::uint32_t controls : options.controls)
    if (controls > 0 && controls < view.settings.controls) {
      throw_if_cancelled(stop);
      add(controls, rows_with_controls(project, view, parameters, controls, stop));
    }
  add(view.settings.controls, table_with(project, view, parameters, {}, stop));
  return tested;
}

std::vector<LabelledRun> labelled_test(const Project& project, const LabelledTestOptions& options,
                                       std::stop_token stop) {
  std::vector<LabelledRun> runs;
  for (const StoredRun& run : project.runs()) {
    throw_if_cancelled(stop);
    const RunView view = choose_run(project, {}, static_cast<std::int64_t>(run.id));
    if (!options.dataset.empty() && view.dataset.name != options.dataset)
      continue;
    for (LabelledRun& tested : labelled_test(project, view, options, stop))
      runs.push_back(std::move(tested));
  }
  if (runs.empty())
    throw Error(ErrorCode::not_found,
                fmt::format("no run has scored documents both with and without {}", options.positive),
                project.path().string());
  return runs;
}

std::string labelled_text(const std::vector<LabelledRun>& runs) {
  std::vector<std::string> columns; // of any run, in the order of the first that has them
  for (const LabelledRun& run : runs)
    for (const LabelledScore& score : run.scores)
      if (std::find(columns.begin(), columns.end(), score.column) == columns.end())
        columns.push_back(score.column);
  TextTable areas, intervals;
  std::vector<std::string> head{"run", "dataset", "model", "preset", "pairs", "type", "controls", "documents"};
  std::vector<std::string> short_head{"95 % interval", "controls"};
  for (const std::string& column : columns) {
    head.push_back(plain_line(column));
    short_head.push_back(plain_line(column));
  }
  areas.row(head);
  intervals.row(short_head);
  for (const LabelledRun& run : runs) {
    const RunSettings& settings = run.view.settings;
    const std::string number = std::to_string(static_cast<std::int64_t>(run.view.run.id));
    const std::uint64_t pairs = settings.sampling.pairs_per_document;
    std::vector<std::string> cells{number,
                                   shortened(plain_line(run.view.dataset.name), 24),
                                   shortened(plain_line(run.view.run.model_name), 24),
                                   std::string(name(settings.sampling.preset)),
                                   pairs ? std::to_string(pairs) : "all",
                                   std::string(name(settings.dtype)),
                                   std::to_string(run.controls),
                                   fmt::format("{} + {}", run.scores.front().positive, run.scores.front().negative)};
    std::vector<std::string> bounds{fmt::format("run {}, {}", number, shortened(plain_line(run.view.dataset.name), 24)),
                                    std::to_string(run.controls)};
    for (const std::string& column : columns) {
      const auto score = std::find_if(run.scores.begin(), run.scores.end(),
                                      [&](const LabelledScore& one) { return one.column == column; });
      const bool there = score != run.scores.end();
      cells.push_back(there ? fmt::format("{:.3f}", score->auc) : "-");
      bounds.push_back(there ? fmt::format("{:.2f} to {:.2f}", score->low, score->high) : "-");
    }
    areas.row(cells);
    intervals.row(bounds);
  }
  return areas.text() + "\n" + intervals.text();
}

} // namespace longview
