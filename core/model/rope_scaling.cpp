#include "model/rope_scaling.h"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace longview {
namespace {

/// Pair that turns `rotations` times within `context` tokens.
double pair_of(double rotations, double dimensions, double base, double context) {
  return dimensions * std::log(context / (rotations * 2 * std::numbers::pi)) / (2 * std::log(base));
}

double yarn_mscale(double factor, double mscale) {
  return factor <= 1 ? 1.0 : 0.1 * mscale * std::log(factor) + 1.0;
}

} // namespace

std::vector<float> plain_frequencies(double base, std::uint32_t dimensions) {
  std::vector<float> out((dimensions + 1) / 2);
  for (std::size_t m = 0; m < out.size(); ++m)
    out[m] = 1.0f / std::pow(static_cast<float>(base), static_cast<float>(2 * m) / static_cast<float>(dimensions));
  return out;
}

void scale_llama3(RotarySpec& rotary, const Llama3Scaling& s) {
  const double longest_wave = s.original_context / s.low_frequency_factor;
  const double shortest_wave = s.original_context / s.high_frequency_factor;
  for (float& frequency : rotary.inverse_frequencies) {
    const double f = frequency, wave = 2 * std::numbers::pi / f;
    if (wave > longest_wave) {
      frequency = static_cast<float>(f / s.factor);
    } else if (wave >= shortest_wave) {
      const double blend =
          (s.original_context / wave - s.low_frequency_factor) / (s.high_frequency_factor - s.low_frequency_factor);
      frequency = static_cast<float>((1 - blend) * f / s.factor + blend * f);
    }
  }
}

void scale_yarn(RotarySpec& rotary, double base, const YarnScaling& s) {
  double low = pair_of(s.beta_fast, rotary.dimensions, base, s.original_context);
  double high = pair_of(s.beta_slow, rotary.dimensions, base, s.original_context);
  if (s.truncate) {
    low = std::floor(low);
    high = std::ceil(high);
  }
  low = std::max(low, 0.0);
  high = std::min(high, rotary.dimensions - 1.0);
  if (low == high)
    high += 0.001;
  for (std::size_t m = 0; m < rotary.inverse_frequencies.size(); ++m) {
    const double slowed = std::clamp((static_cast<double>(m) - low) / (high - low), 0.0, 1.0);
    const double f = rotary.inverse_frequencies[m];
    rotary.inverse_frequencies[m] = static_cast<float>(f / s.factor * slowed + f * (1 - slowed));
  }
  if (s.attention_factor != 0)
    rotary.scale = s.attention_factor;
  else if (s.mscale != 0 && s.mscale_all_dim != 0)
    rotary.scale = yarn_mscale(s.factor, s.mscale) / yarn_mscale(s.factor, s.mscale_all_dim);
  else
    rotary.scale = yarn_mscale(s.factor, 1);
}

void scale_longrope(RotarySpec& rotary, std::span<const double> short_factors, double extension,
                    double original_context, double attention_factor) {
  for (std::size_t m = 0; m < rotary.inverse_frequencies.size(); ++m)
    rotary.inverse_frequencies[m] = static_cast<float>(rotary.inverse_frequencies[m] / short_factors[m]);
  if (attention_factor != 0)
    rotary.scale = attention_factor;
  else
    rotary.scale = extension <= 1 ? 1.0 : std::sqrt(1 + std::log(extension) / std::log(original_context));
}

} // namespace longview
