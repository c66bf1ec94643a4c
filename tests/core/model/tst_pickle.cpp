#include "base/error.h"
#include "model/pickle.h"
#include "support/log_guard.h"

using namespace longview;
using namespace std::string_literals;
using Kind = PickleValue::Kind;

namespace {

Pickle read(const std::string& program) {
  const auto allowed = [](std::string_view global) { return global == "a.b"; };
  return {std::as_bytes(std::span(program)), allowed, "x.bin"};
}

std::string text(const std::string& value) {
  return "X"s + static_cast<char>(value.size()) + "\0\0\0"s + value;
}

} // namespace

class TestPickle : public QObject {
  Q_OBJECT

 private slots:
  void reads_numbers_data() {
    QTest::addColumn<QByteArray>("program");
    QTest::addColumn<qint64>("value");
    const auto row = [](const char* name, const std::string& program, std::int64_t value) {
      QTest::newRow(name) << QByteArray::fromStdString(program) << static_cast<qint64>(value);
    };
    row("BININT1", "K\xff"s, 255);
    row("BININT2", "M\xff\x7f"s, 32'767);
    row("BININT", "J\xff\xff\xff\xff"s, -1);
    row("BININT, least", "J\0\0\0\x80"s, -2'147'483'648);
    row("LONG1, none", "\x8a\0"s, 0);
    row("LONG1, negative", "\x8a\x01\xfe"s, -2);
    row("LONG1, positive with a high byte", "\x8a\x02\xfe\0"s, 254);
    row("LONG1, 8 bytes", "\x8a\x08\0\0\0\0\0\x01\0\0"s, std::int64_t{1} << 40);
    row("NEWTRUE", "\x88", 1);
    row("NEWFALSE", "\x89", 0);
  }
  void reads_numbers() {
    QFETCH(QByteArray, program);
    QFETCH(qint64, value);
    const std::string whole = "\x80\x02" + program.toStdString() + ".";
    const Pickle pickle = read(whole);
    QCOMPARE(static_cast<qint64>(pickle.root().integer), value);
    QCOMPARE(pickle.size(), whole.size());
  }

  void reads_containers() {
    // {"k": (1, 2), "l": [3, "k"]}, and what comes behind is left alone
    const std::string program = "\x80\x02}q\0("s + text("k") + "q\1K\1K\2\x86q\2"s + text("l") + "]q\3(K\3h\1eu.rest"s;
    const Pickle pickle = read(program);
    const PickleValue& root = pickle.root();
    QVERIFY(root.is(Kind::dict) && root.items.size() == 4);
    QVERIFY(root.items[0]->is(Kind::string) && root.items[0]->text == "k");
    QVERIFY(root.items[1]->is(Kind::tuple) && root.items[1]->items[1]->integer == 2);
    QVERIFY(root.items[3]->is(Kind::list) && root.items[3]->items[1] == root.items[0]);
    QCOMPARE(pickle.size(), program.size() - 4);
  }

  void writes_calls_down() {
    const std::string program = "\x80\x02"
                                "ccollections\nOrderedDict\n)R"s +
                                text("x") + "ca\nb\n(K\1"s + "(" + text("storage") + "tQtRs}b."s;
    const Pickle pickle = read(program);
    QVERIFY(pickle.root().is(Kind::dict));
    const PickleValue& call = *pickle.root().items[1];
    QVERIFY(call.is(Kind::call) && call.items[0]->text == "a.b");
    QVERIFY(call.items[1]->items[1]->is(Kind::persistent));
    QVERIFY(call.items[1]->items[1]->items[0]->items[0]->text == "storage");
  }

  void refuses_data() {
    QTest::addColumn<QByteArray>("program");
    QTest::addColumn<QString>("says");
    QTest::addColumn<bool>("unsupported");
    const auto row = [](const char* name, const std::string& program, const char* says, bool unsupported = false) {
      QTest::newRow(name) << QByteArray::fromStdString(program) << QString(says) << unsupported;
    };
    row("nothing", "", "has no end");
    row("no STOP", "\x80\x02N", "has no end");
    row("no value", ".", "takes a value that is not there");
    row("two values", "NN.", "ends with values left over");
    row("protocol", "\x80\x04N.", "has the protocol 4", true);
    row("global", "cos\nsystem\n.",
        "asks for the global \"os.system\", which is not needed for tensors; it is not read", true);
    row("global in another module", "ca.b\nc\n.", "asks for the global \"a.b.c\"", true);
    row("global in disguise", "c\na.b\n.", "asks for the global \".a.b\"", true);
    row("global without an end", "cos" + std::string(300, 's'), "without an end");
    row("control characters", "ca\x1b\nb\n.", "the global \"a?.b\"", true);
    row("STACK_GLOBAL", "\x93", "uses the opcode STACK_GLOBAL, which is not needed for tensors; it is not read", true);
    row("INST", "(ios\nsystem\n.", "the opcode INST", true);
    row("OBJ", "(o", "the opcode OBJ", true);
    row("NEWOBJ", ")\x81", "the opcode NEWOBJ", true);
    row("EXT1", "\x82\x01", "the opcode EXT1", true);
    row("no opcode", "\xff", "the opcode 0xff", true);
    row("string past the end",
        "X\xff\xff\xff\xff"
        "abc.",
        "has no end");
    row("number past the end",
        "\x8a\xff"
        "abc.",
        "has no end");
    row("long number",
        "\x8a\x09"
        "123456789.",
        "a number of 9 bytes", true);
    row("TUPLE2 of one", "N\x86.", "takes values that are not there");
    row("TUPLE without a mark", "Nt.", "a mark that is not there");
    row("below the mark", "N(\x85.", "takes values that are not there");
    row("pop below the mark", "ca\nb\n)(R.", "takes a value that is not there");
    row("APPEND to nothing", "Na.", "not a list");
    row("APPENDS to a dictionary", "}(Ne.", "not a list");
    row("SETITEM on a list", "]NNs.", "not a dictionary");
    row("SETITEMS of three", "}(NNNu.", "a key without a value");
    row("memo of nothing", "q\0."s, "remembers a value that is not there");
    row("memo never made", "h\7."s, "asks for the value 7, which it never made");
    row("call of a string", text("a.b") + ")R.", "calls a string with a tuple", true);
    row("call with a list", "ca\nb\n]R.", "calls a global with a list", true);
    row("build of a call", "ca\nb\n)R}b.", "builds an object", true);
    row("build with a tuple", "})b.", "builds an object", true);
    row("marks without end", std::string(3'000'000, '('), "nests too deep");
    row("values without end", std::string(3'000'000, 'N'), "too many values on its stack");
    std::string many = "}";
    for (int k = 0; k < 1'400'000; ++k)
      many += "NNs";
    row("items without end", many, "more than 524288 items");
  }
  void refuses() {
    QFETCH(QByteArray, program);
    QFETCH(QString, says);
    QFETCH(bool, unsupported);
    try {
      read(program.toStdString());
      QFAIL("it was read");
    } catch (const Error& error) {
      QVERIFY2(QString::fromStdString(error.message()).contains(says), error.what());
      QCOMPARE(error.code(), unsupported ? ErrorCode::unsupported : ErrorCode::input);
      QCOMPARE(error.context(), std::string("x.bin"));
    }
  }

  void a_value_can_hold_itself() {
    const Pickle pickle = read("\x80\x02]q\0h\0a."s);
    QVERIFY(pickle.root().items[0] == &pickle.root());
  }
};

LONGVIEW_TEST_MAIN(TestPickle)
#include "tst_pickle.moc"
