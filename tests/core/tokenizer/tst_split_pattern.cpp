#include "base/error.h"
#include "support/log_guard.h"
#include "tokenizer/split_pattern.h"

using namespace longview;

namespace {

QStringList pieces(const char* name, const QString& text) {
  const SplitPattern pattern = SplitPattern::named(name);
  const std::string bytes = text.toStdString();
  Splitter splitter(pattern);
  splitter.start(bytes);
  QStringList out;
  for (auto piece = splitter.next(); !piece.empty(); piece = splitter.next())
    out << QString::fromUtf8(piece.data(), static_cast<qsizetype>(piece.size()));
  return out;
}

} // namespace

class TestSplitPattern : public QObject {
  Q_OBJECT

 private slots:
  /// Pieces are written with | between them. Expected values: the tokenizers library, Digits and ByteLevel in sequence.
  void splits_data() {
    QTest::addColumn<QString>("gpt2");
    QTest::addColumn<QString>("smollm");
    const auto row = [](const char* gpt2, const char* smollm) {
      QTest::addRow("%s", QString(smollm).remove('|').toUtf8().toPercentEncoding().constData()) << gpt2 << smollm;
    };
    const auto both = [&](const char* expected) { row(expected, expected); };
    both("Hello|,| world|!");
    both("I|'m| you|'re| they|'|LL| it|'|S");
    both("'s|'t|'re|'ve|'m|'ll|'d|'|x");
    both("a| |\u00a0|c");
    both(" two| | spaces|   ");
    both("tab|\t|and|\r\n|\n|x");
    both("!!!|漢字かな| русский");
    both("e|\u0301|x");           // a combining mark is no letter
    both("a|\u180e|b| \u180e|c"); // no space since Unicode 6.3
    both("a|\u200b|b");
    both("a|\u0085|b|\u2028|c| |\u3000|d");
    both(" ?|\u00a0|!");
    row("1234| 56|x|7½²Ⅳ", "1|2|3|4| |5|6|x|7|½|²|Ⅳ");
    row("a| | 1", "a|  |1"); // the digit ends the text the spaces are in
    row("a|\n|\n|1| 2| b", "a|\n\n|1| |2| b");
    row("'s|1|'|1|'re", "'s|1|'|1|'re");
  }
  void splits() {
    QFETCH(QString, gpt2);
    QFETCH(QString, smollm);
    const QString text = QString(smollm).remove('|');
    QCOMPARE(pieces("gpt-2", text).join('|'), gpt2);
    QCOMPARE(pieces("smollm", text).join('|'), smollm);
  }

  void nothing_to_split() { QVERIFY(pieces("smollm", "").isEmpty()); }

  /// One piece of millions of characters is one match, and has no need of a deep stack.
  void long_pieces() {
    const SplitPattern pattern = SplitPattern::named("smollm");
    Splitter splitter(pattern);
    for (const char* one : {"a", " ", "!", "\n"}) {
      std::string text = QByteArray(one).repeated(3'000'000).toStdString();
      splitter.start(text);
      QCOMPARE(splitter.next().size(), text.size());
      QVERIFY(splitter.next().empty());
      text += one[0] == ' ' ? "x" : " ";
      splitter.start(text);
      QVERIFY(splitter.next().size() + 2 >= text.size());
    }
  }

  void refuses_an_unknown_name() {
    for (const char* name : {"default", "llama-bpe", ""}) {
      try {
        SplitPattern::named(name);
        QFAIL(name);
      } catch (const Error& error) {
        QCOMPARE(error.code(), ErrorCode::unsupported);
        QVERIFY(QString(error.what()).contains(QString("\"%1\"").arg(name)));
        QVERIFY(QString(error.what()).contains("smollm"));
      }
    }
  }

  void refuses_a_broken_expression() {
    try {
      SplitPattern("mine", "a(b");
      QFAIL("compiled");
    } catch (const Error& error) {
      QCOMPARE(error.code(), ErrorCode::unsupported);
    }
  }

  void an_expression_with_gaps_is_an_error_and_no_endless_loop() {
    const SplitPattern pattern("mine", "a*");
    Splitter splitter(pattern);
    splitter.start("aab");
    QCOMPARE(splitter.next(), std::string_view("aa"));
    QVERIFY_THROWS_EXCEPTION(Error, splitter.next());
  }
};

LONGVIEW_TEST_MAIN(TestSplitPattern)
#include "tst_split_pattern.moc"
