#include "pages/jump_bar.h"

#include <algorithm>

#include <QKeyEvent>
#include <QTableView>

namespace longview {
namespace {

constexpr int rows_at_a_time = 20'000;

}

JumpBar::JumpBar(QTableView& table, const DocumentsModel& model, QWidget* parent)
    : QLineEdit(parent), table_(table), model_(model) {
  setPlaceholderText(tr("Go to a title or id; Enter: the next one"));
  setAccessibleName(tr("Go to"));
  next_.setInterval(0);
  next_.setSingleShot(true);
  connect(&next_, &QTimer::timeout, this, &JumpBar::look);
  connect(this, &QLineEdit::textEdited, this, [this] { search(std::max(0, table_.currentIndex().row())); });
  connect(this, &QLineEdit::returnPressed, this, [this] { search(table_.currentIndex().row() + 1); });
  hide();
}

void JumpBar::begin() {
  show();
  setFocus(Qt::ShortcutFocusReason);
  selectAll();
}

void JumpBar::keyPressEvent(QKeyEvent* event) {
  if (event->key() == Qt::Key_Escape) {
    next_.stop();
    hide();
    emit closed();
    return;
  }
  QLineEdit::keyPressEvent(event);
}

void JumpBar::search(int from) {
  next_.stop();
  left_ = text().isEmpty() ? 0 : model_.rowCount();
  row_ = from;
  look();
}

void JumpBar::look() {
  const int count = model_.rowCount();
  const QString wanted = text();
  const auto holds = [&](std::string_view name) {
    return QString::fromUtf8(name).contains(wanted, Qt::CaseInsensitive);
  };
  const TableSnapshot& snapshot = model_.snapshot();
  for (int k = 0; k < rows_at_a_time && left_ > 0 && count > 0; ++k, --left_, ++row_) {
    row_ %= count; // after the last comes the first
    const std::uint32_t place = snapshot.order[static_cast<std::size_t>(row_)];
    if (!holds(snapshot.cells.rows->title(place)) && !holds(snapshot.cells.rows->name(place)))
      continue;
    left_ = 0;
    table_.selectRow(row_);
    table_.scrollTo(model_.index(row_, 0));
    return;
  }
  if (left_ > 0)
    next_.start();
}

} // namespace longview
