#include "base/thread_priority.h"

#include <sys/resource.h>
#include <unistd.h>

namespace longview {
namespace {

constexpr int behind = 10; // of 19

} // namespace

void lower_thread_priority() noexcept {
  // Linux keeps a nice value for each thread, unlike POSIX; it can be raised without a right to lower it again.
  const auto thread = static_cast<id_t>(::gettid());
  if (::getpriority(PRIO_PROCESS, thread) < behind)
    ::setpriority(PRIO_PROCESS, thread, behind);
}

} // namespace longview
