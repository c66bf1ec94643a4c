#include "widgets/text_view.h"

#include <QApplication>
#include <QClipboard>
#include <QScrollBar>
#include <QSignalSpy>
#include <QTextBoundaryFinder>

#include "ui/support/sample_document.h"
#include "ui/support/widget_test.h"

using namespace longview;
using namespace longview::test;

namespace {

std::shared_ptr<const TextPieces> cut(const DocumentPointer& document) {
  return std::make_shared<const TextPieces>(*document->text);
}

/// A document of this text with borders every `every` bytes, wherever they fall.
DocumentPointer with_text(const QByteArray& text, std::uint64_t every = 400) {
  auto document = std::make_shared<DocumentData>();
  document->text = std::make_shared<const std::string>(text.toStdString());
  for (std::uint64_t at = 0; at <= document->text->size(); at += every)
    document->data.bounds.push_back(at);
  document->data.pairs.perplexity_alone.assign(document->data.bounds.size() - 1, 10);
  return document;
}

const QByteArray mixed = "Left to right, café.\r\n"
                         "שלום עולם, 123 שלום\n"
                         "مرحبا بالعالم\n"
                         "数学的帰納法は長い文章である。\n"
                         "😀 👨‍👩‍👧‍👦 👍🏽 🇩🇪\n"
                         "a\tb\x01\x1B[31m<b>bold</b> &amp; %1\x7F\n"
                         "e\xCC\x81\xCC\xA3 zero\xE2\x80\x8Bwidth \xEF\xBB\xBFmark\n";

} // namespace

class TestTextView : public QObject {
  Q_OBJECT

  std::unique_ptr<TextView> view_;

  void show(const DocumentPointer& document) {
    view_->set_document(document, cut(document));
    view_->resize(760, 480);
    view_->show();
    QVERIFY(QTest::qWaitForWindowExposed(view_.get()));
    view_->setFocus();
  }
  QPoint place(std::uint64_t byte) const {
    const QRect rect = view_->rect_of(byte);
    return {rect.x(), rect.center().y()};
  }

 private slots:
  void init() { view_ = std::make_unique<TextView>(); }
  void cleanup() { view_.reset(); }

  void what_is_copied_is_the_text_data() {
    QTest::addColumn<QByteArray>("text");
    QTest::newRow("mixed scripts") << mixed;
    QTest::newRow("ends of lines") << QByteArray("one\n\ntwo\r\n\r\nthree\rfour\n");
    QTest::newRow("control characters") << QByteArray("\x01\x02\x0B\x0C\x1F", 5);
    QTest::newRow("many pieces") << mixed.repeated(40);
  }
  void what_is_copied_is_the_text() {
    QFETCH(QByteArray, text);
    show(with_text(text, 7)); // borders inside of characters and between marks
    QTest::keyClick(view_.get(), Qt::Key_A, Qt::ControlModifier);
    QTest::keyClick(view_.get(), Qt::Key_C, Qt::ControlModifier);
    QCOMPARE(QApplication::clipboard()->text(), QString::fromUtf8(text));
    QVERIFY(!view_->grab().isNull()); // and it can be drawn
  }

  /// Every place that the keyboard reaches is the begin of a character, in the order of the text, and none is left out.
  void the_caret_walks_through_all_scripts() {
    show(with_text(mixed));
    const QString text = QString::fromUtf8(mixed);
    QTextBoundaryFinder finder(QTextBoundaryFinder::Grapheme, text);
    std::uint64_t before = 0;
    QTest::keyClick(view_.get(), Qt::Key_Home, Qt::ControlModifier);
    int steps = 0;
    for (; view_->caret() < static_cast<std::uint64_t>(mixed.size()); ++steps) {
      QTest::keyClick(view_.get(), Qt::Key_Right);
      QVERIFY(view_->caret() > before);
      before = view_->caret();
      finder.setPosition(QString::fromUtf8(mixed.left(static_cast<qsizetype>(before))).size());
      QVERIFY2(finder.isAtBoundary(), qPrintable(QString::number(before)));
    }
    for (; view_->caret() > 0; --steps)
      QTest::keyClick(view_.get(), Qt::Key_Left);
    QCOMPARE(steps, 0);
  }

  void paragraphs_from_right_to_left_begin_at_the_right() {
    show(with_text("left\nשלום\nleft\n"));
    QVERIFY(view_->rect_of(5).x() > view_->rect_of(0).x() + 300);
    QVERIFY(view_->rect_of(7).x() < view_->rect_of(5).x());
    QCOMPARE(view_->rect_of(14).x(), view_->rect_of(0).x());
  }

