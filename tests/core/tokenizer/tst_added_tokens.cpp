#include "support/log_guard.h"
#include "tokenizer/added_tokens.h"

using namespace longview;

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
    tokens.add("<s>", 1);
    tokens.add("<s>>", 2);
    tokens.add("end", 3);
    tokens.add("end", 4); // of two with one spelling the later counts
    tokens.add("", 5);
    const std::string bytes = text.toStdString();
    const auto hit = tokens.find(bytes, static_cast<std::size_t>(from));
    QCOMPARE(hit ? hit->id : -1, id);
    if (!hit)
      return;
    QCOMPARE(hit->begin, static_cast<std::size_t>(begin));
    QCOMPARE(hit->end, static_cast<std::size_t>(end));
  }

  void without_tokens() {
    AddedTokens tokens;
    tokens.add("", 1);
    QVERIFY(tokens.empty());
    QVERIFY(!tokens.find("text", 0));
  }
};

LONGVIEW_TEST_MAIN(TestAddedTokens)
#include "tst_added_tokens.moc"
