#pragma once

#include <string>

#include <QtTest>

namespace longview::test {

/// Routes our log and Qt's messages into the running test: a warning or error nobody announced with expect_warning()
/// fails it.
void install_log_guard();
/// The next warning or error that contains `part` is expected, once.
void expect_warning(const std::string& part);
/// Fails the current test if an announced warning did not come; call at the end of a test function that announced one.
void verify_expected_warnings();

/// Runs the tests of an object with the guard. Qt Test takes all messages for itself when it starts, so the guard goes
/// before it only then.
inline int run_guarded(QObject& object, int argc, char** argv) {
  QTest::qInit(&object, argc, argv);
  install_log_guard();
  const int failures = QTest::qRun();
  QTest::qCleanup();
  return failures;
}

} // namespace longview::test

/// main() of a test without a window.
#define LONGVIEW_TEST_MAIN(Class)                                                                                      \
  int main(int argc, char** argv) {                                                                                    \
    QCoreApplication app(argc, argv);                                                                                  \
    Class object;                                                                                                      \
    return longview::test::run_guarded(object, argc, argv);                                                            \
  }
