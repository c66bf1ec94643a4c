#include "pages/filter_box.h"

#include <algorithm>

#include <QAbstractListModel>
#include <QKeyEvent>
#include <QListView>
#include <QPainter>
#include <QScreen>
#include <QScrollBar>
#include <QStyledItemDelegate>

#include "filter/columns.h"
#include "pages/notice.h"

namespace longview {

class OffersModel : public QAbstractListModel {
 public:
  static constexpr int help_role = Qt::UserRole;
  using QAbstractListModel::QAbstractListModel;

  void show(const std::vector<Completion>& offers) {
    beginResetModel();
    offers_ = offers;
    endResetModel();
  }
  const std::vector<Completion>& offers() const { return offers_; }

  int rowCount(const QModelIndex& parent) const override {
    return parent.isValid() ? 0 : static_cast<int>(offers_.size());
  }
  QVariant data(const QModelIndex& index, int role) const override {
    const Completion& offer = offers_[static_cast<std::size_t>(index.row())];
    if (role == Qt::DisplayRole)
      return QString::fromStdString(offer.text).simplified();
    return role == help_role ? QString::fromStdString(offer.help) : QVariant();
  }

 private:
  std::vector<Completion> offers_;
};

namespace {

constexpr int most_rows = 10; // that are seen at once
constexpr int gap = 16;       // px between a candidate and its help
constexpr int margin = 6;

/// The candidate, and behind it in a quieter colour what it is.
class OfferDelegate : public QStyledItemDelegate {
 public:
  using QStyledItemDelegate::QStyledItemDelegate;

