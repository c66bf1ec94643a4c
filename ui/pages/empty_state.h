#pragma once

#include <QPointer>
#include <QWidget>

class QAction;
class QPushButton;

namespace longview {

class Notice;

/// In place of what is not there: one sentence that says why, and one button that mends it.
class EmptyState : public QWidget {
  Q_OBJECT

 public:
  explicit EmptyState(QWidget* parent = nullptr);

  /// `remedy`: what the button does, under its text; null: no button, as while something is on its way. Without words
  /// it hides.
  void say(const QString& words, QAction* remedy = nullptr);
  QString words() const;
  QPushButton* button() const { return button_; }

 private:
  Notice* words_;
  QPushButton* button_;
  QPointer<QAction> remedy_;
};

} // namespace longview
