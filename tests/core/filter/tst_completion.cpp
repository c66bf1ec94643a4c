#include "filter/completion.h"

#include <algorithm>
#include <random>

#include "base/error.h"
#include "filter/filter.h"
#include "support/log_guard.h"

using namespace longview;

class TestCompletion : public QObject {
  Q_OBJECT

 private slots:
  void offers_data();
  void offers();
  void replaces_the_word_at_the_cursor();
  void values_of_fields_are_offered();
  void is_put_in_data();
  void is_put_in();
  void what_is_offered_can_be_parsed();
  void any_bytes_are_survived();
};

static const CompletionSource source{{"year", "my field", "meta.topic"}, {"keep", "say \"no\""}, {"talks"}, {}};

static QString texts(const Completions& completions) {
  QStringList list;
  for (const Completion& one : completions.candidates)
    list << QString::fromStdString(one.text);
  return list.join(' ');
}

void TestCompletion::offers_data() {
  QTest::addColumn<QString>("expected");
  const auto row = [](const char* text, const char* expected) { QTest::newRow(text) << expected; };
  // the cursor is at the end
  row("ld", "lds lds_mean lds_error");
  row("LDS_", "lds_mean lds_error");
  row("so", "source.year source.\"my field\" source.meta.topic");
  row("tokens > 1 and st", "status strength");
  row("tokens > 1 or no", "note not");
  row("not (n", "note not");
  row("tokens ", "= != < <= > >= in not in is null is not null");
  row("title ", "= != < <= > >= in not in is null is not null contains not contains ~ !~");
  row("tokens <", "<=");
  row("tokens i", "in is null is not null");
  row("status = ", "\"scored\" \"too_short\" \"too_few_pairs\" \"bad_input\" \"failed\" null");
  row("status = sc", "\"scored\"");
  row("status = \"sc", "\"scored\"");
  row("status in ('too_s", "\"too_short\"");
  row("yea", "source.year");
  row("my", "source.\"my field\"");
  row("source.\"my", "source.\"my field\"");
  row("title !", "!= !~");
  row("label in (k", "\"keep\"");
  row("label = s", "\"say \\\"no\\\"\"");
  row("dataset != ", "\"talks\" null");
  row("source.year = t", "true");
  row("lds >= p9", "p90(lds) p95(lds) p99(lds)");
  row("lds in p25(lds)..p7", "p75(lds)");
  row("lds in 4k ", "..");
  row("lds in (1 ", ", )");
  row("lds not ", "in contains");
  row("lds is ", "null not null");
  row("lds > p50(l", "lds lds_mean lds_error");
  row("lds > p50(lds ", ")");
  row("tokens > 1 ", "and or");
  row("(tokens > 1 ", "and or )");
  row("(tokens in (1, 2) ", "and or )");
  row("tokens > 1 a", "and");
  // nothing: a number is to be typed, a quote is open, there is a fault, it is complete
  row("tokens > 4", "");
  row("title ~ ", "");
  row("tokens tokens ", "");
  row("title contains \"sc", "");
  row("wrong = ", "");
  row("& ", "");
}

void TestCompletion::offers() {
  QFETCH(QString, expected);
  const std::string text = QTest::currentDataTag();
  QCOMPARE(texts(complete(text, text.size(), source)), expected);
}

void TestCompletion::replaces_the_word_at_the_cursor() {
  const Completions middle = complete("tok > 1 and lds > 2", 3, source);
  QCOMPARE(texts(middle), QString("tokens"));
  QCOMPARE(middle.begin, 0u);
  QCOMPARE(middle.end, 3u);
  const Completions after_text = complete("title = '\xc3\xa9' and id", 20, source); // bytes, not characters
  QCOMPARE(after_text.begin, 17u);
  const Completions beyond = complete("ld", 99, source);
  QCOMPARE(beyond.end, 2u);
}

void TestCompletion::values_of_fields_are_offered() {
  CompletionSource known = source;
  known.values["source.meta.topic"] = {std::string("peace"), std::string("\"odd\"")};
  known.values["source.year"] = {1963.0, 0.25, -5.0};
  const auto at_end = [&](std::string_view text) { return texts(complete(text, text.size(), known)); };
  QCOMPARE(at_end("source.meta.topic = p"), QString("\"peace\" p10(source.meta.topic) p25(source.meta.topic) "
                                                    "p50(source.meta.topic) p75(source.meta.topic) "
                                                    "p90(source.meta.topic) p95(source.meta.topic) "
                                                    "p99(source.meta.topic)"));
  QCOMPARE(at_end("source.meta.topic in (\""), QString("\"peace\" \"\\\"odd\\\"\""));
  QCOMPARE(at_end("source.year in (1"), QString("1963"));
  QCOMPARE(at_end("source.year in (0"), QString("0.25"));
  QCOMPARE(at_end("source.year in (-"), QString("-5"));
  QCOMPARE(at_end("title in ("), QString("null")); // values are those of their column
}

