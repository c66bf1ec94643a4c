#include "widgets/figure_table.h"

#include <algorithm>
#include <cmath>
#include <initializer_list>
#include <numeric>
#include <string_view>

#include <fmt/format.h>

namespace longview {
namespace {

/// One line of cells after the other.
class Table {
 public:
  explicit Table(std::initializer_list<std::string_view> titles) {
    for (const std::string_view title : titles)
      cell(title);
    end();
  }
  void cell(std::string_view text) {
    if (begun_)
      text_ += '\t';
    text_ += text;
    begun_ = true;
  }
  void count(std::uint64_t value) { cell(fmt::format("{}", value)); }
  void number(double value) { cell(std::isfinite(value) ? fmt::format("{}", value) : std::string()); }
  void end() {
    text_ += '\n';
    begun_ = false;
  }
  std::string take() { return std::move(text_); }

 private:
  std::string text_;
  bool begun_ = false;
};

std::vector<std::size_t> shown_pairs(const DocumentData& document, const std::optional<CellRange>& range) {
  const std::vector<Pair>& pairs = document.data.pairs.pairs;
  std::vector<std::size_t> shown;
  for (std::size_t k = 0; k < std::min(pairs.size(), document.scores.parts.size()); ++k)
    if (std::isfinite(document.scores.parts[k].strength) && (!range || range->contains({pairs[k].i, pairs[k].j})))
      shown.push_back(k);
  std::sort(shown.begin(), shown.end(), [&pairs](std::size_t a, std::size_t b) {
    return pairs[a].i != pairs[b].i ? pairs[a].i < pairs[b].i : pairs[a].j < pairs[b].j;
  });
  return shown;
}

std::string pairs_table(const DocumentData& document, const std::optional<CellRange>& range) {
  Table table({"target", "prefix", "tokens_back", "perplexity_alone", "perplexity_after", "gain", "strength",
               "corrected_strength", "distance", "specificity", "contribution"});
  for (const std::size_t k : shown_pairs(document, range)) {
    const Pair& pair = document.data.pairs.pairs[k];
    const PairParts& parts = document.scores.parts[k];
    table.count(pair.i);
    table.count(pair.j);
    table.count(std::uint64_t{document.place(pair.i) - document.place(pair.j)} * document.sampling.segment_length);
    for (const double value :
         {document.data.pairs.perplexity_alone[pair.i], pair.perplexity_after, parts.gain, parts.strength,
          parts.corrected_strength, parts.distance, parts.specificity, parts.contribution})
      table.number(value);
    table.end();
  }
  return table.take();
}

std::string profile_table(const ProfileFigure& figure) {
  Table table({"nearest", "furthest", "mean_distance", "pairs", "rows", "mean_strength", "low", "high",
               "dataset_documents", "dataset_mean_strength", "dataset_low", "dataset_high"});
  for (std::size_t b = 0; b < figure.points.size(); ++b) {
    const BandPoint& own = figure.points[b];
    table.count(own.nearest);
    table.count(own.furthest);
    table.number(own.mean_distance);
    table.count(own.pairs);
    table.count(own.units);
    for (const double value : {own.mean, own.band.low, own.band.high})
      table.number(value);
    const bool beside = figure.dataset && b < figure.dataset->points.size();
    const BandPoint other = beside ? figure.dataset->points[b] : BandPoint{};
    if (beside)
      table.count(other.units);
    else
      table.cell({});
    for (const double value : {other.mean, other.band.low, other.band.high})
      table.number(value);
    table.end();
  }
  return table.take();
}

std::string specificity_table(const DocumentData& document) {
  Table table({"segment", "place", "specificity"});
  const std::vector<double>& values = document.scores.specificity;
  for (std::uint32_t k = 0; k < values.size(); ++k) {
    if (std::isnan(values[k]))
      continue;
    table.count(k);
    table.count(document.place(k));
    table.number(values[k]);
    table.end();
  }
  return table.take();
}

} // namespace

std::string figure_table(FigureKind kind, const DocumentData& document, const FigureOptions& options) {
  switch (kind) {
  case FigureKind::heatmap:
    return pairs_table(document, options.range);
  case FigureKind::profile:
    return profile_table(profile_of(document, options.distances, options.dataset));
  case FigureKind::specificity:
    return specificity_table(document);
  }
  return {};
}

} // namespace longview
