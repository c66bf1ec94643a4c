#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>

namespace longview {

/// Seconds that went into one kind of work, added up over any number of threads: a clock read at both ends of a piece
/// of work, so the pieces should be batches and documents, not tokens.
class TimeSpent {
 public:
  using Clock = std::chrono::steady_clock;

  void add(Clock::duration time) {
    nanoseconds_.fetch_add(std::chrono::duration_cast<std::chrono::nanoseconds>(time).count(),
                           std::memory_order_relaxed);
  }
  double seconds() const { return static_cast<double>(nanoseconds_.load(std::memory_order_relaxed)) * 1e-9; }

 private:
  std::atomic<std::int64_t> nanoseconds_{0};
};

/// Adds the time it lives.
class Timed {
 public:
  explicit Timed(TimeSpent& spent) : spent_(spent), start_(TimeSpent::Clock::now()) {}
  ~Timed() { spent_.add(TimeSpent::Clock::now() - start_); }
  Timed(const Timed&) = delete;
  Timed& operator=(const Timed&) = delete;

 private:
  TimeSpent& spent_;
  TimeSpent::Clock::time_point start_;
};

} // namespace longview
