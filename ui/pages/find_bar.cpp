#include "pages/find_bar.h"

#include <algorithm>

#include <QApplication>
#include <QHBoxLayout>
#include <QKeyEvent>
#include <QLabel>
#include <QLineEdit>
#include <QShortcut>
#include <QStyle>
#include <QToolButton>

#include "models/format.h"
#include "pages/notice.h"
#include "pages/tooltip.h"

namespace longview {
namespace {

constexpr int typing_pause = 120; // ms

} // namespace

FindBar::FindBar(QWidget* parent) : QWidget(parent) {
  build();
  hide();
  wait_.setSingleShot(true);
  wait_.setInterval(typing_pause);
  connect(&wait_, &QTimer::timeout, this, &FindBar::look);
  connect(field_, &QLineEdit::textChanged, this, [this] {
    go_ = true;
    wait_.start();
  });
  for (QToolButton* option : {case_, expression_})
    connect(option, &QToolButton::toggled, this, [this] {
      go_ = true;
      look();
    });
  connect(previous_, &QToolButton::clicked, this, [this] { step(-1); });
  connect(next_, &QToolButton::clicked, this, [this] { step(1); });
  for (const auto& [key, by] :
       {std::pair{QKeySequence(Qt::Key_F3), 1}, std::pair{QKeySequence(Qt::SHIFT | Qt::Key_F3), -1}}) {
    auto* shortcut = new QShortcut(key, parent, nullptr, nullptr, Qt::WidgetWithChildrenShortcut);
    connect(shortcut, &QShortcut::activated, this, [this, by = by] { isVisible() ? step(by) : open({}); });
  }
}

QToolButton* FindBar::button(const QString& text, const QString& name, const QString& tip) {
  auto* made = new QToolButton(this);
  made->setText(text);
  made->setAccessibleName(name);
  made->setToolTip(tip);
  made->setAutoRaise(true);
  return made;
}

void FindBar::build() {
  field_ = new QLineEdit(this);
  field_->setPlaceholderText(tr("Find in the text"));
  field_->setAccessibleName(tr("Find in the text"));
  field_->setClearButtonEnabled(true);
  field_->installEventFilter(this);
  case_ = button(tr("Aa"), tr("Match case"), tr("Upper and lower case are different"));
  case_->setCheckable(true);
  expression_ =
      button(QStringLiteral(".*"), tr("Regular expression"), tr("A regular expression, as PCRE2 writes them"));
  expression_->setCheckable(true);
  previous_ = button({}, tr("Previous hit"), tr("Previous hit (Shift+F3, Shift+Enter)"));
  previous_->setArrowType(Qt::UpArrow);
  next_ = button({}, tr("Next hit"), tr("Next hit (F3, Enter)"));
  next_->setArrowType(Qt::DownArrow);
  count_ = new QLabel(this);
  count_->setTextFormat(Qt::PlainText);
  count_->setTextInteractionFlags(Qt::TextSelectableByMouse);
  count_->setAccessibleName(tr("Hits"));
  count_->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Preferred);
  auto* close = button({}, tr("Close"), tr("Close (Esc)"));
  close->setIcon(style()->standardIcon(QStyle::SP_TitleBarCloseButton));
  connect(close, &QToolButton::clicked, this, &FindBar::close_bar);
  auto* layout = new QHBoxLayout(this);
  layout->setContentsMargins(0, 0, 0, 0);
  layout->setSpacing(4);
  layout->addWidget(field_, 2);
  layout->addWidget(case_);
  layout->addWidget(expression_);
  layout->addWidget(previous_);
  layout->addWidget(next_);
  layout->addWidget(count_, 3);
  layout->addWidget(close);
  show_count();
}

void FindBar::set_text(std::shared_ptr<const std::string> text) {
  if (text == text_)
    return;
  text_ = std::move(text);
  start_ = 0;
  if (isVisible())
    look();
  else
    take(nullptr);
}

void FindBar::open(const QString& words) {
  const bool was_hidden = isHidden();
  show();
  if (!words.isEmpty() && !words.contains(u'\n') && words != field_->text())
    field_->setText(words);
  else if (was_hidden)
    look();
  field_->setFocus(Qt::ShortcutFocusReason);
  field_->selectAll();
}

