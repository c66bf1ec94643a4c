#include "support/log_guard.h"
#include "tokenizer/added_tokens.h"

using namespace longview;

namespace {

AddedToken token(const char* content, TokenId id) {
  AddedToken out;
  out.content = content;
  out.id = id;
  return out;
}

} // namespace

class TestAddedTokens : public QObject {
  Q_OBJECT

 private slots:
  void finds_leftmost_then_longest_data() {
    QTest::addColumn<QString>("text");
    QTest::addColumn<int>("from");
    QTest::addColumn<int>("begin");
    QTest::addColumn<int>("end");
    QTest::addColumn<int>("id"); // -1: none
    const auto row = [](const char* text, int from, int begin, int end, int id) {
      QTest::addRow("%s from %d", text, from) << QString(text) << from << begin << end << id;
    };
    row("<s>", 0, 0, 3, 1);
    row("<s><s>", 1, 3, 6, 1);
    row("a<s>>", 0, 1, 5, 2); // the longest, not the first added
    row("a<s>b", 0, 1, 4, 1);
    row("<<s>", 0, 1, 4, 1);
    row("xend<s>", 0, 1, 4, 4); // the leftmost, not the longest
    row("<s", 0, 0, 0, -1);
    row("", 0, 0, 0, -1);
    row("nothing here", 0, 0, 0, -1);
    row("<s>", 3, 0, 0, -1);
  }
  void finds_leftmost_then_longest() {
    QFETCH(QString, text);
    QFETCH(int, from);
    QFETCH(int, begin);
    QFETCH(int, end);
    QFETCH(int, id);
    AddedTokens tokens;
    tokens.add(token("<s>", 1));
    tokens.add(token("<s>>", 2));
    tokens.add(token("end", 3));
    tokens.add(token("end", 4)); // of two with one spelling the later counts
    tokens.add(token("", 5));
    const std::string bytes = text.toStdString();
    AddedTokens::Cursor cursor{static_cast<std::size_t>(from), static_cast<std::size_t>(from)};
    const auto hit = tokens.next(bytes, SpecialTokens::recognised, cursor);
    QCOMPARE(hit ? hit->id : -1, id);
    if (!hit)
      return;
    QCOMPARE(hit->begin, static_cast<std::size_t>(begin));
    QCOMPARE(hit->end, static_cast<std::size_t>(end));
  }

  /// Expected values: the tokenizers library.
  void flags_data() {
    QTest::addColumn<QString>("text");
    QTest::addColumn<bool>("special");
    QTest::addColumn<QString>("hits"); // with | between them
    const auto row = [](const char* name, const char* text, bool special, const char* hits) {
      QTest::newRow(name) << QString(text) << special << QString(hits);
    };
    row("takes spaces before it", "a \t <l>b", true, " \t <l>");
    row("takes spaces after it", "<r>  \u3000b", true, "<r>  \u3000");
    row("two want the same spaces", "<r>  <l>", true, "<r>  |<l>");
    row("a word of its own", "<w> x<w> <w>y .<w>.", true, "<w>|<w>");
    row("beside a combining mark", "<w>\u0301", true, "");
    row("special", "a<s>b", true, "<s>");
    row("special as plain text", "a<s>b", false, "");
    row("plain text uses up its characters", "<s>> <s", false, "");
  }
  void flags() {
    QFETCH(QString, text);
    QFETCH(bool, special);
    QFETCH(QString, hits);
    AddedTokens tokens;
    const auto add = [&](const char* content, auto&& change) {
      AddedToken one = token(content, 0);
      change(one);
      tokens.add(one);
    };
    add("<l>", [](AddedToken& one) { one.lstrip = true; });
    add("<r>", [](AddedToken& one) { one.rstrip = true; });
    add("<w>", [](AddedToken& one) { one.single_word = true; });
    add("<s>", [](AddedToken& one) { one.special = true; });
    add("<s>>", [](AddedToken& one) { one.special = true; });
    add(">", [](AddedToken& one) { one.special = true; });
    const std::string bytes = text.toStdString();
    QStringList found;
    AddedTokens::Cursor cursor;
    while (const auto hit = tokens.next(bytes, special ? SpecialTokens::recognised : SpecialTokens::plain, cursor))
      found << QString::fromStdString(bytes.substr(hit->begin, hit->end - hit->begin));
    QCOMPARE(found.join('|'), hits);
  }

  void without_tokens() {
    AddedTokens tokens;
    tokens.add(token("", 1));
    QVERIFY(tokens.empty());
    AddedTokens::Cursor cursor;
    QVERIFY(!tokens.next("text", SpecialTokens::recognised, cursor));
  }
};

LONGVIEW_TEST_MAIN(TestAddedTokens)
#include "tst_added_tokens.moc"
