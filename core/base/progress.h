#pragma once

#include <chrono>
#include <optional>

namespace longview {

/// Lets at most one report through per interval, and tells the time left from the work done since the start.
/// Used by one thread.
class Throttle {
 public:
  using Clock = std::chrono::steady_clock;
  explicit Throttle(Clock::duration interval = std::chrono::milliseconds(100)) : interval_(interval) {}

  /// True when a report is due; the next is due an interval later.
  bool due(Clock::time_point now = Clock::now());

 private:
  Clock::duration interval_;
  std::optional<Clock::time_point> last_;
};

/// Time left, from the rate of the recent past (an exponential mean over about 20 seconds), so that a resumed run or
/// a slow start do not mislead it. Used by one thread.
class TimeLeft {
 public:
  using Clock = std::chrono::steady_clock;
  /// `done` of `total` units of work, both in the same unit and at the moment `now`.
  void update(double done, double total, Clock::time_point now = Clock::now());
  /// Units a second; nothing before two updates a second apart.
  std::optional<double> rate() const { return rate_; }
  /// Seconds until done == total.
  std::optional<double> seconds() const;

 private:
  std::optional<Clock::time_point> last_;
  double last_done_ = 0;
  double left_ = 0;
  std::optional<double> rate_;
};

} // namespace longview
