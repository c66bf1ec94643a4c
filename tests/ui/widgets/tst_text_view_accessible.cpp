#include <QAccessible>

#include "ui/support/sample_document.h"
#include "ui/support/widget_test.h"
#include "widgets/text_view.h"
#include "widgets/text_view_accessible.h"

using namespace longview;
using namespace longview::test;

namespace {

DocumentPointer with_text(const QByteArray& text) {
  auto document = std::make_shared<DocumentData>();
  document->text = std::make_shared<const std::string>(text.toStdString());
  document->data.bounds = {0, document->text->size()};
  document->data.pairs.perplexity_alone.assign(1, 10);
  return document;
}

const QByteArray words = "One café, 😀 two.  A second sentence.\nשלום עולם\n\nThe last paragraph";

} // namespace

/// What a screen reader hears of the whole text.
class TestTextViewAccessible : public QObject {
  Q_OBJECT

  std::unique_ptr<TextView> view_;
  QString text_;

  void show(const QByteArray& text) {
    text_ = QString::fromUtf8(text);
    const DocumentPointer document = with_text(text);
    view_->set_document(document, std::make_shared<const TextPieces>(*document->text));
    view_->resize(760, 480);
    view_->show();
    QVERIFY(QTest::qWaitForWindowExposed(view_.get()));
    view_->setFocus();
  }
  QAccessibleInterface* told() const { return QAccessible::queryAccessibleInterface(view_.get()); }
  QAccessibleTextInterface* text() const { return told()->textInterface(); }
  QString at(int unit, QAccessible::TextBoundaryType type) const {
    int begin = -1, end = -1;
    const QString part = text()->textAtOffset(unit, type, &begin, &end);
    return text_.mid(begin, end - begin) == part ? part : QStringLiteral("not where it says");
  }

 private slots:
  void init() {
    view_ = std::make_unique<TextView>();
    view_->setAccessibleName(QStringLiteral("Full text"));
  }
  void cleanup() { view_.reset(); }

  void it_is_a_document_that_can_be_read() {
    show(words);
    QCOMPARE(told()->role(), QAccessible::Document);
    QCOMPARE(told()->text(QAccessible::Name), QStringLiteral("Full text"));
    QVERIFY(told()->state().readOnly && told()->state().multiLine && told()->state().focusable);
    QCOMPARE(text()->characterCount(), static_cast<int>(text_.size()));
    QCOMPARE(text()->text(0, text()->characterCount()), text_);
    for (int unit = 0; unit < text_.size(); ++unit)
      if (!text_[unit].isLowSurrogate() && !text_[unit].isHighSurrogate())
        QCOMPARE(text()->text(unit, unit + 1), text_.mid(unit, 1));
  }

  void parts_are_told_where_they_are() {
    show(words);
    const auto in = [this](const char* what) { return static_cast<int>(text_.indexOf(QString::fromUtf8(what))) + 1; };
    QCOMPARE(at(in("café"), QAccessible::WordBoundary), QStringLiteral("café"));
    QCOMPARE(at(in("עולם"), QAccessible::WordBoundary), QStringLiteral("עולם"));
    QCOMPARE(at(in("😀") - 1, QAccessible::CharBoundary), QStringLiteral("😀"));
    QCOMPARE(at(in("second"), QAccessible::SentenceBoundary), QStringLiteral("A second sentence.\n"));
    QCOMPARE(at(in("café"), QAccessible::ParagraphBoundary), QStringLiteral("One café, 😀 two.  A second sentence.\n"));
    QCOMPARE(at(in("last"), QAccessible::ParagraphBoundary), QStringLiteral("The last paragraph"));
    QVERIFY(at(in("last"), QAccessible::LineBoundary).startsWith(QStringLiteral("The last paragraph")));
    int begin = 0, end = 0;
    QCOMPARE(text()->textBeforeOffset(in("עולם"), QAccessible::ParagraphBoundary, &begin, &end),
             QStringLiteral("One café, 😀 two.  A second sentence.\n"));
    QCOMPARE(text()->textAfterOffset(in("café"), QAccessible::ParagraphBoundary, &begin, &end),
             QStringLiteral("שלום עולם\n"));
    QCOMPARE(begin, static_cast<int>(text_.indexOf(u'ש')));
  }

