#pragma once

#include <optional>

#include <QWidget>

#include "jobs/compare_job.h"
#include "widgets/compare_plots.h"
#include "widgets/plot_view.h"

class QCheckBox;
class QComboBox;
class QLabel;
class QTableWidget;
class QTabWidget;

namespace longview {

class LabelledPanel;
class Notice;

/// What a comparison says, on tabs: distributions, groups, distance, statistics, the same documents, labelled test,
/// settings. Above them what makes the numbers incomparable, in red.
class CompareResults : public QWidget {
  Q_OBJECT

 public:
  explicit CompareResults(QWidget* parent = nullptr);

  void show_comparison(ComparisonPointer comparison);
  /// There is but one side: its labelled test is all that can be done with it.
  void show_labelled_alone(const QString& words);
  const ComparisonPointer& comparison() const { return comparison_; }
  LabelledPanel& labelled() { return *labelled_; }
  QTabWidget* tabs() const { return tabs_; }
  QComboBox* group_shape() const { return group_shape_; }

 signals:
  /// A document of this side was clicked; its DocumentId.
  void document_wanted(int side, qlonglong document);
  /// A figure was saved, or why not.
  void told(const QString& message);

 private:
  struct Figure {
    PlotView* view;
    QString title;
    PlotView::Draw draw; ///< empty: nothing to draw
  };

  QWidget* build_distributions();
  QWidget* build_groups();
  QWidget* build_distance();
  QWidget* build_statistics();
  QWidget* build_same();
  std::size_t add_figure(const QString& title, const QString& nothing, const QString& hint);
  void draw(std::size_t figure, PlotView::Draw draw);
  void draw_histogram();
  void draw_groups();
  GroupShape chosen_shape() const;
  void enable_tabs(bool all);
  void fill_pairs();
  void show_pair();
  void open_row(const QTableWidget& table, int row, bool enters);
  void save_figure(std::size_t figure);
  void copy_figure(std::size_t figure) const;
  QString settings_line() const;

  ComparisonPointer comparison_;
  std::vector<Figure> figures_;
  Notice* grave_;
  QLabel* verdict_;
  QTabWidget* tabs_;
  QCheckBox* by_tokens_;
  QTableWidget* sides_;
  QTableWidget* tests_;
  QLabel* differences_; ///< heading of tests_
  QComboBox* group_shape_;
  QTableWidget* groups_;
  QTableWidget* settings_;
  QComboBox* pair_;
  QLabel* same_words_;
  QTableWidget* enters_;
  QTableWidget* leaves_;
  LabelledPanel* labelled_;
  std::size_t histogram_ = 0, ecdf_ = 0, group_figure_ = 0, profile_ = 0, specificity_ = 0; ///< places in figures_
};

} // namespace longview
