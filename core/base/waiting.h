#pragma once

#include <string_view>

namespace longview {

/// Some threads must never wait for a disk or a model: above all the window's, while it handles an event. What may wait
/// says so with may_wait(); on a thread inside a NoWaiting that is a mistake of the program, written to the log as a
/// warning (which fails a test). Costs one read of a thread's own variable.
class NoWaiting {
 public:
  NoWaiting();
  ~NoWaiting();
  NoWaiting(const NoWaiting&) = delete;
  NoWaiting& operator=(const NoWaiting&) = delete;
};

/// Called where a disk or a model may be waited for; `what` for the log.
void may_wait(std::string_view what);

} // namespace longview
