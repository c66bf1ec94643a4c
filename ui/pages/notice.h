#pragma once

#include <QLabel>

#include "base/error.h"

namespace longview {

/// A sentence under the thing it is about: an explanation, something in progress, or an error. It wraps, its text can
/// be selected and copied, and it takes no room while it is empty.
class Notice : public QLabel {
  Q_OBJECT

 public:
  explicit Notice(QWidget* parent = nullptr);

  void clear_notice();
  void explain(const QString& text);
  void fail(const Error& error);
  void fail(const QString& text);
  bool is_error() const { return error_; }

 protected:
  void changeEvent(QEvent* event) override;

 private:
  void show_text(const QString& text, bool error);
  void choose_colour();

  bool error_ = false;
};

/// A field with its notice under it.
QWidget* with_notice(QWidget* field, Notice* notice);

/// Text of what goes wrong, readable on the palette's window colour.
QColor error_colour(const QPalette& palette);
/// What explains and must not shout: between text and window, at more than 4.5:1.
QColor quiet_colour(const QPalette& palette);

} // namespace longview
