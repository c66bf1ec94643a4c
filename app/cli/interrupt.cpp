#include "interrupt.h"

#include <csignal>

#include <pthread.h>
#include <unistd.h>

namespace longview::cli {
namespace {

/// Ctrl+C is not for a program that a script has put into the background: there it is ignored from the start.
sigset_t ending_signals() {
  sigset_t signals;
  sigemptyset(&signals);
  struct sigaction given {};
  if (::sigaction(SIGINT, nullptr, &given) != 0 || given.sa_handler != SIG_IGN)
    sigaddset(&signals, SIGINT);
  sigaddset(&signals, SIGTERM);
  return signals;
}

} // namespace

Interrupt::Interrupt() {
  const sigset_t signals = ending_signals();
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);
  waiter_ = std::jthread([this](const std::stop_token& over) {
    const sigset_t awaited = ending_signals();
    while (true) {
      int signal = 0;
      sigwait(&awaited, &signal);
      if (over.stop_requested())
        return;
      if (source_.stop_requested())
        ::_exit(130);
      source_.request_stop();
    }
  });
}

Interrupt::~Interrupt() {
  waiter_.request_stop();
  pthread_kill(waiter_.native_handle(), SIGTERM); // to it alone, so that it looks
  waiter_.join();
  const sigset_t signals = ending_signals();
  pthread_sigmask(SIG_UNBLOCK, &signals, nullptr);
}

} // namespace longview::cli
