#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "model/decoder_spec.h"

namespace longview {

/// Inverse frequencies base^(-2m/d), in float32 as transformers computes them, d = `dimensions`; of an odd number half
/// rounded up.
std::vector<float> plain_frequencies(double base, std::uint32_t dimensions);

/// Llama 3: long waves are slowed down by `factor`, short ones stay, those between are blended.
struct Llama3Scaling {
  double factor = 8, low_frequency_factor = 1, high_frequency_factor = 4;
  double original_context = 8192; ///< tokens
};
void scale_llama3(RotarySpec& rotary, const Llama3Scaling& scaling);

/// YaRN (arXiv 2309.00071) as transformers has it; llama.cpp computes the same. Pairs that turn more than `beta_fast`
/// times in the original context stay, those under `beta_slow` times are slowed down by `factor`.
struct YarnScaling {
  double factor = 1;
  double original_context = 0; ///< tokens
  double attention_factor = 0; ///< of cosines and sines; 0: from `factor` and the two below
  double mscale = 0, mscale_all_dim = 0;
  double beta_fast = 32, beta_slow = 1;
  bool truncate = true; ///< whole pairs at the ends of the ramp
};
void scale_yarn(RotarySpec& rotary, double base, const YarnScaling& scaling);

/// LongRoPE (arXiv 2402.13753) within the original context: one divisor a pair, and a factor on cosines and sines from
/// how much longer the extended context is (or `attention_factor`, where it is not 0).
void scale_longrope(RotarySpec& rotary, std::span<const double> short_factors, double extension,
                    double original_context, double attention_factor);

} // namespace longview
