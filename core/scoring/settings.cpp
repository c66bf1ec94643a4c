#include "scoring/settings.h"

#include "base/error.h"
#include "scoring/names.h"

namespace longview {
namespace {

constexpr NameTable<Preset, 2> presets{{{Preset::longview, "longview"}, {Preset::published, "published"}}};
constexpr NameTable<DistanceScale, 2> distance_scales{
    {{DistanceScale::document, "document"}, {DistanceScale::window, "window"}}};
constexpr NameTable<SpecificityMode, 3> specificity_modes{
    {{SpecificityMode::raw, "raw"}, {SpecificityMode::relative, "relative"}, {SpecificityMode::off, "off"}}};
constexpr NameTable<ScoreKind, 2> score_kinds{{{ScoreKind::sum, "sum"}, {ScoreKind::mean, "mean"}}};

} // namespace

void check(const SamplingSettings& settings) {
  if (settings.segment_length < 2)
    throw Error(ErrorCode::usage, "a segment needs at least 2 tokens, because its first is never scored");
  if (settings.window_segments() < 2)
    throw Error(ErrorCode::usage,
                fmt::format("a window of {} tokens holds fewer than two segments of {}; ask for a longer "
                            "window or shorter segments",
                            settings.window, settings.segment_length));
  if (settings.pairs_per_document > most_pairs)
    throw Error(ErrorCode::usage,
                fmt::format("{} pairs per document are more than the {} this program handles; ask for "
                            "fewer, or for 'all'",
                            settings.pairs_per_document, most_pairs));
}

LiveParameters default_parameters(Preset preset) {
  LiveParameters parameters;
  if (preset == Preset::published) {
    parameters.distance = DistanceScale::window;
    parameters.score = ScoreKind::sum;
  }
  return parameters;
}

std::string_view name(Preset value) {
  return name_of(presets, value);
}
std::string_view name(DistanceScale value) {
  return name_of(distance_scales, value);
}
std::string_view name(SpecificityMode value) {
  return name_of(specificity_modes, value);
}
std::string_view name(ScoreKind value) {
  return name_of(score_kinds, value);
}

std::optional<Preset> parse_preset(std::string_view word) {
  return named(presets, word);
}
std::optional<DistanceScale> parse_distance_scale(std::string_view word) {
  return named(distance_scales, word);
}
std::optional<SpecificityMode> parse_specificity_mode(std::string_view word) {
  return named(specificity_modes, word);
}
std::optional<ScoreKind> parse_score_kind(std::string_view word) {
  return named(score_kinds, word);
}

} // namespace longview
