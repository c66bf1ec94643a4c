#include "pages/compare_results.h"

#include <algorithm>

#include <QAction>
#include <QApplication>
#include <QCheckBox>
#include <QClipboard>
#include <QComboBox>
#include <QFileDialog>
#include <QHBoxLayout>
#include <QLabel>
#include <QSettings>
#include <QSplitter>
#include <QTabWidget>
#include <QTableWidget>
#include <QVBoxLayout>

#include "application.h"
#include "compare/report.h"
#include "compare/words.h"
#include "models/format.h"
#include "models/paths.h"
#include "pages/compare_tables.h"
#include "pages/labelled_panel.h"
#include "pages/notice.h"
#include "widgets/plot_figure.h"

namespace longview {
namespace {

constexpr auto group_shape_key = "compare/groups";

QVBoxLayout* column(QWidget* page) {
  auto* layout = new QVBoxLayout(page);
  layout->setContentsMargins(8, 8, 8, 8);
  layout->setSpacing(8);
  return layout;
}

QLabel* heading(const QString& text, QWidget* parent) {
  auto* label = new QLabel(text, parent);
  QFont font = label->font();
  font.setBold(true);
  label->setFont(font);
  label->setTextFormat(Qt::PlainText);
  label->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Preferred); // a long name must not widen the window
  return label;
}

QLabel* sentence(const QString& accessible_name, QWidget* parent) {
  auto* label = new QLabel(parent);
  label->setAccessibleName(accessible_name);
  label->setTextFormat(Qt::PlainText);
  label->setWordWrap(true);
  label->setTextInteractionFlags(Qt::TextSelectableByMouse);
  return label;
}

} // namespace

CompareResults::CompareResults(QWidget* parent)
    : QWidget(parent), grave_(new Notice(this)), verdict_(sentence(tr("What the comparison says"), this)),
      tabs_(new QTabWidget(this)) {
  grave_->setAccessibleName(tr("Incomparable"));
  tabs_->setDocumentMode(true);
  tabs_->setAccessibleName(tr("What is compared"));
  tabs_->addTab(build_distributions(), tr("Distributions"));
  tabs_->addTab(build_groups(), tr("Groups"));
  tabs_->addTab(build_distance(), tr("Distance"));
  tabs_->addTab(build_statistics(), tr("Statistics"));
  tabs_->addTab(build_same(), tr("Same documents"));
  labelled_ = new LabelledPanel(this);
  tabs_->addTab(labelled_, tr("Labelled test"));
  settings_ = read_only_table(tr("Settings of the sides"), this);
  tabs_->addTab(settings_, tr("Settings"));
  auto* layout = new QVBoxLayout(this);
  layout->setContentsMargins(8, 8, 8, 8);
  layout->setSpacing(8);
  layout->addWidget(grave_);
  layout->addWidget(verdict_);
  layout->addWidget(tabs_, 1);
}

std::size_t CompareResults::add_figure(const QString& title, const QString& nothing, const QString& hint) {
  auto* view = new PlotView(nothing, hint, this);
  view->setAccessibleName(title);
  view->setMinimumHeight(120);
  const std::size_t place = figures_.size();
  figures_.push_back({view, title, {}});
  view->setContextMenuPolicy(Qt::ActionsContextMenu);
  auto* copy = new QAction(tr("Copy figure"), view);
  auto* save = new QAction(tr("Save figure…"), view);
  connect(copy, &QAction::triggered, this, [this, place] { copy_figure(place); });
  connect(save, &QAction::triggered, this, [this, place] { save_figure(place); });
  view->addActions({copy, save});
  return place;
}

QWidget* CompareResults::build_distributions() {
  auto* page = new QWidget(this);
  by_tokens_ = new QCheckBox(tr("Histogram by tokens"), page);
  by_tokens_->setToolTip(tr("Each document counts as many times as it has tokens"));
  connect(by_tokens_, &QCheckBox::toggled, this, &CompareResults::draw_histogram);
  const QString nothing = tr("No document has a number in this column.");
  histogram_ = add_figure(tr("Histogram"), nothing, tr("Point at a bar to read it."));
  ecdf_ = add_figure(tr("Share of the documents at or below"), nothing, tr("Point at a value to read it."));
  auto* figures = new QHBoxLayout;
  figures->addWidget(figures_[histogram_].view, 1);
  figures->addWidget(figures_[ecdf_].view, 1);
  auto* layout = column(page);
  layout->addWidget(by_tokens_);
  layout->addLayout(figures, 1);
  return page;
}

