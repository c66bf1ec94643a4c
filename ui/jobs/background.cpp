#include "jobs/background.h"

#include <exception>
#include <new>

namespace longview {

Background::Background() : thread_([this] { work(); }) {}

Background::~Background() {
  {
    const std::scoped_lock lock(mutex_);
    closing_ = true;
    waiting_.clear();
    running_.request_stop();
  }
  wake_.notify_one();
  thread_.join();
}

void Background::post(Kind kind, std::function<void(std::stop_token, Generation)> work, Failed failed) {
  const Generation generation{kind, ++newest_[kind]};
  {
    const std::scoped_lock lock(mutex_);
    std::erase_if(waiting_, [kind](const Task& task) { return task.generation.kind == kind; });
    if (running_kind_ == kind)
      running_.request_stop();
    waiting_.push_back({generation, std::move(work), std::move(failed), false});
  }
  wake_.notify_one();
}

void Background::cancel(Kind kind) {
  settled_[kind] = ++newest_[kind];
  const std::scoped_lock lock(mutex_);
  std::erase_if(waiting_, [kind](const Task& task) { return task.generation.kind == kind; });
  if (running_kind_ == kind)
    running_.request_stop();
}

void Background::stop(Kind kind) {
  const std::scoped_lock lock(mutex_);
  for (Task& task : waiting_)
    task.stopped = task.stopped || task.generation.kind == kind;
  if (running_kind_ == kind)
    running_.request_stop();
}

bool Background::busy(Kind kind) const {
  const auto newest = newest_.find(kind);
  const auto settled = settled_.find(kind);
  return newest != newest_.end() && (settled == settled_.end() || settled->second != newest->second);
}

bool Background::is_newest(Generation generation) const {
  const auto newest = newest_.find(generation.kind);
  return newest != newest_.end() && newest->second == generation.number;
}

void Background::deliver(Generation generation, std::function<void()> answer) {
  QMetaObject::invokeMethod(
      &receiver_,
      [this, generation, answer = std::move(answer)] {
        if (!is_newest(generation))
          return;
        settled_[generation.kind] = generation.number;
        answer();
      },
      Qt::QueuedConnection);
}

void Background::work() {
  std::unique_lock lock(mutex_);
  while (true) {
    wake_.wait(lock, [this] { return closing_ || !waiting_.empty(); });
    if (closing_)
      return;
    const Task task = std::move(waiting_.front());
    waiting_.pop_front();
    running_ = std::stop_source();
    running_kind_ = task.generation.kind;
    if (task.stopped)
      running_.request_stop();
    const std::stop_token stop = running_.get_token();
    lock.unlock();
    run(task, stop);
    lock.lock();
    running_kind_ = -1;
  }
}

void Background::run(const Task& task, std::stop_token stop) {
  const auto fail = [&](Error error) {
    deliver(task.generation, [failed = task.failed, error = std::move(error)] {
      if (failed)
        failed(error);
    });
  };
  try {
    task.work(stop, task.generation);
  } catch (const Error& error) {
    fail(error);
  } catch (const std::bad_alloc&) {
    fail(Error(ErrorCode::out_of_memory, "there is not enough memory for this; close something and try again"));
  } catch (const std::exception& error) {
    fail(Error(ErrorCode::internal, error.what()));
  }
}

} // namespace longview
