#include "widgets/text_pieces.h"

#include <QTextBoundaryFinder>

#include "base/error.h"
#include "support/log_guard.h"
#include "widgets/height_index.h"

using namespace longview;

namespace {

/// The pieces of a text, one string each.
QStringList pieces_of(const QByteArray& text) {
  const TextPieces pieces(std::string_view(text.constData(), static_cast<std::size_t>(text.size())));
  QStringList all;
  for (std::size_t k = 0; k < pieces.size(); ++k) {
    const ByteRange range = pieces.bytes(k);
    all << QString::fromUtf8(text.mid(static_cast<qsizetype>(range.begin), static_cast<qsizetype>(range.length())));
  }
  return all;
}

QByteArray repeated(const char* text, int count) {
  return QByteArray(text).repeated(count);
}

} // namespace

class TestTextPieces : public QObject {
  Q_OBJECT

 private slots:
  void tiles_the_text_data() {
    QTest::addColumn<QByteArray>("text");
    QTest::addColumn<int>("least");
    QTest::addColumn<int>("most");
    QTest::newRow("empty") << QByteArray() << 0 << 0;
    QTest::newRow("one line") << QByteArray("a line") << 1 << 1;
    QTest::newRow("short lines together") << repeated("int x;\n", 100) << 2 << 2; // 64 lines, then 36
    QTest::newRow("only ends of lines") << QByteArray(128, '\n') << 2 << 2;
    QTest::newRow("prose keeps its paragraphs")
        << repeated("word word ", 390) + "\n" + repeated("word word ", 390) << 2 << 2;
    QTest::newRow("a long line") << repeated("word ", 100'000) << 120 << 126;
    QTest::newRow("a long line without spaces") << repeated("x", 100'000) << 22 << 26;
    QTest::newRow("CJK without spaces") << repeated("長い文章", 10'000) << 9 << 11;
    QTest::newRow("both directions") << QByteArray("left\nימין\nleft\n") << 3 << 3;
    QTest::newRow("lines without direction join") << QByteArray("left\n123\n\nmore\n") << 1 << 1;
  }
  void tiles_the_text() {
    QFETCH(QByteArray, text);
    QFETCH(int, least);
    QFETCH(int, most);
    const QStringList pieces = pieces_of(text);
    QCOMPARE(pieces.join(QString()), QString::fromUtf8(text));
    QVERIFY2(pieces.size() >= least && pieces.size() <= most, qPrintable(QString::number(pieces.size())));
    for (const QString& piece : pieces) {
      QVERIFY(!piece.isEmpty());
      QVERIFY(piece.size() <= 2 * 4'400 + 10);
    }
  }

  void cuts_long_lines_behind_spaces_data() {
    QTest::addColumn<QByteArray>("text");
    QTest::newRow("words") << repeated("parliament ", 2'000);
    QTest::newRow("two spaces") << repeated("a  ", 5'000);
  }
  void cuts_long_lines_behind_spaces() {
    QFETCH(QByteArray, text);
    const QStringList pieces = pieces_of(text);
    QVERIFY(pieces.size() > 2);
    for (qsizetype k = 0; k + 1 < pieces.size(); ++k)
      QVERIFY2(pieces[k].endsWith(u' '), qPrintable(pieces[k].right(20)));
  }

  void parts_no_character_from_its_marks_data() {
    QTest::addColumn<QByteArray>("text");
    QTest::newRow("combining marks") << repeated("e\xCC\x81\xCC\xA3", 5'000);
    QTest::newRow("a family") << repeated("👨‍👩‍👧‍👦", 3'000);
    QTest::newRow("skin") << repeated("👍🏽", 5'000);
    QTest::newRow("vowels of Hindi") << repeated("कि", 5'000);
  }
  void parts_no_character_from_its_marks() {
    QFETCH(QByteArray, text);
    const QString whole = QString::fromUtf8(text);
    const QStringList pieces = pieces_of(text);
    QVERIFY(pieces.size() > 1);
    QTextBoundaryFinder finder(QTextBoundaryFinder::Grapheme, whole);
    qsizetype at = 0;
    for (qsizetype k = 0; k + 1 < pieces.size(); ++k) {
      at += pieces[k].size();
      finder.setPosition(at);
      QVERIFY2(finder.isAtBoundary(), qPrintable(QString::number(at)));
    }
  }

  void knows_the_direction_of_a_long_line() {
    const QByteArray text = "123 " + repeated("שלום ", 3'000) + "\nleft\n";
    const TextPieces pieces(std::string_view(text.constData(), static_cast<std::size_t>(text.size())));
    for (std::size_t k = 0; k + 1 < pieces.size(); ++k)
      QVERIFY(pieces.right_to_left(k));
    QVERIFY(!pieces.right_to_left(pieces.size() - 1));
  }

  void finds_the_piece_of_a_byte() {
    const QByteArray text = repeated("word ", 10'000);
    const TextPieces pieces(std::string_view(text.constData(), static_cast<std::size_t>(text.size())));
    for (std::size_t k = 0; k < pieces.size(); ++k) {
      QCOMPARE(pieces.at(pieces.bytes(k).begin), k);
      QCOMPARE(pieces.at(pieces.bytes(k).end - 1), k);
    }
    QCOMPARE(pieces.at(99'999'999), pieces.size() - 1);
  }

  void stops_when_it_is_asked_to() {
    std::stop_source source;
    source.request_stop();
    QVERIFY_THROWS_EXCEPTION(Error, TextPieces(std::string(3'000'000, 'x'), source.get_token()));
  }

  void heights_add_up() {
    std::vector<int> heights;
    for (int k = 0; k < 1'000; ++k)
      heights.push_back(10 + k % 7);
    HeightIndex index(heights);
    const auto check = [&] {
      std::int64_t sum = 0;
      for (std::size_t k = 0; k < heights.size(); ++k) {
        QCOMPARE(index.top(k), sum);
        QCOMPARE(index.at(sum), k);
        QCOMPARE(index.at(sum + heights[k] - 1), k);
        sum += heights[k];
      }
      QCOMPARE(index.total(), sum);
      QCOMPARE(index.at(sum + 100), heights.size() - 1);
      QCOMPARE(index.at(-5), std::size_t{0});
    };
    check();
    for (const std::size_t k : {0, 1, 500, 511, 512, 998, 999}) {
      heights[k] += 40;
      index.set(k, heights[k]);
    }
    check();
    QCOMPARE(HeightIndex().at(7), std::size_t{0});
  }
};

LONGVIEW_TEST_MAIN(TestTextPieces)
#include "tst_text_pieces.moc"