void TestCompletion::is_put_in_data() {
  QTest::addColumn<QString>("offer");
  QTest::addColumn<QString>("expected");
  // | is the cursor
  const auto row = [](const char* text, const char* offer, const char* expected) {
    QTest::newRow(text) << offer << expected;
  };
  row("ld|", "lds", "lds |");
  row("se|gm > 1", "segments", "segments |> 1");
  row("id = 'x' and ld|", "lds_mean", "id = 'x' and lds_mean |");
  row("tokens >|", ">=", "tokens >= |");
  row("tokens > 1 |", "and", "tokens > 1 and |");
  row("id = 'x'|", "and", "id = 'x' and |");
  row("(tokens > 1 |", ")", "(tokens > 1) |");
  row("label in (\"keep\" |", ",", "label in (\"keep\", |");
  row("lds in 4k |", "..", "lds in 4k..|");
  row("label in |", "(", "label in (|");
  row("label in (k|", "\"keep\"", "label in (\"keep\" |");
  row("status = 'sc|' and lds > 1", "\"scored\"", "status = \"scored\" |and lds > 1");
  row("status = \"sc|ored\" and lds > 1", "\"scored\"", "status = \"scored\" |and lds > 1");
  row("status = \"sc| and title = \"x\"", "\"scored\"", "status = \"scored\" |and title = \"x\"");
  row("lds >p9|", "p90(lds)", "lds > p90(lds) |");
  row("title = '\xc3\xa9' and to|", "tokens", "title = '\xc3\xa9' and tokens |");
  row("year|", "source.year", "source.year |");
}

void TestCompletion::is_put_in() {
  QFETCH(QString, offer);
  QFETCH(QString, expected);
  std::string text = QTest::currentDataTag();
  const std::size_t cursor = text.find('|');
  text.erase(cursor, 1);
  const Completions offered = complete(text, cursor, source);
  const auto wanted = std::find_if(offered.candidates.begin(), offered.candidates.end(),
                                   [&](const Completion& one) { return QString::fromStdString(one.text) == offer; });
  QVERIFY(wanted != offered.candidates.end());
  Completed made = completed(text, offered, *wanted);
  QCOMPARE(QString::fromStdString(made.filter.insert(made.cursor, "|")), expected);
}

/// Every offer leads to a filter: what is offered is put in, and offers are followed until one parses.
void TestCompletion::what_is_offered_can_be_parsed() {
  // Half a filter may end too early, and a random value may be of the wrong kind or order; a word out of place may not
  // be.
  constexpr const char* sentences[] = {"but the filter ends",
                                       "null has no order; write",
                                       "null has no order, so it ends no range",
                                       "a range goes from a number to a number, or from a text to a text",
                                       "the range ends before it begins",
                                       "a list holds",
                                       "looks into texts"};
  std::mt19937 random(7);
  int parsed = 0;
  for (int round = 0; round < 2000; ++round) {
    std::string text;
    for (int step = 0; step < 12; ++step) {
      const Completions offered = complete(text, text.size(), source);
      if (offered.candidates.empty()) {
        text += " 'x' "; // a text after contains or ~; a number stands there nowhere
        continue;
      }
      text = completed(text, offered, offered.candidates[random() % offered.candidates.size()]).filter;
      try {
        Filter::parse(text);
        ++parsed;
      } catch (const Error& error) {
        const std::string what = error.what();
        const bool allowed = std::any_of(std::begin(sentences), std::end(sentences), [&](const char* sentence) {
          return what.find(sentence) != std::string::npos;
        });
        QVERIFY2(allowed, qPrintable(QString::fromStdString(text + " -> " + what)));
        if (what.find("but the filter ends") == std::string::npos)
          break;
      }
    }
  }
  QVERIFY(parsed > 500);
}

void TestCompletion::any_bytes_are_survived() {
  std::mt19937 random(11);
  for (int round = 0; round < 20'000; ++round) {
    std::string text(random() % 30, ' ');
    for (char& c : text)
      c = static_cast<char>(random() % 3 ? " ()ldsp50in.'\"=~,"[random() % 17] : random() % 256);
    const std::size_t cursor = random() % (text.size() + 2);
    const Completions completions = complete(text, cursor, source);
    QVERIFY(completions.begin <= completions.end && completions.end <= text.size());
  }
}

LONGVIEW_TEST_MAIN(TestCompletion)
#include "tst_completion.moc"
