#pragma once

#include "pages/task_dialog.h"

class QCheckBox;
class QLineEdit;
class QSpinBox;

namespace longview {

class PathField;

/// Makes a labelled test from a person's own texts: whole documents against stitched ones, in a file that can then be
/// scored.
class StitchDialog : public TaskDialog {
  Q_OBJECT

 public:
  /// `folder`: where the file goes unless the person says otherwise.
  explicit StitchDialog(const std::filesystem::path& folder, QWidget* parent = nullptr);

 signals:
  /// The file is there; the sentence tells what it holds.
  void made(const QString& file, const QString& sentence);

 protected:
  void start() override;

 private:
  QSpinBox* pieces_;
  QSpinBox* piece_bytes_;
  QSpinBox* documents_;
  QLineEdit* text_field_;
  PathField* out_;
  QCheckBox* replace_;
};

} // namespace longview
