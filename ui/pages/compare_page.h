#pragma once

#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <vector>

#include <QTimer>
#include <QWidget>

#include "filter/completion.h"
#include "jobs/background.h"
#include "jobs/compare_job.h"
#include "jobs/document_loader.h"

class QComboBox;
class QDoubleSpinBox;
class QPushButton;
class QStackedWidget;
class QTreeWidget;
class QTreeWidgetItem;

namespace longview {

class CompareResults;
class FilterBox;
class Notice;

/// Two or more runs, of one project or several, side by side. The runs are chosen in a list; the first that is chosen
/// is blue, the second vermilion. Everything is computed on a thread by compare(), so that the numbers are those of
/// `longview-cli compare --json`.
class ComparePage : public QWidget {
  Q_OBJECT

 public:
  explicit ComparePage(QWidget* parent = nullptr);
  ~ComparePage() override;

  /// Lists the runs of a project; once more: reads it again. `choose`: its newest run becomes a side.
  void add_project(const std::filesystem::path& project, bool choose);
  /// What the numbers of all sides are derived with; empty: what each run was scored with.
  void set_parameters(const std::optional<LiveParameters>& parameters);

  /// What filters and columns can be completed with.
  void set_completion(const std::shared_ptr<const CompletionSource>& source);

  /// In the order they were chosen.
  const std::vector<SideChoice>& sides() const { return sides_; }
  CompareResults& results() { return *results_; }
  QTreeWidget* runs() const { return runs_; }
  QComboBox* column() const { return column_; }
  QComboBox* group() const { return group_; }
  FilterBox* where() const { return where_; }
  Notice* problem() const { return problem_; }
  QPushButton* report() const { return report_; }
  bool busy() const { return background_.busy(compare_kind); }

  void write_report(const std::filesystem::path& path);

 signals:
  void document_wanted(const longview::DocumentKey& document);
  void told(const QString& message);

 private:
  static constexpr Background::Kind compare_kind = 0;

  QWidget* build_choice();
  QWidget* build_empty();
  void connect_parts();
  void choose_project();
  void show_contents(const ProjectContents& contents, bool choose);
  void run_toggled(QTreeWidgetItem* item);
  void mark_sides();
  void options_changed();
  CompareOptions options();
  void show_progress(std::size_t done, std::size_t total);
  void compare_again();
  void show_problem(const Error& error);
  void show_warnings(const std::vector<std::string>& warnings);
  void clear_problems();
  void choose_report();

  std::vector<SideChoice> sides_;
  std::optional<LiveParameters> parameters_;
  std::shared_ptr<const CompletionSource> offered_; ///< the open table's
  QTreeWidget* runs_;
  QPushButton* add_;
  QComboBox* column_;
  Notice* column_notice_;
  FilterBox* where_;
  Notice* where_notice_;
  QComboBox* group_;
  Notice* group_notice_;
  QDoubleSpinBox* top_;
  QPushButton* report_;
  Notice* problem_;
  QStackedWidget* shown_;
  QWidget* empty_;
  Notice* empty_words_;
  CompareResults* results_;
  QTimer wait_for_typing_;
  std::map<std::filesystem::path, Background::Kind> kinds_; ///< of reading_, one a project
  Background reading_;    ///< one after another, so that the first project named gives the first side
  Background background_; // last: they deliver to the others
};

} // namespace longview
