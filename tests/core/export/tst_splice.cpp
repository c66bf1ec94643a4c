#include "export/splice.h"

#include <nlohmann/json.hpp>

#include "base/error.h"
#include "export/json_text.h"
#include "support/log_guard.h"

using namespace longview;

namespace {

const std::string value = "{\"lds\":1.5,\"note\":\"}\\\"{\"}";

} // namespace

// Slots are defined below the class: moc loses its way in raw strings.
class TestSplice : public QObject {
  Q_OBJECT

 private slots:
  void every_other_byte_stays_data();
  void every_other_byte_stays();
  void a_key_that_is_there_is_refused_data();
  void a_key_that_is_there_is_refused();
  void an_unusual_key_is_escaped();
  void what_is_no_object_is_refused_data();
  void what_is_no_object_is_refused();
  void fields_keep_their_bytes();
  void numbers_round_trip();
};

void TestSplice::every_other_byte_stays_data() {
  QTest::addColumn<QByteArray>("line");
  QTest::newRow("plain") << QByteArray(R"({"text":"a"})");
  QTest::newRow("empty object") << QByteArray("{}");
  QTest::newRow("empty object with spaces") << QByteArray("{ \t }");
  QTest::newRow("nested fields") << QByteArray(R"({"meta":{"longview":1,"a":[{"b":{}}]},"text":"a"})");
  QTest::newRow("twenty digits") << QByteArray(
      R"({"n":12345678901234567890,"x":1.10000000000000000001e+40,"text":""})");
  QTest::newRow("escapes") << QByteArray(R"({"t\u0065xt":"\u00e9\\\"}\/\ud83d\ude00","a\"b":"\n"})");
  QTest::newRow("unusual spacing") << QByteArray("  {\t\"text\" :\r \"a\" , \"b\":[ 1 ,2 ] \t } ");
  QTest::newRow("trailing spaces") << QByteArray("{\"text\":\"a\"}   ");
  QTest::newRow("carriage return") << QByteArray("{\"text\":\"a\"}\r");
  QTest::newRow("duplicate keys") << QByteArray(R"({"text":"a","text":"b","":1,"":2})");
  QTest::newRow("braces in strings") << QByteArray(R"({"text":"}{","}":"{"})");
  QTest::newRow("the key as a value") << QByteArray(R"({"text":"longview","v":["longview"]})");
  QTest::newRow("characters beyond ASCII") << QByteArray("{\"t\u00e9xt\":\"\u65e5\u672c\U0001f600\"}");
}
void TestSplice::every_other_byte_stays() {
  QFETCH(QByteArray, line);
  const std::string before = line.toStdString();
  const std::string after = splice_key(before, "longview", value, Clash::refuse);
  const std::string added = "\"longview\":" + value;
  const std::size_t at = after.rfind(added);
  QVERIFY(at != std::string::npos);
  const bool comma = after[at - 1] == ',';
  QCOMPARE(after.substr(0, at - comma) + after.substr(at + added.size()), before);
  const auto parsed = nlohmann::json::parse(after); // and what results is JSON with that key
  QCOMPARE(parsed["longview"], nlohmann::json::parse(value));
}

void TestSplice::a_key_that_is_there_is_refused_data() {
  QTest::addColumn<QByteArray>("line");
  QTest::addColumn<QByteArray>("replaced");
  const auto row = [](const char* what, const char* line, const char* replaced) {
    QTest::newRow(what) << QByteArray(line) << QByteArray(replaced);
  };
  row("alone", R"({"longview":null})", R"({"longview":7})");
  row("first", R"({ "longview" : {"a":[1]} ,"text":"a" })", R"({ "longview" : 7 ,"text":"a" })");
  row("last", R"({"text":"a", "longview":"x"  })", R"({"text":"a", "longview":7  })");
  row("spelled with escapes", R"({"long\u0076iew":1.0,"text":"a"})", R"({"long\u0076iew":7,"text":"a"})");
  row("twice", R"({"longview":1, "text":"a", "longview":2, "b":1})", R"({"text":"a", "longview":7, "b":1})");
  row("twice in a row", R"({"a":0,"longview":1,"longview":2})", R"({"a":0,"longview":7})");
  row("three times", R"({"longview":1,"longview":[2], "a":{"longview":3},"lon\u0067view":"4"})",
      R"({"a":{"longview":3},"lon\u0067view":7})");
}
void TestSplice::a_key_that_is_there_is_refused() {
  QFETCH(QByteArray, line);
  QFETCH(QByteArray, replaced);
  try {
    splice_key(line.toStdString(), "longview", "7", Clash::refuse);
    QFAIL("taken");
  } catch (const Error& error) {
    QVERIFY(error.code() == ErrorCode::conflict);
  }
  QCOMPARE(splice_key(line.toStdString(), "longview", "7", Clash::replace), replaced.toStdString());
}

void TestSplice::an_unusual_key_is_escaped() {
  QCOMPARE(splice_key("{}", "a\"\n", "1", Clash::refuse), std::string(R"({"a\"\n":1})"));
  QVERIFY_THROWS_EXCEPTION(Error, splice_key(R"({"a\u0022\n":0})", "a\"\n", "1", Clash::refuse));
}

void TestSplice::what_is_no_object_is_refused_data() {
  QTest::addColumn<QByteArray>("line");
  for (const char* line :
       {"", "   ", "[]", "[{}]", "{", "{}}", "{} {}", R"({"a":1)", R"({"a" 1})", R"({"a":1,})", "null", "7"})
    QTest::newRow(*line ? line : "nothing") << QByteArray(line);
}
void TestSplice::what_is_no_object_is_refused() {
  QFETCH(QByteArray, line);
  try {
    splice_key(line.toStdString(), "longview", "1", Clash::replace);
    QFAIL("taken");
  } catch (const Error& error) {
    QVERIFY(error.code() == ErrorCode::input);
  }
}

void TestSplice::fields_keep_their_bytes() {
  const std::string line =
      R"({"a":1.0e0, "b":"\u00e9" ,"b.c":[ 1, 2 ],"b":{"c":"no","d":{"e":12345678901234567890}},"a":"x\/y"})";
  QCOMPARE(raw_field(line, "a"), std::optional<std::string>(R"("x\/y")"));
  QCOMPARE(raw_field(line, "b.c"), std::optional<std::string>("[ 1, 2 ]")); // the key with a dot wins
  QCOMPARE(raw_field(line, "b.d.e"), std::optional<std::string>("12345678901234567890"));
  QVERIFY(!raw_field(line, "b.x") && !raw_field(line, "a.b") && !raw_field(line, "") && !raw_field(line, "b."));
  QCOMPARE(pick_fields(line, json_line_shape(line), {"b.d.e", "missing", "a"}),
           std::string(R"({"b.d.e":12345678901234567890,"a":"x\/y"})"));
  QCOMPARE(pick_fields(line, json_line_shape(line), {}), std::string("{}"));
}

void TestSplice::numbers_round_trip() {
  for (const double number : {0.1, 1.0 / 3, 1e300, -5e-324, 123456789.125, 0.0, -0.0})
    QCOMPARE(nlohmann::json::parse(json_number(number)).get<double>(), number);
  QCOMPARE(json_number(std::numeric_limits<double>::quiet_NaN()), std::string("null"));
  QCOMPARE(json_number(-std::numeric_limits<double>::infinity()), std::string("null"));
}

LONGVIEW_TEST_MAIN(TestSplice)
#include "tst_splice.moc"
