#pragma once

#include <memory>
#include <mutex>
#include <optional>
#include <thread>
#include <vector>

#include <QObject>

#include "base/error.h"
#include "run/runner.h"

namespace longview {

/// One run that was asked for, and what became of it.
struct QueuedRun {
  enum class State { waiting, running, finished, cancelled, failed };
  int id = 0;
  RunRequest request;
  std::string dataset; ///< for people
  State state = State::waiting;
  bool stopping = false;             ///< running, and asked to stop: it ends within a batch
  RunProgress progress;              ///< the last that was told
  std::optional<RunSummary> summary; ///< of a finished run
  std::optional<Error> error;        ///< of a failed run
  bool over() const { return state != State::waiting && state != State::running; }
};

/// Scores one request after the other on a thread of its own. Lives on the GUI thread; what the run tells is passed on
/// from the event loop, newest first seen, so a busy window falls behind nothing. Destroying it stops the run and
/// waits: what was scored is in the project, and the same request goes on from there.
class RunQueue : public QObject {
  Q_OBJECT

 public:
  explicit RunQueue(QObject* parent = nullptr);
  ~RunQueue() override;

  /// Queues a run and returns its id; it starts at once when nothing runs.
  int add(RunRequest request);
  /// Stops a run that is running, or takes one that waits from the queue. Nothing for any other.
  void cancel(int id);

  const std::vector<QueuedRun>& runs() const { return runs_; }
  /// Null for an unknown id.
  const QueuedRun* find(int id) const;
  const QueuedRun* running() const;
  bool idle() const;
  /// Whose results were stored between the last two times that progressed() came.
  const std::vector<DocumentId>& stored_documents() const { return stored_documents_; }

 signals:
  /// The list or the state of a run is another.
  void changed();
  /// The progress of a running run is newer.
  void progressed(int id);
  void ended(int id);

 private:
  /// Between the run's threads and the GUI thread: one message under way, however much happens.
  struct Mailbox {
    std::mutex mutex;
    RunProgress newest;
    std::vector<DocumentId> documents;
    bool announced = false;
  };

  void start_next();
  void read_mail(int id);
  void end(int id, const std::optional<RunSummary>& summary, const std::optional<Error>& error);
  QueuedRun* find_mutable(int id);

  std::vector<QueuedRun> runs_;
  int next_id_ = 1;
  std::vector<DocumentId> stored_documents_;
  std::shared_ptr<Mailbox> mailbox_;
  std::jthread thread_;
};

} // namespace longview
