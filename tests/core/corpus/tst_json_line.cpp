#include "corpus/json_line.h"

#include <nlohmann/json.hpp>

#include "base/error.h"
#include "support/log_guard.h"

using namespace longview;
using namespace std::string_literals;

class TestJsonLine : public QObject {
  Q_OBJECT
 private slots:
  void reads_data();
  void reads();
  void finds_fields_data();
  void finds_fields();
  void long_strings_are_no_fields();
  void deep_keys_do_not_multiply();
  void reports_data();
  void reports();
  void fault_keeps_the_id();
  void text_alone_is_the_same_text();
  void parser_is_reusable();
  void shape_data();
  void shape();
  void shape_of_keys_and_values();
  void a_known_shape_is_the_same_shape();
  void a_known_shape_shows_another_line_data();
  void a_known_shape_shows_another_line();
  void shape_refuses_data();
  void shape_refuses();
  void a_large_line();
  void every_broken_line_is_noticed();
  void a_known_shape_of_a_broken_line_stays_inside_it();

 private:
  static LineDocument document(const std::variant<LineDocument, LineFault>& parsed) {
    if (const auto* fault = std::get_if<LineFault>(&parsed))
      throw std::runtime_error(fault->reason);
    return std::get<LineDocument>(parsed);
  }
};

void TestJsonLine::reads_data() {
  QTest::addColumn<std::string>("line");
  QTest::addColumn<std::string>("text_field");
  QTest::addColumn<std::string>("text");
  QTest::addColumn<std::string>("id");
  QTest::addColumn<std::string>("title");
  const auto row = [](const char* name, const std::string& line, const std::string& text, const std::string& id = {},
                      const std::string& title = {}, const std::string& text_field = "text") {
    QTest::newRow(name) << line << text_field << text << id << title;
  };
  row("plain", R"({"text": "a b", "id": "x"})", "a b", "x");
  row("spaces everywhere", " \t{ \"text\" :\t\"a\" , \"id\" : \"x\" } \t", "a", "x");
  row("no spaces", R"({"text":"a","id":"x","title":"T"})", "a", "x", "T");
  row("carriage return behind", "{\"text\":\"a\"}\r", "a");
  row("empty text", R"({"text":""})", "");
  row("escapes", R"({"text":"a\n\"b\"\u00e9\ud83d\ude00"})", "a\n\"b\"é😀");
  row("NUL in the text", R"({"text":"a\u0000b"})", "a\0b"s);
  row("escaped key", R"({"te\u0078t":"a","\u0069d":"x"})", "a", "x");
  row("last text wins", R"({"text":"a","text":"b"})", "b");
  row("last text wins over another kind", R"({"text":3,"text":"b"})", "b");
  row("escaped and plain key are the same", R"({"text":"a","te\u0078t":"b"})", "b");
  row("last id wins", R"({"id":"x","text":"a","id":"y"})", "a", "y");
  row("number as id", R"({"id":12345678901234567890,"text":"a"})", "a", "12345678901234567890");
  row("number as id keeps its spelling", R"({"id": 1.50e+2 ,"text":"a"})", "a", "1.50e+2");
  row("null as id", R"({"id":null,"text":"a"})", "a");
  row("object as id", R"({"id":{"a":1},"text":"a"})", "a");
  row("title that is no string", R"({"title":3,"text":"a"})", "a");
  row("nested text", R"({"meta":{"body":"b","text":"t"},"text":"a"})", "b", {}, {}, "meta.body");
  row("key with dots wins", R"({"meta":{"body":"b"},"meta.body":"c"})", "c", {}, {}, "meta.body");
  row("key with dots wins, first", R"({"meta.body":"c","meta":{"body":"b"}})", "c", {}, {}, "meta.body");
  row("key with dots below", R"({"a":{"b.c":"x","b":{"c":"y"}}})", "x", {}, {}, "a.b.c");
  row("last object wins as a whole", R"({"a":{"b":"x"},"a":{"b":"y","c":1}})", "y", {}, {}, "a.b");
  row("text as title", R"({"title":"whole text"})", "whole text", {}, {}, "title");
  row("empty key", R"({"":"a"})", "a", {}, {}, "");
  row("half a pair elsewhere", R"({"text":"a","x":"\ud800","id":"\udc00"})", "a", "\uFFFD");
  row("deep arrays", R"({"text":"a","x":[[[[{"text":"b"}]]],1,"]"]})", "a");
}

