#pragma once

#include <stop_token>
#include <thread>

namespace longview::cli {

/// Turns SIGINT and SIGTERM into a stop request for as long as it lives; a second signal ends the process at once. Make
/// it before any other thread, since threads inherit the blocked signals.
class Interrupt {
 public:
  Interrupt();
  ~Interrupt();
  Interrupt(const Interrupt&) = delete;
  Interrupt& operator=(const Interrupt&) = delete;

  std::stop_token token() const { return source_.get_token(); }

 private:
  std::stop_source source_;
  std::jthread waiter_;
};

} // namespace longview::cli
