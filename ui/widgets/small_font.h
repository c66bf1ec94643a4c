#pragma once

#include <algorithm>
#include <cmath>

#include <QFont>

namespace longview {

/// A font times a factor, whichever way its size is given.
inline QFont scaled_font(QFont font, double factor) {
  if (font.pixelSize() > 0)
    font.setPixelSize(std::max(1, static_cast<int>(std::lround(font.pixelSize() * factor))));
  else
    font.setPointSizeF(font.pointSizeF() * factor);
  return font;
}

/// The smallest of the window's three sizes: axes, readings, keys.
inline QFont small_font(const QFont& font) {
  return scaled_font(font, 0.9);
}

/// The largest: titles.
inline QFont title_font(const QFont& font) {
  return scaled_font(font, 1.25);
}

} // namespace longview
