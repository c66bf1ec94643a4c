#pragma once

#include <vector>

#include <QAbstractListModel>

#include "models/findings.h"

namespace longview {

/// What a search found, in groups with a heading each; a heading cannot be chosen. Rows that come at the end leave the
/// others as they are.
class FindingsModel : public QAbstractListModel {
  Q_OBJECT

 public:
  enum Role {
    HeadingRole = Qt::UserRole, ///< bool
    WhereRole,                  ///< what it belongs to
    HitRole,                    ///< QPoint: begin and length of what was looked for
  };

  explicit FindingsModel(QObject* parent = nullptr);

  void set_groups(const std::vector<FoundGroup>& groups);
  /// The last group, which grows; takes the place of an earlier one of its kind.
  void set_last(const FoundGroup& group);
  /// Null for a heading.
  const Finding* finding(int row) const;
  /// The nearest row that is no heading, from `row` on in steps of `by` (1 or -1); -1 where there is none.
  int choosable(int row, int by) const;

  int rowCount(const QModelIndex& parent = {}) const override;
  QVariant data(const QModelIndex& index, int role) const override;
  Qt::ItemFlags flags(const QModelIndex& index) const override;

 private:
  struct Row {
    QString heading; ///< empty: a finding
    Finding finding;
  };
  static void append(std::vector<Row>& rows, const FoundGroup& group);

  std::vector<Row> rows_;
  std::size_t last_ = 0; ///< where the last group begins
};

} // namespace longview
