#pragma once

#include <cstdint>
#include <string>

#include "store/connection.h"
#include "store/project.h"

namespace longview {

/// A process, so that it is not taken for a later one that got its number again.
struct ProcessIdentity {
  std::string host;
  std::int64_t pid = 0;
  std::int64_t start = 0; ///< clock ticks after boot, from /proc; 0 where the system does not tell
  bool operator==(const ProcessIdentity&) const = default;
};

ProcessIdentity this_process();
/// False when it is known to be gone: same host, and no process of that number and start. A process on another host may
/// live, for all we can tell.
bool may_live(const ProcessIdentity& process);

/// See Project.
void take_lease(const Connection& connection, RunId run);
void renew_lease(const Connection& connection, RunId run);
void release_lease(const Connection& connection, RunId run);
/// Whether a living process works on any run: then the files beside the project are in use, not left behind.
bool is_leased(const Connection& connection);

} // namespace longview
