#pragma once

#include <exception>
#include <mutex>
#include <stop_token>

namespace longview {

/// The first exception of a group of threads, and the stop that follows it. An outer stop request is passed on.
class Failure {
 public:
  explicit Failure(std::stop_token outer) : forward_(std::move(outer), Forward{&source_}) {}

  /// Stopped by the user or by a failure.
  std::stop_token token() const { return source_.get_token(); }

  void stop() { source_.request_stop(); }

  /// Runs `work`; an exception of it is kept (the first one) and stops the others.
  template <typename Work>
  void guard(const Work& work) noexcept {
    try {
      work();
    } catch (...) {
      {
        const std::scoped_lock lock(mutex_);
        if (!first_)
          first_ = std::current_exception();
      }
      source_.request_stop();
    }
  }

  /// Throws the first exception, if there was one.
  void rethrow() const {
    const std::scoped_lock lock(mutex_);
    if (first_)
      std::rethrow_exception(first_);
  }

 private:
  struct Forward {
    std::stop_source* source;
    void operator()() const { source->request_stop(); }
  };
  std::stop_source source_;
  mutable std::mutex mutex_;
  std::exception_ptr first_;
  std::stop_callback<Forward> forward_;
};

} // namespace longview
