#include "pages/everything_box.h"

#include <algorithm>
#include <utility>

#include <QApplication>
#include <QFrame>
#include <QHBoxLayout>
#include <QKeyEvent>
#include <QLabel>
#include <QListView>
#include <QPainter>
#include <QStyledItemDelegate>
#include <QTextLayout>
#include <QToolButton>
#include <QVBoxLayout>

#include "models/findings_model.h"
#include "models/format.h"
#include "widgets/small_font.h"
#include "widgets/theme.h"

namespace longview {
namespace {

constexpr int typing_pause = 120;  // ms
constexpr int resting_pause = 500; // ms
constexpr int widest = 640;        // pixels
constexpr int page = 8;            // rows
constexpr int side = 8;            // room left and right of the words

/// What was found, with what it belongs to in a second, quieter line; a heading in one line.
class FindingDelegate : public QStyledItemDelegate {
 public:
  using QStyledItemDelegate::QStyledItemDelegate;

  QSize sizeHint(const QStyleOptionViewItem& option, const QModelIndex& index) const override {
    const int small = QFontMetrics(small_font(option.font)).height();
    if (index.data(FindingsModel::HeadingRole).toBool())
      return {100, small + 12};
    const bool two_lines = !index.data(FindingsModel::WhereRole).toString().isEmpty();
    return {100, option.fontMetrics.height() + (two_lines ? small : 0) + 8};
  }

  void paint(QPainter* painter, const QStyleOptionViewItem& option, const QModelIndex& index) const override {
    painter->save();
    const Theme theme = Theme::of(option.palette);
    const bool selected = option.state & QStyle::State_Selected;
    if (selected)
      painter->fillRect(option.rect, option.palette.highlight());
    const QRect line = option.rect.adjusted(side, 0, -side, 0);
    const QColor text = option.palette.color(selected ? QPalette::HighlightedText : QPalette::Text);
    if (index.data(FindingsModel::HeadingRole).toBool()) {
      painter->setFont(small_font(option.font));
      painter->setPen(theme.muted_text);
      painter->drawText(line.adjusted(0, 6, 0, 0), Qt::AlignLeft | Qt::AlignVCenter, index.data().toString());
    } else {
      const QRect first(line.left(), line.top() + 4, line.width(), option.fontMetrics.height());
      draw_words(*painter, first, option, index, text);
      painter->setFont(small_font(option.font));
      painter->setPen(selected ? text : theme.muted_text);
      const QString where = index.data(FindingsModel::WhereRole).toString();
      const QRect second(line.left(), first.bottom() + 1, line.width(), line.bottom() - first.bottom() - 4);
      painter->drawText(second, Qt::AlignLeft | Qt::AlignVCenter,
                        painter->fontMetrics().elidedText(where, Qt::ElideMiddle, second.width()));
    }
    painter->restore();
  }

 private:
  static QTextLine laid_out(QTextLayout& layout) {
    layout.beginLayout();
    QTextLine line = layout.createLine();
    line.setLineWidth(1e6);
    layout.endLayout();
    return line;
  }

