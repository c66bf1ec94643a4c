#pragma once

#include <filesystem>
#include <thread>

#include "store/project.h"

namespace longview {

/// Holds the lease of a run for as long as it lives, and keeps it fresh from a thread of its own, so that no long batch
/// makes another program take it over. One process works on a run once at a time too: a second lease of it in this
/// process throws Error(busy), as one of another process does.
class RunLease {
 public:
  RunLease(Project& project, RunId run);
  ~RunLease();
  RunLease(const RunLease&) = delete;
  RunLease& operator=(const RunLease&) = delete;

 private:
  Project& project_;
  std::filesystem::path path_;
  RunId run_;
  std::jthread thread_;
};

} // namespace longview
