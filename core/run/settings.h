#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "scoring/scorer.h"
#include "scoring/settings.h"
#include "tokenizer/tokenizer.h"

namespace longview {

/// More controls for one target than this tell nothing new, and cost more than its pairs.
constexpr std::uint32_t most_controls = 8;

/// What decides the numbers of a run. Written into the project as canonical JSON; equal JSON, model and tokenizer mean
/// the same run, which then resumes.
struct RunSettings {
  SamplingSettings sampling;
  LiveParameters parameters;      ///< what the derived columns of the run use
  DType dtype = DType::automatic; ///< resolved to a real type before it is stored
  SpecialTokens special_tokens = SpecialTokens::plain;
  std::string text_field = "text";
  std::string id_field = "id";
  std::uint32_t controls = 0; ///< control prefixes for each target, 0 … most_controls
  bool operator==(const RunSettings&) const = default;
};

/// Keys in a fixed order, no spaces; every field is there, but controls only where there are any, so that runs of
/// versions before them still go on. from_json ignores unknown keys and throws Error(input) on a
/// known key of the wrong kind.
std::string to_json(const RunSettings& settings);
RunSettings settings_from_json(std::string_view json);
/// Live parameters alone, for named sets: the same keys, the same rules; what is missing is as in `missing`.
std::string to_json(const LiveParameters& parameters);
LiveParameters parameters_from_json(std::string_view json, const LiveParameters& missing = {});

} // namespace longview
