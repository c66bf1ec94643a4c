#include "pages/distribution_panel.h"

#include <algorithm>
#include <cmath>

#include <QCheckBox>
#include <QComboBox>
#include <QHBoxLayout>
#include <QHeaderView>
#include <QLabel>
#include <QTreeWidget>
#include <QVBoxLayout>

#include "models/format.h"
#include "widgets/histogram_view.h"

namespace longview {
namespace {

constexpr int most_groups = 200; // rows; a filter finds the rest
constexpr int most_rows = 4;     // in sight at once
constexpr int filter_role = Qt::UserRole;

QString from(const std::string& text) {
  return QString::fromStdString(text);
}

/// Four significant digits without an exponent.
QString plain_number(double value) {
  const double size = std::abs(value);
  const int decimals = size > 0 ? std::clamp(3 - static_cast<int>(std::floor(std::log10(size))), 0, 12) : 0;
  return QString::number(value, 'f', decimals);
}

} // namespace

DistributionPanel::DistributionPanel(QWidget* parent)
    : QWidget(parent), column_(new QComboBox(this)), logarithmic_(new QCheckBox(tr("log"), this)),
      by_tokens_(new QCheckBox(tr("by tokens"), this)), histogram_(new HistogramView(this)),
      group_(new QComboBox(this)), groups_(new QTreeWidget(this)) {
  column_->setAccessibleName(tr("Column of the histogram"));
  column_->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Fixed);
  logarithmic_->setToolTip(tr("Logarithmic axis: numbers that are not above zero are left out"));
  by_tokens_->setToolTip(tr("Bars of tokens, not of documents"));
  group_->setAccessibleName(tr("Column to group by"));
  group_->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Fixed);
  groups_->setAccessibleName(tr("Groups"));
  groups_->setRootIsDecorated(false);
  groups_->setUniformRowHeights(true);
  groups_->setHeaderLabels({tr("Value"), tr("Shown"), tr("All"), tr("Tokens shown")});
  for (int column = 1; column < 4; ++column)
    groups_->headerItem()->setTextAlignment(column, Qt::AlignRight | Qt::AlignVCenter);
  groups_->setToolTip(tr("Enter or a double click keeps one group"));
  groups_->hide();
  auto* choice = new QHBoxLayout;
  choice->addWidget(column_, 1);
  choice->addWidget(logarithmic_);
  choice->addWidget(by_tokens_);
  auto* grouping = new QHBoxLayout;
  auto* label = new QLabel(tr("&Group by"), this);
  label->setBuddy(group_);
  grouping->addWidget(label);
  grouping->addWidget(group_, 1);
  auto* layout = new QVBoxLayout(this);
  layout->setContentsMargins(0, 0, 0, 0);
  layout->setSpacing(4);
  layout->addLayout(choice);
  layout->addWidget(histogram_);
  layout->addLayout(grouping);
  layout->addWidget(groups_);
  set_columns(document_columns());
  connect(column_, &QComboBox::currentIndexChanged, this, [this] {
    clear_brush();
    emit wish_changed();
  });
  connect(logarithmic_, &QCheckBox::toggled, this, &DistributionPanel::wish_changed);
  connect(by_tokens_, &QCheckBox::toggled, this, &DistributionPanel::wish_changed);
  connect(group_, &QComboBox::currentIndexChanged, this, [this] {
    groups_->setVisible(group_->currentIndex() > 0);
    emit group_changed();
  });
  connect(histogram_, &HistogramView::brushed, this, [this](double low, double high) {
    emit range_chosen(QStringLiteral("%1 in %2..%3")
                          .arg(from(column_in_filter(column_->currentData().toString().toStdString())),
                               plain_number(low), plain_number(high)));
  });
  connect(histogram_, &HistogramView::brush_cleared, this, &DistributionPanel::range_cleared);
  connect(groups_, &QTreeWidget::itemActivated, this,
          [this](const QTreeWidgetItem* item) { emit group_chosen(item->data(0, filter_role).toString()); });
}

void DistributionPanel::set_columns(const std::vector<DocumentColumn>& columns) {
  const QSignalBlocker quiet_column(column_);
  const QSignalBlocker quiet_group(group_);
  const QVariant column = column_->count() ? column_->currentData() : QVariant(QStringLiteral("lds_mean"));
  const QVariant group = group_->currentData();
  column_->clear();
  group_->clear();
  group_->addItem(tr("nothing"), QString());
  for (const DocumentColumn& one : columns) {
    if (one.type != ColumnType::text)
      column_->addItem(one.title, from(one.key));
    if (one.type == ColumnType::field || one.key == "status" || one.key == "label")
      group_->addItem(one.title, from(one.key));
  }
  column_->setCurrentIndex(std::max(0, column_->findData(column)));
  group_->setCurrentIndex(std::max(0, group_->findData(group)));
  groups_->setVisible(group_->currentIndex() > 0);
}

HistogramWish DistributionPanel::wish() const {
  return {column_->currentData().toString().toStdString(),
          logarithmic_->isChecked() ? AxisScale::logarithmic : AxisScale::linear, by_tokens_->isChecked()};
}

std::string DistributionPanel::group() const {
  return group_->currentData().toString().toStdString();
}

void DistributionPanel::clear_brush() {
  histogram_->set_brush(std::nullopt);
}

void DistributionPanel::show_figures(const TableFigures& figures) {
  const ColumnHistogram& shown = figures.histogram;
  histogram_->show_histogram(shown.bins, shown.all, shown.kept, shown.wish.by_tokens ? tr("tokens") : tr("documents"));
  groups_->clear();
  QList<QTreeWidgetItem*> items;
  for (const GroupCount& group : figures.groups) {
    if (items.size() == most_groups)
      break;
    const DocumentColumn column{figures.group_column, {}, {}, ColumnType::field};
    const bool none = group.value.index() == 0;
    auto* item = new QTreeWidgetItem({none ? tr("(none)") : cell_text(column, group.value), grouped(group.kept),
                                      grouped(group.documents), grouped(group.tokens_kept)});
    for (int k = 1; k < 4; ++k)
      item->setTextAlignment(k, Qt::AlignRight | Qt::AlignVCenter);
    item->setData(0, filter_role, from(group_filter(figures.group_column, group.value)));
    items << item;
  }
  groups_->addTopLevelItems(items);
  const int rows = std::clamp(static_cast<int>(items.size()), 1, most_rows) + 2; // the titles, a scroll bar
  groups_->setFixedHeight(rows * (fontMetrics().height() + 6));
}

} // namespace longview
