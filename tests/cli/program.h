#pragma once

#include <sstream>
#include <string>
#include <vector>

#include <QProcess>
#include <QtTest>

#include <nlohmann/json.hpp>

namespace longview::test {

/// What a finished call of the program left.
struct Finished {
  int status = -1; ///< as a shell gives it: 128 + the signal for a process that a signal ended; -1: it did not end
  std::string out, err;

  nlohmann::json json() const { return nlohmann::json::parse(out); }
  std::vector<std::string> lines() const {
    std::vector<std::string> all;
    std::istringstream in(out);
    for (std::string line; std::getline(in, line);)
      all.push_back(line);
    return all;
  }
  std::vector<nlohmann::json> json_lines() const {
    std::vector<nlohmann::json> all;
    for (const std::string& line : lines())
      all.push_back(nlohmann::json::parse(line));
    return all;
  }
};

inline QStringList arguments_of(const std::vector<std::string>& arguments) {
  QStringList list;
  for (const std::string& argument : arguments)
    list << QString::fromStdString(argument);
  return list;
}

/// The program as a process of its own.
class Program {
 public:
  /// `environment`: "NAME=value", on top of this process's own.
  explicit Program(const std::vector<std::string>& arguments, const std::vector<std::string>& environment = {},
                   const char* program = LONGVIEW_CLI) {
    QProcessEnvironment own = QProcessEnvironment::systemEnvironment();
    for (const std::string& entry : environment) {
      const QString text = QString::fromStdString(entry);
      own.insert(text.section('=', 0, 0), text.section('=', 1));
    }
    process_.setProcessEnvironment(own);
    process_.start(program, arguments_of(arguments));
    process_.waitForStarted();
  }

  qint64 pid() const { return process_.processId(); }
  bool running() const { return process_.state() != QProcess::NotRunning; }
  bool wait(int milliseconds) { return process_.waitForFinished(milliseconds); }

  Finished finish(int milliseconds = 300'000) {
    Finished done;
    if (running() && !process_.waitForFinished(milliseconds))
      return done;
    done.status = process_.exitCode() + (process_.exitStatus() == QProcess::CrashExit ? 128 : 0);
    done.out = process_.readAllStandardOutput().toStdString();
    done.err = process_.readAllStandardError().toStdString();
    return done;
  }

 private:
  QProcess process_;
};

/// Starts the program and waits for its end.
inline Finished longview_cli(const std::vector<std::string>& arguments,
                             const std::vector<std::string>& environment = {}) {
  return Program(arguments, environment).finish();
}

inline bool contains(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

/// One sentence on stderr: the program's name, then what is wrong; nothing else.
inline bool is_one_line(const std::string& err) {
  return err.starts_with("longview-cli: ") && err.ends_with("\n") && err.find('\n') == err.size() - 1;
}

} // namespace longview::test

/// The call ended with this status; otherwise what it said is shown.
#define COMPARE_STATUS(finished, expected)                                                                             \
  QVERIFY2(                                                                                                            \
      (finished).status == (expected),                                                                                 \
      qPrintable(QString("status %1, stderr: %2").arg((finished).status).arg(QString::fromStdString((finished).err))))

/// A text has this part in it; otherwise the whole of it is shown.
#define VERIFY_CONTAINS(text, part)                                                                                    \
  QVERIFY2(longview::test::contains(text, part), qPrintable(QString::fromStdString(text)))