  void caret_and_selection_go_both_ways() {
    show(words);
    for (int k = 0; k < 12; ++k)
      QTest::keyClick(view_.get(), Qt::Key_Right);
    QCOMPARE(text()->cursorPosition(), 12 + 1); // the emoji has two units
    QTest::keyClick(view_.get(), Qt::Key_Right, Qt::ControlModifier | Qt::ShiftModifier);
    int begin = 0, end = 0;
    QCOMPARE(text()->selectionCount(), 1);
    text()->selection(0, &begin, &end);
    QCOMPARE(text_.mid(begin, end - begin), view_->selected_text());
    QVERIFY(end > begin);
    text()->setSelection(0, 4, 8);
    QCOMPARE(view_->selected_text(), QStringLiteral("café"));
    text()->removeSelection(0);
    QCOMPARE(text()->selectionCount(), 0);
    text()->setCursorPosition(static_cast<int>(text_.indexOf(QStringLiteral("last"))));
    QCOMPARE(view_->caret(), static_cast<std::uint64_t>(words.indexOf("last")));
    text()->setCursorPosition(1'000'000);
    QCOMPARE(view_->caret(), static_cast<std::uint64_t>(words.size()));
  }

  void characters_are_where_they_are_drawn() {
    view_->move(200, 150); // so places on the screen are none in the view
    show(words);
    QTRY_VERIFY(view_->mapToGlobal(QPoint()).x() >= 200);
    const int unit = static_cast<int>(text_.indexOf(QStringLiteral("second")));
    const QRect rect = text()->characterRect(unit);
    QVERIFY(rect.width() > 1 && rect.height() > 5);
    QCOMPARE(text()->offsetAtPoint(rect.center() - QPoint(rect.width() / 4, 0)), unit);
    QCOMPARE(text()->offsetAtPoint(rect.center() - QPoint(0, 10'000)), -1);
    const QPoint left_of_middle = view_->viewport()->mapFromGlobal(rect.center() - QPoint(rect.width() / 4, 0));
    QTest::mouseClick(view_->viewport(), Qt::LeftButton, {}, left_of_middle);
    QCOMPARE(view_->caret(), static_cast<std::uint64_t>(words.indexOf("second")));
  }

  /// Five megabytes in one line, and as much in short ones.
  void a_long_text_is_told_in_parts() {
    for (const QByteArray& long_text :
         {QByteArray("word and ").repeated(560'000), QByteArray("a line\n").repeated(720'000)}) {
      show(long_text);
      QCOMPARE(text()->characterCount(), static_cast<int>(long_text.size()));
      const int middle = static_cast<int>(long_text.size() / 2);
      QVERIFY(at(middle, QAccessible::WordBoundary).size() <= 4);
      QVERIFY(at(middle, QAccessible::LineBoundary).size() < 200);
      text()->setCursorPosition(middle);
      QCOMPARE(text()->cursorPosition(), middle);
      QVERIFY(view_->laid_out() < 20);
    }
  }

  void without_a_text_it_says_why() {
    view_->explain(QStringLiteral("The file changed."));
    QCOMPARE(text()->characterCount(), 0);
    QCOMPARE(text()->text(0, 10), QString());
    int begin = 5, end = 5;
    QCOMPARE(text()->textAtOffset(0, QAccessible::WordBoundary, &begin, &end), QString());
    QCOMPARE(told()->text(QAccessible::Description), QStringLiteral("The file changed."));
  }
};

LONGVIEW_WIDGET_TEST_MAIN(TestTextViewAccessible)
#include "tst_text_view_accessible.moc"
