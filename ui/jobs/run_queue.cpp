#include "jobs/run_queue.h"

#include <algorithm>
#include <exception>
#include <new>

#include "base/thread_priority.h"

namespace longview {

RunQueue::RunQueue(QObject* parent) : QObject(parent) {}

RunQueue::~RunQueue() {
  thread_.request_stop(); // ~jthread waits; messages still under way go with this object
}

int RunQueue::add(RunRequest request) {
  QueuedRun entry;
  entry.id = next_id_++;
  entry.dataset = dataset_name(request);
  entry.request = std::move(request);
  runs_.push_back(std::move(entry));
  const int id = runs_.back().id;
  start_next();
  emit changed();
  return id;
}

void RunQueue::cancel(int id) {
  QueuedRun* entry = find_mutable(id);
  if (!entry || entry->over())
    return;
  if (entry->state == QueuedRun::State::running) {
    thread_.request_stop(); // end() follows
    entry->stopping = true;
    emit changed();
    return;
  }
  entry->state = QueuedRun::State::cancelled;
  emit changed();
  emit ended(id);
}

const QueuedRun* RunQueue::find(int id) const {
  const auto found = std::find_if(runs_.begin(), runs_.end(), [id](const QueuedRun& entry) { return entry.id == id; });
  return found == runs_.end() ? nullptr : &*found;
}

QueuedRun* RunQueue::find_mutable(int id) {
  return const_cast<QueuedRun*>(std::as_const(*this).find(id));
}

const QueuedRun* RunQueue::running() const {
  for (const QueuedRun& entry : runs_)
    if (entry.state == QueuedRun::State::running)
      return &entry;
  return nullptr;
}

bool RunQueue::idle() const {
  return std::all_of(runs_.begin(), runs_.end(), [](const QueuedRun& entry) { return entry.over(); });
}

void RunQueue::start_next() {
  if (running())
    return;
  const auto next = std::find_if(runs_.begin(), runs_.end(),
                                 [](const QueuedRun& entry) { return entry.state == QueuedRun::State::waiting; });
  if (next == runs_.end())
    return;
  next->state = QueuedRun::State::running;
  mailbox_ = std::make_shared<Mailbox>();
  const auto observe = [this, id = next->id, mailbox = mailbox_](const RunProgress& progress) {
    const std::scoped_lock lock(mailbox->mutex);
    mailbox->newest = progress;
    if (progress.changed && (mailbox->documents.empty() || mailbox->documents.back() != *progress.changed))
      mailbox->documents.push_back(*progress.changed);
    if (!std::exchange(mailbox->announced, true))
      QMetaObject::invokeMethod(
          this, [this, id] { read_mail(id); }, Qt::QueuedConnection);
  };
  thread_ = std::jthread([this, id = next->id, request = next->request, observe](std::stop_token stop) {
    lower_thread_priority();
    std::optional<RunSummary> summary;
    std::optional<Error> error;
    try {
      summary = run(request, observe, stop);
    } catch (const Error& caught) {
      error = caught;
    } catch (const std::bad_alloc&) {
      error =
          Error(ErrorCode::out_of_memory, "there is not enough memory to score this; close other programs and start "
                                          "it again: it goes on where it stopped");
    } catch (const std::exception& caught) {
      error = Error(ErrorCode::internal, caught.what());
    }
    QMetaObject::invokeMethod(
        this, [this, id, summary, error] { end(id, summary, error); }, Qt::QueuedConnection);
  });
}

void RunQueue::read_mail(int id) {
  QueuedRun* entry = find_mutable(id);
  if (!entry || entry->over())
    return;
  stored_documents_.clear();
  {
    const std::scoped_lock lock(mailbox_->mutex);
    entry->progress = mailbox_->newest;
    stored_documents_.swap(mailbox_->documents);
    mailbox_->announced = false;
  }
  emit progressed(id);
}

void RunQueue::end(int id, const std::optional<RunSummary>& summary, const std::optional<Error>& error) {
  read_mail(id);
  thread_.join();
  QueuedRun* entry = find_mutable(id);
  entry->summary = summary;
  if (!error)
    entry->state = QueuedRun::State::finished;
  else if (error->code() == ErrorCode::cancelled)
    entry->state = QueuedRun::State::cancelled;
  else
    entry->state = QueuedRun::State::failed;
  entry->error = error;
  start_next();
  emit changed();
  emit ended(id);
}

} // namespace longview
