#pragma once

#include <array>
#include <vector>

#include "widgets/colour_map.h"
#include "widgets/document_data.h"

namespace longview {

/// What of a segment a map of its document can show.
enum class SegmentMeasure { received, leaned_on, specificity, contribution, perplexity_alone };

struct NamedMeasure {
  SegmentMeasure measure;
  const char* title;
  const char* help;
};
/// In the order of a list to choose from; both texts are to be translated.
const std::array<NamedMeasure, 5>& segment_measures();

/// One value a segment, NaN where there is none (no pair of it was scored). Strength received is the mean over the
/// pairs of its row, leaned on that over the pairs of its column, contribution the sum over its row of what they add to
/// LDS.
std::vector<double> measured(const DocumentData& document, SegmentMeasure measure);
ColourScale measure_scale(SegmentMeasure measure, const std::vector<double>& values);

/// The scored pair of target i with the highest strength; nothing where none was scored.
std::optional<Cell> strongest_prefix(const DocumentData& document, std::uint32_t i);
/// The same of prefix j.
std::optional<Cell> strongest_target(const DocumentData& document, std::uint32_t j);

} // namespace longview
