#include "widgets/pair_text_widget.h"

#include <cmath>
#include <utility>

#include <QCheckBox>
#include <QHeaderView>
#include <QLabel>
#include <QSplitter>
#include <QTableView>
#include <QVBoxLayout>

#include "models/format.h"
#include "widgets/reading_line.h"
#include "widgets/segment_pane.h"
#include "widgets/small_font.h"
#include "widgets/theme.h"
#include "widgets/tokens_model.h"

namespace longview {
namespace {

constexpr int least_letters = 52; // of a line, where two texts stand side by side
} // namespace

struct PairTextWidget::State {
  QSplitter* splitter = nullptr;
  SegmentPane* prefix = nullptr;
  SegmentPane* target = nullptr;
  QCheckBox* wanted = nullptr;
  QLabel* strongest = nullptr;
  TokensModel* tokens = nullptr;
  QTableView* table = nullptr;
  QSplitter* down = nullptr;
  bool sized = false;   ///< of `down`, for the table
  bool problem = false; ///< what `strongest` says
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
      tokens->clear();
      table->hide();
      return;
    }
    prefix->show_segment(*document, pair->j);
    target->show_segment(*document, pair->i);
    show_gain();
  }

  void show_gain() {
    const bool shown = document && gain && pair == gain_cell && wanted->isChecked();
    problem = false;
    colour_words();
    target->show_gain(*document, pair->i, shown ? gain : nullptr);
    tokens->set_gain(*document, pair->i, shown ? gain : nullptr);
    table->setVisible(shown);
    if (shown && !std::exchange(sized, true)) // until the user says otherwise
      down->setSizes({3 * down->height() / 4, down->height() / 4});
    if (shown)
      strongest->setText(summary());
    else
      strongest->clear();
  }

  void colour_words() const {
    QPalette colours;
    if (problem)
      colours.setColor(QPalette::WindowText, Theme::of(colours).warning);
    strongest->setPalette(colours);
  }

  /// The means, which are the logarithms of the two perplexities.
  QString summary() const {
    const auto mean = [](const std::vector<float>& nll) {
      double sum = 0;
      for (const float one : nll)
        sum += double{one};
      return sum / static_cast<double>(nll.size());
    };
    const double alone = mean(gain->alone);
    const double after = mean(gain->after);
    return PairTextWidget::tr("mean gain %1 nats a token: mean NLL %2 alone, %3 after, so perplexity %4 to %5")
        .arg(figure_number(alone - after), figure_number(alone), figure_number(after), figure_number(std::exp(alone)),
             figure_number(std::exp(after)));
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
  build_table();
  layout->addWidget(state_->down, 1);
  layout->addLayout(line);
  connect(state_->wanted, &QCheckBox::toggled, this, [this] {
    state_->show();
    emit gains_wanted_changed();
  });
  state_->show();
}

PairTextWidget::~PairTextWidget() = default;

/// The tokens below the texts.
void PairTextWidget::build_table() {
  state_->tokens = new TokensModel(this);
  auto* table = new QTableView(this);
  state_->table = table;
  table->setModel(state_->tokens);
  table->setAccessibleName(tr("Tokens by gain"));
  table->setSelectionBehavior(QAbstractItemView::SelectRows);
  table->setSelectionMode(QAbstractItemView::SingleSelection);
  table->setShowGrid(false);
  table->setTabKeyNavigation(false);
  table->setFrameShape(QFrame::NoFrame);
  table->verticalHeader()->hide();
  table->verticalHeader()->setDefaultSectionSize(fontMetrics().height() + 6);
  table->horizontalHeader()->setHighlightSections(false);
  table->horizontalHeader()->setSectionResizeMode(TokensModel::token, QHeaderView::Stretch);
  const int digit = fontMetrics().horizontalAdvance(u'0');
  for (const int column : {TokensModel::gain, TokensModel::alone, TokensModel::after}) {
    const QString title = state_->tokens->headerData(column, Qt::Horizontal, Qt::DisplayRole).toString();
    table->setColumnWidth(column, table->horizontalHeader()->fontMetrics().horizontalAdvance(title) + 4 * digit);
  }
  table->horizontalHeader()->setSortIndicator(TokensModel::gain, Qt::DescendingOrder);
  table->setSortingEnabled(true);
  table->setMinimumHeight(3 * (fontMetrics().height() + 6));
  connect(table->selectionModel(), &QItemSelectionModel::currentRowChanged, this, [this](const QModelIndex& row) {
    if (row.isValid())
      state_->target->go_to_token(state_->tokens->token_at(row.row()));
  });
  state_->down = new QSplitter(Qt::Vertical, this);
  state_->down->setHandleWidth(8);
  state_->down->setChildrenCollapsible(false);
  state_->down->addWidget(state_->splitter);
  state_->down->addWidget(table);
  state_->down->setStretchFactor(0, 3);
  state_->down->setStretchFactor(1, 1);
  table->hide();
}

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

void PairTextWidget::changeEvent(QEvent* event) {
  QWidget::changeEvent(event);
  if (event->type() == QEvent::PaletteChange)
    state_->colour_words();
}

void PairTextWidget::explain_gains(const QString& text, bool error) {
  state_->strongest->setText(error ? tr("No token gains: %1").arg(text) : text);
  state_->problem = error;
  state_->colour_words();
}

} // namespace longview
