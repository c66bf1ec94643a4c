#include "pages/labelled_panel.h"

#include <QFormLayout>
#include <QPushButton>
#include <QTableWidget>
#include <QVBoxLayout>

#include "pages/compare_tables.h"
#include "pages/filter_box.h"
#include "pages/notice.h"

namespace longview {

LabelledPanel::LabelledPanel(QWidget* parent)
    : QWidget(parent), positive_(new FilterBox(this)), negative_(new FilterBox(this)),
      positive_notice_(new Notice(this)), negative_notice_(new Notice(this)), test_(new QPushButton(tr("Test"), this)),
      notice_(new Notice(this)), table_(read_only_table(tr("Areas under the curve"), this)) {
  positive_->setText(QString::fromStdString(LabelledTestOptions().positive));
  positive_->setToolTip(tr("Filter: the documents that a good score puts above the others"));
  negative_->setPlaceholderText(tr("all others"));
  positive_->setAccessibleName(tr("Should score high"));
  negative_->setAccessibleName(tr("Should not"));
  positive_->set_notice(positive_notice_);
  negative_->set_notice(negative_notice_);
  auto* make = new QPushButton(tr("Make such documents…"), this);
  make->setToolTip(tr("Whole documents against stitched ones, from your own texts"));
  auto* buttons = new QHBoxLayout;
  buttons->addWidget(test_);
  buttons->addWidget(make);
  buttons->addStretch(1);
  auto* form = new QFormLayout;
  form->setFieldGrowthPolicy(QFormLayout::AllNonFixedFieldsGrow);
  form->addRow(tr("Should score &high"), with_notice(positive_, positive_notice_));
  form->addRow(tr("Should &not"), with_notice(negative_, negative_notice_));
  form->addRow(QString(), buttons);
  auto* layout = new QVBoxLayout(this);
  layout->setContentsMargins(8, 8, 8, 8);
  layout->addLayout(form);
  layout->addWidget(notice_);
  layout->addWidget(table_, 1);
  layout->addStretch(); // while there is no table
  table_->hide();
  for (FilterBox* line : {positive_, negative_})
    connect(line, &QLineEdit::returnPressed, this, &LabelledPanel::test);
  connect(make, &QPushButton::clicked, this, &LabelledPanel::stitching_wanted);
  connect(test_, &QPushButton::clicked, this, &LabelledPanel::test);
}

LabelledPanel::~LabelledPanel() = default;

void LabelledPanel::set_sides(const std::vector<SideChoice>& sides, const std::optional<LiveParameters>& parameters) {
  sides_ = sides;
  parameters_ = parameters;
  background_.cancel(0);
  table_->hide();
  notice_->explain(
      tr("AUC is the chance that a document that should score high is above one that should not: 1 always, "
         "0.5 by chance."));
}

void LabelledPanel::set_completion(const std::shared_ptr<const CompletionSource>& source) {
  for (FilterBox* line : {positive_, negative_})
    line->set_completion(source);
}

void LabelledPanel::test() {
  if (!positive_->filter() || !negative_->filter())
    return; // they say themselves what is wrong
  LabelledTestOptions options;
  options.positive = positive_->text().trimmed().toStdString();
  options.negative = negative_->text().trimmed().toStdString();
  options.controls = {1, 2, 4};
  if (parameters_)
    options.parameters = [own = *parameters_](const LiveParameters&) { return own; };
  notice_->explain(tr("Testing…"));
  background_.request(
      0, [sides = sides_, options](std::stop_token stop) { return test_sides(sides, options, stop); },
      [this](const std::vector<LabelledRun>& runs) {
        notice_->clear_notice();
        fill_labelled(*table_, runs);
        table_->show();
      },
      [this](const Error& error) {
        table_->hide();
        notice_->fail(error);
      });
}

} // namespace longview
