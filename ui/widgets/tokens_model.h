#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include <QAbstractTableModel>

#include "widgets/document_data.h"

namespace longview {

/// The scored tokens of a target with what its prefix does to each: the most helped first, or in any other order.
class TokensModel : public QAbstractTableModel {
  Q_OBJECT

 public:
  enum Column { token, gain, alone, after, column_count };
  enum Role { ValueRole = Qt::UserRole }; ///< the number itself; of the token, its place in the segment

  explicit TokensModel(QObject* parent = nullptr);

  /// Of segment k; null empties it. The order stays.
  void set_gain(const DocumentData& document, std::uint32_t k, std::shared_ptr<const TokenGain> gains);
  void clear();
  /// Place in the segment of the token in a row, from 1 on.
  std::size_t token_at(int row) const { return tokens_[static_cast<std::size_t>(row)]; }

  int rowCount(const QModelIndex& parent = {}) const override;
  int columnCount(const QModelIndex& parent = {}) const override;
  QVariant data(const QModelIndex& index, int role) const override;
  QVariant headerData(int section, Qt::Orientation orientation, int role) const override;
  void sort(int column, Qt::SortOrder order) override;

 private:
  double value(std::size_t which, int column) const;
  void put_in_order();

  std::shared_ptr<const TokenGain> gain_;
  std::vector<QString> words_;      ///< of all tokens of the segment
  std::vector<std::size_t> tokens_; ///< in order
  int sorted_by_ = gain;
  Qt::SortOrder order_ = Qt::DescendingOrder;
};

} // namespace longview