  /// Shaped as one text, so that no script breaks; what was looked for is bold.
  static void draw_words(QPainter& painter, const QRect& rect, const QStyleOptionViewItem& option,
                         const QModelIndex& index, const QColor& colour) {
    const QPoint hit = index.data(FindingsModel::HitRole).toPoint();
    QTextLayout::FormatRange bold{hit.x(), hit.y(), {}};
    bold.format.setFontWeight(QFont::Bold);
    QTextLayout layout(index.data().toString(), option.font);
    layout.setFormats({bold});
    QTextLine line = laid_out(layout);
    if (line.naturalTextWidth() > rect.width()) { // cut behind what was looked for
      const int room = rect.width() - option.fontMetrics.horizontalAdvance(QChar(0x2026));
      const int end = std::max(hit.x() + hit.y(), line.xToCursor(room, QTextLine::CursorOnCharacter));
      layout.setText(layout.text().left(end) + QChar(0x2026));
      line = laid_out(layout);
    }
    painter.save();
    painter.setClipRect(rect);
    painter.setPen(colour);
    // what was looked for stays in sight, also far behind in a long line
    const double behind = line.cursorToX(hit.x() + hit.y());
    layout.draw(&painter, QPointF(rect.left() - std::max(0.0, behind + side - rect.width()), rect.top()));
    painter.restore();
  }
};

QString status_of(const TextsProgress& progress, bool over) {
  const QString of = EverythingBox::tr("%1 of %2 texts searched").arg(grouped(progress.read), grouped(progress.of));
  QString status = over ? of : EverythingBox::tr("Searching the texts of the dataset: %1").arg(of);
  if (progress.unreadable > 0)
    status += EverythingBox::tr(", %1 could not be read").arg(grouped(progress.unreadable));
  if (progress.limited)
    status += EverythingBox::tr("; enough was found");
  return status;
}

} // namespace

EverythingBox::EverythingBox(std::function<SearchScope()> scope, QWidget* parent)
    : QLineEdit(parent), scope_(std::move(scope)), search_(new EverythingSearch(this)),
      model_(new FindingsModel(this)) {
  setPlaceholderText(tr("Search (Ctrl+K)"));
  setAccessibleName(tr("Search everything"));
  setToolTip(tr("Commands, documents, labels, notes, texts and help (Ctrl+K)"));
  setClearButtonEnabled(true);
  setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
  setMaximumWidth(36 * fontMetrics().averageCharWidth());
  for (QTimer* timer : {&typing_, &resting_})
    timer->setSingleShot(true);
  typing_.setInterval(typing_pause);
  resting_.setInterval(resting_pause);
  connect(&typing_, &QTimer::timeout, this, &EverythingBox::look);
  connect(&resting_, &QTimer::timeout, search_, &EverythingSearch::read_texts);
  connect(this, &QLineEdit::textEdited, this, [this] {
    resting_.stop();
    go_when_found_ = false;
    typing_.start();
  });
  connect(qApp, &QApplication::focusChanged, this, [this](QWidget* old, const QWidget* now) {
    if (now == this && old)
      before_ = old;
  });
  connect(search_, &EverythingSearch::found, this, &EverythingBox::show_groups);
  connect(search_, &EverythingSearch::texts_found, this, &EverythingBox::show_texts);
}

EverythingBox::~EverythingBox() = default;

QSize EverythingBox::sizeHint() const {
  return {maximumWidth(), QLineEdit::sizeHint().height()};
}

QSize EverythingBox::minimumSizeHint() const {
  return {12 * fontMetrics().averageCharWidth(), QLineEdit::minimumSizeHint().height()};
}

/// Over the window, not a window of its own: so the keyboard stays here.
void EverythingBox::build_results() {
  results_ = new QFrame(window());
  results_->setFrameShape(QFrame::StyledPanel);
  results_->setAutoFillBackground(true);
  results_->setBackgroundRole(QPalette::Base);
  list_ = new QListView(results_);
  list_->setModel(model_);
  list_->setItemDelegate(new FindingDelegate(list_));
  list_->setAccessibleName(tr("What was found"));
  list_->setFocusPolicy(Qt::NoFocus);
  list_->setFrameShape(QFrame::NoFrame);
  list_->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
  list_->setVerticalScrollMode(QAbstractItemView::ScrollPerPixel);
  list_->setEditTriggers(QAbstractItemView::NoEditTriggers);
  status_ = new QLabel(results_);
  status_->setTextFormat(Qt::PlainText);
  status_->setFont(small_font(font()));
  status_->setForegroundRole(QPalette::PlaceholderText);
  status_->setAccessibleName(tr("State of the search"));
  stop_ = new QToolButton(results_);
  stop_->setText(tr("Stop"));
  stop_->setAutoRaise(true);
  stop_->setFocusPolicy(Qt::NoFocus);
  auto* below = new QHBoxLayout;
  below->setContentsMargins(side, 2, 2, 2);
  below->addWidget(status_, 1);
  below->addWidget(stop_);
  auto* layout = new QVBoxLayout(results_);
  layout->setContentsMargins(1, 1, 1, 1);
  layout->setSpacing(0);
  layout->addWidget(list_, 1);
  layout->addLayout(below);
  connect(stop_, &QToolButton::clicked, this, [this] {
    resting_.stop();
    search_->stop_texts();
    tell(tr("Stopped"), false);
  });
  connect(list_, &QListView::clicked, this, [this](const QModelIndex& index) { go(index.row()); });
  window()->installEventFilter(this);
  results_->hide();
}

void EverythingBox::begin() {
  setFocus(Qt::ShortcutFocusReason);
  selectAll();
  if (!text().isEmpty()) // what was looked for last is there again
    look();
}

bool EverythingBox::is_open() const {
  return results_ && results_->isVisible();
}

QString EverythingBox::status_text() const {
  return status_ ? status_->text() : QString();
}

// Searching

void EverythingBox::look() {
  typing_.stop();
  if (text().simplified().isEmpty()) {
    close_results();
    return;
  }
  search_->search(scope_(), text());
}

void EverythingBox::show_groups(const std::vector<FoundGroup>& groups) {
  if (!hasFocus())
    return;
  model_->set_groups(groups);
  const bool reads = text().simplified().size() >= least_letters;
  tell(model_->rowCount() > 0 ? QString() : tr("Nothing found"), false);
  open_results();
  move_to(model_->choosable(0, 1));
  if (std::exchange(go_when_found_, false) && list_->currentIndex().isValid())
    return go(list_->currentIndex().row());
  if (reads)
    resting_.start();
}

void EverythingBox::show_texts(const FoundGroup& group, const TextsProgress& progress, bool over) {
  if (!is_open())
    return;
  const int current = list_->currentIndex().row();
  model_->set_last(group);
  if (current < 0)
    move_to(model_->choosable(0, 1));
  const bool nothing = over && model_->rowCount() == 0;
  tell(nothing ? tr("Nothing found, %1").arg(status_of(progress, true)) : status_of(progress, over), !over);
  place_results();
}

void EverythingBox::tell(const QString& status, bool reading) {
  if (!results_)
    build_results();
  status_->setText(status);
  stop_->setVisible(reading);
}

// The list

void EverythingBox::open_results() {
  results_->show();
  results_->raise();
  place_results();
}

void EverythingBox::close_results() {
  typing_.stop();
  resting_.stop();
  search_->cancel();
  go_when_found_ = false;
  setAccessibleDescription({});
  if (results_)
    results_->hide();
}

/// Below the field, as high as it takes, within the window.
void EverythingBox::place_results() {
  const QWidget* whole = window();
  const QPoint corner = mapTo(whole, QPoint(width(), height() + 2));
  const int wide = std::min(widest, whole->width() - 2 * side);
  int high = list_->fontMetrics().height() + 12; // the line below
  for (int row = 0; row < model_->rowCount() && high < whole->height(); ++row)
    high += list_->sizeHintForRow(row);
  const int most = std::max(120, (whole->height() - corner.y()) * 3 / 4);
  const int left = std::clamp(corner.x() - wide, side, std::max(side, whole->width() - wide - side));
  results_->setGeometry(left, corner.y(), wide, std::min(high + 4, most));
}

void EverythingBox::move_to(int row) {
  if (row < 0) {
    setAccessibleDescription(tr("Nothing found"));
    return;
  }
  const QModelIndex index = model_->index(row);
  list_->setCurrentIndex(index);
  list_->scrollTo(row == model_->choosable(0, 1) ? model_->index(0) : index); // its heading too
  setAccessibleDescription(index.data(Qt::AccessibleTextRole).toString());
}

void EverythingBox::move_by(int rows) {
  const int by = rows < 0 ? -1 : 1;
  const int current = list_->currentIndex().row();
  const int wanted = std::clamp(current + rows, 0, std::max(0, model_->rowCount() - 1));
  const int found = model_->choosable(wanted, by);
  move_to(found >= 0 ? found : model_->choosable(wanted, -by));
}

void EverythingBox::go(int row) {
  const Finding* finding = model_->finding(row);
  if (!finding)
    return;
  const Finding wanted = *finding;
  const QString words = text().simplified();
  before_.clear(); // where one goes has the keyboard
  close_results();
  clearFocus();
  emit chosen(wanted, words);
}

// Keyboard

void EverythingBox::keyPressEvent(QKeyEvent* event) {
  switch (event->key()) {
  case Qt::Key_Escape:
    close_results();
    if (QWidget* back = before_ ? before_.data() : nextInFocusChain())
      back->setFocus(Qt::OtherFocusReason);
    return;
  case Qt::Key_Return:
  case Qt::Key_Enter:
    if (typing_.isActive() || !is_open())
      look();
    go_when_found_ = search_->looking(); // the list is of other words yet
    if (!go_when_found_ && is_open())
      go(list_->currentIndex().row());
    return;
  case Qt::Key_Down:
    return is_open() ? move_by(1) : look();
  case Qt::Key_Up:
    return is_open() ? move_by(-1) : void();
  case Qt::Key_PageDown:
    return is_open() ? move_by(page) : void();
  case Qt::Key_PageUp:
    return is_open() ? move_by(-page) : void();
  default:
    QLineEdit::keyPressEvent(event);
  }
}

void EverythingBox::focusOutEvent(QFocusEvent* event) {
  QLineEdit::focusOutEvent(event);
  if (event->reason() != Qt::PopupFocusReason && event->reason() != Qt::ActiveWindowFocusReason)
    close_results();
}

bool EverythingBox::eventFilter(QObject* object, QEvent* event) {
  if (object == window() && event->type() == QEvent::Resize && is_open())
    place_results();
  return QLineEdit::eventFilter(object, event);
}

} // namespace longview
