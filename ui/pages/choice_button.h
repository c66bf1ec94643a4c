#pragma once

#include <QPushButton>

namespace longview {

/// A button as wide as its place: what it does, and in a second line more about it.
class ChoiceButton : public QPushButton {
  Q_OBJECT

 public:
  ChoiceButton(const QString& title, const QString& description, QWidget* parent = nullptr);

  QSize sizeHint() const override;
  QSize minimumSizeHint() const override { return sizeHint(); }
};

} // namespace longview
