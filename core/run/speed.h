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
};

/// Times random tokens: one batch of each kind to warm up, then at least `pairs` pairs and as many segments.
Speed measure_speed(Scorer& scorer, std::uint32_t segment_length, std::uint64_t pairs, std::stop_token stop);

/// What a speed depends on, as a key into the memory of measured speeds.
struct SpeedKey {
  Hash128 model;
  std::string device;
  DType dtype = DType::float32;
  int threads = 0;
  std::uint32_t segment_length = 128;
};
std::optional<Speed> remembered_speed(const SpeedKey& key);
void remember_speed(const SpeedKey& key, const Speed& speed);

} // namespace longview
