#pragma once

#include "pages/task_dialog.h"
#include "run/import_scores.h"

class QComboBox;
class QLineEdit;

namespace longview {

class PathField;

/// Takes in scores that another program wrote, as a run of their own: beside the texts, or for the documents of a
/// dataset that the project has.
class ImportDialog : public TaskDialog {
  Q_OBJECT

 public:
  /// `datasets`: names of those in the project.
  ImportDialog(const std::filesystem::path& project, const std::vector<std::string>& datasets,
               QWidget* parent = nullptr);

 signals:
  void imported(const QString& project, qlonglong run);

 protected:
  void start() override;

 private:
  void show_kind();
  void show_summary(const ImportSummary& done, const ImportRequest& request);

  PathField* project_;
  QComboBox* kind_; ///< its data: the dataset that the scores are for; empty where texts come with them
  QLineEdit* dataset_;
  QLineEdit* score_field_;
  QLineEdit* text_field_;
  QLineEdit* id_field_;
};

} // namespace longview
