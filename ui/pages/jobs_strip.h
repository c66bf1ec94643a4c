#pragma once

#include <map>

#include <QWidget>

#include "jobs/run_queue.h"

class QLabel;
class QProgressBar;
class QToolButton;
class QVBoxLayout;

namespace longview {

class Notice;

/// "143/240 documents · 1,240 pairs/s · 2 min 10 s left": what is told beside the bar.
QString progress_text(const RunProgress& progress);
/// "12 documents scored, 2 too short, in 34 s".
QString summary_text(const RunSummary& summary);

/// One run of the queue: name, bar, what is going on, and the button that stops it or takes it away.
class JobRow : public QWidget {
  Q_OBJECT

 public:
  explicit JobRow(QWidget* parent = nullptr);
  void show_run(const QueuedRun& run);

 signals:
  void cancel_wanted();
  void dismissed();

 private:
  void show_running(const QueuedRun& run);

  QLabel* name_;
  QProgressBar* bar_;
  QLabel* text_;
  Notice* error_;
  QToolButton* button_;
  bool over_ = false;
};

/// The strip at the bottom: what is being scored, what waits, and what went wrong until it was read. Hidden while
/// there is nothing of that.
class JobsStrip : public QWidget {
  Q_OBJECT

 public:
  explicit JobsStrip(RunQueue& queue, QWidget* parent = nullptr);

  /// There is something to see.
  bool has_content() const { return !rows_.empty(); }

 signals:
  /// There are more or fewer rows.
  void content_changed();

 private:
  void update_rows();
  JobRow* row_of(const QueuedRun& run);
  void remove_row(int id);

  RunQueue& queue_;
  QVBoxLayout* layout_;
  std::map<int, JobRow*> rows_;
  std::vector<int> dismissed_;
};

} // namespace longview
