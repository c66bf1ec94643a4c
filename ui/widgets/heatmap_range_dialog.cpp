#include "widgets/heatmap_range_dialog.h"

#include <cmath>

#include <QDialogButtonBox>
#include <QGridLayout>
#include <QLabel>
#include <QLineEdit>
#include <QLocale>
#include <QPushButton>
#include <QRadioButton>
#include <QSignalBlocker>

#include "models/format.h"
#include "widgets/heatmap_widget.h"
#include "widgets/theme.h"

namespace longview {
namespace {

QLineEdit* number_field(const QString& name, double value, QWidget* parent) {
  auto* field = new QLineEdit(all_digits(value), parent);
  field->setAccessibleName(name);
  field->setAlignment(Qt::AlignRight);
  return field;
}

} // namespace

HeatmapRangeDialog::HeatmapRangeDialog(HeatmapWidget* heatmap)
    : QDialog(heatmap), heatmap_(heatmap), before_(heatmap->view()), ranges_before_(heatmap->ranges()) {
  build();
  (before_.range ? fixed_ : fitted_)->setChecked(true);
  for (const QLineEdit* field : {low_, high_})
    connect(field, &QLineEdit::textEdited, this, [this] {
      const QSignalBlocker quiet(fixed_);
      fixed_->setChecked(true);
      apply();
    });
  connect(fixed_, &QRadioButton::toggled, this, &HeatmapRangeDialog::apply);
  connect(buttons_->button(QDialogButtonBox::Reset), &QPushButton::clicked, this, &HeatmapRangeDialog::reset);
  connect(buttons_, &QDialogButtonBox::accepted, this, &QDialog::accept);
  connect(buttons_, &QDialogButtonBox::rejected, this, &QDialog::reject);
}

void HeatmapRangeDialog::build() {
  setWindowTitle(tr("Colours of %1").arg(value_title(before_.value)));
  const ColourScale scale = heatmap_->scale();
  fitted_ = new QRadioButton(tr("&Fitted to each document"), this);
  fixed_ = new QRadioButton(tr("The same for &all documents, from"), this);
  low_ = number_field(tr("Lower end"), scale.low, this);
  high_ = number_field(tr("Upper end"), scale.high, this);
  problem_ = new QLabel(this);
  problem_->setWordWrap(true);
  problem_->setTextFormat(Qt::PlainText);
  QPalette colours = palette();
  colours.setColor(QPalette::WindowText, Theme::of(palette()).warning);
  problem_->setPalette(colours);
  buttons_ = new QDialogButtonBox(QDialogButtonBox::Reset | QDialogButtonBox::Ok | QDialogButtonBox::Cancel, this);
  QPushButton* reset = buttons_->button(QDialogButtonBox::Reset);
  reset->setText(tr("Fit all &values"));
  reset->setToolTip(tr("Forgets the ends that were chosen, of everything that the heatmap can show"));
  auto* layout = new QGridLayout(this);
  layout->addWidget(fitted_, 0, 0, 1, 4);
  layout->addWidget(fixed_, 1, 0);
  layout->addWidget(low_, 1, 1);
  layout->addWidget(new QLabel(tr("to"), this), 1, 2);
  layout->addWidget(high_, 1, 3);
  layout->addWidget(problem_, 2, 0, 1, 4);
  layout->addWidget(buttons_, 3, 0, 1, 4);
  layout->setRowMinimumHeight(2, fontMetrics().lineSpacing()); // what is wrong moves nothing
}

std::optional<ColourRange> HeatmapRangeDialog::typed() const {
  bool low_is = false, high_is = false;
  const ColourRange range{QLocale::c().toDouble(low_->text().trimmed(), &low_is),
                          QLocale::c().toDouble(high_->text().trimmed(), &high_is)};
  const bool ordered = std::isfinite(range.low) && std::isfinite(range.high) && range.low < range.high;
  return low_is && high_is && ordered ? std::optional(range) : std::nullopt;
}

void HeatmapRangeDialog::apply() {
  HeatmapView view = heatmap_->view();
  const std::optional<ColourRange> range = typed();
  const bool wrong = fixed_->isChecked() && !range;
  problem_->setText(wrong ? tr("Two numbers are needed, the first below the second.") : QString());
  buttons_->button(QDialogButtonBox::Ok)->setEnabled(!wrong);
  if (wrong)
    return;
  view.range = fixed_->isChecked() ? range : std::nullopt;
  heatmap_->set_view(view);
}

void HeatmapRangeDialog::reset() {
  heatmap_->set_ranges({});
  fitted_->setChecked(true);
  apply();
}

void HeatmapRangeDialog::reject() {
  heatmap_->set_ranges(ranges_before_);
  QDialog::reject();
}

} // namespace longview
