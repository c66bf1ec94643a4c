#pragma once

#include <QSettings>
#include <QString>

namespace longview {

/// The one name of the program for desktops, settings and packages: reverse DNS, as freedesktop.org asks.
inline const QString application_id = QStringLiteral("org.longview.Longview");

/// Names the application to Qt; before the first window. Settings then live in ~/.config/longview.
void name_application();

/// Where layout, theme and recent projects persist.
QSettings application_settings();

} // namespace longview
