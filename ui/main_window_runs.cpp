// The window and what is being scored: runs that it queues, fills from, and goes on with.
#include "main_window.h"

#include <algorithm>

#include <QDir>
#include <QStatusBar>

#include "jobs/sample.h"
#include "models/paths.h"
#include "pages/document_page.h"
#include "pages/documents_panel.h"
#include "pages/import_dialog.h"
#include "pages/jobs_strip.h"
#include "pages/run_chooser.h"
#include "pages/start_page.h"
#include "pages/stitch_dialog.h"

namespace longview {

void MainWindow::score(const std::vector<RunRequest>& requests) {
  for (const RunRequest& request : requests) {
    const int id = queue_->add(request);
    if (request.project == requests.front().project && !to_show_)
      to_show_ = id;
  }
  if (requests.empty())
    return;
  const std::filesystem::path project = plain_path(requests.front().project);
  if (project_ == project)
    return;
  close_project();
  project_ = project;
  update_title();
  show_project_parts();
  feed_->read_contents(project); // what is there from before; a new file follows with the run
  explain_empty();
  update_actions();
}

bool MainWindow::is_shown(const QueuedRun& run) const {
  const RunInfo* shown = chooser_->run();
  return shown && run.progress.run == shown->stored.id && plain_path(run.request.project) == project_;
}

void MainWindow::run_progressed(int id) {
  const QueuedRun* run = queue_->find(id);
  if (!run || !run->progress.run || plain_path(run->request.project) != project_)
    return;
  if (told_.insert(id).second) {
    if (to_show_ == id) {
      to_show_.reset();
      wanted_run_ = run->progress.run;
    }
    feed_->read_contents(project_);
  }
  if (!is_shown(*run))
    return;
  const std::vector<DocumentId>& stored = queue_->stored_documents();
  if (stored.empty())
    return;
  in_progress_ = stored.back();
  if (page_->key() && std::find(stored.begin(), stored.end(), page_->key()->document) != stored.end())
    page_->refresh();
  if (!news_.isActive())
    news_.start();
}

void MainWindow::bring_news() {
  feed_->refresh();
  // A long document shows what is there of it before the first one is finished.
  if (!page_->key() && in_progress_ && chooser_->run() && documents_->model()->snapshot().total() == 0)
    page_->show_document({project_, chooser_->run()->stored.id, *in_progress_});
}

void MainWindow::run_ended(int id) {
  const QueuedRun* run = queue_->find(id);
  if (!run)
    return;
  const QString dataset = QString::fromStdString(run->dataset);
  if (run->state == QueuedRun::State::finished && run->summary)
    statusBar()->showMessage(QStringLiteral("%1: %2").arg(dataset, summary_text(*run->summary)), message_time);
  else if (run->state == QueuedRun::State::cancelled)
    statusBar()->showMessage(tr("%1: stopped; what is scored is kept").arg(dataset), message_time);
  if (to_show_ == id)
    to_show_.reset();
  if (plain_path(run->request.project) != project_)
    return;
  if (run->state == QueuedRun::State::failed && chooser_->contents().path.empty() && queue_->idle()) {
    close_project(); // it never came to be; the strip says why
    return;
  }
  if (run->summary && told_.insert(id).second)
    wanted_run_ = run->summary->run; // over before it told anything: all of it was there already
  feed_->read_contents(project_);
  if (is_shown(*run)) {
    feed_->refresh();
    page_->refresh();
    page_->dataset_changed();
  }
}

void MainWindow::continue_run() {
  const RunInfo* run = chooser_->run();
  const StoredDataset* dataset = chooser_->dataset();
  if (!run || !dataset)
    return;
  RunRequest request;
  for (const StoredSource& source : dataset->sources)
    request.inputs.push_back(source.file.path);
  request.project = project_;
  request.dataset = dataset->name;
  request.model = run->stored.model_path;
  request.settings = run->settings;
  score({request});
}

void MainWindow::ask_what_to_import() {
  std::vector<std::string> datasets;
  for (const StoredDataset& dataset : chooser_->contents().datasets)
    if (std::find(datasets.begin(), datasets.end(), dataset.name) == datasets.end())
      datasets.push_back(dataset.name);
  auto* dialog = new ImportDialog(project_, datasets, this);
  dialog->setAttribute(Qt::WA_DeleteOnClose);
  connect(dialog, &ImportDialog::imported, this, [this](const QString& project, qlonglong run) {
    open_project(to_path(project)); // reads the contents, also of the one that is open
    wanted_run_ = RunId{run};
  });
  dialog->open();
}

void MainWindow::ask_what_to_stitch() {
  const std::filesystem::path folder = project_.empty() ? to_path(QDir::homePath()) : project_.parent_path();
  auto* dialog = new StitchDialog(folder, this);
  dialog->setAttribute(Qt::WA_DeleteOnClose);
  connect(dialog, &StitchDialog::made, this, [this, dialog](const QString& file, const QString& sentence) {
    dialog->accept();
    statusBar()->showMessage(sentence, message_time);
    ask_what_to_score({to_path(file)});
  });
  dialog->open();
}

void MainWindow::score_sample() {
  start_->clear_problem();
  preparing_.request(
      0,
      [](std::stop_token) {
        write_sample();
        return sample_request();
      },
      [this](const RunRequest& request) { score({request}); },
      [this](const Error& error) { start_->show_problem(error); });
}

} // namespace longview