void TestJsonLine::reads() {
  QFETCH(std::string, line);
  QFETCH(std::string, text_field);
  const LineDocument found = document(JsonLineParser(text_field, "id").parse(line));
  QTEST(found.text, "text");
  QTEST(found.id, "id");
  QTEST(found.title, "title");
  QVERIFY(nlohmann::json::accept(found.fields));
}

void TestJsonLine::finds_fields_data() {
  QTest::addColumn<std::string>("line");
  QTest::addColumn<std::string>("fields");
  QTest::newRow("none") << R"({"text":"a"})"s
                        << "{}"s;
  QTest::newRow("kinds") << R"({"s":"x","n":1.50,"t":true,"f":false,"z":null,"text":"a"})"s
                         << R"({"s":"x","n":1.50,"t":true,"f":false,"z":null})"s;
  QTest::newRow("large integer") << R"({"n":12345678901234567890123,"text":"a"})"s
                                 << R"({"n":12345678901234567890123})"s;
  QTest::newRow("number beyond double") << R"({"a":1e999,"b":-0.5E+3,"text":"a"})"s
                                        << R"({"b":-0.5E+3})"s;
  QTest::newRow("nested") << R"({"a":{"b":1,"c":{"d":"x"},"e":{}},"text":"a"})"s
                          << R"({"a.b":1,"a.c.d":"x"})"s;
  QTest::newRow("arrays are left out") << R"({"a":[1,{"b":2}],"text":"a","c":3})"s
                                       << R"({"c":3})"s;
  QTest::newRow("last of two") << R"({"a":1,"text":"a","a":2})"s
                               << R"({"a":2})"s;
  QTest::newRow("object after scalar") << R"({"a":1,"a":{"b":2},"text":"a"})"s
                                       << R"({"a.b":2})"s;
  QTest::newRow("scalar after object") << R"({"a":{"b":2},"a":1,"text":"a"})"s
                                       << R"({"a":1})"s;
  QTest::newRow("key with dots wins") << R"({"a":{"b":2},"a.b":1,"text":"a"})"s
                                      << R"({"a.b":1})"s;
  QTest::newRow("escapes") << R"({"q\"\n":"\"\\\u0001\u00e9","text":"a"})"s
                           << R"({"q\"\n":"\"\\\u0001é"})"s;
  QTest::newRow("half a pair") << R"({"x":"a\ud800","text":"a"})"s
                               << "{\"x\":\"a\uFFFD\"}"s;
}

void TestJsonLine::finds_fields() {
  QFETCH(std::string, line);
  QFETCH(std::string, fields);
  QCOMPARE(document(JsonLineParser("text", "id").parse(line)).fields, fields);
}

