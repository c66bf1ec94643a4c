#include "pages/path_field.h"

#include <QDir>
#include <QFile>
#include <QFileDialog>
#include <QHBoxLayout>
#include <QLineEdit>
#include <QToolButton>

namespace longview {

QString to_qt(const std::filesystem::path& path) {
  return QFile::decodeName(QByteArray::fromStdString(path.string()));
}

std::filesystem::path to_path(const QString& text) {
  QString path = text.trimmed();
  if (path == QStringLiteral("~") || path.startsWith(QStringLiteral("~/")))
    path.replace(0, 1, QDir::homePath());
  return QFile::encodeName(path).toStdString();
}

PathField::PathField(Purpose purpose, const QString& title, const QString& filter, QWidget* parent)
    : QWidget(parent), purpose_(purpose), title_(title), filter_(filter), line_(new QLineEdit(this)),
      button_(new QToolButton(this)) {
  button_->setText(QStringLiteral("…"));
  button_->setToolTip(title);
  button_->setAccessibleName(title);
  auto* layout = new QHBoxLayout(this);
  layout->setContentsMargins(0, 0, 0, 0);
  layout->setSpacing(4);
  layout->addWidget(line_, 1);
  layout->addWidget(button_);
  setFocusProxy(line_);
  connect(line_, &QLineEdit::textChanged, this, &PathField::changed);
  connect(line_, &QLineEdit::textEdited, this, &PathField::edited);
  connect(button_, &QToolButton::clicked, this, &PathField::browse);
}

std::filesystem::path PathField::path() const {
  return to_path(line_->text());
}

void PathField::set_path(const std::filesystem::path& path) {
  line_->setText(to_qt(path));
  line_->setCursorPosition(0);
}

void PathField::browse() {
  const QString now = to_qt(path());
  const QString chosen =
      purpose_ == Purpose::open_file
          ? QFileDialog::getOpenFileName(this, title_, now, filter_)
          : QFileDialog::getSaveFileName(this, title_, now, filter_, nullptr, QFileDialog::DontConfirmOverwrite);
  if (chosen.isEmpty())
    return;
  line_->setText(chosen);
  emit edited();
}

} // namespace longview
