#include "widgets/system_colour_scheme.h"

#include <QDBusConnection>
#include <QDBusMessage>
#include <QDBusPendingCallWatcher>
#include <QDBusPendingReply>
#include <QDBusVariant>
#include <QGuiApplication>
#include <QPointer>

namespace longview {
namespace {

constexpr unsigned prefers_dark = 1;

const QString portal = QStringLiteral("org.freedesktop.portal.Desktop");
const QString object_path = QStringLiteral("/org/freedesktop/portal/desktop");
const QString settings = QStringLiteral("org.freedesktop.portal.Settings");
const QString appearance = QStringLiteral("org.freedesktop.appearance");
const QString colour_scheme = QStringLiteral("color-scheme");

/// The answer is a variant in a variant (the old Read of the portal), or a single one.
bool is_dark(QVariant value) {
  while (value.metaType() == QMetaType::fromType<QDBusVariant>())
    value = value.value<QDBusVariant>().variant();
  return value.toUInt() == prefers_dark;
}

} // namespace

SystemColourScheme& SystemColourScheme::instance() {
  static QPointer<SystemColourScheme> only;
  if (!only)
    only = new SystemColourScheme(QCoreApplication::instance());
  return *only;
}

SystemColourScheme::SystemColourScheme(QObject* parent) : QObject(parent) {
  // Without a screen nobody looks: figures and tests do not depend on the desktop they happen to run on.
  if (QGuiApplication::platformName() != QLatin1String("offscreen"))
    ask();
}

void SystemColourScheme::ask() {
  QDBusConnection bus = QDBusConnection::sessionBus();
  if (!bus.isConnected())
    return;
  bus.connect(portal, object_path, settings, QStringLiteral("SettingChanged"), this,
              SLOT(setting_changed(QString, QString, QDBusVariant)));
  QDBusMessage question = QDBusMessage::createMethodCall(portal, object_path, settings, QStringLiteral("Read"));
  question << appearance << colour_scheme;
  auto* watcher = new QDBusPendingCallWatcher(bus.asyncCall(question), this);
  connect(watcher, &QDBusPendingCallWatcher::finished, this, [this](QDBusPendingCallWatcher* finished) {
    const QDBusPendingReply<QDBusVariant> reply = *finished;
    if (reply.isValid())
      set_dark(is_dark(QVariant::fromValue(reply.value())));
    finished->deleteLater();
  });
}

void SystemColourScheme::setting_changed(const QString& space, const QString& key, const QDBusVariant& value) {
  if (space == appearance && key == colour_scheme)
    set_dark(is_dark(QVariant::fromValue(value)));
}

void SystemColourScheme::set_dark(bool dark) {
  if (dark_ == dark)
    return;
  dark_ = dark;
  if (changed_)
    changed_();
}

} // namespace longview