  void paint(QPainter* painter, const QStyleOptionViewItem& option, const QModelIndex& index) const override {
    const bool chosen = option.state & QStyle::State_Selected;
    const QRect line = option.rect.adjusted(margin, 0, -margin, 0);
    painter->save();
    painter->setFont(option.font);
    if (chosen)
      painter->fillRect(option.rect, option.palette.highlight());
    painter->setPen(option.palette.color(chosen ? QPalette::HighlightedText : QPalette::Text));
    const QString text = index.data().toString();
    painter->drawText(line, Qt::AlignLeft | Qt::AlignVCenter,
                      option.fontMetrics.elidedText(text, Qt::ElideRight, line.width()));
    const QRect rest =
        line.adjusted(std::max(option.fontMetrics.horizontalAdvance(text) + gap, line.width() / 3), 0, 0, 0);
    if (!chosen)
      painter->setPen(quiet_colour(option.palette));
    if (rest.width() > gap)
      painter->drawText(
          rest, Qt::AlignLeft | Qt::AlignVCenter,
          option.fontMetrics.elidedText(index.data(OffersModel::help_role).toString(), Qt::ElideRight, rest.width()));
    painter->restore();
  }
  QSize sizeHint(const QStyleOptionViewItem& option, const QModelIndex& index) const override {
    const QFontMetrics& metrics = option.fontMetrics;
    const QString help = index.data(OffersModel::help_role).toString();
    const int text = metrics.horizontalAdvance(index.data().toString());
    return {2 * margin + text + (help.isEmpty() ? 0 : gap + metrics.horizontalAdvance(help)), metrics.height() + 6};
  }
};

QString columns_help() {
  QStringList columns;
  for (const FilterColumn& column : filter_columns())
    columns << QStringLiteral("%1: %2").arg(QString::fromUtf8(column.name), QString::fromUtf8(column.help));
  return FilterBox::tr(
             "Comparisons of columns, joined with and, or, not. Ctrl+Space shows what can come next. Columns:\n%1")
      .arg(columns.join(u'\n'));
}

/// Bytes of the beginning of a text, and the other way round.
std::size_t bytes_of(const QString& text, int characters) {
  return static_cast<std::size_t>(text.left(characters).toUtf8().size());
}
int characters_of(const QString& text, std::size_t bytes) {
  return static_cast<int>(QString::fromUtf8(text.toUtf8().left(static_cast<int>(bytes))).size());
}

} // namespace

FilterBox::FilterBox(QWidget* parent)
    : QLineEdit(parent), filter_(Filter()), model_(new OffersModel(this)), offers_(new QListView(this)) {
  setClearButtonEnabled(true);
  setToolTip(columns_help());
  offers_->setWindowFlags(Qt::ToolTip | Qt::FramelessWindowHint | Qt::WindowDoesNotAcceptFocus);
  offers_->setAttribute(Qt::WA_ShowWithoutActivating);
  offers_->setFocusPolicy(Qt::NoFocus);
  offers_->setAccessibleName(tr("What can come next"));
  offers_->setModel(model_);
  offers_->setItemDelegate(new OfferDelegate(offers_));
  offers_->setEditTriggers(QAbstractItemView::NoEditTriggers);
  offers_->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
  connect(offers_, &QListView::clicked, this, [this](const QModelIndex& index) { take(index.row()); });
  connect(this, &QLineEdit::textEdited, this, [this](const QString& text) {
    if (text.isEmpty())
      close_offers(); // who empties the line wants no advice
    else if (!taking_)
      offer();
  });
  connect(this, &QLineEdit::textChanged, this, &FilterBox::judge);
  connect(this, &QLineEdit::cursorPositionChanged, this, [this] {
    if (offers_->isVisible() && bytes_of(text(), cursorPosition()) < completions_.begin)
      close_offers(); // the cursor left the word
  });
}

void FilterBox::set_completion(std::shared_ptr<const CompletionSource> source) {
  if (source == source_)
    return;
  source_ = std::move(source);
  judge(); // a field may be known now
}

bool FilterBox::event(QEvent* event) {
  if (event->type() == QEvent::WindowDeactivate || event->type() == QEvent::Hide || event->type() == QEvent::Resize)
    close_offers();
  if (event->type() == QEvent::ShortcutOverride) {
    const int key = static_cast<QKeyEvent*>(event)->key();
    if (key == Qt::Key_E && static_cast<QKeyEvent*>(event)->modifiers() == Qt::ControlModifier) {
      event->ignore(); // who has written a filter wants to export, and not go to the end of the line
      return false;
    }
    if (offers_->isVisible() && (key == Qt::Key_Escape || key == Qt::Key_Return || key == Qt::Key_Enter)) {
      event->accept(); // they come as key presses, and not to the window's shortcuts
      return true;
    }
  }
  if (event->type() == QEvent::KeyPress && take_key(*static_cast<QKeyEvent*>(event))) {
    event->accept();
    return true;
  }
  return QLineEdit::event(event);
}

/// False for what is not about the offers.
bool FilterBox::take_key(const QKeyEvent& key) {
  const bool plain = (key.modifiers() & ~Qt::KeypadModifier) == Qt::NoModifier;
  if (!offers_->isVisible()) {
    const bool asks =
        (key.key() == Qt::Key_Space && key.modifiers() == Qt::ControlModifier) || (key.key() == Qt::Key_Down && plain);
    if (asks)
      offer();
    return asks;
  }
  if (!plain)
    return false;
  switch (key.key()) {
  case Qt::Key_Up:
  case Qt::Key_Down:
    step(key.key() == Qt::Key_Up ? -1 : 1);
    return true;
  case Qt::Key_PageUp:
  case Qt::Key_PageDown:
    step(key.key() == Qt::Key_PageUp ? -most_rows : most_rows);
    return true;
  case Qt::Key_Tab:
    take(std::max(0, offers_->currentIndex().row()));
    return true;
  case Qt::Key_Return:
  case Qt::Key_Enter:
    if (offers_->currentIndex().isValid()) {
      take(offers_->currentIndex().row());
      return true;
    }
    close_offers();
    return false;
  case Qt::Key_Escape:
    close_offers();
    return true;
  default:
    return false;
  }
}

void FilterBox::step(int rows) {
  const int count = model_->rowCount({});
  const int now = offers_->currentIndex().row(); // -1: none is chosen
  offers_->setCurrentIndex(model_->index(std::clamp(now < 0 && rows < 0 ? count - 1 : now + rows, 0, count - 1)));
}

void FilterBox::offer() {
  const QByteArray bytes = text().toUtf8();
  completions_ = complete(bytes.toStdString(), bytes_of(text(), cursorPosition()), *source_);
  find_fault();
  const bool mistake_before = fault_ && fault_->first < completions_.begin;
  if (completions_.candidates.empty() || mistake_before || hasSelectedText()) {
    close_offers();
    return;
  }
  model_->show(completions_.candidates);
  offers_->setCurrentIndex({});
  place_offers();
  offers_->show();
  judge();
}

/// Below the word that is typed, or above where there is no room.
void FilterBox::place_offers() {
  const int rows = std::min(most_rows, model_->rowCount({}));
  const int frame = 2 * offers_->frameWidth();
  const int bar = model_->rowCount({}) > most_rows ? offers_->verticalScrollBar()->sizeHint().width() : 0;
  const QRect there = screen()->availableGeometry();
  const QSize size(std::min({offers_->sizeHintForColumn(0) + frame + bar, std::max(width(), 520), there.width()}),
                   rows * offers_->sizeHintForRow(0) + frame);
  const int word =
      cursorRect().left() + 5 - // Qt's rectangle begins so far before the cursor
      fontMetrics().horizontalAdvance(text()
                                          .mid(characters_of(text(), completions_.begin))
                                          .left(cursorPosition() - characters_of(text(), completions_.begin)));
  QPoint corner = mapToGlobal(QPoint(std::clamp(word - margin - offers_->frameWidth(), 0, width()), height()));
  corner.setX(std::clamp(corner.x(), there.left(), std::max(there.left(), there.right() - size.width())));
  if (corner.y() + size.height() > there.bottom())
    corner.setY(mapToGlobal(QPoint(0, 0)).y() - size.height());
  offers_->setGeometry(QRect(corner, size));
  window()->installEventFilter(this);
}

bool FilterBox::eventFilter(QObject* watched, QEvent* event) {
  if (event->type() == QEvent::Move || event->type() == QEvent::Resize)
    close_offers(); // it would stay where the window was
  return QLineEdit::eventFilter(watched, event);
}

void FilterBox::close_offers() {
  if (!offers_->isVisible())
    return;
  offers_->hide();
  window()->removeEventFilter(this);
  judge(); // nothing is being typed any more
}

void FilterBox::focusOutEvent(QFocusEvent* event) {
  close_offers();
  QLineEdit::focusOutEvent(event);
}

/// Through the line's own editing, so that Ctrl+Z takes it back.
void FilterBox::take(int row) {
  const Completion taken = model_->offers()[static_cast<std::size_t>(row)];
  const Completed made = completed(text().toStdString(), completions_, taken);
  const QString before = text(), after = QString::fromStdString(made.filter);
  const int shorter = static_cast<int>(std::min(before.size(), after.size()));
  int same = 0, same_at_end = 0;
  while (same < shorter && before[same] == after[same])
    ++same;
  while (same_at_end < shorter - same &&
         before[before.size() - 1 - same_at_end] == after[after.size() - 1 - same_at_end])
    ++same_at_end;
  taking_ = true;
  setSelection(same, static_cast<int>(before.size()) - same - same_at_end);
  insert(after.mid(same, after.size() - same - same_at_end));
  setCursorPosition(characters_of(after, made.cursor));
  taking_ = false;
  offer();
}

bool FilterBox::being_typed(std::size_t byte) const {
  return offers_->isVisible() && byte >= completions_.begin;
}

/// Whether the text can be understood; a sentence where it cannot.
QString FilterBox::find_fault() {
  filter_.reset();
  fault_.reset();
  try {
    filter_ = Filter::parse(text().toStdString());
    return {};
  } catch (const FilterError& error) {
    fault_ = {error.begin(), error.end()};
    return QString::fromStdString(error.what());
  }
}

/// A sentence where the filter reads a field of the source that is not known.
QString FilterBox::unknown_fields() const {
  for (const std::string& column : filter_->columns())
    if (source_->lacks(column))
      return QString::fromStdString(unknown_field(column, source_->fields));
  return {};
}

void FilterBox::judge() {
  QString sentence = find_fault();
  const bool wrong = fault_.has_value();
  if (!wrong)
    sentence = unknown_fields();
  else if (being_typed(fault_->first))
    sentence.clear();
  setAccessibleDescription(sentence);
  if (notice_ && sentence.isEmpty())
    notice_->clear_notice();
  else if (notice_ && wrong)
    notice_->fail(sentence);
  else if (notice_)
    notice_->explain(sentence);
  update();
}

std::optional<std::pair<int, int>> FilterBox::marked() const {
  if (!fault_ || being_typed(fault_->first))
    return std::nullopt;
  const int begin = characters_of(text(), fault_->first), end = characters_of(text(), fault_->second);
  return std::pair(begin, std::max(begin + 1, end));
}

void FilterBox::paintEvent(QPaintEvent* event) {
  QLineEdit::paintEvent(event);
  const auto wrong = marked();
  if (!wrong)
    return;
  // Where the text begins, wherever it is scrolled to.
  const QFontMetrics metrics = fontMetrics();
  const QRect cursor = cursorRect();
  const int origin = cursor.left() + 5 - metrics.horizontalAdvance(text().left(cursorPosition()));
  const int from = origin + metrics.horizontalAdvance(text().left(wrong->first));
  const int to =
      std::max(from + metrics.averageCharWidth(), origin + metrics.horizontalAdvance(text().left(wrong->second)));
  QPainter painter(this);
  painter.setRenderHint(QPainter::Antialiasing);
  painter.setClipRect(contentsRect().adjusted(2, 0, -2, 0));
  painter.setPen(QPen(error_colour(palette()), 1.2));
  const int y = std::min(cursor.bottom() + 1, height() - 4);
  QPolygonF wave;
  for (int x = from, up = 0; x <= to; x += 2, up = 2 - up)
    wave << QPointF(x, y + up);
  painter.drawPolyline(wave);
}

} // namespace longview