void TestJsonLine::long_strings_are_no_fields() {
  const std::string line = R"({"text":"a","longest":")" + std::string(1'000, 'x') + R"(","longer":")" +
                           std::string(1'001, 'x') + R"(","escaped":")";
  std::string escaped;
  for (int k = 0; k < 1'000; ++k)
    escaped += "\\u0041";
  const auto fields =
      nlohmann::json::parse(document(JsonLineParser("text", "id").parse(line + escaped + "\"}")).fields);
  QCOMPARE(fields.size(), std::size_t(2));
  QCOMPARE(fields.at("longest").get<std::string>().size(), std::size_t(1'000));
  QCOMPARE(fields.at("escaped").get<std::string>(), std::string(1'000, 'A'));
}

void TestJsonLine::deep_keys_do_not_multiply() {
  const std::string key(600, 'k');
  const LineDocument found = document(
      JsonLineParser("text", "id").parse("{\"text\":\"a\",\"" + key + "\":{\"b\":1,\"" + key + "\":{\"c\":2}}}"));
  QCOMPARE(found.fields, "{\"" + key + ".b\":1}");
}

void TestJsonLine::reports_data() {
  QTest::addColumn<std::string>("line");
  QTest::addColumn<std::string>("part"); // of the reason
  const auto row = [](const char* name, const std::string& line, const std::string& part) {
    QTest::newRow(name) << line << part;
  };
  row("no text", R"({"id":"x","body":"b","meta":{"lang":"en"}})",
      R"(no field "text" but "id", "body", "meta.lang"; name)");
  row("no field at all", "{}", "no other; name the one that holds the text with --text-field");
  row("many fields", R"({"a":1,"b":1,"c":1,"d":1,"e":1,"f":1,"g":1,"h":1,"i":1})", R"("h", …;)");
  row("number as text", R"({"text":5})", "has a number as its field \"text\", not a string; name");
  row("null as text", R"({"text":null})", "has null as its field");
  row("object as text", R"({"text":{"a":1}})", "has an object as its field");
  row("array as text", R"({"text":["a"]})", "has an array as its field");
  row("last text is no string", R"({"text":"a","text":false})", "has true or false as its field");
  row("half a pair", R"({"text":"ab\ud83dc"})", "half a surrogate pair in its text at byte 12");
  row("invalid UTF-8", "{\"text\":\"caf\xe9\"}", "not valid UTF-8 at byte 13");
  row("invalid UTF-8 elsewhere", "{\"text\":\"a\",\"x\":\"\xff\"}", "not valid UTF-8 at byte 18");
  row("array", R"([{"text":"a"}])", "is an array, not an object");
  row("string", R"("text")", "is not a JSON object");
  row("blank", "  ", "is blank");
  row("indented JSON", "{", "not closed");
  row("cut off", R"({"text":"a","b":[1,2)", "not closed");
  row("cut off in a string", R"({"text":"a b c)", "ends inside a string");
  row("control character", "{\"text\":\"a\tb\"}",
      "byte 11 is a control character inside a string; write it as \\u0009");
  row("NUL byte", "{\"text\":\"a\0b\"}"s, "byte 11 is a control character");
  row("something behind", R"({"text":"a"} x)", "not valid JSON");
  row("second object behind", R"({"text":"a"}{"b":1})", "something follows the object");
  row("bad escape", R"({"text":"a\qb"})", "a backslash begins no escape");
}

void TestJsonLine::reports() {
  QFETCH(std::string, line);
  QFETCH(std::string, part);
  const auto parsed = JsonLineParser("text", "id").parse(line);
  QVERIFY(std::holds_alternative<LineFault>(parsed));
  const std::string& reason = std::get<LineFault>(parsed).reason;
  QVERIFY2(reason.find(part) != std::string::npos, reason.c_str());
  QVERIFY(reason.find('\n') == std::string::npos);
}

void TestJsonLine::fault_keeps_the_id() {
  const auto parsed = JsonLineParser("text", "meta.key").parse(R"({"meta":{"key":7}})");
  QCOMPARE(std::get<LineFault>(parsed).id, std::string("7"));
}

void TestJsonLine::text_alone_is_the_same_text() {
  JsonLineParser parser("text", "id");
  QCOMPARE(std::get<std::string>(parser.text(R"({"text":"a","te\u0078t":"b\n"})")), std::string("b\n"));
  QVERIFY(std::holds_alternative<LineFault>(parser.text(R"({"text":3})")));
  QVERIFY(std::holds_alternative<LineFault>(parser.text(R"({"text":"a","b":tru})")));
}

void TestJsonLine::parser_is_reusable() {
  JsonLineParser parser("text", "id");
  for (const std::size_t size : {10u, 100'000u, 3u, 5'000'000u, 50u}) {
    const std::string text(size, 't');
    QVERIFY(document(parser.parse("{\"k\\u0065y\":1,\"text\":\"" + text + "\"}")).text == text);
    QVERIFY(std::holds_alternative<LineFault>(parser.parse("{\"text\":\"" + text)));
  }
}

void TestJsonLine::shape_data() {
  QTest::addColumn<std::string>("line");
  QTest::addColumn<int>("close_brace");
  QTest::addColumn<std::string>("keys");
  QTest::newRow("empty") << "{}"s << 1 << ""s;
  QTest::newRow("empty with spaces") << " { } "s << 3 << ""s;
  QTest::newRow("one") << R"({"a":1})"s << 6 << "a"s;
  QTest::newRow("brace in a string") << R"({"a":"}"} )"s << 8 << "a"s;
  QTest::newRow("nested") << R"({"a":{"x":{}},"b":[{"y":1}] })"s << 28 << "a b"s;
  QTest::newRow("escaped key") << R"({"longv\u0069ew":1})"s << 18 << "longview"s;
  QTest::newRow("twice") << R"({"a":1,"a":2})"s << 12 << "a a"s;
}

void TestJsonLine::shape() {
  QFETCH(std::string, line);
  const LineShape shape = json_line_shape(line);
  std::string keys;
  for (const LineKey& key : shape.keys)
    keys += (keys.empty() ? "" : " ") + key.key;
  QTEST(static_cast<int>(shape.close_brace), "close_brace");
  QTEST(keys, "keys");
  QCOMPARE(shape.empty, shape.keys.empty());
}

void TestJsonLine::shape_of_keys_and_values() {
  const std::string line =
      R"( { "a" : 12345678901234567890 , "b":{"x": [1, {}] } ,"c":[ ]	, "d":"}\"" , "e": { } , "f":null } )";
  const std::vector<std::pair<std::string, std::string>> expected{{R"("a" : )", "12345678901234567890"},
                                                                  {R"("b":)", R"({"x": [1, {}] })"},
                                                                  {R"("c":)", "[ ]"},
                                                                  {R"("d":)", R"("}\"")"},
                                                                  {R"("e": )", "{ }"},
                                                                  {R"("f":)", "null"}};
  const LineShape shape = json_line_shape(line);
  QCOMPARE(shape.keys.size(), expected.size());
  for (std::size_t k = 0; k < expected.size(); ++k) {
    const LineKey& key = shape.keys[k];
    QCOMPARE(line.substr(key.key_begin, key.value_begin - key.key_begin), expected[k].first);
    QCOMPARE(line.substr(key.value_begin, key.value_end - key.value_begin), expected[k].second);
  }
}

/// Of lines that are hard to pass over: what stands in values looks like keys, ends and escapes.
void TestJsonLine::a_known_shape_is_the_same_shape() {
  JsonLineParser parser("text", "id");
  const std::vector<std::string> known = {
      R"({})",
      "  { } \t",
      R"({"text":"a"})",
      R"({ "text" : "a\\" , "id" : 12345678901234567890123 , "x" : null } )",
      R"({"a":{"text":"}","b":[{"c":"]"},[],{}]},"text":"{\"k\":1}","d":[1,[2,{"e":"\\\""}]] ,"f":true})",
      R"({"te\u0078t":"a","text":"b","text":-1.5e9,"":""})",
      R"({"a":[],"b":{},"c":[[]],"d":"\ud800","e":"größe"})",
      "{\"text\":\"" + std::string(200'000, 'x') + "\\n\",\"o\":{\"p\" : [1, 2 ] }\t}",
  };
  for (const std::string& line : known) {
    const std::string padded = line + std::string(json_padding, '"');
    const std::optional<LineShape> shape = parser.known_shape_in_place(std::string_view(padded).substr(0, line.size()));
    QVERIFY2(shape.has_value(), line.substr(0, 100).c_str());
    const LineShape whole = json_line_shape(line);
    QCOMPARE(shape->close_brace, whole.close_brace);
    QCOMPARE(shape->empty, whole.empty);
    QCOMPARE(shape->keys.size(), whole.keys.size());
    for (std::size_t k = 0; k < whole.keys.size(); ++k) {
      QCOMPARE(shape->keys[k].key, whole.keys[k].key);
      QCOMPARE(shape->keys[k].key_begin, whole.keys[k].key_begin);
      QCOMPARE(shape->keys[k].value_begin, whole.keys[k].value_begin);
      QCOMPARE(shape->keys[k].value_end, whole.keys[k].value_end);
    }
  }
}