QWidget* CompareResults::build_groups() {
  auto* page = new QWidget(this);
  group_shape_ = new QComboBox(page);
  group_shape_->setAccessibleName(tr("How groups are drawn"));
  group_shape_->addItem(tr("Boxes"), QStringLiteral("boxes"));
  group_shape_->addItem(tr("Violins"), QStringLiteral("violins"));
  group_shape_->setToolTip(
      tr("Boxes: quartiles and median, whiskers from 5 % to 95 %. Violins: also where the values lie "
         "close together (Gaussian kernel, Scott's rule), from the least to the greatest; all are "
         "equally wide where they are widest."));
  group_shape_->setCurrentIndex(std::max(0, group_shape_->findData(application_settings().value(group_shape_key))));
  connect(group_shape_, &QComboBox::currentIndexChanged, this, [this] {
    application_settings().setValue(group_shape_key, group_shape_->currentData());
    draw_groups();
  });
  group_figure_ =
      add_figure(tr("Groups"), tr("Choose a field to group by, on the left."), tr("Point at a group to read it."));
  groups_ = read_only_table(tr("Statistics of the groups"), page);
  auto* parts = new QSplitter(Qt::Vertical, page);
  parts->setChildrenCollapsible(false);
  parts->addWidget(figures_[group_figure_].view);
  parts->addWidget(groups_);
  parts->setStretchFactor(0, 3);
  parts->setStretchFactor(1, 1);
  auto* layout = column(page);
  layout->addWidget(group_shape_, 0, Qt::AlignLeft);
  layout->addWidget(parts, 1);
  return page;
}

QWidget* CompareResults::build_distance() {
  auto* page = new QWidget(this);
  profile_ = add_figure(tr("Mean strength by distance, 95 % band over documents"), tr("No side has pairs."),
                        tr("Point at a distance to read it."));
  specificity_ = add_figure(tr("Mean specificity of the documents"), tr("No document has a specificity."),
                            tr("Point at a bar to read it."));
  auto* layout = new QHBoxLayout(page);
  layout->setContentsMargins(8, 8, 8, 8);
  layout->setSpacing(8);
  layout->addWidget(figures_[profile_].view, 3);
  layout->addWidget(figures_[specificity_].view, 2);
  return page;
}

QWidget* CompareResults::build_statistics() {
  auto* page = new QWidget(this);
  sides_ = read_only_table(tr("Statistics of the sides"), page);
  tests_ = read_only_table(tr("Tests between the sides"), page);
  auto* note = sentence({}, page);
  note->setText(tr("Intervals: 95 %, bootstrap over documents. %1 Chance a > b and KS distance are the effect sizes. "
                   "Matched by length: pairs of documents whose lengths differ by at most a tenth.")
                    .arg(QString::fromStdString(tests_note())));
  auto* layout = column(page);
  layout->addWidget(heading(tr("Sides"), page));
  layout->addWidget(sides_, 1);
  differences_ = heading({}, page);
  layout->addWidget(differences_);
  layout->addWidget(tests_, 1);
  layout->addWidget(note);
  return page;
}

QWidget* CompareResults::build_same() {
  auto* page = new QWidget(this);
  pair_ = new QComboBox(page);
  pair_->setAccessibleName(tr("Which two sides"));
  same_words_ = sentence(tr("The same documents"), page);
  enters_ = read_only_table(tr("Enters the top"), page);
  leaves_ = read_only_table(tr("Leaves the top"), page);
  for (QTableWidget* table : {enters_, leaves_}) {
    const bool enters = table == enters_;
    table->setToolTip(tr("A click opens the document"));
    connect(table, &QTableWidget::cellClicked, this,
            [this, table, enters](int row, int) { open_row(*table, row, enters); });
    connect(table, &QTableWidget::cellActivated, this,
            [this, table, enters](int row, int) { open_row(*table, row, enters); });
  }
  connect(pair_, &QComboBox::currentIndexChanged, this, &CompareResults::show_pair);
  auto* tables = new QHBoxLayout;
  tables->addWidget(enters_, 1);
  tables->addWidget(leaves_, 1);
  auto* layout = column(page);
  layout->addWidget(pair_);
  layout->addWidget(same_words_);
  layout->addLayout(tables, 1);
  return page;
}

