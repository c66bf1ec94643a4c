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
  void faults_have_a_place_data();
  void faults_have_a_place();
  void columns_are_named_once();
  void default_matches_everything();
  void keeps_its_text();
  void depth_is_limited();
  void long_chains_are_not_deep();
  void percentiles_of_numbers_data();
  void percentiles_of_numbers();
  void percentiles_are_bound();
  void a_costly_expression_is_refused();
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
      {"label", FilterTexts{"keep", "second look"}},
      {"source.broken", std::string("a\xff"
                                    "b")},
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
  row("id = \"Talk-1\"", false);
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
  row("label = null", false);
  row("lds is not null and lds_error is null", true);
  row("lds IS NULL or lds_error Is Not Null", false);
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
  // lists
  row("segments in (30, 31)", true);
  row("segments in (30)", false);
  row("segments not in (30, 32)", true);
  row("status in ('scored', \"failed\")", true);
  row("source.year in ('1963', 1963)", true);
  row("source.year in ('1963')", false);
  row("source.reviewed in (true)", true);
  row("lds_error in (1, 2)", false);
  row("lds_error not in (1, 2)", true);
  row("lds_error in (1, null)", true);
  row("lds in (1, null)", false);
  row("source.in in (1)", false);
  // ranges: both ends belong to them
  row("tokens in 4k..16k", true);
  row("tokens in 1..4000", true);
  row("tokens in 4001 .. 5k", false);
  row("tokens not in 4001..5k", true);
  row("lds_mean in -1..-.25", true);
  row("lds_mean in -.2...5", false);
  row("id in 'talk-0'..'talk-1'", true);
  row("lds_error in 0..1", false);
  row("lds_error not in 0..1", true);
  row("source.year in 'a'..'z'", false);
  // inside texts; letter case counts
  row("title contains 'Zur'", true);
  row("title contains 'zur'", false);
  row("title not contains 'zur'", true);
  row("title contains ''", true);
  row("source.year contains '19'", false);
  row("source.missing contains ''", false);
  row("source.missing not contains ''", true);
  row("title ~ 'zur'", false);
  row("title ~ '(?i)zur'", true);
  row("title ~ '^Caf.$' or title ~ '^Caf. '", true);
  row("title !~ 'x{3}'", true);
  row("id ~ '^talk-\\\\d+$'", true);
  row("source.missing ~ '.*'", false);
  row("source.broken ~ 'a.b'", false);
  row("source.broken ~ 'b$'", true);
  // several labels: one is enough, but for != all must be others
  row("label = 'keep'", true);
  row("label = 'second look' and label = 'keep'", true);
  row("label = 'drop'", false);
  row("label != 'keep'", false);
  row("label != 'drop'", true);
  row("not (label = 'keep')", false);
  row("label in ('drop', 'keep')", true);
  row("label not in ('drop', 'keep')", false);
  row("label contains 'look'", true);
  row("label ~ '^s'", true);
  row("label is not null", true);
  // a percentile that nobody has bound
  row("lds > p50(lds) or lds <= p50(lds) or lds = p50(lds) or lds != p50(lds)", false);
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
  row("repetitions > 1", 1, "no column repetitions; near: repetition");
  row("source = 1", 1, "source.year");
  row("source. = 1", 1, "source.year");
  row("id.x = 1", 1, "no column id.x");
  // sign expected
  row("tokens", 7, "expected =, !=, <, <=, > or >=, in, contains, ~ or is after tokens, but the filter ends");
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
  // lists and ranges
  row("tokens in", 10, "a number, a \"text\" or null after in, but the filter ends");
  row("tokens in ()", 12, "a number, a \"text\" or null after (, found )");
  row("tokens in (1 2)", 14, "a comma, or the ) for the ( at character 11, found 2");
  row("tokens in (1,", 14, "after ,, but the filter ends");
  row("tokens in (1, 'a')", 15, "tokens is a number and 'a' is a text");
  row("status in (1)", 12, "status is a text and 1 is a number");
  row("tokens in (p50(lds))", 12, "a list holds numbers and texts");
  row("tokens in 4k", 13, "expected .. and the end of the range");
  row("tokens in 4k..", 15, "after .., but the filter ends");
  row("tokens in 4k.16k", 11, "4k.16k is not a number");
  row("tokens in 5..4", 11, "the range ends before it begins");
  row("tokens in null..4", 11, "null has no order");
  row("source.a in 1..'b'", 13, "a range goes from a number to a number");
  row("tokens not 5", 12, "in or contains after not, found 5");
  row("tokens not", 11, "in or contains after not, but the filter ends");
  row("lds is 5", 8, "null or not null after is, found 5");
  row("lds is not 5", 12, "null after is not, found 5");
  row("is = 5", 1, "expected a column, not, or (, found is");
  // what may have been meant
  row("tokens = 1 adn lds = 1", 12, "found adn; did you mean and?");
  row("title contain 'x'", 7, "found contain; did you mean contains?");
  row("lds ist null", 5, "found ist; did you mean is?");
  row("status = \"scord\"", 10, "there is no status \"scord\"; did you mean scored?");
  row("status = \"Scored\"", 10, "did you mean scored?");
  row("status in ('scored', 'x')", 22, "there are scored, too_short, too_few_pairs, bad_input, failed");
  // texts inside texts
  row("tokens contains '4'", 8, "tokens is a number, and contains looks into texts");
  row("tokens ~ '4'", 8, "tokens is a number, and ~ looks into texts");
  row("title contains 4", 16, "a \"text\" after contains, found 4");
  row("title ~", 8, "a \"text\" after ~, but the filter ends");
  row("title ~ 'a(b'", 9, "this is no regular expression: missing closing parenthesis, at its byte 4");
  row("title ~ '\\\\C'", 9, "this is no regular expression");
  // percentiles
  row("lds > p101(lds)", 7, "p101 is no percentile");
  row("lds > p50(id)", 11, "id is a text, and percentiles are of numbers");
  row("lds > p50(ldss)", 11, "near: lds");
  row("lds > p50(lds", 14, "expected ) after lds, but the filter ends");
  row("lds > p50", 7, "if p50 is a text");
  row("id = p50(lds)", 6, "id is a text and p50 is a number");
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

