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
#include <QMenuBar>
#include <QMessageBox>
#include <QMimeData>
#include <QPushButton>
#include <QScreen>
#include <QScrollArea>
#include <QStackedWidget>
#include <QStatusBar>
#include <QToolBar>
#include <QUrl>

#include "application.h"
#include "base/machine.h"
#include "models/format.h"
#include "models/paths.h"
#include "models/recent_projects.h"
#include "pages/compare_page.h"
#include "pages/compare_results.h"
#include "pages/document_page.h"
#include "pages/document_window.h"
#include "pages/documents_panel.h"
#include "pages/export_dialog.h"
#include "pages/filter_box.h"
#include "pages/help_window.h"
#include "pages/jobs_strip.h"
#include "pages/labelled_panel.h"
#include "pages/parameters_panel.h"
#include "pages/run_chooser.h"
#include "pages/scatter_panel.h"
#include "pages/score_dialog.h"
#include "pages/start_page.h"
#include "pages/why_panel.h"
#include "widgets/heatmap_widget.h"
#include "widgets/profile_widget.h"

namespace longview {
namespace {

constexpr int news_interval = 400; // ms between two looks at what a run stored

bool is_project(const std::filesystem::path& path) {
  return path.extension() == ".longview";
}

/// A panel that stays whole on a low screen.
QScrollArea* scrolled(QWidget* panel) {
  auto* area = new QScrollArea;
  area->setWidget(panel);
  area->setWidgetResizable(true);
  area->setFrameShape(QFrame::NoFrame);
  area->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
  return area;
}

} // namespace

MainWindow::MainWindow(QWidget* parent)
    : QMainWindow(parent), feed_(new TableFeed(this)), queue_(new RunQueue(this)), sets_(new ParameterSets(this)) {
  setAcceptDrops(true);
  setObjectName(QStringLiteral("main"));
  build_parts();
  build_actions();
  build_tool_bar();
  connect_parts();
  news_.setSingleShot(true);
  news_.setInterval(news_interval);
  connect(&news_, &QTimer::timeout, this, &MainWindow::bring_news);
  resize(QSize(1280, 820).boundedTo(screen()->availableSize()));
  restore_layout();
  close_project();
}

MainWindow::~MainWindow() {
  // The queue waits for its run; nothing that it tells may reach parts that are gone.
  queue_->disconnect(this);
  delete queue_;
}

QDockWidget* MainWindow::add_dock(const QString& title, const QString& name, Qt::DockWidgetArea area, QWidget* panel) {
  auto* dock = new QDockWidget(title, this);
  dock->setObjectName(name);
  dock->setWidget(panel);
  addDockWidget(area, dock);
  return dock;
}

void MainWindow::build_parts() {
  start_ = new StartPage(this);
  page_ = new DocumentPage(this);
  pages_ = new QStackedWidget(this);
  pages_->addWidget(start_);
  pages_->addWidget(page_);
  compare_ = new ComparePage(this);
  pages_->addWidget(compare_);
  setCentralWidget(pages_);

  documents_ = new DocumentsPanel(*feed_, this);
  documents_dock_ = add_dock(tr("Documents"), QStringLiteral("documents"), Qt::LeftDockWidgetArea, documents_);
  parameters_ = new ParametersPanel(*sets_, this);
  parameters_dock_ =
      add_dock(tr("Parameters"), QStringLiteral("parameters"), Qt::RightDockWidgetArea, scrolled(parameters_));
  why_ = new WhyPanel(this);
  why_dock_ = add_dock(tr("Why this score"), QStringLiteral("why"), Qt::RightDockWidgetArea, scrolled(why_));
  scatter_ = new ScatterPanel(this);
  scatter_dock_ = add_dock(tr("Scatter"), QStringLiteral("scatter"), Qt::LeftDockWidgetArea, scatter_);
  scatter_dock_->hide();
  parameters_dock_->hide();
  why_dock_->hide();

  strip_ = new JobsStrip(*queue_, this);
  strip_dock_ = new QDockWidget(tr("Runs"), this);
  strip_dock_->setObjectName(QStringLiteral("runs"));
  strip_dock_->setTitleBarWidget(new QWidget(strip_dock_)); // a strip, not a window of its own
  strip_dock_->setFeatures(QDockWidget::NoDockWidgetFeatures);
  strip_dock_->setWidget(strip_);
  addDockWidget(Qt::BottomDockWidgetArea, strip_dock_);
  strip_dock_->toggleViewAction()->setVisible(false); // it comes and goes with the runs
  resizeDocks({documents_dock_, parameters_dock_, why_dock_}, {360, 290, 290}, Qt::Horizontal);
  resizeDocks({parameters_dock_, why_dock_}, {320, 480}, Qt::Vertical);
  statusBar()->setSizeGripEnabled(true);
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
  connect(documents_, &DocumentsPanel::table_updated, this,
          [this] { scatter_->set_snapshot(documents_->model()->snapshot()); });
  connect(documents_, &DocumentsPanel::table_updated, this,
          [this] { compare_->set_completion(documents_->filter_box()->completion()); });
  connect(scatter_, &ScatterPanel::brushed, this, [this](const QString& condition) {
    documents_->clear_brush(); // the histogram's, if there is one
    documents_->brush(condition);
  });
  connect(scatter_, &ScatterPanel::document_clicked, this,
          [this](qlonglong document) { documents_->go_to(DocumentId{document}); });
  connect(&compare_->results().labelled(), &LabelledPanel::stitching_wanted, this, &MainWindow::ask_what_to_stitch);
  connect(compare_, &ComparePage::document_wanted, this, &MainWindow::open_compared);
  connect(compare_, &ComparePage::told, this,
          [this](const QString& message) { statusBar()->showMessage(message, message_time); });
  connect(documents_, &DocumentsPanel::document_opened, this,
          [this] { page_->heatmap()->setFocus(Qt::ShortcutFocusReason); });
  connect(page_, &DocumentPage::document_changed, this, [this] {
    why_->set_document(page_->document());
    remember_place();
    show_wanted_place();
    update_actions();
  });
  connect(page_, &DocumentPage::pair_selected, this, &MainWindow::remember_place);
  connect(why_, &WhyPanel::link_chosen, this, [this](Cell cell) { page_->choose(cell); });
  connect(documents_, &DocumentsPanel::parameters_wanted, parameters_, &ParametersPanel::set_parameters);
  connect(parameters_, &ParametersPanel::parameters_changed, this, &MainWindow::follow_parameters);
  connect(queue_, &RunQueue::changed, this, &MainWindow::update_actions);
  connect(queue_, &RunQueue::progressed, this, &MainWindow::run_progressed);
  connect(queue_, &RunQueue::ended, this, &MainWindow::run_ended);
  const auto show_strip = [this] {
    strip_dock_->setVisible(strip_->has_content());
    resizeDocks({strip_dock_}, {strip_->sizeHint().height()}, Qt::Vertical); // it does not shrink by itself
  };
  connect(strip_, &JobsStrip::content_changed, this, show_strip);
  show_strip();
  connect(start_, &StartPage::open_files_wanted, this, [this] { ask_what_to_score({}); });
  connect(start_, &StartPage::open_project_wanted, this, &MainWindow::choose_project);
  connect(start_, &StartPage::project_chosen, this, &MainWindow::open_project);
  connect(start_, &StartPage::sample_wanted, this, &MainWindow::score_sample);
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
  statusBar()->showMessage(reading_words());
  feed_->read_contents(path);
}

QString MainWindow::reading_words() const {
  return tr("Reading %1…").arg(to_qt(project_.filename()));
}

void MainWindow::told_reading() {
  if (statusBar()->currentMessage() == reading_words())
    statusBar()->clearMessage();
}

void MainWindow::close_project() {
  for (DocumentWindow* window : document_windows())
    window->close();
  project_.clear();
  visited_.clear();
  going_to_.reset();
  wanted_place_.reset();
  wanted_run_.reset();
  in_progress_.reset();
  chooser_->clear();
  sets_->clear();
  documents_->set_project({});
  documents_->clear();
  documents_->explain({});
  page_->clear();
  page_->stop_computing();
  if (pages_->currentWidget() != compare_)
    pages_->setCurrentWidget(start_);
  scatter_->clear();
  documents_dock_->hide();
  parts_shown_ = false;
  start_->set_recent(recent_projects(application_settings()));
  update_title();
  update_actions();
}

/// From the start page to the documents; a dock that the user closed after that stays closed.
void MainWindow::show_project_parts() {
  if (pages_->currentWidget() == start_)
    pages_->setCurrentWidget(page_);
  if (!std::exchange(parts_shown_, true)) {
    documents_dock_->show();
    documents_->focus_table(); // where keys are commands
  }
}

void MainWindow::show_contents(const ProjectContents& contents) {
  if (contents.path != project_)
    return;
  told_reading();
  QSettings settings = application_settings();
  remember_project(settings, project_);
  show_project_parts();
  sets_->read(project_);
  compare_->add_project(project_, false);
  documents_->set_project(project_);
  chooser_->set_contents(contents, std::exchange(wanted_run_, std::nullopt));
  if (wanted_document_)
    documents_->go_to(*std::exchange(wanted_document_, std::nullopt));
  explain_empty();
  update_actions();
}

void MainWindow::show_failure(const Error& error) {
  told_reading();
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
  visited_.clear();
  going_to_.reset();
  page_->clear();
  if (run) {
    const StoredDataset* dataset = chooser_->dataset();
    parameters_->set_own(run->settings.parameters);
    page_->set_parameters(parameters_->parameters());
    give_compare_parameters();
    documents_->expect_another_table(parameters_->parameters().score);
    feed_->show_run(project_, *run, dataset ? dataset->name : std::string(), parameters_->parameters());
  } else {
    documents_->clear();
  }
  explain_empty();
  update_actions();
}

/// The table's rows stay where they are while a slider is held.
void MainWindow::follow_parameters() {
  page_->set_parameters(parameters_->parameters());
  for (DocumentWindow* window : document_windows())
    window->page().set_parameters(parameters_->parameters());
  give_compare_parameters();
  if (!parameters_->moving())
    documents_->rank_by(parameters_->parameters().score);
  feed_->set_parameters(parameters_->parameters(), parameters_->moving());
}

/// The sentence in place of a table and a document, while there is neither.
void MainWindow::explain_empty() {
  if (project_.empty())
    return;
  const RunInfo* shown = chooser_->run();
  QString reason;
  QAction* remedy = nullptr;
  if (!shown && queue_->running()) {
    reason = tr("Preparing the first run…");
  } else if (!shown) {
    reason = tr("Nothing is scored in this project yet.");
    remedy = score_;
  } else if (feed_->busy()) {
    reason = tr("Reading the documents…");
  } else if (const QueuedRun* running = queue_->running(); running && is_shown(*running)) {
    reason = tr("The first document is being scored…");
  } else if (documents_->model()->snapshot().total() > 0) {
    reason = tr("No document passes the filter.");
    remedy = documents_->clear_filter_action();
  } else {
    reason = tr("This run holds no document yet.");
    remedy = continue_;
  }
  documents_->explain(reason);
  page_->explain(reason, remedy);
}

void MainWindow::show_document() {
  if (!documents_->current() || !chooser_->run())
    return;
  if (going_to_ && going_to_->document != *documents_->current())
    going_to_.reset();
  page_->show_document({project_, chooser_->run()->stored.id, *documents_->current()});
  page_->set_rank(documents_->rank(*documents_->current()));
}

/// What is looked at now is a place to come back to.
void MainWindow::remember_place() {
  const DocumentPointer document = page_->document();
  if (!document)
    return;
  const DocumentId id = document->document.id;
  if (going_to_ && going_to_->document == id) {
    // A selection that belongs to the way is no visit of its own.
    if (const std::optional<Cell> cell = std::exchange(going_to_, std::nullopt)->cell)
      page_->choose(cell);
    return;
  }
  visited_.visit({id, page_->heatmap()->selected()});
  update_actions();
}

void MainWindow::go_to(const std::optional<Visited::Place>& place) {
  if (!place)
    return;
  if (page_->document() && page_->document()->document.id == place->document) {
    page_->choose(place->cell);
  } else {
    going_to_ = place;
    documents_->go_to(place->document);
  }
  update_actions();
}

std::vector<DocumentWindow*> MainWindow::document_windows() const {
  std::vector<DocumentWindow*> open;
  for (const QPointer<DocumentWindow>& window : document_windows_)
    if (window)
      open.push_back(window);
  return open;
}

void MainWindow::open_document_window() {
  if (!page_->key())
    return;
  std::erase_if(document_windows_, [](const QPointer<DocumentWindow>& window) { return window.isNull(); });
  auto* window = new DocumentWindow(*page_->key(), parameters_->parameters(), this);
  document_windows_.emplace_back(window);
  window->show();
}

// Comparing

/// As long as they are the shown run's own, every side keeps its own.
void MainWindow::give_compare_parameters() {
  const RunInfo* run = chooser_->run();
  const bool own = !run || parameters_->parameters() == run->settings.parameters;
  compare_->set_parameters(own ? std::nullopt : std::optional(parameters_->parameters()));
}

void MainWindow::show_page(QWidget* page) {
  pages_->setCurrentWidget(page == page_ && project_.empty() ? static_cast<QWidget*>(start_) : page);
}

void MainWindow::compare(const std::vector<std::filesystem::path>& projects) {
  for (const std::filesystem::path& project : projects)
    compare_->add_project(plain_path(project), true);
  show_page(compare_);
}

/// A document that was clicked on the Compare page: its project, its run and then the document itself.
void MainWindow::open_compared(const DocumentKey& document) {
  wanted_run_ = document.run;
  wanted_document_ = document.document;
  open_project(document.project); // reads the contents, also of the one that is open
  show_page(page_);
  documents_dock_->show();
}

void MainWindow::reload() {
  page_->forget_files();
  page_->refresh();
  feed_->read_contents(project_);
  feed_->reload();
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
  auto* dialog = new ExportDialog(project_, *run, dataset ? dataset->name : std::string(), documents_->export_offers(),
                                  parameters_->parameters(), this);
  dialog->setAttribute(Qt::WA_DeleteOnClose);
  connect(dialog, &ExportDialog::exported, this,
          [this](const QString& message) { statusBar()->showMessage(message, message_time); });
  dialog->open();
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
    if (!documents_->clear_brush() && !page_->undo())
      documents_->focus_table();
    return;
  }
  QMainWindow::keyPressEvent(event);
}

} // namespace longview
