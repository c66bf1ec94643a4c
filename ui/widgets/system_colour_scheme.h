#pragma once

#include <functional>
#include <utility>

#include <QObject>

class QDBusVariant;

namespace longview {

/// What the desktop says about light and dark: org.freedesktop.appearance color-scheme of the settings portal, over
/// D-Bus (Qt 6.4 does not read it). Says "not dark" where there is no portal. GUI thread.
class SystemColourScheme : public QObject {
  Q_OBJECT

 public:
  /// Asks the portal the first time and does not wait for it: the answer comes as a change.
  static SystemColourScheme& instance();

  bool wants_dark() const { return dark_; }
  void on_change(std::function<void()> changed) { changed_ = std::move(changed); }

 private slots:
  void setting_changed(const QString& space, const QString& key, const QDBusVariant& value);

 private:
  explicit SystemColourScheme(QObject* parent);
  void ask();
  void set_dark(bool dark);

  bool dark_ = false;
  std::function<void()> changed_;
};

} // namespace longview
