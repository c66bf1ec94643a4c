#include <random>

#include "base/error.h"
#include "filter/filter.h"
#include "filter/nearest.h"
#include "support/log_guard.h"

using namespace longview;

class TestFilter : public QObject {
  Q_OBJECT

 private slots:
  void matches_data();
  void matches();
  void refuses_data();
  void refuses();
  void columns_are_named_once();
  void default_matches_everything();
  void keeps_its_text();
  void depth_is_limited();
  void long_chains_are_not_deep();
  void suggestions_data();
  void suggestions();
  void only_our_errors_come_out();
};

/// The row all cases look at.
static FilterValue cell(std::string_view column) {
  static const std::vector<std::pair<std::string_view, FilterValue>> row{
      {"id", std::string("talk-1")},
      {"title", std::string("Caf\xc3\xa9 \"Zur Post\"")},
      {"dataset", std::string("talks")},
      {"status", std::string("scored")},
      {"tokens", 4000.0},
      {"segments", 31.0},
      {"lds", 12.5},
      {"lds_mean", -0.25},
      {"strength", std::numeric_limits<double>::quiet_NaN()},
      {"source.year", 1963.0},
      {"source.meta.topic", std::string("peace")},
      {"source.my field", std::string("x")},
      {"source.reviewed", std::string("true")},
  };
  for (const auto& [name, value] : row) {
    if (name == column)
      return value;
  }
  return {};
}

void TestFilter::matches_data() {
  QTest::addColumn<QString>("text");
  QTest::addColumn<bool>("expected");
  const auto row = [](const char* text, bool expected) { QTest::newRow(text) << text << expected; };
  row("", true);
  row(" \t\r\n", true);
  // comparisons
  row("tokens = 4000", true);
  row("tokens == 4000", true);
  row("tokens != 4000", false);
  row("tokens<4000", false);
  row("tokens<=4000", true);
  row("tokens>3999.5", true);
  row("tokens >= 4001", false);
  // numbers
  row("tokens = 4k", true);
  row("tokens = 4K", true);
  row("tokens < 2M", true);
  row("tokens = .004M", true);
  row("tokens = 4e3", true);
  row("tokens = +4.0E+3", true);
  row("lds_mean = -0.25", true);
  row("lds_mean=-.25", true);
  row("lds_mean > -1", true);
  // texts
  row("status = \"scored\"", true);
  row("status = 'scored'", true);
  row("status = \"Scored\"", false);
  row("status != \"failed\"", true);
  row("id > \"talk-0\" and id < \"talk-2\"", true);
  row("title = \"Caf\xc3\xa9 \\\"Zur Post\\\"\"", true);
  row("title = 'Caf\xc3\xa9 \"Zur Post\"'", true);
  row("title = 'a\\b\\\\'", false);
  // logic, in any letter case; not is stronger than and, and than or
  row("tokens = 1 or lds = 12.5", true);
  row("TOKENS = 4k AND Not (lds = 1)", true);
  row("tokens = 4k or lds = 1 and lds = 2", true);
  row("(tokens = 4k or lds = 1) and lds = 2", false);
  row("not tokens = 1 and lds = 12.5", true);
  row("not tokens = 4k or lds = 12.5", true);
  row("not (tokens = 4k or lds = 1)", false);
  row("not not tokens = 4k", true);
  row("((((tokens = 4k))))", true);
  row("tokens = 4k and lds > 1 and segments = 31 and id = 'talk-1'", true);
  row("tokens = 1 or lds = 1 or segments = 31", true);
  // null: every comparison is false, so its negation is true
  row("lds_error > 0", false);
  row("lds_error <= 0", false);
  row("lds_error != 0", false);
  row("not (lds_error > 0)", true);
  row("lds_error = null", true);
  row("lds_error != NULL", false);
  row("lds != null", true);
  row("lds = null", false);
  row("label = null", true);
  row("strength = null", true); // NaN is no value
  row("strength >= 0", false);
  // fields of the source
  row("source.year = 1963", true);
  row("SOURCE.year >= 1963 and source.meta.topic = 'peace'", true);
  row("source.Year = 1963", false);
  row("source.\"my field\" = 'x'", true);
  row("source.missing = null", true);
  row("source.missing != 'x'", false);
  row("source.reviewed = true", true);
  row("source.reviewed = False", false);
  row("source.and = null", true);
  row("source.a-b_c.d9 = null", true);
  row("source.gr\xc3\xb6\xc3\x9f"
      "e = null",
      true);
  // a number never equals a text
  row("source.year = '1963'", false);
  row("source.year != '1963'", true);
  row("source.year > '1'", false);
  row("source.meta.topic < 5", false);
}

