#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <QAbstractTableModel>

#include "models/document_columns.h"
#include "models/table_figures.h"
#include "store/row_filter.h"

namespace longview {

/// What the documents table shows at one moment. Made by the table's thread, shared and never changed after that.
struct TableSnapshot {
  std::uint64_t table = 0; ///< which run of which project: rows of two snapshots are comparable only where it is equal
  TableCells cells;        ///< a place in its rows stays with its document; more may come
  /// What a filter can be completed with; its fields are those of the source that columns can show.
  std::shared_ptr<const CompletionSource> completion = std::make_shared<const CompletionSource>();
  std::vector<std::uint32_t> order;                        ///< places that are shown, from the top
  std::shared_ptr<const std::vector<std::uint32_t>> ranks; ///< by place: 1 is the best score, 0 has none
  std::shared_ptr<const std::vector<std::uint8_t>> kept;   ///< by place: what the filter keeps
  TableFigures figures;
  bool complete = true; ///< else more rows follow at once

  std::size_t total() const { return cells.rows->size(); }
};

/// The numbers of a column in the order of the table, NaN where a document has none: for a scatter plot.
std::vector<double> shown_numbers(const TableSnapshot& snapshot, std::string_view column);

/// Shows a snapshot, and goes from one to the next with as few changes as there are, so that selection and scroll place
/// stay while a run fills the table. Sorting and filtering happen elsewhere: sort() only says what is wanted.
class DocumentsModel : public QAbstractTableModel {
  Q_OBJECT

 public:
  enum Role {
    DocumentRole = Qt::UserRole, ///< DocumentId as qlonglong
    ValueRole,                   ///< the cell as a number or text; invalid where there is none
  };

  explicit DocumentsModel(QObject* parent = nullptr);

  void show(TableSnapshot snapshot);
  const TableSnapshot& snapshot() const { return snapshot_; }

  /// The fixed columns, then the source's fields.
  const std::vector<DocumentColumn>& columns() const { return columns_; }
  /// Place of a column by its key; -1 for none.
  int column(std::string_view key) const;

  std::optional<DocumentId> id(const QModelIndex& index) const;
  /// StoredDocument::name; empty for no row.
  std::string_view name(const QModelIndex& index) const;
  const Marks& marks(const QModelIndex& index) const;
  QModelIndex find(DocumentId document) const;
  /// Place by score in the whole run, from 1; 0 without one.
  std::uint32_t rank(const QModelIndex& index) const;
  /// The filter keeps it: false for a row that only a list that is held still shows.
  bool kept(const QModelIndex& index) const;

  int rowCount(const QModelIndex& parent = {}) const override;
  int columnCount(const QModelIndex& parent = {}) const override;
  QVariant data(const QModelIndex& index, int role) const override;
  QVariant headerData(int section, Qt::Orientation orientation, int role) const override;
  void sort(int column, Qt::SortOrder order) override;

 signals:
  void sort_wanted(const QString& key, Qt::SortOrder order);

 private:
  void show_fields(const std::vector<std::string>& fields);
  void reset_to(TableSnapshot snapshot);
  void take_rest(TableSnapshot& next);
  void change_large(TableSnapshot next);
  void remove_missing(const std::vector<std::int64_t>& new_places);
  void reorder(std::vector<std::uint32_t> wanted);
  void insert_new(const std::vector<std::uint32_t>& order, const std::vector<bool>& shown_before);
  void announce_replaced(const SharedRows& before);
  std::size_t place(const QModelIndex& index) const { return snapshot_.order[static_cast<std::size_t>(index.row())]; }

  TableSnapshot snapshot_;
  std::vector<DocumentColumn> columns_;
  mutable std::size_t found_ = 0; ///< place that find() gave last
};

} // namespace longview
