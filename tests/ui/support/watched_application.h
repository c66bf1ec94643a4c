#pragma once

#include <chrono>
#include <ctime>
#include <optional>
#include <string>
#include <vector>

#include <QApplication>
#include <QEvent>
#include <QMetaEnum>
#include <QThread>

#include "base/waiting.h"

namespace longview::test {

/// An application that watches what its thread does with each event: store and engine are forbidden meanwhile (the log
/// guard makes a use fail the test), and the processor time of the longest event is kept. It is the thread's own time,
/// so a busy machine does not change it. An event that runs an event loop of its own (a dialog) does not count what
/// that loop handles.
class WatchedApplication final : public QApplication {
 public:
  using QApplication::QApplication;

  struct Longest {
    std::chrono::duration<double, std::milli> time{0};
    std::string event; ///< "MouseMove to QWidget"
  };

  static WatchedApplication& instance() { return *static_cast<WatchedApplication*>(QCoreApplication::instance()); }
  void forget() { longest_ = {}; }
  const Longest& longest() const { return longest_; }

  bool notify(QObject* receiver, QEvent* event) override {
    if (QThread::currentThread() != thread())
      return QApplication::notify(receiver, event);
    const int level = thread()->loopLevel();
    if (!open_.empty() && open_.back().loop_level == level)
      return QApplication::notify(receiver, event); // part of the event that sent it
    const QEvent::Type type = event->type();
    const char* const receiver_class = receiver->metaObject()->className(); // it may be gone afterwards
    open_.push_back({level, {}});
    const auto begin = used();
    bool handled = false;
    {
      const NoWaiting no_waiting;
      handled = QApplication::notify(receiver, event);
    }
    const auto whole = used() - begin;
    const auto own = whole - open_.back().inner;
    open_.pop_back();
    if (!open_.empty())
      open_.back().inner += whole;
    if (own > longest_.time) {
      const char* name = QMetaEnum::fromType<QEvent::Type>().valueToKey(type);
      longest_ = {own, std::string(name ? name : "an event") + " to " + receiver_class};
    }
    return handled;
  }

 private:
  struct Open {
    int loop_level = 0;
    std::chrono::nanoseconds inner{0}; ///< of the loop that this event runs
  };

  static std::chrono::nanoseconds used() {
    timespec now{};
    ::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
    return std::chrono::seconds(now.tv_sec) + std::chrono::nanoseconds(now.tv_nsec);
  }

  std::vector<Open> open_;
  Longest longest_;
};

} // namespace longview::test
