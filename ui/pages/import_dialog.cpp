#include "pages/import_dialog.h"

#include <QComboBox>
#include <QFormLayout>
#include <QLineEdit>

#include "models/format.h"
#include "models/paths.h"
#include "pages/notice.h"
#include "pages/path_field.h"

namespace longview {
namespace {

QLineEdit* line(const std::string& text, const QString& name) {
  auto* edit = new QLineEdit(QString::fromStdString(text));
  edit->setAccessibleName(name);
  return edit;
}

} // namespace

ImportDialog::ImportDialog(const std::filesystem::path& project, const std::vector<std::string>& datasets,
                           QWidget* parent)
    : TaskDialog(tr("Import scores"),
                 tr("Scores that another program wrote, such as the {\"text\", \"lds\"} lines of the released ProLong "
                    "program. They become a run of their own, to be listed, compared and exported."),
                 tr("Import"), parent) {
  const ImportRequest defaults;
  project_ = new PathField(PathField::Purpose::save_file, tr("Choose a project file"),
                           tr("Longview projects (*.longview)"), this);
  project_->set_path(project);
  kind_ = new QComboBox;
  kind_->setAccessibleName(tr("What the lines hold"));
  kind_->addItem(tr("texts and scores"), QString());
  for (const std::string& dataset : datasets)
    kind_->addItem(tr("scores for the documents of %1").arg(QString::fromStdString(dataset).simplified()),
                   QString::fromStdString(dataset));
  dataset_ = line({}, tr("Dataset"));
  dataset_->setPlaceholderText(tr("named after the file"));
  score_field_ = line(defaults.score_field, tr("Score field"));
  text_field_ = line(defaults.text_field, tr("Text field"));
  id_field_ = line(defaults.id_field, tr("Id field"));
  form().addRow(tr("&Project"), project_);
  form().addRow(tr("&Lines hold"), kind_);
  form().addRow(tr("&Dataset"), dataset_);
  form().addRow(tr("&Score field"), score_field_);
  form().addRow(tr("&Text field"), text_field_);
  form().addRow(tr("I&d field"), id_field_);
  connect(kind_, &QComboBox::currentIndexChanged, this, &ImportDialog::show_kind);
  show_kind();
}

void ImportDialog::show_kind() {
  const bool with_texts = kind_->currentData().toString().isEmpty();
  dataset_->setEnabled(with_texts);
  text_field_->setEnabled(with_texts);
}

void ImportDialog::start() {
  ImportRequest request;
  request.inputs = files();
  request.project = project_->path();
  request.score_of = kind_->currentData().toString().toStdString();
  request.dataset = request.score_of.empty() ? dataset_->text().trimmed().toStdString() : std::string();
  request.score_field = score_field_->text().trimmed().toStdString();
  request.text_field = text_field_->text().trimmed().toStdString();
  request.id_field = id_field_->text().trimmed().toStdString();
  run([request](std::stop_token stop) { return import_scores(request, stop); },
      [this, request](const ImportSummary& done) { show_summary(done, request); });
}

void ImportDialog::show_summary(const ImportSummary& done, const ImportRequest& request) {
  QString text = tr("Run %1: %2 imported").arg(static_cast<std::int64_t>(done.run)).arg(grouped(done.imported));
  if (done.without_score)
    text += tr(", %1 without a number in “%2”")
                .arg(grouped(done.without_score), QString::fromStdString(request.score_field));
  if (done.unmatched)
    text += tr(", %1 for ids that “%2” does not have")
                .arg(grouped(done.unmatched), QString::fromStdString(request.score_of));
  if (done.bad_input)
    text += tr(", %1 bad input").arg(grouped(done.bad_input));
  outcome()->explain(text);
  emit imported(to_qt(request.project), static_cast<qlonglong>(done.run));
}

} // namespace longview
