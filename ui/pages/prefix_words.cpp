#include "pages/prefix_words.h"

#include <QHBoxLayout>
#include <QProgressBar>
#include <QPushButton>

#include "models/format.h"
#include "pages/notice.h"
#include "widgets/reading_line.h"
#include "widgets/segment_pane.h"
#include "widgets/small_font.h"

namespace longview {
namespace {

constexpr std::size_t listed_words = 6;

} // namespace

PrefixWords::PrefixWords(std::shared_ptr<DocumentModel> model, SegmentPane* prefix, QWidget* parent)
    : QWidget(parent), loader_(new WordLoader(std::move(model), this)), prefix_(prefix), button_(new QPushButton(this)),
      progress_(new QProgressBar(this)), text_(new Notice(this)) {
  build();
  connect(button_, &QPushButton::clicked, this, &PrefixWords::press);
  connect(loader_, &WordLoader::progressed, this, [this](Cell, int done, int all) {
    progress_->setRange(0, all);
    progress_->setValue(done);
  });
  connect(loader_, &WordLoader::loaded, this,
          [this](const DocumentKey& key, Cell cell, const WordLoader::Words& words) {
            if (key != key_)
              return;
            words_ = words;
            words_of_ = cell;
            show_words();
          });
  connect(loader_, &WordLoader::failed, this, [this](const DocumentKey&, Cell, const Error& error) {
    show_words();
    text_->fail(tr("No words: %1").arg(error_text(error)));
  });
  show_words();
}

PrefixWords::~PrefixWords() = default;

void PrefixWords::build() {
  button_->setToolTip(
      tr("Estimates which words of the prefix help to predict the target: runs the model once more for each "
         "word, with its tokens replaced by spaces and all others in their places. Orange words help, "
         "blue ones hinder. Words can stand for each other, so the numbers need not add up"));
  progress_->setTextVisible(false);
  progress_->setFixedWidth(120);
  progress_->setMaximumHeight(fontMetrics().height());
  progress_->setAccessibleName(tr("Progress of the words"));
  text_->setFont(small_font(font()));
  text_->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Preferred);
  text_->setAccessibleName(tr("Strongest words of the prefix"));
  auto* layout = new QHBoxLayout(this);
  layout->setContentsMargins(0, 0, 0, 0);
  layout->setSpacing(8);
  layout->addWidget(button_, 0, Qt::AlignTop | Qt::AlignLeft);
  layout->addWidget(progress_, 0, Qt::AlignVCenter);
  layout->addWidget(text_, 1);
}

void PrefixWords::set_document(std::optional<DocumentKey> key, DocumentPointer document) {
  if (key_ != key) {
    stop();
    words_.reset();
  }
  key_ = std::move(key);
  document_ = std::move(document);
  show_words();
}

/// Another pair makes the answer for this one worthless.
void PrefixWords::set_pair(std::optional<Cell> cell) {
  if (pair_ == cell)
    return;
  pair_ = cell;
  stop();
}

void PrefixWords::set_shown(std::optional<Cell> cell) {
  shown_ = cell;
  show_words();
}

void PrefixWords::stop() {
  loader_->cancel();
  show_words();
}

void PrefixWords::press() {
  if (loader_->busy()) {
    stop();
    return;
  }
  if (!key_ || !pair_ || !document_ || !document_->text)
    return;
  progress_->setRange(0, 0);
  loader_->load(*key_, *pair_, document_->text);
  show_words();
}

QString PrefixWords::text() const {
  return text_->text();
}

void PrefixWords::show_words() {
  const bool works = loader_->busy();
  button_->setText(works ? tr("Stop") : tr("Which words?"));
  button_->setEnabled(works || (pair_ && document_ && document_->text));
  progress_->setVisible(works);
  const bool any = words_ && document_ && shown_ == words_of_ && words_of_.i < document_->segments();
  if (document_ && shown_ && shown_->j < document_->segments())
    prefix_->show_words(*document_, shown_->j, any ? words_ : nullptr);
  text_->explain(any ? summary() : QString());
}

/// The words that help most, with the nats that each of them is worth.
QString PrefixWords::summary() const {
  const AttributionOf shown{{}, words_of_.i, words_of_.j, *document_->text, *words_};
  QStringList words;
  for (const std::size_t k : words_by_effect(*words_)) {
    if (static_cast<std::size_t>(words.size()) == listed_words || words_->nats[k] <= 0)
      break;
    const std::string_view word = shown.word(k);
    words << QStringLiteral("%1 +%2").arg(QString::fromUtf8(word), figure_number(words_->nats[k]));
  }
  return tr("estimate, in nats over the target (the whole prefix: %1); most: %2")
      .arg(figure_number(words_->gain), words.join(QStringLiteral(", ")));
}

} // namespace longview
