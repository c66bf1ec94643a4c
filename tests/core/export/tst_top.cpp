#include "export/top.h"

#include <cmath>

#include "base/error.h"
#include "support/log_guard.h"

using namespace longview;

using Places = std::vector<std::size_t>;

class TestTop : public QObject {
  Q_OBJECT

 private slots:
  void amounts_data() {
    QTest::addColumn<QString>("text");
    QTest::addColumn<int>("kind");
    QTest::addColumn<double>("value");
    const auto row = [](const char* text, Top::Kind kind, double value) {
      QTest::newRow(*text ? text : "empty") << QString(text) << static_cast<int>(kind) << value;
    };
    row("", Top::Kind::all, 0);
    row("50%", Top::Kind::share, 50);
    row(" 0.5 % ", Top::Kind::share, 0.5);
    row("100%", Top::Kind::share, 100);
    row("200", Top::Kind::count, 200);
    row("4k", Top::Kind::count, 4000);
    row("2Mtokens", Top::Kind::tokens, 2e6);
    row("1.5M tokens", Top::Kind::tokens, 1.5e6);
    row("12345tokens", Top::Kind::tokens, 12345);
  }
  void amounts() {
    QFETCH(QString, text);
    QFETCH(int, kind);
    QFETCH(double, value);
    const Top top = parse_top(text.toStdString());
    QCOMPARE(static_cast<int>(top.kind), kind);
    QCOMPARE(top.kind == Top::Kind::share ? top.percent : static_cast<double>(top.amount), value);
  }

  void nonsense_is_refused_data() {
    QTest::addColumn<QString>("text");
    for (const char* text : {"0%", "101%", "-5%", "%", "half", "0", "-1", "1.5", "1e3", "tokens", "5 documents",
                             "50%tokens", "99999999999999999999", "nan", "inf%", "2 M M"})
      QTest::newRow(text) << QString(text);
  }
  void nonsense_is_refused() {
    QFETCH(QString, text);
    try {
      parse_top(text.toStdString());
      QFAIL("taken");
    } catch (const Error& error) {
      QVERIFY(error.code() == ErrorCode::usage);
    }
  }

  void takes_the_best_in_source_order_data() {
    QTest::addColumn<QString>("top");
    QTest::addColumn<Places>("places");
    // scores 2, NaN, 5, 2, 9; tokens 10, 10, 30, 20, 40
    QTest::newRow("all") << "" << Places{0, 1, 2, 3, 4};
    QTest::newRow("one") << "1" << Places{4};
    QTest::newRow("equal: the earlier") << "3" << Places{0, 2, 4};
    QTest::newRow("without a number: last") << "4" << Places{0, 2, 3, 4};
    QTest::newRow("more than there are") << "4k" << Places{0, 1, 2, 3, 4};
    QTest::newRow("half of five is three") << "50%" << Places{0, 2, 4};
    QTest::newRow("exactly two fifths") << "40%" << Places{2, 4};
    QTest::newRow("tokens for two") << "70tokens" << Places{2, 4};
    QTest::newRow("not quite for two") << "69tokens" << Places{4};
    QTest::newRow("ends before what does not fit") << "95tokens" << Places{0, 2, 4};
    QTest::newRow("too few for the best") << "39tokens" << Places{};
  }
  void takes_the_best_in_source_order() {
    QFETCH(QString, top);
    QFETCH(Places, places);
    const std::vector<Ranked> documents = {{2, 10}, {std::nan(""), 10}, {5, 30}, {2, 20}, {9, 40}};
    QCOMPARE(take_top(documents, parse_top(top.toStdString())), places);
  }

  void shares_do_not_trip_over_rounding() {
    for (std::size_t count = 10; count <= 1000; count += 10)
      QCOMPARE(take_top(std::vector<Ranked>(count), parse_top("10%")).size(), count / 10);
    QCOMPARE(take_top(std::vector<Ranked>(1000), parse_top("16.1%")).size(), std::size_t{161}); // 161.00000000000003
    QVERIFY(take_top({}, parse_top("50%")).empty());
  }

  void many_equal_scores_keep_their_order() {
    const Places taken = take_top(std::vector<Ranked>(100, {1.5, 1}), parse_top("3"));
    QCOMPARE(taken, (Places{0, 1, 2}));
  }
};

LONGVIEW_TEST_MAIN(TestTop)
#include "tst_top.moc"
