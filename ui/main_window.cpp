#include "main_window.h"

#include <algorithm>
#include <utility>

#include <QAction>
#include <QActionGroup>
#include <QApplication>
#include <QCloseEvent>
#include <QDockWidget>
#include <QFileDialog>
#include <QKeyEvent>
#include <QLineEdit>
#include <QMenuBar>
#include <QMessageBox>
#include <QMimeData>
#include <QPushButton>
#include <QStackedWidget>
#include <QStatusBar>
#include <QToolBar>
#include <QUrl>

#include "application.h"
#include "base/machine.h"
#include "jobs/sample.h"
#include "models/format.h"
#include "models/recent_projects.h"
#include "pages/document_page.h"
#include "pages/documents_panel.h"
#include "pages/export_dialog.h"
#include "pages/help_window.h"
#include "pages/jobs_strip.h"
#include "pages/path_field.h"
#include "pages/run_chooser.h"
#include "pages/score_dialog.h"
#include "pages/start_page.h"
#include "widgets/heatmap_widget.h"
#include "widgets/profile_widget.h"

namespace longview {
namespace {

constexpr int news_interval = 400;  // ms between two looks at what a run stored
constexpr int message_time = 10000; // ms that a message stays in the status bar
constexpr int layout_version = 1;   // another number forgets the stored places of docks and bars

struct NamedFigure {
  FigureKind kind;
  const char* title;
};
constexpr NamedFigure figures[] = {{FigureKind::heatmap, QT_TR_NOOP("&Heatmap")},
                                   {FigureKind::profile, QT_TR_NOOP("Distance &profile")},
                                   {FigureKind::specificity, QT_TR_NOOP("&Specificity")}};

struct NamedValue {
  HeatmapValue value;
  const char* title;
};
constexpr NamedValue values[] = {{HeatmapValue::strength, QT_TR_NOOP("&Strength")},
                                 {HeatmapValue::gain, QT_TR_NOOP("&Gain")},
                                 {HeatmapValue::contribution, QT_TR_NOOP("&Contribution to the score")},
                                 {HeatmapValue::perplexity_after, QT_TR_NOOP("&Perplexity after the prefix")}};

struct NamedTheme {
  ThemeChoice choice;
  const char* title;
};
constexpr NamedTheme theme_choices[] = {{ThemeChoice::system, QT_TR_NOOP("&As the system")},
                                        {ThemeChoice::light, QT_TR_NOOP("&Light")},
                                        {ThemeChoice::dark, QT_TR_NOOP("&Dark")}};

bool is_project(const std::filesystem::path& path) {
  return path.extension() == ".longview";
}

std::filesystem::path plain_path(const std::filesystem::path& path) {
  std::error_code ignored;
  return std::filesystem::absolute(path, ignored).lexically_normal();
}

} // namespace

MainWindow::MainWindow(QWidget* parent) : QMainWindow(parent), feed_(new TableFeed(this)), queue_(new RunQueue(this)) {
  setAcceptDrops(true);
  setObjectName(QStringLiteral("main"));
  build_parts();
  build_actions();
  build_tool_bar();
  connect_parts();
  news_.setSingleShot(true);
  news_.setInterval(news_interval);
  connect(&news_, &QTimer::timeout, this, &MainWindow::bring_news);
  resize(1200, 780);
  restore_layout();
  close_project();
}

MainWindow::~MainWindow() {
  // The queue waits for its run; nothing that it tells may reach parts that are gone.
  queue_->disconnect(this);
  delete queue_;
}

void MainWindow::build_parts() {
  start_ = new StartPage(this);
  page_ = new DocumentPage(this);
  pages_ = new QStackedWidget(this);
  pages_->addWidget(start_);
  pages_->addWidget(page_);
  setCentralWidget(pages_);

  documents_ = new DocumentsPanel(*feed_, this);
  documents_dock_ = new QDockWidget(tr("Documents"), this);
  documents_dock_->setObjectName(QStringLiteral("documents"));
  documents_dock_->setWidget(documents_);
  addDockWidget(Qt::LeftDockWidgetArea, documents_dock_);

  strip_ = new JobsStrip(*queue_, this);
  strip_dock_ = new QDockWidget(tr("Runs"), this);
  strip_dock_->setObjectName(QStringLiteral("runs"));
  strip_dock_->setTitleBarWidget(new QWidget(strip_dock_)); // a strip, not a window of its own
  strip_dock_->setFeatures(QDockWidget::NoDockWidgetFeatures);
  strip_dock_->setWidget(strip_);
  addDockWidget(Qt::BottomDockWidgetArea, strip_dock_);
  strip_dock_->toggleViewAction()->setVisible(false); // it comes and goes with the runs
  resizeDocks({documents_dock_}, {380}, Qt::Horizontal);
  statusBar()->setSizeGripEnabled(true);
}

void MainWindow::build_actions() {
  build_file_menu();
  build_edit_menu();
  build_view_menu();
  build_score_menu();
  build_help_menu();
}

void MainWindow::build_file_menu() {
  QMenu* file = menuBar()->addMenu(tr("&File"));
  open_ = file->addAction(tr("&Open…"), QKeySequence::Open, this, &MainWindow::choose_files);
  open_->setToolTip(tr("Open a project, or files to score"));
  recent_menu_ = file->addMenu(tr("Open &recent"));
  connect(recent_menu_, &QMenu::aboutToShow, this, &MainWindow::fill_recent);
  file->addSeparator();
  export_ = file->addAction(tr("&Export…"), QKeySequence(Qt::CTRL | Qt::Key_E), this, &MainWindow::ask_what_to_export);
  export_->setToolTip(tr("Write the documents that the filter keeps to a file"));
  save_figure_ = file->addMenu(tr("Save &figure"));
  for (const NamedFigure& figure : figures) {
    QAction* save =
        save_figure_->addAction(tr(figure.title), this, [this, kind = figure.kind] { choose_figure_file(kind); });
    if (figure.kind == FigureKind::heatmap)
      save->setShortcut(QKeySequence::Save);
  }
  file->addSeparator();
  close_ = file->addAction(tr("&Close project"), QKeySequence::Close, this, &MainWindow::close_project);
  file->addAction(tr("&Quit"), QKeySequence::Quit, this, &QWidget::close);
}

void MainWindow::build_edit_menu() {
  QMenu* edit = menuBar()->addMenu(tr("&Edit"));
  edit->addAction(tr("&Filter documents"), QKeySequence(Qt::CTRL | Qt::SHIFT | Qt::Key_F), this, [this] {
    documents_dock_->show();
    documents_->focus_filter();
  });
  copy_figure_ = edit->addMenu(tr("&Copy figure"));
  for (const NamedFigure& figure : figures)
    copy_figure_->addAction(tr(figure.title), this, [this, kind = figure.kind] { page_->copy_figure(kind); });
}

void MainWindow::build_view_menu() {
  QMenu* view = menuBar()->addMenu(tr("&View"));
  QMenu* shows = view->addMenu(tr("Heatmap &shows"));
  values_ = new QActionGroup(this);
  for (const NamedValue& entry : values) {
    QAction* action =
        shows->addAction(tr(entry.title), this, [this, value = entry.value] { page_->heatmap()->set_value(value); });
    action->setCheckable(true);
    action->setData(static_cast<int>(entry.value));
    action->setChecked(entry.value == HeatmapValue::strength);
    values_->addAction(action);
  }
  view->addAction(tr("&Fit the heatmap"), QKeySequence(Qt::CTRL | Qt::Key_0), this,
                  [this] { page_->heatmap()->fit(); });
  logarithmic_ = view->addAction(tr("&Logarithmic distances"));
  logarithmic_->setCheckable(true);
  logarithmic_->setToolTip(tr("Strength by distance: near distances get more room than far ones"));
  connect(logarithmic_, &QAction::toggled, this,
          [this](bool on) { page_->profile()->set_distances(on ? BinScale::logarithmic : BinScale::linear); });
  page_->profile()->addAction(logarithmic_); // in its right-click menu
  view->addSeparator();
  view->addAction(documents_dock_->toggleViewAction());
  build_theme_menu(view);
  view->addSeparator();
  reload_ = view->addAction(tr("&Read again"), QKeySequence::Refresh, this, &MainWindow::reload);
}

void MainWindow::build_theme_menu(QMenu* view) {
  QMenu* menu = view->addMenu(tr("&Colours"));
  themes_ = new QActionGroup(this);
  for (const NamedTheme& theme : theme_choices) {
    QAction* action = menu->addAction(tr(theme.title), this, [this, choice = theme.choice] { choose_theme(choice); });
    action->setCheckable(true);
    action->setData(static_cast<int>(theme.choice));
    themes_->addAction(action);
  }
}

void MainWindow::build_score_menu() {
  QMenu* menu = menuBar()->addMenu(tr("&Score"));
  score_ = menu->addAction(tr("&Score documents…"), QKeySequence(Qt::CTRL | Qt::Key_R), this,
                           [this] { ask_what_to_score({}); });
  score_->setIconText(tr("Score…"));
  score_->setToolTip(tr("Score files or folders with a model"));
  continue_ = menu->addAction(tr("&Continue this run"), this, &MainWindow::continue_run);
  continue_->setToolTip(tr("Scores what is missing in a run that was stopped"));
  stop_ = menu->addAction(tr("S&top scoring"), this, [this] {
    if (const QueuedRun* run = queue_->running())
      queue_->cancel(run->id);
  });
}

void MainWindow::build_help_menu() {
  QMenu* help = menuBar()->addMenu(tr("&Help"));
  help->addAction(tr("&Contents"), QKeySequence::HelpContents, this, [this] { show_help(QStringLiteral("index")); });
  help->addAction(tr("&Tour"), this, [this] { show_help(QStringLiteral("tour")); });
  help->addAction(tr("&Keys"), QKeySequence(Qt::Key_Question), this, [this] { show_help(QStringLiteral("window")); });
  help->addSeparator();
  help->addAction(tr("&About Longview"), this, &MainWindow::show_about);
}

void MainWindow::build_tool_bar() {
  QToolBar* bar = addToolBar(tr("Tools"));
  bar->setObjectName(QStringLiteral("tools"));
  bar->setMovable(false);
  bar->setContextMenuPolicy(Qt::PreventContextMenu);
  bar->addAction(open_);
  bar->addAction(score_);
  bar->addAction(export_);
  bar->addSeparator();
  chooser_ = new RunChooser(this);
  bar->addWidget(chooser_);
}

void MainWindow::connect_parts() {
  connect(feed_, &TableFeed::contents_ready, this, &MainWindow::show_contents);
  connect(feed_, &TableFeed::failed, this, &MainWindow::show_failure);
  connect(chooser_, &RunChooser::run_changed, this, &MainWindow::show_run);
  connect(documents_, &DocumentsPanel::document_chosen, this, &MainWindow::show_document);
  connect(documents_, &DocumentsPanel::table_updated, this, [this] {
    if (page_->key())
      page_->set_rank(documents_->rank(page_->key()->document));
    explain_empty();
  });
  connect(documents_, &DocumentsPanel::document_opened, this,
          [this] { page_->heatmap()->setFocus(Qt::ShortcutFocusReason); });
  connect(page_, &DocumentPage::document_changed, this, &MainWindow::update_actions);
  connect(queue_, &RunQueue::changed, this, &MainWindow::update_actions);
  connect(queue_, &RunQueue::progressed, this, &MainWindow::run_progressed);
  connect(queue_, &RunQueue::ended, this, &MainWindow::run_ended);
  const auto show_strip = [this] { strip_dock_->setVisible(strip_->has_content()); };
  connect(strip_, &JobsStrip::content_changed, this, show_strip);
  show_strip();
  connect(start_, &StartPage::open_files_wanted, this, [this] { ask_what_to_score({}); });
  connect(start_, &StartPage::open_project_wanted, this, &MainWindow::choose_project);
  connect(start_, &StartPage::project_chosen, this, &MainWindow::open_project);
  connect(start_, &StartPage::sample_wanted, this, &MainWindow::score_sample);
}

void MainWindow::fill_recent() {
  recent_menu_->clear();
  for (const std::filesystem::path& path : recent_projects(application_settings())) {
    QString title = to_qt(path);
    recent_menu_->addAction(title.replace(u'&', QStringLiteral("&&")), this, [this, path] { open_project(path); });
  }
  if (recent_menu_->isEmpty())
    recent_menu_->addAction(tr("No project yet"))->setEnabled(false);
}

void MainWindow::update_actions() {
  const RunInfo* run = chooser_->run();
  const bool drawn = page_->document() != nullptr;
  export_->setEnabled(run != nullptr);
  close_->setEnabled(!project_.empty());
  reload_->setEnabled(!project_.empty());
  save_figure_->setEnabled(drawn);
  copy_figure_->setEnabled(drawn);
  stop_->setEnabled(queue_->running() != nullptr);
  bool queued = false;
  for (const QueuedRun& entry : queue_->runs())
    queued = queued || (!entry.over() && is_shown(entry));
  continue_->setEnabled(run && run->stored.finished.empty() && !queued);
}

void MainWindow::update_title() {
  setWindowTitle(project_.empty() ? QString() : to_qt(project_.filename())); // the platform adds the program's name
}

// Projects

void MainWindow::open_paths(const std::vector<std::filesystem::path>& paths) {
  std::vector<std::filesystem::path> inputs;
  for (const std::filesystem::path& path : paths) {
    if (is_project(path))
      open_project(path);
    else
      inputs.push_back(plain_path(path));
  }
  if (!inputs.empty())
    ask_what_to_score(inputs);
}

void MainWindow::open_project(const std::filesystem::path& project) {
  const std::filesystem::path path = plain_path(project);
  if (path != project_) {
    close_project();
    project_ = path;
  }
  start_->clear_problem();
  update_title();
  feed_->read_contents(path);
}

void MainWindow::close_project() {
  project_.clear();
  wanted_run_.reset();
  in_progress_.reset();
  chooser_->clear();
  documents_->clear();
  documents_->explain({});
  page_->clear();
  pages_->setCurrentWidget(start_);
  documents_dock_->hide();
  start_->set_recent(recent_projects(application_settings()));
  update_title();
  update_actions();
}

/// From the start page to the documents; a dock that the user closed after that stays closed.
void MainWindow::show_project_parts() {
  if (pages_->currentWidget() == page_)
    return;
  pages_->setCurrentWidget(page_);
  documents_dock_->show();
}

void MainWindow::show_contents(const ProjectContents& contents) {
  if (contents.path != project_)
    return;
  QSettings settings = application_settings();
  remember_project(settings, project_);
  show_project_parts();
  chooser_->set_contents(contents, std::exchange(wanted_run_, std::nullopt));
  explain_empty();
  update_actions();
}

void MainWindow::show_failure(const Error& error) {
  if (!chooser_->contents().path.empty()) {
    documents_->show_problem(error);
    return;
  }
  // A run that is about to make the file: it will be there with its first progress.
  for (const QueuedRun& run : queue_->runs())
    if (!run.over() && plain_path(run.request.project) == project_)
      return;
  QSettings settings = application_settings();
  if (error.code() == ErrorCode::not_found)
    forget_project(settings, project_);
  close_project();
  start_->show_problem(error);
}

void MainWindow::show_run() {
  const RunInfo* run = chooser_->run();
  in_progress_.reset();
  page_->clear();
  if (run) {
    const StoredDataset* dataset = chooser_->dataset();
    documents_->expect_another_table(run->settings.parameters.score);
    feed_->show_run(project_, run->stored.id, dataset ? dataset->name : std::string(), run->settings.parameters.score);
  } else {
    documents_->clear();
  }
  explain_empty();
  update_actions();
}

/// The sentence in place of a table and a document, while there is neither.
void MainWindow::explain_empty() {
  if (project_.empty())
    return;
  const RunInfo* shown = chooser_->run();
  QString reason;
  if (!shown)
    reason = queue_->running() ? tr("Preparing the first run…")
                               : tr("Nothing is scored in this project yet. Score > Score documents… starts.");
  else if (feed_->busy())
    reason = tr("Reading the documents…");
  else if (const QueuedRun* running = queue_->running(); running && is_shown(*running))
    reason = tr("The first document is being scored…");
  else if (documents_->model()->snapshot().total() > 0)
    reason = tr("No document passes the filter.");
  else
    reason = tr("This run holds no document yet. Score > Continue this run goes on with it.");
  documents_->explain(reason);
  page_->explain(reason);
}

void MainWindow::show_document() {
  if (!documents_->current() || !chooser_->run())
    return;
  page_->show_document({project_, chooser_->run()->stored.id, *documents_->current()});
  page_->set_rank(documents_->rank(*documents_->current()));
}

void MainWindow::reload() {
  page_->forget_files();
  page_->refresh();
  feed_->read_contents(project_);
  feed_->reload();
}

// Runs

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

// Dialogs

void MainWindow::choose_files() {
  std::vector<std::filesystem::path> files;
  for (const QString& file : QFileDialog::getOpenFileNames(
           this, tr("Open a project, or documents to score"), {},
           tr("Projects and documents (*.longview *.jsonl *.ndjson *.json *.txt *.md *.gz *.zst);;All files (*)")))
    files.push_back(to_path(file));
  open_paths(files);
}

void MainWindow::choose_project() {
  const QString file = QFileDialog::getOpenFileName(this, tr("Continue a project"), {},
                                                    tr("Longview projects (*.longview);;All files (*)"));
  if (!file.isEmpty())
    open_project(to_path(file));
}

void MainWindow::ask_what_to_score(const std::vector<std::filesystem::path>& files) {
  auto* dialog = new ScoreDialog(this);
  dialog->setAttribute(Qt::WA_DeleteOnClose);
  if (!project_.empty())
    dialog->set_project(project_);
  dialog->add_files(files);
  connect(dialog, &ScoreDialog::score_wanted, this, [this](const RunRequest& request) {
    to_show_.reset(); // who asks for a run wants to see it
    score({request});
  });
  dialog->open();
}

void MainWindow::ask_what_to_export() {
  const RunInfo* run = chooser_->run();
  if (!run)
    return;
  const StoredDataset* dataset = chooser_->dataset();
  auto* dialog =
      new ExportDialog(project_, *run, dataset ? dataset->name : std::string(), documents_->filter_box()->text(), this);
  dialog->setAttribute(Qt::WA_DeleteOnClose);
  connect(dialog, &ExportDialog::exported, this,
          [this](const QString& message) { statusBar()->showMessage(message, message_time); });
  dialog->open();
}

void MainWindow::choose_figure_file(FigureKind kind) {
  const DocumentPointer document = page_->document();
  if (!document)
    return;
  QString name = QString::fromStdString(document->document.name);
  name.replace(u'/', u'_');
  const QString file = QFileDialog::getSaveFileName(this, tr("Save the figure"), name + QStringLiteral(".png"),
                                                    tr("Figures (*.png *.svg *.pdf)"));
  if (file.isEmpty())
    return;
  try {
    page_->save_figure_as(kind, to_path(file));
    statusBar()->showMessage(tr("Saved %1").arg(file), message_time);
  } catch (const Error& error) {
    QMessageBox box(QMessageBox::Warning, tr("The figure was not saved"), error_text(error), QMessageBox::Ok, this);
    box.setTextFormat(Qt::PlainText);
    box.setTextInteractionFlags(Qt::TextSelectableByMouse);
    box.exec();
  }
}

void MainWindow::show_help(const QString& page) {
  if (!help_) {
    help_ = new HelpWindow(this);
    help_->setAttribute(Qt::WA_QuitOnClose, false);
  }
  help_->show_page(page);
  help_->show();
  help_->raise();
  help_->activateWindow();
}

void MainWindow::show_about() {
  QMessageBox box(this);
  box.setWindowTitle(tr("About Longview"));
  box.setIconPixmap(windowIcon().pixmap(64));
  box.setTextFormat(Qt::PlainText);
  box.setText(
      tr("Longview %1 (%2)").arg(QString::fromStdString(program_version()), QString::fromStdString(program_commit())));
  box.setInformativeText(
      tr("Finds long documents whose far-apart parts depend on each other, and shows why. Implements the Long "
         "Dependency Score of ProLong (Chen et al., ACL 2024, arXiv 2405.17915).\n\nFree software under the "
         "GNU General Public License, version 3 or later; it comes with no warranty."));
  box.exec();
}

void MainWindow::choose_theme(ThemeChoice choice) {
  apply_theme(choice);
  QSettings settings = application_settings();
  settings.setValue(QStringLiteral("window/colours"), static_cast<int>(choice));
}

// Events

void MainWindow::closeEvent(QCloseEvent* event) {
  if (const QueuedRun* run = queue_->running()) {
    QMessageBox box(
        QMessageBox::Question, tr("Stop scoring and quit?"),
        tr("“%1” is being scored. What is scored stays in the project, and the same run goes on from there.")
            .arg(QString::fromStdString(run->dataset)),
        QMessageBox::NoButton, this);
    box.setTextFormat(Qt::PlainText);
    QPushButton* quit = box.addButton(tr("Stop and quit"), QMessageBox::AcceptRole);
    box.addButton(tr("Keep scoring"), QMessageBox::RejectRole);
    box.exec();
    if (box.clickedButton() != static_cast<QAbstractButton*>(quit)) {
      event->ignore();
      return;
    }
  }
  save_layout();
  if (help_)
    help_->close();
  event->accept();
}

void MainWindow::dragEnterEvent(QDragEnterEvent* event) {
  for (const QUrl& url : event->mimeData()->urls())
    if (url.isLocalFile())
      event->acceptProposedAction();
}

void MainWindow::dropEvent(QDropEvent* event) {
  std::vector<std::filesystem::path> files;
  for (const QUrl& url : event->mimeData()->urls())
    if (url.isLocalFile())
      files.push_back(to_path(url.toLocalFile()));
  event->acceptProposedAction();
  open_paths(files);
}

void MainWindow::keyPressEvent(QKeyEvent* event) {
  // The heatmap takes back its own zoom and selection first; what it leaves comes here.
  if (event->key() == Qt::Key_Escape) {
    if (!page_->undo())
      documents_->focus_table();
    return;
  }
  QMainWindow::keyPressEvent(event);
}

// Layout

void MainWindow::save_layout() const {
  QSettings settings = application_settings();
  settings.setValue(QStringLiteral("window/geometry"), saveGeometry());
  settings.setValue(QStringLiteral("window/state"), saveState(layout_version));
  settings.setValue(QStringLiteral("window/heatmap"), static_cast<int>(page_->heatmap()->value()));
  settings.setValue(QStringLiteral("window/logarithmic"), logarithmic_->isChecked());
  documents_->save_layout(settings);
  page_->save_layout(settings);
}

void MainWindow::restore_layout() {
  const QSettings settings = application_settings();
  restoreGeometry(settings.value(QStringLiteral("window/geometry")).toByteArray());
  restoreState(settings.value(QStringLiteral("window/state")).toByteArray(), layout_version);
  strip_dock_->setVisible(strip_->has_content());
  documents_->restore_layout(settings);
  page_->restore_layout(settings);
  const int value = settings.value(QStringLiteral("window/heatmap")).toInt();
  for (QAction* action : values_->actions())
    if (action->data().toInt() == value)
      action->trigger();
  logarithmic_->setChecked(settings.value(QStringLiteral("window/logarithmic")).toBool());
  const int colours = settings.value(QStringLiteral("window/colours")).toInt();
  for (QAction* action : themes_->actions())
    if (action->data().toInt() == colours)
      action->trigger();
}

} // namespace longview
