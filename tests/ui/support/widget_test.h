#pragma once

#include <QTemporaryDir>

#include "support/log_guard.h"
#include "ui/support/watched_application.h"

/// main() of a test with widgets: offscreen unless the caller says otherwise, one look everywhere, settings and data of
/// the user out of reach, and an event that uses store or engine fails the test.
#define LONGVIEW_WIDGET_TEST_MAIN(Class)                                                                               \
  int main(int argc, char** argv) {                                                                                    \
    if (!qEnvironmentVariableIsSet("QT_QPA_PLATFORM"))                                                                 \
      qputenv("QT_QPA_PLATFORM", "offscreen");                                                                         \
    QTemporaryDir home;                                                                                                \
    qputenv("XDG_CONFIG_HOME", home.path().toUtf8() + "/config");                                                      \
    qputenv("XDG_DATA_HOME", home.path().toUtf8() + "/data");                                                          \
    QApplication::setStyle(QStringLiteral("Fusion"));                                                                  \
    longview::test::WatchedApplication app(argc, argv);                                                                \
    Class object;                                                                                                      \
    return longview::test::run_guarded(object, argc, argv);                                                            \
  }
