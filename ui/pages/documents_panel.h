#pragma once

#include <filesystem>
#include <optional>

#include <QWidget>

#include "filter/filter.h"
#include "jobs/table_feed.h"
#include "models/documents_model.h"
#include "pages/notice.h"
#include "run/named_view.h"

class QAction;
class QLabel;
class QSettings;
class QTableView;
class QToolButton;
class QUndoStack;

namespace longview {

class DistributionPanel;
class FilterBox;
class EmptyState;
class JumpBar;
class Marking;
class SummaryStrip;
class TableColumns;
class ViewsButton;
struct ExportOffers;

/// The documents of a run: filter box, table, and how many of them are shown. Says which document is current; the
/// table itself comes from the feed.
class DocumentsPanel : public QWidget {
  Q_OBJECT

 public:
  explicit DocumentsPanel(TableFeed& feed, QWidget* parent = nullptr);

  /// Views, labels and notes are of this project from now on.
  void set_project(const std::filesystem::path& project);
  /// Empties the table and forgets the current document; the filter stays.
  void clear();
  /// The next table is another one: its current document is announced, the same as now where it is in both. Goes
  /// over to this score, as rank_by().
  void expect_another_table(ScoreKind ranked_by);
  /// A table that is in order of the other score goes over to this one.
  void rank_by(ScoreKind kind);
  /// Makes a document current, also one that the filter hides or that the next table brings.
  void go_to(DocumentId document);
  /// "Clear the filter", the remedy where no document passes it.
  QAction* clear_filter_action() const { return clear_filter_; }
  /// A sentence in place of the count, while there is nothing to count.
  void explain(const QString& text);
  void show_problem(const Error& error);

  /// Of the last filter that could be understood.
  const Filter& filter() const { return filter_; }
  std::optional<DocumentId> current() const { return current_; }
  std::uint32_t rank(DocumentId document) const;

  /// What is on screen, to be kept under a name, and the other way round. Parameters come as parameters_wanted().
  NamedView view() const;
  /// What an export can begin with.
  ExportOffers export_offers() const;
  void show_view(const NamedView& view);
  /// Filters by an expression beside what the filter box says, in place of the one before; empty: takes it away.
  void brush(const QString& expression);
  /// False where there is no brush to take away.
  bool clear_brush();

  void focus_filter();
  void begin_jump();
  void focus_table();
  /// Moves the selection by so many rows, staying inside.
  void step(int rows);

  void save_layout(QSettings& settings) const;
  void restore_layout(QSettings& settings);

  QTableView* table() const { return table_; }
  DocumentsModel* model() const { return model_; }
  FilterBox* filter_box() const { return filter_box_; }
  DistributionPanel* distribution() const { return distribution_; }
  TableColumns* columns() const { return columns_; }
  SummaryStrip* summary() const { return summary_; }
  Marking* marking() const { return marking_; }
  ViewsButton* views() const { return views_; }
  QUndoStack& steps() const;
  /// Entries of the View menu: show the distribution, keep the list fixed, show what the filter removes.
  QList<QAction*> view_actions() const { return {show_distribution_, list_fixed_, removed_}; }
  QString count_text() const;

 signals:
  /// current() is another document now.
  void document_chosen();
  /// The user wants to work in the current document: Enter or a double click.
  void document_opened();
  /// The table was read again: numbers of the current document may be others.
  void table_updated();
  /// A view was chosen that was kept with these.
  void parameters_wanted(const longview::LiveParameters& parameters);

 private:
  void build();
  void build_table();
  void build_actions();
  void connect_parts();
  void columns_changed();
  void open_options_menu();
  void apply_filter();
  void offer_labels();
  void show_snapshot(const TableSnapshot& snapshot);
  void select_current();
  void choose(const QModelIndex& index);
  void copy_selection() const;
  void open_header_menu(const QPoint& place);
  void show_count();

  TableFeed& feed_;
  DocumentsModel* model_;
  FilterBox* filter_box_;
  Notice* filter_notice_;
  Notice* problem_;
  QTableView* table_;
  EmptyState* empty_ = nullptr; ///< over the table
  QAction* clear_filter_ = nullptr;
  QLabel* count_;
  TableColumns* columns_ = nullptr;
  Marking* marking_ = nullptr;
  DistributionPanel* distribution_;
  SummaryStrip* summary_ = nullptr;
  JumpBar* jump_ = nullptr;
  ViewsButton* views_;
  QToolButton* options_;
  QAction* show_distribution_;
  QAction* list_fixed_;
  QAction* removed_;
  QString explanation_;
  QString progress_;     ///< what the table waits for
  QString unbrushed_;    ///< the filter without the brush
  bool brushed_ = false; ///< the filter box holds a brush
  Filter filter_;
  std::shared_ptr<const CompletionSource> offered_; ///< what the filter box has, but for
  QStringList offered_names_;                       ///< these labels
  std::optional<DocumentId> current_;
  bool another_table_ = false;
  bool by_itself_ = false; ///< the current document is the best of those that have come, chosen by nobody
  bool updating_ = false;  ///< the table changes by itself: what the view then selects was chosen by nobody
};

} // namespace longview
