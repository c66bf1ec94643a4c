#include "pages/choice_button.h"

#include <QLabel>
#include <QVBoxLayout>

#include "widgets/small_font.h"

namespace longview {

ChoiceButton::ChoiceButton(const QString& title, const QString& description, QWidget* parent) : QPushButton(parent) {
  auto* layout = new QVBoxLayout(this);
  layout->setContentsMargins(16, 8, 16, 8);
  layout->setSpacing(0);
  auto* first = new QLabel(title, this);
  QFont bold = first->font();
  bold.setBold(true);
  first->setFont(bold);
  auto* second = new QLabel(description, this);
  second->setFont(small_font(second->font()));
  for (QLabel* label : {first, second}) {
    label->setAttribute(Qt::WA_TransparentForMouseEvents);
    layout->addWidget(label);
  }
  setAccessibleName(title);
  setAccessibleDescription(description);
  setAutoDefault(false);
}

QSize ChoiceButton::sizeHint() const {
  return layout()->totalSizeHint();
}

} // namespace longview
