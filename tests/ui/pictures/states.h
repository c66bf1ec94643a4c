#pragma once

#include <vector>

#include <QSize>

#include "studio.h"
#include "widgets/theme.h"

namespace longview::pictures {

/// A state of the window that is worth looking at. `arrange` brings the window into it and gives what is drawn.
struct State {
  const char* name; ///< of the file, without ending
  QWidget* (*arrange)(Studio&);
  QSize size{1152, 720};
  ThemeChoice theme = ThemeChoice::light;
  const char* scale = "1"; ///< of the screen (QT_SCALE_FACTOR)
  double font = 1;         ///< times the system's font
};

const std::vector<State>& all_states();

} // namespace longview::pictures
