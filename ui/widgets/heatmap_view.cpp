#include "widgets/heatmap_view.h"

#include <array>
#include <span>

#include <QCoreApplication>

namespace longview {
namespace {

QString tr(const char* text) {
  return QCoreApplication::translate("longview::HeatmapView", text);
}

template <typename Value>
struct Named {
  std::string_view word;
  Value value;
};

constexpr std::array<Named<AxisUnit>, 2> units{{{"segments", AxisUnit::segments}, {"tokens", AxisUnit::tokens}}};
constexpr std::array<Named<ColumnStrip>, 3> strips{
    {{"none", ColumnStrip::none}, {"strength", ColumnStrip::strength}, {"contribution", ColumnStrip::contribution}}};

template <typename Table, typename Value>
std::string_view word_of(const Table& table, Value value) {
  for (const auto& named : table)
    if (named.value == value)
      return named.word;
  return {};
}

template <typename Table>
auto value_of(const Table& table, std::string_view word) -> std::optional<decltype(table[0].value)> {
  for (const auto& named : table)
    if (named.word == word)
      return named.value;
  return std::nullopt;
}

} // namespace

std::string_view name(HeatmapValue value) {
  return word_of(heatmap_values, value);
}

std::string_view name(AxisUnit unit) {
  return word_of(units, unit);
}

std::string_view name(ColumnStrip strip) {
  return word_of(strips, strip);
}

std::optional<HeatmapValue> parse_heatmap_value(std::string_view word) {
  return value_of(heatmap_values, word);
}

std::optional<AxisUnit> parse_axis_unit(std::string_view word) {
  return value_of(units, word);
}

std::optional<ColumnStrip> parse_column_strip(std::string_view word) {
  return value_of(strips, word);
}

QString value_title(HeatmapValue value) {
  switch (value) {
  case HeatmapValue::strength:
    return tr("strength");
  case HeatmapValue::gain:
    return tr("gain");
  case HeatmapValue::contribution:
    return tr("contribution");
  case HeatmapValue::perplexity_after:
    return tr("perplexity after c_j");
  case HeatmapValue::weight:
    return tr("strength + distance");
  case HeatmapValue::corrected:
    return tr("corrected strength");
  }
  return {};
}

QString value_unit(HeatmapValue value) {
  switch (value) {
  case HeatmapValue::strength:
    return tr("share of perplexity");
  case HeatmapValue::gain:
    return tr("in perplexity");
  case HeatmapValue::contribution:
    return tr("to LDS");
  case HeatmapValue::weight:
    return tr("weighted");
  case HeatmapValue::corrected:
    return tr("less controls");
  case HeatmapValue::perplexity_after:
    return {};
  }
  return {};
}

QString strip_title(ColumnStrip strip) {
  switch (strip) {
  case ColumnStrip::none:
    return {};
  case ColumnStrip::strength:
    return tr("mean strength of what follows c_j");
  case ColumnStrip::contribution:
    return tr("share of LDS that rests on c_j");
  }
  return {};
}

bool compared_with_threshold(HeatmapValue value) {
  return value == HeatmapValue::strength || value == HeatmapValue::corrected;
}

} // namespace longview
