#include "corpus/json_string.h"

#include "support/log_guard.h"

using namespace longview;
using namespace std::string_literals;

class TestJsonString : public QObject {
  Q_OBJECT
 private slots:
  void unescapes_data();
  void unescapes();
  void finds_bad_escapes_data();
  void finds_bad_escapes();
  void lone_surrogates_become_replacement_characters_data();
  void lone_surrogates_become_replacement_characters();
  void finds_invalid_utf8_data();
  void finds_invalid_utf8();
  void knows_numbers_data();
  void knows_numbers();
};

void TestJsonString::unescapes_data() {
  QTest::addColumn<std::string>("raw");
  QTest::addColumn<std::string>("text");
  QTest::newRow("empty") << ""s
                         << ""s;
  QTest::newRow("plain") << "añ世😀"s
                         << "añ世😀"s;
  QTest::newRow("short escapes") << R"(\"\\\/\b\f\n\r\t)"s
                                 << "\"\\/\b\f\n\r\t"s;
  QTest::newRow("one byte") << R"(\u0041)"s
                            << "A"s;
  QTest::newRow("NUL") << R"(a\u0000b)"s
                       << "a\0b"s;
  QTest::newRow("two bytes") << R"(\u00f1\u07FF)"s
                             << "ñ\u07ff"s;
  QTest::newRow("three bytes") << R"(\u4e16\uFFFD\ud7ff\ue000)"s
                               << "世\uFFFD\uD7FF\uE000"s;
  QTest::newRow("pair") << R"(\ud83d\ude00)"s
                        << "😀"s;
  QTest::newRow("last pair") << R"(x\uDBFF\uDFFFy)"s
                             << "x\U0010FFFFy"s;
  QTest::newRow("backslash before u") << R"(\\u0041)"s
                                      << "\\u0041"s;
}

void TestJsonString::unescapes() {
  QFETCH(std::string, raw);
  QFETCH(std::string, text);
  std::string out = "before ";
  const EscapeFindings found = unescape_json(raw, out);
  QVERIFY(!found.bad_escape && !found.lone_surrogate);
  QCOMPARE(out, "before " + text);
}

void TestJsonString::finds_bad_escapes_data() {
  QTest::addColumn<std::string>("raw");
  QTest::addColumn<int>("at");
  QTest::newRow("letter") << R"(ab\x41)"s << 2;
  QTest::newRow("at the end") << "abc\\"s << 3;
  QTest::newRow("u cut off") << R"(\u004)"s << 0;
  QTest::newRow("u without digits") << R"(\n\u00g1)"s << 2;
  QTest::newRow("upper case U") << R"(\U0041)"s << 0;
  QTest::newRow("second half broken") << R"(\ud83d\u12)"s << 6;
}

void TestJsonString::finds_bad_escapes() {
  QFETCH(std::string, raw);
  QFETCH(int, at);
  const EscapeFindings found = check_json_escapes(raw);
  QVERIFY(found.bad_escape);
  QCOMPARE(static_cast<int>(*found.bad_escape), at);
}

void TestJsonString::lone_surrogates_become_replacement_characters_data() {
  QTest::addColumn<std::string>("raw");
  QTest::addColumn<std::string>("text");
  QTest::addColumn<int>("at");
  QTest::newRow("high at the end") << R"(a\ud83d)"s
                                   << "a\uFFFD"s << 1;
  QTest::newRow("high before a letter") << R"(\ud83dx)"s
                                        << "\uFFFDx"s << 0;
  QTest::newRow("low") << R"(ab\ude00c)"s
                       << "ab\uFFFD\u0063"s << 2;
  QTest::newRow("two highs") << R"(\ud83d\ud83d\ude00)"s
                             << "\uFFFD😀"s << 0;
  QTest::newRow("high before another escape") << R"(\ud83d\u0041)"s
                                              << "\uFFFD\u0041"s << 0;
}

void TestJsonString::lone_surrogates_become_replacement_characters() {
  QFETCH(std::string, raw);
  QFETCH(std::string, text);
  QFETCH(int, at);
  std::string out;
  const EscapeFindings found = unescape_json(raw, out);
  QVERIFY(!found.bad_escape && found.lone_surrogate);
  QCOMPARE(static_cast<int>(*found.lone_surrogate), at);
  QCOMPARE(out, text);
}

void TestJsonString::finds_invalid_utf8_data() {
  QTest::addColumn<std::string>("bytes");
  QTest::addColumn<int>("at");
  QTest::newRow("empty") << ""s << -1;
  QTest::newRow("all lengths") << "aé世😀\u007f\u0080\u07ff\u0800\uffff\U00010000\U0010ffff"s << -1;
  QTest::newRow("stray continuation") << "ab\x80"s << 2;
  QTest::newRow("Latin-1") << "caf\xe9 au lait"s << 3;
  QTest::newRow("cut off") << "ab\xe4\xb8"s << 2;
  QTest::newRow("overlong two") << "\xc0\xaf"s << 0;
  QTest::newRow("overlong three") << "a\xe0\x9f\xbf"s << 1;
  QTest::newRow("overlong four") << "a\xf0\x8f\xbf\xbf"s << 1;
  QTest::newRow("surrogate") << "a\xed\xa0\x80"s << 1;
  QTest::newRow("beyond Unicode") << "a\xf4\x90\x80\x80"s << 1;
  QTest::newRow("FF") << "\xff\xfe"s << 0;
}

void TestJsonString::finds_invalid_utf8() {
  QFETCH(std::string, bytes);
  QFETCH(int, at);
  const auto found = find_invalid_utf8(bytes);
  QCOMPARE(found ? static_cast<int>(*found) : -1, at);
}

void TestJsonString::knows_numbers_data() {
  QTest::addColumn<std::string>("token");
  QTest::addColumn<bool>("is");
  for (const char* token :
       {"0", "-0", "7", "12345678901234567890", "-1.5", "0.0", "1e9", "1E+9", "2.5e-300", "1e99999"})
    QTest::newRow(token) << std::string(token) << true;
  for (const char* token : {"", "-", "+1", "01", "-01", ".5", "1.", "1.e2", "1e", "1e+", "0x10", "1 ", "NaN",
                            "-Infinity", "1,", "1.5.2", "1_000"})
    QTest::newRow(token) << std::string(token) << false;
}

void TestJsonString::knows_numbers() {
  QFETCH(std::string, token);
  QFETCH(bool, is);
  QCOMPARE(is_json_number(token), is);
}

LONGVIEW_TEST_MAIN(TestJsonString)
#include "tst_json_string.moc"
