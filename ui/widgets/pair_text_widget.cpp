#include "widgets/pair_text_widget.h"

#include <QCheckBox>
#include <QLabel>
#include <QSplitter>
#include <QVBoxLayout>

#include "models/format.h"
#include "run/token_report.h"
#include "widgets/reading_line.h"
#include "widgets/segment_pane.h"
#include "widgets/segment_text.h"
#include "widgets/small_font.h"

namespace longview {
namespace {

constexpr int least_letters = 52;        // of a line, where two texts stand side by side
constexpr std::size_t listed_tokens = 6; // with the most gain

/// A token in a list: its spaces and line ends visible.
QString visible(QString token) {
  token.replace(u' ', QChar(0x00B7)).replace(u'\n', QChar(0x00B6)).replace(u'\t', QChar(0x00BB)); // in every font
  for (QChar& letter : token)
    if (!letter.isPrint() && !letter.isSurrogate())
      letter = QChar(0xFFFD);
  return token;
}

} // namespace

struct PairTextWidget::State {
  QSplitter* splitter = nullptr;
  SegmentPane* prefix = nullptr;
  SegmentPane* target = nullptr;
  QCheckBox* wanted = nullptr;
  QLabel* strongest = nullptr;
  DocumentPointer document;
  std::optional<Cell> pair;
  Cell gain_cell;
  std::shared_ptr<const TokenGain> gain;

  void show() {
    if (!document || !pair || pair->i >= document->segments() || pair->j >= document->segments()) {
      prefix->show_nothing(document ? PairTextWidget::tr("Point at a cell of the heatmap to read its two segments.")
                                    : QString());
      target->show_nothing({});
      strongest->clear();
      return;
    }
    prefix->show_segment(*document, pair->j);
    target->show_segment(*document, pair->i);
    show_gain();
  }

  void show_gain() {
    const bool shown = document && gain && pair == gain_cell && wanted->isChecked();
    target->show_gain(*document, pair->i, shown ? gain : nullptr);
    if (shown)
      strongest->setText(summary());
    else
      strongest->clear();
  }

  /// The mean, and the tokens that gain most.
  QString summary() const {
    const std::vector<int> ends = token_ends_in_text(*document, pair->i, gain->ends, false);
    const QString text = segment_text(*document, pair->i).value_or(QString());
    double sum = 0;
    for (std::size_t t = 0; t < gain->alone.size(); ++t)
      sum += gain->gain(t);
    QStringList tokens;
    for (const std::size_t t : tokens_by_gain(*gain)) {
      if (static_cast<std::size_t>(tokens.size()) == listed_tokens || gain->gain(t - 1) <= 0)
        break;
      if (t < ends.size())
        tokens << QStringLiteral("%1 +%2").arg(visible(text.mid(ends[t - 1], ends[t] - ends[t - 1])),
                                               figure_number(gain->gain(t - 1)));
    }
    return PairTextWidget::tr("mean gain %1 nats a token; most: %2")
        .arg(figure_number(sum / static_cast<double>(gain->alone.size())), tokens.join(QStringLiteral(", ")));
  }
};

PairTextWidget::PairTextWidget(QWidget* parent) : QWidget(parent), state_(std::make_unique<State>()) {
  auto* splitter = new QSplitter(Qt::Vertical, this);
  state_->splitter = splitter;
  splitter->setChildrenCollapsible(false);
  splitter->setHandleWidth(8);
  state_->prefix = new SegmentPane(tr("Prefix"), splitter);
  state_->target = new SegmentPane(tr("Target"), splitter);
  state_->prefix->setObjectName(QStringLiteral("prefix"));
  state_->target->setObjectName(QStringLiteral("target"));
  splitter->addWidget(state_->prefix);
  splitter->addWidget(state_->target);
  state_->wanted = new QCheckBox(tr("Token &gains"), this);
  state_->wanted->setToolTip(
      tr("Colours each token of the target by how much the prefix helps to predict it: NLL alone "
         "minus NLL after, in nats. Orange is helped, blue is hindered. Runs the model on the "
         "selected pair, and keeps the numbers in the project"));
  state_->strongest = new QLabel(this);
  state_->strongest->setTextFormat(Qt::PlainText);
  state_->strongest->setWordWrap(true);
  state_->strongest->setFont(small_font(font()));
  state_->strongest->setTextInteractionFlags(Qt::TextSelectableByMouse);
  state_->strongest->setAccessibleName(tr("Strongest tokens"));
  state_->strongest->setAlignment(Qt::AlignTop | Qt::AlignLeft);
  state_->strongest->setMinimumHeight(2 * state_->strongest->fontMetrics().lineSpacing());
  state_->strongest->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Preferred);
  auto* line = new QHBoxLayout;
  line->setSpacing(8);
  line->addWidget(state_->wanted, 0, Qt::AlignTop);
  line->addWidget(state_->strongest, 1);
  auto* layout = new QVBoxLayout(this);
  layout->setContentsMargins(0, 0, 0, 0);
  layout->setSpacing(4);
  layout->addWidget(splitter, 1);
  layout->addLayout(line);
  connect(state_->wanted, &QCheckBox::toggled, this, [this] {
    state_->show();
    emit gains_wanted_changed();
  });
  state_->show();
}

PairTextWidget::~PairTextWidget() = default;

void PairTextWidget::resizeEvent(QResizeEvent* event) {
  QWidget::resizeEvent(event);
  const int side_by_side = 2 * least_letters * fontMetrics().averageCharWidth();
  state_->splitter->setOrientation(width() >= side_by_side ? Qt::Horizontal : Qt::Vertical);
}

void PairTextWidget::set_document(DocumentPointer document) {
  if (!document || !state_->document || document->document.id != state_->document->document.id)
    state_->gain.reset();
  state_->document = std::move(document);
  state_->show();
}

void PairTextWidget::set_pair(std::optional<Cell> cell) {
  state_->pair = cell;
  state_->show();
}

std::optional<Cell> PairTextWidget::pair() const {
  return state_->pair;
}

bool PairTextWidget::gains_wanted() const {
  return state_->wanted->isChecked();
}

void PairTextWidget::set_gains_wanted(bool wanted) {
  state_->wanted->setChecked(wanted);
}

void PairTextWidget::set_gain(Cell cell, std::shared_ptr<const TokenGain> gain) {
  state_->gain_cell = cell;
  state_->gain = std::move(gain);
  state_->show();
}

void PairTextWidget::explain_gains(const QString& text, bool error) {
  state_->strongest->setText(error ? tr("No token gains: %1").arg(text) : text);
}

} // namespace longview
