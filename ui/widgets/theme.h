#pragma once

#include <array>

#include <QColor>
#include <QPalette>

namespace longview {

enum class ThemeChoice { system, light, dark };

/// Colours of figures. Dark is not inverted light: it has grid and hatch colours of its own.
struct Theme {
  bool dark = false;
  QColor background, text, muted_text, grid, hatch, diagonal, accent, threshold, warning;

  static Theme light();
  static Theme dark_theme();
  /// By the lightness of the palette's window colour.
  static Theme of(const QPalette& palette);
  /// The eight Okabe-Ito colours; the first dataset is always blue, the second always vermilion.
  static const std::array<QColor, 8>& categories();
};

/// Gives the application a light or dark palette (Fusion), or that of the system back. Emits the usual palette changes.
void apply_theme(ThemeChoice choice);

} // namespace longview
