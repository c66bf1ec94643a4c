#include "pages/export_dialog.h"

#include <algorithm>

#include <QCheckBox>
#include <QComboBox>
#include <QFileDialog>
#include <QLineEdit>
#include <QListWidget>
#include <QProgressBar>
#include <QPushButton>
#include <QScopedValueRollback>

#include "filter/columns.h"
#include "models/format.h"
#include "models/paths.h"
#include "pages/export_preview.h"
#include "pages/filter_box.h"
#include "pages/notice.h"
#include "pages/path_field.h"

namespace longview {
namespace {

enum Kind : Background::Kind { work_kind, manifest_kind };

QString joined(const std::vector<std::string>& list) {
  QStringList found;
  for (const std::string& word : list)
    found << QString::fromStdString(word);
  return found.join(QStringLiteral(", "));
}

QString stage_text(const ExportProgress& progress) {
  switch (progress.stage) {
  case ExportProgress::Stage::choosing:
    return ExportDialog::tr("Choosing the documents…");
  case ExportProgress::Stage::checking:
    return ExportDialog::tr("Making sure of the source files…");
  case ExportProgress::Stage::writing:
    return ExportDialog::tr("Writing: %1 of %2")
        .arg(grouped(progress.done), counted(progress.total, "document", "documents"));
  case ExportProgress::Stage::finished:
    return ExportDialog::tr("Written");
  }
  return {};
}

} // namespace

ExportDialog::ExportDialog(const std::filesystem::path& project, const RunInfo& run, const std::string& dataset,
                           const ExportOffers& offers, const LiveParameters& parameters, QWidget* parent)
    : QDialog(parent), project_(project), run_(run), dataset_(dataset), offers_(offers) {
  setWindowTitle(tr("Export %1").arg(QString::fromStdString(dataset_)));
  build();
  set_parameters(parameters);
  wait_for_typing_.setSingleShot(true);
  wait_for_typing_.setInterval(200);
  connect_fields();
  suggest_path();
  fields_changed();
}

ExportDialog::~ExportDialog() = default;

/// What the numbers are derived with.
void ExportDialog::set_parameters(const LiveParameters& live) {
  parameters_ = live;
  const QString line = tr("threshold %1, strength × %2, distance × %3 of the %4, specificity %5, ranked by the %6")
                           .arg(all_digits(live.threshold), all_digits(live.alpha), all_digits(live.beta),
                                QString::fromUtf8(name(live.distance)), QString::fromUtf8(name(live.specificity)),
                                QString::fromUtf8(name(live.score)));
  parameters_line_->explain(live == run_.settings.parameters ? tr("%1: those of the run").arg(line) : line);
}

void ExportDialog::connect_fields() {
  // All but the permission to replace make it another export than the manifest's.
  const auto changed = [this] {
    manifest_.reset();
    fields_changed();
  };
  for (QLineEdit* line : {static_cast<QLineEdit*>(where_), top_, key_, fields_})
    connect(line, &QLineEdit::textChanged, this, changed);
  for (QComboBox* box : {group_, split_})
    connect(box, &QComboBox::currentTextChanged, this, changed);
  connect(scores_, &QListWidget::itemChanged, this, changed);
  connect(force_, &QCheckBox::toggled, this, &ExportDialog::fields_changed);
  connect(out_, &PathField::changed, this, [this, changed] {
    read_ending();
    changed();
  });
  connect(format_, &QComboBox::currentIndexChanged, this, [this, changed] {
    set_ending();
    changed();
  });
  connect(compression_, &QComboBox::currentIndexChanged, this, &ExportDialog::set_ending);
  connect(&wait_for_typing_, &QTimer::timeout, this, &ExportDialog::ask_preview);
}

/// Beside the project.
void ExportDialog::suggest_path() {
  std::string file = dataset_ + "-export.jsonl";
  std::replace(file.begin(), file.end(), '/', '-');
  out_->set_path(project_.parent_path() / file);
}

/// The name ends as format and compression say: the ending is what decides.
void ExportDialog::set_ending() {
  const std::string format(name(static_cast<ExportFormat>(format_->currentData().toInt())));
  key_->setEnabled(format == name(ExportFormat::jsonl)); // CSV adds columns
  std::filesystem::path path = out_->path();
  if (path.empty() || filling_)
    return;
  if (path.extension() == ".gz" || path.extension() == ".zst")
    path.replace_extension();
  if (path.extension() == ".jsonl" || path.extension() == ".csv")
    path.replace_extension(format);
  path += compression_->currentData().toString().toStdString();
  if (path != out_->path())
    out_->set_path(path);
}

void ExportDialog::read_ending() {
  const QSignalBlocker quiet(compression_);
  const int ending = compression_->findData(to_qt(out_->path().extension()));
  compression_->setCurrentIndex(std::max(0, ending));
}

ExportRequest ExportDialog::request() const {
  ExportRequest request;
  request.run = run_.stored.id;
  request.where = where_->text().trimmed().toStdString();
  request.top = parse_top(top_->text().trimmed().toStdString());
  request.group = group_->currentText().trimmed().toStdString();
  request.split = split_->currentText().trimmed().toStdString();
  for (const QString& field : comma_list(fields_->text()))
    request.fields.push_back(field.toStdString());
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

void ExportDialog::fill(const ExportRequest& request) {
  const QScopedValueRollback quiet(filling_, true);
  where_->setText(QString::fromStdString(request.where));
  top_->setText(QString::fromStdString(request.top.text));
  group_->setEditText(QString::fromStdString(request.group));
  split_->setEditText(QString::fromStdString(request.split));
  fields_->setText(joined(request.fields));
  for (int k = 0; k < scores_->count(); ++k) {
    const std::string score = scores_->item(k)->text().toStdString();
    const bool wanted = std::find(request.scores.begin(), request.scores.end(), score) != request.scores.end();
    scores_->item(k)->setCheckState(wanted ? Qt::Checked : Qt::Unchecked);
  }
  key_->setText(QString::fromStdString(request.key));
  format_->setCurrentIndex(format_->findData(static_cast<int>(request.format)));
  force_->setChecked(request.force);
  out_->set_path(request.out);
  set_parameters(request.parameters.value_or(run_.settings.parameters));
}

bool ExportDialog::fields_are_valid() {
  bool valid = where_->filter().has_value(); // it says itself what is wrong
  const auto check = [&valid](Notice* notice, const auto& parse) {
    notice->clear_notice();
    try {
      parse();
    } catch (const Error& error) {
      notice->fail(error);
      valid = false;
    }
  };
  check(key_notice_, [this] {
    if (key_->isEnabled())
      check_key(key_->text().trimmed().toStdString(), run_.settings);
  });
  check(top_notice_, [this] { parse_top(top_->text().trimmed().toStdString()); });
  return valid;
}

/// A field that no document has is most likely a typing error: it is told, and allowed.
void ExportDialog::tell_unknown_fields() {
  const auto tell = [this](Notice* notice, const QComboBox* box) {
    notice->clear_notice();
    const std::string column = "source." + box->currentText().trimmed().toStdString();
    if (!box->currentText().trimmed().isEmpty() && offers_.completion && offers_.completion->lacks(column))
      notice->explain(QString::fromStdString(unknown_field(column, offers_.completion->fields)));
  };
  tell(group_notice_, group_);
  tell(split_notice_, split_);
}

void ExportDialog::fields_changed() {
  if (filling_)
    return;
  outcome_->clear_notice();
  out_notice_->clear_notice();
  counting_.cancel(work_kind);
  something_to_export_ = false;
  tell_unknown_fields();
  if (fields_are_valid()) {
    preview_->explain(tr("Counting…"));
    wait_for_typing_.start();
  } else {
    wait_for_typing_.stop();
    preview_->clear();
  }
  update_button();
}

void ExportDialog::ask_preview() {
  counting_.request(
      work_kind,
      [project = project_, request = request()](std::stop_token stop) {
        return preview_export(request, Project::open(project, Project::Mode::read_only), ExportPreviewPanel::lines,
                              stop);
      },
      [this](const ExportPreview& preview) { show_preview(preview); },
      [this](const Error& error) { preview_->show_problem(error); });
}

void ExportDialog::show_preview(const ExportPreview& preview) {
  const QString split = split_->currentText().trimmed();
  preview_->show_preview(preview, split.isEmpty() ? group_->currentText().trimmed() : split);
  something_to_export_ = preview.counts.documents > 0;
  try {
    if (!split.isEmpty())
      split_files(split.toStdString(), preview.groups);
  } catch (const Error& error) {
    split_notice_->fail(error);
    something_to_export_ = false;
  }
  update_button();
}

void ExportDialog::choose_manifest() {
  const QString file = QFileDialog::getOpenFileName(this, tr("Make the files of a manifest again"), {},
                                                    tr("Manifests (*.manifest.json);;All files (*)"));
  if (!file.isEmpty())
    open_manifest(to_path(file));
}

void ExportDialog::open_manifest(const std::filesystem::path& manifest) {
  writing_.request(
      manifest_kind, [manifest](std::stop_token) { return read_manifest(manifest); },
      [this](const ManifestContents& contents) { take_manifest(contents); },
      [this](const Error& error) { outcome_->fail(error); });
}

void ExportDialog::take_manifest(const ManifestContents& contents) {
  if (plain_path(contents.project) != plain_path(project_)) {
    outcome_->fail(
        tr("This manifest is of another project. Open %1 to make its files again.").arg(to_qt(contents.project)));
    return;
  }
  if (contents.request.run != run_.stored.id) {
    outcome_->fail(tr("This manifest is of run %1. Choose that run in the tool bar to make its files again.")
                       .arg(static_cast<std::int64_t>(contents.request.run)));
    return;
  }
  fill(contents.request);
  fields_changed();
  manifest_ = contents;
  outcome_->explain(tr("As %1 says: exporting makes the same again, and makes sure of it byte for byte.")
                        .arg(to_qt(contents.request.manifest.filename())));
}

void ExportDialog::start_export() {
  set_exporting(true);
  bar_->setRange(0, 0);
  writing_.request(
      work_kind,
      [this, project = project_, request = request(), again = manifest_](std::stop_token stop) {
        const auto observe = [this](const ExportProgress& progress) {
          QMetaObject::invokeMethod(
              this, [this, progress] { show_progress(progress); }, Qt::QueuedConnection);
        };
        const Project opened = Project::open(project, Project::Mode::read_only);
        return again ? export_again(*again, opened, request.force, observe, stop)
                     : export_rows(request, opened, observe, stop);
      },
      [this](const ExportSummary& summary) { show_summary(summary); },
      [this](const Error& error) { show_failure(error); });
}

void ExportDialog::show_progress(const ExportProgress& progress) {
  if (!exporting_ || stopping_)
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

/// What is about the output file stands under it, everything else at the bottom.
void ExportDialog::show_failure(const Error& error) {
  const bool stopped = stopping_ && error.code() == ErrorCode::cancelled;
  set_exporting(false);
  if (stopped) {
    outcome_->explain(tr("Stopped; nothing was written."));
    return;
  }
  const std::filesystem::path file = to_path(QString::fromStdString(error.context())), out = out_->path();
  const std::string name = out.filename().string();
  const bool about_file = file.parent_path() == out.parent_path() &&
                          file.filename().string().starts_with(name.substr(0, name.find('.'))); // a part of a split too
  (about_file ? out_notice_ : outcome_)->fail(error);
}

void ExportDialog::set_exporting(bool exporting) {
  exporting_ = exporting;
  stopping_ = false;
  form_->setEnabled(!exporting);
  from_manifest_->setEnabled(!exporting);
  bar_->setVisible(exporting);
  close_->setText(exporting ? tr("Stop") : tr("Close"));
  close_->setEnabled(true);
  outcome_->clear_notice();
  out_notice_->clear_notice();
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
  if (stopping_)
    return;
  stopping_ = true; // what becomes of it is told when it is known: the files may just have been put in their places
  writing_.stop(work_kind);
  close_->setEnabled(false);
  outcome_->explain(tr("Stopping…"));
}

} // namespace longview