void FindBar::go_to(const QString& words, std::uint64_t byte) {
  show();
  case_->setChecked(false);
  expression_->setChecked(false);
  field_->setText(words);
  start_ = byte;
  go_ = true;
  look();
}

void FindBar::close_bar() {
  wait_.stop();
  search_.cancel(0);
  hide();
  take(nullptr);
  emit closed();
}

void FindBar::look() {
  wait_.stop();
  if (!text_ || field_->text().isEmpty()) {
    search_.cancel(0);
    take(nullptr);
    return;
  }
  SearchQuery query;
  query.words = field_->text().toStdString();
  query.case_sensitive = case_->isChecked();
  query.expression = expression_->isChecked();
  tell(tr("Looking…"), false);
  search_.request(
      0,
      [text = text_, query](std::stop_token stop) {
        return std::make_shared<const SearchHits>(find_in_text(*text, query, stop));
      },
      [this](const std::shared_ptr<const SearchHits>& hits) { take(hits); },
      [this](const Error& error) {
        take(nullptr);
        tell(error_text(error), true);
      });
}

void FindBar::take(const std::shared_ptr<const SearchHits>& hits) {
  hits_ = hits;
  current_.reset();
  // shares the ownership of all of it
  emit hits_found(hits_ ? std::shared_ptr<const std::vector<ByteRange>>(hits_, &hits_->ranges) : nullptr);
  if (std::exchange(go_, false) && hits_ && !hits_->ranges.empty())
    step(0);
  show_count();
}

/// 0: to the first hit from the start on.
void FindBar::step(int by) {
  if (wait_.isActive()) {
    go_ = true;
    look();
    return;
  }
  if (!hits_ || hits_->ranges.empty())
    return;
  const auto count = static_cast<std::ptrdiff_t>(hits_->ranges.size());
  std::ptrdiff_t wanted = 0;
  if (current_) {
    wanted = static_cast<std::ptrdiff_t>(*current_) + by;
  } else {
    const auto from = std::lower_bound(hits_->ranges.begin(), hits_->ranges.end(), start_,
                                       [](const ByteRange& one, std::uint64_t byte) { return one.begin < byte; });
    wanted = from - hits_->ranges.begin() - (by < 0 ? 1 : 0);
  }
  choose(static_cast<std::size_t>((wanted + count) % count)); // round and round
}

void FindBar::choose(std::size_t hit) {
  current_ = hit;
  start_ = hits_->ranges[hit].begin;
  emit hit_chosen(hit, hits_->ranges[hit]);
  show_count();
}

void FindBar::show_count() {
  const std::size_t count = hits_ ? hits_->ranges.size() : 0;
  previous_->setEnabled(count > 0);
  next_->setEnabled(count > 0);
  if (!hits_)
    return tell({}, false);
  if (count == 0)
    return tell(tr("No hits"), false);
  const QString total = hits_->all ? counted(count, "hit", "hits") : tr("more than %1 hits").arg(grouped(count));
  tell(current_ ? tr("%1 of %2").arg(grouped(*current_ + 1), total) : total, false);
}

void FindBar::tell(const QString& text, bool error) {
  error_ = error;
  count_->setText(text);
  set_tooltip(*count_, error ? text : QString());
  choose_colour();
}

QString FindBar::count_text() const {
  return count_->text();
}

void FindBar::choose_colour() {
  QPalette colours = palette();
  colours.setColor(QPalette::WindowText, error_ ? error_colour(palette()) : quiet_colour(palette()));
  count_->setPalette(colours);
}

void FindBar::changeEvent(QEvent* event) {
  QWidget::changeEvent(event);
  if (event->type() == QEvent::PaletteChange)
    choose_colour();
}

void FindBar::keyPressEvent(QKeyEvent* event) {
  if (event->key() == Qt::Key_Escape)
    close_bar();
  else
    QWidget::keyPressEvent(event);
}

bool FindBar::eventFilter(QObject* object, QEvent* event) {
  if (event->type() == QEvent::KeyPress) {
    const auto* key = static_cast<QKeyEvent*>(event);
    if (key->key() == Qt::Key_Return || key->key() == Qt::Key_Enter) {
      step(key->modifiers() & Qt::ShiftModifier ? -1 : 1);
      return true;
    }
  }
  return QWidget::eventFilter(object, event);
}

} // namespace longview
