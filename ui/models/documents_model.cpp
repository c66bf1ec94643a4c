#include "models/documents_model.h"

#include <algorithm>

#include "models/document_columns.h"

namespace longview {
namespace {

/// More separate changes than this are not worth telling one by one.
constexpr std::size_t most_changes = 200;

/// Runs of neighbouring places where `differs` holds: [first, last], from the top.
template <typename Differs>
std::vector<std::pair<int, int>> ranges(std::size_t count, const Differs& differs) {
  std::vector<std::pair<int, int>> found;
  for (std::size_t place = 0; place < count; ++place) {
    if (!differs(place))
      continue;
    if (!found.empty() && found.back().second == static_cast<int>(place) - 1)
      found.back().second = static_cast<int>(place);
    else
      found.emplace_back(static_cast<int>(place), static_cast<int>(place));
  }
  return found;
}

} // namespace

DocumentsModel::DocumentsModel(QObject* parent) : QAbstractTableModel(parent) {}

void DocumentsModel::show(TableSnapshot next) {
  if (next.table != snapshot_.table || snapshot_.order.empty() || next.order.empty()) {
    reset_to(std::move(next));
    return;
  }
  std::vector<std::int64_t> new_places(next.total(), -1);
  for (std::size_t place = 0; place < next.order.size(); ++place)
    new_places[next.order[place]] = static_cast<std::int64_t>(place);
  std::vector<bool> shown_before(next.total(), false);
  for (const std::uint32_t row : snapshot_.order)
    shown_before[row] = true;
  const auto gone = ranges(snapshot_.order.size(), [&](std::size_t k) { return new_places[snapshot_.order[k]] < 0; });
  const auto come = ranges(next.order.size(), [&](std::size_t k) { return !shown_before[next.order[k]]; });
  if (gone.size() + come.size() > most_changes) {
    reset_to(std::move(next));
    return;
  }
  remove_missing(new_places);
  reorder(new_places);
  const auto before = std::exchange(snapshot_.rows, next.rows);
  snapshot_.ranks = std::move(next.ranks);
  insert_new(next.order, shown_before);
  announce_replaced(*before);
}

void DocumentsModel::reset_to(TableSnapshot next) {
  beginResetModel();
  snapshot_ = std::move(next);
  endResetModel();
}

void DocumentsModel::remove_missing(const std::vector<std::int64_t>& new_places) {
  auto& order = snapshot_.order;
  const auto gone = ranges(order.size(), [&](std::size_t k) { return new_places[order[k]] < 0; });
  for (auto range = gone.rbegin(); range != gone.rend(); ++range) {
    beginRemoveRows({}, range->first, range->second);
    order.erase(order.begin() + range->first, order.begin() + range->second + 1);
    endRemoveRows();
  }
}

void DocumentsModel::reorder(const std::vector<std::int64_t>& new_places) {
  auto wanted = snapshot_.order;
  std::sort(wanted.begin(), wanted.end(),
            [&](std::uint32_t a, std::uint32_t b) { return new_places[a] < new_places[b]; });
  if (wanted == snapshot_.order)
    return;
  emit layoutAboutToBeChanged({}, VerticalSortHint);
  std::vector<int> place_of(snapshot_.rows->size(), -1);
  for (std::size_t k = 0; k < wanted.size(); ++k)
    place_of[wanted[k]] = static_cast<int>(k);
  const QModelIndexList before = persistentIndexList();
  QModelIndexList after;
  for (const QModelIndex& old : before)
    after << index(place_of[snapshot_.order[static_cast<std::size_t>(old.row())]], old.column());
  snapshot_.order = std::move(wanted);
  changePersistentIndexList(before, after);
  emit layoutChanged({}, VerticalSortHint);
}

void DocumentsModel::insert_new(const std::vector<std::uint32_t>& order, const std::vector<bool>& shown_before) {
  for (const auto& [first, last] : ranges(order.size(), [&](std::size_t k) { return !shown_before[order[k]]; })) {
    beginInsertRows({}, first, last);
    snapshot_.order.insert(snapshot_.order.begin() + first, order.begin() + first, order.begin() + last + 1);
    endInsertRows();
  }
}

void DocumentsModel::announce_replaced(const TableSnapshot::Rows& before) {
  const auto replaced = ranges(snapshot_.order.size(), [&](std::size_t k) {
    const std::uint32_t row = snapshot_.order[k];
    return row < before.size() && before[row] != (*snapshot_.rows)[row];
  });
  for (const auto& [first, last] : replaced)
    emit dataChanged(index(first, 0), index(last, columnCount() - 1));
}

const TableRow* DocumentsModel::row(const QModelIndex& index) const {
  if (!index.isValid())
    return nullptr;
  return (*snapshot_.rows)[snapshot_.order[static_cast<std::size_t>(index.row())]].get();
}

QModelIndex DocumentsModel::find(DocumentId document) const {
  for (std::size_t place = 0; place < snapshot_.order.size(); ++place)
    if ((*snapshot_.rows)[snapshot_.order[place]]->document.id == document)
      return index(static_cast<int>(place), 0);
  return {};
}

std::uint32_t DocumentsModel::rank(const QModelIndex& index) const {
  if (!index.isValid())
    return 0;
  const std::uint32_t place = snapshot_.order[static_cast<std::size_t>(index.row())];
  return place < snapshot_.ranks.size() ? snapshot_.ranks[place] : 0;
}

int DocumentsModel::rowCount(const QModelIndex& parent) const {
  return parent.isValid() ? 0 : static_cast<int>(snapshot_.order.size());
}

int DocumentsModel::columnCount(const QModelIndex& parent) const {
  return parent.isValid() ? 0 : static_cast<int>(document_columns().size());
}

QVariant DocumentsModel::data(const QModelIndex& index, int role) const {
  const TableRow* shown = row(index);
  if (!shown)
    return {};
  const DocumentColumn& column = document_columns()[static_cast<std::size_t>(index.column())];
  switch (role) {
  case Qt::DisplayRole:
    return column.value == document_columns()[0].value ? document_title(shown->document)
                                                       : cell_text(column, column.value(*shown));
  case Qt::ToolTipRole:
    return cell_tooltip(column, *shown);
  case Qt::TextAlignmentRole:
    return static_cast<int>((column.type == ColumnType::text ? Qt::AlignLeft : Qt::AlignRight) | Qt::AlignVCenter);
  case DocumentRole:
    return static_cast<qlonglong>(shown->document.id);
  case ValueRole: {
    const FilterValue value = column.value(*shown);
    if (const auto* number = std::get_if<double>(&value))
      return *number;
    if (const auto* text = std::get_if<std::string>(&value))
      return QString::fromStdString(*text);
    return {};
  }
  default:
    return {};
  }
}

QVariant DocumentsModel::headerData(int section, Qt::Orientation orientation, int role) const {
  if (orientation != Qt::Horizontal || section < 0 || section >= columnCount())
    return {};
  const DocumentColumn& column = document_columns()[static_cast<std::size_t>(section)];
  switch (role) {
  case Qt::DisplayRole:
    return QString::fromUtf8(column.title);
  case Qt::ToolTipRole:
    return QString::fromUtf8(column.help);
  case Qt::TextAlignmentRole:
    return static_cast<int>((column.type == ColumnType::text ? Qt::AlignLeft : Qt::AlignRight) | Qt::AlignVCenter);
  default:
    return {};
  }
}

void DocumentsModel::sort(int column, Qt::SortOrder order) {
  if (column >= 0 && column < columnCount())
    emit sort_wanted(column, order);
}

} // namespace longview
