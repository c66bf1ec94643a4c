#pragma once

#include <QAction>
#include <QWidget>

namespace longview::test {

/// How long a test waits for what another thread does before it fails, in milliseconds.
inline constexpr int patience = 30000;

/// The child of this accessible name; null where there is none.
template <typename Widget>
Widget* named(const QWidget& parent, const char* accessible_name) {
  for (Widget* found : parent.findChildren<Widget*>())
    if (found->accessibleName() == QLatin1String(accessible_name))
      return found;
  return nullptr;
}

/// By its text without the mnemonic; null where there is none.
inline QAction* action(const QWidget& window, const QString& text) {
  for (QAction* found : window.findChildren<QAction*>())
    if (QString(found->text()).remove(u'&') == text)
      return found;
  return nullptr;
}

} // namespace longview::test
