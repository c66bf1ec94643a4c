// The window starts itself again so that threads wait as base/machine.h says: once, with the
// same arguments.
#include <fstream>
#include <iterator>

#include <QProcess>
#include <QTemporaryDir>
#include <QtTest>

#include "known_project.h"
#include "support/log_guard.h"

using namespace longview::test;

class TestRestart : public QObject {
  Q_OBJECT

  QTemporaryDir folder_;

  static QByteArray file_of(const QProcess& process, const char* name) {
    std::ifstream in("/proc/" + std::to_string(process.processId()) + "/" + name, std::ios::binary);
    const std::string all{std::istreambuf_iterator<char>(in), {}};
    return QByteArray::fromStdString(all);
  }

  /// With this setting, "NAME=value" or null, and no other about waiting.
  static QProcessEnvironment environment(const char* setting) {
    QProcessEnvironment own = QProcessEnvironment::systemEnvironment();
    own.remove("GOMP_SPINCOUNT");
    own.remove("OMP_WAIT_POLICY");
    if (setting)
      own.insert(QString(setting).section('=', 0, 0), QString(setting).section('=', 1));
    return own;
  }

  /// The window, in a folder and with a project whose names have spaces, when Qt has come up in it.
  void start(QProcess& window, const char* setting) const {
    QProcessEnvironment own = environment(setting);
    own.insert("QT_QPA_PLATFORM", "offscreen");
    for (const char* folder : {"XDG_RUNTIME_DIR", "XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_CACHE_HOME"})
      own.insert(folder, folder_.path());
    window.setProcessEnvironment(own);
    window.setWorkingDirectory(folder_.path());
    window.start(LONGVIEW_GUI_PROGRAM, {"my project.longview"});
    QVERIFY(window.waitForStarted());
    QTRY_VERIFY_WITH_TIMEOUT(file_of(window, "maps").contains("libqoffscreen"), 60'000);
  }

 private slots:
  void initTestCase() {
    make_project(folder_.filePath("my project.longview").toStdString(), folder_.filePath("a.jsonl").toStdString(),
                 {{R"({"id":"d0","text":"one"})", 400, 0.5, 0.25}});
  }

  void once_with_the_same_arguments() {
    QProcess window;
    start(window, nullptr);
    QCOMPARE(file_of(window, "environ").split('\0').count("GOMP_SPINCOUNT=1000"), 1);
    const QList<QByteArray> arguments = file_of(window, "cmdline").split('\0');
    QCOMPARE(arguments.mid(1), (QList<QByteArray>{"my project.longview", ""}));
    QTRY_VERIFY_WITH_TIMEOUT(file_of(window, "maps").contains("my project.longview"), 60'000); // found from its folder
    window.kill();
    window.waitForFinished();
  }

  void the_command_line_starts_once_data() {
    QTest::addColumn<QByteArray>("setting");
    QTest::newRow("no setting") << QByteArray();
    QTest::newRow("policy") << QByteArray("OMP_WAIT_POLICY=passive");
    QTest::newRow("count") << QByteArray("GOMP_SPINCOUNT=7");
  }
  /// Its engine, and so libgomp, comes later: the setting is in time and it starts once. The loader (ld.so(8)) tells
  /// each time that it has started a program.
  void the_command_line_starts_once() {
    QFETCH(QByteArray, setting);
    QProcessEnvironment own = environment(setting.isEmpty() ? nullptr : setting.constData());
    own.insert("LD_DEBUG", "statistics");
    QProcess cli;
    cli.setProcessEnvironment(own);
    cli.start(LONGVIEW_CLI, {"--version"});
    QVERIFY(cli.waitForFinished(60'000));
    QCOMPARE(cli.exitCode(), 0);
    const QByteArray out = cli.readAllStandardOutput(), loader = cli.readAllStandardError();
    QVERIFY2(out.startsWith("longview-cli ") && out.count('\n') == 1, out.constData());
    QVERIFY2(loader.count("total startup time in dynamic loader") == 1, loader.constData());
  }

  void not_against_the_users_own_setting_data() {
    QTest::addColumn<QByteArray>("setting");
    QTest::newRow("policy") << QByteArray("OMP_WAIT_POLICY=passive");
    QTest::newRow("count") << QByteArray("GOMP_SPINCOUNT=7");
  }
  void not_against_the_users_own_setting() {
    QFETCH(QByteArray, setting);
    QProcess window;
    start(window, setting.constData());
    const QList<QByteArray> environment = file_of(window, "environ").split('\0');
    QVERIFY(environment.contains(setting));
    QVERIFY(!environment.contains("GOMP_SPINCOUNT=1000"));
    window.kill();
    window.waitForFinished();
  }
};

LONGVIEW_TEST_MAIN(TestRestart)
#include "tst_restart.moc"
