#include "support/log_guard.h"

#include <mutex>
#include <vector>

#include "base/log.h"

namespace longview::test {
namespace {

std::mutex mutex;
std::vector<std::string> expected;
QtMessageHandler previous = nullptr;

bool take_expected(const std::string& message) {
  const std::scoped_lock lock(mutex);
  for (auto it = expected.begin(); it != expected.end(); ++it) {
    if (message.find(*it) != std::string::npos) {
      expected.erase(it);
      return true;
    }
  }
  return false;
}

void fail_on(const std::string& message) {
  QTest::qFail(("unexpected warning: " + message).c_str(), __FILE__, __LINE__);
}

void on_qt_message(QtMsgType type, const QMessageLogContext& context, const QString& text) {
  // Qt Test reports failures through this handler as well: those carry its own category.
  const bool ours =
      qstrcmp(context.category, "qt.test") != 0 && !text.contains(QLatin1String("This plugin does not support"));
  if (ours && (type == QtWarningMsg || type == QtCriticalMsg) && !take_expected(text.toStdString()))
    fail_on(text.toStdString());
  if (previous)
    previous(type, context, text);
}

} // namespace

void install_log_guard() {
  previous = qInstallMessageHandler(on_qt_message);
  log::set_sink([](log::Level level, std::string_view text) {
    const std::string message(text);
    if (level >= log::Level::warning && !take_expected(message))
      fail_on(message);
  });
}

void expect_warning(const std::string& part) {
  const std::scoped_lock lock(mutex);
  expected.push_back(part);
}

void verify_expected_warnings() {
  const std::scoped_lock lock(mutex);
  for (const std::string& part : expected)
    QTest::qFail(("expected warning did not come: " + part).c_str(), __FILE__, __LINE__);
  expected.clear();
}

} // namespace longview::test
