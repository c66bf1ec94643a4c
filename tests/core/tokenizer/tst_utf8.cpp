#include "support/log_guard.h"
#include "tokenizer/utf8.h"

using namespace longview;

class TestUtf8 : public QObject {
  Q_OBJECT

 private slots:
  void finds_the_first_bad_byte_data() {
    QTest::addColumn<QByteArray>("text");
    QTest::addColumn<int>("at"); // -1: valid
    const auto row = [](const char* name, const QByteArray& text, int at) { QTest::newRow(name) << text << at; };
    row("empty", "", -1);
    row("ASCII", "plain text longer than eight bytes", -1);
    row("all lengths", "a\xc3\xa9\xe6\xbc\xa2\xf0\x9f\x99\x82", -1);
    row("first and last of each length", "\x7f\xc2\x80\xdf\xbf\xe0\xa0\x80\xef\xbf\xbf\xf0\x90\x80\x80\xf4\x8f\xbf\xbf",
        -1);
    row("around the surrogates", "\xed\x9f\xbf\xee\x80\x80", -1);
    row("zero byte", QByteArray("a\0b", 3), -1);
    row("lone continuation", "abcdefgh\x80", 8);
    row("overlong, two bytes", "\xc1\xbf", 0);
    row("overlong, three bytes", "a\xe0\x9f\xbf", 1);
    row("overlong, four bytes", "\xf0\x8f\xbf\xbf", 0);
    row("surrogate", "ab\xed\xa0\x80", 2);
    row("past the last", "\xf4\x90\x80\x80", 0);
    row("no such lead", "\xf5\x80\x80\x80", 0);
    row("cut, two bytes", "0123456789\xc3", 10);
    row("cut, three bytes", "\xe6\xbc", 0);
    row("cut, four bytes", "\xf0\x9f\x99", 0);
    row("interrupted",
        "\xe6\xbc"
        "a",
        0);
    row("interrupted by a zero", QByteArray("\xc3\0", 2), 0);
  }
  void finds_the_first_bad_byte() {
    QFETCH(QByteArray, text);
    QFETCH(int, at);
    const auto found = first_invalid_utf8({text.constData(), static_cast<std::size_t>(text.size())});
    QCOMPARE(found ? static_cast<int>(*found) : -1, at);
  }
};

LONGVIEW_TEST_MAIN(TestUtf8)
#include "tst_utf8.moc"
