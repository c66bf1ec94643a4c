#include "widgets/segment_pane.h"

#include <algorithm>
#include <cmath>

#include <QEvent>
#include <QHelpEvent>
#include <QLabel>
#include <QMimeData>
#include <QToolTip>
#include <QVBoxLayout>

#include "models/format.h"
#include "widgets/reading_line.h"
#include "widgets/segment_text.h"
#include "widgets/theme.h"

namespace longview {
namespace {

constexpr double readable = 4.5;     // WCAG 2.1, text
constexpr double least_range = 1;    // nats: small changes stay pale
constexpr double least_shown = 0.02; // of the range: below it a token has no colour

/// Copies what is selected as plain text alone, no-break spaces included.
class SourceView : public QPlainTextEdit {
 public:
  using QPlainTextEdit::QPlainTextEdit;

 protected:
  QMimeData* createMimeDataFromSelection() const override {
    QString text = textCursor().selectedText();
    text.replace(QChar::ParagraphSeparator, u'\n');
    auto* copied = new QMimeData;
    copied->setText(text);
    return copied;
  }
};

QColor blend(const QColor& top, const QColor& ground, double share) {
  const auto mixed = [share](int a, int b) { return static_cast<int>(std::lround(share * a + (1 - share) * b)); };
  return {mixed(top.red(), ground.red()), mixed(top.green(), ground.green()), mixed(top.blue(), ground.blue())};
}

/// From the ground to the map's colour, but never so far that the text on it cannot be read.
QColor token_colour(double value, const ColourScale& scale, const Theme& theme, const QColor& text) {
  const double size = std::min(1.0, std::abs(value) / scale.high);
  if (size < least_shown)
    return {};
  const QColor full(scale.colour(value < 0 ? scale.low : scale.high, theme.dark));
  double share = 0.85 * size;
  QColor colour = blend(full, theme.background, share);
  while (contrast(colour, text) < readable && share > 0.05) {
    share *= 0.9;
    colour = blend(full, theme.background, share);
  }
  return colour;
}

} // namespace

SegmentPane::SegmentPane(const QString& role, QWidget* parent)
    : QWidget(parent), role_(role), header_(new QLabel(this)), text_(new SourceView(this)) {
  header_->setTextFormat(Qt::PlainText);
  header_->setTextInteractionFlags(Qt::TextSelectableByMouse);
  header_->setWordWrap(true);
  header_->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Preferred);
  text_->setReadOnly(true);
  text_->setTextInteractionFlags(Qt::TextSelectableByMouse | Qt::TextSelectableByKeyboard);
  text_->setFrameShape(QFrame::NoFrame);
  text_->setLineWrapMode(QPlainTextEdit::WidgetWidth);
  text_->document()->setDocumentMargin(8);
  text_->setAccessibleName(role);
  text_->viewport()->installEventFilter(this);
  auto* layout = new QVBoxLayout(this);
  layout->setContentsMargins(0, 0, 0, 0);
  layout->setSpacing(4);
  layout->addWidget(header_);
  layout->addWidget(text_, 1);
  choose_colours();
  show_nothing({});
}

void SegmentPane::show_segment(const DocumentData& document, std::uint32_t k) {
  const std::uint64_t length = document.sampling.segment_length;
  const std::uint64_t first = document.place(k) * length;
  header_->setText(tr("%1 c_%2 · tokens %3–%4").arg(role_).arg(k).arg(grouped(first), grouped(first + length - 1)));
  header_->setToolTip(header_->text());
  const auto text = segment_text(document, k);
  problem_ = !text && !document.text_problem.empty();
  choose_colours();
  if (text)
    set_text(*text);
  else if (problem_)
    set_text(QString::fromStdString(document.text_problem)); // to be copied, unlike a placeholder
  else
    set_text({}, document.text ? tr("The text of this segment is not known yet.") : tr("Reading the text…"));
}

void SegmentPane::show_nothing(const QString& why) {
  header_->setText(role_);
  header_->setToolTip({});
  problem_ = false;
  choose_colours();
  set_text({}, why);
  gain_.reset();
  paint_tokens();
}

void SegmentPane::show_gain(const DocumentData& document, std::uint32_t k, std::shared_ptr<const TokenGain> gain) {
  gain_ = std::move(gain);
  ends_ = gain_ ? token_ends_in_text(document, k, gain_->ends, true) : std::vector<int>();
  if (gain_) {
    std::vector<double> gains;
    for (std::size_t t = 0; t < gain_->alone.size(); ++t)
      gains.push_back(gain_->gain(t));
    scale_ = ColourScale::diverging_for(gains, least_range);
  }
  paint_tokens();
}

