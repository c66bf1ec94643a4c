#pragma once

#include <memory>
#include <vector>

#include <QWidget>

#include "jobs/background.h"
#include "models/documents_model.h"
#include "widgets/scatter_view.h"

class QCheckBox;
class QComboBox;

namespace longview {

class Notice;

/// Two columns of the documents that the table shows, against each other. A rectangle becomes a filter.
class ScatterPanel : public QWidget {
  Q_OBJECT

 public:
  explicit ScatterPanel(QWidget* parent = nullptr);
  ~ScatterPanel() override;

  void set_snapshot(const TableSnapshot& snapshot);
  void clear();

  ScatterView* view() const { return view_; }
  QComboBox* x() const { return x_; }
  QComboBox* y() const { return y_; }

 signals:
  /// A condition for the filter box.
  void brushed(const QString& condition);
  /// Its DocumentId.
  void document_clicked(qlonglong document);

 protected:
  void showEvent(QShowEvent* event) override;

 private:
  void draw_again();

  QComboBox* x_;
  QComboBox* y_;
  QCheckBox* log_x_;
  QCheckBox* log_y_;
  Notice* problem_;
  ScatterView* view_;
  TableSnapshot snapshot_;
  std::vector<DocumentId> documents_; ///< by place in the picture's columns
  Background background_;             // last: it delivers to the others
};

} // namespace longview
