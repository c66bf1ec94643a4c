#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include <QAbstractTableModel>

#include "widgets/document_data.h"

namespace longview {

/// The scored pairs of one document as rows, the best of one column first. No more than `most_rows` of them: who wants
/// the weakest sorts the other way round.
class LinksModel : public QAbstractTableModel {
  Q_OBJECT

 public:
  static constexpr std::size_t most_rows = 5000;
  enum Column { target, prefix, back, contribution, share, strength, gain, distance, specificity, column_count };
  enum Role { ValueRole = Qt::UserRole }; ///< the number itself

  explicit LinksModel(QObject* parent = nullptr);

  /// The order stays.
  void set_document(DocumentPointer document);
  /// Scored pairs in all.
  std::size_t total() const { return total_; }
  std::optional<Cell> cell(int row) const;
  /// -1 where it is not among the rows.
  int row_of(Cell cell) const;

  int rowCount(const QModelIndex& parent = {}) const override;
  int columnCount(const QModelIndex& parent = {}) const override;
  QVariant data(const QModelIndex& index, int role) const override;
  QVariant headerData(int section, Qt::Orientation orientation, int role) const override;
  void sort(int column, Qt::SortOrder order) override;

 private:
  void put_in_order();

  DocumentPointer document_;
  std::vector<std::uint32_t> pairs_; ///< indices of the document's pairs, in order
  std::size_t total_ = 0;
  int sorted_by_ = contribution;
  Qt::SortOrder order_ = Qt::DescendingOrder;
};

} // namespace longview
