#pragma once

#include <sys/resource.h>
#include <unistd.h>

namespace longview::test {

/// How far the calling thread stands behind others: -20 to 19, 0 at first.
inline int niceness() {
  return ::getpriority(PRIO_PROCESS, static_cast<id_t>(::gettid()));
}

} // namespace longview::test
