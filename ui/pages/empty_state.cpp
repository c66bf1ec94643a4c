#include "pages/empty_state.h"

#include <QAction>
#include <QPushButton>
#include <QVBoxLayout>

#include "pages/notice.h"

namespace longview {

EmptyState::EmptyState(QWidget* parent) : QWidget(parent), words_(new Notice(this)), button_(new QPushButton(this)) {
  words_->setAlignment(Qt::AlignCenter);
  button_->setAutoDefault(false);
  connect(button_, &QPushButton::clicked, this, [this] {
    if (remedy_)
      remedy_->trigger();
  });
  auto* layout = new QVBoxLayout(this);
  layout->setContentsMargins(16, 16, 16, 16);
  layout->setSpacing(16);
  layout->addStretch(2);
  layout->addWidget(words_);
  layout->addWidget(button_, 0, Qt::AlignHCenter);
  layout->addStretch(3);
  say({});
}

void EmptyState::say(const QString& words, QAction* remedy) {
  words_->explain(words);
  remedy_ = remedy;
  button_->setVisible(remedy != nullptr);
  button_->setFocusPolicy(remedy ? Qt::StrongFocus : Qt::NoFocus);
  if (remedy)
    button_->setText(remedy->text());
  setVisible(!words.isEmpty());
}

QString EmptyState::words() const {
  return words_->text();
}

} // namespace longview
