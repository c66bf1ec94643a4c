#include "models/links_model.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "models/format.h"
#include "widgets/reading_line.h"

namespace longview {
namespace {

/// A column of the table: this list is the one place that knows what columns there are.
struct LinkColumn {
  const char* title;
  const char* help;
  bool count; ///< whole numbers
  double (*value)(const DocumentData& document, std::uint32_t pair);
};

const PairParts& parts(const DocumentData& document, std::uint32_t pair) {
  return document.parts(pair);
}
const Pair& pair_of(const DocumentData& document, std::uint32_t pair) {
  return document.pair(pair);
}

constexpr std::array<LinkColumn, LinksModel::column_count> columns{{
    {"c_i", "Target segment, which is read after the prefix", true,
     [](const DocumentData& d, std::uint32_t k) -> double { return pair_of(d, k).i; }},
    {"c_j", "Prefix segment", true, [](const DocumentData& d, std::uint32_t k) -> double { return pair_of(d, k).j; }},
    {"Back", "Segments from the target back to the prefix, in the document", true,
     [](const DocumentData& d, std::uint32_t k) -> double {
       return d.place(pair_of(d, k).i) - d.place(pair_of(d, k).j);
     }},
    {"Adds", "What the pair adds to LDS: (α strength + β distance) × specificity above the threshold", false,
     [](const DocumentData& d, std::uint32_t k) { return parts(d, k).contribution; }},
    {"%", "What the pair adds, as a share of LDS", false,
     [](const DocumentData& d, std::uint32_t k) {
       return d.scores.lds > 0 && !d.is_extra(k) ? 100 * parts(d, k).contribution / d.scores.lds : no_value;
     }},
    {"Strength", "Share of the target's perplexity that the prefix takes away", false,
     [](const DocumentData& d, std::uint32_t k) { return parts(d, k).strength; }},
    {"Gain", "PPL(c_i) − PPL(c_i|c_j)", false, [](const DocumentData& d, std::uint32_t k) { return parts(d, k).gain; }},
    {"Distance", "Distance as a share of document or window, 0 to 1", false,
     [](const DocumentData& d, std::uint32_t k) { return parts(d, k).distance; }},
    {"Specificity", "Of the target's row, 0 to 1", false,
     [](const DocumentData& d, std::uint32_t k) { return parts(d, k).specificity; }},
}};

} // namespace

LinksModel::LinksModel(QObject* parent) : QAbstractTableModel(parent) {}

void LinksModel::set_document(DocumentPointer document) {
  beginResetModel();
  document_ = std::move(document);
  put_in_order();
  endResetModel();
}

/// Values first, so that an order costs one look at each pair; what has no value comes last either way.
void LinksModel::put_in_order() {
  pairs_.clear();
  total_ = 0;
  if (!document_)
    return;
  struct Entry {
    double key;
    std::uint32_t pair;
  };
  std::vector<Entry> entries;
  const double sign = order_ == Qt::DescendingOrder ? -1 : 1;
  const std::size_t known = document_->pair_count();
  for (std::uint32_t k = 0; k < known; ++k) {
    if (std::isnan(document_->parts(k).strength))
      continue;
    const double value = columns[static_cast<std::size_t>(sorted_by_)].value(*document_, k);
    entries.push_back({std::isnan(value) ? std::numeric_limits<double>::infinity() : sign * value, k});
  }
  total_ = entries.size();
  const auto rows = static_cast<std::ptrdiff_t>(std::min(total_, most_rows));
  const auto before = [this](const Entry& a, const Entry& b) {
    if (a.key != b.key)
      return a.key < b.key;
    const Pair& one = document_->pair(a.pair);
    const Pair& other = document_->pair(b.pair);
    return one.i != other.i ? one.i < other.i : one.j < other.j;
  };
  std::partial_sort(entries.begin(), entries.begin() + rows, entries.end(), before);
  pairs_.reserve(static_cast<std::size_t>(rows));
  for (std::ptrdiff_t k = 0; k < rows; ++k)
    pairs_.push_back(entries[static_cast<std::size_t>(k)].pair);
}

std::optional<Cell> LinksModel::cell(int row) const {
  if (row < 0 || row >= rowCount())
    return std::nullopt;
  const Pair& pair = document_->pair(pairs_[static_cast<std::size_t>(row)]);
  return Cell{pair.i, pair.j};
}

int LinksModel::row_of(Cell cell) const {
  const auto pair = document_ ? document_->pair_at(cell) : std::nullopt;
  const auto found = pair ? std::find(pairs_.begin(), pairs_.end(), *pair) : pairs_.end();
  return found == pairs_.end() ? -1 : static_cast<int>(found - pairs_.begin());
}

int LinksModel::rowCount(const QModelIndex& parent) const {
  return parent.isValid() ? 0 : static_cast<int>(pairs_.size());
}

int LinksModel::columnCount(const QModelIndex& parent) const {
  return parent.isValid() ? 0 : column_count;
}

QVariant LinksModel::data(const QModelIndex& index, int role) const {
  if (!checkIndex(index, CheckIndexOption::IndexIsValid))
    return {};
  const LinkColumn& column = columns[static_cast<std::size_t>(index.column())];
  const std::uint32_t pair = pairs_[static_cast<std::size_t>(index.row())];
  const double value = column.value(*document_, pair);
  switch (role) {
  case Qt::DisplayRole:
    if (index.column() == contribution && document_->is_extra(pair))
      return tr("extra"); // it adds nothing
    return column.count ? grouped(static_cast<std::uint64_t>(value)) : figure_number(value);
  case Qt::ToolTipRole:
    return formula_text(*document_, *cell(index.row()));
  case Qt::TextAlignmentRole:
    return static_cast<int>(Qt::AlignRight | Qt::AlignVCenter);
  case ValueRole:
    return value;
  default:
    return {};
  }
}

QVariant LinksModel::headerData(int section, Qt::Orientation orientation, int role) const {
  if (orientation != Qt::Horizontal || section < 0 || section >= column_count)
    return {};
  const LinkColumn& column = columns[static_cast<std::size_t>(section)];
  switch (role) {
  case Qt::DisplayRole:
    return QString::fromUtf8(column.title);
  case Qt::ToolTipRole:
    return QString::fromUtf8(column.help);
  case Qt::TextAlignmentRole:
    return static_cast<int>(Qt::AlignRight | Qt::AlignVCenter);
  default:
    return {};
  }
}

void LinksModel::sort(int column, Qt::SortOrder order) {
  if (column < 0 || column >= column_count || (column == sorted_by_ && order == order_))
    return;
  beginResetModel();
  sorted_by_ = column;
  order_ = order;
  put_in_order();
  endResetModel();
}

} // namespace longview
