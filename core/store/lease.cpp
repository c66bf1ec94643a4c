#include "store/lease.h"

#include <cerrno>
#include <charconv>
#include <chrono>
#include <csignal>
#include <fstream>
#include <iterator>
#include <optional>
#include <unistd.h>

namespace longview {
namespace {

constexpr std::int64_t stale_after_ms = 60'000;

struct Lease {
  ProcessIdentity process;
  std::int64_t age_ms = 0;
  /// A heartbeat from the future is no sign of life either: a clock was wrong.
  bool holds() const { return age_ms <= stale_after_ms && age_ms >= -stale_after_ms && may_live(process); }
};

std::int64_t now_ms() {
  const auto now = std::chrono::system_clock::now().time_since_epoch();
  return std::chrono::duration_cast<std::chrono::milliseconds>(now).count();
}

std::string host_name() {
  char name[256] = {};
  return gethostname(name, sizeof name - 1) == 0 ? name : "unknown host";
}

struct ProcessState {
  char letter = '?';
  std::int64_t start = 0;
};

/// State and start time from /proc/PID/stat; nothing when there is no such process or no /proc.
std::optional<ProcessState> process_state(std::int64_t pid) {
  std::ifstream file(fmt::format("/proc/{}/stat", pid));
  const std::string text{std::istreambuf_iterator<char>(file), {}};
  // The name in parentheses may hold anything, so fields count from the last one: state is field 3, start field 22.
  const std::size_t name_end = text.rfind(')');
  if (name_end == std::string::npos || name_end + 2 >= text.size())
    return std::nullopt;
  ProcessState state{text[name_end + 2]};
  std::size_t position = name_end + 2;
  for (int field = 3; field < 22; ++field) {
    position = text.find(' ', position);
    if (position == std::string::npos)
      return std::nullopt;
    ++position;
  }
  const auto [end, failure] = std::from_chars(text.data() + position, text.data() + text.size(), state.start);
  return failure == std::errc() ? std::optional(state) : std::nullopt;
}

std::optional<Lease> lease_of(const Connection& connection, RunId run) {
  Query query = connection.query("SELECT host, pid, process_start, heartbeat_ms FROM lease WHERE run = ?", run);
  if (!query.next())
    return std::nullopt;
  return Lease{{query.text(0), query.integer(1), query.integer(2)}, now_ms() - query.integer(3)};
}

Error held(const Connection& connection, RunId run, const Lease& lease) {
  return Error(ErrorCode::busy,
               fmt::format("run {} is being scored by process {} on {} (last sign of life {} s ago); wait for it, or "
                           "stop it there",
                           static_cast<std::int64_t>(run), lease.process.pid, lease.process.host, lease.age_ms / 1000),
               connection.path().string());
}

} // namespace

ProcessIdentity this_process() {
  const std::int64_t pid = getpid();
  const std::optional<ProcessState> state = process_state(pid);
  return {host_name(), pid, state ? state->start : 0};
}

bool may_live(const ProcessIdentity& process) {
  if (process.host != host_name())
    return true;
  // kill() takes 0 and negative numbers for whole groups: no process has such a number.
  if (process.pid <= 0 || process.pid != static_cast<pid_t>(process.pid))
    return false;
  if (kill(static_cast<pid_t>(process.pid), 0) != 0 && errno == ESRCH)
    return false;
  const std::optional<ProcessState> state = process_state(process.pid);
  if (!state)
    return true;
  const bool finished = state->letter == 'Z' || state->letter == 'X'; // dead, its parent has not asked yet
  return !finished && (process.start == 0 || process.start == state->start);
}

void take_lease(const Connection& connection, RunId run) {
  const ProcessIdentity self = this_process();
  TransactionScope transaction(connection);
  const std::optional<Lease> lease = lease_of(connection, run);
  if (lease && lease->process != self && lease->holds())
    throw held(connection, run, *lease);
  connection.run("INSERT OR REPLACE INTO lease (run, host, pid, process_start, heartbeat_ms) VALUES (?, ?, ?, ?, ?)",
                 run, self.host, self.pid, self.start, now_ms());
  transaction.commit();
}

void renew_lease(const Connection& connection, RunId run) {
  const ProcessIdentity self = this_process();
  const int renewed =
      connection.run("UPDATE lease SET heartbeat_ms = ? WHERE run = ? AND host = ? AND pid = ? AND process_start = ?",
                     now_ms(), run, self.host, self.pid, self.start);
  if (renewed == 1)
    return;
  if (const std::optional<Lease> lease = lease_of(connection, run))
    throw held(connection, run, *lease);
  throw Error(ErrorCode::busy, "this program no longer holds the run; start it again", connection.path().string());
}

void release_lease(const Connection& connection, RunId run) {
  const ProcessIdentity self = this_process();
  connection.run("DELETE FROM lease WHERE run = ? AND host = ? AND pid = ? AND process_start = ?", run, self.host,
                 self.pid, self.start);
}

bool is_leased(const Connection& connection) {
  Query query = connection.query("SELECT host, pid, process_start, heartbeat_ms FROM lease");
  while (query.next()) {
    const Lease lease{{query.text(0), query.integer(1), query.integer(2)}, now_ms() - query.integer(3)};
    if (lease.holds())
      return true;
  }
  return false;
}

} // namespace longview
