#include "pages/export_preview.h"

#include <QFontDatabase>
#include <QHeaderView>
#include <QLabel>
#include <QPlainTextEdit>
#include <QTableWidget>
#include <QVBoxLayout>

#include "models/format.h"
#include "pages/notice.h"

namespace longview {

ExportPreviewPanel::ExportPreviewPanel(QWidget* parent)
    : QWidget(parent), counts_(new Notice(this)), groups_(new QTableWidget(this)), lines_(new QPlainTextEdit(this)) {
  counts_->setAccessibleName(tr("What is exported"));
  groups_->setAccessibleName(tr("Documents and tokens of each value"));
  groups_->setEditTriggers(QAbstractItemView::NoEditTriggers);
  groups_->setSelectionBehavior(QAbstractItemView::SelectRows);
  groups_->setShowGrid(false);
  groups_->verticalHeader()->hide();
  groups_->verticalHeader()->setDefaultSectionSize(fontMetrics().height() + 6);
  groups_->horizontalHeader()->setHighlightSections(false);
  groups_->hide();
  lines_->setAccessibleName(tr("First lines"));
  lines_->setReadOnly(true);
  lines_->setWordWrapMode(QTextOption::WrapAnywhere);
  lines_->setFont(QFontDatabase::systemFont(QFontDatabase::FixedFont));
  auto* title = new QLabel(tr("First &lines"), this);
  title->setBuddy(lines_);
  auto* layout = new QVBoxLayout(this);
  layout->setContentsMargins(0, 0, 0, 0);
  layout->setSpacing(8);
  layout->addWidget(counts_);
  layout->addWidget(groups_, 1);
  layout->addWidget(title);
  layout->addWidget(lines_, 1);
}

void ExportPreviewPanel::clear() {
  counts_->clear_notice();
  groups_->hide();
  lines_->clear();
}

void ExportPreviewPanel::explain(const QString& text) {
  counts_->explain(text);
}

void ExportPreviewPanel::show_problem(const Error& error) {
  clear();
  counts_->fail(error);
}

void ExportPreviewPanel::show_preview(const ExportPreview& preview, const QString& field) {
  const ExportCounts& counts = preview.counts;
  counts_->explain(tr("%1 of %2 with %3 of %4 tokens")
                       .arg(grouped(counts.documents), counted(counts.documents_before, "document", "documents"),
                            grouped(counts.tokens), grouped(counts.tokens_before)));
  show_groups(preview.groups, field);
  QString text;
  for (const std::string& line : preview.lines)
    text += QString::fromStdString(line).trimmed() + u'\n';
  lines_->setPlainText(text);
  if (preview.problem)
    counts_->fail(QString::fromStdString(*preview.problem));
}

void ExportPreviewPanel::show_groups(const std::vector<GroupCounts>& groups, const QString& field) {
  groups_->setVisible(!groups.empty());
  groups_->clear();
  groups_->setRowCount(static_cast<int>(groups.size()));
  groups_->setColumnCount(5);
  groups_->setHorizontalHeaderLabels({field, tr("Documents"), tr("of"), tr("Tokens"), tr("of")});
  for (int row = 0; row < groups_->rowCount(); ++row) {
    const GroupCounts& group = groups[static_cast<std::size_t>(row)];
    const ExportCounts& counts = group.counts;
    groups_->setItem(
        row, 0, new QTableWidgetItem(group.missing ? tr("(none)") : QString::fromStdString(group.value).simplified()));
    int column = 1;
    for (const std::uint64_t count : {counts.documents, counts.documents_before, counts.tokens, counts.tokens_before}) {
      auto* item = new QTableWidgetItem(grouped(count));
      item->setTextAlignment(Qt::AlignRight | Qt::AlignVCenter);
      groups_->setItem(row, column++, item);
    }
  }
  groups_->resizeColumnsToContents();
}

} // namespace longview
