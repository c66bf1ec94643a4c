#include "pages/documents_panel.h"

#include <algorithm>
#include <utility>

#include <QAction>
#include <QApplication>
#include <QClipboard>
#include <QHBoxLayout>
#include <QHeaderView>
#include <QLabel>
#include <QMenu>
#include <QScopedValueRollback>
#include <QSettings>
#include <QShortcut>
#include <QTableView>
#include <QToolButton>
#include <QVBoxLayout>

#include "models/document_columns.h"
#include "models/format.h"
#include "pages/distribution_panel.h"
#include "pages/empty_state.h"
#include "pages/export_dialog.h"
#include "pages/filter_box.h"
#include "pages/jump_bar.h"
#include "pages/marking.h"
#include "pages/summary_strip.h"
#include "pages/table_columns.h"
#include "pages/views_button.h"

namespace longview {

DocumentsPanel::DocumentsPanel(TableFeed& feed, QWidget* parent)
    : QWidget(parent), feed_(feed), model_(new DocumentsModel(this)), filter_box_(new FilterBox(this)),
      filter_notice_(new Notice(this)), problem_(new Notice(this)), table_(new QTableView(this)),
      count_(new QLabel(this)), distribution_(new DistributionPanel(this)),
      views_(new ViewsButton([this] { return view(); }, this)), options_(new QToolButton(this)) {
  build();
  connect_parts();
  columns_changed();
}

void DocumentsPanel::connect_parts() {
  connect(filter_box_, &QLineEdit::textChanged, this, &DocumentsPanel::apply_filter);
  connect(filter_box_, &QLineEdit::textEdited, this, [this] { // what a person writes is no brush any more
    brushed_ = false;
    distribution_->clear_brush();
  });
  connect(&feed_, &TableFeed::table_ready, this, &DocumentsPanel::show_snapshot);
  connect(&feed_, &TableFeed::progressed, this, [this](quint64 done, quint64 total) { // from another thread
    progress_ = tr("Reading the pairs, so that numbers follow: %1 %").arg(100 * done / std::max<quint64>(1, total));
    show_count();
  });
  connect(model_, &DocumentsModel::sort_wanted, this, [this](const QString& key, Qt::SortOrder order) {
    feed_.set_sort(key.toStdString(), order == Qt::DescendingOrder);
  });
  connect(table_->selectionModel(), &QItemSelectionModel::currentRowChanged, this, [this](const QModelIndex& index) {
    if (updating_)
      return;
    another_table_ = false; // somebody chose
    choose(index);
  });
  connect(table_, &QTableView::activated, this, &DocumentsPanel::document_opened);
  connect(columns_, &TableColumns::changed, this, &DocumentsPanel::columns_changed);
  connect(distribution_, &DistributionPanel::wish_changed, this,
          [this] { feed_.set_histogram(show_distribution_->isChecked() ? distribution_->wish() : HistogramWish{""}); });
  connect(distribution_, &DistributionPanel::group_changed, this, [this] { feed_.set_group(distribution_->group()); });
  connect(distribution_, &DistributionPanel::range_chosen, this, &DocumentsPanel::brush);
  connect(distribution_, &DistributionPanel::range_cleared, this, [this] { brush({}); });
  connect(distribution_, &DistributionPanel::group_chosen, this, &DocumentsPanel::brush);
  connect(&marking_->writer(), &MarkWriter::written, &feed_, &TableFeed::marks_changed);
  connect(&marking_->writer(), &MarkWriter::failed, this, &DocumentsPanel::show_problem);
  connect(&marking_->labels(), &LabelNames::failed, this, &DocumentsPanel::show_problem);
  connect(&marking_->labels(), &LabelNames::changed, this, &DocumentsPanel::offer_labels);
  connect(views_, &ViewsButton::view_chosen, this, &DocumentsPanel::show_view);
  connect(&views_->views(), &NamedViews::failed, this, &DocumentsPanel::show_problem);
  connect(jump_, &JumpBar::closed, this, &DocumentsPanel::focus_table);
  feed_.set_histogram(distribution_->wish());
}

void DocumentsPanel::build() {
  filter_box_->setPlaceholderText(tr("Filter, like tokens > 4k and lds_mean > 0.2"));
  filter_box_->setAccessibleName(tr("Filter of the documents"));
  filter_box_->set_notice(filter_notice_);
  build_table();
  build_actions();
  count_->setAccessibleName(tr("Documents shown"));
  count_->setTextInteractionFlags(Qt::TextSelectableByMouse);
  auto* layout = new QVBoxLayout(this);
  layout->setContentsMargins(8, 8, 0, 8);
  layout->setSpacing(8);
  auto* line = new QHBoxLayout;
  line->setSpacing(4);
  line->addWidget(filter_box_, 1);
  line->addWidget(views_);
  line->addWidget(options_);
  auto* whole = new QVBoxLayout; // the table, and what stands below its columns
  whole->setSpacing(2);
  whole->addWidget(table_, 1);
  whole->addWidget(summary_);
  layout->addLayout(line);
  layout->addWidget(filter_notice_);
  layout->addWidget(problem_);
  layout->addWidget(distribution_);
  layout->addLayout(whole, 1);
  layout->addWidget(jump_);
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
  table_->setMinimumHeight(6 * (fontMetrics().height() + 8)); // its titles, some documents, a scroll bar
  table_->setTabKeyNavigation(false);
  table_->setHorizontalScrollMode(QAbstractItemView::ScrollPerPixel);
  table_->verticalHeader()->hide();
  table_->verticalHeader()->setDefaultSectionSize(fontMetrics().height() + 8);
  QHeaderView* header = table_->horizontalHeader();
  header->setHighlightSections(false);
  header->setContextMenuPolicy(Qt::CustomContextMenu);
  columns_ = new TableColumns(*table_, *model_);
  marking_ = new Marking(*table_, *model_);
  summary_ = new SummaryStrip(*table_, *model_, this);
  jump_ = new JumpBar(*table_, *model_, this);
  empty_ = new EmptyState(table_->viewport());
  clear_filter_ = new QAction(tr("Clear the filter"), this);
  connect(clear_filter_, &QAction::triggered, this, [this] {
    brushed_ = false;
    distribution_->clear_brush();
    filter_box_->clear();
  });
  (new QVBoxLayout(table_->viewport()))->addWidget(empty_);
  {
    const QSignalBlocker quiet(model_); // the feed starts with the same order
    table_->setSortingEnabled(true);
    table_->sortByColumn(model_->column("lds_mean"), Qt::DescendingOrder);
  }
  connect(header, &QHeaderView::customContextMenuRequested, this, &DocumentsPanel::open_header_menu);
  auto* copy = new QShortcut(QKeySequence::Copy, table_, nullptr, nullptr, Qt::WidgetShortcut);
  connect(copy, &QShortcut::activated, this, &DocumentsPanel::copy_selection);
  auto* jump = new QShortcut(QKeySequence(Qt::Key_Slash), table_, nullptr, nullptr, Qt::WidgetShortcut);
  connect(jump, &QShortcut::activated, this, &DocumentsPanel::begin_jump);
  for (const auto& [key, rows] : {std::pair{Qt::Key_J, 1}, std::pair{Qt::Key_K, -1}}) {
    auto* move = new QShortcut(QKeySequence(key), table_, nullptr, nullptr, Qt::WidgetShortcut);
    connect(move, &QShortcut::activated, this, [this, rows = rows] { step(rows); });
  }
}

void DocumentsPanel::build_actions() {
  const auto make = [this](const QString& text, const QString& tip, bool on) {
    auto* action = new QAction(text, this);
    action->setToolTip(tip);
    action->setCheckable(true);
    action->setChecked(on);
    return action;
  };
  show_distribution_ = make(tr("&Distribution of documents"), tr("Histogram and groups above the table"), true);
  list_fixed_ = make(tr("Keep the &list fixed"),
                     tr("Rows stay, and stay where they are, while parameters change; what the filter would no longer "
                        "keep is drawn faintly"),
                     false);
  removed_ = make(tr("Show what was &removed"), tr("Lists the documents that the filter does not keep"), false);
  connect(show_distribution_, &QAction::toggled, this, [this](bool on) {
    distribution_->setVisible(on);
    feed_.set_histogram(on ? distribution_->wish() : HistogramWish{""});
  });
  connect(list_fixed_, &QAction::toggled, &feed_, &TableFeed::set_list_fixed);
  connect(removed_, &QAction::toggled, &feed_, &TableFeed::set_removed);
  options_->setText(QStringLiteral("⋯"));
  options_->setAccessibleName(tr("Options of the table"));
  options_->setToolTip(tr("Columns, labels, notes, and which rows are shown"));
  connect(options_, &QToolButton::clicked, this, &DocumentsPanel::open_options_menu);
}

void DocumentsPanel::open_options_menu() {
  QMenu menu(this);
  columns_->fill(*menu.addMenu(tr("&Columns")));
  menu.addActions(view_actions());
  menu.addSeparator();
  menu.addAction(tr("&Name labels…	L"), marking_, &Marking::name_labels);
  menu.addAction(tr("N&ote…	N"), marking_, &Marking::write_note);
  menu.addAction(tr("&Go to a document…	/"), this, &DocumentsPanel::begin_jump);
  menu.exec(options_->mapToGlobal(QPoint(0, options_->height())));
}

void DocumentsPanel::columns_changed() {
  std::vector<std::string> numeric;
  for (const std::string& key : columns_->shown()) {
    const DocumentColumn& column = model_->columns()[static_cast<std::size_t>(model_->column(key))];
    if (column.type == ColumnType::number || column.type == ColumnType::count)
      numeric.push_back(key);
  }
  feed_.set_summaries(numeric);
  distribution_->set_columns(model_->columns());
  summary_->update();
}

void DocumentsPanel::set_project(const std::filesystem::path& project) {
  marking_->set_project(project);
  views_->set_project(project);
}

QUndoStack& DocumentsPanel::steps() const {
  return marking_->writer().steps();
}

NamedView DocumentsPanel::view() const {
  const QHeaderView* header = table_->horizontalHeader();
  NamedView view;
  view.filter = QString::fromStdString(filter_.text()).trimmed().toStdString();
  if (const int column = header->sortIndicatorSection(); column >= 0 && column < model_->columnCount())
    view.sort = model_->columns()[static_cast<std::size_t>(column)].key;
  view.descending = header->sortIndicatorOrder() == Qt::DescendingOrder;
  view.columns = columns_->shown();
  view.parameters = feed_.parameters();
  return view;
}

ExportOffers DocumentsPanel::export_offers() const {
  ExportOffers offers;
  offers.filter = filter_box_->text();
  const QModelIndexList selected = table_->selectionModel()->selectedRows();
  offers.selected_count = static_cast<std::size_t>(selected.size());
  for (const QModelIndex& index : selected.first(std::min(selected.size(), ExportOffers::most_selected)))
    offers.selected << QString::fromUtf8(model_->name(index));
  offers.views = views_->views().views();
  offers.completion = filter_box_->completion();
  return offers;
}

void DocumentsPanel::show_view(const NamedView& view) {
  brushed_ = false;
  distribution_->clear_brush();
  filter_box_->setText(QString::fromStdString(view.filter));
  if (!view.columns.empty())
    columns_->show_only(view.columns);
  if (view.parameters)
    emit parameters_wanted(*view.parameters);
  if (const int column = model_->column(view.sort); column >= 0)
    table_->sortByColumn(column, view.descending ? Qt::DescendingOrder : Qt::AscendingOrder);
}

void DocumentsPanel::brush(const QString& expression) {
  if (!brushed_)
    unbrushed_ = filter_box_->text().trimmed();
  brushed_ = !expression.isEmpty();
  const QString both = unbrushed_.isEmpty() ? expression : QStringLiteral("(%1) and %2").arg(unbrushed_, expression);
  filter_box_->setText(brushed_ ? both : unbrushed_);
}

bool DocumentsPanel::clear_brush() {
  if (!brushed_)
    return false;
  distribution_->clear_brush();
  brush({});
  return true;
}

void DocumentsPanel::begin_jump() {
  jump_->begin();
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
  by_itself_ = false;
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
  if (!filter_box_->filter())
    return; // the table keeps the last filter that could be understood
  filter_ = *filter_box_->filter();
  feed_.set_filter(filter_);
}

/// What the table knows, and the labels that have a key and were not given yet.
void DocumentsPanel::offer_labels() {
  const QStringList& names = marking_->labels().names();
  if (offered_ == model_->snapshot().completion && offered_names_ == names)
    return;
  offered_ = model_->snapshot().completion;
  offered_names_ = names;
  CompletionSource source = *offered_;
  for (const QString& name : names)
    if (const std::string label = name.toStdString();
        !label.empty() && std::find(source.labels.begin(), source.labels.end(), label) == source.labels.end())
      source.labels.push_back(label);
  filter_box_->set_completion(std::make_shared<const CompletionSource>(std::move(source)));
}

void DocumentsPanel::show_snapshot(const TableSnapshot& snapshot) {
  problem_->clear_notice();
  progress_ = snapshot.complete ? QString() : tr("Reading the documents: %1").arg(grouped(snapshot.total()));
  updating_ = true;
  model_->show(snapshot);
  updating_ = false;
  marking_->table_shown();
  offer_labels();
  distribution_->show_figures(snapshot.figures);
  summary_->update();
  show_count();
  select_current();
  emit table_updated();
}

void DocumentsPanel::select_current() {
  if (model_->rowCount() == 0)
    return;
  const QModelIndex index = current_ ? model_->find(*current_) : QModelIndex();
  if (another_table_ || !current_) {
    const bool whole = model_->snapshot().complete; // else what is best of all may come yet
    const int row = index.isValid() && !by_itself_ ? index.row() : 0;
    by_itself_ = !whole;
    another_table_ = !whole;
    current_.reset();
    const QScopedValueRollback quiet(updating_, true);
    table_->selectRow(row);
    updating_ = false;
    choose(model_->index(row, 0)); // the selection may have been there already
  } else if (!index.isValid()) {
    table_->selectionModel()->clear(); // filtered out; it stays open
  } else if (index.row() != table_->currentIndex().row() || !table_->selectionModel()->hasSelection()) {
    table_->selectRow(index.row());
  }
}

void DocumentsPanel::choose(const QModelIndex& index) {
  const std::optional<DocumentId> document = model_->id(index);
  if (updating_ || !document || *document == current_)
    return;
  current_ = *document;
  emit document_chosen();
}

void DocumentsPanel::go_to(DocumentId document) {
  if (document == current_)
    return;
  current_ = document;
  const QModelIndex index = model_->find(document);
  updating_ = true; // marking its row is not another choice
  if (index.isValid())
    table_->selectRow(index.row());
  else
    table_->selectionModel()->clear();
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
  const TableSnapshot& shown = model_->snapshot();
  const bool none_kept = shown.total() > 0 && model_->rowCount() == 0 && progress_.isEmpty() && !removed_->isChecked();
  count_->setText(none_kept ? tr("0 of %1").arg(counted(shown.total(), "document", "documents")) : count_text());
  empty_->say(none_kept ? tr("No document passes the filter.") : QString(), clear_filter_);
}

QString DocumentsPanel::count_text() const {
  const TableSnapshot& shown = model_->snapshot();
  if (!progress_.isEmpty())
    return progress_;
  if (shown.total() == 0 || (shown.order.empty() && !removed_->isChecked() && shown.figures.documents == 0))
    return explanation_;
  const std::uint64_t kept = shown.figures.documents;
  const QString documents = counted(shown.total(), "document", "documents");
  QString words = kept == shown.total()   ? documents
                  : removed_->isChecked() ? tr("%1 removed of %2").arg(grouped(kept), documents)
                                          : tr("%1 of %2").arg(grouped(kept), documents);
  words += tr(" · %1 tokens").arg(grouped(shown.figures.tokens));
  if (shown.order.size() != kept)
    words += tr(" · %1 in the list that is kept").arg(grouped(shown.order.size()));
  return words;
}

void DocumentsPanel::save_layout(QSettings& settings) const {
  columns_->save(settings);
  settings.setValue(QStringLiteral("documents/distribution"), show_distribution_->isChecked());
}

void DocumentsPanel::restore_layout(QSettings& settings) {
  columns_->restore(settings);
  show_distribution_->setChecked(settings.value(QStringLiteral("documents/distribution"), true).toBool());
}

} // namespace longview
