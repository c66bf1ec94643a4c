#pragma once

#include <QWidget>

#include "models/format.h"

namespace longview {

/// Shows exactly these words in the tooltip, and gives them to assistive technology as they are: it would be told the
/// tooltip with its markup.
inline void set_tooltip(QWidget& widget, const QString& words) {
  widget.setToolTip(tooltip(words));
  widget.setAccessibleDescription(words);
}

} // namespace longview
