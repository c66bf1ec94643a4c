#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

#include "analysis/density.h"
#include "analysis/histogram.h"
#include "analysis/profile_band.h"
#include "analysis/rank_correlation.h"
#include "analysis/sample.h"
#include "analysis/top_overlap.h"
#include "analysis/two_sample.h"
#include "run/run_view.h"

namespace longview {

/// What is compared: a project with one of its datasets or runs.
struct SideChoice {
  std::filesystem::path project;
  std::string dataset;             ///< its newest run; empty: the newest run of all
  std::optional<std::int64_t> run; ///< by number
};

/// "P", "P:DATASET" or "P:RUN" (a number; a dataset of that name wins). A path that is there is taken whole, colons and
/// all. One P alone with several datasets stands for each of them. Throws Error (not_found, usage).
std::vector<SideChoice> parse_sides(const std::vector<std::string>& words);

struct CompareOptions {
  std::string column; ///< a numeric column or source.FIELD; empty: what the first side ranks by
  std::string where;  ///< filter for every side; empty: scored documents
  std::string group;  ///< a column: the values are also told for each of its own ("label", source.FIELD); empty: not
  double top = 0.5;   ///< share of the documents whose coming and going is told, over 0, at most 1
  /// Live parameters of a side from its own; empty: its own.
  std::function<LiveParameters(LiveParameters)> parameters;
  BootstrapOptions bootstrap;
  double length_factor = 1.1; ///< see match_lengths()
  RowObserver progress;       ///< documents whose pairs were read, of how many; on the comparing thread
};

/// The values of a side's documents that have one value in the column that is grouped by.
struct ValueGroup {
  SampleSummary summary;                  ///< without intervals
  double low = no_value, high = no_value; ///< 5th and 95th percentile
  Density density;                        ///< none of fewer than two different values
};

/// One side with its documents; the vectors go together.
struct Side {
  std::string label; ///< "books", with its run or project where that is needed to tell sides apart
  std::filesystem::path project;
  RunView view;
  LiveParameters parameters;
  std::uint64_t documents = 0; ///< results of the run
  std::vector<double> values;  ///< of the column, for what the filter keeps; NaN where it is null
  std::vector<double> tokens;  ///< NaN where unknown
  std::vector<Hash128> hashes; ///< of the texts
  std::vector<std::string> names;
  std::vector<DocumentId> ids;                        ///< in the project
  std::vector<double> specificity;                    ///< mean of each document
  std::vector<std::vector<std::string>> group_values; ///< see CompareOptions::group; several for labels

  SampleSummary summary;
  Histogram by_documents, by_tokens; ///< over Comparison::bins
  Histogram by_specificity;          ///< documents, over Comparison::specificity_bins
  SampleSummary specificity_summary;
  std::vector<ValueGroup> groups; ///< by Comparison::group_names
  std::vector<EcdfStep> ecdf;
  std::vector<BandPoint> profile; ///< strength by distance, band over documents; empty without pairs
};

/// A setting of all sides. `incomparable`: where it differs, a difference of the numbers says nothing about the texts.
struct ComparedSetting {
  enum class Effect { same, noted, incomparable };
  std::string name;
  std::vector<std::string> values; ///< one a side
  Effect effect = Effect::same;
  std::string why; ///< for people, where it differs
};

/// The same text on both sides, scored twice.
struct SameDocuments {
  std::vector<std::pair<std::size_t, std::size_t>> places; ///< (in a, in b), in the order of a; each text once
  RankCorrelation correlation;
  TopOverlap top; ///< its indices are into `places`
};

struct PairwiseComparison {
  std::size_t a = 0, b = 0; ///< sides
  KolmogorovSmirnov kolmogorov_smirnov;
  MannWhitney mann_whitney; ///< its auc: the chance that a document of a is above one of b
  DifferenceIntervals difference;
  struct Matched {
    std::uint64_t count = 0; ///< pairs of documents of about the same length
    double median_tokens = no_value;
    KolmogorovSmirnov kolmogorov_smirnov;
    MannWhitney mann_whitney;
    SampleSummary difference; ///< of b - a in each pair, its intervals by bootstrap over the pairs
  } matched;
  std::optional<SameDocuments> same; ///< where at least two texts are on both sides
};

struct Comparison {
  std::string column;
  double top = 0.5;
  double length_factor = 1.1;
  std::vector<Side> sides;
  std::vector<ComparedSetting> settings;
  HistogramBins bins, specificity_bins;
  std::string group; ///< the column that is grouped by; empty: none
  /// Its values on any side, numbers before texts: the most_groups most frequent, and last, where there are more, all
  /// others together.
  std::vector<std::string> group_names;
  std::uint64_t groups_left_out = 0;     ///< values that are in that last group
  std::vector<PairwiseComparison> pairs; ///< every two sides, in order
  /// Sentences on fields of the source that no document of a side has: most likely typing errors.
  std::vector<std::string> warnings;

  bool incomparable() const;
};

constexpr std::size_t most_groups = 12;

/// Everything about two or more sides. Throws Error: usage (one side, unknown column, filter), not_found, input,
/// cancelled.
Comparison compare(const std::vector<SideChoice>& sides, const CompareOptions& options, std::stop_token stop = {});

/// The settings of several sides and what their differences mean for a column.
std::vector<ComparedSetting> compare_settings(const std::vector<Side>& sides, const std::string& column);

} // namespace longview
