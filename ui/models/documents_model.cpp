#include "models/documents_model.h"
#include "models/format.h"

#include <algorithm>
#include <unordered_map>
#include <utility>

#include <QApplication>
#include <QStyle>

namespace longview {
namespace {

/// More separate changes than this are not worth telling one by one.
constexpr std::size_t most_changes = 200;
/// From so many rows on nothing is compared row by row: that would hold up the window.
constexpr std::size_t large_table = 20'000;

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

std::vector<double> shown_numbers(const TableSnapshot& snapshot, std::string_view column) {
  std::vector<double> numbers;
  numbers.reserve(snapshot.order.size());
  for (const std::uint32_t place : snapshot.order) {
    const FilterValue value = snapshot.cells.value(column, place);
    const double* const number = std::get_if<double>(&value);
    numbers.push_back(number ? *number : no_value);
  }
  return numbers;
}

DocumentsModel::DocumentsModel(QObject* parent) : QAbstractTableModel(parent), columns_(document_columns()) {}

void DocumentsModel::show(TableSnapshot next) {
  show_fields(next.completion->fields);
  if (next.table != snapshot_.table || snapshot_.order.empty() || next.order.empty()) {
    reset_to(std::move(next));
    return;
  }
  if (std::max(next.total(), snapshot_.total()) > large_table) {
    change_large(std::move(next));
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
  std::vector<std::uint32_t> wanted = snapshot_.order;
  std::sort(wanted.begin(), wanted.end(),
            [&](std::uint32_t a, std::uint32_t b) { return new_places[a] < new_places[b]; });
  reorder(std::move(wanted));
  const TableCells before = snapshot_.cells;
  take_rest(next);
  insert_new(next.order, shown_before);
  announce_replaced(*before.rows);
  // Numbers and marks may be others in every row; the view paints only what it shows.
  if (before.numbers != snapshot_.cells.numbers || before.marks != snapshot_.cells.marks)
    emit dataChanged(index(0, 0), index(rowCount() - 1, columnCount() - 1));
}

/// New fields get columns at the end.
void DocumentsModel::show_fields(const std::vector<std::string>& fields) {
  const int fixed = static_cast<int>(document_columns().size());
  std::vector<DocumentColumn> wanted;
  for (const std::string& field : fields)
    wanted.push_back(field_column(field));
  const bool same = std::equal(columns_.begin() + fixed, columns_.end(), wanted.begin(), wanted.end(),
                               [](const DocumentColumn& a, const DocumentColumn& b) { return a.key == b.key; });
  if (same)
    return;
  if (columnCount() > fixed) {
    beginRemoveColumns({}, fixed, columnCount() - 1);
    columns_.resize(static_cast<std::size_t>(fixed));
    endRemoveColumns();
  }
  if (wanted.empty())
    return;
  beginInsertColumns({}, fixed, fixed + static_cast<int>(wanted.size()) - 1);
  columns_.insert(columns_.end(), wanted.begin(), wanted.end());
  endInsertColumns();
}

int DocumentsModel::column(std::string_view key) const {
  const auto found =
      std::find_if(columns_.begin(), columns_.end(), [key](const DocumentColumn& column) { return column.key == key; });
  return found == columns_.end() ? -1 : static_cast<int>(found - columns_.begin());
}

void DocumentsModel::reset_to(TableSnapshot next) {
  beginResetModel();
  snapshot_ = std::move(next);
  endResetModel();
}

/// Everything of a snapshot but its order.
void DocumentsModel::take_rest(TableSnapshot& next) {
  std::vector<std::uint32_t> order = std::move(next.order);
  next.order = std::move(snapshot_.order);
  snapshot_ = std::move(next);
  next.order = std::move(order);
}

/// A million rows are not compared one by one: the order is the same, or of as many rows, or all is new.
void DocumentsModel::change_large(TableSnapshot next) {
  if (next.order.size() != snapshot_.order.size()) {
    reset_to(std::move(next));
    return;
  }
  if (next.order != snapshot_.order)
    reorder(next.order);
  take_rest(next);
  emit dataChanged(index(0, 0), index(rowCount() - 1, columnCount() - 1));
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

/// Remembered places (selection, scroll) go with their documents.
void DocumentsModel::reorder(std::vector<std::uint32_t> wanted) {
  if (wanted == snapshot_.order)
    return;
  emit layoutAboutToBeChanged({}, VerticalSortHint);
  const QModelIndexList before = persistentIndexList();
  std::unordered_map<std::uint32_t, int> new_rows;
  for (const QModelIndex& old : before)
    new_rows.emplace(static_cast<std::uint32_t>(place(old)), -1);
  if (!new_rows.empty())
    for (std::size_t k = 0; k < wanted.size(); ++k)
      if (const auto found = new_rows.find(wanted[k]); found != new_rows.end())
        found->second = static_cast<int>(k);
  QModelIndexList after;
  for (const QModelIndex& old : before) {
    const int row = new_rows.at(static_cast<std::uint32_t>(place(old)));
    after << (row < 0 ? QModelIndex() : index(row, old.column()));
  }
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

void DocumentsModel::announce_replaced(const SharedRows& before) {
  const auto replaced = ranges(snapshot_.order.size(), [&](std::size_t k) {
    const std::uint32_t row = snapshot_.order[k];
    return row < before.size() && before.ref(row) != snapshot_.cells.rows->ref(row);
  });
  for (const auto& [first, last] : replaced)
    emit dataChanged(index(first, 0), index(last, columnCount() - 1));
}

std::optional<DocumentId> DocumentsModel::id(const QModelIndex& index) const {
  return index.isValid() ? std::optional(snapshot_.cells.rows->id(place(index))) : std::nullopt;
}

std::string_view DocumentsModel::name(const QModelIndex& index) const {
  return index.isValid() ? snapshot_.cells.rows->name(place(index)) : std::string_view();
}

const Marks& DocumentsModel::marks(const QModelIndex& index) const {
  static const Marks none;
  return index.isValid() ? snapshot_.cells.marks_of(place(index)) : none;
}

QModelIndex DocumentsModel::find(DocumentId document) const {
  const SharedRows& rows = *snapshot_.cells.rows;
  if (found_ >= rows.size() || rows.id(found_) != document) // the same is asked for again and again
    for (found_ = 0; found_ < rows.size() && rows.id(found_) != document;)
      ++found_;
  const auto shown = std::find(snapshot_.order.begin(), snapshot_.order.end(), found_);
  return shown == snapshot_.order.end() ? QModelIndex() : index(static_cast<int>(shown - snapshot_.order.begin()), 0);
}

std::uint32_t DocumentsModel::rank(const QModelIndex& index) const {
  if (!index.isValid() || !snapshot_.ranks)
    return 0;
  return place(index) < snapshot_.ranks->size() ? (*snapshot_.ranks)[place(index)] : 0;
}

bool DocumentsModel::kept(const QModelIndex& index) const {
  if (!index.isValid() || !snapshot_.kept)
    return true;
  return place(index) >= snapshot_.kept->size() || (*snapshot_.kept)[place(index)] != 0;
}

int DocumentsModel::rowCount(const QModelIndex& parent) const {
  return parent.isValid() ? 0 : static_cast<int>(snapshot_.order.size());
}

int DocumentsModel::columnCount(const QModelIndex& parent) const {
  return parent.isValid() ? 0 : static_cast<int>(columns_.size());
}

QVariant DocumentsModel::data(const QModelIndex& index, int role) const {
  if (!index.isValid())
    return {};
  const DocumentColumn& column = columns_[static_cast<std::size_t>(index.column())];
  const TableCells& cells = snapshot_.cells;
  switch (role) {
  case Qt::DisplayRole:
    return cell_text(column, column_value(column, cells, place(index)));
  case Qt::ToolTipRole:
    return tooltip(cell_tooltip(column, cells, place(index)));
  case Qt::TextAlignmentRole: {
    const bool left =
        column.type == ColumnType::text || (column.type == ColumnType::field &&
                                            !std::holds_alternative<double>(column_value(column, cells, place(index))));
    return static_cast<int>((left ? Qt::AlignLeft : Qt::AlignRight) | Qt::AlignVCenter);
  }
  case Qt::DecorationRole:
    return column.key == "title" && mostly_copied(cells.numbers_of(place(index)))
               ? QVariant(QApplication::style()->standardIcon(QStyle::SP_MessageBoxWarning))
               : QVariant();
  case Qt::ForegroundRole:
    return kept(index) ? QVariant() : QVariant(QApplication::palette().brush(QPalette::Disabled, QPalette::Text));
  case DocumentRole:
    return static_cast<qlonglong>(cells.rows->id(place(index)));
  case ValueRole: {
    const FilterValue value = column_value(column, cells, place(index));
    if (const auto* number = std::get_if<double>(&value))
      return *number;
    if (std::holds_alternative<std::string>(value))
      return QString::fromStdString(std::get<std::string>(value));
    return std::holds_alternative<FilterTexts>(value) ? QVariant(cell_text(column, value)) : QVariant();
  }
  default:
    return {};
  }
}

QVariant DocumentsModel::headerData(int section, Qt::Orientation orientation, int role) const {
  if (orientation != Qt::Horizontal || section < 0 || section >= columnCount())
    return {};
  const DocumentColumn& column = columns_[static_cast<std::size_t>(section)];
  const bool left = column.type == ColumnType::text || column.type == ColumnType::field;
  switch (role) {
  case Qt::DisplayRole:
    return column.title;
  case Qt::ToolTipRole:
    return tooltip(column.help);
  case Qt::TextAlignmentRole:
    return static_cast<int>((left ? Qt::AlignLeft : Qt::AlignRight) | Qt::AlignVCenter);
  default:
    return {};
  }
}

void DocumentsModel::sort(int column, Qt::SortOrder order) {
  if (column >= 0 && column < columnCount())
    emit sort_wanted(QString::fromStdString(columns_[static_cast<std::size_t>(column)].key), order);
}

} // namespace longview
