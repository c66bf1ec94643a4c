#include "models/table_figures.h"

#include <cmath>

#include "support/log_guard.h"

using namespace longview;

class TestTableFigures : public QObject {
  Q_OBJECT

 private slots:
  void summaries_leave_out_what_is_no_number();
  void bars_of_the_kept_stand_in_bars_of_all_data();
  void bars_of_the_kept_stand_in_bars_of_all();
  void groups_come_by_size();
  void filters_of_groups_are_quoted_data();
  void filters_of_groups_are_quoted();
};

void TestTableFigures::summaries_leave_out_what_is_no_number() {
  QVERIFY((summarise("lds", {3, no_value, 1, 8}) == ColumnSummary{"lds", 3, 4, 3}));
  const ColumnSummary none = summarise("lds", {no_value});
  QCOMPARE(none.count, 0u);
  QVERIFY(std::isnan(none.mean) && std::isnan(none.median));
}

void TestTableFigures::bars_of_the_kept_stand_in_bars_of_all_data() {
  QTest::addColumn<bool>("by_tokens");
  QTest::addColumn<bool>("logarithmic");
  QTest::addColumn<double>("all");
  QTest::addColumn<double>("kept");
  QTest::addColumn<double>("outside");
  QTest::newRow("documents") << false << false << 4.0 << 2.0 << 0.0;
  QTest::newRow("tokens") << true << false << 1111.0 << 110.0 << 0.0;
  QTest::newRow("documents, logarithmic") << false << true << 3.0 << 2.0 << 1.0; // -1 has no logarithm
}

void TestTableFigures::bars_of_the_kept_stand_in_bars_of_all() {
  QFETCH(bool, by_tokens);
  QFETCH(bool, logarithmic);
  QFETCH(double, all);
  QFETCH(double, kept);
  QFETCH(double, outside);
  const HistogramWish wish{"x", logarithmic ? AxisScale::logarithmic : AxisScale::linear, by_tokens};
  const ColumnHistogram result =
      column_histogram(wish, std::vector<double>{-1, 2, 4, 8, no_value}, std::vector<double>{1, 10, 100, 1000, 5},
                       std::vector<std::uint8_t>{0, 1, 1, 0, 1});
  QCOMPARE(result.all.inside, all);
  QCOMPARE(result.kept.inside, kept);
  QCOMPARE(result.all.outside, outside);
  for (std::size_t bin = 0; bin < result.bins.count(); ++bin)
    QVERIFY(result.kept.weights[bin] <= result.all.weights[bin]);
}

void TestTableFigures::groups_come_by_size() {
  const std::vector<FilterValue> values{std::string("a"), FilterTexts{"a", "b"}, {}, 7.0, std::string("a"), 7.0};
  const auto groups =
      count_groups(values, std::vector<double>{1, 2, 4, 8, no_value, 32}, std::vector<std::uint8_t>{1, 1, 0, 1, 1, 0});
  QCOMPARE(groups.size(), std::size_t{4});
  QVERIFY(groups[0].value == FilterValue(std::string("a")));
  QCOMPARE(groups[0].documents, 3u);
  QCOMPARE(groups[0].tokens_kept, 3u);
  QVERIFY(groups[1].value == FilterValue(7.0));
  QCOMPARE(groups[1].kept, 1u);
  QCOMPARE(groups[1].documents, 2u);
  QVERIFY(groups[3].value == FilterValue());
  QCOMPARE(groups[3].kept, 0u);
}

void TestTableFigures::filters_of_groups_are_quoted_data() {
  QTest::addColumn<QString>("column");
  QTest::addColumn<QString>("text");
  QTest::newRow("plain") << "status"
                         << "scored";
  QTest::newRow("quotes and backslash") << "source.kind"
                                        << "say \"no\" \\ or \\\"";
  QTest::newRow("a field with odd characters") << "source.my \"odd\" field"
                                               << "x";
}

/// What is written is what a filter reads.
void TestTableFigures::filters_of_groups_are_quoted() {
  QFETCH(QString, column);
  QFETCH(QString, text);
  const Filter filter = Filter::parse(group_filter(column.toStdString(), text.toStdString()));
  QCOMPARE(filter.columns().front(), column.toStdString());
  const auto row = [&](const QString& cell) {
    return [value = FilterValue(cell.toStdString())](std::string_view) { return value; };
  };
  QVERIFY(filter.matches(row(text)));
  QVERIFY(!filter.matches(row(text + "x")));
  QVERIFY(Filter::parse(group_filter("source.year", 1963.5)).matches([](std::string_view) { return 1963.5; }));
  QVERIFY(Filter::parse(group_filter("source.year", {})).matches([](std::string_view) { return FilterValue(); }));
}

LONGVIEW_TEST_MAIN(TestTableFigures)
#include "tst_table_figures.moc"
