#include "pages/task_dialog.h"

#include <QDialogButtonBox>
#include <QFormLayout>
#include <QProgressBar>
#include <QPushButton>
#include <QVBoxLayout>

#include "pages/file_list.h"
#include "pages/notice.h"

namespace longview {

TaskDialog::TaskDialog(const QString& title, const QString& explanation, const QString& button, QWidget* parent)
    : QDialog(parent), fields_(new QWidget(this)), files_(new FileList(tr("F&iles"), tr("Files"), fields_)),
      outcome_(new Notice(this)), bar_(new QProgressBar(this)) {
  setWindowTitle(title);
  files_->take_drops_on(*this);
  auto* words = new Notice(this);
  words->explain(explanation);
  form_ = new QFormLayout;
  form_->setFieldGrowthPolicy(QFormLayout::AllNonFixedFieldsGrow);
  auto* inner = new QVBoxLayout(fields_);
  inner->setContentsMargins(0, 0, 0, 0);
  inner->setSpacing(8);
  inner->addWidget(files_, 1);
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
  connect(files_, &FileList::changed, this, &TaskDialog::update_button);
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

void TaskDialog::add_files(const std::vector<std::filesystem::path>& files) {
  files_->add(files);
}

std::vector<std::filesystem::path> TaskDialog::files() const {
  return files_->files();
}

void TaskDialog::set_busy(bool busy) {
  busy_ = busy;
  stopping_ = false;
  fields_->setEnabled(!busy);
  bar_->setVisible(busy);
  close_->setText(busy ? tr("Stop") : tr("Close"));
  close_->setEnabled(true);
  outcome_->clear_notice();
  update_button();
}

void TaskDialog::show_failure(const Error& error) {
  const bool stopped = stopping_ && error.code() == ErrorCode::cancelled;
  set_busy(false);
  if (stopped)
    outcome_->explain(tr("Stopped; nothing was kept."));
  else
    outcome_->fail(error);
}

void TaskDialog::update_button() {
  start_->setEnabled(!busy_ && !files_->is_empty());
}

void TaskDialog::reject() {
  if (!busy_) {
    QDialog::reject();
    return;
  }
  if (stopping_)
    return;
  stopping_ = true; // what becomes of it is told when it is known: it may just have been done
  background_.stop(0);
  close_->setEnabled(false);
  outcome_->explain(tr("Stopping…"));
}

} // namespace longview
