#include "pages/document_page.h"

#include <cmath>
#include <utility>

#include <QLabel>
#include <QMenu>
#include <QSettings>
#include <QShortcut>
#include <QSplitter>
#include <QStackedWidget>
#include <QTabBar>
#include <QToolButton>
#include <QVBoxLayout>

#include "jobs/dataset_profile.h"
#include "jobs/gain_loader.h"
#include "models/document_columns.h"
#include "models/format.h"
#include "pages/empty_state.h"
#include "pages/extra_pairs_bar.h"
#include "pages/links_panel.h"
#include "pages/notice.h"
#include "pages/prefix_words.h"
#include "pages/reader_panel.h"
#include "pages/tooltip.h"
#include "widgets/elided_label.h"
#include "widgets/heatmap_widget.h"
#include "widgets/pair_text_widget.h"
#include "widgets/profile_widget.h"
#include "widgets/reading_line.h"
#include "widgets/segment_measure.h"
#include "widgets/segment_pane.h"
#include "widgets/small_font.h"
#include "widgets/specificity_widget.h"

namespace longview {
namespace {

constexpr int noticeable_wait = 200; // ms

QSplitter* splitter(Qt::Orientation orientation, QWidget* parent) {
  auto* made = new QSplitter(orientation, parent);
  made->setHandleWidth(8);
  made->setChildrenCollapsible(true);
  return made;
}

/// "0.42 ±0.03 (LDS 213)"; the sum alone where the run ranks by it.
QString score_text(const DocumentData& document) {
  const ResultRow& row = document.row;
  if (std::isnan(row.lds))
    return {};
  if (document.parameters.score == ScoreKind::sum)
    return QObject::tr("LDS %1").arg(three_digits(row.lds));
  if (std::isnan(row.lds_mean))
    return QObject::tr("LDS %1").arg(three_digits(row.lds));
  return QObject::tr("%1 (LDS %2)").arg(with_error(row.lds_mean, row.lds_error), three_digits(row.lds));
}

QString score_details(const DocumentData& document) {
  const ResultRow& row = document.row;
  const LiveParameters& live = document.parameters;
  return QObject::tr("mean LDS %1, standard error %2, LDS (the sum) %3\n"
                     "sum over %4 of (%5 strength + %6 distance) x specificity where strength > %7\n"
                     "mean strength %8, mean distance %9, mean specificity %10\n"
                     "%11 tokens in %12")
      .arg(all_digits(row.lds_mean), all_digits(row.lds_error), all_digits(row.lds),
           counted(row.pair_count, "pair", "pairs"), all_digits(live.alpha), all_digits(live.beta),
           all_digits(live.threshold), three_digits(row.strength), three_digits(row.distance))
      .arg(three_digits(row.specificity), grouped(row.tokens), counted(row.segments, "segment", "segments"));
}

} // namespace

DocumentPage::DocumentPage(QWidget* parent)
    : QWidget(parent), loader_(new DocumentLoader(this)), gains_(new GainLoader(this)),
      dataset_(new DatasetProfileReader(this)), extra_(new ExtraPairsBar(gains_->model(), this)) {
  build();
  slow_.setSingleShot(true);
  slow_.setInterval(noticeable_wait);
  connect(&slow_, &QTimer::timeout, this, [this] {
    if (document_)
      notice_->explain(tr("Reading the document…"));
    else
      empty_->say(tr("Reading the document…"));
  });
  connect(loader_, &DocumentLoader::loaded, this, &DocumentPage::show_loaded);
  connect(loader_, &DocumentLoader::failed, this,
          [this](const DocumentKey&, const Error& error) { show_failure(error); });
  connect(heatmap_, &HeatmapWidget::cell_hovered, this, &DocumentPage::hover);
  connect(heatmap_, &HeatmapWidget::cell_selected, this, &DocumentPage::select);
  connect(heatmap_, &HeatmapWidget::selection_changed, this, [this] {
    show_reading(heatmap_->selected());
    extra_->set_place(heatmap_->selected(), heatmap_->selection());
  });
  connect(heatmap_, &HeatmapWidget::row_chosen, this, &DocumentPage::choose_row);
  connect(heatmap_, &HeatmapWidget::column_chosen, this, [this](std::uint32_t j) {
    choose(strongest_target(*document_, j)); // the column is selected already
  });
  connect(specificity_, &SpecificityWidget::row_chosen, this, &DocumentPage::choose_row);
  connect(extra_, &ExtraPairsBar::stored, this, [this](const DocumentKey& key) {
    if (key == key_)
      refresh();
  });
  connect(links_, &LinksPanel::link_chosen, this, [this](Cell cell) { choose(cell); });
  connect(profile_, &ProfileWidget::bins_changed, this, &DocumentPage::ask_for_dataset);
  connect(dataset_, &DatasetProfileReader::ready, profile_, &ProfileWidget::set_dataset);
  connect(reader_, &ReaderPanel::pair_chosen, this, [this](Cell cell) { choose(cell); });
  connect(tabs_, &QTabBar::currentChanged, views_, &QStackedWidget::setCurrentIndex);
  connect(texts_, &PairTextWidget::gains_wanted_changed, this, &DocumentPage::ask_for_gain);
  connect(gains_, &GainLoader::loaded, this, [this](const DocumentKey& key, Cell cell, const GainLoader::Gain& gain) {
    if (key == key_)
      texts_->set_gain(cell, gain);
  });
  connect(gains_, &GainLoader::failed, this, [this](const DocumentKey& key, Cell, const Error& error) {
    if (key == key_)
      texts_->explain_gains(error_text(error), true);
  });
  for (const auto& [key, rows] : {std::pair{Qt::Key_BracketRight, 1}, std::pair{Qt::Key_BracketLeft, -1}}) {
    auto* step = new QShortcut(QKeySequence(key), this);
    connect(step, &QShortcut::activated, this, [this, rows = rows] { step_link(rows); });
  }
  clear();
}

DocumentPage::~DocumentPage() = default;

void DocumentPage::build() {
  heatmap_ = new HeatmapWidget(this);
  heatmap_->setAccessibleName(tr("Heatmap of the pairs"));
  profile_ = new ProfileWidget(this);
  profile_->setAccessibleName(tr("Strength by distance"));
  heatmap_->addActions(extra_->menu()->actions()); // in its right-click menu
  specificity_ = new SpecificityWidget(this);
  specificity_->setAccessibleName(tr("Specificity by segment"));
  texts_ = new PairTextWidget(this);
  texts_->setAccessibleName(tr("Texts of the pair"));
  words_ = new PrefixWords(gains_->model(), texts_->findChild<SegmentPane*>(QStringLiteral("prefix")), this);
  reading_ = new QLabel(this);
  reading_->setWordWrap(true);
  reading_->setTextFormat(Qt::PlainText);
  reading_->setTextInteractionFlags(Qt::TextSelectableByMouse);
  reading_->setAccessibleName(tr("Reading of the pair"));
  reading_->setFixedHeight(3 * fontMetrics().lineSpacing()); // what changes under the cursor moves nothing else
  reading_->setAlignment(Qt::AlignTop | Qt::AlignLeft);

  auto* upper = new QWidget(this);
  auto* upper_layout = new QVBoxLayout(upper);
  upper_layout->setContentsMargins(0, 0, 0, 0);
  upper_layout->setSpacing(4);
  upper_layout->addWidget(heatmap_, 1);
  upper_layout->addWidget(reading_);
  figures_ = splitter(Qt::Horizontal, this);
  figures_->addWidget(profile_);
  figures_->addWidget(specificity_);
  down_ = splitter(Qt::Vertical, this);
  down_->addWidget(upper);
  down_->addWidget(figures_);
  down_->setStretchFactor(0, 3);
  down_->setStretchFactor(1, 1);
  down_->setSizes({440, 180});
  links_ = new LinksPanel(this);
  reading_side_ = splitter(Qt::Vertical, this);
  auto* texts = new QWidget(this);
  auto* texts_layout = new QVBoxLayout(texts);
  texts_layout->setContentsMargins(0, 0, 0, 0);
  texts_layout->setSpacing(4);
  texts_layout->addWidget(texts_, 1);
  texts_layout->addWidget(words_);
  reading_side_->addWidget(texts);
  reading_side_->addWidget(links_);
  reading_side_->setStretchFactor(0, 3);
  reading_side_->setStretchFactor(1, 1);
  reading_side_->setSizes({460, 200});
  across_ = splitter(Qt::Horizontal, this);
  across_->addWidget(down_);
  across_->addWidget(reading_side_);
  across_->setStretchFactor(0, 3);
  across_->setStretchFactor(1, 2);
  across_->setSizes({560, 460});
  reader_ = new ReaderPanel(this);
  views_ = new QStackedWidget(this);
  views_->addWidget(across_);
  views_->addWidget(reader_);

  notice_ = new Notice(this);
  auto* layout = new QVBoxLayout(this);
  layout->setContentsMargins(8, 8, 8, 8);
  layout->setSpacing(8);
  layout->addWidget(build_header());
  layout->addWidget(notice_);
  layout->addWidget(extra_);
  layout->addWidget(views_, 1);
  setTabOrder(extra_->button(), tabs_); // the header first, as it is read
  empty_ = new EmptyState(this);
  layout->addWidget(empty_, 1);
  layout->addStretch(0); // below an error, where there is neither
}

QWidget* DocumentPage::build_header() {
  auto* header = new QWidget(this);
  title_ = new ElidedLabel(header);
  score_ = new QLabel(header);
  score_->setTextFormat(Qt::PlainText);
  score_->setTextInteractionFlags(Qt::TextSelectableByMouse);
  for (QLabel* label : {title_, score_})
    label->setFont(title_font(label->font()));
  title_->setAccessibleName(tr("Document"));
  score_->setAccessibleName(tr("Score of the document"));
  auto* layout = new QHBoxLayout(header);
  layout->setContentsMargins(0, 0, 0, 0);
  layout->setSpacing(16);
  layout->addWidget(title_, 1);
  layout->addWidget(score_);
  layout->addWidget(extra_->button());
  tabs_ = new QTabBar(header);
  tabs_->addTab(tr("Pairs"));
  tabs_->addTab(tr("Text"));
  tabs_->setDrawBase(false);
  tabs_->setAccessibleName(tr("Pairs or text"));
  tabs_->setTabToolTip(0, tr("Heatmap, distances, links and the two texts of a pair"));
  tabs_->setTabToolTip(1, tr("The whole text with its map and a search (Ctrl+T, Ctrl+F)"));
  layout->addWidget(tabs_);
  return header;
}

void DocumentPage::show_document(const DocumentKey& key) {
  if (key_ != key)
    rank_ = 0;
  key_ = key;
  loader_->load(key);
  slow_.start();
}

void DocumentPage::refresh() {
  again_ = loader_->busy();
  if (key_ && !again_)
    loader_->load(*key_);
}

void DocumentPage::set_parameters(const LiveParameters& parameters) {
  loader_->set_parameters(parameters);
}

void DocumentPage::forget_files() {
  loader_->forget_files();
  gains_->close();
  dataset_->close();
}

void DocumentPage::dataset_changed() {
  dataset_->cancel();
  ask_for_dataset();
}

void DocumentPage::stop_computing() {
  extra_->stop();
  words_->stop();
  gains_->close();
}

void DocumentPage::clear() {
  loader_->cancel();
  slow_.stop();
  again_ = false;
  key_.reset();
  rank_ = 0;
  notice_->clear_notice();
  set_document(nullptr);
  emit document_changed();
}

void DocumentPage::explain(const QString& text, QAction* remedy) {
  if (!document_) {
    notice_->clear_notice();
    empty_->say(text, remedy);
  }
}

void DocumentPage::set_rank(std::uint32_t rank) {
  rank_ = rank;
  show_header();
}

void DocumentPage::show_loaded(const DocumentKey& key, const DocumentPointer& document) {
  if (key != key_)
    return;
  slow_.stop();
  if (document->row.status == Status::scored)
    notice_->clear_notice();
  else
    notice_->explain(tr("Not scored (%1): %2")
                         .arg(QString::fromUtf8(name(document->row.status)).replace(u'_', u' '),
                              QString::fromStdString(document->row.reason)));
  set_document(document);
  emit document_changed();
  if (std::exchange(again_, false))
    refresh();
}

void DocumentPage::show_failure(const Error& error) {
  slow_.stop();
  set_document(nullptr);
  empty_->say({});
  notice_->fail(error);
}

void DocumentPage::set_document(const DocumentPointer& document) {
  const bool same = document && document_ && document->document.id == document_->document.id;
  const bool had_text = document_ && document_->text;
  document_ = document;
  heatmap_->set_document(document);
  profile_->set_document(document);
  specificity_->set_document(document);
  ask_for_dataset();
  texts_->set_document(document);
  links_->set_document(document);
  reader_->set_document(document);
  extra_->set_document(document ? key_ : std::nullopt, document);
  words_->set_document(document ? key_ : std::nullopt, document);
  if (!same)
    select(heatmap_->selected());
  else if (texts_->gains_wanted() && document->text && !had_text)
    ask_for_gain();
  views_->setVisible(document != nullptr);
  if (document)
    empty_->say({});
  tabs_->setVisible(document != nullptr);
  show_header();
  show_reading(heatmap_->selected());
}

void DocumentPage::show_header() {
  if (!document_) {
    title_->clear();
    score_->clear();
    return;
  }
  const QString title = document_title(document_->document);
  title_->setText(title);
  set_tooltip(*title_, title + u'\n' + QString::fromStdString(document_->document.name));
  QString score = score_text(*document_);
  if (rank_ > 0)
    score += QStringLiteral("  #%1").arg(grouped(rank_));
  score_->setText(score);
  score_->setToolTip(score_details(*document_));
}

void DocumentPage::show_reading(std::optional<Cell> cell) {
  if (!document_) {
    reading_->clear();
    return;
  }
  const std::optional<CellRange> range = heatmap_->selection();
  const bool in_range = range && (cell == heatmap_->selected() || (cell && range->contains(*cell)));
  const QString line = in_range ? heatmap_->selection_text() : reading_line(*document_, cell);
  reading_->setText(line.isEmpty() ? tr("Point at a cell to read its pair; click to keep it.") : line);
}

void DocumentPage::hover(std::optional<Cell> cell) {
  const std::optional<Cell> shown = cell ? cell : heatmap_->selected();
  show_reading(shown);
  texts_->set_pair(shown);
  words_->set_shown(shown);
}

void DocumentPage::select(std::optional<Cell> cell) {
  show_reading(cell);
  texts_->set_pair(cell);
  words_->set_shown(cell);
  words_->set_pair(cell);
  specificity_->set_marked(cell ? std::optional(cell->i) : std::nullopt);
  links_->set_marked(cell);
  reader_->set_pair(cell);
  extra_->set_place(cell, heatmap_->selection());
  ask_for_gain();
  emit pair_selected(cell);
}

/// The mean of the documents of the run, over the distances that the profile shows.
void DocumentPage::ask_for_dataset() {
  const DistanceBins bins = document_ ? profile_bins(*document_, profile_->distances()) : DistanceBins();
  if (document_ && key_ && bins.count() > 0)
    dataset_->read({key_->project, key_->run, document_->parameters, bins.edges()}, bins);
  else
    dataset_->cancel();
}

/// Of the selected pair, once its text is there.
void DocumentPage::ask_for_gain() {
  const std::optional<Cell> cell = heatmap_->selected();
  if (!texts_->gains_wanted() || !document_ || !key_ || !cell || !document_->text) {
    gains_->cancel();
    return;
  }
  gains_->load(*key_, *cell, document_->text);
  if (gains_->busy())
    texts_->explain_gains(tr("Running the model on this pair…"), false);
}

void DocumentPage::choose(std::optional<Cell> cell) {
  heatmap_->set_selected(cell);
  select(heatmap_->selected());
}

void DocumentPage::choose_row(std::uint32_t i) {
  heatmap_->set_selection(CellRange::between({i, 0}, {i, document_->segments() - 1}, document_->segments()));
  choose(strongest_prefix(*document_, i));
}

void DocumentPage::step_link(int rows) {
  if (const std::optional<Cell> cell = links_->stepped(rows))
    choose(cell);
}

void DocumentPage::show_reader(bool shown) {
  tabs_->setCurrentIndex(shown ? 1 : 0);
  if (shown)
    reader_->text()->setFocus(Qt::ShortcutFocusReason);
  else
    heatmap_->setFocus(Qt::ShortcutFocusReason);
}

bool DocumentPage::reader_shown() const {
  return tabs_->currentIndex() == 1;
}

void DocumentPage::find_in_text() {
  if (!document_)
    return;
  show_reader(true);
  reader_->find();
}

void DocumentPage::find_in_text(const QString& words, std::uint64_t byte) {
  show_reader(true);
  reader_->find(words, byte);
}

bool DocumentPage::undo() {
  if (reader_shown()) { // where the heatmap's zoom cannot be seen
    if (reader_->undo())
      return true;
    const bool selected = heatmap_->selected().has_value();
    choose({});
    return selected;
  }
  return heatmap_->undo();
}

ShownFigure DocumentPage::figure(FigureKind kind) const {
  if (kind == FigureKind::heatmap)
    return heatmap_->figure();
  return kind == FigureKind::profile ? profile_->figure() : specificity_->figure();
}

void DocumentPage::save_layout(QSettings& settings) const {
  settings.setValue(QStringLiteral("document/across"), across_->saveState());
  settings.setValue(QStringLiteral("document/down"), down_->saveState());
  settings.setValue(QStringLiteral("document/figures"), figures_->saveState());
  settings.setValue(QStringLiteral("document/reading"), reading_side_->saveState());
  settings.setValue(QStringLiteral("document/gains"), texts_->gains_wanted());
  heatmap_->save_view(settings);
  settings.setValue(QStringLiteral("document/text"), reader_shown());
  links_->save_layout(settings);
  reader_->save_layout(settings);
}

void DocumentPage::restore_layout(const QSettings& settings) {
  across_->restoreState(settings.value(QStringLiteral("document/across")).toByteArray());
  down_->restoreState(settings.value(QStringLiteral("document/down")).toByteArray());
  figures_->restoreState(settings.value(QStringLiteral("document/figures")).toByteArray());
  reading_side_->restoreState(settings.value(QStringLiteral("document/reading")).toByteArray());
  texts_->set_gains_wanted(settings.value(QStringLiteral("document/gains")).toBool());
  heatmap_->restore_view(settings);
  links_->restore_layout(settings);
  reader_->restore_layout(settings);
  tabs_->setCurrentIndex(settings.value(QStringLiteral("document/text")).toBool() ? 1 : 0);
}

} // namespace longview
