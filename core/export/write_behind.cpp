#include "export/write_behind.h"

#include <utility>

namespace longview {
namespace {

constexpr std::size_t most_waiting = 4; // pieces of a megabyte

} // namespace

WriteBehind::WriteBehind() : tasks_(most_waiting), thread_([this] { run(); }) {}

WriteBehind::~WriteBehind() {
  drop_.request_stop();
  if (thread_.joinable())
    thread_.join();
}

void WriteBehind::run() {
  try {
    while (!drop_.stop_requested()) {
      const auto task = tasks_.pop(drop_.get_token());
      if (!task)
        return;
      (*task)();
    }
  } catch (...) {
    failure_ = std::current_exception();
    drop_.request_stop(); // who waits for room must not wait for ever
  }
}

void WriteBehind::post(std::function<void()> task) {
  if (drop_.stop_requested() || !tasks_.push(std::move(task), drop_.get_token()))
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
