#pragma once

#include <condition_variable>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <stop_token>
#include <thread>
#include <utility>

#include <QObject>

#include "base/error.h"

namespace longview {

/// A thread of its own for what one object of the window must not wait for. Requests belong to a kind, and of one kind
/// the newest wins: an older one that still waits is dropped, one that runs is asked to stop, and its answer is not
/// delivered. Used from the GUI thread; answers come there, from the event loop. Destroying it asks what runs to stop,
/// waits for that, and delivers nothing more.
class Background {
 public:
  using Kind = int;
  using Failed = std::function<void(const Error&)>;

  Background();
  ~Background();
  Background(const Background&) = delete;
  Background& operator=(const Background&) = delete;

  /// Runs work(stop) on the thread and gives what it returns to `done` (or its Error to `failed`) on the GUI thread.
  /// `work` owns copies of all it needs.
  template <typename Work, typename Done>
  void request(Kind kind, Work work, Done done, Failed failed) {
    post(
        kind,
        [this, work = std::move(work), done = std::move(done)](std::stop_token stop, Generation generation) {
          // std::function wants to copy what it holds, and answers may be large or not copyable.
          auto answer = std::make_shared<decltype(work(stop))>(work(stop));
          deliver(generation, [done, answer] { done(std::move(*answer)); });
        },
        std::move(failed));
  }

  /// Nothing of this kind will be delivered any more.
  void cancel(Kind kind);
  /// Asks the newest of this kind to stop, and still delivers what becomes of it: Error(cancelled), or an answer where
  /// it was over before it heard of it.
  void stop(Kind kind);
  /// A request of this kind waits, runs, or is about to be delivered.
  bool busy(Kind kind) const;

 private:
  struct Generation {
    Kind kind = 0;
    std::uint64_t number = 0;
  };
  struct Task {
    Generation generation;
    std::function<void(std::stop_token, Generation)> work;
    Failed failed;
    bool stopped = false; ///< before it began
  };

  void post(Kind kind, std::function<void(std::stop_token, Generation)> work, Failed failed);
  void deliver(Generation generation, std::function<void()> answer);
  void work();
  void run(const Task& task, std::stop_token stop);
  bool is_newest(Generation generation) const;

  std::map<Kind, std::uint64_t> newest_;  ///< GUI thread
  std::map<Kind, std::uint64_t> settled_; ///< GUI thread: the newest request that was answered
  QObject receiver_;                      ///< answers are posted to it, and vanish with it

  std::mutex mutex_;
  std::condition_variable wake_;
  std::deque<Task> waiting_;
  std::stop_source running_;
  Kind running_kind_ = -1;
  bool closing_ = false;
  std::thread thread_;
};

} // namespace longview
