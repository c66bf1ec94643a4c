#pragma once

#include <span>

#include <QColor>

namespace longview {

/// Colours of a value from 0 to 1, along published stops.
class ColourMap {
 public:
  /// Cividis (Nuñez, Anderton and Renslow 2018): perceptually uniform, the same to colour-blind eyes, dark to bright.
  static const ColourMap& sequential();
  /// Blue for the lower half, orange for the upper, grey in the middle: from Okabe and Ito's colours for colour-blind
  /// eyes. On a light background the ends are dark, on a dark one bright, so that what is near zero stays quiet.
  static const ColourMap& diverging(bool dark);

  /// Position 0 … 1; beyond that the colour of the end.
  QRgb at(double position) const;

 private:
  explicit ColourMap(std::span<const QRgb> stops) : stops_(stops) {}
  std::span<const QRgb> stops_; ///< evenly spaced
};

/// Ends of a colour scale that a person chose; low < high.
struct ColourRange {
  double low = 0;
  double high = 1;
  bool operator==(const ColourRange&) const = default;
};

/// How the values of a figure become colours. Its range leaves the outermost half percent aside (at least two values,
/// at most five percent) where they lie far out, so that one outlier does not take the colour from the rest;
/// `clipped_*` tell that there are values beyond the end.
struct ColourScale {
  bool diverging = false;
  double low = 0;
  double high = 1;
  bool clipped_low = false;
  bool clipped_high = false;

  /// Both signs have the same length, at least `least`, and zero is grey; round ends.
  static ColourScale diverging_for(std::span<const double> values, double least = 0);
  /// Values that begin at zero: the low end is zero, the high end round.
  static ColourScale from_zero_for(std::span<const double> values);
  /// Positive values that do not begin at zero; round ends.
  static ColourScale between_for(std::span<const double> values);

  /// This scale with ends that were chosen. Diverging, zero stays grey and a step to either side is as large as before:
  /// a range that is longer on one side shows all colours of that side only.
  ColourScale with(const ColourRange& range, std::span<const double> values) const;

  /// Place on the colour bar from low to high, 0 … 1; the ends for what lies beyond.
  double position(double value) const;
  QRgb colour(double value, bool dark) const;

  bool operator==(const ColourScale&) const = default;

 private:
  void tell_clipped(std::span<const double> values);
};

} // namespace longview
