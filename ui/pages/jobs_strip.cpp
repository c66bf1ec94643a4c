#include "pages/jobs_strip.h"

#include <algorithm>

#include <QHBoxLayout>
#include <QLabel>
#include <QProgressBar>
#include <QToolButton>
#include <QVBoxLayout>

#include "models/format.h"
#include "pages/notice.h"
#include "pages/tooltip.h"

namespace longview {
namespace {

constexpr int bar_steps = 1000;

} // namespace

QString progress_text(const RunProgress& progress) {
  if (progress.stage != RunProgress::Stage::scoring)
    return QString::fromStdString(progress.message);
  QStringList parts;
  parts << (progress.documents_total == 0
                ? counted(progress.documents_done, "document", "documents")
                : QObject::tr("%1/%2 documents")
                      .arg(grouped(progress.documents_done), grouped(progress.documents_total)));
  if (progress.pairs_per_second)
    parts << QObject::tr("%1 pairs/s").arg(three_digits(*progress.pairs_per_second));
  if (progress.seconds_left)
    parts << QObject::tr("%1 left").arg(duration(*progress.seconds_left));
  return parts.join(QStringLiteral(" · "));
}

QString summary_text(const RunSummary& summary) {
  QStringList parts;
  const auto add = [&parts](std::uint64_t count, const char* singular, const char* plural) {
    if (count > 0)
      parts << counted(count, singular, plural);
  };
  add(summary.scored, "document scored", "documents scored");
  add(summary.too_short, "too short", "too short");
  add(summary.too_few_pairs, "with too few pairs", "with too few pairs");
  add(summary.bad_input, "unreadable", "unreadable");
  add(summary.failed, "failed", "failed");
  add(summary.already_there, "there already", "there already");
  if (parts.isEmpty())
    parts << QObject::tr("no documents");
  QString text = QObject::tr("%1, in %2").arg(parts.join(QStringLiteral(", ")), duration(summary.seconds));
  for (const std::string& note : summary.notes)
    text += QStringLiteral("; ") + QString::fromStdString(note);
  return text;
}

JobRow::JobRow(QWidget* parent)
    : QWidget(parent), name_(new QLabel(this)), bar_(new QProgressBar(this)), text_(new QLabel(this)),
      error_(new Notice(this)), button_(new QToolButton(this)) {
  bar_->setRange(0, bar_steps);
  bar_->setTextVisible(false);
  bar_->setFixedWidth(200);
  bar_->setMaximumHeight(fontMetrics().height());
  bar_->setAccessibleName(tr("Progress of the run"));
  name_->setTextFormat(Qt::PlainText); // a dataset may be called anything
  text_->setTextFormat(Qt::PlainText);
  name_->setTextInteractionFlags(Qt::TextSelectableByMouse);
  text_->setMinimumWidth(0);
  text_->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Preferred);
  button_->setAutoRaise(false);
  auto* layout = new QHBoxLayout(this);
  layout->setContentsMargins(8, 0, 8, 0);
  layout->setSpacing(8);
  layout->addWidget(name_);
  layout->addWidget(bar_);
  layout->addWidget(text_, 1);
  layout->addWidget(error_, 1);
  layout->addWidget(button_);
  connect(button_, &QToolButton::clicked, this, [this] { over_ ? emit dismissed() : emit cancel_wanted(); });
}

void JobRow::show_run(const QueuedRun& run) {
  using State = QueuedRun::State;
  over_ = run.over();
  const QString dataset = QString::fromStdString(run.dataset);
  name_->setText(run.state == State::waiting  ? tr("%1 waits").arg(dataset)
                 : run.state == State::failed ? tr("%1 stopped").arg(dataset)
                                              : tr("scoring %1").arg(dataset));
  bar_->setVisible(run.state == State::running);
  text_->setVisible(run.state != State::failed);
  button_->setText(over_ ? tr("Dismiss") : tr("Cancel"));
  button_->setEnabled(!run.stopping);
  button_->setToolTip(over_ ? QString() : tr("What is scored stays in the project; the same run goes on from there"));
  if (run.state == State::failed && run.error)
    error_->fail(*run.error);
  else
    error_->clear_notice();
  if (run.state == State::running)
    show_running(run);
  else
    text_->clear();
}

void JobRow::show_running(const QueuedRun& run) {
  const bool known = run.progress.stage == RunProgress::Stage::scoring;
  bar_->setRange(0, known ? bar_steps : 0);
  if (known)
    bar_->setValue(static_cast<int>(run.progress.fraction * bar_steps));
  const QString text = run.stopping ? tr("stopping after this batch") : progress_text(run.progress);
  text_->setText(text);
  set_tooltip(*text_, text);
}

JobsStrip::JobsStrip(RunQueue& queue, QWidget* parent)
    : QWidget(parent), queue_(queue), layout_(new QVBoxLayout(this)) {
  setAccessibleName(tr("Runs"));
  layout_->setContentsMargins(0, 4, 0, 4);
  layout_->setSpacing(4);
  connect(&queue_, &RunQueue::changed, this, &JobsStrip::update_rows);
  connect(&queue_, &RunQueue::progressed, this, [this](int id) {
    if (const auto row = rows_.find(id); row != rows_.end())
      row->second->show_run(*queue_.find(id));
  });
}

void JobsStrip::update_rows() {
  const std::size_t rows_before = rows_.size();
  const auto has_row = [this](const QueuedRun& run) {
    const bool read = std::find(dismissed_.begin(), dismissed_.end(), run.id) != dismissed_.end();
    return !run.over() || (run.state == QueuedRun::State::failed && !read);
  };
  for (const QueuedRun& run : queue_.runs()) {
    if (has_row(run))
      row_of(run)->show_run(run);
    else
      remove_row(run.id);
  }
  if (rows_before != rows_.size())
    emit content_changed();
}

JobRow* JobsStrip::row_of(const QueuedRun& run) {
  JobRow*& row = rows_[run.id];
  if (!row) {
    row = new JobRow(this);
    layout_->addWidget(row);
    connect(row, &JobRow::cancel_wanted, this, [this, id = run.id] { queue_.cancel(id); });
    connect(row, &JobRow::dismissed, this, [this, id = run.id] {
      dismissed_.push_back(id);
      update_rows();
    });
  }
  return row;
}

void JobsStrip::remove_row(int id) {
  const auto row = rows_.find(id);
  if (row == rows_.end())
    return;
  row->second->hide();
  row->second->deleteLater();
  rows_.erase(row);
}

} // namespace longview
