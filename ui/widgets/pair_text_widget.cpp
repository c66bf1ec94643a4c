#include "widgets/pair_text_widget.h"

#include <QEvent>
#include <QLabel>
#include <QMimeData>
#include <QPlainTextEdit>
#include <QSplitter>
#include <QVBoxLayout>

#include "models/format.h"
#include "widgets/segment_text.h"
#include "widgets/theme.h"

namespace longview {
namespace {

constexpr int least_letters = 52; // of a line, where two texts stand side by side

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

/// One segment: which it is, and its text.
class SegmentPane : public QWidget {
 public:
  SegmentPane(const QString& role, QWidget* parent)
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
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(4);
    layout->addWidget(header_);
    layout->addWidget(text_, 1);
    choose_colours();
    show_nothing({});
  }

  void show_segment(const DocumentData& document, std::uint32_t k) {
    const std::uint64_t length = document.sampling.segment_length;
    const std::uint64_t first = document.place(k) * length;
    header_->setText(
        QObject::tr("%1 c_%2 · tokens %3–%4").arg(role_).arg(k).arg(grouped(first), grouped(first + length - 1)));
    header_->setToolTip(header_->text());
    if (const auto text = segment_text(document, k))
      set_text(*text);
    else if (!document.text_problem.empty())
      set_text({}, QString::fromStdString(document.text_problem));
    else
      set_text({}, document.text ? QObject::tr("The text of this segment is not known yet.")
                                 : QObject::tr("Reading the text…"));
  }

  void show_nothing(const QString& why) {
    header_->setText(role_);
    header_->setToolTip({});
    set_text({}, why);
  }

 protected:
  void changeEvent(QEvent* event) override {
    QWidget::changeEvent(event);
    if (event->type() == QEvent::PaletteChange)
      choose_colours();
  }

 private:
  void choose_colours() {
    QPalette colours = header_->palette();
    colours.setColor(QPalette::WindowText, Theme::of(palette()).muted_text);
    header_->setPalette(colours);
  }

  /// The same text again keeps selection and scroll place.
  void set_text(const QString& text, const QString& placeholder = {}) {
    text_->setPlaceholderText(placeholder);
    if (text_->toPlainText() != text)
      text_->setPlainText(text);
  }

  QString role_;
  QLabel* header_;
  QPlainTextEdit* text_;
};

} // namespace

struct PairTextWidget::State {
  QSplitter* splitter = nullptr;
  SegmentPane* prefix = nullptr;
  SegmentPane* target = nullptr;
  DocumentPointer document;
  std::optional<Cell> pair;

  void show() {
    if (!document || !pair || pair->i >= document->segments() || pair->j >= document->segments()) {
      prefix->show_nothing(document ? PairTextWidget::tr("Point at a cell of the heatmap to read its two segments.")
                                    : QString());
      target->show_nothing({});
      return;
    }
    prefix->show_segment(*document, pair->j);
    target->show_segment(*document, pair->i);
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
  auto* layout = new QVBoxLayout(this);
  layout->setContentsMargins(0, 0, 0, 0);
  layout->addWidget(splitter);
  state_->show();
}

PairTextWidget::~PairTextWidget() = default;

void PairTextWidget::resizeEvent(QResizeEvent* event) {
  QWidget::resizeEvent(event);
  const int side_by_side = 2 * least_letters * fontMetrics().averageCharWidth();
  state_->splitter->setOrientation(width() >= side_by_side ? Qt::Horizontal : Qt::Vertical);
}

void PairTextWidget::set_document(DocumentPointer document) {
  state_->document = std::move(document);
  state_->show();
}

void PairTextWidget::set_pair(std::optional<Cell> cell) {
  state_->pair = cell;
  state_->show();
}

} // namespace longview
