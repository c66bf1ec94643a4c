#include "pages/run_chooser.h"

#include <QComboBox>
#include <QHBoxLayout>
#include <QLabel>
#include <QStyleOptionComboBox>
#include <QStylePainter>

#include "models/format.h"
#include "pages/tooltip.h"

namespace longview {
namespace {

constexpr int least_letters = 14;

/// What has no room in it ends in an ellipsis; the style would cut a letter in two.
class ElidedBox final : public QComboBox {
 public:
  using QComboBox::QComboBox;

 protected:
  void paintEvent(QPaintEvent*) override {
    QStylePainter painter(this);
    QStyleOptionComboBox option;
    initStyleOption(&option);
    painter.drawComplexControl(QStyle::CC_ComboBox, option);
    const QRect room = style()->subControlRect(QStyle::CC_ComboBox, &option, QStyle::SC_ComboBoxEditField, this);
    option.currentText = fontMetrics().elidedText(option.currentText, Qt::ElideRight, room.width() - 4);
    painter.drawControl(QStyle::CE_ComboBoxLabel, option);
  }
};

QComboBox* chooser(const QString& name, QWidget* parent) {
  auto* box = new ElidedBox(parent);
  box->setAccessibleName(name);
  box->setSizeAdjustPolicy(QComboBox::AdjustToContents);
  box->setMinimumContentsLength(least_letters);
  box->setMaximumWidth(320);
  box->setFocusPolicy(Qt::TabFocus);
  return box;
}

} // namespace

QString run_title(const RunInfo& run) {
  const SamplingSettings& sampling = run.settings.sampling;
  const QString pairs = sampling.pairs_per_document == 0
                            ? QObject::tr("all pairs")
                            : QObject::tr("T %1").arg(grouped(sampling.pairs_per_document));
  QString title =
      QStringLiteral("%1 · %2 · %3")
          .arg(QString::fromStdString(run.stored.model_name), pairs, QString::fromUtf8(name(sampling.preset)));
  if (run.stored.finished.empty())
    title += QObject::tr(" · unfinished");
  return title;
}

QString run_details(const RunInfo& run) {
  const SamplingSettings& sampling = run.settings.sampling;
  const StoredRun& stored = run.stored;
  return QObject::tr("Model: %1\nSegments of %2 tokens, window %3 tokens, seed %4, %5\nStarted %6, %7\nLongview %8")
      .arg(QString::fromStdString(stored.model_path), grouped(sampling.segment_length), grouped(sampling.window),
           QString::number(sampling.seed), QString::fromUtf8(name(run.settings.dtype)),
           QString::fromStdString(stored.started),
           stored.finished.empty() ? QObject::tr("not finished")
                                   : QObject::tr("finished %1").arg(QString::fromStdString(stored.finished)),
           QString::fromStdString(stored.program_version));
}

RunChooser::RunChooser(QWidget* parent)
    : QWidget(parent), dataset_label_(new QLabel(tr("Dataset"), this)), datasets_(chooser(tr("Dataset"), this)),
      run_label_(new QLabel(tr("Run"), this)), runs_(chooser(tr("Run"), this)) {
  auto* layout = new QHBoxLayout(this);
  layout->setContentsMargins(8, 0, 8, 0);
  layout->setSpacing(8);
  layout->addWidget(dataset_label_);
  layout->addWidget(datasets_);
  layout->addWidget(run_label_);
  layout->addWidget(runs_);
  connect(datasets_, &QComboBox::activated, this, [this] {
    fill_runs({});
    announce();
  });
  connect(runs_, &QComboBox::activated, this, [this] { announce(); });
  clear();
}

const RunInfo* RunChooser::run() const {
  const QVariant id = runs_->currentData();
  return id.isValid() ? contents_.run(RunId{id.toLongLong()}) : nullptr;
}

const StoredDataset* RunChooser::dataset() const {
  const QVariant id = datasets_->currentData();
  return id.isValid() ? contents_.dataset(DatasetId{id.toLongLong()}) : nullptr;
}

void RunChooser::set_contents(const ProjectContents& contents, std::optional<RunId> wanted) {
  const bool same_project = contents.path == contents_.path;
  const RunInfo* wanted_run = wanted ? contents.run(*wanted) : nullptr;
  auto chosen_run = same_project && run() ? std::optional(run()->stored.id) : std::nullopt;
  auto chosen_dataset = same_project && dataset() ? std::optional(dataset()->id) : std::nullopt;
  if (wanted_run) {
    chosen_run = wanted_run->stored.id;
    chosen_dataset = wanted_run->stored.identity.dataset;
  }
  if (!same_project)
    announced_.reset();
  contents_ = contents;
  fill_datasets(chosen_dataset);
  fill_runs(chosen_run);
  announce();
}

void RunChooser::clear() {
  contents_ = {};
  announced_.reset();
  fill_datasets({});
  fill_runs({});
}

void RunChooser::fill_datasets(std::optional<DatasetId> wanted) {
  if (!wanted && !contents_.runs.empty())
    wanted = contents_.runs.back().stored.identity.dataset;
  datasets_->clear();
  for (const StoredDataset& dataset : contents_.datasets) {
    QString title = QString::fromStdString(dataset.name);
    if (dataset.version > 1)
      title += tr(" (version %1)").arg(dataset.version);
    datasets_->addItem(title, static_cast<qlonglong>(dataset.id));
    if (dataset.id == wanted)
      datasets_->setCurrentIndex(datasets_->count() - 1);
  }
  const bool any = datasets_->count() > 0;
  for (QWidget* widget : std::initializer_list<QWidget*>{dataset_label_, datasets_, run_label_, runs_})
    widget->setEnabled(any);
}

void RunChooser::fill_runs(std::optional<RunId> wanted) {
  runs_->clear();
  const StoredDataset* of = dataset();
  for (auto run = contents_.runs.rbegin(); of && run != contents_.runs.rend(); ++run) { // the newest first
    if (run->stored.identity.dataset != of->id)
      continue;
    runs_->addItem(run_title(*run), static_cast<qlonglong>(run->stored.id));
    runs_->setItemData(runs_->count() - 1, tooltip(run_details(*run)), Qt::ToolTipRole);
    if (run->stored.id == wanted)
      runs_->setCurrentIndex(runs_->count() - 1);
  }
  describe_run();
}

void RunChooser::describe_run() {
  set_tooltip(*runs_, run() ? run_details(*run()) : QString());
}

void RunChooser::announce() {
  const auto now = run() ? std::optional(run()->stored.id) : std::nullopt;
  describe_run();
  if (now == announced_)
    return;
  announced_ = now;
  emit run_changed();
}

} // namespace longview
