#pragma once

#include <QLineEdit>
#include <QTimer>

#include "models/documents_model.h"

class QTableView;

namespace longview {

/// Type to go to the next row whose title or id contains it. A million rows are searched a few thousand at a time, so
/// that the window stays alive.
class JumpBar : public QLineEdit {
  Q_OBJECT

 public:
  JumpBar(QTableView& table, const DocumentsModel& model, QWidget* parent);
  void begin();

 signals:
  void closed();

 protected:
  void keyPressEvent(QKeyEvent* event) override;

 private:
  void search(int from);
  void look();

  QTableView& table_;
  const DocumentsModel& model_;
  QTimer next_;
  int row_ = 0, left_ = 0; ///< next row to look at, and how many are left
};

} // namespace longview
