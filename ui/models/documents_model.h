#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <QAbstractTableModel>

#include "store/project.h"

namespace longview {

/// What the documents table shows at one moment. Made by the table's thread, shared and never changed after that.
struct TableSnapshot {
  using Row = std::shared_ptr<const TableRow>;
  using Rows = std::vector<Row>;

  std::uint64_t table = 0; ///< which run of which project: rows of two snapshots are comparable only where it is equal
  std::shared_ptr<const Rows> rows = std::make_shared<const Rows>(); ///< a place stays with its document; more may come
  std::vector<std::uint32_t> order;                                  ///< places in rows that are shown, from the top
  std::vector<std::uint32_t> ranks; ///< by place: 1 is the best score of the run, 0 has none

  std::size_t total() const { return rows->size(); }
};

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

  const TableRow* row(const QModelIndex& index) const;
  QModelIndex find(DocumentId document) const;
  /// Place by score in the whole run, from 1; 0 without one.
  std::uint32_t rank(const QModelIndex& index) const;

  int rowCount(const QModelIndex& parent = {}) const override;
  int columnCount(const QModelIndex& parent = {}) const override;
  QVariant data(const QModelIndex& index, int role) const override;
  QVariant headerData(int section, Qt::Orientation orientation, int role) const override;
  void sort(int column, Qt::SortOrder order) override;

 signals:
  void sort_wanted(int column, Qt::SortOrder order);

 private:
  void reset_to(TableSnapshot snapshot);
  void remove_missing(const std::vector<std::int64_t>& new_places);
  void reorder(const std::vector<std::int64_t>& new_places);
  void insert_new(const std::vector<std::uint32_t>& order, const std::vector<bool>& shown_before);
  void announce_replaced(const TableSnapshot::Rows& before);

  TableSnapshot snapshot_;
};

} // namespace longview
