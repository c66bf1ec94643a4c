#include "pages/compare_page.h"

#include <algorithm>

#include <QComboBox>
#include <QDoubleSpinBox>
#include <QFileDialog>
#include <QFormLayout>
#include <QHeaderView>
#include <QLineEdit>
#include <QPushButton>
#include <QScrollArea>
#include <QSplitter>
#include <QStackedWidget>
#include <QTreeWidget>
#include <QVBoxLayout>

#include "compare/report.h"
#include "models/format.h"
#include "models/paths.h"
#include "pages/column_box.h"
#include "pages/compare_results.h"
#include "pages/filter_box.h"
#include "pages/labelled_panel.h"
#include "pages/notice.h"
#include "pages/run_chooser.h"
#include "widgets/compare_plots.h"

namespace longview {
namespace {

constexpr int path_role = Qt::UserRole, run_role = Qt::UserRole + 1;
constexpr int typing_time = 250; // ms

bool same_side(const SideChoice& a, const SideChoice& b) {
  return a.project == b.project && a.run == b.run;
}

SideChoice side_of(const QTreeWidgetItem& item) {
  return {to_path(item.data(0, path_role).toString()), {}, item.data(0, run_role).toLongLong()};
}

/// What tells runs apart, first; the tooltip has the rest. `dataset_first`: the project's runs are of several datasets.
QString run_words(const RunInfo& run, const StoredDataset* dataset, bool dataset_first) {
  const SamplingSettings& sampling = run.settings.sampling;
  QStringList words{ComparePage::tr("run %1").arg(static_cast<std::int64_t>(run.stored.id)),
                    QString::fromUtf8(name(sampling.preset).data()),
                    ComparePage::tr("T %1").arg(sampling.pairs_per_document ? grouped(sampling.pairs_per_document)
                                                                            : ComparePage::tr("all"))};
  if (run.settings.controls > 0)
    words << counted(run.settings.controls, "control", "controls");
  words << QString::fromUtf8(name(run.settings.dtype).data());
  if (dataset)
    words.insert(dataset_first ? 0 : words.size(), QString::fromStdString(dataset->name).simplified());
  return words.join(QStringLiteral(" · "));
}

QIcon chip(const QColor& colour) {
  QPixmap square(12, 12);
  square.fill(colour);
  return QIcon(square);
}

} // namespace

ComparePage::ComparePage(QWidget* parent)
    : QWidget(parent), shown_(new QStackedWidget(this)), results_(new CompareResults(this)) {
  auto* splitter = new QSplitter(this);
  splitter->setChildrenCollapsible(false);
  splitter->addWidget(build_choice());
  splitter->addWidget(shown_);
  splitter->setStretchFactor(1, 1);
  splitter->setSizes({260, 900});
  empty_ = build_empty();
  empty_->setObjectName(QStringLiteral("empty"));
  shown_->addWidget(empty_);
  shown_->addWidget(results_);
  auto* layout = new QVBoxLayout(this);
  layout->setContentsMargins(0, 0, 0, 0);
  layout->addWidget(splitter);
  wait_for_typing_.setSingleShot(true);
  wait_for_typing_.setInterval(typing_time);
  connect_parts();
  compare_again();
}

ComparePage::~ComparePage() = default;

QWidget* ComparePage::build_choice() {
  auto* panel = new QWidget(this);
  runs_ = new QTreeWidget(panel);
  runs_->setAccessibleName(tr("Runs to compare"));
  runs_->setHeaderHidden(true);
  runs_->setUniformRowHeights(true);
  runs_->setIndentation(12);
  runs_->setMinimumHeight(90);
  add_ = new QPushButton(tr("Add project…"), panel);
  column_ = column_box(tr("Column"), tr("what the first ranks by"), panel);
  offer_numbers(*column_);
  column_->setToolTip(tr("A column of numbers, also source.FIELD"));
  column_notice_ = new Notice(panel);
  where_ = new FilterBox(panel);
  where_->setPlaceholderText(tr("the scored documents"));
  where_->setAccessibleName(tr("Filter of every side"));
  where_notice_ = new Notice(panel);
  where_->set_notice(where_notice_);
  group_ = column_box(tr("Group by"), tr("nothing"), panel);
  group_->addItems({QStringLiteral("label"), QStringLiteral("status")});
  group_->setToolTip(tr("A column whose values are shown apart, like label or source.FIELD"));
  group_notice_ = new Notice(panel);
  top_ = new QDoubleSpinBox(panel);
  top_->setRange(0.1, 100);
  top_->setDecimals(1);
  top_->setValue(50);
  top_->setSuffix(QStringLiteral(" %"));
  top_->setToolTip(tr("Where the same texts are on both sides: which share of the best is compared"));
  report_ = new QPushButton(tr("Report…"), panel);
  report_->setToolTip(tr("All of it as one HTML file with figures"));
  problem_ = new Notice(panel);
  auto* form = new QFormLayout;
  form->setFieldGrowthPolicy(QFormLayout::AllNonFixedFieldsGrow);
  form->setRowWrapPolicy(QFormLayout::WrapLongRows);
  form->addRow(tr("&Column"), with_notice(column_, column_notice_));
  form->addRow(tr("&Where"), with_notice(where_, where_notice_));
  form->addRow(tr("&Group by"), with_notice(group_, group_notice_));
  form->addRow(tr("&Top"), top_);
  auto* layout = new QVBoxLayout(panel);
  layout->setContentsMargins(8, 8, 0, 8);
  layout->setSpacing(8);
  layout->addWidget(runs_, 1);
  layout->addWidget(add_);
  layout->addLayout(form);
  layout->addWidget(problem_);
  layout->addWidget(report_);
  return panel;
}

QWidget* ComparePage::build_empty() {
  auto* page = new QWidget(this);
  empty_words_ = new Notice(page);
  empty_words_->setAlignment(Qt::AlignCenter);
  auto* add = new QPushButton(tr("Add project…"), page);
  connect(add, &QPushButton::clicked, this, &ComparePage::choose_project);
  auto* layout = new QVBoxLayout(page);
  layout->addStretch(2);
  layout->addWidget(empty_words_);
  layout->addWidget(add, 0, Qt::AlignHCenter);
  layout->addStretch(3);
  return page;
}

void ComparePage::connect_parts() {
  connect(add_, &QPushButton::clicked, this, &ComparePage::choose_project);
  connect(runs_, &QTreeWidget::itemChanged, this, [this](QTreeWidgetItem* item) { run_toggled(item); });
  for (QComboBox* box : {column_, group_})
    connect(box, &QComboBox::currentTextChanged, this, &ComparePage::options_changed);
  connect(where_, &QLineEdit::textChanged, this, &ComparePage::options_changed);
  connect(top_, &QDoubleSpinBox::valueChanged, this, &ComparePage::options_changed);
  connect(&wait_for_typing_, &QTimer::timeout, this, &ComparePage::compare_again);
  connect(report_, &QPushButton::clicked, this, &ComparePage::choose_report);
  connect(results_, &CompareResults::told, this, &ComparePage::told);
  connect(results_, &CompareResults::document_wanted, this, [this](int side, qlonglong document) {
    const Side& of = results_->comparison()->sides[static_cast<std::size_t>(side)];
    emit document_wanted({of.project, of.view.run.id, DocumentId{document}});
  });
}

void ComparePage::choose_project() {
  for (const QString& file : QFileDialog::getOpenFileNames(this, tr("Add projects to compare"), {},
                                                           tr("Longview projects (*.longview);;All files (*)")))
    add_project(to_path(file), false);
}

void ComparePage::add_project(const std::filesystem::path& project, bool choose) {
  const Background::Kind kind = kinds_.try_emplace(project, static_cast<Background::Kind>(kinds_.size())).first->second;
  reading_.request(
      kind, [project](std::stop_token) { return read_contents_of(project); },
      [this, choose](const ProjectContents& contents) { show_contents(contents, choose); },
      [this](const Error& error) { problem_->fail(error); });
}

void ComparePage::show_contents(const ProjectContents& contents, bool choose) {
  const QString path = to_qt(contents.path);
  {
    const QSignalBlocker quiet(runs_);
    QTreeWidgetItem* parent = nullptr;
    for (int k = 0; k < runs_->topLevelItemCount(); ++k)
      if (runs_->topLevelItem(k)->data(0, path_role).toString() == path)
        parent = runs_->topLevelItem(k);
    if (!parent) {
      parent = new QTreeWidgetItem(runs_, {to_qt(contents.path.filename())});
      parent->setData(0, path_role, path);
      parent->setToolTip(0, tooltip(path));
      parent->setFlags(Qt::ItemIsEnabled);
    }
    qDeleteAll(parent->takeChildren());
    const bool several = std::any_of(contents.runs.begin(), contents.runs.end(), [&](const RunInfo& run) {
      return run.stored.identity.dataset != contents.runs.front().stored.identity.dataset;
    });
    for (auto run = contents.runs.rbegin(); run != contents.runs.rend(); ++run) {
      const StoredDataset* dataset = contents.dataset(run->stored.identity.dataset);
      const auto number = static_cast<std::int64_t>(run->stored.id);
      auto* item = new QTreeWidgetItem(parent, {run_words(*run, dataset, several)});
      item->setData(0, path_role, path);
      item->setData(0, run_role, QVariant::fromValue(static_cast<qlonglong>(number)));
      item->setToolTip(0, tooltip(run_details(*run)));
      item->setFlags(Qt::ItemIsEnabled | Qt::ItemIsUserCheckable | Qt::ItemIsSelectable);
      item->setCheckState(0, Qt::Unchecked);
      if (choose && run == contents.runs.rbegin() &&
          std::none_of(sides_.begin(), sides_.end(),
                       [&](const SideChoice& side) { return side.project == contents.path; }))
        sides_.push_back(side_of(*item));
    }
    parent->setExpanded(true);
    if (contents.runs.empty())
      problem_->explain(tr("Nothing is scored in %1 yet.").arg(path));
  }
  mark_sides();
  compare_again();
}

void ComparePage::run_toggled(QTreeWidgetItem* item) {
  const SideChoice side = side_of(*item);
  std::erase_if(sides_, [&](const SideChoice& one) { return same_side(one, side); });
  if (item->checkState(0) == Qt::Checked)
    sides_.push_back(side);
  mark_sides();
  clear_problems();
  compare_again();
}

/// Gives each run in the list its side's colour, and forgets sides whose run is gone.
void ComparePage::mark_sides() {
  const QSignalBlocker quiet(runs_);
  std::vector<bool> there(sides_.size());
  for (int p = 0; p < runs_->topLevelItemCount(); ++p)
    for (int k = 0; k < runs_->topLevelItem(p)->childCount(); ++k) {
      QTreeWidgetItem* item = runs_->topLevelItem(p)->child(k);
      const auto side = std::find_if(sides_.begin(), sides_.end(),
                                     [&](const SideChoice& one) { return same_side(one, side_of(*item)); });
      const auto place = static_cast<std::size_t>(side - sides_.begin());
      const bool chosen = side != sides_.end();
      item->setCheckState(0, chosen ? Qt::Checked : Qt::Unchecked);
      item->setIcon(0, chip(chosen ? side_colour_of(place) : QColor(Qt::transparent)));
      if (chosen)
        there[place] = true;
    }
  for (std::size_t k = sides_.size(); k-- > 0;)
    if (!there[k])
      sides_.erase(sides_.begin() + static_cast<std::ptrdiff_t>(k));
}

void ComparePage::set_completion(const std::shared_ptr<const CompletionSource>& source) {
  if (source == offered_)
    return;
  offered_ = source;
  auto own = std::make_shared<CompletionSource>(*source);
  own->sampled = true; // the sides may be of other projects, with other fields
  where_->set_completion(own);
  results_->labelled().set_completion(own);
  for (QComboBox* box : {column_, group_})
    offer_fields(*box, source->fields);
}

void ComparePage::set_parameters(const std::optional<LiveParameters>& parameters) {
  if (parameters == parameters_)
    return;
  parameters_ = parameters;
  wait_for_typing_.start();
}

void ComparePage::options_changed() {
  clear_problems();
  wait_for_typing_.start();
}

void ComparePage::clear_problems() {
  for (Notice* notice : {column_notice_, group_notice_, problem_})
    notice->clear_notice();
}

CompareOptions ComparePage::options() {
  CompareOptions options;
  options.column = column_->currentText().trimmed().toStdString();
  options.where = where_->text().trimmed().toStdString();
  options.group = group_->currentText().trimmed().toStdString();
  options.top = top_->value() / 100;
  if (parameters_)
    options.parameters = [own = *parameters_](const LiveParameters&) { return own; };
  options.progress = [this](std::size_t done, std::size_t total) { // on the thread, which ends before this does
    QMetaObject::invokeMethod(
        this, [this, done, total] { show_progress(done, total); }, Qt::QueuedConnection);
  };
  return options;
}

void ComparePage::show_progress(std::size_t done, std::size_t total) {
  if (busy() && done > 0)
    problem_->explain(tr("Comparing: %1 of %2 read").arg(grouped(done), counted(total, "document", "documents")));
}

void ComparePage::compare_again() {
  wait_for_typing_.stop();
  background_.cancel(compare_kind);
  report_->setEnabled(false);
  results_->labelled().set_sides(sides_, parameters_);
  if (sides_.empty()) {
    empty_words_->explain(tr("Choose two or more runs on the left to see them side by side."));
    shown_->setCurrentWidget(empty_);
    return;
  }
  if (sides_.size() == 1) {
    results_->show_labelled_alone(tr("Choose a second run on the left to compare the first one with."));
    shown_->setCurrentWidget(results_);
    return;
  }
  if (!where_->filter())
    return; // it says itself what is wrong
  problem_->explain(tr("Comparing…"));
  background_.request(
      compare_kind,
      [sides = sides_, options = options()](std::stop_token stop) {
        return compare_in_background(sides, options, stop);
      },
      [this](const ComparisonPointer& comparison) {
        clear_problems();
        results_->show_comparison(comparison);
        show_warnings(comparison->warnings);
        shown_->setCurrentWidget(results_);
        report_->setEnabled(true);
      },
      [this](const Error& error) { show_problem(error); });
}

/// Fields that no document has; the numbers are there all the same.
void ComparePage::show_warnings(const std::vector<std::string>& warnings) {
  QStringList lines;
  for (const std::string& warning : warnings)
    lines << QString::fromStdString(warning);
  if (!lines.isEmpty())
    problem_->explain(lines.join(u'\n'));
}

/// At the field it is about.
void ComparePage::show_problem(const Error& error) {
  clear_problems();
  Notice* const place = error.context() == "column"             ? column_notice_
                        : error.context() == "group"            ? group_notice_
                        : error.context().starts_with("filter") ? where_notice_
                                                                : problem_;
  place->fail(error);
}

void ComparePage::choose_report() {
  const QString file = QFileDialog::getSaveFileName(this, tr("Save the report"), QStringLiteral("comparison.html"),
                                                    tr("Web pages (*.html)"));
  if (!file.isEmpty())
    write_report(to_path(file));
}

void ComparePage::write_report(const std::filesystem::path& path) {
  if (!results_->comparison())
    return;
  try {
    write_comparison_html(*results_->comparison(), path);
    emit told(tr("Saved %1").arg(to_qt(path)));
  } catch (const Error& error) {
    problem_->fail(error);
  }
}

} // namespace longview
