#include "widgets/tokens_model.h"

#include <algorithm>
#include <numeric>

#include <QCoreApplication>

#include "models/format.h"
#include "widgets/reading_line.h"
#include "widgets/segment_text.h"

namespace longview {
namespace {

/// Spaces and ends of lines can be seen, in signs that every font has.
QString visible(QString token) {
  token.replace(u' ', QChar(0x00B7)).replace(u'\n', QChar(0x00B6)).replace(u'\t', QChar(0x00BB));
  for (QChar& letter : token)
    if (!letter.isPrint() && !letter.isSurrogate())
      letter = QChar(0xFFFD);
  return token;
}

struct TokenColumn {
  const char* title;
  const char* help;
};
constexpr TokenColumn columns[TokensModel::column_count] = {
    {QT_TRANSLATE_NOOP("longview::TokensModel", "Token"),
     QT_TRANSLATE_NOOP("longview::TokensModel", "A token of the target; · is a space, ¶ the end of a line")},
    {QT_TRANSLATE_NOOP("longview::TokensModel", "Gain (nats)"),
     QT_TRANSLATE_NOOP("longview::TokensModel", "NLL alone − NLL after: positive where the prefix helps")},
    {QT_TRANSLATE_NOOP("longview::TokensModel", "NLL alone"),
     QT_TRANSLATE_NOOP("longview::TokensModel", "Negative log-likelihood of the token without a prefix, in nats")},
    {QT_TRANSLATE_NOOP("longview::TokensModel", "NLL after"),
     QT_TRANSLATE_NOOP("longview::TokensModel", "Negative log-likelihood of the token after the prefix, in nats")},
};

} // namespace

TokensModel::TokensModel(QObject* parent) : QAbstractTableModel(parent) {}

void TokensModel::set_gain(const DocumentData& document, std::uint32_t k, std::shared_ptr<const TokenGain> gains) {
  if (gains == gain_)
    return;
  beginResetModel();
  gain_ = std::move(gains);
  words_.clear();
  if (gain_) {
    const QString text = segment_text(document, k).value_or(QString());
    int begin = 0;
    for (const int end : token_ends_in_text(document, k, gain_->ends, false)) {
      words_.push_back(visible(text.mid(begin, end - begin)));
      begin = end;
    }
    words_.resize(gain_->alone.size() + 1);
  }
  tokens_.resize(gain_ ? gain_->alone.size() : 0);
  std::iota(tokens_.begin(), tokens_.end(), std::size_t{1}); // the first token is never scored
  put_in_order();
  endResetModel();
}

void TokensModel::clear() {
  set_gain({}, 0, nullptr);
}

double TokensModel::value(std::size_t which, int column) const {
  switch (column) {
  case gain:
    return gain_->gain(which - 1);
  case alone:
    return double{gain_->alone[which - 1]};
  case after:
    return double{gain_->after[which - 1]};
  default:
    return static_cast<double>(which);
  }
}

void TokensModel::put_in_order() {
  const double sign = order_ == Qt::DescendingOrder ? -1 : 1;
  std::stable_sort(tokens_.begin(), tokens_.end(), [&](std::size_t a, std::size_t b) {
    return sign * value(a, sorted_by_) < sign * value(b, sorted_by_);
  });
}

void TokensModel::sort(int column, Qt::SortOrder order) {
  if (column < 0 || column >= column_count)
    return;
  beginResetModel();
  sorted_by_ = column;
  order_ = order;
  put_in_order();
  endResetModel();
}

int TokensModel::rowCount(const QModelIndex& parent) const {
  return parent.isValid() ? 0 : static_cast<int>(tokens_.size());
}

int TokensModel::columnCount(const QModelIndex& parent) const {
  return parent.isValid() ? 0 : column_count;
}

QVariant TokensModel::data(const QModelIndex& index, int role) const {
  if (!checkIndex(index, CheckIndexOption::IndexIsValid))
    return {};
  const std::size_t which = token_at(index.row());
  const double number = value(which, index.column());
  switch (role) {
  case Qt::DisplayRole:
    return index.column() == token ? words_[which] : figure_number(number);
  case Qt::ToolTipRole:
    return index.column() == token ? tr("token %1 of the segment").arg(which) : all_digits(number);
  case Qt::TextAlignmentRole:
    return static_cast<int>((index.column() == token ? Qt::AlignLeft : Qt::AlignRight) | Qt::AlignVCenter);
  case ValueRole:
    return number;
  default:
    return {};
  }
}

QVariant TokensModel::headerData(int section, Qt::Orientation orientation, int role) const {
  if (orientation != Qt::Horizontal || section < 0 || section >= column_count)
    return {};
  switch (role) {
  case Qt::DisplayRole:
    return tr(columns[section].title);
  case Qt::ToolTipRole:
    return tr(columns[section].help);
  case Qt::TextAlignmentRole:
    return static_cast<int>((section == token ? Qt::AlignLeft : Qt::AlignRight) | Qt::AlignVCenter);
  default:
    return {};
  }
}

} // namespace longview
