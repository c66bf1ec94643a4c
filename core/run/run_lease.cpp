#include "run/run_lease.h"

#include <chrono>
#include <condition_variable>
#include <filesystem>
#include <mutex>
#include <set>
#include <utility>

#include "base/error.h"
#include "base/log.h"

namespace longview {
namespace {

constexpr auto heartbeat_interval = std::chrono::seconds(15);

/// Runs that this process works on: the lease in the project file tells processes apart, not threads.
class OwnRuns {
 public:
  bool add(const std::filesystem::path& project, RunId run) {
    const std::scoped_lock lock(mutex_);
    return runs_.insert({project, run}).second;
  }
  void remove(const std::filesystem::path& project, RunId run) {
    const std::scoped_lock lock(mutex_);
    runs_.erase({project, run});
  }

 private:
  std::mutex mutex_;
  std::set<std::pair<std::filesystem::path, RunId>> runs_;
};

OwnRuns& own_runs() {
  static OwnRuns runs;
  return runs;
}

void beat(const std::filesystem::path& path, RunId run, const std::stop_token& stop) {
  std::mutex mutex;
  std::condition_variable_any never;
  std::unique_lock lock(mutex);
  while (!never.wait_for(lock, stop, heartbeat_interval, [&] { return stop.stop_requested(); })) {
    try {
      Project::open(path, Project::Mode::read_write).renew_lease(run);
    } catch (const Error& error) {
      log::debug("the lease could not be renewed: {}", error.what()); // the next beat tries again
    }
  }
}

} // namespace

RunLease::RunLease(Project& project, RunId run)
    : project_(project), path_(std::filesystem::weakly_canonical(project.path())), run_(run) {
  if (!own_runs().add(path_, run_))
    throw Error(ErrorCode::busy, "this program is working on the run already; wait until it is finished",
                project_.path().string());
  try {
    project_.take_lease(run_);
    thread_ = std::jthread([path = path_, run](std::stop_token stop) { beat(path, run, stop); });
  } catch (...) {
    own_runs().remove(path_, run_);
    throw;
  }
}

RunLease::~RunLease() {
  thread_ = {};
  try {
    project_.release_lease(run_);
  } catch (const Error& error) {
    log::warning("{}", error.what());
  }
  own_runs().remove(path_, run_);
}

} // namespace longview
