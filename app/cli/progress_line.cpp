#include "progress_line.h"

#include <cmath>
#include <cstdio>

#include <fmt/format.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "base/plain_text.h"
#include "table.h"

namespace longview::cli {
namespace {

std::size_t terminal_width() {
  winsize size{};
  return ::ioctl(STDERR_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 10 ? size.ws_col : 80;
}

std::string line_of(const RunProgress& p) {
  if (p.stage != RunProgress::Stage::scoring)
    return plain_line(p.message);
  std::string line = fmt::format("{:3.0f}%  ", std::floor(p.fraction * 100));
  if (p.documents_total > 0) // else it is about one document
    line += fmt::format("{}/{} documents, ", p.documents_done, p.documents_total);
  line += fmt::format("{}/{} pairs", p.pairs_done, p.pairs_total);
  if (p.pairs_per_second)
    line += fmt::format(", {} pairs/s", short_number(*p.pairs_per_second));
  if (p.seconds_left)
    line += fmt::format(", {} left", duration_text(*p.seconds_left));
  return line;
}

} // namespace

std::string duration_text(double seconds) {
  const auto whole = static_cast<std::uint64_t>(std::llround(std::max(0.0, seconds)));
  if (whole < 60)
    return fmt::format("{} s", whole);
  if (whole < 3600)
    return fmt::format("{} min {} s", whole / 60, whole % 60);
  return fmt::format("{} h {} min", whole / 3600, whole % 3600 / 60);
}

ProgressLine::ProgressLine(bool quiet) : quiet_(quiet), terminal_(::isatty(STDERR_FILENO) == 1) {}

void ProgressLine::show(const RunProgress& progress) {
  if (quiet_ || progress.stage >= RunProgress::Stage::finished)
    return;
  const bool new_stage = progress.stage != stage_;
  stage_ = progress.stage;
  const bool due = every_five_seconds_.due(); // asked in any case: a new stage counts as a line as well
  if (terminal_ || new_stage || due)
    print(line_of(progress));
}

void ProgressLine::print(const std::string& line) {
  if (terminal_)
    fmt::print(stderr, "\r\x1b[K{}", shortened(line, terminal_width() - 1));
  else
    fmt::print(stderr, "{}\n", line);
  std::fflush(stderr);
  shown_ = terminal_;
}

void ProgressLine::clear() {
  if (shown_)
    fmt::print(stderr, "\r\x1b[K");
  shown_ = false;
}

} // namespace longview::cli
