#include "pages/file_list.h"

#include <QDropEvent>
#include <QFileDialog>
#include <QLabel>
#include <QListWidget>
#include <QMimeData>
#include <QPushButton>
#include <QVBoxLayout>

#include "models/paths.h"
#include "pages/notice.h"

namespace longview {

FileList::FileList(const QString& label, const QString& name, QWidget* parent)
    : QWidget(parent), list_(new QListWidget(this)), notice_(new Notice(this)) {
  list_->setAccessibleName(name);
  list_->setSelectionMode(QAbstractItemView::ExtendedSelection);
  list_->setTextElideMode(Qt::ElideMiddle);
  list_->setMinimumHeight(3 * fontMetrics().lineSpacing());
  auto* words = new QLabel(label, this);
  words->setBuddy(list_);
  auto* buttons = new QHBoxLayout;
  const auto add_button = [&](const QString& text, void (FileList::*pressed)()) {
    auto* button = new QPushButton(text, this);
    button->setAutoDefault(false);
    connect(button, &QPushButton::clicked, this, pressed);
    buttons->addWidget(button);
  };
  add_button(tr("Add files…"), &FileList::choose_files);
  add_button(tr("Add folder…"), &FileList::choose_folder);
  add_button(tr("Remove"), &FileList::remove_selected);
  buttons->addStretch(1);
  auto* layout = new QVBoxLayout(this);
  layout->setContentsMargins(0, 0, 0, 0);
  layout->setSpacing(8);
  layout->addWidget(words);
  layout->addWidget(list_, 1);
  layout->addWidget(notice_);
  layout->addLayout(buttons);
}

void FileList::add(const std::vector<std::filesystem::path>& files) {
  for (const std::filesystem::path& file : files)
    if (const QString path = to_qt(plain_path(file)); list_->findItems(path, Qt::MatchExactly).isEmpty())
      list_->addItem(path);
  emit changed();
}

std::vector<std::filesystem::path> FileList::files() const {
  std::vector<std::filesystem::path> paths;
  for (int row = 0; row < list_->count(); ++row)
    paths.push_back(to_path(list_->item(row)->text()));
  return paths;
}

bool FileList::is_empty() const {
  return list_->count() == 0;
}

void FileList::take_drops_on(QWidget& whole) {
  whole.setAcceptDrops(true);
  whole.installEventFilter(this);
}

bool FileList::eventFilter(QObject* object, QEvent* event) {
  if (event->type() != QEvent::DragEnter && event->type() != QEvent::Drop)
    return QWidget::eventFilter(object, event);
  auto* drop = static_cast<QDropEvent*>(event); // what enters is one too
  if (!isEnabled() || !drop->mimeData()->hasUrls())
    return true;
  drop->acceptProposedAction();
  if (event->type() == QEvent::DragEnter)
    return true;
  std::vector<std::filesystem::path> dropped;
  for (const QUrl& url : drop->mimeData()->urls())
    if (url.isLocalFile())
      dropped.push_back(to_path(url.toLocalFile()));
  add(dropped);
  return true;
}

void FileList::choose_files() {
  std::vector<std::filesystem::path> chosen;
  for (const QString& file :
       QFileDialog::getOpenFileNames(this, tr("Add documents"), {},
                                     tr("Documents (*.jsonl *.ndjson *.json *.txt *.md *.gz *.zst);;All files (*)")))
    chosen.push_back(to_path(file));
  add(chosen);
}

void FileList::choose_folder() {
  if (const QString folder = QFileDialog::getExistingDirectory(this, tr("Add a folder of documents"));
      !folder.isEmpty())
    add({to_path(folder)});
}

void FileList::remove_selected() {
  qDeleteAll(list_->selectedItems());
  emit changed();
}

} // namespace longview
