#include "pages/export_dialog.h"

#include <algorithm>

#include <QCheckBox>
#include <QComboBox>
#include <QDialogButtonBox>
#include <QFormLayout>
#include <QHeaderView>
#include <QLineEdit>
#include <QListWidget>
#include <QPlainTextEdit>
#include <QProgressBar>
#include <QPushButton>
#include <QTableWidget>
#include <QVBoxLayout>

#include "export/score_fields.h"
#include "models/format.h"
#include "pages/notice.h"
#include "pages/path_field.h"

namespace longview {
namespace {

constexpr Background::Kind only_kind = 0;
constexpr std::size_t preview_lines = 5;

QWidget* with_notice(QWidget* field, Notice* notice) {
  auto* both = new QWidget(field->parentWidget());
  auto* layout = new QVBoxLayout(both);
  layout->setContentsMargins(0, 0, 0, 0);
  layout->setSpacing(2);
  layout->addWidget(field);
  layout->addWidget(notice);
  return both;
}

std::vector<std::string> words(const QString& text) {
  std::vector<std::string> found;
  for (const QString& word : text.split(u','))
    if (!word.trimmed().isEmpty())
      found.push_back(word.trimmed().toStdString());
  return found;
}

QString stage_text(const ExportProgress& progress) {
  switch (progress.stage) {
  case ExportProgress::Stage::choosing:
    return QObject::tr("choosing the documents");
  case ExportProgress::Stage::checking:
    return QObject::tr("making sure of the source files");
  case ExportProgress::Stage::writing:
    return QObject::tr("writing");
  case ExportProgress::Stage::finished:
    return QObject::tr("written");
  }
  return {};
}

} // namespace

ExportDialog::ExportDialog(const std::filesystem::path& project, const RunInfo& run, const std::string& dataset,
                           const QString& filter, const LiveParameters& parameters, QWidget* parent)
    : QDialog(parent), project_(project), run_(run), dataset_(dataset), parameters_(parameters) {
  setWindowTitle(tr("Export %1").arg(QString::fromStdString(dataset_)));
  build(filter);
  wait_for_typing_.setSingleShot(true);
  wait_for_typing_.setInterval(200);
  connect_fields();
  suggest_path();
  fields_changed();
}

ExportDialog::~ExportDialog() = default;

void ExportDialog::build(const QString& filter) {
  fields_box_ = build_fields();
  where_->setText(filter);
  preview_ = new Notice(this);
  preview_->setAccessibleName(tr("What is exported"));
  groups_ = new QTableWidget(this);
  groups_->setAccessibleName(tr("Documents and tokens of each value"));
  groups_->setEditTriggers(QAbstractItemView::NoEditTriggers);
  groups_->setShowGrid(false);
  groups_->verticalHeader()->hide();
  groups_->setMaximumHeight(130);
  groups_->hide();
  lines_ = new QPlainTextEdit(this);
  lines_->setAccessibleName(tr("First lines"));
  lines_->setReadOnly(true);
  lines_->setLineWrapMode(QPlainTextEdit::NoWrap);
  lines_->setFixedHeight(fontMetrics().lineSpacing() * (static_cast<int>(preview_lines) + 2) + 16);
  outcome_ = new Notice(this);
  bar_ = new QProgressBar(this);
  bar_->setAccessibleName(tr("Progress of the export"));
  bar_->hide();
  auto* buttons = new QDialogButtonBox(this);
  export_ = buttons->addButton(tr("Export"), QDialogButtonBox::AcceptRole);
  export_->setDefault(true);
  close_ = buttons->addButton(QDialogButtonBox::Close);
  connect(export_, &QPushButton::clicked, this, &ExportDialog::start_export);
  connect(close_, &QPushButton::clicked, this, &ExportDialog::reject);
  auto* layout = new QVBoxLayout(this);
  layout->setContentsMargins(16, 16, 16, 16);
  layout->setSpacing(12);
  layout->addWidget(fields_box_, 1);
  layout->addWidget(preview_);
  layout->addWidget(groups_);
  layout->addWidget(lines_);
  layout->addWidget(bar_);
  layout->addWidget(outcome_);
  layout->addWidget(buttons);
  resize(680, 640);
}

QWidget* ExportDialog::build_fields() {
  auto* box = new QWidget(this);
  where_ = new QLineEdit(box);
  where_->setAccessibleName(tr("Where"));
  where_->setPlaceholderText(tr("all scored documents"));
  where_->setClearButtonEnabled(true);
  where_notice_ = new Notice(box);
  top_ = new QLineEdit(box);
  top_->setAccessibleName(tr("Best"));
  top_->setPlaceholderText(tr("all of them; or 50%, 200, 2Mtokens"));
  top_notice_ = new Notice(box);
  group_ = new QLineEdit(box);
  group_->setPlaceholderText(tr("all documents together; or a source field"));
  group_->setToolTip(tr("The best are taken within each value of this field"));
  split_ = new QLineEdit(box);
  split_->setPlaceholderText(tr("one file; or a source field"));
  split_->setToolTip(tr("A file for each value of this field, with the value in its name"));
  format_ = new QComboBox(box);
  for (const ExportFormat format : {ExportFormat::jsonl, ExportFormat::csv})
    format_->addItem(QString::fromUtf8(name(format).data()), static_cast<int>(format));
  key_ = new QLineEdit(QStringLiteral("longview"), box);
  key_->setAccessibleName(tr("Key"));
  key_->setToolTip(tr("The one key that is added to every line; all other bytes stay as they are"));
  key_notice_ = new Notice(box);
  fields_ = new QLineEdit(box);
  fields_->setPlaceholderText(tr("all; or a list, like id, meta.source"));
  scores_ = new QListWidget(box);
  scores_->setAccessibleName(tr("Numbers to add"));
  for (const ScoreField& field : score_fields()) {
    auto* item = new QListWidgetItem(QString::fromUtf8(field.name.data(), std::ssize(field.name)), scores_);
    item->setToolTip(QString::fromUtf8(field.help.data(), std::ssize(field.help)));
    item->setCheckState(field.by_default ? Qt::Checked : Qt::Unchecked);
  }
  out_ = new PathField(PathField::Purpose::save_file, tr("Export to"),
                       tr("JSONL or CSV (*.jsonl *.csv *.gz *.zst);;All files (*)"), box);
  force_ = new QCheckBox(tr("Replace an existing file, and a key that a line has already"), box);
  auto* form = new QFormLayout(box);
  form->setContentsMargins(0, 0, 0, 0);
  form->setFieldGrowthPolicy(QFormLayout::AllNonFixedFieldsGrow);
  form->addRow(tr("&Where"), with_notice(where_, where_notice_));
  form->addRow(tr("&Best"), with_notice(top_, top_notice_));
  form->addRow(tr("Best &in each"), group_);
  form->addRow(tr("&Split by"), split_);
  form->addRow(tr("F&ormat"), format_);
  form->addRow(tr("&Key"), with_notice(key_, key_notice_));
  form->addRow(tr("F&ields"), fields_);
  form->addRow(tr("&Numbers"), scores_);
  form->addRow(tr("Parameters"), parameters_line(box));
  form->addRow(tr("&File"), out_);
  form->addRow(QString(), force_);
  return box;
}

/// What the numbers are derived with: those of the window.
QWidget* ExportDialog::parameters_line(QWidget* parent) const {
  const LiveParameters& live = parameters_;
  const QString words =
      tr("threshold %1, strength × %2, distance × %3 of the %4, specificity %5, ranked by the %6")
          .arg(all_digits(live.threshold), all_digits(live.alpha), all_digits(live.beta),
               QString::fromUtf8(name(live.distance).data()), QString::fromUtf8(name(live.specificity).data()),
               QString::fromUtf8(name(live.score).data()));
  auto* line = new Notice(parent);
  line->explain(live == run_.settings.parameters ? tr("%1: those of the run").arg(words)
                                                 : tr("%1: as set in the window").arg(words));
  line->setAccessibleName(tr("Parameters"));
  return line;
}

void ExportDialog::connect_fields() {
  const auto changed = [this] { fields_changed(); };
  for (QLineEdit* line : {where_, top_, group_, split_, key_, fields_})
    connect(line, &QLineEdit::textChanged, this, changed);
  connect(scores_, &QListWidget::itemChanged, this, changed);
  connect(force_, &QCheckBox::toggled, this, changed);
  connect(out_, &PathField::changed, this, changed);
  connect(out_, &PathField::edited, this, [this] { path_chosen_ = true; });
  connect(format_, &QComboBox::currentIndexChanged, this, [this] {
    suggest_path();
    fields_changed();
  });
  connect(&wait_for_typing_, &QTimer::timeout, this, &ExportDialog::ask_preview);
}

void ExportDialog::suggest_path() {
  const auto format = static_cast<ExportFormat>(format_->currentData().toInt());
  key_->setEnabled(format == ExportFormat::jsonl);
  if (path_chosen_)
    return;
  std::string file = dataset_ + "-export." + std::string(name(format));
  std::replace(file.begin(), file.end(), '/', '-');
  out_->set_path(project_.parent_path() / file);
}

ExportRequest ExportDialog::request() const {
  ExportRequest request;
  request.run = run_.stored.id;
  request.where = where_->text().trimmed().toStdString();
  request.top = parse_top(top_->text().trimmed().toStdString());
  request.group = group_->text().trimmed().toStdString();
  request.split = split_->text().trimmed().toStdString();
  request.fields = words(fields_->text());
  for (int k = 0; k < scores_->count(); ++k)
    if (scores_->item(k)->checkState() == Qt::Checked)
      request.scores.push_back(scores_->item(k)->text().toStdString());
  request.key = key_->text().trimmed().toStdString();
  request.format = static_cast<ExportFormat>(format_->currentData().toInt());
  request.out = out_->path();
  request.force = force_->isChecked();
  if (parameters_ != run_.settings.parameters)
    request.parameters = parameters_;
  return request;
}

bool ExportDialog::fields_are_valid() {
  bool valid = true;
  const auto check = [&valid](Notice* notice, const auto& parse) {
    notice->clear_notice();
    try {
      parse();
    } catch (const Error& error) {
      notice->fail(error);
      valid = false;
    }
  };
  check(where_notice_, [this] { Filter::parse(where_->text().trimmed().toStdString()); });
  check(key_notice_, [this] {
    if (key_->isEnabled()) // CSV adds columns
      check_key(key_->text().trimmed().toStdString(), run_.settings);
  });
  check(top_notice_, [this] { parse_top(top_->text().trimmed().toStdString()); });
  return valid;
}

void ExportDialog::fields_changed() {
  outcome_->clear_notice();
  counting_.cancel(only_kind);
  something_to_export_ = false;
  if (fields_are_valid()) {
    preview_->explain(tr("Counting…"));
    wait_for_typing_.start();
  } else {
    wait_for_typing_.stop();
    preview_->clear_notice();
    lines_->clear();
  }
  update_button();
}

void ExportDialog::ask_preview() {
  counting_.request(
      only_kind,
      [project = project_, request = request()](std::stop_token stop) {
        return preview_export(request, Project::open(project, Project::Mode::read_only), preview_lines, stop);
      },
      [this](const ExportPreview& preview) { show_preview(preview); },
      [this](const Error& error) { show_preview_problem(error); });
}

void ExportDialog::show_preview(const ExportPreview& preview) {
  const ExportCounts& counts = preview.counts;
  preview_->explain(tr("%1 of %2 with %3 of %4 tokens")
                        .arg(grouped(counts.documents), counted(counts.documents_before, "document", "documents"),
                             grouped(counts.tokens), grouped(counts.tokens_before)));
  show_groups(preview.groups);
  QString lines;
  for (const std::string& line : preview.lines)
    lines += QString::fromStdString(line).trimmed() + u'\n';
  lines_->setPlainText(lines);
  if (preview.problem)
    preview_->fail(QString::fromStdString(*preview.problem));
  something_to_export_ = counts.documents > 0;
  update_button();
}

/// Before and after, for each value of the field that is split by, else of that within which the best are taken.
void ExportDialog::show_groups(const std::vector<GroupCounts>& groups) {
  groups_->setVisible(!groups.empty());
  groups_->clear();
  groups_->setRowCount(static_cast<int>(groups.size()));
  groups_->setColumnCount(5);
  groups_->setHorizontalHeaderLabels(
      {split_->text().trimmed().isEmpty() ? group_->text().trimmed() : split_->text().trimmed(), tr("Documents"),
       tr("of"), tr("Tokens"), tr("of")});
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

void ExportDialog::show_preview_problem(const Error& error) {
  preview_->fail(error);
}

void ExportDialog::start_export() {
  set_exporting(true);
  bar_->setRange(0, 0);
  writing_.request(
      only_kind,
      [this, project = project_, request = request()](std::stop_token stop) {
        const auto observe = [this](const ExportProgress& progress) {
          QMetaObject::invokeMethod(
              this, [this, progress] { show_progress(progress); }, Qt::QueuedConnection);
        };
        return export_rows(request, Project::open(project, Project::Mode::read_only), observe, stop);
      },
      [this](const ExportSummary& summary) { show_summary(summary); },
      [this](const Error& error) {
        set_exporting(false);
        outcome_->fail(error);
      });
}

void ExportDialog::show_progress(const ExportProgress& progress) {
  if (!exporting_)
    return;
  const bool known = progress.total > 0;
  bar_->setRange(0, known ? 1000 : 0);
  if (known)
    bar_->setValue(static_cast<int>(1000.0 * static_cast<double>(progress.done) / static_cast<double>(progress.total)));
  outcome_->explain(stage_text(progress));
}

void ExportDialog::show_summary(const ExportSummary& summary) {
  set_exporting(false);
  const QString where = summary.files.size() == 1
                            ? to_qt(summary.files.front().path)
                            : counted(summary.files.size(), "file", "files") + tr(" beside ") + to_qt(out_->path());
  const QString text = tr("%1 with %2 tokens written to %3 (%4), with a manifest beside it")
                           .arg(counted(summary.counts.documents, "document", "documents"),
                                grouped(summary.counts.tokens), where, bytes(summary.bytes()));
  outcome_->explain(text);
  close_->setFocus();
  emit exported(text);
}

void ExportDialog::set_exporting(bool exporting) {
  exporting_ = exporting;
  fields_box_->setEnabled(!exporting);
  bar_->setVisible(exporting);
  close_->setText(exporting ? tr("Stop") : tr("Close"));
  outcome_->clear_notice();
  update_button();
}

void ExportDialog::update_button() {
  export_->setEnabled(!exporting_ && something_to_export_ && !out_->path().empty());
}

void ExportDialog::reject() {
  if (!exporting_) {
    QDialog::reject();
    return;
  }
  writing_.cancel(only_kind); // what is written so far is under a temporary name, and goes
  set_exporting(false);
  outcome_->explain(tr("Stopped; nothing was written."));
}

} // namespace longview
