// What of a heatmap's view is kept from one start to the next.
#include <cmath>

#include <QLocale>
#include <QSettings>

#include "widgets/heatmap_widget.h"

namespace longview {
namespace {

const QString ranges_group = QStringLiteral("heatmap/ranges");

QString word(std::string_view text) {
  return QString::fromUtf8(text);
}

/// "-0.05 0.35", with all digits.
QString range_text(const ColourRange& range) {
  const auto number = [](double value) { return QString::number(value, 'g', QLocale::FloatingPointShortest); };
  return number(range.low) + u' ' + number(range.high);
}

/// Nothing for what is no range.
std::optional<ColourRange> range_of(const QString& text) {
  bool low_is = false, high_is = false;
  const ColourRange range{text.section(u' ', 0, 0).toDouble(&low_is), text.section(u' ', 1).toDouble(&high_is)};
  const bool ordered = std::isfinite(range.low) && std::isfinite(range.high) && range.low < range.high;
  return low_is && high_is && ordered ? std::optional(range) : std::nullopt;
}

std::map<HeatmapValue, ColourRange> read_ranges(const QSettings& settings) {
  std::map<HeatmapValue, ColourRange> ranges;
  for (const NamedHeatmapValue& one : heatmap_values)
    if (const auto range = range_of(settings.value(ranges_group + u'/' + word(one.word)).toString()))
      ranges[one.value] = *range;
  return ranges;
}

} // namespace

void HeatmapWidget::save_view(QSettings& settings) const {
  settings.setValue(QStringLiteral("heatmap/value"), word(name(view().value)));
  settings.setValue(QStringLiteral("heatmap/axes"), word(name(view().axes)));
  settings.setValue(QStringLiteral("heatmap/strip"), word(name(view().strip)));
  settings.setValue(QStringLiteral("heatmap/fade"), view().fade);
  settings.remove(ranges_group);
  for (const auto& [value, range] : ranges())
    settings.setValue(ranges_group + u'/' + word(name(value)), range_text(range));
}

void HeatmapWidget::restore_view(const QSettings& settings) {
  const auto kept = [&settings](const char* key) {
    return settings.value(QLatin1String(key)).toString().toStdString();
  };
  HeatmapView restored = view();
  restored.axes = parse_axis_unit(kept("heatmap/axes")).value_or(restored.axes);
  restored.strip = parse_column_strip(kept("heatmap/strip")).value_or(restored.strip);
  restored.fade = settings.value(QStringLiteral("heatmap/fade"), restored.fade).toBool();
  set_view(restored);
  set_ranges(read_ranges(settings));
  set_value(parse_heatmap_value(kept("heatmap/value")).value_or(restored.value));
}

} // namespace longview
