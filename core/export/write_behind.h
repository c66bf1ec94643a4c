#pragma once

#include <exception>
#include <functional>
#include <thread>

#include "base/bounded_queue.h"

namespace longview {

/// Runs tasks one after the other on a thread of its own, so that one record is made while another is compressed and
/// written. What is not begun when it is destroyed is dropped.
class WriteBehind {
 public:
  static constexpr std::size_t most_waiting = 4; ///< tasks
  WriteBehind();

  /// Waits while some tasks are before it. Throws what a task before it threw; none is run after that one.
  void post(std::function<void()> task);
  /// Waits until all are done; nothing can be posted after it. Throws as post().
  void finish();

 private:
  void run(const std::stop_token& drop);
  [[noreturn]] void fail();

  BoundedQueue<std::function<void()>> tasks_;
  std::exception_ptr failure_; ///< read after the thread has ended
  std::jthread thread_;        // last: it uses the others
};

} // namespace longview
