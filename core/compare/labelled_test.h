#pragma once

#include <cstdint>
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
  std::vector<LabelledScore> scores; ///< only columns that have numbers on both sides
};

struct LabelledTestOptions {
  std::string positive = "source.stitched = false";         ///< filter: what should score high
  std::string negative;                                     ///< what should not; empty: all other documents
  std::vector<std::string> columns;                         ///< empty: every score
  std::string dataset;                                      ///< empty: of all
  std::function<LiveParameters(LiveParameters)> parameters; ///< from a run's own; empty: its own
  std::uint32_t resamples = 1000;
  std::uint64_t seed = 11;
};

/// All runs of a project, oldest first. Only scored documents count. Throws Error: usage (filter, column), not_found.
std::vector<LabelledRun> labelled_test(const Project& project, const LabelledTestOptions& options,
                                       std::stop_token stop = {});

} // namespace longview
