#pragma once

#include <array>
#include <optional>
#include <string_view>

#include <QString>

#include "widgets/colour_map.h"

namespace longview {

/// What a cell of the heatmap shows. `weight` is alpha strength + beta distance: what the pair would add without
/// specificity and threshold. `corrected` is the strength less the control strength of its row. Their numbers are kept
/// in settings: new ones go to the end.
enum class HeatmapValue { strength, gain, contribution, perplexity_after, weight, corrected };
struct NamedHeatmapValue {
  std::string_view word; ///< as the command line and the settings spell it
  HeatmapValue value;
};
constexpr std::array<NamedHeatmapValue, 6> heatmap_values{{{"strength", HeatmapValue::strength},
                                                           {"gain", HeatmapValue::gain},
                                                           {"weight", HeatmapValue::weight},
                                                           {"contribution", HeatmapValue::contribution},
                                                           {"perplexity", HeatmapValue::perplexity_after},
                                                           {"corrected", HeatmapValue::corrected}}};
/// What the axes count.
enum class AxisUnit { segments, tokens };
/// What the bars along the columns show of a prefix: nothing, the mean strength of its scored pairs, or its share of
/// all contributions.
enum class ColumnStrip { none, strength, contribution };

/// How a heatmap is shown, whatever the document.
struct HeatmapView {
  HeatmapValue value = HeatmapValue::strength;
  AxisUnit axes = AxisUnit::segments;
  ColumnStrip strip = ColumnStrip::strength;
  bool fade = false;                ///< cells that are not above the threshold are drawn faint
  std::optional<ColourRange> range; ///< of the colours; none: fitted to the document
  bool operator==(const HeatmapView&) const = default;
};

// Words as the command line and the settings spell them; parse gives nothing for any other word.
std::string_view name(HeatmapValue value);
std::string_view name(AxisUnit unit);
std::string_view name(ColumnStrip strip);
std::optional<HeatmapValue> parse_heatmap_value(std::string_view word);
std::optional<AxisUnit> parse_axis_unit(std::string_view word);
std::optional<ColumnStrip> parse_column_strip(std::string_view word);

/// The title of the colour bar: "strength", "gain", …
QString value_title(HeatmapValue value);
/// What it is measured in, as words that follow the title.
QString value_unit(HeatmapValue value);
/// What the bars along the columns show; empty without bars.
QString strip_title(ColumnStrip strip);
/// Whether the value is what the threshold is compared with.
bool compared_with_threshold(HeatmapValue value);

} // namespace longview
