#pragma once

#include <filesystem>
#include <optional>
#include <set>
#include <vector>

#include <QMainWindow>
#include <QPointer>
#include <QTimer>

#include "jobs/background.h"
#include "jobs/parameter_sets.h"
#include "jobs/run_queue.h"
#include "jobs/table_feed.h"
#include "models/visited.h"
#include "widgets/figure.h"
#include "widgets/theme.h"

class QActionGroup;
class QDockWidget;
class QMenu;
class QStackedWidget;

namespace longview {

struct DocumentKey;
struct Finding;
struct SearchScope;
class ComparePage;
class DocumentPage;
class DocumentWindow;
class DocumentsPanel;
class EverythingBox;
class HelpWindow;
class JobsStrip;
class ParametersPanel;
class RunChooser;
class ScatterPanel;
class StartPage;
class WhyPanel;

/// Puts the parts together: one project, one of its runs, one of the run's documents, and the queue of what is being
/// scored. The parts do the work; this decides which of them sees what.
class MainWindow : public QMainWindow {
  Q_OBJECT

 public:
  explicit MainWindow(QWidget* parent = nullptr);
  ~MainWindow() override;

  /// Projects are opened, everything else is offered for scoring.
  void open_paths(const std::vector<std::filesystem::path>& paths);
  void open_project(const std::filesystem::path& project);
  void close_project();
  /// Queues runs and shows the first of them as soon as it exists.
  void score(const std::vector<RunRequest>& requests);

  /// Empty while none is open.
  const std::filesystem::path& project() const { return project_; }
  RunQueue& queue() { return *queue_; }
  DocumentsPanel& documents() { return *documents_; }
  DocumentPage& page() { return *page_; }
  RunChooser& chooser() { return *chooser_; }
  StartPage& start_page() { return *start_; }
  ParametersPanel& parameters() { return *parameters_; }
  WhyPanel& why() { return *why_; }
  /// Windows of single documents that are open.
  std::vector<DocumentWindow*> document_windows() const;

  /// Opens the Score dialog with these files; does not wait for it.
  void ask_what_to_score(const std::vector<std::filesystem::path>& files);
  void ask_what_to_export();
  /// Scores of another program as a run; files for a labelled test.
  void ask_what_to_import();
  void ask_what_to_stitch();
  /// Writes a page of HTML about the open document, in the background.
  void save_report(const std::filesystem::path& path);
  ComparePage& compare_page() { return *compare_; }
  ScatterPanel& scatter() { return *scatter_; }
  EverythingBox& search_box() { return *search_; }
  /// Goes to the Compare page, with the newest runs of these projects as its sides.
  void compare(const std::vector<std::filesystem::path>& projects);

 protected:
  void closeEvent(QCloseEvent* event) override;
  void dragEnterEvent(QDragEnterEvent* event) override;
  void dropEvent(QDropEvent* event) override;
  void keyPressEvent(QKeyEvent* event) override;

 private:
  static constexpr int message_time = 10000; ///< ms that a message stays in the status bar

  QDockWidget* add_dock(const QString& title, const QString& name, Qt::DockWidgetArea area, QWidget* panel);
  void build_parts();
  void build_actions();
  void build_file_menu();
  void build_edit_menu();
  void build_view_menu();
  void build_theme_menu(QMenu* view);
  void build_score_menu();
  void build_window_menu();
  void build_help_menu();
  void build_tool_bar();
  void connect_parts();
  void fill_recent();
  void update_actions();
  void update_title();

  /// In the status bar until the project is there.
  QString reading_words() const;
  void told_reading();
  void show_project_parts();
  void show_contents(const ProjectContents& contents);
  void show_failure(const Error& error);
  void show_run();
  void follow_parameters();
  void show_document();
  void remember_place();
  void go_to(const std::optional<Visited::Place>& place);
  void open_document_window();
  void give_compare_parameters();
  void show_page(QWidget* page);
  void open_compared(const DocumentKey& document);
  void run_progressed(int id);
  void run_ended(int id);
  void bring_news();
  bool is_shown(const QueuedRun& run) const;
  void explain_empty();

  SearchScope search_scope();
  void go_to_found(const Finding& finding, const QString& words);
  void show_wanted_place();

  void choose_files();
  void choose_project();
  void reload();
  void continue_run();
  void score_sample();
  void choose_figure_file(FigureKind kind);
  void choose_report_file();
  void show_help(const QString& page, const QString& words = {});
  void show_about();
  void choose_theme(ThemeChoice choice);

  void save_layout() const;
  void restore_layout();

  TableFeed* feed_;
  RunQueue* queue_;
  ParameterSets* sets_;
  QStackedWidget* pages_;
  StartPage* start_;
  DocumentPage* page_;
  ComparePage* compare_;
  DocumentsPanel* documents_;
  ParametersPanel* parameters_;
  WhyPanel* why_;
  ScatterPanel* scatter_;
  RunChooser* chooser_;
  EverythingBox* search_;
  JobsStrip* strip_;
  QDockWidget* documents_dock_;
  QDockWidget* parameters_dock_;
  QDockWidget* why_dock_;
  QDockWidget* scatter_dock_;
  QDockWidget* strip_dock_;
  HelpWindow* help_ = nullptr;

  QMenu* recent_menu_;
  QAction* chooser_shown_; ///< of the tool bar
  QAction* open_;
  QAction* score_;
  QAction* export_;
  QAction* close_;
  QAction* reload_;
  QAction* back_;
  QAction* forward_;
  QAction* own_window_;
  QAction* continue_;
  QAction* stop_;
  QMenu* save_figure_;
  QAction* save_report_;
  QMenu* copy_figure_;
  QAction* find_;
  QAction* text_;
  QActionGroup* themes_;
  QAction* logarithmic_;

  Visited visited_;
  std::optional<Visited::Place> going_to_; ///< on its way back or forward, until that document is there
  struct WantedPlace {
    DocumentId document{};
    QString words; ///< that are looked for
    std::uint64_t byte = 0;
  };
  std::optional<WantedPlace> wanted_place_; ///< in the text of a document that is being opened
  std::vector<QPointer<QAction>> commands_; ///< of the last search
  std::vector<QPointer<DocumentWindow>> document_windows_;
  std::filesystem::path project_;
  bool parts_shown_ = false;                  ///< of the open project; a dock that the user closed then stays closed
  std::optional<DocumentId> wanted_document_; ///< to be open with wanted_run_
  std::optional<RunId> wanted_run_;           ///< to be chosen with the next contents
  std::set<int> told_;                        ///< runs of the queue whose run in the project is known to the choosers
  std::optional<int> to_show_;                ///< run of the queue that is shown as soon as it exists
  std::optional<DocumentId> in_progress_;     ///< of the shown run: the newest document something was stored for
  QTimer news_;
  Background preparing_; // last: it delivers to the others
};

} // namespace longview
