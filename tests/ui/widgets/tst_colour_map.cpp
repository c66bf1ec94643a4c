#include <vector>

#include "support/log_guard.h"
#include "widgets/colour_map.h"
#include "widgets/theme.h"

using namespace longview;

namespace {

double lightness(QRgb colour) {
  return contrast(QColor(colour), Qt::black);
}

} // namespace

class TestColourMap : public QObject {
  Q_OBJECT

 private slots:
  void sequential_rises_from_dark_to_bright() {
    const ColourMap& map = ColourMap::sequential();
    QCOMPARE(map.at(0), 0xff00224e);
    QCOMPARE(map.at(1), 0xfffee838);
    for (int k = 0; k < 100; ++k)
      QVERIFY(lightness(map.at((k + 1) / 100.0)) > lightness(map.at(k / 100.0)));
  }

  void what_lies_beyond_has_the_colour_of_the_end() {
    QCOMPARE(ColourMap::sequential().at(-3), ColourMap::sequential().at(0));
    QCOMPARE(ColourMap::sequential().at(1.5), ColourMap::sequential().at(1));
  }

  void diverging_is_grey_at_zero_and_furthest_at_the_ends_data() {
    QTest::addColumn<bool>("dark");
    QTest::newRow("light") << false;
    QTest::newRow("dark") << true;
  }
  void diverging_is_grey_at_zero_and_furthest_at_the_ends() {
    QFETCH(bool, dark);
    const ColourMap& map = ColourMap::diverging(dark);
    const QColor zero(map.at(0.5));
    QCOMPARE(zero.saturation(), 0);
    QVERIFY(qBlue(map.at(0)) > qRed(map.at(0)));
    QVERIFY(qRed(map.at(1)) > qBlue(map.at(1)));
    // away from the background's lightness on both sides
    for (int k = 0; k < 50; ++k) {
      const double near = k / 100.0, far = (k + 1) / 100.0;
      for (const double side : {-1.0, 1.0}) {
        const double change = lightness(map.at(0.5 + side * far)) - lightness(map.at(0.5 + side * near));
        QVERIFY(dark ? change > -0.05 : change < 0.05); // of 1 … 21; a channel has whole steps only
      }
    }
    const QColor ground = dark ? Theme::dark_theme().background : Theme::light().background;
    QVERIFY(contrast(QColor(map.at(0)), ground) > 3);
    QVERIFY(contrast(QColor(map.at(1)), ground) > 3);
    QVERIFY(contrast(zero, ground) < contrast(QColor(map.at(0)), ground));
    QVERIFY(contrast(zero, ground) > 1.3); // told from the ground that unsampled cells have
  }

  void diverging_range_is_round_and_symmetric_data() {
    QTest::addColumn<std::vector<double>>("values");
    QTest::addColumn<double>("least");
    QTest::addColumn<double>("high");
    QTest::newRow("nothing") << std::vector<double>{} << 0.0 << 1.0;
    QTest::newRow("all zero") << std::vector<double>{0, 0, 0} << 0.0 << 1.0;
    QTest::newRow("one") << std::vector<double>{0.37} << 0.0 << 0.4;
    QTest::newRow("the larger sign decides") << std::vector<double>{0.1, -0.55, 0.2} << 0.0 << 0.6;
    QTest::newRow("already round") << std::vector<double>{0.3, -0.1} << 0.0 << 0.3;
    QTest::newRow("large") << std::vector<double>{-740, 12} << 0.0 << 800.0;
    QTest::newRow("small") << std::vector<double>{0.00013} << 0.0 << 0.00015;
    QTest::newRow("at least") << std::vector<double>{0.01, -0.02} << 0.2 << 0.2;
  }
  void diverging_range_is_round_and_symmetric() {
    QFETCH(std::vector<double>, values);
    QFETCH(double, least);
    QFETCH(double, high);
    const ColourScale scale = ColourScale::diverging_for(values, least);
    QVERIFY(scale.diverging);
    QCOMPARE(scale.high, high);
    QCOMPARE(scale.low, -high);
    QVERIFY(!scale.clipped_low);
    QVERIFY(!scale.clipped_high);
    QCOMPARE(scale.position(0), 0.5);
  }

  void an_outlier_does_not_take_the_colour() {
    std::vector<double> values(200, 0.1);
    values[7] = -0.18;
    values[30] = -9;
    const ColourScale scale = ColourScale::diverging_for(values);
    QCOMPARE(scale.high, 0.1);
    QVERIFY(scale.clipped_low);
    QVERIFY(!scale.clipped_high);
    QCOMPARE(scale.position(-9), 0.0);
  }