void TestFilter::faults_have_a_place_data() {
  QTest::addColumn<QString>("marked");
  const auto row = [](const char* text, const char* marked) { QTest::newRow(text) << marked; };
  row("lds > 1 and ldsmean > 1", "ldsmean");
  row("title = '\xc3\xa9' and tokens = \"4k\"", "\"4k\"");
  row("tokens >", ""); // the end
  row("tokens = 1 ; id", ";");
  row("id = \"talk", "\"talk");
}

void TestFilter::faults_have_a_place() {
  QFETCH(QString, marked);
  const std::string text = QTest::currentDataTag();
  try {
    Filter::parse(text);
    QFAIL("no error came");
  } catch (const FilterError& error) {
    QVERIFY(error.begin() < error.end());
    QCOMPARE(QString::fromStdString(text.substr(std::min(error.begin(), text.size()), error.end() - error.begin())),
             marked);
  }
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
  QVERIFY_THROWS_EXCEPTION(Error, Filter::parse(nested(100)));
  QVERIFY_THROWS_EXCEPTION(Error, Filter::parse(nested(100'000)));
  std::string nots;
  for (int k = 0; k < 100'000; ++k)
    nots += "not ";
  QVERIFY_THROWS_EXCEPTION(Error, Filter::parse(nots + "lds = 1"));
}

void TestFilter::long_chains_are_not_deep() {
  std::string text = "lds = 12.5";
  for (int k = 0; k < 10'000; ++k)
    text += " and (lds = 12.5) or lds = 1";
  QVERIFY(Filter::parse(text).matches(cell));
}

void TestFilter::percentiles_of_numbers_data() {
  QTest::addColumn<double>("percent");
  QTest::addColumn<double>("expected");
  // numpy.percentile([3, 1, 4, 1, 5, 9, 2, 6], q)
  QTest::newRow("least") << 0.0 << 1.0;
  QTest::newRow("a tenth") << 10.0 << 1.0;
  QTest::newRow("a quarter") << 25.0 << 1.75;
  QTest::newRow("half") << 50.0 << 3.5;
  QTest::newRow("between") << 99.5 << 8.895;
  QTest::newRow("most") << 100.0 << 9.0;
}

void TestFilter::percentiles_of_numbers() {
  QFETCH(double, percent);
  QFETCH(double, expected);
  std::vector<double> values{3, 1, 4, std::numeric_limits<double>::quiet_NaN(), 1, 5, 9, 2, 6};
  QVERIFY(std::abs(percentile_of(values, percent) - expected) < 1e-12);
  std::vector<double> one{7}, none;
  QCOMPARE(percentile_of(one, percent), 7.0);
  QVERIFY(std::isnan(percentile_of(none, percent)));
}

void TestFilter::percentiles_are_bound() {
  const Filter filter = Filter::parse("lds >= p50(LDS) and tokens in p10(tokens)..P90(tokens) or lds < p50(lds)");
  QVERIFY((filter.percentiles() == std::vector<Percentile>{{"lds", 50}, {"tokens", 10}, {"tokens", 90}}));
  QVERIFY((filter.columns() == std::vector<std::string>{"lds", "tokens"}));
  QVERIFY(!filter.matches(cell));
  std::vector<std::string> asked;
  const auto values = [&](std::string_view column) {
    asked.emplace_back(column);
    return column == "lds" ? std::vector<double>{1, 12.5, 90} : std::vector<double>{0, 5000};
  };
  const Filter bound = filter.bound(values);
  QVERIFY((asked == std::vector<std::string>{"lds", "tokens"}));
  QVERIFY(bound.matches(cell)); // 12.5 >= 12.5; 500 <= 4000 <= 4500
  QCOMPARE(bound.text(), filter.text());
  const auto none = [](std::string_view) { return std::vector<double>(); };
  QVERIFY(!filter.bound(none).matches(cell));
  QVERIFY(!Filter::parse("lds_error = p50(lds)").bound(none).matches(cell)); // no null test
}

void TestFilter::a_costly_expression_is_refused() {
  const Filter filter = Filter::parse("title ~ '^(a+)+$'");
  const auto row = [](std::string_view) -> FilterValue { return std::string(40, 'a') + "b"; };
  try {
    filter.matches(row);
  } catch (const Error& error) {
    QVERIFY(error.code() == ErrorCode::usage);
    QVERIFY2(QString::fromStdString(error.message()).contains("(a+)+"), error.what());
    return;
  }
  QFAIL("no error came");
}

void TestFilter::suggestions_data() {
  QTest::addColumn<QString>("wanted");
  QTest::addColumn<QString>("expected");
  QTest::newRow("one error") << "lincon"
                             << "Lincoln";
  QTest::newRow("neighbours that changed places") << "knenedy"
                                                  << "kennedy";
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
  const std::vector<std::string> pieces{
      "tokens", "lds",  "source.a", "and", "or",  "not",       "null",    "true",  "(",        ")",  "=",
      "!=",     "<",    ">=",       "4k",  "-1",  "1e9",       "'a'",     "\"b\"", "\"",       "'",  "\\",
      ".",      "\xc3", "\xff",     "\n",  "#",   "!",         "source.", "9",     "in",       "is", "contains",
      "~",      "!~",   "..",       ",",   "p50", "p9.5(lds)", "title",   "label", "'(a|b)*'", "'['"};
  std::mt19937 random(11);
  int parsed = 0;
  for (int round = 0; round < 40'000; ++round) {
    std::string text;
    const std::size_t length = random() % 14;
    for (std::size_t k = 0; k < length; ++k)
      text += pieces[random() % pieces.size()] + (random() % 4 == 0 ? "" : " ");
    if (round % 50 == 0)
      text.insert(0, 1 + random() % 300, random() % 2 ? '(' : '~');
    for (std::size_t k = 0; round % 3 == 0 && k < 3 && !text.empty(); ++k)
      text[random() % text.size()] = static_cast<char>(random() % 256);
    try {
      const auto numbers = [](std::string_view) { return std::vector<double>{1, 2, 3}; };
      static_cast<void>(Filter::parse(text).bound(numbers).matches(cell));
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
