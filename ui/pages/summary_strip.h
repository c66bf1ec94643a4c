#pragma once

#include <vector>

#include <QWidget>

#include "models/documents_model.h"

class QTableView;

namespace longview {

/// Mean and median of the numeric columns over what the filter keeps, below the columns of the table.
class SummaryStrip : public QWidget {
 public:
  SummaryStrip(QTableView& table, const DocumentsModel& model, QWidget* parent);
  QSize sizeHint() const override;
  QSize minimumSizeHint() const override { return {0, sizeHint().height()}; }
  /// Words of a line (0: mean, 1: median) in a column; empty where there is nothing.
  QString words(int line, int column) const;

 protected:
  void paintEvent(QPaintEvent* event) override;

 private:
  QTableView& table_;
  const DocumentsModel& model_;
};

} // namespace longview
