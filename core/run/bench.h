#pragma once

#include <cstdint>
#include <stop_token>
#include <string>

#include "model/flops.h"
#include "run/runner.h"
#include "scoring/scorer.h"

namespace longview {

/// One measured row: what was run, on what, how fast.
struct BenchRow {
  DType dtype = DType::float32;
  std::string device;
  double pairs_per_s = 0;
  double solo_per_s = 0;
  double tokens_per_s = 0; ///< new tokens through the model while pairs are scored

  SegmentFlops pair, alone; ///< operations of one
  double bare_flops = 0;    ///< operations a second of bare products of the model's own shapes; 0: not measured
  double product_flops = 0; ///< of the layers' products while scoring; 0 where they are not told apart
  double share_of_peak = 0; ///< pairs_per_s * pair.matrices() / bare_flops; 0: not measured

  /// A whole run on a made-up text of `document_segments` segments, with the model open already.
  RunTimes run;
  double run_seconds = 0;
  std::uint64_t document_segments = 0;

  std::uint64_t before_model = 0,
                weights = 0;       ///< resident bytes with libtorch alone; bytes of the weights in this type
  std::uint64_t peak_bytes = 0;    ///< most memory the process had resident, loading included
  std::uint64_t scoring_bytes = 0; ///< from when the model was there
  std::string commit, machine;
  std::string settings_json; ///< model, segment length, batch, threads, pairs
};

/// Loads the model and times `pairs` pairs of random tokens, bare products, and a run of as many pairs. Throws Error.
BenchRow bench(const std::string& model, const ScorerOptions& options, std::uint64_t pairs, std::stop_token stop);

} // namespace longview
