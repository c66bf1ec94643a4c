#include "pages/documents_panel.h"

#include <algorithm>
#include <utility>

#include <QAction>
#include <QApplication>
#include <QClipboard>
#include <QHeaderView>
#include <QLabel>
#include <QLineEdit>
#include <QMenu>
#include <QSettings>
#include <QShortcut>
#include <QTableView>
#include <QVBoxLayout>

#include "models/document_columns.h"
#include "models/format.h"
#include "pages/table_columns.h"

namespace longview {
DocumentsPanel::DocumentsPanel(TableFeed& feed, QWidget* parent)
    : QWidget(parent), feed_(feed), model_(new DocumentsModel(this)), filter_box_(new QLineEdit(this)),
      filter_notice_(new Notice(this)), problem_(new Notice(this)), table_(new QTableView(this)),
      count_(new QLabel(this)) {
  build();
  connect(filter_box_, &QLineEdit::textChanged, this, &DocumentsPanel::apply_filter);
  connect(&feed_, &TableFeed::table_ready, this, &DocumentsPanel::show_snapshot);
  connect(model_, &DocumentsModel::sort_wanted, this, [this](const QString& key, Qt::SortOrder order) {
    feed_.set_sort(key.toStdString(), order == Qt::DescendingOrder);
  });
  connect(table_->selectionModel(), &QItemSelectionModel::currentRowChanged, this,
          [this](const QModelIndex& index) { choose(index); });
  connect(table_, &QTableView::activated, this, &DocumentsPanel::document_opened);
}

void DocumentsPanel::build() {
  filter_box_->setPlaceholderText(tr("Filter, like tokens > 4k and lds_mean > 0.2"));
  filter_box_->setClearButtonEnabled(true);
  filter_box_->setAccessibleName(tr("Filter of the documents"));
  QStringList columns;
  for (const FilterColumn& column : filter_columns())
    columns << QStringLiteral("%1: %2").arg(QString::fromUtf8(column.name.data(), std::ssize(column.name)),
                                            QString::fromUtf8(column.help.data(), std::ssize(column.help)));
  filter_box_->setToolTip(
      tr("Comparisons of columns, joined with and, or, not. Columns:\n%1").arg(columns.join(u'\n')));
  build_table();
  count_->setAccessibleName(tr("Documents shown"));
  count_->setTextInteractionFlags(Qt::TextSelectableByMouse);
  auto* layout = new QVBoxLayout(this);
  layout->setContentsMargins(8, 8, 0, 8);
  layout->setSpacing(8);
  layout->addWidget(filter_box_);
  layout->addWidget(filter_notice_);
  layout->addWidget(problem_);
  layout->addWidget(table_, 1);
  layout->addWidget(count_);
}

void DocumentsPanel::build_table() {
  table_->setModel(model_);
  table_->setAccessibleName(tr("Documents"));
  table_->setSelectionBehavior(QAbstractItemView::SelectRows);
  table_->setSelectionMode(QAbstractItemView::ExtendedSelection);
  table_->setEditTriggers(QAbstractItemView::NoEditTriggers);
  table_->setShowGrid(false);
  table_->setWordWrap(false);
  table_->setTabKeyNavigation(false);
  table_->setHorizontalScrollMode(QAbstractItemView::ScrollPerPixel);
  table_->verticalHeader()->hide();
  table_->verticalHeader()->setDefaultSectionSize(fontMetrics().height() + 8);
  QHeaderView* header = table_->horizontalHeader();
  header->setHighlightSections(false);
  header->setContextMenuPolicy(Qt::CustomContextMenu);
  columns_ = new TableColumns(*table_, *model_);
  {
    const QSignalBlocker quiet(model_); // the feed starts with the same order
    table_->setSortingEnabled(true);
    table_->sortByColumn(model_->column("lds_mean"), Qt::DescendingOrder);
  }
  connect(header, &QHeaderView::customContextMenuRequested, this, &DocumentsPanel::open_header_menu);
  auto* copy = new QShortcut(QKeySequence::Copy, table_, nullptr, nullptr, Qt::WidgetShortcut);
  connect(copy, &QShortcut::activated, this, &DocumentsPanel::copy_selection);
  for (const auto& [key, rows] : {std::pair{Qt::Key_J, 1}, std::pair{Qt::Key_K, -1}}) {
    auto* move = new QShortcut(QKeySequence(key), table_, nullptr, nullptr, Qt::WidgetShortcut);
    connect(move, &QShortcut::activated, this, [this, rows = rows] { step(rows); });
  }
}

void DocumentsPanel::clear() {
  feed_.clear();
  current_.reset();
  problem_->clear_notice();
  model_->show({});
  show_count();
}

void DocumentsPanel::expect_another_table(ScoreKind ranked_by) {
  another_table_ = true;
  rank_by(ranked_by);
}

void DocumentsPanel::rank_by(ScoreKind kind) {
  const int sum = model_->column("lds");
  const int mean = model_->column("lds_mean");
  const int wanted = kind == ScoreKind::sum ? sum : mean;
  const int now = table_->horizontalHeader()->sortIndicatorSection();
  if (now != wanted && (now == sum || now == mean))
    table_->sortByColumn(wanted, Qt::DescendingOrder);
}

void DocumentsPanel::explain(const QString& text) {
  explanation_ = text;
  show_count();
}

void DocumentsPanel::show_problem(const Error& error) {
  problem_->fail(error);
}

std::uint32_t DocumentsPanel::rank(DocumentId document) const {
  const QModelIndex index = model_->find(document);
  return index.isValid() ? model_->rank(index) : 0;
}

void DocumentsPanel::open_document(DocumentId document) {
  current_ = document;
  another_table_ = true; // so that it is announced
  if (model_->find(document).isValid())
    select_current();
}

void DocumentsPanel::focus_filter() {
  filter_box_->setFocus(Qt::ShortcutFocusReason);
  filter_box_->selectAll();
}

void DocumentsPanel::focus_table() {
  table_->setFocus(Qt::ShortcutFocusReason);
}

void DocumentsPanel::step(int rows) {
  if (model_->rowCount() == 0)
    return;
  const QModelIndex now = table_->currentIndex();
  const int row = now.isValid() ? std::clamp(now.row() + rows, 0, model_->rowCount() - 1) : 0;
  table_->selectRow(row);
}

void DocumentsPanel::apply_filter() {
  try {
    filter_ = Filter::parse(filter_box_->text().trimmed().toStdString());
    filter_notice_->clear_notice();
    feed_.set_filter(filter_);
    emit filter_changed();
  } catch (const Error& error) {
    filter_notice_->fail(error); // the table keeps the last filter that could be understood
  }
}

void DocumentsPanel::show_snapshot(const TableSnapshot& snapshot) {
  problem_->clear_notice();
  updating_ = true;
  model_->show(snapshot);
  updating_ = false;
  show_count();
  select_current();
  emit table_updated();
}

void DocumentsPanel::select_current() {
  if (model_->rowCount() == 0)
    return;
  const QModelIndex index = current_ ? model_->find(*current_) : QModelIndex();
  if (std::exchange(another_table_, false) || !current_) {
    current_.reset();
    const int row = index.isValid() ? index.row() : 0;
    table_->selectRow(row);
    choose(model_->index(row, 0)); // the selection may have been there already
  } else if (!index.isValid()) {
    table_->selectionModel()->clear(); // filtered out; it stays open
  } else if (index.row() != table_->currentIndex().row() || !table_->selectionModel()->hasSelection()) {
    table_->selectRow(index.row());
  }
}

void DocumentsPanel::choose(const QModelIndex& index) {
  const TableRow* row = model_->row(index);
  if (updating_ || !row || row->document.id == current_)
    return;
  current_ = row->document.id;
  emit document_chosen();
}

void DocumentsPanel::go_to(DocumentId document) {
  if (document == current_)
    return;
  current_ = document;
  updating_ = true; // selecting its row is not another choice
  select_current();
  updating_ = false;
  emit document_chosen();
}

void DocumentsPanel::copy_selection() const {
  QStringList lines;
  const QHeaderView* header = table_->horizontalHeader();
  QModelIndexList rows = table_->selectionModel()->selectedRows();
  std::sort(rows.begin(), rows.end());
  const auto line = [&](const auto& cell) {
    QStringList cells;
    for (int place = 0; place < header->count(); ++place)
      if (const int column = header->logicalIndex(place); !header->isSectionHidden(column))
        cells << cell(column);
    lines << cells.join(u'\t');
  };
  line([&](int column) { return model_->headerData(column, Qt::Horizontal, Qt::DisplayRole).toString(); });
  for (const QModelIndex& row : rows)
    line([&](int column) {
      return row.siblingAtColumn(column).data(DocumentsModel::ValueRole).toString().replace(u'\t', u' ');
    });
  QApplication::clipboard()->setText(lines.join(u'\n') + u'\n');
}

void DocumentsPanel::open_header_menu(const QPoint& place) {
  QMenu menu(this);
  columns_->fill(menu);
  menu.exec(table_->horizontalHeader()->mapToGlobal(place));
}

void DocumentsPanel::show_count() {
  const auto shown = static_cast<std::uint64_t>(model_->rowCount());
  const std::uint64_t total = model_->snapshot().total();
  if (total == 0)
    count_->setText(explanation_);
  else
    count_->setText(shown == total ? counted(total, "document", "documents")
                                   : tr("%1 of %2").arg(grouped(shown), counted(total, "document", "documents")));
}

void DocumentsPanel::save_layout(QSettings& settings) const {
  columns_->save(settings);
}

void DocumentsPanel::restore_layout(QSettings& settings) {
  columns_->restore(settings);
}

} // namespace longview
