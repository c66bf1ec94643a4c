#include "jobs/text_search.h"

#include "base/error.h"
#include "support/log_guard.h"

using namespace longview;

class TestTextSearch : public QObject {
  Q_OBJECT

 private slots:
  void finds_data() {
    QTest::addColumn<QByteArray>("text");
    QTest::addColumn<QByteArray>("words");
    QTest::addColumn<QString>("options"); // c: case, e: expression
    QTest::addColumn<QStringList>("found");
    const auto row = [](const char* tag, const char* text, const char* words, const char* options,
                        const QStringList& found) {
      QTest::newRow(tag) << QByteArray(text) << QByteArray(words) << QString::fromUtf8(options) << found;
    };
    row("any case", "Whale whale WHALE", "whale", "", {"0 5", "6 11", "12 17"});
    row("this case", "Whale whale WHALE", "Whale", "c", {"0 5"});
    row("Greek", "ΛΌΓΟΣ λόγος", "λόγο", "", {"0 8", "11 19"});
    row("Cyrillic", "МОСКВА", "москва", "", {"0 12"});
    row("another length", "K\xE2\x84\xAA", "k", "", {"0 1", "1 4"}); // the Kelvin sign
    row("CJK", "数学と数学", "数学", "", {"0 6", "9 15"});
    row("no pattern", "a.c abc", "a.c", "", {"0 3"});
    row("pattern", "a.c abc", "a.c", "e", {"0 3", "4 7"});
    row("lines", "one\ntwo\n", "^t\\w+$", "e", {"4 7"});
    row("letters of any script", "naïve été!", "\\w+", "e", {"0 6", "7 12"});
    row("over the end of a line", "one\ntwo", "e\\st", "e", {"2 5"});
    row("nothing empty", "aab", "a*", "e", {"0 2"});
    row("side by side", "aaaa", "aa", "", {"0 2", "2 4"});
    row("none", "text", "missing", "", {});
    row("no words", "text", "", "", {});
  }
  void finds() {
    QFETCH(QByteArray, text);
    QFETCH(QByteArray, words);
    QFETCH(QString, options);
    QFETCH(QStringList, found);
    const SearchHits hits =
        find_in_text(text.toStdString(), {words.toStdString(), options.contains(u'c'), options.contains(u'e')});
    QStringList told;
    for (const ByteRange& range : hits.ranges)
      told << QStringLiteral("%1 %2").arg(range.begin).arg(range.end);
    QCOMPARE(told, found);
    QVERIFY(hits.all);
  }

  /// It looks into a long text stretch by stretch: what lies over the seam is found, and once.
  void finds_over_its_own_seams() {
    std::string text(3 << 20, '.');
    const std::vector<std::uint64_t> places{0, (1 << 20) - 3, (1 << 20) + 2, (2 << 20), (3 << 20) - 5};
    for (const std::uint64_t place : places)
      text.replace(place, 4, "Néo"); // four bytes
    const SearchHits hits = find_in_text(text, {"nÉo"});
    QCOMPARE(hits.ranges.size(), places.size());
    for (std::size_t k = 0; k < places.size(); ++k)
      QCOMPARE(hits.ranges[k].begin, places[k]);
  }

  void says_what_is_no_expression_data() {
    QTest::addColumn<QByteArray>("words");
    QTest::addColumn<QString>("told");
    QTest::newRow("open bracket") << QByteArray("é(a") << QStringLiteral("missing closing parenthesis at character 4");
    QTest::newRow("nothing to repeat") << QByteArray("*a")
                                       << QStringLiteral("quantifier does not follow a repeatable item at character");
    QTest::newRow("long") << QByteArray(20'000, 'a') << QStringLiteral("longer than 10,000 bytes");
  }
  void says_what_is_no_expression() {
    QFETCH(QByteArray, words);
    QFETCH(QString, told);
    try {
      find_in_text("text", {words.toStdString(), false, true});
      QFAIL("no error");
    } catch (const Error& error) {
      QVERIFY(error.code() == ErrorCode::usage);
      QVERIFY2(QString::fromUtf8(error.what()).contains(told), error.what());
    }
  }

  void bounds_what_takes_too_long() {
    try {
      find_in_text(std::string(5'000, 'a') + "!x", {"(a|aa|a*)+$x", false, true});
      QFAIL("no error");
    } catch (const Error& error) {
      QVERIFY2(QString::fromUtf8(error.what()).contains(QStringLiteral("too many steps")), error.what());
    }
  }

  void stops_when_it_is_asked_to() {
    std::stop_source source;
    source.request_stop();
    QVERIFY_THROWS_EXCEPTION(Error, find_in_text("text", {"t"}, source.get_token()));
  }
};

LONGVIEW_TEST_MAIN(TestTextSearch)
#include "tst_text_search.moc"