void TestJsonLine::a_known_shape_shows_another_line_data() {
  QTest::addColumn<std::string>("line");
  QTest::newRow("blank") << "  "s;
  QTest::newRow("begins in a text") << R"( words","id":"a"})"s;
  QTest::newRow("begins behind the brace") << R"("text":"a"})"s;
  QTest::newRow("ends in a text") << R"({"text":"wor)"s;
  QTest::newRow("ends before the brace") << R"({"text":"a")"s;
  QTest::newRow("two lines") << "{\"text\":\"a\"}\n{\"text\":\"b\"}"s;
  QTest::newRow("no UTF-8") << "{\"text\":\"\xff\"}"s;
  QTest::newRow("an array") << R"([{"text":"a"}])"s;
}

void TestJsonLine::a_known_shape_shows_another_line() {
  QFETCH(std::string, line);
  const std::string padded = line + std::string(json_padding, '\0');
  QVERIFY(!JsonLineParser("text", "id").known_shape_in_place(std::string_view(padded).substr(0, line.size())));
}

void TestJsonLine::shape_refuses_data() {
  QTest::addColumn<std::string>("line");
  for (const char* line : {"",
                           " ",
                           "[]",
                           "1",
                           "{",
                           "}",
                           "{}}",
                           "{}{}",
                           "{} 1",
                           "{\"a\"}",
                           "{\"a\":}",
                           "{\"a\":1,}",
                           "{,}",
                           "{\"a\":1 \"b\":2}",
                           "{\"a\":01}",
                           "{\"a\":1.}",
                           "{\"a\":+1}",
                           "{\"a\":nul}",
                           "{\"a\":nulls}",
                           "{\"a\":truE}",
                           "{\"a\":fals}",
                           "{\"a\":[1,]}",
                           "{\"a\":[1 2]}",
                           "{\"a\":[}",
                           "{\"a\":[1}]",
                           "{\"a\":{\"b\":1]}",
                           "{\"a\":{\"b\":1}",
                           "{a:1}",
                           "{'a':1}",
                           "{1:1}",
                           "{\"a\":\"\\x\"}",
                           "{\"a\\x\":1}",
                           "{\"a\":\"b\"c}",
                           "{\"a\":\"b\" \"c\"}",
                           "{\"a\"::1}",
                           "{\"a\":1,,\"b\":2}",
                           "{\"a\":-}",
                           "{\"a\":[[[]]}",
                           "{\"a\":NaN}",
                           "{\"a\":\"\\ud83\"}",
                           "{\"a\":1}/**/",
                           "{\"a\":[tru]}",
                           "{\"a\":[\"b\":1]}",
                           "{\"a\":[1,\"b\":null}]}",
                           "{\"a\":\"b\":1}",
                           "{\"a\":[\"\\x\"]}",
                           "{\"a\":[{\"b\\x\":1}]}",
                           "{\"a\":[{\"b\":00}]}"})
    QTest::newRow(line) << std::string(line);
  QTest::newRow("too deep") << "{\"a\":" + std::string(300, '[') + std::string(300, ']') + "}";
  std::string deep;
  for (int k = 0; k < 300; ++k)
    deep += "{\"a\":";
  QTest::newRow("too deep in objects") << deep + "1" + std::string(300, '}');
}

