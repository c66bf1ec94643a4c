#include "pages/task_dialog.h"

#include <QDialogButtonBox>
#include <QDragEnterEvent>
#include <QFileDialog>
#include <QFormLayout>
#include <QLabel>
#include <QListWidget>
#include <QMimeData>
#include <QProgressBar>
#include <QPushButton>
#include <QVBoxLayout>

#include "pages/notice.h"
#include "pages/path_field.h"

namespace longview {

TaskDialog::TaskDialog(const QString& title, const QString& explanation, const QString& button, QWidget* parent)
    : QDialog(parent), fields_(new QWidget(this)), outcome_(new Notice(this)), bar_(new QProgressBar(this)) {
  setWindowTitle(title);
  setAcceptDrops(true);
  auto* words = new Notice(this);
  words->explain(explanation);
  form_ = new QFormLayout;
  form_->setFieldGrowthPolicy(QFormLayout::AllNonFixedFieldsGrow);
  auto* inner = new QVBoxLayout(fields_);
  inner->setContentsMargins(0, 0, 0, 0);
  inner->setSpacing(8);
  inner->addWidget(build_files(), 1);
  inner->addLayout(form_);
  outcome_->setAccessibleName(tr("What came of it"));
  bar_->setAccessibleName(tr("Working"));
  bar_->setRange(0, 0);
  bar_->setTextVisible(false);
  bar_->hide();
  auto* buttons = new QDialogButtonBox(this);
  start_ = buttons->addButton(button, QDialogButtonBox::AcceptRole);
  start_->setDefault(true);
  close_ = buttons->addButton(QDialogButtonBox::Close);
  close_->setAutoDefault(false);
  connect(start_, &QPushButton::clicked, this, [this] { this->start(); });
  connect(close_, &QPushButton::clicked, this, &TaskDialog::reject);
  auto* layout = new QVBoxLayout(this);
  layout->setContentsMargins(16, 16, 16, 16);
  layout->setSpacing(12);
  layout->addWidget(words);
  layout->addWidget(fields_, 1);
  layout->addWidget(bar_);
  layout->addWidget(outcome_);
  layout->addWidget(buttons);
  resize(560, 480);
  update_button();
}

TaskDialog::~TaskDialog() = default;

QWidget* TaskDialog::build_files() {
  auto* side = new QWidget(fields_);
  files_ = new QListWidget(side);
  files_->setAccessibleName(tr("Files"));
  files_->setSelectionMode(QAbstractItemView::ExtendedSelection);
  files_->setTextElideMode(Qt::ElideMiddle);
  files_->setMinimumHeight(3 * fontMetrics().lineSpacing());
  auto* label = new QLabel(tr("F&iles"), side);
  label->setBuddy(files_);
  auto* buttons = new QHBoxLayout;
  const auto add_button = [&](const QString& text, auto pressed) {
    auto* button = new QPushButton(text, side);
    button->setAutoDefault(false);
    connect(button, &QPushButton::clicked, this, pressed);
    buttons->addWidget(button);
  };
  add_button(tr("Add files…"), [this] { choose_files(); });
  add_button(tr("Add folder…"), [this] { choose_folder(); });
  add_button(tr("Remove"), [this] {
    qDeleteAll(files_->selectedItems());
    update_button();
  });
  buttons->addStretch(1);
  auto* layout = new QVBoxLayout(side);
  layout->setContentsMargins(0, 0, 0, 0);
  layout->setSpacing(8);
  layout->addWidget(label);
  layout->addWidget(files_, 1);
  layout->addLayout(buttons);
  return side;
}

void TaskDialog::add_files(const std::vector<std::filesystem::path>& files) {
  for (const std::filesystem::path& file : files)
    if (const QString path = to_qt(plain_path(file)); files_->findItems(path, Qt::MatchExactly).isEmpty())
      files_->addItem(path);
  update_button();
}

std::vector<std::filesystem::path> TaskDialog::files() const {
  std::vector<std::filesystem::path> paths;
  for (int row = 0; row < files_->count(); ++row)
    paths.push_back(to_path(files_->item(row)->text()));
  return paths;
}

void TaskDialog::choose_files() {
  std::vector<std::filesystem::path> chosen;
  for (const QString& file : QFileDialog::getOpenFileNames(
           this, tr("Add files"), {},
           tr("JSONL and text (*.jsonl *.ndjson *.json *.txt *.md *.gz *.zst);;All files (*)")))
    chosen.push_back(to_path(file));
  add_files(chosen);
}

void TaskDialog::choose_folder() {
  if (const QString folder = QFileDialog::getExistingDirectory(this, tr("Add a folder")); !folder.isEmpty())
    add_files({to_path(folder)});
}

void TaskDialog::dragEnterEvent(QDragEnterEvent* event) {
  if (event->mimeData()->hasUrls() && !busy_)
    event->acceptProposedAction();
}

void TaskDialog::dropEvent(QDropEvent* event) {
  std::vector<std::filesystem::path> dropped;
  for (const QUrl& url : event->mimeData()->urls())
    if (url.isLocalFile())
      dropped.push_back(to_path(url.toLocalFile()));
  event->acceptProposedAction();
  add_files(dropped);
}

void TaskDialog::set_busy(bool busy) {
  busy_ = busy;
  fields_->setEnabled(!busy);
  bar_->setVisible(busy);
  close_->setText(busy ? tr("Stop") : tr("Close"));
  outcome_->clear_notice();
  update_button();
}

void TaskDialog::show_failure(const Error& error) {
  set_busy(false);
  outcome_->fail(error);
}

void TaskDialog::update_button() {
  start_->setEnabled(!busy_ && files_->count() > 0);
}

void TaskDialog::reject() {
  if (!busy_) {
    QDialog::reject();
    return;
  }
  background_.cancel(0);
  set_busy(false);
  outcome_->explain(tr("Stopped; nothing was kept."));
}

} // namespace longview
