#pragma once

#include <cstdint>
#include <stop_token>

#include "base/hash.h"
#include "scoring/scorer.h"

namespace longview {

/// How fast one device runs one model.
struct Speed {
  double pairs_per_second = 0;
  double solo_per_second = 0; ///< segments alone, with their keys and values
  double load_seconds = 0;    ///< until the model is there
};

/// Times random tokens: one batch of each kind to warm up, then at least `pairs` pairs and as many segments.
Speed measure_speed(Scorer& scorer, std::uint32_t segment_length, std::uint64_t pairs, std::stop_token stop);
/// The same for about half a second, after a batch of each kind that says how many that takes.
Speed probe_speed(Scorer& scorer, std::uint32_t segment_length, std::stop_token stop);

/// What a speed depends on, as a key into the memory of measured speeds.
struct SpeedKey {
  Hash128 model;
  std::string device;
  DType dtype = DType::float32;
  int threads = 0;
  std::uint32_t segment_length = 128;
};
/// Of a probe, or better: of the last run that was long enough (what_a_run_tells()).
std::optional<Speed> remembered_speed(const SpeedKey& key);
/// The speed of a run; nothing where it was too short to tell.
std::optional<Speed> what_a_run_tells(const ScorerTimes& spent, double load_seconds);
void remember_speed(const SpeedKey& key, const Speed& speed);

} // namespace longview