/// As tokens that begin and end where words do: every other one is what stands between two words, and does nothing.
void SegmentPane::show_words(const DocumentData& document, std::uint32_t k, std::shared_ptr<const Attribution> words) {
  if (words_ == words && !words)
    return;
  words_ = words;
  if (!words) {
    show_gain(document, k, nullptr);
    return;
  }
  auto gain = std::make_shared<TokenGain>();
  for (std::size_t w = 0; w < words->words.size(); ++w) {
    gain->ends.push_back(words->words[w].begin);
    gain->ends.push_back(words->words[w].end);
    gain->alone.push_back(static_cast<float>(words->nats[w]));
    if (w + 1 < words->words.size())
      gain->alone.push_back(0);
  }
  gain->after.assign(gain->alone.size(), 0);
  show_gain(document, k, std::move(gain));
}

void SegmentPane::changeEvent(QEvent* event) {
  QWidget::changeEvent(event);
  if (event->type() == QEvent::PaletteChange) {
    choose_colours();
    paint_tokens();
  }
}

bool SegmentPane::eventFilter(QObject* object, QEvent* event) {
  if (object == text_->viewport() && event->type() == QEvent::ToolTip) {
    const auto* help = static_cast<QHelpEvent*>(event);
    const QTextCursor cursor = text_->cursorForPosition(help->pos());
    // the cursor stands between two characters: take the one that is under the mouse
    const bool before = text_->cursorRect(cursor).left() > help->pos().x();
    const QString words = words_at(std::max(0, cursor.position() - (before ? 1 : 0)));
    QToolTip::showText(help->globalPos(), tooltip(words), text_);
    return true;
  }
  return QWidget::eventFilter(object, event);
}

void SegmentPane::choose_colours() {
  QPalette colours = header_->palette();
  colours.setColor(QPalette::WindowText, Theme::of(palette()).muted_text);
  header_->setPalette(colours);
  QPalette text_colours;
  if (problem_)
    text_colours.setColor(QPalette::Text, Theme::of(palette()).warning);
  text_->setPalette(text_colours);
}

/// The same text again keeps selection and scroll place.
void SegmentPane::set_text(const QString& text, const QString& placeholder) {
  text_->setPlaceholderText(placeholder);
  if (text_->toPlainText() != text)
    text_->setPlainText(text);
}

void SegmentPane::paint_tokens() {
  QList<QTextEdit::ExtraSelection> selections;
  const Theme theme = Theme::of(palette());
  const QColor words = text_->palette().color(QPalette::Text);
  for (std::size_t t = 1; gain_ && t < ends_.size(); ++t) {
    const QColor colour = token_colour(gain_->gain(t - 1), scale_, theme, words);
    if (!colour.isValid() || ends_[t] == ends_[t - 1])
      continue;
    QTextEdit::ExtraSelection selection;
    selection.cursor = QTextCursor(text_->document());
    selection.cursor.setPosition(ends_[t - 1]);
    selection.cursor.setPosition(ends_[t], QTextCursor::KeepAnchor);
    selection.format.setBackground(colour);
    selections << selection;
  }
  text_->setExtraSelections(selections);
}

void SegmentPane::go_to_token(std::size_t token) {
  if (token == 0 || token >= ends_.size())
    return;
  QTextCursor cursor(text_->document());
  cursor.setPosition(ends_[token - 1]);
  cursor.setPosition(ends_[token], QTextCursor::KeepAnchor);
  text_->setTextCursor(cursor);
  text_->ensureCursorVisible();
}

int SegmentPane::token_at(int position) const {
  const auto end = std::upper_bound(ends_.begin(), ends_.end(), position);
  return end == ends_.end() ? -1 : static_cast<int>(end - ends_.begin());
}

QString SegmentPane::words_at(int position) const {
  const int token = gain_ ? token_at(position) : -1;
  if (token < 0)
    return {};
  if (words_) // odd tokens are words
    return token % 2 == 1
               ? tr("without this word the target costs %1 nats more\n(an estimate: its tokens replaced by spaces)")
                     .arg(figure_number(gain_->gain(static_cast<std::size_t>(token) - 1)))
               : QString();
  if (token == 0)
    return tr("the first token of a segment is never scored");
  const auto t = static_cast<std::size_t>(token) - 1;
  return tr("token %1: gain %2 nats\n= NLL alone − NLL after = %3 − %4")
      .arg(token)
      .arg(figure_number(gain_->gain(t)), figure_number(double{gain_->alone[t]}),
           figure_number(double{gain_->after[t]}));
}

QColor SegmentPane::colour_at(int position) const {
  for (const QTextEdit::ExtraSelection& selection : text_->extraSelections())
    if (position >= selection.cursor.selectionStart() && position < selection.cursor.selectionEnd())
      return selection.format.background().color();
  return {};
}

} // namespace longview
