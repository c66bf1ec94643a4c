#pragma once

#include <array>

#include <QColor>
#include <QPalette>

namespace longview {

enum class ThemeChoice { system, light, dark, high_contrast };

/// Colours of figures. Dark is not inverted light: it has grid and hatch colours of its own.
struct Theme {
  bool dark = false;
  QColor background, text, muted_text, grid, hatch, diagonal, accent, threshold, warning;

  static Theme light();
  static Theme dark_theme();
  /// White on black, where the palette is (at least 20:1).
  static Theme high_contrast();
  /// By the lightness of the palette's window colour.
  static Theme of(const QPalette& palette);
  /// The eight Okabe-Ito colours; the first dataset is always blue, the second always vermilion.
  static const std::array<QColor, 8>& categories();
};

/// Contrast ratio of WCAG 2.1, 1 to 21: 4.5 is enough for text, 3 for the parts of a figure.
double contrast(const QColor& one, const QColor& other);
/// Black or white, whichever reads better on it (always at least 4.5:1).
QColor readable_on(const QColor& background);

/// Gives the application a light, dark or black and white palette (Fusion), or that of the system back: the
/// style's and palette of the start, or dark where the desktop asks for dark and the palette does not know. Then it
/// also follows the desktop when that changes. Emits the usual palette changes. GUI thread.
void apply_theme(ThemeChoice choice);

} // namespace longview
