#include "base/error.h"
#include "support/log_guard.h"
#include "tokenizer/regex_syntax.h"
#include "tokenizer/split_pattern.h"
#include "tokenizer/split_rules.h"

using namespace longview;

namespace {

SplitPattern named(const char* name) {
  return {name, std::string(split_rule(name).expression)};
}

QStringList pieces(const SplitPattern& pattern, const QString& text) {
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
    QCOMPARE(pieces(named("gpt-2"), text).join('|'), gpt2);
    QCOMPARE(pieces(named("smollm"), text).join('|'), smollm);
  }

  void nothing_to_split() { QVERIFY(pieces(named("smollm"), "").isEmpty()); }

  /// One piece of millions of characters is one match, and has no need of a deep stack.
  void long_pieces() {
    const SplitPattern pattern = named("smollm");
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
    for (const char* name : {"default", "deepseek-llm", ""}) {
      try {
        split_rule(name);
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

  void gaps_are_pieces_that_do_not_match() {
    const SplitPattern pattern("mine", "a+");
    Splitter splitter(pattern);
    const std::string text = "aabba";
    splitter.start(text);
    for (const auto& [piece, matched] : {std::pair("aa", true), std::pair("bb", false), std::pair("a", true)}) {
      QCOMPARE(splitter.next(), std::string_view(piece));
      QCOMPARE(splitter.matched(), matched);
    }
    QVERIFY(splitter.next().empty());
  }

  void refuses_what_may_match_nothing() { QVERIFY_THROWS_EXCEPTION(Error, SplitPattern("mine", "a*")); }

  /// The pattern that tokenizer.json has for each of our own rules cuts the same.
  void rules_are_what_they_translate_data() {
    QTest::addColumn<QString>("rule");
    QTest::addColumn<QString>("oniguruma");
    QTest::newRow("gpt-2") << "gpt-2"
                           << R"('s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+)";
    QTest::newRow("llama-bpe")
        << "llama-bpe"
        << R"((?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+)";
    QTest::newRow("qwen2")
        << "qwen2"
        << R"((?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+)";
  }
  void rules_are_what_they_translate() {
    QFETCH(QString, rule);
    QFETCH(QString, oniguruma);
    const SplitPattern translated("translated", pcre_from_oniguruma(oniguruma.toStdString()));
    for (const char* text : {"I'm CAN'T 12345 x  \r\n\n  y", "a\u180e\u2028b \u3000 ..!?\n", "\u017f's ½ 漢字 \t\t z"})
      QCOMPARE(pieces(named(rule.toUtf8().constData()), text), pieces(translated, text));
  }

  void refuses_other_syntax_data() {
    QTest::addColumn<QString>("expression");
    QTest::addColumn<QString>("names");
    const auto row = [](const char* expression, const char* names) {
      QTest::newRow(expression) << expression << names;
    };
    row("^a", "anchor ^");
    row(R"(\w+)", "escape \\w");
    row(R"(\ba)", "escape \\b");
    row(R"(\h)", "escape \\h"); // a hexadecimal digit to one, a blank to the other
    row("a{2}+", "quantifier on a quantifier");
    row("a{,3}", "begins no interval");
    row("[a&&b]", "intersection");
    row("[[:alpha:]]", "class within a class");
    row(R"(\p{Alphabetic})", "property");
    row("(?m)a", "group");
    row("(?<name>a)", "group");
    row("[a", "without an end");
    row(R"(\xff)", "byte for a character");
  }
  void refuses_other_syntax() {
    QFETCH(QString, expression);
    QFETCH(QString, names);
    try {
      pcre_from_oniguruma(expression.toStdString());
      QFAIL("translated");
    } catch (const Error& error) {
      QCOMPARE(error.code(), ErrorCode::unsupported);
      QVERIFY2(QString::fromStdString(error.message()).contains(names), error.what());
    }
  }
};

LONGVIEW_TEST_MAIN(TestSplitPattern)
#include "tst_split_pattern.moc"
