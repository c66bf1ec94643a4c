#include "pages/reader_panel.h"

#include <algorithm>

#include <QComboBox>
#include <QHBoxLayout>
#include <QLabel>
#include <QSettings>
#include <QSpinBox>
#include <QVBoxLayout>

#include "pages/find_bar.h"
#include "pages/notice.h"
#include "widgets/elided_label.h"
#include "widgets/reading_line.h"
#include "widgets/scale_bar.h"
#include "widgets/small_font.h"

namespace longview {

ReaderPanel::ReaderPanel(QWidget* parent) : QWidget(parent) {
  build();
  connect_parts();
  choose_measure(0);
}

ReaderPanel::~ReaderPanel() = default;

void ReaderPanel::build() {
  notice_ = new Notice(this);
  find_ = new FindBar(this);
  text_ = new TextView(this);
  text_->setAccessibleName(tr("Full text"));
  map_ = new DocumentMap(this);
  map_->setAccessibleName(tr("Map of the document"));
  auto* across = new QHBoxLayout;
  across->setSpacing(0);
  across->addWidget(text_, 1);
  across->addWidget(map_);
  auto* layout = new QVBoxLayout(this);
  layout->setContentsMargins(0, 0, 0, 0);
  layout->setSpacing(4);
  layout->addWidget(notice_);
  layout->addWidget(find_);
  layout->addLayout(across, 1);
  layout->addWidget(build_controls());
}

QWidget* ReaderPanel::build_controls() {
  auto* controls = new QWidget(this);
  reading_ = new ElidedLabel(controls);
  reading_->setAccessibleName(tr("Reading of the map"));
  measure_ = new QComboBox(controls);
  measure_->setAccessibleName(tr("Map shows"));
  for (const NamedMeasure& one : segment_measures()) {
    measure_->addItem(DocumentMap::tr(one.title), static_cast<int>(one.measure));
    measure_->setItemData(measure_->count() - 1, DocumentMap::tr(one.help), Qt::ToolTipRole);
  }
  scale_ = new ScaleBar(controls);
  links_ = new QSpinBox(controls);
  links_->setRange(0, DocumentMap::most_links);
  links_->setValue(30);
  links_->setAccessibleName(tr("Number of links"));
  links_->setToolTip(tr("How many of the links that add most to LDS are drawn as arcs"));
  auto* links_label = new QLabel(tr("&Links"), controls);
  links_label->setBuddy(links_);
  auto* layout = new QHBoxLayout(controls);
  layout->setContentsMargins(0, 0, 0, 0);
  layout->setSpacing(8);
  layout->addWidget(reading_, 1);
  layout->addWidget(measure_);
  layout->addWidget(scale_);
  layout->addWidget(links_label);
  layout->addWidget(links_);
  return controls;
}

void ReaderPanel::connect_parts() {
  connect(text_, &TextView::segment_chosen, this, &ReaderPanel::choose_segment);
  connect(text_, &TextView::moved, this, [this] { map_->set_in_sight(text_->in_sight()); });
  connect(map_, &DocumentMap::place_chosen, this, [this](std::uint64_t byte) { text_->centre(byte); });
  connect(map_, &DocumentMap::segment_chosen, this, &ReaderPanel::choose_segment);
  connect(map_, &DocumentMap::pair_chosen, this, &ReaderPanel::pair_chosen);
  connect(map_, &DocumentMap::told, this, &ReaderPanel::tell);
  connect(measure_, &QComboBox::currentIndexChanged, this, &ReaderPanel::choose_measure);
  connect(links_, &QSpinBox::valueChanged, map_, &DocumentMap::set_links);
  connect(find_, &FindBar::hits_found, this, [this](const ByteRanges& hits) {
    text_->set_hits(hits);
    map_->set_hits(hits);
  });
  connect(find_, &FindBar::hit_chosen, this, [this](std::size_t hit, const ByteRange& range) {
    text_->set_current_hit(hit);
    text_->set_caret(range.begin, false);
    text_->reveal(range.begin);
  });
  connect(find_, &FindBar::closed, this, [this] { text_->setFocus(Qt::OtherFocusReason); });
}

void ReaderPanel::set_document(DocumentPointer document) {
  const bool same = document && document_ && document->document.id == document_->document.id;
  document_ = std::move(document);
  if (!same) {
    pair_.reset();
    wanted_place_.reset();
  }
  shown_ = false;
  if (isVisible())
    bring();
}

void ReaderPanel::showEvent(QShowEvent* event) {
  QWidget::showEvent(event);
  if (!shown_)
    bring();
}

/// What was set to the screen: cuts the text first, if it is another one.
void ReaderPanel::bring() {
  shown_ = true;
  const auto text = document_ ? document_->text : nullptr;
  if (text == cut_text_) {
    if (!text || pieces_)
      show_text();
    return; // else it is being cut
  }
  cut_text_ = text;
  pieces_.reset();
  cutting_.cancel(0);
  show_text();
  if (!text)
    return;
  cutting_.request(
      0, [text](std::stop_token stop) { return std::make_shared<const TextPieces>(*text, stop); },
      [this](const std::shared_ptr<const TextPieces>& pieces) {
        pieces_ = pieces;
        show_text();
      },
      [this](const Error& error) { notice_->fail(error); });
}

void ReaderPanel::show_text() {
  const bool was_there = pieces_ && text_->in_sight().end > 0;
  notice_->clear_notice();
  if (document_ && !document_->text_problem.empty())
    notice_->fail(QString::fromStdString(document_->text_problem));
  else if (document_ && !pieces_)
    text_->explain(tr("Reading the text…"));
  else if (pieces_ && pieces_->size() == 0)
    text_->explain(tr("This document has no text."));
  else
    text_->explain({});
  text_->set_document(document_, pieces_);
  map_->set_document(pieces_ ? document_ : nullptr);
  map_->set_in_sight(text_->in_sight());
  find_->set_text(pieces_ ? cut_text_ : nullptr);
  text_->set_pair(pair_);
  map_->set_pair(pair_);
  if (pieces_ && !was_there)
    go_to_pair();
  show_scale();
  tell({});
  go_to_wanted();
}

void ReaderPanel::find(const QString& words, std::uint64_t byte) {
  wanted_place_ = {words, byte};
  go_to_wanted();
}

void ReaderPanel::go_to_wanted() {
  if (!wanted_place_ || !pieces_ || !document_ || document_->text != cut_text_)
    return;
  find_->go_to(wanted_place_->first, wanted_place_->second);
  wanted_place_.reset();
}

void ReaderPanel::set_pair(std::optional<Cell> pair) {
  pair_ = pair;
  text_->set_pair(pair);
  map_->set_pair(pair);
  tell({});
  go_to_pair();
}

void ReaderPanel::go_to_pair() {
  if (!pair_ || !document_ || !pieces_)
    return;
  const auto target = segment_bytes(*document_, pair_->i);
  const auto prefix = segment_bytes(*document_, pair_->j);
  const ByteRange sight = text_->in_sight();
  const auto seen = [&sight](const std::optional<ByteRange>& range) {
    return range && range->begin < sight.end && range->end > sight.begin;
  };
  if (!seen(target) && !seen(prefix) && target)
    text_->reveal(target->begin);
}

void ReaderPanel::choose_segment(std::uint32_t segment) {
  if (!document_)
    return;
  if (const auto cell = strongest_prefix(*document_, segment))
    emit pair_chosen(*cell);
  else
    reading_->setText(tr("c_%1: no pair with this target was scored.").arg(segment));
}

void ReaderPanel::choose_measure(int index) {
  map_->set_measure(static_cast<SegmentMeasure>(measure_->itemData(index).toInt()));
  measure_->setToolTip(tr("Colour of the map: %1").arg(measure_->itemData(index, Qt::ToolTipRole).toString()));
  show_scale();
}

void ReaderPanel::show_scale() {
  scale_->set_scale(map_->scale());
  scale_->setVisible(document_ && document_->segments() > 0);
}

/// In place of words about the mouse: the pair.
void ReaderPanel::tell(const QString& words) {
  QString shown = words;
  if (shown.isEmpty() && document_ && pair_)
    shown = reading_line(*document_, pair_);
  reading_->setText(shown);
}

QString ReaderPanel::reading() const {
  return reading_->text();
}

void ReaderPanel::find() {
  find_->set_start(text_->selection().begin > 0 ? text_->selection().begin : text_->in_sight().begin);
  const QString words = text_->selected_text();
  find_->open(words.size() < 200 ? words : QString());
}

bool ReaderPanel::undo() {
  if (!find_->isVisible())
    return false;
  find_->close_bar();
  return true;
}

void ReaderPanel::save_layout(QSettings& settings) const {
  settings.setValue(QStringLiteral("reader/measure"), measure_->currentIndex());
  settings.setValue(QStringLiteral("reader/links"), links_->value());
}

void ReaderPanel::restore_layout(const QSettings& settings) {
  const int measure = settings.value(QStringLiteral("reader/measure")).toInt();
  measure_->setCurrentIndex(std::clamp(measure, 0, measure_->count() - 1));
  links_->setValue(settings.value(QStringLiteral("reader/links"), links_->value()).toInt());
}

} // namespace longview