  void what_is_shown_is_as_long_as_the_text_data() {
    QTest::addColumn<QString>("text");
    QTest::addColumn<QString>("shown");
    const QChar separator(QChar::LineSeparator), hidden(0x200B), box(0x2003);
    QTest::newRow("plain") << QStringLiteral("a\tb<i>") << QStringLiteral("a\tb<i>");
    QTest::newRow("ends of lines") << QStringLiteral("a\nb\r\nc\rd\n")
                                   << QString("a" + QString(separator) + "b" + hidden + separator + "c" + separator +
                                              "d");
    QTest::newRow("controls") << QStringLiteral("\x1b[m\x7f") + QChar(0x85) << QString(QString(box) + "[m" + box + box);
    QTest::newRow("no characters") << QString(QChar(0xFFFE)) + QChar(0xFDD0)
                                   << QString(2, QChar(QChar::ReplacementCharacter));
  }
  void what_is_shown_is_as_long_as_the_text() {
    QFETCH(QString, text);
    QFETCH(QString, shown);
    QCOMPARE(shown_text(text), shown);
  }

  void the_mouse_selects_over_pieces() {
    const QByteArray text = QByteArray("Fifty words of plain text stand here on a line of their own.\n").repeated(200);
    show(with_text(text));
    QVERIFY(cut(with_text(text))->size() > 3);
    const std::uint64_t line = 61;
    const std::uint64_t begin = 10 * line + 6, end = 21 * line + 11; // a piece has 17 lines
    QTest::mousePress(view_->viewport(), Qt::LeftButton, {}, place(begin));
    QTest::mouseMove(view_->viewport(), place(end));
    QTest::mouseRelease(view_->viewport(), Qt::LeftButton, {}, place(end));
    QCOMPARE(view_->selection(), (ByteRange{begin, end}));
    QVERIFY(view_->selected_text().startsWith(QStringLiteral("words of")));
    QVERIFY(view_->selected_text().endsWith(QStringLiteral("own.\nFifty words")));
    QTest::keyClick(view_.get(), Qt::Key_Escape);
    QCOMPARE(view_->selection().length(), std::uint64_t{0});
    QTest::mouseDClick(view_->viewport(), Qt::LeftButton, {}, place(begin + 2));
    QCOMPARE(view_->selected_text(), QStringLiteral("words"));
  }

  void the_keyboard_selects_over_pieces() {
    const QByteArray text = QByteArray("short line\n").repeated(300);
    show(with_text(text));
    for (int k = 0; k < 70; ++k)
      QTest::keyClick(view_.get(), Qt::Key_Down, Qt::ShiftModifier);
    QCOMPARE(view_->selection(), (ByteRange{0, 70 * 11}));
    QVERIFY(view_->in_sight().end >= 70 * 11); // it came along
    QTest::keyClick(view_.get(), Qt::Key_End, Qt::ShiftModifier);
    QCOMPARE(view_->selection(), (ByteRange{0, 70 * 11 + 10}));
    QTest::keyClick(view_.get(), Qt::Key_End, Qt::ControlModifier);
    QCOMPARE(view_->caret(), std::uint64_t{300 * 11});
    QTest::keyClick(view_.get(), Qt::Key_Up);
    QTest::keyClick(view_.get(), Qt::Key_PageUp);
    QVERIFY(view_->caret() < 299 * 11);
  }

