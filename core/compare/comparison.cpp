#include "compare/comparison.h"

#include <algorithm>
#include <cmath>
#include <map>

#include <fmt/format.h>

#include "analysis/length_match.h"
#include "base/cancel.h"
#include "base/error.h"
#include "compare/sides.h"
#include "filter/columns.h"

namespace longview {
namespace {

std::string chosen_column(const CompareOptions& options, const Side& first) {
  if (options.column.empty())
    return ranking_column(first.parameters);
  const std::optional<Column> column = find_column(options.column);
  if (!column)
    throw Error(ErrorCode::usage, unknown_column(options.column), "column");
  if (column->kind == Column::Kind::text)
    throw Error(ErrorCode::usage, fmt::format("{} is a text; compare a column of numbers", column->name), "column");
  return column->name;
}

std::string chosen_group(const CompareOptions& options) {
  if (options.group.empty())
    return {};
  const std::optional<Column> column = find_column(options.group);
  if (!column)
    throw Error(ErrorCode::usage, unknown_column(options.group), "group");
  return column->name;
}

/// The first document of each text on both sides.
std::optional<SameDocuments> same_documents(const Side& a, const Side& b, const CompareOptions& options) {
  std::map<Hash128, std::size_t> in_b;
  for (std::size_t k = 0; k < b.hashes.size(); ++k)
    in_b.try_emplace(b.hashes[k], k);
  SameDocuments same;
  std::vector<double> x, y;
  for (std::size_t k = 0; k < a.hashes.size(); ++k) {
    const auto found = in_b.find(a.hashes[k]);
    if (found == in_b.end())
      continue;
    same.places.emplace_back(k, found->second);
    x.push_back(a.values[k]);
    y.push_back(b.values[found->second]);
    in_b.erase(found);
  }
  if (same.places.size() < 2)
    return std::nullopt;
  same.correlation = rank_correlation(x, y, options.bootstrap);
  same.top = top_overlap(x, y, options.top);
  return same;
}

PairwiseComparison::Matched matched_by_length(const Side& a, const Side& b, const CompareOptions& options) {
  const auto with_values = [](const Side& side) { // a document without a number is no partner
    std::vector<double> tokens = side.tokens;
    for (std::size_t k = 0; k < tokens.size(); ++k)
      if (std::isnan(side.values[k]))
        tokens[k] = no_value;
    return tokens;
  };
  std::vector<double> x, y, tokens, differences;
  for (const auto& [i, j] : match_lengths(with_values(a), with_values(b), options.length_factor)) {
    x.push_back(a.values[i]);
    y.push_back(b.values[j]);
    tokens.push_back((a.tokens[i] + b.tokens[j]) / 2);
    differences.push_back(b.values[j] - a.values[i]);
  }
  PairwiseComparison::Matched matched;
  matched.count = x.size();
  matched.median_tokens = quantile(sorted_numbers(tokens), 0.5);
  matched.kolmogorov_smirnov = kolmogorov_smirnov(x, y);
  matched.mann_whitney = mann_whitney(x, y);
  matched.difference = summarize(differences, options.bootstrap);
  return matched;
}

/// What is said of every side, once; what is said of some, with their labels.
std::vector<std::string> warnings_of(const std::vector<LoadedSide>& loaded, const std::vector<Side>& sides) {
  std::vector<std::string> warnings;
  for (std::size_t k = 0; k < loaded.size(); ++k)
    for (const std::string& sentence : loaded[k].unknown_fields) {
      const bool of_all = std::all_of(loaded.begin(), loaded.end(), [&](const LoadedSide& side) {
        return std::find(side.unknown_fields.begin(), side.unknown_fields.end(), sentence) != side.unknown_fields.end();
      });
      if (!of_all)
        warnings.push_back(fmt::format("{}: {}", sides[k].label, sentence));
      else if (k == 0)
        warnings.push_back(sentence);
    }
  return warnings;
}

PairwiseComparison compare_two(const std::vector<Side>& sides, std::size_t a, std::size_t b,
                               const CompareOptions& options) {
  PairwiseComparison pair;
  pair.a = a;
  pair.b = b;
  pair.kolmogorov_smirnov = kolmogorov_smirnov(sides[a].values, sides[b].values);
  pair.mann_whitney = mann_whitney(sides[a].values, sides[b].values);
  pair.difference = difference_of(sides[a].values, sides[b].values, options.bootstrap);
  pair.matched = matched_by_length(sides[a], sides[b], options);
  pair.same = same_documents(sides[a], sides[b], options);
  return pair;
}

void describe(Comparison& comparison, const CompareOptions& options) {
  std::vector<double> all;
  for (const Side& side : comparison.sides)
    all.insert(all.end(), side.values.begin(), side.values.end());
  comparison.bins = HistogramBins::make(all, AxisScale::linear, HistogramBins::suitable(all.size()));
  std::vector<double> specificities;
  for (const Side& side : comparison.sides)
    specificities.insert(specificities.end(), side.specificity.begin(), side.specificity.end());
  comparison.specificity_bins =
      HistogramBins::make(specificities, AxisScale::linear, HistogramBins::suitable(specificities.size()));
  for (Side& side : comparison.sides) {
    side.summary = summarize(side.values, options.bootstrap);
    side.by_documents = histogram(side.values, {}, comparison.bins);
    std::vector<double> weights = side.tokens;
    for (double& weight : weights)
      weight = std::isnan(weight) ? 0 : weight;
    side.by_tokens = histogram(side.values, weights, comparison.bins);
    side.by_specificity = histogram(side.specificity, {}, comparison.specificity_bins);
    side.specificity_summary = summarize(side.specificity, options.bootstrap);
    side.ecdf = ecdf(side.values, {});
  }
}

} // namespace

bool Comparison::incomparable() const {
  return std::any_of(settings.begin(), settings.end(), [](const ComparedSetting& setting) {
    return setting.effect == ComparedSetting::Effect::incomparable;
  });
}

Comparison compare(const std::vector<SideChoice>& choices, const CompareOptions& options, std::stop_token stop) {
  if (choices.size() < 2)
    throw Error(ErrorCode::usage, "comparing takes two sides or more, as PROJECT:DATASET or PROJECT:RUN");
  if (!(options.top > 0 && options.top <= 1))
    throw Error(ErrorCode::usage, "the top to compare is a share over 0 %, at most 100 %");
  std::vector<LoadedSide> loaded;
  for (const SideChoice& choice : choices)
    loaded.push_back(load_side(choice, options, stop));
  Comparison comparison;
  comparison.top = options.top;
  comparison.length_factor = options.length_factor;
  comparison.column = chosen_column(options, loaded.front().side);
  comparison.group = chosen_group(options);
  for (LoadedSide& side : loaded)
    read_values(side, comparison.column, comparison.group);
  const bool corrected = comparison.column.starts_with("corrected_");
  read_profiles(loaded, corrected ? &PairParts::corrected_strength : &PairParts::strength, options, stop);
  for (LoadedSide& side : loaded)
    comparison.sides.push_back(std::move(side.side));
  name_sides(comparison.sides);
  comparison.warnings = warnings_of(loaded, comparison.sides);
  comparison.settings = compare_settings(comparison.sides, comparison.column);
  describe(comparison, options);
  read_groups(comparison);
  for (std::size_t a = 0; a < comparison.sides.size(); ++a)
    for (std::size_t b = a + 1; b < comparison.sides.size(); ++b) {
      throw_if_cancelled(stop);
      comparison.pairs.push_back(compare_two(comparison.sides, a, b, options));
    }
  return comparison;
}

} // namespace longview
