#pragma once

#include <filesystem>
#include <optional>
#include <vector>

#include <QDialog>
#include <QTimer>

#include "jobs/background.h"
#include "run/runner.h"

class QCheckBox;
class QComboBox;
class QFormLayout;
class QLineEdit;
class QPushButton;
class QSpinBox;

namespace longview {

class FileList;
class Notice;
class PathField;

/// Asks what to score and how, and tells what that will cost before it starts. The model is looked at and the forecast
/// made in the background, anew with every change; what is wrong stands under the field it is wrong in.
class ScoreDialog : public QDialog {
  Q_OBJECT

 public:
  explicit ScoreDialog(QWidget* parent = nullptr);
  ~ScoreDialog() override;

  void add_files(const std::vector<std::filesystem::path>& files);
  /// Where the results go unless the user says otherwise; without one, beside the first file.
  void set_project(const std::filesystem::path& project);

  /// What the fields say now.
  RunRequest request() const;

 signals:
  /// The user wants this run; the dialog closes.
  void score_wanted(const longview::RunRequest& request);

 private:
  QWidget* build_inputs();
  QWidget* build_settings();
  void fill_sampling(QFormLayout* form);
  void fill_execution(QFormLayout* form);
  void fill_fields(QFormLayout* form);
  void connect_fields();

  void fields_changed();
  void suggest_project();
  bool fields_are_valid();
  void check_model_file();
  void show_model(const ModelSummary& summary);
  void ask_forecast();
  void show_forecast(const Forecast& forecast);
  void show_forecast_problem(const Error& error);
  void update_button();
  void accept_request();

  FileList* files_;
  QLineEdit* dataset_;
  PathField* project_;
  Notice* project_notice_;
  PathField* model_;
  Notice* model_notice_;
  QComboBox* preset_;
  Notice* preset_notice_;
  QSpinBox* pairs_;
  QCheckBox* all_pairs_;
  QSpinBox* segment_length_;
  QSpinBox* window_;
  QSpinBox* seed_;
  QSpinBox* controls_;
  Notice* sampling_notice_;
  QComboBox* dtype_;
  QComboBox* device_;
  QLineEdit* text_field_;
  QLineEdit* id_field_;
  QSpinBox* limit_;
  QCheckBox* embed_;
  Notice* forecast_;
  QPushButton* score_;

  bool project_chosen_ = false;
  bool model_is_fit_ = false;
  int model_context_ = 0; ///< tokens; 0: not known
  QTimer wait_for_typing_;
  Background background_; // last: it delivers to the others
};

} // namespace longview