void TestFilter::matches() {
  QFETCH(QString, text);
  QFETCH(bool, expected);
  QCOMPARE(Filter::parse(text.toStdString()).matches(cell), expected);
}

void TestFilter::refuses_data() {
  QTest::addColumn<int>("position");
  QTest::addColumn<QString>("part");
  const auto row = [](const char* text, int position, const char* part) { QTest::newRow(text) << position << part; };
  // column expected
  row("and", 1, "expected a column, not, or (, found and");
  row("4k < tokens", 1, "expected a column, not, or (, found 4k");
  row("tokens = 1 and", 15, "expected a column, not, or (, but the filter ends");
  row("not", 4, "but the filter ends");
  row("(", 2, "but the filter ends");
  row("()", 2, "expected a column, not, or (, found )");
  row("'id' = 'x'", 1, "expected a column");
  row("null = null", 1, "expected a column");
  row(")", 1, "expected a column");
  // unknown columns
  row("token > 1", 1, "there is no column token; near: tokens");
  row("lds > 1 and ldsmean > 1", 13, "there is no column ldsmean; near: lds_mean");
  row("tokens-5 = 1", 1, "near: tokens");
  row("zzzzzz = 1", 1, "there are id, title");
  row("repetition > 1", 1, "no column repetition");
  row("source = 1", 1, "source.year");
  row("source. = 1", 1, "source.year");
  row("id.x = 1", 1, "no column id.x");
  // sign expected
  row("tokens", 7, "expected =, !=, <, <=, > or >= after tokens, but the filter ends");
  row("tokens 5", 8, "after tokens, found 5");
  row("tokens and lds = 1", 8, "found and");
  row("tokens ! 5", 8, "write not");
  row("tokens =< 5", 9, "expected a number, a \"text\" or null after =, found <");
  row("tokens <> 5", 9, "after <, found >");
  // literal expected
  row("tokens >", 9, "expected a number, a \"text\" or null after >, but the filter ends");
  row("status = scored", 10, "if scored is a text, write \"scored\"");
  row("tokens = lds", 10, "expected a number");
  row("tokens = and", 10, "found and");
  row("tokens = (", 10, "found (");
  // literals of the wrong kind
  row("tokens = \"4k\"", 10, "tokens is a number and \"4k\" is a text");
  row("tokens = true", 10, "tokens is a number");
  row("id = 5", 6, "id is a text and 5 is a number; write \"5\"");
  row("lds > null", 5, "null has no order; write lds = null or lds != null");
  // numbers
  row("tokens > 4kb", 10, "4kb is not a number");
  row("tokens > 1.2.3", 10, "1.2.3 is not a number");
  row("tokens > 0x10", 10, "0x10 is not a number");
  row("tokens > 4m", 10, "4m is not a number");
  row("tokens > 1e999", 10, "beyond the numbers");
  row("tokens > - 5", 10, "- means nothing here");
  // texts
  row("id = \"talk", 6, "no closing \"");
  row("id = 'talk\\'", 6, "no closing '");
  row("id = \"", 6, "no closing \"");
  row("source.\"my field = 1", 1, "no closing \"");
  // the end
  row("tokens = 1 tokens = 2", 12, "expected and, or, or the end of the filter, found tokens");
  row("tokens = 1)", 11, "no open parenthesis");
  row("(tokens = 1", 12, "the ) for the ( at character 1");
  row("lds = 1 and ((tokens = 1)", 26, "the ) for the ( at character 13");
  row("tokens = 1 && lds = 1", 12, "write and");
  row("tokens = 1 || lds = 1", 12, "write or");
  row("tokens = 1;", 11, "; means nothing here");
  // characters, not bytes
  row("title = 'Caf\xc3\xa9 \xe2\x82\xac' ; id", 18, "; means nothing");
  row("title = '\xf0\x9f\x98\x80' and gr\xc3\xb6sse = 1", 17, "no column gr\xc3\xb6sse");
  // the first fault from the left is the one told
  row("tokens tokens $", 8, "found tokens");
}

