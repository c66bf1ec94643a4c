#include "pages/why_panel.h"

#include <array>
#include <cmath>

#include <QEvent>
#include <QGridLayout>
#include <QLabel>
#include <QToolButton>
#include <QVBoxLayout>

#include "models/format.h"
#include "pages/notice.h"
#include "scoring/breakdown.h"
#include "widgets/reading_line.h"
#include "widgets/share_bar.h"
#include "widgets/small_font.h"
#include "widgets/theme.h"

namespace longview {
namespace {

constexpr std::size_t heaviest = 10;

QString percent(double share) {
  return std::isnan(share) ? QStringLiteral("–") : QStringLiteral("%1 %").arg(figure_number(100 * share));
}

/// "48.1 (61 %)".
QString with_share(double value, double share) {
  return QStringLiteral("%1 (%2)").arg(figure_number(value), percent(share));
}

QString setting(double value) {
  return all_digits(value).replace(u'-', QChar(0x2212));
}

} // namespace

WhyPanel::WhyPanel(QWidget* parent) : QWidget(parent), nothing_(new QLabel(this)), facts_(new QWidget(this)) {
  nothing_->setWordWrap(true);
  nothing_->setText(tr("Choose a scored document to see what its score is made of."));
  auto* facts = new QVBoxLayout(facts_);
  facts->setContentsMargins(0, 0, 0, 0);
  facts->setSpacing(2);
  mean_ = add_fact(facts, tr("Mean LDS"));
  sum_ = add_fact(facts, tr("LDS, the sum"));
  shares_ = new ShareBar(facts_);
  shares_->setAccessibleName(tr("Shares of strength and distance"));
  facts->addWidget(shares_);
  facts->addSpacing(6);
  strength_ = add_fact(facts, tr("from strength"));
  distance_ = add_fact(facts, tr("from distance"));
  specificity_ = add_fact(facts, tr("kept by specificity"));
  published_ = add_fact(facts, tr("Published preset"));
  auto* heading = new QLabel(tr("The pairs that add most"), facts_);
  facts->addWidget(heading);
  links_ = new QWidget(facts_);
  links_layout_ = new QVBoxLayout(links_);
  links_layout_->setContentsMargins(0, 0, 0, 0);
  links_layout_->setSpacing(0);
  facts->addWidget(links_);
  auto* layout = new QVBoxLayout(this);
  layout->setContentsMargins(8, 8, 8, 8);
  layout->addWidget(nothing_);
  layout->addWidget(facts_);
  layout->addStretch(1);
  choose_colours();
  set_document(nullptr);
}

WhyPanel::Fact WhyPanel::add_fact(QVBoxLayout* layout, const QString& title) {
  Fact fact{new QLabel(title, facts_), new QLabel(facts_), new QLabel(facts_)};
  fact.value->setAccessibleName(title);
  fact.value->setTextInteractionFlags(Qt::TextSelectableByMouse);
  fact.formula->setFont(small_font(font()));
  fact.formula->setWordWrap(true);
  fact.formula->setTextFormat(Qt::PlainText);
  fact.formula->setTextInteractionFlags(Qt::TextSelectableByMouse);
  auto* line = new QHBoxLayout;
  line->addWidget(fact.title, 1);
  line->addWidget(fact.value);
  layout->addLayout(line);
  layout->addWidget(fact.formula);
  layout->addSpacing(6);
  return fact;
}

void WhyPanel::set_document(DocumentPointer document) {
  document_ = std::move(document);
  const bool any = document_ && document_->scores.pair_count > 0;
  nothing_->setVisible(!any);
  facts_->setVisible(any);
  if (!any)
    return;
  show_facts();
  show_links();
}

void WhyPanel::show_facts() {
  const DocumentData& document = *document_;
  const DocumentScores& scores = document.scores;
  const LiveParameters& live = document.parameters;
  const ScoreBreakdown parts = break_down(document.data.pairs, scores, document.sampling, live);
  const bool published = document.sampling.preset == Preset::published;

  mean_.value->setText(with_error(scores.lds_mean, scores.lds_error));
  mean_.formula->setText(published ? tr("LDS / %1").arg(counted(parts.pairs, "pair", "pairs"))
                                   : tr("mean over rows of 8 pairs; a row is worth the sum of its contributions / 8"));
  sum_.value->setText(figure_number(scores.lds));
  sum_.formula->setText(tr("Σ (%1 × strength + %2 × distance) × specificity over the %3 of %4 with strength > %5")
                            .arg(setting(live.alpha), setting(live.beta), grouped(parts.above),
                                 counted(parts.pairs, "pair", "pairs"), setting(live.threshold)));
  strength_.value->setText(with_share(parts.strength, parts.strength_share()));
  strength_.formula->setText(tr("%1 × Σ strength × specificity").arg(setting(live.alpha)));
  distance_.value->setText(with_share(parts.distance, parts.distance_share()));
  distance_.formula->setText(tr("%1 × Σ distance × specificity").arg(setting(live.beta)));
  specificity_.value->setText(percent(parts.specificity_factor()));
  specificity_.formula->setText(tr("%1 of the %2 that the same pairs have without specificity")
                                    .arg(figure_number(parts.lds()), figure_number(parts.without_specificity)));
  published_.value->setText(tr("LDS %1").arg(figure_number(parts.published.lds)));
  published_.formula->setText(tr("the same pairs with distance over the window of %1 tokens, threshold 0.1, and "
                                 "specificity 1 in rows of one pair; the released program draws pairs of its own")
                                  .arg(grouped(document.sampling.window)));
  choose_colours();
  const Theme theme = Theme::of(palette());
  shares_->set_parts({{parts.strength_share(), theme.accent}, {parts.distance_share(), Theme::categories()[4]}});
}

void WhyPanel::show_links() {
  while (QLayoutItem* item = links_layout_->takeAt(0)) {
    delete item->widget();
    delete item;
  }
  const std::vector<std::uint32_t> pairs = heaviest_pairs(document_->scores, heaviest);
  if (pairs.empty()) {
    auto* none = new QLabel(tr("No pair lies above the threshold."), links_);
    none->setWordWrap(true);
    links_layout_->addWidget(none);
  }
  for (const std::uint32_t k : pairs) {
    const Pair& pair = document_->data.pairs.pairs[k];
    const Cell cell{pair.i, pair.j};
    const double adds = document_->scores.parts[k].contribution;
    auto* button = new QToolButton(links_);
    button->setAutoRaise(true);
    button->setText(tr("c_%1 after c_%2 adds %3")
                        .arg(cell.i)
                        .arg(cell.j)
                        .arg(with_share(adds, document_->scores.lds > 0 ? adds / document_->scores.lds : no_value)));
    button->setToolTip(formula_text(*document_, cell));
    connect(button, &QToolButton::clicked, this, [this, cell] { emit link_chosen(cell); });
    links_layout_->addWidget(button, 0, Qt::AlignLeft);
  }
}

void WhyPanel::choose_colours() {
  const QColor quiet = quiet_colour(palette());
  for (const Fact& fact : {mean_, sum_, strength_, distance_, specificity_, published_}) {
    QPalette colours = fact.formula->palette();
    if (colours.color(QPalette::WindowText) == quiet)
      continue;
    colours.setColor(QPalette::WindowText, quiet);
    fact.formula->setPalette(colours);
  }
}

void WhyPanel::changeEvent(QEvent* event) {
  QWidget::changeEvent(event);
  if (event->type() == QEvent::PaletteChange && document_)
    set_document(document_);
}

} // namespace longview
