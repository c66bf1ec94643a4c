#include "export/write_behind.h"

#include <utility>

namespace longview {

WriteBehind::WriteBehind() : tasks_(most_waiting), thread_([this](const std::stop_token& drop) { run(drop); }) {}

void WriteBehind::run(const std::stop_token& drop) {
  try {
    while (!drop.stop_requested()) {
      const auto task = tasks_.pop(drop);
      if (!task)
        return;
      (*task)();
    }
  } catch (...) {
    failure_ = std::current_exception();
    tasks_.close(); // who waits for room must not wait for ever
  }
}

void WriteBehind::post(std::function<void()> task) {
  if (!tasks_.push(std::move(task), {}))
    fail();
}

void WriteBehind::finish() {
  tasks_.close();
  thread_.join();
  if (failure_)
    fail();
}

/// The thread has ended or is about to.
void WriteBehind::fail() {
  if (thread_.joinable())
    thread_.join();
  std::rethrow_exception(failure_);
}

} // namespace longview