  void what_lies_only_a_little_further_stays() {
    std::vector<double> values(200, 0.1);
    values[30] = 0.14;
    const ColourScale scale = ColourScale::diverging_for(values);
    QCOMPARE(scale.high, 0.15);
    QVERIFY(!scale.clipped_high);
  }

  void among_few_nothing_is_an_outlier() {
    const ColourScale scale = ColourScale::diverging_for(std::vector<double>{0.01, 0.02, 0.01, 0.5});
    QCOMPARE(scale.high, 0.5);
    QVERIFY(!scale.clipped_high);
  }

  void contributions_begin_at_zero_and_ignore_zeros() {
    std::vector<double> values(1000, 0.0);
    for (int k = 0; k < 40; ++k)
      values[static_cast<std::size_t>(k)] = 0.35;
    const ColourScale scale = ColourScale::from_zero_for(values);
    QVERIFY(!scale.diverging);
    QCOMPARE(scale.low, 0.0);
    QCOMPARE(scale.high, 0.4);
    QVERIFY(!scale.clipped_high);
    QCOMPARE(ColourScale::from_zero_for(std::vector<double>{0, 0}).high, 1.0);
  }

  void perplexities_lie_between_round_ends_data() {
    QTest::addColumn<std::vector<double>>("values");
    QTest::addColumn<double>("low");
    QTest::addColumn<double>("high");
    QTest::addColumn<bool>("clipped");
    std::vector<double> spread;
    for (int k = 0; k < 200; ++k)
      spread.push_back(8.3 + k * 0.1);
    QTest::newRow("spread") << spread << 8.0 << 30.0 << false;
    spread[100] = 50'000;
    QTest::newRow("with an outlier") << spread << 8.0 << 30.0 << true;
    QTest::newRow("equal") << std::vector<double>{12, 12} << 12.0 << 14.0 << false;
    QTest::newRow("none") << std::vector<double>{} << 0.0 << 1.0 << false;
  }
  void perplexities_lie_between_round_ends() {
    QFETCH(std::vector<double>, values);
    QFETCH(double, low);
    QFETCH(double, high);
    QFETCH(bool, clipped);
    const ColourScale scale = ColourScale::between_for(values);
    QCOMPARE(scale.low, low);
    QCOMPARE(scale.high, high);
    QCOMPARE(scale.clipped_high, clipped);
    QVERIFY(!scale.clipped_low);
  }

  void chosen_ends_keep_grey_at_zero_data() {
    QTest::addColumn<double>("low");
    QTest::addColumn<double>("high");
    QTest::addColumn<double>("value");
    QTest::addColumn<double>("on_map");
    QTest::addColumn<double>("on_bar");
    QTest::newRow("zero") << -0.1 << 0.4 << 0.0 << 0.5 << 0.2;
    QTest::newRow("the longer side") << -0.1 << 0.4 << 0.4 << 1.0 << 1.0;
    QTest::newRow("the shorter side") << -0.1 << 0.4 << -0.1 << 0.375 << 0.0;
    QTest::newRow("beyond it") << -0.1 << 0.4 << -0.3 << 0.375 << 0.0;
    QTest::newRow("positive only") << 0.1 << 0.5 << 0.1 << 0.6 << 0.0;
  }
  void chosen_ends_keep_grey_at_zero() {
    QFETCH(double, low);
    QFETCH(double, high);
    QFETCH(double, value);
    QFETCH(double, on_map);
    QFETCH(double, on_bar);
    const std::vector<double> values{-0.05, 0.45};
    const ColourScale scale = ColourScale::diverging_for(values).with({low, high}, values);
    QCOMPARE(scale.colour(value, false), ColourMap::diverging(false).at(on_map));
    QCOMPARE(scale.position(value), on_bar);
    QCOMPARE(scale.clipped_low, low > -0.05);
    QCOMPARE(scale.clipped_high, high < 0.45);
  }

  void a_scale_gives_the_colours_of_its_map() {
    ColourScale scale;
    scale.diverging = true;
    scale.low = -2;
    scale.high = 2;
    QCOMPARE(scale.colour(-2, true), 0xff56b4e9);
    QCOMPARE(scale.colour(2, false), 0xffd55e00);
    QCOMPARE(scale.colour(0, false), 0xffd6d6d6);
    scale.diverging = false;
    QCOMPARE(scale.colour(5, false), 0xfffee838);
  }
};

LONGVIEW_TEST_MAIN(TestColourMap)
#include "tst_colour_map.moc"