  void lays_out_what_is_in_sight_data() {
    QTest::addColumn<QByteArray>("text");
    QTest::newRow("one line of 5 MB") << QByteArray("a word, ").repeated(650'000);
    QTest::newRow("5 MB without a space") << QByteArray("x").repeated(5'000'000);
    QTest::newRow("5 MB of short lines") << QByteArray("x\n").repeated(2'500'000);
    QTest::newRow("5 MB from right to left") << QByteArray("שלום ").repeated(550'000);
  }
  void lays_out_what_is_in_sight() {
    QFETCH(QByteArray, text);
    show(with_text(text, 500));
    const auto bounded = [&] { return view_->laid_out() <= 60; };
    QVERIFY2(bounded(), qPrintable(QString::number(view_->laid_out())));
    QCOMPARE(view_->in_sight().begin, std::uint64_t{0});
    QScrollBar* bar = view_->verticalScrollBar();
    for (const double share : {0.25, 0.5, 0.9, 1.0}) {
      bar->setValue(static_cast<int>(share * bar->maximum()));
      QVERIFY2(bounded(), qPrintable(QString::number(view_->laid_out())));
      const ByteRange sight = view_->in_sight();
      QVERIFY(sight.begin > (share - 0.2) * text.size() && sight.begin < (share + 0.2) * text.size());
      QVERIFY(sight.length() > 0 && sight.length() < 200'000);
    }
    QCOMPARE(view_->in_sight().end, static_cast<std::uint64_t>(text.size()));
    QTest::keyClick(view_.get(), Qt::Key_Home, Qt::ControlModifier);
    QCOMPARE(view_->in_sight().begin, std::uint64_t{0});
  }

  /// Small steps go exactly so far, also where the pieces that come into sight turn out higher than they were guessed.
  void scrolls_without_a_jump() {
    QByteArray text;
    for (int k = 0; k < 400; ++k)
      text += k % 3 == 0 ? "数学的帰納法は長い文章である。wwwwwwwwwwwww " + QByteArray("iiii ").repeated(k % 60) + "\n"
                         : QByteArray("WWWW ").repeated(k % 50) + "\n";
    show(with_text(text));
    QScrollBar* bar = view_->verticalScrollBar();
    bar->setValue(bar->maximum() / 2);
    for (const int step : {37, -53, -53, 91, -20}) {
      const std::uint64_t watched = (view_->in_sight().begin + view_->in_sight().end) / 2;
      const int before = view_->rect_of(watched).y();
      bar->setValue(bar->value() + step);
      QCOMPARE(view_->rect_of(watched).y(), before - step);
    }
  }

  void keeps_its_place_when_it_gets_narrower() {
    show(with_text(mixed.repeated(500)));
    view_->verticalScrollBar()->setValue(view_->verticalScrollBar()->maximum() / 3);
    const ByteRange before = view_->in_sight();
    view_->resize(320, 480);
    const ByteRange after = view_->in_sight();
    QVERIFY(after.begin + 200 > before.begin && after.begin < before.begin + 200);
    QVERIFY(after.length() < before.length());
  }

  void lines_have_sixty_to_eighty_characters() {
    show(with_text(
        QByteArray("It was a matter of the people and the work that they do every day, as one knows. ").repeated(40)));
    view_->resize(1600, 480);
    QTest::keyClick(view_.get(), Qt::Key_Home, Qt::ControlModifier);
    for (int row = 0; row < 20; ++row) {
      const std::uint64_t begin = view_->caret();
      QTest::keyClick(view_.get(), Qt::Key_Down);
      const std::uint64_t length = view_->caret() - begin;
      QVERIFY2(length >= 62 && length <= 84, qPrintable(QString::number(length)));
    }
  }

  void a_click_in_the_margin_chooses_the_segment() {
    const DocumentPointer document = sample_document();
    show(document);
    QSignalSpy chosen(view_.get(), &TextView::segment_chosen);
    for (const std::uint32_t k : {0u, 1u, 2u, 3u}) {
      const std::uint64_t inside = document->data.bounds[k] + 150; // a line in which no segment begins
      view_->centre(inside);
      QTest::mouseClick(view_->viewport(), Qt::LeftButton, {}, QPoint(10, place(inside).y()));
      QCOMPARE(chosen.last().first().toUInt(), k);
      QVERIFY(view_->words_at(QPoint(10, place(inside).y())).startsWith(QStringLiteral("c_%1 · tokens").arg(k)));
    }
    view_->set_caret(document->data.bounds[2] + 5, false);
    QTest::keyClick(view_.get(), Qt::Key_Return);
    QCOMPARE(chosen.last().first().toUInt(), 2u);
  }

  void reveals_a_place_anywhere() {
    const DocumentPointer document = sample_document();
    show(document);
    for (const std::uint32_t k : {47u, 0u, 30u, 31u}) {
      view_->reveal(document->data.bounds[k]);
      const QRect rect = view_->rect_of(document->data.bounds[k]);
      QVERIFY(rect.top() >= 0 && rect.bottom() <= view_->viewport()->height());
    }
  }

  void segments_and_hits_can_be_seen() {
    const DocumentPointer document = sample_document();
    show(document);
    const auto colour = [&](std::uint64_t byte) { // above a letter, within its line
      const QRect rect = view_->rect_of(byte);
      return view_->viewport()->grab().toImage().pixelColor(rect.x() + 3, rect.top() + 1);
    };
    const std::uint64_t target = document->data.bounds[2] + 40, prefix = document->data.bounds[1] + 40;
    const std::uint64_t other = document->data.bounds[0] + 40;
    const QColor plain = colour(other);
    view_->set_pair(Cell{2, 1});
    QVERIFY(colour(target) != plain && colour(prefix) != plain && colour(target) != colour(prefix));
    QCOMPARE(colour(other), plain);
    view_->set_hits(std::make_shared<const std::vector<ByteRange>>(std::vector<ByteRange>{{other - 5, other + 5}}));
    QVERIFY(colour(other) != plain);
    view_->set_hits(nullptr);
    QCOMPARE(colour(other), plain);
  }

  void says_why_there_is_no_text() {
    view_->explain(QStringLiteral("Reading"));
    view_->set_document(nullptr, nullptr);
    view_->resize(400, 300);
    view_->show();
    for (const int key : {Qt::Key_Down, Qt::Key_Left, Qt::Key_End, Qt::Key_Return, Qt::Key_PageUp})
      QTest::keyClick(view_.get(), static_cast<Qt::Key>(key));
    QTest::mouseClick(view_->viewport(), Qt::LeftButton, {}, QPoint(200, 100));
    QCOMPARE(view_->caret(), std::uint64_t{0});
    QVERIFY(view_->selected_text().isEmpty());
  }
};

LONGVIEW_WIDGET_TEST_MAIN(TestTextView)
#include "tst_text_view.moc"
