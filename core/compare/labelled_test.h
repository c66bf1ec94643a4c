#pragma once

#include <cstdint>
#include <functional>
#include <stop_token>
#include <string>
#include <vector>

#include "run/run_view.h"

namespace longview {

/// How well one column of one run tells the documents that should score high from those that should not.
struct LabelledScore {
  std::string column;
  std::uint64_t positive = 0, negative = 0; ///< documents with a number in the column
  double auc = no_value;                    ///< chance that a positive one is above a negative one, ties half
  double low = no_value, high = no_value;   ///< 95 %, bootstrap over documents
};

struct LabelledRun {
  RunView view;
  LiveParameters parameters;
  std::uint32_t controls = 0;        ///< of each row, that the corrected scores are made with
  std::vector<LabelledScore> scores; ///< only columns that have numbers on both sides
};

struct LabelledTestOptions {
  std::string positive = "source.stitched = false";         ///< filter: what should score high
  std::string negative;                                     ///< what should not; empty: all other documents
  std::vector<std::string> columns;                         ///< empty: every score
  std::string dataset;                                      ///< empty: of all
  std::function<LiveParameters(LiveParameters)> parameters; ///< from a run's own; empty: its own
  /// Each run also with only the first so many controls of each row, where it has more: which number is enough.
  std::vector<std::uint32_t> controls;
  /// Gets a sentence for each field of the source that a filter or column names and no document of a run has, before
  /// the Error that it may lead to; the same one again for each run of a dataset. Empty: nobody is told.
  std::function<void(const std::string&)> warn;
  std::uint32_t resamples = 1000;
  std::uint64_t seed = 11;
};

/// One run; no scores where one of the kinds has no document. Throws as below.
std::vector<LabelledRun> labelled_test(const Project& project, const RunView& view, const LabelledTestOptions& options,
                                       std::stop_token stop = {});

/// All runs of a project, oldest first. Only scored documents count. Throws Error: usage (filter, column), not_found.
std::vector<LabelledRun> labelled_test(const Project& project, const LabelledTestOptions& options,
                                       std::stop_token stop = {});

/// The runs as one table, a line each with its settings and the AUC of every score, ending with a newline; a second one
/// has the intervals.
std::string labelled_text(const std::vector<LabelledRun>& runs);

} // namespace longview