void TestFilter::refuses() {
  QFETCH(int, position);
  QFETCH(QString, part);
  const std::string text = QTest::currentDataTag();
  try {
    Filter::parse(text);
  } catch (const Error& error) {
    QVERIFY(error.code() == ErrorCode::usage);
    QCOMPARE(error.context(), fmt::format("filter, character {}", position));
    QVERIFY2(QString::fromStdString(error.message()).contains(part), error.what());
    return;
  }
  QFAIL("no error came");
}

void TestFilter::columns_are_named_once() {
  const Filter filter = Filter::parse("LDS > 1 and (tokens < 4k or lds < 9) and source.A = 1");
  QVERIFY((filter.columns() == std::vector<std::string>{"lds", "tokens", "source.A"}));
}

void TestFilter::default_matches_everything() {
  QVERIFY(Filter().matches(cell));
  QVERIFY(Filter().columns().empty());
}

void TestFilter::keeps_its_text() {
  const Filter filter = Filter::parse("  lds > 1 ");
  QCOMPARE(filter.text(), "  lds > 1 ");
  const Filter copy = filter;
  QVERIFY(copy.matches(cell));
}

void TestFilter::depth_is_limited() {
  const auto nested = [](int depth) { return std::string(depth, '(') + "lds = 12.5" + std::string(depth, ')'); };
  QVERIFY(Filter::parse(nested(99)).matches(cell));
  QVERIFY_EXCEPTION_THROWN(Filter::parse(nested(100)), Error);
  QVERIFY_EXCEPTION_THROWN(Filter::parse(nested(100'000)), Error);
  std::string nots;
  for (int k = 0; k < 100'000; ++k)
    nots += "not ";
  QVERIFY_EXCEPTION_THROWN(Filter::parse(nots + "lds = 1"), Error);
}

void TestFilter::long_chains_are_not_deep() {
  std::string text = "lds = 12.5";
  for (int k = 0; k < 10'000; ++k)
    text += " and (lds = 12.5) or lds = 1";
  QVERIFY(Filter::parse(text).matches(cell));
}

void TestFilter::suggestions_data() {
  QTest::addColumn<QString>("wanted");
  QTest::addColumn<QString>("expected");
  QTest::newRow("one error") << "lincon"
                             << "Lincoln";
  QTest::newRow("letter case") << "LINCOLN"
                               << "Lincoln";
  QTest::newRow("beginning") << "obama"
                             << "obama-2009,obama-2013";
  QTest::newRow("nearest first, ties in order") << "obama-2013"
                                                << "obama-2013,obama-2009";
  QTest::newRow("nothing near") << "zzz"
                                << "";
  QTest::newRow("nothing") << ""
                           << "";
}

void TestFilter::suggestions() {
  QFETCH(QString, wanted);
  QFETCH(QString, expected);
  const std::vector<std::string> names{"Lincoln", "obama-2009", "obama-2013", "kennedy"};
  QStringList found;
  for (const std::string& name : nearest(wanted.toStdString(), names, 2))
    found << QString::fromStdString(name);
  QCOMPARE(found.join(','), expected);
}

/// What a keyboard and a broken paste can make; always the same, so that a failure can be repeated.
void TestFilter::only_our_errors_come_out() {
  const std::vector<std::string> pieces{"tokens", "lds", "source.a", "and", "or",      "not", "null", "true",
                                        "(",      ")",   "=",        "!=",  "<",       ">=",  "4k",   "-1",
                                        "1e9",    "'a'", "\"b\"",    "\"",  "'",       "\\",  ".",    "\xc3",
                                        "\xff",   "\n",  "#",        "!",   "source.", "9"};
  std::mt19937 random(11);
  int parsed = 0;
  for (int round = 0; round < 20'000; ++round) {
    std::string text;
    const std::size_t length = random() % 14;
    for (std::size_t k = 0; k < length; ++k)
      text += pieces[random() % pieces.size()] + (random() % 4 == 0 ? "" : " ");
    for (std::size_t k = 0; round % 3 == 0 && k < 3 && !text.empty(); ++k)
      text[random() % text.size()] = static_cast<char>(random() % 256);
    try {
      static_cast<void>(Filter::parse(text).matches(cell));
      ++parsed;
    } catch (const Error& error) {
      QVERIFY(error.code() == ErrorCode::usage);
      const std::size_t position = std::stoul(error.context().substr(std::string("filter, character ").size()));
      QVERIFY(position >= 1 && position <= text.size() + 1);
    }
  }
  QVERIFY(parsed > 200); // or it tests errors only
}

LONGVIEW_TEST_MAIN(TestFilter)
#include "tst_filter.moc"
