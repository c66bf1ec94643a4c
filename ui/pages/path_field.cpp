#include "pages/path_field.h"

#include <QFileDialog>
#include <QHBoxLayout>
#include <QLineEdit>
#include <QToolButton>

#include "models/paths.h"

namespace longview {

PathField::PathField(Purpose purpose, const QString& title, const QString& filter, QWidget* parent)
    : QWidget(parent), purpose_(purpose), title_(title), filter_(filter), line_(new QLineEdit(this)) {
  auto* layout = new QHBoxLayout(this);
  layout->setContentsMargins(0, 0, 0, 0);
  layout->setSpacing(4);
  layout->addWidget(line_, 1);
  setFocusProxy(line_);
  line_->setAccessibleName(title);
  connect(line_, &QLineEdit::textChanged, this, &PathField::changed);
  connect(line_, &QLineEdit::textEdited, this, &PathField::edited);
  const auto add_button = [&](const QString& text, const QString& name, void (PathField::*opens)()) {
    auto* button = new QToolButton(this);
    button->setText(text);
    button->setToolTip(name);
    button->setAccessibleName(name);
    layout->addWidget(button);
    connect(button, &QToolButton::clicked, this, opens);
  };
  add_button(QStringLiteral("…"), title, &PathField::browse);
  if (purpose == Purpose::open_file_or_folder)
    add_button(tr("Folder…"), tr("%1 that is a folder").arg(title), &PathField::browse_folders);
}

std::filesystem::path PathField::path() const {
  return to_path(line_->text());
}

void PathField::set_path(const std::filesystem::path& path) {
  line_->setText(to_qt(path)); // the cursor goes to the end, so the file's name is in sight
}

void PathField::browse() {
  const QString now = to_qt(path());
  choose(purpose_ == Purpose::open_file_or_folder
             ? QFileDialog::getOpenFileName(this, title_, now, filter_)
             : QFileDialog::getSaveFileName(this, title_, now, filter_, nullptr, QFileDialog::DontConfirmOverwrite));
}

void PathField::browse_folders() {
  choose(QFileDialog::getExistingDirectory(this, title_, to_qt(path())));
}

void PathField::choose(const QString& chosen) {
  if (chosen.isEmpty())
    return;
  line_->setText(chosen);
  emit edited();
}

} // namespace longview
