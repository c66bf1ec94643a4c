#include "pages/parameters_panel.h"

#include <algorithm>

#include <QComboBox>
#include <QFormLayout>
#include <QInputDialog>
#include <QLabel>
#include <QPushButton>
#include <QSignalBlocker>
#include <QToolButton>
#include <QVBoxLayout>

#include "pages/notice.h"
#include "widgets/number_slider.h"

namespace longview {
namespace {

constexpr double most_weight = 1000;

template <typename Enum>
QComboBox* words(std::initializer_list<std::pair<Enum, QString>> all, const QString& name, QWidget* parent) {
  auto* box = new QComboBox(parent);
  box->setAccessibleName(name);
  for (const auto& [value, title] : all)
    box->addItem(title, static_cast<int>(value));
  return box;
}

template <typename Enum>
Enum chosen(const QComboBox& box) {
  return static_cast<Enum>(box.currentData().toInt());
}

template <typename Enum>
void choose(QComboBox& box, Enum value) {
  const QSignalBlocker quiet(box);
  box.setCurrentIndex(box.findData(static_cast<int>(value)));
}

} // namespace

ParametersPanel::ParametersPanel(ParameterSets& sets, QWidget* parent) : QWidget(parent), sets_(sets) {
  state_ = new Notice(this);
  problem_ = new Notice(this);
  auto* layout = new QVBoxLayout(this);
  layout->setContentsMargins(8, 8, 8, 8);
  layout->setSpacing(8);
  layout->addWidget(build_numbers());
  layout->addWidget(build_sets());
  layout->addWidget(state_);
  layout->addWidget(problem_);
  layout->addStretch(1);
  for (NumberSlider* number : {threshold_, alpha_, beta_}) {
    connect(number, &NumberSlider::value_changed, this, &ParametersPanel::fields_changed);
    connect(number, &NumberSlider::settled, this, &ParametersPanel::parameters_changed);
  }
  for (QComboBox* box : {distance_, specificity_, score_})
    connect(box, &QComboBox::currentIndexChanged, this, &ParametersPanel::fields_changed);
  connect(reset_, &QPushButton::clicked, this, &ParametersPanel::reset);
  connect(set_, &QComboBox::activated, this, &ParametersPanel::choose_set);
  connect(keep_, &QToolButton::clicked, this, &ParametersPanel::ask_name);
  connect(remove_, &QToolButton::clicked, this, [this] { sets_.remove(set_->currentText().toStdString()); });
  connect(&sets_, &ParameterSets::changed, this, &ParametersPanel::show_sets);
  connect(&sets_, &ParameterSets::failed, this, [this](const Error& error) { problem_->fail(error); });
  show_sets();
  show_parameters();
}

QWidget* ParametersPanel::build_numbers() {
  auto* box = new QWidget(this);
  threshold_ = new NumberSlider(tr("&Threshold"), 0, 0.5, -10, 1, box);
  threshold_->set_name(tr("Threshold"));
  threshold_->setToolTip(tr("τ: only pairs with a strength above it count"));
  alpha_ = new NumberSlider(tr("Stre&ngth ×"), 0, 3, -most_weight, most_weight, box);
  alpha_->set_name(tr("Weight of strength"));
  alpha_->setToolTip(tr("α in (α strength + β distance) × specificity"));
  beta_ = new NumberSlider(tr("&Distance ×"), 0, 3, -most_weight, most_weight, box);
  beta_->set_name(tr("Weight of distance"));
  beta_->setToolTip(tr("β in (α strength + β distance) × specificity"));
  distance_ = words<DistanceScale>(
      {{DistanceScale::document, tr("of the document")}, {DistanceScale::window, tr("of the window")}}, tr("Distance"),
      box);
  distance_->setToolTip(tr("Distance is (i − j) / D: D is the document's last segment, or that of the window"));
  specificity_ = words<SpecificityMode>({{SpecificityMode::raw, tr("from gains")},
                                         {SpecificityMode::relative, tr("from strengths")},
                                         {SpecificityMode::off, tr("off")}},
                                        tr("Specificity"), box);
  specificity_->setToolTip(tr("What the softmax of a row is taken over: its gains (raw), or 32 × its strengths "
                              "(relative), which do not depend on the text's perplexity; off: 1"));
  score_ =
      words<ScoreKind>({{ScoreKind::mean, tr("mean LDS")}, {ScoreKind::sum, tr("LDS (the sum)")}}, tr("Rank by"), box);
  score_->setToolTip(tr("The mean means the same at every number of pairs; the sum grows with it"));
  auto* form = new QFormLayout(box);
  form->setContentsMargins(0, 0, 0, 0);
  form->setFieldGrowthPolicy(QFormLayout::AllNonFixedFieldsGrow);
  for (NumberSlider* number : {threshold_, alpha_, beta_})
    form->addRow(number);
  form->addRow(tr("Distance is a share"), distance_);
  form->addRow(tr("Specificity"), specificity_);
  form->addRow(tr("Rank by"), score_);
  return box;
}

QWidget* ParametersPanel::build_sets() {
  auto* box = new QWidget(this);
  set_ = new QComboBox(box);
  set_->setAccessibleName(tr("Named set"));
  set_->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Fixed);
  keep_ = new QToolButton(box);
  keep_->setText(tr("Keep…"));
  keep_->setToolTip(tr("Keep these parameters in the project under a name"));
  remove_ = new QToolButton(box);
  remove_->setText(tr("Remove"));
  remove_->setToolTip(tr("Take the chosen set out of the project"));
  reset_ = new QPushButton(tr("Reset"), box);
  reset_->setToolTip(tr("Back to the parameters that the run was scored with"));
  auto* line = new QHBoxLayout;
  line->setSpacing(8);
  for (QAbstractButton* button : std::initializer_list<QAbstractButton*>{keep_, remove_, reset_}) {
    line->addWidget(button);
    button->setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
  }
  auto* layout = new QVBoxLayout(box);
  layout->setContentsMargins(0, 0, 0, 0);
  layout->setSpacing(8);
  layout->addWidget(set_);
  layout->addLayout(line);
  return box;
}

