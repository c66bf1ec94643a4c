#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace longview {

/// Which definition of the score a run follows (architecture.md, section 2).
enum class Preset {
  longview, ///< rows of eight pairs, distance over the document, mean with an error
  published ///< replays the released ProLong program
};

constexpr std::uint32_t row_pairs = 8; ///< k: pairs in a row that the longview preset draws
/// More pairs than this in one document are a mistake in the settings: 2 GiB of them, and weeks of computing.
constexpr std::uint64_t most_pairs = std::uint64_t{1} << 27;

/// What the model is run on. Fixed when a run starts.
struct SamplingSettings {
  Preset preset = Preset::longview;
  std::uint32_t segment_length = 128;     ///< tokens, L >= 2
  std::uint32_t window = 32768;           ///< tokens, W: distance scale (published), thinning (published)
  std::uint64_t pairs_per_document = 500; ///< T; 0: all pairs
  std::uint64_t seed = 11;

  /// W / L: the most segments the published preset keeps, and the scale of window distance plus one.
  std::uint32_t window_segments() const { return window / segment_length; }
  bool operator==(const SamplingSettings&) const = default;
};

/// Throws Error(usage) for settings that mean nothing: L < 2, a window of fewer than two segments, T > most_pairs.
void check(const SamplingSettings& settings);

enum class DistanceScale { document, window };     ///< D = N - 1, or W / L - 1
enum class SpecificityMode { raw, relative, off }; ///< softmax of gain; of 32 x strength; DSP = 1
enum class ScoreKind { sum, mean };

/// What can change afterwards, without running the model again.
struct LiveParameters {
  double threshold = 0.1; ///< tau, on strength
  double alpha = 1.0;     ///< weight of strength
  double beta = 1.0;      ///< weight of distance
  DistanceScale distance = DistanceScale::document;
  SpecificityMode specificity = SpecificityMode::raw;
  ScoreKind score = ScoreKind::mean;

  bool operator==(const LiveParameters&) const = default;
};

/// longview: document, raw, mean. published: window, raw, sum.
LiveParameters default_parameters(Preset preset);

// Names as the command line, the window and the file spell them; parse gives nothing for any other word.
std::string_view name(Preset);
std::string_view name(DistanceScale);
std::string_view name(SpecificityMode);
std::string_view name(ScoreKind);
std::optional<Preset> parse_preset(std::string_view);
std::optional<DistanceScale> parse_distance_scale(std::string_view);
std::optional<SpecificityMode> parse_specificity_mode(std::string_view);
std::optional<ScoreKind> parse_score_kind(std::string_view);

} // namespace longview
