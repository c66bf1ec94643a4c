#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <vector>

#include <QDialog>
#include <QStringList>
#include <QTimer>

#include "export/export.h"
#include "export/manifest.h"
#include "filter/completion.h"
#include "jobs/background.h"
#include "jobs/table_feed.h"
#include "run/named_view.h"

class QCheckBox;
class QComboBox;
class QFormLayout;
class QLineEdit;
class QListWidget;
class QMenu;
class QProgressBar;
class QPushButton;

namespace longview {

class ExportPreviewPanel;
class FilterBox;
class Notice;
class PathField;

/// What the dialog can offer of the table it was opened from.
struct ExportOffers {
  static constexpr qsizetype most_selected = 1000; ///< that a filter can name; more are given a label
  QString filter;                                  ///< of the table
  QStringList selected;                            ///< ids of the selected documents, the first `most_selected`
  std::size_t selected_count = 0;
  std::vector<NamedView> views;                       ///< of the project
  std::shared_ptr<const CompletionSource> completion; ///< null: nothing is known
};

/// Writes what a filter keeps of one run to a file, or makes the files of a manifest again. How much that is, is
/// counted in the background with every change, before anything is written.
class ExportDialog : public QDialog {
  Q_OBJECT

 public:
  /// `parameters`: what the numbers of the table are derived with.
  ExportDialog(const std::filesystem::path& project, const RunInfo& run, const std::string& dataset,
               const ExportOffers& offers, const LiveParameters& parameters, QWidget* parent = nullptr);
  ~ExportDialog() override;

  /// Fills the fields as a manifest says; as long as nobody changes them, exporting makes its very files again.
  void open_manifest(const std::filesystem::path& manifest);
  void reject() override;

 signals:
  void exported(const QString& message);

 private:
  void build();
  QWidget* build_form();
  void add_choice(QFormLayout& form);
  void add_contents(QFormLayout& form);
  void add_output(QFormLayout& form);
  QComboBox* field_box(const QString& name, const QString& nothing, QWidget* parent) const;
  QMenu* build_documents_menu(QWidget* parent);
  QMenu* build_fields_menu(QWidget* parent);
  /// The words between the commas, without empty ones.
  static QStringList comma_list(const QString& text);
  void toggle_field(const QString& field);
  void connect_fields();

  /// Throws Error(usage) for what can be seen to be wrong at once.
  ExportRequest request() const;
  void fill(const ExportRequest& request);
  bool fields_are_valid();
  void tell_unknown_fields();
  void fields_changed();
  void set_parameters(const LiveParameters& parameters);
  void ask_preview();
  void show_preview(const ExportPreview& preview);
  void suggest_path();
  void set_ending();
  void read_ending();
  void choose_manifest();
  void take_manifest(const ManifestContents& contents);
  void start_export();
  void show_progress(const ExportProgress& progress);
  void show_summary(const ExportSummary& summary);
  void show_failure(const Error& error);
  void set_exporting(bool exporting);
  void update_button();

  std::filesystem::path project_;
  RunInfo run_;
  std::string dataset_;
  ExportOffers offers_;
  LiveParameters parameters_;

  QWidget* form_;
  FilterBox* where_;
  Notice* where_notice_;
  QLineEdit* top_;
  Notice* top_notice_;
  QComboBox* group_;
  Notice* group_notice_;
  QComboBox* split_;
  Notice* split_notice_;
  QComboBox* format_;
  QComboBox* compression_;
  QLineEdit* key_;
  Notice* key_notice_;
  QLineEdit* fields_;
  QListWidget* scores_;
  Notice* parameters_line_;
  PathField* out_;
  Notice* out_notice_;
  QCheckBox* force_;
  ExportPreviewPanel* preview_;
  Notice* outcome_;
  QProgressBar* bar_;
  QPushButton* export_;
  QPushButton* from_manifest_;
  QPushButton* close_;

  std::optional<ManifestContents> manifest_; ///< the fields are still as it says
  bool filling_ = false;
  bool exporting_ = false, stopping_ = false;
  bool something_to_export_ = false;
  QTimer wait_for_typing_;
  Background counting_;
  Background writing_; // last: they deliver to the others
};

} // namespace longview
