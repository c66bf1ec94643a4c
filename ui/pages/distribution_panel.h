#pragma once

#include <QWidget>

#include "models/documents_model.h"

class QCheckBox;
class QComboBox;
class QTreeWidget;

namespace longview {

class HistogramView;

/// How the documents are spread: a histogram of any numeric column, whose brush filters, and the counts of any column's
/// values. What they show is made by the table's thread; this says what is wanted.
class DistributionPanel : public QWidget {
  Q_OBJECT

 public:
  explicit DistributionPanel(QWidget* parent = nullptr);

  /// Columns there are to choose from.
  void set_columns(const std::vector<DocumentColumn>& columns);
  void show_figures(const TableFigures& figures);
  void clear_brush();

  HistogramWish wish() const;
  std::string group() const;
  HistogramView* histogram() const { return histogram_; }
  QTreeWidget* groups() const { return groups_; }

 signals:
  void wish_changed();
  void group_changed();
  /// A filter that keeps a range of the column.
  void range_chosen(const QString& filter);
  void range_cleared();
  /// A filter that keeps one group.
  void group_chosen(const QString& filter);

 private:
  QComboBox* column_;
  QCheckBox* logarithmic_;
  QCheckBox* by_tokens_;
  HistogramView* histogram_;
  QComboBox* group_;
  QTreeWidget* groups_;
};

} // namespace longview
