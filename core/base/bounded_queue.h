#pragma once

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <mutex>
#include <optional>
#include <stop_token>

namespace longview {

/// A first-in first-out queue between threads that holds at most `capacity` items, so that a fast stage waits for a
/// slow one instead of filling memory. push and pop give up when a stop is requested; pop ends when the queue is closed
/// and empty.
template <typename T>
class BoundedQueue {
 public:
  explicit BoundedQueue(std::size_t capacity) : capacity_(capacity) {}

  /// False when stopped or closed; the item is dropped then.
  bool push(T item, std::stop_token stop) {
    std::unique_lock lock(mutex_);
    if (!changed_.wait(lock, stop, [&] { return closed_ || items_.size() < capacity_; }) || closed_)
      return false;
    items_.push_back(std::move(item));
    changed_.notify_all();
    return true;
  }

  /// Nothing when stopped, or when closed and empty.
  std::optional<T> pop(std::stop_token stop) {
    std::unique_lock lock(mutex_);
    if (!changed_.wait(lock, stop, [&] { return closed_ || !items_.empty(); }) || items_.empty())
      return std::nullopt;
    return take();
  }

  /// Whatever is there now; never waits.
  std::optional<T> try_pop() {
    const std::scoped_lock lock(mutex_);
    if (items_.empty())
      return std::nullopt;
    return take();
  }

  /// No more items will be pushed; waiting ends.
  void close() {
    const std::scoped_lock lock(mutex_);
    closed_ = true;
    changed_.notify_all();
  }

  std::size_t size() const {
    const std::scoped_lock lock(mutex_);
    return items_.size();
  }

 private:
  T take() {
    T item = std::move(items_.front());
    items_.pop_front();
    changed_.notify_all();
    return item;
  }

  const std::size_t capacity_;
  mutable std::mutex mutex_;
  std::condition_variable_any changed_;
  std::deque<T> items_;
  bool closed_ = false;
};

} // namespace longview
