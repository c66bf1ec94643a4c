#pragma once

#include <string>

#include "base/progress.h"
#include "run/runner.h"

namespace longview::cli {

/// "2 min 10 s".
std::string duration_text(double seconds);

/// Progress on stderr: one line that is overwritten on a terminal, a line every five seconds into a file.
class ProgressLine {
 public:
  explicit ProgressLine(bool quiet);
  ~ProgressLine() { clear(); }
  ProgressLine(const ProgressLine&) = delete;
  ProgressLine& operator=(const ProgressLine&) = delete;

  void show(const RunProgress& progress);
  /// Takes the line away, so that something else can be printed.
  void clear();

 private:
  void print(const std::string& line);

  bool quiet_, terminal_;
  Throttle every_five_seconds_{std::chrono::seconds(5)};
  RunProgress::Stage stage_ = RunProgress::Stage::finished;
  bool shown_ = false;
};

} // namespace longview::cli
