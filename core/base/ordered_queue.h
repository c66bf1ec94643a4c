#pragma once

#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <map>
#include <mutex>
#include <optional>
#include <stop_token>

namespace longview {

/// Puts back into order what several threads finish out of order: items carry a sequence number from 0, pop() gives
/// them in sequence. At most `capacity` numbers ahead of the next one are held; a thread further ahead waits.
template <typename T>
class OrderedQueue {
 public:
  explicit OrderedQueue(std::size_t capacity) : capacity_(capacity) {}

  /// False when stopped; the item is dropped then.
  bool push(std::uint64_t sequence, T item, std::stop_token stop) {
    std::unique_lock lock(mutex_);
    if (!changed_.wait(lock, stop, [&] { return sequence < next_ + capacity_; }))
      return false;
    items_.emplace(sequence, std::move(item));
    changed_.notify_all();
    return true;
  }

  /// Nothing when stopped, or when all `end` items were given.
  std::optional<T> pop(std::stop_token stop) {
    std::unique_lock lock(mutex_);
    const auto ready = [&] { return (end_ && next_ >= *end_) || (!items_.empty() && items_.begin()->first == next_); };
    if (!changed_.wait(lock, stop, ready) || (end_ && next_ >= *end_))
      return std::nullopt;
    T item = std::move(items_.begin()->second);
    items_.erase(items_.begin());
    ++next_;
    changed_.notify_all();
    return item;
  }

  /// There will be items 0 … count - 1 and no more.
  void finish(std::uint64_t count) {
    const std::scoped_lock lock(mutex_);
    end_ = count;
    changed_.notify_all();
  }

 private:
  const std::size_t capacity_;
  std::mutex mutex_;
  std::condition_variable_any changed_;
  std::map<std::uint64_t, T> items_;
  std::uint64_t next_ = 0;
  std::optional<std::uint64_t> end_;
};

} // namespace longview
