#pragma once

#include <QApplication>
#include <QTemporaryDir>

#include "support/log_guard.h"

/// main() of a test with widgets: offscreen unless the caller says otherwise, one look everywhere, and settings and data
/// of the user out of reach.
#define LONGVIEW_WIDGET_TEST_MAIN(Class)                                                                               \
  int main(int argc, char** argv) {                                                                                    \
    if (!qEnvironmentVariableIsSet("QT_QPA_PLATFORM"))                                                                 \
      qputenv("QT_QPA_PLATFORM", "offscreen");                                                                         \
    QTemporaryDir home;                                                                                                \
    qputenv("XDG_CONFIG_HOME", home.path().toUtf8() + "/config");                                                      \
    qputenv("XDG_DATA_HOME", home.path().toUtf8() + "/data");                                                          \
    QApplication::setStyle(QStringLiteral("Fusion"));                                                                  \
    QApplication app(argc, argv);                                                                                      \
    longview::test::install_log_guard();                                                                               \
    Class object;                                                                                                      \
    return QTest::qExec(&object, argc, argv);                                                                          \
  }
