#pragma once

#include <filesystem>
#include <optional>
#include <set>
#include <vector>

#include <QDialog>
#include <QTimer>

#include "export/export.h"
#include "jobs/background.h"
#include "jobs/table_feed.h"

class QCheckBox;
class QComboBox;
class QLineEdit;
class QListWidget;
class QPlainTextEdit;
class QProgressBar;
class QPushButton;
class QTableWidget;

namespace longview {

class Notice;
class PathField;

/// Writes what a filter keeps of one run to a file. How much that is, is counted in the background with every change,
/// before anything is written.
class ExportDialog : public QDialog {
  Q_OBJECT

 public:
  /// `filter`: what the documents table shows; `parameters`: what its numbers are derived with.
  ExportDialog(const std::filesystem::path& project, const RunInfo& run, const std::string& dataset,
               const QString& filter, const LiveParameters& parameters, QWidget* parent = nullptr);
  ~ExportDialog() override;

  void reject() override;

 signals:
  void exported(const QString& message);

 private:
  void build(const QString& filter);
  QWidget* build_fields();
  QWidget* parameters_line(QWidget* parent) const;
  void connect_fields();

  /// Throws Error(usage) for what can be seen to be wrong at once, and marks the field.
  ExportRequest request() const;
  bool fields_are_valid();
  void fields_changed();
  void ask_preview();
  void show_preview(const ExportPreview& preview);
  void show_groups(const std::vector<GroupCounts>& groups);
  void show_preview_problem(const Error& error);
  void suggest_path();
  void start_export();
  void show_progress(const ExportProgress& progress);
  void show_summary(const ExportSummary& summary);
  void set_exporting(bool exporting);
  void update_button();

  std::filesystem::path project_;
  RunInfo run_;
  std::string dataset_;
  LiveParameters parameters_;

  QWidget* fields_box_;
  QLineEdit* where_;
  Notice* where_notice_;
  QLineEdit* top_;
  Notice* top_notice_;
  QLineEdit* group_;
  QLineEdit* split_;
  QComboBox* format_;
  QLineEdit* key_;
  Notice* key_notice_;
  QLineEdit* fields_;
  QListWidget* scores_;
  PathField* out_;
  QCheckBox* force_;
  Notice* preview_;
  QTableWidget* groups_;
  QPlainTextEdit* lines_;
  Notice* outcome_;
  QProgressBar* bar_;
  QPushButton* export_;
  QPushButton* close_;

  bool path_chosen_ = false;
  bool exporting_ = false;
  bool something_to_export_ = false;
  QTimer wait_for_typing_;
  Background counting_;
  Background writing_; // last: they deliver to the others
};

} // namespace longview