void ParametersPanel::set_own(const LiveParameters& own) {
  own_ = own;
  if (!changed_)
    parameters_ = own;
  changed_ = parameters_ != own_;
  show_parameters();
}

bool ParametersPanel::moving() const {
  return threshold_->moving() || alpha_->moving() || beta_->moving();
}

void ParametersPanel::set_parameters(const LiveParameters& parameters) {
  take(parameters);
}

void ParametersPanel::reset() {
  take(own_);
}

void ParametersPanel::take(const LiveParameters& parameters) {
  parameters_ = parameters;
  changed_ = parameters_ != own_;
  show_parameters();
  emit parameters_changed();
}

void ParametersPanel::fields_changed() {
  LiveParameters next = parameters_;
  next.threshold = threshold_->value();
  next.alpha = alpha_->value();
  next.beta = beta_->value();
  next.distance = chosen<DistanceScale>(*distance_);
  next.specificity = chosen<SpecificityMode>(*specificity_);
  next.score = chosen<ScoreKind>(*score_);
  if (next != parameters_)
    take(next);
}

void ParametersPanel::show_parameters() {
  threshold_->set_value(parameters_.threshold);
  alpha_->set_value(parameters_.alpha);
  beta_->set_value(parameters_.beta);
  choose(*distance_, parameters_.distance);
  choose(*specificity_, parameters_.specificity);
  choose(*score_, parameters_.score);
  reset_->setEnabled(changed_);
  state_->explain(changed_ ? tr("Everything on screen is derived with these; the project keeps the run's own numbers.")
                           : tr("As the run was scored."));
  show_sets();
}

void ParametersPanel::show_sets() {
  const QSignalBlocker quiet(set_);
  set_->clear();
  set_->addItem(changed_ ? tr("Own values") : tr("Those of the run"));
  for (const NamedParameters& named : sets_.sets()) {
    set_->addItem(QString::fromStdString(named.name));
    if (named.parameters == parameters_)
      set_->setCurrentIndex(set_->count() - 1);
  }
  remove_->setEnabled(set_->currentIndex() > 0);
}

void ParametersPanel::choose_set(int index) {
  problem_->clear_notice();
  if (index > 0 && static_cast<std::size_t>(index) <= sets_.sets().size())
    take(sets_.sets()[static_cast<std::size_t>(index) - 1].parameters);
  else if (index == 0)
    reset();
}

void ParametersPanel::ask_name() {
  problem_->clear_notice();
  auto* dialog = new QInputDialog(this);
  dialog->setAttribute(Qt::WA_DeleteOnClose);
  dialog->setWindowTitle(tr("Keep parameters"));
  dialog->setLabelText(tr("Name of the set"));
  connect(dialog, &QInputDialog::textValueSelected, this, [this](const QString& name) {
    if (!name.trimmed().isEmpty())
      sets_.put(name.trimmed().toStdString(), parameters_);
  });
  dialog->open();
}

} // namespace longview