void CompareResults::show_labelled_alone(const QString& words) {
  comparison_.reset();
  grave_->clear_notice();
  verdict_->setText(words);
  enable_tabs(false);
}

void CompareResults::enable_tabs(bool all) {
  const bool from_one_side = all && !tabs_->isTabEnabled(0);
  for (int k = 0; k < tabs_->count(); ++k)
    tabs_->setTabEnabled(k, all || tabs_->widget(k) == labelled_);
  if (from_one_side)
    tabs_->setCurrentIndex(0);
}

void CompareResults::show_comparison(ComparisonPointer comparison) {
  comparison_ = std::move(comparison);
  enable_tabs(true);
  const Comparison& shown = *comparison_;
  const QString grave = QString::fromStdString(incomparable_sentence(shown));
  if (grave.isEmpty())
    grave_->clear_notice();
  else
    grave_->fail(grave);
  QStringList verdicts;
  for (const PairwiseComparison& pair : shown.pairs)
    if (shown.sides.size() == 2 || pair.a == 0) // of many sides: each against the first
      verdicts << QString::fromStdString(verdict(shown, pair));
  verdict_->setText(verdicts.join(u'\n'));
  draw_histogram();
  draw(ecdf_, [of = comparison_](QCustomPlot& plot, const Theme& theme, const QFont& font) {
    return plot_ecdfs(plot, *of, theme, font);
  });
  draw_groups();
  figures_[profile_].title =
      tr("Mean %1 by distance, 95 % band over documents").arg(QString::fromStdString(profiled(*comparison_)));
  figures_[profile_].view->setAccessibleName(figures_[profile_].title);
  draw(profile_, [of = comparison_](QCustomPlot& plot, const Theme& theme, const QFont& font) {
    return plot_profiles(plot, *of, theme, font);
  });
  draw(specificity_, [of = comparison_](QCustomPlot& plot, const Theme& theme, const QFont& font) {
    return plot_specificities(plot, *of, theme, font);
  });
  fill_sides(*sides_, shown);
  fill_tests(*tests_, shown);
  const bool only_two = shown.pairs.size() == 1; // then no row needs to name them
  tests_->setColumnHidden(0, only_two);
  differences_->setText(only_two ? tr("Differences: a is %1, b is %2")
                                       .arg(QString::fromStdString(shown.sides[0].label).simplified(),
                                            QString::fromStdString(shown.sides[1].label).simplified())
                                 : tr("Differences"));
  fill_groups(*groups_, shown);
  groups_->setVisible(!shown.group_names.empty());
  group_shape_->setVisible(!shown.group_names.empty());
  fill_settings(*settings_, shown);
  fill_pairs();
}

void CompareResults::draw(std::size_t figure, PlotView::Draw draw) {
  figures_[figure].draw = draw;
  figures_[figure].view->set_draw(std::move(draw));
}

void CompareResults::draw_histogram() {
  if (!comparison_)
    return;
  draw(histogram_, [of = comparison_, by_tokens = by_tokens_->isChecked()](QCustomPlot& plot, const Theme& theme,
                                                                           const QFont& font) {
    return plot_histograms(plot, *of, by_tokens, theme, font);
  });
}

GroupShape CompareResults::chosen_shape() const {
  return group_shape_->currentData().toString() == QLatin1String("violins") ? GroupShape::violins : GroupShape::boxes;
}

void CompareResults::draw_groups() {
  if (!comparison_)
    return;
  const QString group = QString::fromStdString(comparison_->group).simplified();
  figures_[group_figure_].title = chosen_shape() == GroupShape::violins
                                      ? tr("By %1: density, quartiles, 5 % to 95 %").arg(group)
                                      : tr("By %1: quartiles, 5 % to 95 %").arg(group);
  draw(group_figure_,
       [of = comparison_, shape = chosen_shape()](QCustomPlot& plot, const Theme& theme, const QFont& font) {
         return plot_groups(plot, *of, shape, theme, font);
       });
}

