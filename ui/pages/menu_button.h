#pragma once

#include <QString>

namespace longview {

/// The text of a tool button with a menu, with room for the arrow, which is drawn over the text's end.
inline QString menu_button_text(const QString& text) {
  return text + QChar(0x2002);
}

} // namespace longview
