#pragma once

#include <cstdint>
#include <stop_token>
#include <string>

#include "scoring/scorer.h"

namespace longview {

/// One measured row: what was run, on what, how fast.
struct BenchRow {
  DType dtype = DType::float32;
  std::string device;
  double pairs_per_s = 0;
  double solo_per_s = 0;
  double tokens_per_s = 0;      ///< new tokens through the model while pairs are scored
  std::uint64_t peak_bytes = 0; ///< most memory the process had resident
  std::string commit, machine;
  std::string settings_json; ///< model, segment length, batch, threads, pairs
};

/// Loads the model and times `pairs` pairs of random tokens. Throws Error.
BenchRow bench(const std::string& model, const ScorerOptions& options, std::uint64_t pairs, std::stop_token stop);

} // namespace longview
