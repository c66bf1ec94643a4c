// The window's menus, tool bar and settings.
#include "main_window.h"

#include <algorithm>

#include <QAction>
#include <QActionGroup>
#include <QApplication>
#include <QDockWidget>
#include <QFileDialog>
#include <QMenuBar>
#include <QMessageBox>
#include <QStatusBar>
#include <QToolBar>
#include <QUndoStack>

#include "application.h"
#include "base/machine.h"
#include "models/format.h"
#include "models/paths.h"
#include "models/recent_projects.h"
#include "pages/compare_page.h"
#include "pages/document_page.h"
#include "pages/documents_panel.h"
#include "pages/everything_box.h"
#include "pages/help_window.h"
#include "pages/jobs_strip.h"
#include "pages/keys_sheet.h"
#include "pages/run_chooser.h"
#include "widgets/document_html.h"
#include "widgets/heatmap_actions.h"
#include "widgets/heatmap_widget.h"
#include "widgets/profile_widget.h"

namespace longview {
namespace {

constexpr int layout_version = 2; // another number forgets the stored places of docks and bars

struct NamedFigure {
  FigureKind kind;
  const char* title;
};
constexpr NamedFigure figures[] = {{FigureKind::heatmap, QT_TR_NOOP("&Heatmap")},
                                   {FigureKind::profile, QT_TR_NOOP("Distance &profile")},
                                   {FigureKind::specificity, QT_TR_NOOP("&Specificity")}};

struct NamedTheme {
  ThemeChoice choice;
  const char* title;
};
constexpr NamedTheme theme_choices[] = {{ThemeChoice::system, QT_TR_NOOP("&As the system")},
                                        {ThemeChoice::light, QT_TR_NOOP("&Light")},
                                        {ThemeChoice::dark, QT_TR_NOOP("&Dark")},
                                        {ThemeChoice::high_contrast, QT_TR_NOOP("&High contrast")}};

constexpr Background::Kind report_kind = 1; // of preparing_

} // namespace

void MainWindow::build_actions() {
  build_file_menu();
  build_edit_menu();
  build_view_menu();
  build_score_menu();
  build_window_menu();
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
  save_report_ = file->addAction(tr("Save a &report…"), this, &MainWindow::choose_report_file);
  save_report_->setToolTip(tr("Score, figures, strongest links and their texts on one page of HTML"));
  file->addSeparator();
  close_ = file->addAction(tr("&Close project"), QKeySequence(Qt::CTRL | Qt::Key_W), this, &MainWindow::close_project);
  file->addAction(tr("&Quit"), QKeySequence(Qt::CTRL | Qt::Key_Q), this, &QWidget::close);
}

void MainWindow::build_edit_menu() {
  QMenu* edit = menuBar()->addMenu(tr("&Edit"));
  QAction* undo = documents_->steps().createUndoAction(this, tr("&Undo"));
  undo->setShortcut(QKeySequence::Undo);
  QAction* redo = documents_->steps().createRedoAction(this, tr("&Redo"));
  redo->setShortcuts({QKeySequence(Qt::CTRL | Qt::SHIFT | Qt::Key_Z), QKeySequence(Qt::CTRL | Qt::Key_Y)});
  edit->addActions({undo, redo});
  edit->addSeparator();
  edit->addAction(tr("&Filter documents"), QKeySequence(Qt::CTRL | Qt::SHIFT | Qt::Key_F), this, [this] {
    documents_dock_->show();
    documents_->focus_filter();
  });
  edit->addAction(tr("Search &everything"), QKeySequence(Qt::CTRL | Qt::Key_K), this, [this] { search_->begin(); });
  find_ = edit->addAction(tr("Find in the &text"), QKeySequence::Find, this, [this] { page_->find_in_text(); });
  copy_figure_ = edit->addMenu(tr("&Copy figure"));
  for (const NamedFigure& figure : figures)
    copy_figure_->addAction(tr(figure.title), this, [this, kind = figure.kind] { copy_figure(page_->figure(kind)); });
}

void MainWindow::build_view_menu() {
  QMenu* view = menuBar()->addMenu(tr("&View"));
  back_ = view->addAction(tr("&Back"), QKeySequence::Back, this, [this] { go_to(visited_.back()); });
  back_->setToolTip(tr("To what was looked at before"));
  forward_ = view->addAction(tr("&Forward"), QKeySequence::Forward, this, [this] { go_to(visited_.forward()); });
  view->addSeparator();
  view->addAction(tr("&Document"), QKeySequence(Qt::CTRL | Qt::Key_1), this, [this] { show_page(page_); });
  view->addAction(tr("&Compare"), QKeySequence(Qt::CTRL | Qt::Key_2), this, [this] { show_page(compare_); });
  text_ = view->addAction(tr("&Text or pairs"), QKeySequence(Qt::CTRL | Qt::Key_T), this,
                          [this] { page_->show_reader(!page_->reader_shown()); });
  text_->setToolTip(tr("The whole text of the document in place of its figures, or back"));
  page_->heatmap()->view_actions().add_to(view);
  logarithmic_ = view->addAction(tr("&Logarithmic distances"));
  logarithmic_->setCheckable(true);
  logarithmic_->setToolTip(tr("Strength by distance: near distances get more room than far ones"));
  connect(logarithmic_, &QAction::toggled, this,
          [this](bool on) { page_->profile()->set_distances(on ? BinScale::logarithmic : BinScale::linear); });
  page_->profile()->addAction(logarithmic_); // in its right-click menu
  view->addSeparator();
  view->addActions(documents_->view_actions());
  view->addSeparator();
  view->addAction(documents_dock_->toggleViewAction());
  view->addAction(scatter_dock_->toggleViewAction());
  view->addAction(parameters_dock_->toggleViewAction());
  view->addAction(why_dock_->toggleViewAction());
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
  menu->addSeparator();
  menu->addAction(tr("&Import scores…"), this, &MainWindow::ask_what_to_import)
      ->setToolTip(tr("Scores that another program wrote, as a run of their own"));
  menu->addAction(tr("&Labelled test from texts…"), this, &MainWindow::ask_what_to_stitch)
      ->setToolTip(tr("Whole documents against stitched ones, to see which settings tell them apart"));
  menu->addSeparator();
  stop_ = menu->addAction(tr("S&top scoring"), this, [this] {
    if (const QueuedRun* run = queue_->running())
      queue_->cancel(run->id);
  });
}

void MainWindow::build_window_menu() {
  QMenu* menu = menuBar()->addMenu(tr("&Window"));
  own_window_ = menu->addAction(tr("Document in a &window of its own"), QKeySequence(Qt::CTRL | Qt::SHIFT | Qt::Key_O),
                                this, &MainWindow::open_document_window);
  own_window_->setToolTip(tr("To set it beside another one"));
}

void MainWindow::build_help_menu() {
  QMenu* help = menuBar()->addMenu(tr("&Help"));
  help->addAction(tr("&Contents"), QKeySequence::HelpContents, this, [this] { show_help(QStringLiteral("index")); });
  help->addAction(tr("&Tour"), this, [this] { show_help(QStringLiteral("tour")); });
  help->addAction(tr("&Keys"), QKeySequence(Qt::Key_Question), this, [this] {
    auto* sheet = new KeysSheet(this);
    sheet->setAttribute(Qt::WA_DeleteOnClose);
    sheet->open();
  });
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
  QAction* separator = bar->addSeparator();
  chooser_ = new RunChooser(this);
  chooser_shown_ = bar->addWidget(chooser_);
  connect(chooser_shown_, &QAction::changed, separator, [this, separator] {
    separator->setVisible(chooser_shown_->isVisible()); // nothing to separate without a project
  });
  auto* space = new QWidget(bar);
  space->setSizePolicy(QSizePolicy::MinimumExpanding, QSizePolicy::Preferred);
  bar->addWidget(space);
  search_ = new EverythingBox([this] { return search_scope(); }, this);
  connect(search_, &EverythingBox::chosen, this, &MainWindow::go_to_found);
  bar->addWidget(search_);
  bar->addAction(parameters_dock_->toggleViewAction());
  bar->addAction(why_dock_->toggleViewAction());
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
  const bool open = !project_.empty();
  chooser_shown_->setVisible(open);
  parameters_dock_->toggleViewAction()->setEnabled(open);
  why_dock_->toggleViewAction()->setEnabled(open);
  export_->setEnabled(run != nullptr);
  close_->setEnabled(open);
  reload_->setEnabled(open);
  save_figure_->setEnabled(drawn);
  save_report_->setEnabled(drawn);
  copy_figure_->setEnabled(drawn);
  find_->setEnabled(drawn);
  text_->setEnabled(drawn);
  stop_->setEnabled(queue_->running() != nullptr);
  back_->setEnabled(visited_.can_go_back());
  forward_->setEnabled(visited_.can_go_forward());
  own_window_->setEnabled(page_->key().has_value());
  bool queued = false;
  for (const QueuedRun& entry : queue_->runs())
    queued = queued || (!entry.over() && is_shown(entry));
  continue_->setEnabled(run && run->stored.finished.empty() && !queued);
}

void MainWindow::choose_figure_file(FigureKind kind) {
  const ShownFigure figure = page_->figure(kind);
  const QString file = figure.document ? ask_and_save(this, figure, false) : QString();
  if (!file.isEmpty())
    statusBar()->showMessage(tr("Saved %1").arg(file), message_time);
}

void MainWindow::choose_report_file() {
  const DocumentPointer document = page_->document();
  if (!document)
    return;
  const QString name = QString::fromStdString(document->document.name).replace(u'/', u'_');
  const QString file =
      QFileDialog::getSaveFileName(this, tr("Save a report"), name + QStringLiteral(".html"), tr("Reports (*.html)"));
  if (!file.isEmpty())
    save_report(to_path(file));
}

void MainWindow::save_report(const std::filesystem::path& path) {
  const DocumentPointer document = page_->document();
  if (!document || !page_->key())
    return;
  FigureOptions options = page_->figure(FigureKind::heatmap).options;
  options.theme = Theme::light(); // for paper, whatever the window looks like
  options.distances = page_->profile()->distances();
  options.size = FigureOptions().size;
  preparing_.request(
      report_kind,
      [path, document, key = *page_->key(), figures = draw_figures(*document, options)](std::stop_token) {
        write_document_html(Project::open(key.project, Project::Mode::read_only), key.run, *document, figures, path);
        return path;
      },
      [this](const std::filesystem::path& written) {
        statusBar()->showMessage(tr("Saved %1").arg(to_qt(written)), message_time);
      },
      [this](const Error& error) {
        auto* box = new QMessageBox(QMessageBox::Warning, tr("The report was not saved"), error_text(error),
                                    QMessageBox::Ok, this);
        box->setAttribute(Qt::WA_DeleteOnClose);
        box->setTextFormat(Qt::PlainText);
        box->setTextInteractionFlags(Qt::TextSelectableByMouse);
        box->open();
      });
}

void MainWindow::show_help(const QString& page, const QString& words) {
  if (!help_) {
    help_ = new HelpWindow(this);
    help_->setAttribute(Qt::WA_QuitOnClose, false);
  }
  help_->show_page(page, words);
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

// Layout

void MainWindow::save_layout() const {
  QSettings settings = application_settings();
  settings.setValue(QStringLiteral("window/geometry"), saveGeometry());
  settings.setValue(QStringLiteral("window/state"), saveState(layout_version));
  settings.setValue(QStringLiteral("window/logarithmic"), logarithmic_->isChecked());
  documents_->save_layout(settings);
  page_->save_layout(settings);
}

void MainWindow::restore_layout() {
  QSettings settings = application_settings();
  restoreGeometry(settings.value(QStringLiteral("window/geometry")).toByteArray());
  restoreState(settings.value(QStringLiteral("window/state")).toByteArray(), layout_version);
  strip_dock_->setVisible(strip_->has_content());
  documents_->restore_layout(settings);
  page_->restore_layout(settings);
  logarithmic_->setChecked(settings.value(QStringLiteral("window/logarithmic")).toBool());
  const int colours = settings.value(QStringLiteral("window/colours")).toInt();
  for (QAction* action : themes_->actions())
    if (action->data().toInt() == colours)
      action->trigger();
}

} // namespace longview
