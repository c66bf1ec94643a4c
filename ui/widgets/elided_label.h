#pragma once

#include <QLabel>

namespace longview {

/// One line of plain text that can be selected, as wide as there is room; what has none ends in an ellipsis and is read
/// in the tooltip, unless that was set to tell more. text() is all of it.
class ElidedLabel : public QLabel {
  Q_OBJECT

 public:
  explicit ElidedLabel(QWidget* parent = nullptr);

  /// What is drawn.
  QString shown_text() const;

 protected:
  bool event(QEvent* event) override;
  void paintEvent(QPaintEvent* event) override;
};

} // namespace longview
