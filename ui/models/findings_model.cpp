#include "models/findings_model.h"

#include <algorithm>

#include <QPoint>

#include "models/format.h"

namespace longview {
namespace {

QString title_of(FoundKind kind) {
  switch (kind) {
  case FoundKind::command:
    return FindingsModel::tr("Commands");
  case FoundKind::document:
    return FindingsModel::tr("Documents");
  case FoundKind::label:
    return FindingsModel::tr("Labels");
  case FoundKind::note:
    return FindingsModel::tr("Notes");
  case FoundKind::text:
    return FindingsModel::tr("Text of this document");
  case FoundKind::help:
    return FindingsModel::tr("Help");
  case FoundKind::other_text:
    return FindingsModel::tr("Texts of the dataset");
  }
  return {};
}

QString heading_of(const FoundGroup& group) {
  const QString title = title_of(group.kind);
  if (group.count == group.findings.size())
    return title;
  return FindingsModel::tr("%1 (%2 of %3)").arg(title, grouped(group.findings.size()), grouped(group.count));
}

} // namespace

FindingsModel::FindingsModel(QObject* parent) : QAbstractListModel(parent) {}

void FindingsModel::append(std::vector<Row>& rows, const FoundGroup& group) {
  if (group.findings.empty())
    return;
  rows.push_back({heading_of(group), {}});
  for (const Finding& finding : group.findings)
    rows.push_back({{}, finding});
}

void FindingsModel::set_groups(const std::vector<FoundGroup>& groups) {
  beginResetModel();
  rows_.clear();
  for (const FoundGroup& group : groups)
    append(rows_, group);
  last_ = rows_.size();
  endResetModel();
}

void FindingsModel::set_last(const FoundGroup& group) {
  std::vector<Row> rows;
  append(rows, group);
  const std::size_t had = rows_.size() - last_;
  const std::size_t kept = std::min(had, rows.size()); // the group only grows
  for (std::size_t k = 0; k < kept; ++k)
    rows_[last_ + k] = rows[k];
  const auto at = [this](std::size_t k) { return static_cast<int>(last_ + k); };
  if (kept > 0)
    emit dataChanged(index(at(0)), index(at(kept - 1)));
  if (had > kept) {
    beginRemoveRows({}, at(kept), at(had - 1));
    rows_.resize(last_ + kept);
    endRemoveRows();
  } else if (rows.size() > kept) {
    beginInsertRows({}, at(kept), at(rows.size() - 1));
    rows_.insert(rows_.end(), rows.begin() + static_cast<std::ptrdiff_t>(kept), rows.end());
    endInsertRows();
  }
}

const Finding* FindingsModel::finding(int row) const {
  if (row < 0 || row >= rowCount() || !rows_[static_cast<std::size_t>(row)].heading.isEmpty())
    return nullptr;
  return &rows_[static_cast<std::size_t>(row)].finding;
}

int FindingsModel::choosable(int row, int by) const {
  for (; row >= 0 && row < rowCount(); row += by)
    if (finding(row))
      return row;
  return -1;
}

int FindingsModel::rowCount(const QModelIndex& parent) const {
  return parent.isValid() ? 0 : static_cast<int>(rows_.size());
}

QVariant FindingsModel::data(const QModelIndex& index, int role) const {
  if (!checkIndex(index, CheckIndexOption::IndexIsValid))
    return {};
  const Row& row = rows_[static_cast<std::size_t>(index.row())];
  const bool heading = !row.heading.isEmpty();
  switch (role) {
  case Qt::DisplayRole:
    return heading ? row.heading : row.finding.words;
  case Qt::AccessibleTextRole:
    return heading || row.finding.where.isEmpty()
               ? data(index, Qt::DisplayRole)
               : QVariant(row.finding.words + QStringLiteral(", ") + row.finding.where);
  case HeadingRole:
    return heading;
  case WhereRole:
    return row.finding.where;
  case HitRole:
    return QPoint(row.finding.hit, row.finding.hit_length);
  default:
    return {};
  }
}

Qt::ItemFlags FindingsModel::flags(const QModelIndex& index) const {
  if (!finding(index.row()))
    return Qt::NoItemFlags;
  return Qt::ItemIsEnabled | Qt::ItemIsSelectable | Qt::ItemNeverHasChildren;
}

} // namespace longview
