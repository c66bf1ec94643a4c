#include "pages/score_dialog.h"

#include <limits>

#include <QCheckBox>
#include <QComboBox>
#include <QDialogButtonBox>
#include <QFormLayout>
#include <QGroupBox>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QSpinBox>
#include <QVBoxLayout>

#include "models/format.h"
#include "pages/file_list.h"
#include "pages/notice.h"
#include "pages/path_field.h"
#include "pages/tooltip.h"
#include "run/model_info.h"

namespace longview {
namespace {

enum Kind : Background::Kind { model_kind, forecast_kind };

constexpr int largest = 1'000'000'000;

QSpinBox* number_box(int least, int value, const QString& name, QWidget* parent) {
  auto* box = new QSpinBox(parent);
  box->setRange(least, largest);
  box->setValue(value);
  box->setGroupSeparatorShown(true);
  box->setAccessibleName(name);
  return box;
}

QString preset_explanation(Preset preset) {
  return preset == Preset::longview
             ? QObject::tr(
                   "Whole rows of eight pairs, drawn per document: a mean with its error that means the same at "
                   "every number of pairs.")
             : QObject::tr("Replays the released ProLong program pair by pair, to compare with published numbers.");
}

QString model_text(const ModelSummary& summary) {
  return QObject::tr("%1 · %2, %3 million parameters · context %4 tokens · %5")
      .arg(QString::fromStdString(summary.name), QString::fromStdString(summary.architecture),
           three_digits(static_cast<double>(summary.parameters) / 1e6), grouped(summary.context),
           bytes(summary.file_bytes));
}

QString model_details(const ModelSummary& summary) {
  QStringList lines{
      QObject::tr("Weights, with the number of tensors: %1").arg(QString::fromStdString(summary.weight_types)),
      QObject::tr("Tokenizer: %1").arg(QString::fromStdString(summary.tokenizer))};
  for (const DTypeMemory& one : summary.memory)
    lines << QObject::tr("Memory in %1: %2").arg(QString::fromUtf8(name(one.dtype)), bytes(one.needed));
  return lines.join(u'\n');
}

} // namespace

ScoreDialog::ScoreDialog(QWidget* parent) : QDialog(parent), forecast_(new Notice(this)) {
  setWindowTitle(tr("Score documents"));
  auto* columns = new QHBoxLayout;
  columns->setSpacing(24);
  columns->addWidget(build_inputs(), 3);
  columns->addWidget(build_settings(), 2);
  auto* buttons = new QDialogButtonBox(QDialogButtonBox::Cancel, this);
  score_ = buttons->addButton(tr("Score"), QDialogButtonBox::AcceptRole);
  score_->setDefault(true);
  connect(buttons, &QDialogButtonBox::accepted, this, &ScoreDialog::accept_request);
  connect(buttons, &QDialogButtonBox::rejected, this, &QDialog::reject);
  forecast_->setAccessibleName(tr("Forecast"));
  forecast_->setMinimumHeight(2 * fontMetrics().lineSpacing());
  forecast_->setAlignment(Qt::AlignLeft | Qt::AlignVCenter);
  auto* bottom = new QHBoxLayout;
  bottom->addWidget(forecast_, 1);
  bottom->addWidget(buttons);
  auto* layout = new QVBoxLayout(this);
  layout->setContentsMargins(16, 16, 16, 16);
  layout->setSpacing(16);
  layout->addLayout(columns, 1);
  layout->addLayout(bottom);
  wait_for_typing_.setSingleShot(true);
  wait_for_typing_.setInterval(300);
  connect_fields();
  model_->set_path(default_model());
  resize(880, 520);
  fields_changed();
}

ScoreDialog::~ScoreDialog() = default;

QWidget* ScoreDialog::build_inputs() {
  auto* side = new QWidget(this);
  files_ = new FileList(tr("&Files: JSONL or plain text, also as .gz or .zst"), tr("Files to score"), side);
  files_->take_drops_on(*this);
  dataset_ = new QLineEdit(side);
  dataset_->setPlaceholderText(tr("named after the file"));
  project_ = new PathField(PathField::Purpose::save_file, tr("Choose a project file"),
                           tr("Longview projects (*.longview)"), side);
  project_notice_ = new Notice(side);
  model_ = new PathField(PathField::Purpose::open_file_or_folder, tr("Choose a model"),
                         tr("Models (*.gguf *.safetensors *.safetensors.index.json *.bin);;All files (*)"), side);
  model_notice_ = new Notice(side);
  auto* form = new QFormLayout;
  form->setFieldGrowthPolicy(QFormLayout::AllNonFixedFieldsGrow);
  form->addRow(tr("&Dataset"), dataset_);
  form->addRow(tr("&Project"), with_notice(project_, project_notice_));
  form->addRow(tr("&Model"), with_notice(model_, model_notice_));

  auto* layout = new QVBoxLayout(side);
  layout->setContentsMargins(0, 0, 0, 0);
  layout->setSpacing(8);
  layout->addWidget(files_, 1);
  layout->addLayout(form);
  return side;
}

QWidget* ScoreDialog::build_settings() {
  auto* side = new QWidget(this);
  auto* form = new QFormLayout(side);
  form->setContentsMargins(0, 0, 0, 0);
  form->setFieldGrowthPolicy(QFormLayout::AllNonFixedFieldsGrow);
  fill_sampling(form);
  fill_execution(form);
  fill_fields(form);
  return side;
}

void ScoreDialog::fill_sampling(QFormLayout* form) {
  QWidget* side = form->parentWidget();
  const RunSettings defaults;
  preset_ = new QComboBox(side);
  preset_->setAccessibleName(tr("Preset"));
  for (const Preset preset : {Preset::longview, Preset::published})
    preset_->addItem(QString::fromUtf8(name(preset)), static_cast<int>(preset));
  preset_notice_ = new Notice(side);
  pairs_ = number_box(1, static_cast<int>(defaults.sampling.pairs_per_document), tr("Pairs per document"), side);
  all_pairs_ = new QCheckBox(tr("all"), side);
  all_pairs_->setAccessibleName(tr("Score all pairs"));
  auto* pairs = new QHBoxLayout;
  pairs->addWidget(pairs_, 1);
  pairs->addWidget(all_pairs_);
  segment_length_ = number_box(2, static_cast<int>(defaults.sampling.segment_length), tr("Segment length"), side);
  segment_length_->setSuffix(tr(" tokens"));
  window_ = number_box(2, static_cast<int>(defaults.sampling.window), tr("Window"), side);
  window_->setSuffix(tr(" tokens"));
  window_->setToolTip(tr("The published preset thins longer documents to it; window distances are measured by it"));
  seed_ = number_box(0, static_cast<int>(defaults.sampling.seed), tr("Seed"), side);
  seed_->setGroupSeparatorShown(false);
  controls_ = new QSpinBox(side);
  controls_->setRange(0, static_cast<int>(most_controls));
  controls_->setSpecialValueText(tr("none"));
  controls_->setAccessibleName(tr("Controls"));
  controls_->setToolTip(
      tr("Prefixes of other documents put before each target: what strength is left over theirs is the "
         "corrected strength"));
  sampling_notice_ = new Notice(side);
  form->addRow(tr("P&reset"), with_notice(preset_, preset_notice_));
  auto* pairs_label = new QLabel(tr("Pairs (&T)"), side); // a layout has no field that a label could lead to
  pairs_label->setBuddy(pairs_);
  form->addRow(pairs_label, pairs);
  form->addRow(tr("S&egment"), segment_length_);
  form->addRow(tr("&Window"), window_);
  form->addRow(tr("See&d"), seed_);
  form->addRow(tr("C&ontrols"), controls_);
  form->addRow(sampling_notice_);
}

void ScoreDialog::fill_execution(QFormLayout* form) {
  QWidget* side = form->parentWidget();
  dtype_ = new QComboBox(side);
  for (const DType dtype : {DType::automatic, DType::float32, DType::bfloat16, DType::float16, DType::int8})
    dtype_->addItem(QString::fromUtf8(name(dtype)), static_cast<int>(dtype));
  dtype_->setToolTip(
      tr("What the model's products run in; auto is bfloat16 where the processor has it, else float32. int8 needs "
         "a processor with VNNI and is less exact"));
  device_ = new QComboBox(side);
  device_->addItems({QStringLiteral("auto"), QStringLiteral("cpu"), QStringLiteral("cuda")});
  device_->setEditable(true); // cuda:1
  form->addRow(tr("N&umbers"), dtype_);
  form->addRow(tr("De&vice"), device_);
}

void ScoreDialog::fill_fields(QFormLayout* form) {
  QWidget* side = form->parentWidget();
  const RunSettings defaults;
  text_field_ = new QLineEdit(QString::fromStdString(defaults.text_field), side);
  id_field_ = new QLineEdit(QString::fromStdString(defaults.id_field), side);
  limit_ = number_box(0, 0, tr("Most documents"), side);
  limit_->setSpecialValueText(tr("all documents"));
  embed_ = new QCheckBox(tr("Store the texts in the project, so that it can travel"), side);
  form->addRow(tr("Te&xt field"), text_field_);
  form->addRow(tr("&Id field"), id_field_);
  form->addRow(tr("&Limit"), limit_);
  form->addRow(embed_);
}

void ScoreDialog::connect_fields() {
  const auto changed = [this] { fields_changed(); };
  connect(files_, &FileList::changed, this, [this] {
    suggest_project();
    fields_changed();
  });
  for (QSpinBox* box : {pairs_, segment_length_, window_, seed_, controls_, limit_})
    connect(box, &QSpinBox::valueChanged, this, changed);
  for (QComboBox* box : {preset_, dtype_, device_})
    connect(box, &QComboBox::currentTextChanged, this, changed);
  for (QLineEdit* line : {dataset_, text_field_, id_field_})
    connect(line, &QLineEdit::textChanged, this, changed);
  connect(all_pairs_, &QCheckBox::toggled, this, changed);
  connect(all_pairs_, &QCheckBox::toggled, pairs_, &QWidget::setDisabled);
  connect(project_, &PathField::changed, this, changed);
  connect(project_, &PathField::edited, this, [this] { project_chosen_ = !project_->line()->text().isEmpty(); });
  connect(model_, &PathField::changed, this, [this] {
    check_model_file();
    fields_changed();
  });
  connect(&wait_for_typing_, &QTimer::timeout, this, &ScoreDialog::ask_forecast);
}

void ScoreDialog::add_files(const std::vector<std::filesystem::path>& files) {
  files_->add(files);
}

void ScoreDialog::set_project(const std::filesystem::path& project) {
  project_chosen_ = !project.empty();
  project_->set_path(project);
  suggest_project();
}

void ScoreDialog::suggest_project() {
  if (project_chosen_ || files_->is_empty())
    return;
  std::filesystem::path first = files_->files().front();
  if (first.filename().empty()) // a folder named with a slash at its end
    first = first.parent_path();
  std::filesystem::path name = first.filename();
  for (const char* ending : {".gz", ".zst", ".jsonl", ".ndjson", ".json", ".txt"})
    if (name.extension() == ending)
      name.replace_extension();
  project_->set_path(first.parent_path() / (name.string() + ".longview"));
}

RunRequest ScoreDialog::request() const {
  RunRequest request;
  request.inputs = files_->files();
  request.project = project_->path();
  request.dataset = dataset_->text().trimmed().toStdString();
  request.model = model_->path().string();
  SamplingSettings& sampling = request.settings.sampling;
  sampling.preset = static_cast<Preset>(preset_->currentData().toInt());
  sampling.pairs_per_document = all_pairs_->isChecked() ? 0 : static_cast<std::uint64_t>(pairs_->value());
  sampling.segment_length = static_cast<std::uint32_t>(segment_length_->value());
  sampling.window = static_cast<std::uint32_t>(window_->value());
  sampling.seed = static_cast<std::uint64_t>(seed_->value());
  request.settings.parameters = default_parameters(sampling.preset);
  request.settings.controls = static_cast<std::uint32_t>(controls_->value());
  request.settings.dtype = static_cast<DType>(dtype_->currentData().toInt());
  request.settings.text_field = text_field_->text().toStdString();
  request.settings.id_field = id_field_->text().toStdString();
  request.device = device_->currentText().trimmed().toStdString();
  request.limit = static_cast<std::uint64_t>(limit_->value());
  request.embed = embed_->isChecked();
  return request;
}

void ScoreDialog::fields_changed() {
  preset_notice_->explain(preset_explanation(static_cast<Preset>(preset_->currentData().toInt())));
  background_.cancel(forecast_kind);
  files_->notice()->clear_notice();
  if (fields_are_valid()) {
    forecast_->explain(tr("Forecasting…"));
    wait_for_typing_.start();
  } else {
    wait_for_typing_.stop();
    forecast_->explain(files_->is_empty() ? tr("Add files, or drop them here.") : QString());
  }
  update_button();
}

bool ScoreDialog::fields_are_valid() {
  bool valid = !files_->is_empty();
  sampling_notice_->clear_notice();
  try {
    check(request().settings.sampling);
  } catch (const Error& error) {
    sampling_notice_->fail(error);
    valid = false;
  }
  if (valid && model_context_ > 0 && 2 * segment_length_->value() > model_context_) {
    sampling_notice_->fail(tr("The model's context of %1 tokens has room for segments of at most %2.")
                               .arg(grouped(static_cast<std::uint64_t>(model_context_)),
                                    grouped(static_cast<std::uint64_t>(model_context_ / 2))));
    valid = false;
  }
  project_notice_->clear_notice();
  if (!files_->is_empty() && project_->path().empty()) {
    project_notice_->fail(tr("Say where the results go: a new or existing .longview file."));
    valid = false;
  }
  return valid;
}

void ScoreDialog::check_model_file() {
  model_is_fit_ = false;
  model_context_ = 0;
  set_tooltip(*model_notice_, {});
  const std::filesystem::path path = model_->path();
  if (path.empty()) {
    background_.cancel(model_kind);
    model_notice_->fail(tr("Name a model: a GGUF file or a Hugging Face directory (config.json with its weights)."));
    return;
  }
  model_notice_->explain(tr("Looking at the model…"));
  background_.request(
      model_kind, [path](std::stop_token) { return describe_model(path); },
      [this](const ModelSummary& summary) { show_model(summary); },
      [this](const Error& error) { model_notice_->fail(error); });
}

void ScoreDialog::show_model(const ModelSummary& summary) {
  model_is_fit_ = summary.problem.empty();
  model_context_ = model_is_fit_ ? static_cast<int>(summary.context) : 0;
  if (model_is_fit_)
    model_notice_->explain(model_text(summary));
  else
    model_notice_->fail(QString::fromStdString(summary.problem));
  set_tooltip(*model_notice_, summary.problem.empty() ? model_details(summary) : QString());
  fields_changed();
}

void ScoreDialog::ask_forecast() {
  background_.request(
      forecast_kind, [request = request()](std::stop_token stop) { return forecast(request, {}, stop); },
      [this](const Forecast& answer) { show_forecast(answer); },
      [this](const Error& error) { show_forecast_problem(error); });
}

void ScoreDialog::show_forecast(const Forecast& answer) {
  const QString about = answer.exact ? QString() : tr("about ");
  forecast_->explain(tr("%1%2 of %3, %4 tokens, %5 pairs: %6 on %7 in %8")
                         .arg(about, grouped(answer.scorable), counted(answer.documents, "document", "documents"),
                              grouped(answer.tokens), grouped(answer.pairs),
                              tr("about %1").arg(duration(answer.seconds)), QString::fromStdString(answer.device),
                              QString::fromUtf8(name(answer.dtype))));
}

void ScoreDialog::show_forecast_problem(const Error& error) {
  const std::string& where = error.context();
  const RunRequest asked = request();
  const bool about_model = !where.empty() && where.rfind(asked.model, 0) == 0;
  bool about_files = false;
  for (const std::filesystem::path& input : asked.inputs)
    about_files = about_files || where.rfind(input.string(), 0) == 0;
  forecast_->clear_notice();
  if (about_model)
    model_notice_->fail(error);
  else if (about_files)
    files_->notice()->fail(error);
  else
    forecast_->fail(error);
}

void ScoreDialog::update_button() {
  score_->setEnabled(!files_->is_empty() && model_is_fit_ && !sampling_notice_->is_error() &&
                     !project_notice_->is_error());
}

void ScoreDialog::accept_request() {
  emit score_wanted(request());
  accept();
}

} // namespace longview