/// Which two of more sides: those that have texts in common.
void CompareResults::fill_pairs() {
  const QSignalBlocker quiet(pair_);
  pair_->clear();
  for (std::size_t k = 0; k < comparison_->pairs.size(); ++k) {
    const PairwiseComparison& pair = comparison_->pairs[k];
    if (pair.same)
      pair_->addItem(tr("a = %1, b = %2")
                         .arg(QString::fromStdString(comparison_->sides[pair.a].label),
                              QString::fromStdString(comparison_->sides[pair.b].label)),
                     static_cast<int>(k));
  }
  pair_->setVisible(pair_->count() > 0);
  show_pair();
}

void CompareResults::show_pair() {
  const bool any = pair_->currentIndex() >= 0;
  enters_->setVisible(any);
  leaves_->setVisible(any);
  if (!any) {
    same_words_->setText(tr("No two texts are on both sides, so there are no ranks to compare."));
    return;
  }
  const PairwiseComparison& pair = comparison_->pairs[static_cast<std::size_t>(pair_->currentData().toInt())];
  const SameDocuments& same = *pair.same;
  same_words_->setText(
      tr("%1 on both sides. Rank correlation (Spearman) %2, 95 % interval %3 to %4; Kendall tau %5. Of the best %6 "
         "(%7) "
         "%8 are the same.")
          .arg(counted(same.places.size(), "text is", "texts are"), three_digits(same.correlation.spearman),
               three_digits(same.correlation.spearman_interval.low),
               three_digits(same.correlation.spearman_interval.high), three_digits(same.correlation.kendall),
               QString::fromStdString(share_words(same.top.share)), counted(same.top.kept, "document", "documents"),
               grouped(same.top.both)));
  fill_moved(*enters_, *comparison_, pair, true);
  fill_moved(*leaves_, *comparison_, pair, false);
}

/// Opens the document on the side where it is at the top.
void CompareResults::open_row(const QTableWidget& table, int row, bool enters) {
  const QTableWidgetItem* item = table.item(row, 0);
  if (!item || pair_->currentIndex() < 0)
    return;
  const PairwiseComparison& pair = comparison_->pairs[static_cast<std::size_t>(pair_->currentData().toInt())];
  const auto [a, b] = pair.same->places[item->data(Qt::UserRole).toULongLong()];
  const std::size_t side = enters ? pair.b : pair.a;
  emit document_wanted(static_cast<int>(side), static_cast<qlonglong>(comparison_->sides[side].ids[enters ? b : a]));
}

QString CompareResults::settings_line() const {
  QStringList sides;
  for (const Side& side : comparison_->sides)
    sides << QStringLiteral("%1 (%2)").arg(QString::fromStdString(side.label).simplified(),
                                           QString::fromStdString(side.view.run.model_name));
  const QString line =
      tr("%1 of %2").arg(QString::fromStdString(comparison_->column), sides.join(QStringLiteral(", ")));
  return comparison_->incomparable() ? tr("INCOMPARABLE settings: %1").arg(line) : line;
}

void CompareResults::save_figure(std::size_t place) {
  const Figure& figure = figures_[place];
  if (!figure.draw)
    return;
  const QString file = QFileDialog::getSaveFileName(this, tr("Save the figure"), QStringLiteral("comparison.png"),
                                                    tr("Figures (*.png *.svg *.pdf)"));
  if (file.isEmpty())
    return;
  try {
    write_figure(plot_page(figure.draw, figure.title, settings_line()), to_path(file));
    emit told(tr("Saved %1").arg(file));
  } catch (const Error& error) {
    emit told(error_text(error));
  }
}

void CompareResults::copy_figure(std::size_t place) const {
  const Figure& figure = figures_[place];
  if (figure.draw)
    QApplication::clipboard()->setImage(figure_image(plot_page(figure.draw, figure.title, settings_line())));
}

} // namespace longview
