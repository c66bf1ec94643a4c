#include "analysis/distance_profile.h"

#include <cmath>
#include <numeric>

#include "support/log_guard.h"

using namespace longview;

using Edges = std::vector<std::uint32_t>;

class TestDistanceProfile : public QObject {
  Q_OBJECT

 private slots:
  void bins_data() {
    QTest::addColumn<bool>("logarithmic");
    QTest::addColumn<quint32>("longest");
    QTest::addColumn<quint32>("wanted");
    QTest::addColumn<Edges>("edges");
    QTest::newRow("nothing") << false << 0u << 4u << Edges{};
    QTest::newRow("one distance") << true << 1u << 4u << Edges{1, 2};
    QTest::newRow("linear, even") << false << 8u << 4u << Edges{1, 3, 5, 7, 9};
    QTest::newRow("linear, the first are wider") << false << 7u << 3u << Edges{1, 4, 6, 8};
    QTest::newRow("linear, one a segment") << false << 3u << 9u << Edges{1, 2, 3, 4};
    QTest::newRow("no bins are one") << false << 5u << 0u << Edges{1, 6};
    QTest::newRow("powers of two") << true << 63u << 6u << Edges{1, 2, 4, 8, 16, 32, 64};
    QTest::newRow("short ones fall together") << true << 15u << 12u << Edges{1, 2, 3, 4, 5, 6, 8, 10, 13, 16};
  }
  void bins() {
    QFETCH(bool, logarithmic);
    QFETCH(quint32, longest);
    QFETCH(quint32, wanted);
    QFETCH(Edges, edges);
    QCOMPARE(DistanceBins::make(logarithmic ? BinScale::logarithmic : BinScale::linear, longest, wanted).edges(),
             edges);
  }

  void every_distance_has_one_bin() {
    for (const BinScale scale : {BinScale::linear, BinScale::logarithmic})
      for (std::uint32_t longest = 1; longest < 200; ++longest)
        for (const std::uint32_t wanted : {1u, 2u, 7u, 20u, 300u}) {
          const DistanceBins bins = DistanceBins::make(scale, longest, wanted);
          QVERIFY(bins.count() >= 1 && bins.count() <= wanted);
          QVERIFY(bins.edges().front() == 1 && bins.longest() == longest);
          for (std::uint32_t distance = 1; distance <= longest; ++distance) {
            const std::size_t b = bins.bin(distance);
            QVERIFY(bins.edges()[b] <= distance && distance < bins.edges()[b + 1]);
          }
        }
  }

  void mean_and_error_of_a_bin() {
    DistanceProfile profile(DistanceBins::make(BinScale::linear, 6, 3));
    for (const auto& [distance, strength] : {std::pair{1u, 0.1}, {2u, 0.4}, {2u, 0.7}, {5u, -0.25}})
      profile.add(distance, strength);
    const std::vector<ProfilePoint> points = profile.points();
    QCOMPARE(points.size(), std::size_t{3});
    QCOMPARE(points[0].nearest, 1u);
    QCOMPARE(points[0].furthest, 2u);
    QCOMPARE(points[0].count, std::uint64_t{3});
    QCOMPARE(points[0].mean_distance, 5 / 3.0);
    QCOMPARE(points[0].mean_strength, 0.4);
    QCOMPARE(points[0].standard_error, std::sqrt(0.09 / 3)); // sd 0.3 of three
    QVERIFY(points[1].count == 0 && std::isnan(points[1].mean_strength) && std::isnan(points[1].mean_distance));
    QCOMPARE(points[2].mean_strength, -0.25);
    QVERIFY(std::isnan(points[2].standard_error));
  }

  void of_a_document() {
    DocumentPairs document;
    document.perplexity_alone = {10, 10, 10, 10, 10};
    document.pairs = {{4, 0, no_value}, {3, 0, 5}, {1, 0, 9}, {2, 1, 7}, {3, 1, 8}};
    const DocumentScores scores = derive(document, {}, {});
    const std::vector<ProfilePoint> points = distance_profile(document, scores, BinScale::linear, 10);
    QCOMPARE(points.size(), std::size_t{3}); // the pair over four segments is not computed
    QCOMPARE(points[0].count, std::uint64_t{2});
    QCOMPARE(points[0].mean_strength, 0.2);
    QCOMPARE(points[0].standard_error, 0.1);
    QCOMPARE(points[1].mean_strength, 0.2);
    QCOMPARE(points[2].mean_strength, 0.5);
    QVERIFY(distance_profile({}, {}, BinScale::logarithmic, 10).empty());
  }

  void what_does_not_belong_is_not_counted() {
    DistanceProfile profile(DistanceBins::make(BinScale::logarithmic, 4, 2));
    profile.add(0, 1);
    profile.add(5, 1);
    profile.add(1, no_value);
    profile.add(1, std::numeric_limits<double>::infinity());
    for (const ProfilePoint& point : profile.points())
      QCOMPARE(point.count, std::uint64_t{0});
  }
};

LONGVIEW_TEST_MAIN(TestDistanceProfile)
#include "tst_distance_profile.moc"
