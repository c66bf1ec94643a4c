#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <thread>
#include <variant>

#include "base/bounded_queue.h"
#include "base/time_spent.h"
#include "run/document_job.h"
#include "run/failure.h"
#include "run/progress_board.h"
#include "run/settings.h"
#include "store/project.h"

namespace longview {

/// The one thread that stores what the devices found, with a connection of its own. What was handed over is stored even
/// after a stop was requested; only a failing disk loses it.
class ResultWriter {
 public:
  ResultWriter(const std::filesystem::path& project, RunId run, const RunSettings& settings, ProgressBoard& board,
               Failure& failure);
  /// Stores what is still queued and waits.
  ~ResultWriter();

  /// A document whose work is done, or that has none. Derives its numbers with the run's own parameters.
  void finished(DocumentJob& job);
  /// A document without tokens of its own: bad input, or refused by the tokenizer.
  void finished(DocumentId document, Status status, std::string reason);
  /// What is there of an unfinished one; waits for nothing but the queue.
  void partial(const DocumentJob& job);

  /// Stored results by status; read after finish().
  void finish();
  const RunSummary& summary() const { return summary_; }
  double seconds_storing() const { return storing_.seconds(); }

 private:
  struct Whole {
    ResultRow row;
    ResultData data;
    bool has_data = false;
  };
  struct Part {
    DocumentId document;
    DocumentPairs pairs;
  };
  using Item = std::variant<Whole, Part>;

  void write(const std::filesystem::path& path);
  void store(Project& project, Whole& whole);
  void count(const ResultRow& row);

  RunId run_;
  RunSettings settings_;
  ProgressBoard& board_;
  Failure& failure_;
  BoundedQueue<Item> queue_{16};
  RunSummary summary_;
  TimeSpent storing_;
  std::jthread thread_; // last: it uses the others
};

} // namespace longview
