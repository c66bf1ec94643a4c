#include "pages/notice.h"

#include <QEvent>
#include <QVBoxLayout>

#include "models/format.h"
#include "widgets/theme.h"

namespace longview {

QColor error_colour(const QPalette& palette) {
  return Theme::of(palette).warning;
}

QColor quiet_colour(const QPalette& palette) {
  const QColor text = palette.color(QPalette::Active, QPalette::WindowText);
  const QColor window = palette.color(QPalette::Active, QPalette::Window);
  const auto between = [](int a, int b) { return (7 * a + 3 * b) / 10; };
  return {between(text.red(), window.red()), between(text.green(), window.green()),
          between(text.blue(), window.blue())};
}

QWidget* with_notice(QWidget* field, Notice* notice) {
  auto* both = new QWidget(field->parentWidget());
  auto* layout = new QVBoxLayout(both);
  layout->setContentsMargins(0, 0, 0, 0);
  layout->setSpacing(2);
  layout->addWidget(field);
  layout->addWidget(notice);
  return both;
}

Notice::Notice(QWidget* parent) : QLabel(parent) {
  setWordWrap(true);
  setTextFormat(Qt::PlainText);
  setTextInteractionFlags(Qt::TextSelectableByMouse | Qt::TextSelectableByKeyboard);
  setFocusPolicy(Qt::ClickFocus);
  hide();
}

void Notice::clear_notice() {
  show_text({}, false);
}

void Notice::explain(const QString& text) {
  show_text(text, false);
}

void Notice::fail(const Error& error) {
  show_text(error_text(error), true);
}

void Notice::fail(const QString& text) {
  show_text(text, true);
}

void Notice::show_text(const QString& text, bool error) {
  error_ = error && !text.isEmpty();
  setText(text);
  setVisible(!text.isEmpty());
  choose_colour();
}

void Notice::choose_colour() {
  QPalette colours;
  colours.setColor(QPalette::WindowText, error_ ? error_colour(colours) : quiet_colour(colours));
  if (palette() != colours)
    setPalette(colours);
}

void Notice::changeEvent(QEvent* event) {
  QLabel::changeEvent(event);
  if (event->type() == QEvent::PaletteChange || event->type() == QEvent::StyleChange)
    choose_colour();
}

} // namespace longview
