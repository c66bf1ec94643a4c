#pragma once

#include <optional>

#include <QWidget>

#include "filter/filter.h"
#include "jobs/table_feed.h"
#include "models/documents_model.h"
#include "pages/notice.h"

class QLabel;
class QLineEdit;
class QSettings;
class QTableView;

namespace longview {

class TableColumns;

/// The documents of a run: filter box, table, and how many of them are shown. Says which document is current; the
/// table itself comes from the feed.
class DocumentsPanel : public QWidget {
  Q_OBJECT

 public:
  explicit DocumentsPanel(TableFeed& feed, QWidget* parent = nullptr);

  /// Empties the table and forgets the current document; the filter stays.
  void clear();
  /// The next table is another one: its current document is announced, the same as now where it is in both. Goes
  /// over to this score, as rank_by().
  void expect_another_table(ScoreKind ranked_by);
  /// A table that is in order of the other score goes over to this one.
  void rank_by(ScoreKind kind);
  /// Makes a document current, also one that the filter hides.
  void go_to(DocumentId document);
  /// A sentence in place of the count, while there is nothing to count.
  void explain(const QString& text);
  void show_problem(const Error& error);

  /// Of the last filter that could be understood.
  const Filter& filter() const { return filter_; }
  std::optional<DocumentId> current() const { return current_; }
  std::uint32_t rank(DocumentId document) const;

  /// Selects a document, as soon as it is shown.
  void open_document(DocumentId document);

  void focus_filter();
  void focus_table();
  /// Moves the selection by so many rows, staying inside.
  void step(int rows);

  void save_layout(QSettings& settings) const;
  void restore_layout(QSettings& settings);

  QTableView* table() const { return table_; }
  DocumentsModel* model() const { return model_; }
  QLineEdit* filter_box() const { return filter_box_; }

 signals:
  /// current() is another document now.
  void document_chosen();
  /// The user wants to work in the current document: Enter or a double click.
  void document_opened();
  /// The table was read again: numbers of the current document may be others.
  void table_updated();
  void filter_changed();

 private:
  void build();
  void build_table();
  void apply_filter();
  void show_snapshot(const TableSnapshot& snapshot);
  void select_current();
  void choose(const QModelIndex& index);
  void copy_selection() const;
  void open_header_menu(const QPoint& place);
  void show_count();

  TableFeed& feed_;
  DocumentsModel* model_;
  QLineEdit* filter_box_;
  Notice* filter_notice_;
  Notice* problem_;
  QTableView* table_;
  TableColumns* columns_ = nullptr;
  QLabel* count_;
  QString explanation_;
  Filter filter_;
  std::optional<DocumentId> current_;
  bool another_table_ = false;
  bool updating_ = false; ///< the table changes by itself: what the view then selects was chosen by nobody
};

} // namespace longview
