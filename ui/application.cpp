#include "application.h"

#include <QGuiApplication>
#include <QIcon>

#include "base/machine.h"

namespace longview {

void name_application() {
  QCoreApplication::setApplicationName(QStringLiteral("Longview"));
  QCoreApplication::setApplicationVersion(QString::fromStdString(program_version()));
  QGuiApplication::setApplicationDisplayName(QStringLiteral("Longview"));
  QGuiApplication::setDesktopFileName(application_id);
  QGuiApplication::setWindowIcon(QIcon(QStringLiteral(":/icons/%1.svg").arg(application_id)));
}

QSettings application_settings() {
  return QSettings(QSettings::IniFormat, QSettings::UserScope, QStringLiteral("longview"), application_id);
}

} // namespace longview
