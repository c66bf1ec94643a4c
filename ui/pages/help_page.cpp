#include "pages/help_page.h"

#include <algorithm>

#include <QEvent>
#include <QTextBlock>
#include <QTextList>
#include <QTextTable>

namespace longview {
namespace {

constexpr int page_margin = 16;
constexpr int between = 8; // pixels between paragraphs

bool is_code(const QTextBlock& block) {
  return block.isValid() && block.blockFormat().hasProperty(QTextFormat::BlockCodeLanguage);
}

/// Headings in bold, the larger ones a step above the text (Qt's steps are near the window's sizes).
void dress_heading(QTextCursor& cursor, int level) {
  cursor.movePosition(QTextCursor::EndOfBlock, QTextCursor::KeepAnchor);
  QTextCharFormat letters;
  letters.setFontWeight(QFont::Bold);
  letters.setProperty(QTextFormat::FontSizeAdjustment, level <= 2 ? 1 : 0);
  cursor.mergeCharFormat(letters);
}

QTextBlockFormat format_of(const QTextBlock& block, const QPalette& colours) {
  QTextBlockFormat format;
  if (const int level = block.blockFormat().headingLevel(); level > 0) {
    format.setTopMargin(level == 1 ? 0 : 3 * between);
    format.setBottomMargin(between);
  } else if (is_code(block)) {
    format.setBackground(colours.brush(QPalette::AlternateBase));
    format.setLeftMargin(between);
    format.setBottomMargin(is_code(block.next()) ? 0 : between);
  } else if (block.textList()) {
    format.setBottomMargin(between / 2);
  } else {
    format.setBottomMargin(between);
  }
  return format;
}

/// Pixels that a paragraph has across.
int room_of(const QTextBlock& block, int page) {
  const int steps = block.blockFormat().indent() + (block.textList() ? block.textList()->format().indent() : 0);
  return std::max(64, page - 2 * page_margin - static_cast<int>(steps * block.document()->indentWidth()));
}

void dress_table(QTextTable& table) {
  QTextTableFormat format = table.format();
  format.setCellPadding(4);
  format.setCellSpacing(0);
  format.setBorder(0);
  format.setBottomMargin(between);
  table.setFormat(format);
}

} // namespace

HelpPage::HelpPage(QWidget* parent) : QTextBrowser(parent) {
  document()->setDocumentMargin(page_margin);
}

void HelpPage::doSetSource(const QUrl& name, QTextDocument::ResourceType type) {
  QTextBrowser::doSetSource(name, type);
  document()->setDocumentMargin(page_margin);
  dress();
  fit_pictures();
  if (!name.fragment().isEmpty())
    scrollToAnchor(name.fragment());
}

void HelpPage::dress() {
  document()->setUndoRedoEnabled(false);
  QTextCursor cursor(document());
  cursor.beginEditBlock();
  for (QTextBlock block = document()->begin(); block.isValid(); block = block.next()) {
    cursor.setPosition(block.position());
    if (cursor.currentTable())
      continue;
    cursor.mergeBlockFormat(format_of(block, palette()));
    if (const int level = block.blockFormat().headingLevel(); level > 0)
      dress_heading(cursor, level);
  }
  for (QTextFrame* frame : document()->rootFrame()->childFrames())
    if (auto* table = qobject_cast<QTextTable*>(frame))
      dress_table(*table);
  cursor.endEditBlock();
}

/// Scaled smoothly here: the document's own scaling leaves out lines of pixels, and with them parts of letters.
void HelpPage::fit_pictures() {
  QTextCursor cursor(document());
  for (QTextBlock block = document()->begin(); block.isValid(); block = block.next()) {
    for (auto part = block.begin(); !part.atEnd(); ++part) {
      QTextImageFormat format = part.fragment().charFormat().toImageFormat();
      if (!format.isValid())
        continue;
      const QUrl url = document()->baseUrl().resolved(QUrl(format.name()));
      QImage& whole = pictures_[format.name()];
      if (whole.isNull())
        whole = QImage(u':' + source().resolved(QUrl(format.name())).path()).convertToFormat(QImage::Format_RGB32);
      if (whole.isNull())
        continue;
      const int width = std::min(whole.width(), room_of(block, viewport()->width()));
      if (format.width() == width)
        continue;
      QImage shown = whole.scaledToWidth(qRound(width * devicePixelRatioF()), Qt::SmoothTransformation);
      shown.setDevicePixelRatio(devicePixelRatioF());
      document()->addResource(QTextDocument::ImageResource, url, shown);
      format.setWidth(width);
      format.setHeight(qRound(1.0 * whole.height() * width / whole.width()));
      cursor.setPosition(part.fragment().position());
      cursor.setPosition(part.fragment().position() + part.fragment().length(), QTextCursor::KeepAnchor);
      cursor.setCharFormat(format);
      break; // the fragments of the block are others now; a picture has a paragraph of its own
    }
  }
}

void HelpPage::resizeEvent(QResizeEvent* event) {
  QTextBrowser::resizeEvent(event);
  fit_pictures();
}

void HelpPage::changeEvent(QEvent* event) {
  QTextBrowser::changeEvent(event);
  if (event->type() == QEvent::PaletteChange || event->type() == QEvent::FontChange)
    dress();
}

} // namespace longview