void TestJsonLine::shape_refuses() {
  QFETCH(std::string, line);
  try {
    json_line_shape(line);
    QFAIL("taken as valid");
  } catch (const Error& error) {
    QCOMPARE(static_cast<int>(error.code()), static_cast<int>(ErrorCode::input));
  }
}

void TestJsonLine::a_large_line() {
  std::string text;
  while (text.size() < 100'000'000)
    text += "It was the best of times, it was the worst of times, it was the age of wisdom. ";
  const LineDocument found = document(JsonLineParser("text", "id").parse("{\"id\":1,\"text\":\"" + text + "\"}"));
  QVERIFY(found.text == text);
  QCOMPARE(found.id, std::string("1"));
}

// Every prefix, and every line with one byte replaced, is judged as nlohmann judges it.
void TestJsonLine::every_broken_line_is_noticed() {
  const std::string line = R"({"text":"a\u00e9\n","n":[-1.5e3,{"k":null}],"o":{"t":true,"f":false},"é":"世"})";
  const auto judged_alike = [](const std::string& tried) {
    bool ours = true;
    try {
      json_line_shape(tried);
    } catch (const Error&) {
      ours = false;
    }
    const bool theirs = nlohmann::json::accept(tried) && nlohmann::json::parse(tried).is_object();
    return ours == theirs;
  };
  QVERIFY(judged_alike(line));
  for (std::size_t k = 0; k < line.size(); ++k) {
    QVERIFY2(judged_alike(line.substr(0, k)), std::to_string(k).c_str());
    for (const char replacement : "{}[]\",:\\ 0-+.eutn\t\x80\xff"s + '\0') {
      std::string tried = line;
      tried[k] = replacement;
      QVERIFY2(judged_alike(tried), tried.c_str());
    }
  }
}

/// A file may change under a reader: whatever stands in the line and behind it, the places are the line's own.
void TestJsonLine::a_known_shape_of_a_broken_line_stays_inside_it() {
  const std::string line = R"({"text":"a\u00e9\n","n":[-1.5e3,{"k":null}],"o":{"t":true,"f":false},"é":"世"})";
  JsonLineParser parser("text", "id");
  int found = 0;
  const auto stays_inside = [&](const std::string& tried, char behind) {
    const std::string padded = tried + std::string(json_padding, behind);
    const auto shape = parser.known_shape_in_place(std::string_view(padded).substr(0, tried.size()));
    if (!shape)
      return true;
    ++found;
    std::size_t end = 1;
    for (const LineKey& key : shape->keys) {
      if (key.key_begin < end || key.value_begin <= key.key_begin || key.value_end <= key.value_begin)
        return false;
      end = key.value_end;
    }
    return end <= shape->close_brace && shape->close_brace < tried.size();
  };
  for (const char behind : "{}[]\",:1 "s)
    for (std::size_t k = 0; k < line.size(); ++k) {
      QVERIFY2(stays_inside(line.substr(0, k), behind), std::to_string(k).c_str());
      for (const char replacement : "{}[]\",:\\ 0"s) {
        std::string tried = line;
        tried[k] = replacement;
        QVERIFY2(stays_inside(tried, behind), tried.c_str());
      }
    }
  QVERIFY(found > 0);
}

LONGVIEW_TEST_MAIN(TestJsonLine)
#include "tst_json_line.moc"
