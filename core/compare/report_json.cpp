#include <nlohmann/json.hpp>

#include "compare/report.h"
#include "run/json_values.h"

namespace longview {
namespace {

using nlohmann::ordered_json;

constexpr std::size_t ecdf_steps = 200; // enough for a figure; the values themselves are in list --format jsonl

ordered_json interval(const Interval& interval) {
  return {json_value(interval.low), json_value(interval.high)};
}

ordered_json summary(const SampleSummary& sample) {
  return {{"count", sample.count},
          {"mean", json_value(sample.mean)},
          {"mean_interval", interval(sample.mean_interval)},
          {"standard_deviation", json_value(sample.standard_deviation)},
          {"least", json_value(sample.least)},
          {"lower_quartile", json_value(sample.lower_quartile)},
          {"median", json_value(sample.median)},
          {"median_interval", interval(sample.median_interval)},
          {"upper_quartile", json_value(sample.upper_quartile)},
          {"most", json_value(sample.most)}};
}

const char* method_name(TestMethod method) {
  return method == TestMethod::exact ? "exact" : "asymptotic";
}

ordered_json kolmogorov(const KolmogorovSmirnov& test) {
  return {{"d", json_value(test.d)},
          {"p", json_value(test.p)},
          {"method", method_name(test.method)},
          {"at", json_value(test.at)},
          {"sign", test.sign}};
}

ordered_json mann_whitney_json(const MannWhitney& test) {
  return {{"u", json_value(test.u)},
          {"p", json_value(test.p)},
          {"method", method_name(test.method)},
          {"auc", json_value(test.auc)},
          {"rank_biserial", json_value(test.rank_biserial)}};
}

ordered_json profile(const std::vector<BandPoint>& points) {
  ordered_json list = ordered_json::array();
  for (const BandPoint& point : points)
    list.push_back({{"nearest", point.nearest},
                    {"furthest", point.furthest},
                    {"mean_distance", json_value(point.mean_distance)},
                    {"documents", point.units},
                    {"pairs", point.pairs},
                    {"mean", json_value(point.mean)},
                    {"band", interval(point.band)}});
  return list;
}

ordered_json steps(const std::vector<EcdfStep>& ecdf) {
  ordered_json list = ordered_json::array();
  for (const EcdfStep& step : thinned(ecdf, ecdf_steps))
    list.push_back({json_value(step.value), step.share});
  return list;
}

ordered_json density_json(const Density& density) {
  if (density.grid.empty())
    return nullptr;
  return {{"bandwidth", json_value(density.bandwidth)},
          {"grid", json_values(density.grid)},
          {"values", json_values(density.values)}};
}

ordered_json groups(const Side& side) {
  ordered_json list = ordered_json::array();
  for (const ValueGroup& group : side.groups)
    list.push_back({{"count", group.summary.count},
                    {"mean", json_value(group.summary.mean)},
                    {"p5", json_value(group.low)},
                    {"lower_quartile", json_value(group.summary.lower_quartile)},
                    {"median", json_value(group.summary.median)},
                    {"upper_quartile", json_value(group.summary.upper_quartile)},
                    {"p95", json_value(group.high)},
                    {"least", json_value(group.summary.least)},
                    {"most", json_value(group.summary.most)},
                    {"density", density_json(group.density)}});
  return list;
}

ordered_json side_json(const Side& side) {
  double tokens = 0;
  for (const double count : side.tokens)
    tokens += std::isnan(count) ? 0 : count;
  return {{"label", side.label},
          {"project", side.project.string()},
          {"dataset", side.view.dataset.name},
          {"dataset_version", side.view.dataset.version},
          {"run", static_cast<std::int64_t>(side.view.run.id)},
          {"model", side.view.run.model_name},
          {"documents", side.documents},
          {"compared", side.values.size()},
          {"tokens", tokens},
          {"summary", summary(side.summary)},
          {"histogram_documents", json_values(side.by_documents.weights)},
          {"histogram_tokens", json_values(side.by_tokens.weights)},
          {"ecdf", steps(side.ecdf)},
          {"specificity", summary(side.specificity_summary)},
          {"histogram_specificity", json_values(side.by_specificity.weights)},
          {"groups", groups(side)},
          {"profile", profile(side.profile)}};
}

ordered_json document_names(const Comparison& comparison, const PairwiseComparison& pair,
                            const std::vector<std::size_t>& places) {
  ordered_json names = ordered_json::array();
  for (const std::size_t place : places) {
    const auto [a, b] = pair.same->places[place];
    names.push_back({{"id", comparison.sides[pair.a].names[a]},
                     {"a", json_value(comparison.sides[pair.a].values[a])},
                     {"b", json_value(comparison.sides[pair.b].values[b])}});
  }
  return names;
}

ordered_json same_json(const Comparison& comparison, const PairwiseComparison& pair) {
  if (!pair.same)
    return nullptr;
  const SameDocuments& same = *pair.same;
  return {{"documents", same.places.size()},
          {"spearman", json_value(same.correlation.spearman)},
          {"spearman_interval", interval(same.correlation.spearman_interval)},
          {"kendall", json_value(same.correlation.kendall)},
          {"top_share", same.top.share},
          {"top_documents", same.top.kept},
          {"in_both", same.top.both},
          {"enters", document_names(comparison, pair, same.top.enters)},
          {"leaves", document_names(comparison, pair, same.top.leaves)}};
}

ordered_json pair_json(const Comparison& comparison, const PairwiseComparison& pair) {
  const PairwiseComparison::Matched& matched = pair.matched;
  return {{"a", comparison.sides[pair.a].label},
          {"b", comparison.sides[pair.b].label},
          {"difference",
           {{"mean", json_value(pair.difference.mean)},
            {"mean_interval", interval(pair.difference.mean_interval)},
            {"median", json_value(pair.difference.median)},
            {"median_interval", interval(pair.difference.median_interval)}}},
          {"kolmogorov_smirnov", kolmogorov(pair.kolmogorov_smirnov)},
          {"mann_whitney", mann_whitney_json(pair.mann_whitney)},
          {"length_matched",
           {{"factor", comparison.length_factor},
            {"pairs", matched.count},
            {"median_tokens", json_value(matched.median_tokens)},
            {"difference", summary(matched.difference)},
            {"kolmogorov_smirnov", kolmogorov(matched.kolmogorov_smirnov)},
            {"mann_whitney", mann_whitney_json(matched.mann_whitney)}}},
          {"same_documents", same_json(comparison, pair)}};
}

ordered_json settings_json(const Comparison& comparison) {
  ordered_json list = ordered_json::array();
  for (const ComparedSetting& setting : comparison.settings) {
    const char* const effect = setting.effect == ComparedSetting::Effect::same    ? "same"
                               : setting.effect == ComparedSetting::Effect::noted ? "noted"
                                                                                  : "incomparable";
    list.push_back({{"name", setting.name},
                    {"values", setting.values},
                    {"effect", effect},
                    {"why", setting.why.empty() ? ordered_json(nullptr) : ordered_json(setting.why)}});
  }
  return list;
}

} // namespace

std::string comparison_json(const Comparison& comparison) {
  ordered_json out = {{"column", comparison.column},
                      {"incomparable", comparison.incomparable()},
                      {"settings", settings_json(comparison)},
                      {"histogram_edges", json_values(comparison.bins.edges)},
                      {"specificity_edges", json_values(comparison.specificity_bins.edges)},
                      {"group", comparison.group.empty() ? ordered_json(nullptr) : ordered_json(comparison.group)},
                      {"group_names", comparison.group_names},
                      {"groups_left_out", comparison.groups_left_out},
                      {"sides", ordered_json::array()},
                      {"pairs", ordered_json::array()}};
  for (const Side& side : comparison.sides)
    out["sides"].push_back(side_json(side));
  for (const PairwiseComparison& pair : comparison.pairs)
    out["pairs"].push_back(pair_json(comparison, pair));
  return out.dump(2, ' ', false, ordered_json::error_handler_t::replace) + "\n"; // names need not be UTF-8
}

} // namespace longview
