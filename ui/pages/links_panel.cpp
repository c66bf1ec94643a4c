#include "pages/links_panel.h"

#include <algorithm>

#include <QApplication>
#include <QClipboard>
#include <QHeaderView>
#include <QLabel>
#include <QScopedValueRollback>
#include <QSettings>
#include <QShortcut>
#include <QTableView>
#include <QVBoxLayout>

#include "models/format.h"
#include "models/links_model.h"
#include "widgets/small_font.h"

namespace longview {

LinksPanel::LinksPanel(QWidget* parent)
    : QWidget(parent), model_(new LinksModel(this)), table_(new QTableView(this)), count_(new QLabel(this)) {
  build();
  connect(table_->selectionModel(), &QItemSelectionModel::currentRowChanged, this, [this](const QModelIndex& index) {
    if (marking_ || !index.isValid())
      return;
    if (const std::optional<Cell> cell = model_->cell(index.row()))
      emit link_chosen(*cell);
  });
  connect(model_, &QAbstractItemModel::modelReset, this, &LinksPanel::mark);
}

void LinksPanel::build() {
  table_->setModel(model_);
  table_->setAccessibleName(tr("Strongest links"));
  table_->setSelectionBehavior(QAbstractItemView::SelectRows);
  table_->setSelectionMode(QAbstractItemView::ExtendedSelection);
  table_->setShowGrid(false);
  table_->setTabKeyNavigation(false);
  table_->setHorizontalScrollMode(QAbstractItemView::ScrollPerPixel);
  table_->setFrameShape(QFrame::NoFrame);
  table_->verticalHeader()->hide();
  table_->verticalHeader()->setDefaultSectionSize(fontMetrics().height() + 6);
  QHeaderView* header = table_->horizontalHeader();
  header->setHighlightSections(false);
  header->setMinimumSectionSize(2 * fontMetrics().averageCharWidth());
  const int digit = fontMetrics().horizontalAdvance(u'0');
  for (int column = 0; column < LinksModel::column_count; ++column) {
    const QString title = model_->headerData(column, Qt::Horizontal, Qt::DisplayRole).toString();
    header->resizeSection(column, std::max(6 * digit, header->fontMetrics().horizontalAdvance(title) + 4 * digit));
  }
  table_->setSortingEnabled(true);
  table_->sortByColumn(LinksModel::contribution, Qt::DescendingOrder);
  auto* copy = new QShortcut(QKeySequence::Copy, table_, nullptr, nullptr, Qt::WidgetShortcut);
  connect(copy, &QShortcut::activated, this, &LinksPanel::copy_selection);
  count_->setFont(small_font(font()));
  count_->setTextInteractionFlags(Qt::TextSelectableByMouse);
  auto* layout = new QVBoxLayout(this);
  layout->setContentsMargins(0, 0, 0, 0);
  layout->setSpacing(4);
  layout->addWidget(table_, 1);
  layout->addWidget(count_);
}

void LinksPanel::set_document(DocumentPointer document) {
  const bool any = document != nullptr;
  model_->set_document(std::move(document));
  const auto shown = static_cast<std::uint64_t>(model_->rowCount());
  if (!any)
    count_->clear();
  else if (shown < model_->total())
    count_->setText(tr("The first %1 of %2 pairs").arg(grouped(shown), grouped(model_->total())));
  else
    count_->setText(tr("%1; [ and ] go from one to the next").arg(counted(shown, "pair", "pairs")));
}

void LinksPanel::set_marked(std::optional<Cell> cell) {
  marked_ = cell;
  mark();
}

void LinksPanel::mark() {
  const QScopedValueRollback<bool> quiet(marking_, true);
  const int row = marked_ ? model_->row_of(*marked_) : -1;
  if (row < 0)
    table_->selectionModel()->clear();
  else if (row != table_->currentIndex().row() || !table_->selectionModel()->isRowSelected(row))
    table_->selectRow(row);
}

std::optional<Cell> LinksPanel::stepped(int rows) const {
  const int row = marked_ ? model_->row_of(*marked_) : -1;
  return row < 0 ? model_->cell(0) : model_->cell(row + rows);
}

void LinksPanel::copy_selection() const {
  QStringList lines;
  QStringList titles;
  for (int column = 0; column < LinksModel::column_count; ++column)
    titles << model_->headerData(column, Qt::Horizontal, Qt::DisplayRole).toString();
  lines << titles.join(u'\t');
  QModelIndexList rows = table_->selectionModel()->selectedRows();
  std::sort(rows.begin(), rows.end());
  for (const QModelIndex& row : rows) {
    QStringList cells;
    for (int column = 0; column < LinksModel::column_count; ++column)
      cells << all_digits(row.siblingAtColumn(column).data(LinksModel::ValueRole).toDouble());
    lines << cells.join(u'\t');
  }
  QApplication::clipboard()->setText(lines.join(u'\n') + u'\n');
}

void LinksPanel::save_layout(QSettings& settings) const {
  settings.setValue(QStringLiteral("links/header"), table_->horizontalHeader()->saveState());
}

void LinksPanel::restore_layout(const QSettings& settings) {
  const QByteArray state = settings.value(QStringLiteral("links/header")).toByteArray();
  if (!state.isEmpty())
    table_->horizontalHeader()->restoreState(state);
}

} // namespace longview
