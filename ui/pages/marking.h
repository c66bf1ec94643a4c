#pragma once

#include <QObject>
#include <QStringList>

#include "jobs/label_names.h"
#include "jobs/mark_writer.h"
#include "models/documents_model.h"

class QTableView;

namespace longview {

/// Labels and notes from the keyboard of the documents table: 1 to 9 give a label to the selected documents or take it
/// away, L names the labels, N writes a note.
class Marking : public QObject {
  Q_OBJECT

 public:
  Marking(QTableView& table, DocumentsModel& model);

  void set_project(const std::filesystem::path& project);
  /// 1 to 9. A label without a name is named first.
  void toggle_label(int number);
  void name_labels();
  void write_note();
  /// A table with everything that was written is shown.
  void table_shown();

  LabelNames& labels() { return labels_; }
  MarkWriter& writer() { return writer_; }

 private:
  std::vector<DocumentId> selected() const;
  /// What these documents carry, with what is on its way to the project.
  GivenMarks marks_of(const std::vector<DocumentId>& documents) const;

  QTableView& table_;
  DocumentsModel& model_;
  MarkWriter writer_;
  LabelNames labels_;
};

} // namespace longview
