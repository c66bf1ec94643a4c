#include <cmath>

#include "analysis/histogram.h"
#include "analysis/length_match.h"
#include "analysis/profile_band.h"
#include "analysis/top_overlap.h"
#include "support/log_guard.h"

using namespace longview;

constexpr double none = std::numeric_limits<double>::quiet_NaN();

/// What figures draw: histograms, ECDFs, matched lengths, tops, bands.
class TestDistributions : public QObject {
  Q_OBJECT

 private slots:
  void linear_bins();
  void logarithmic_bins();
  void bins_of_odd_values();
  void histogram_counts_and_weighs();
  void ecdf_has_a_step_a_value();
  void ecdf_by_weight();
  void thinning_stays_near();
  void lengths_are_matched_data();
  void lengths_are_matched();
  void top_overlap_names_what_moves();
  void top_overlap_ties_and_gaps();
  void band_of_rows_by_hand();
  void band_of_documents_counts_each_alike();
  void band_is_wide_where_documents_differ();
};

void TestDistributions::linear_bins() {
  const std::vector<double> values{0, 10, none, INFINITY, 5};
  const HistogramBins bins = HistogramBins::make(values, AxisScale::linear, 4);
  QVERIFY((bins.edges == std::vector<double>{0, 2.5, 5, 7.5, 10}));
}

void TestDistributions::logarithmic_bins() {
  const std::vector<double> values{1, 10000, 0, -5};
  const HistogramBins bins = HistogramBins::make(values, AxisScale::logarithmic, 4);
  QCOMPARE(bins.count(), 4u);
  for (std::size_t b = 0; b <= 4; ++b)
    QVERIFY(std::abs(bins.edges[b] / std::pow(10.0, static_cast<double>(b)) - 1) < 1e-12);
  const Histogram counted = histogram(values, {}, bins);
  QCOMPARE(counted.outside, 2.0); // 0 and -5 have no place on this axis
}

void TestDistributions::bins_of_odd_values() {
  QCOMPARE(HistogramBins::make(std::vector<double>{}, AxisScale::linear, 5).count(), 0u);
  QCOMPARE(HistogramBins::make(std::vector<double>{-1, 0}, AxisScale::logarithmic, 5).count(), 0u);
  const std::vector<double> equal{3, 3};
  QCOMPARE(histogram(equal, {}, HistogramBins::make(equal, AxisScale::linear, 5)).inside, 2.0);
  QCOMPARE(histogram(equal, {}, HistogramBins::make(equal, AxisScale::logarithmic, 5)).inside, 2.0);
  const double next = std::nextafter(1.0, 2.0); // no room for five bins
  QCOMPARE(HistogramBins::make(std::vector<double>{1, next}, AxisScale::linear, 5).count(), 1u);
  QCOMPARE(HistogramBins::suitable(0), 10u);
  QCOMPARE(HistogramBins::suitable(400), 20u);
  QCOMPARE(HistogramBins::suitable(1'000'000), 60u);
}

void TestDistributions::histogram_counts_and_weighs() {
  const std::vector<double> values{0, 1, 2, 4, none, 9}, tokens{10, 20, 30, 40, 50, 60};
  const HistogramBins bins{{0, 2, 4}, AxisScale::linear};
  const Histogram counted = histogram(values, {}, bins);
  QVERIFY((counted.weights == std::vector<double>{2, 2})); // an edge belongs to the bin it begins, the last to the last
  QCOMPARE(counted.inside, 4.0);
  QCOMPARE(counted.outside, 1.0);
  QCOMPARE(counted.missing, 1.0);
  const Histogram weighed = histogram(values, tokens, bins);
  QVERIFY((weighed.weights == std::vector<double>{30, 70}));
  QCOMPARE(weighed.missing, 50.0);
  QCOMPARE(histogram(values, {}, {}).outside, 5.0);
}

void TestDistributions::ecdf_has_a_step_a_value() {
  const std::vector<EcdfStep> steps = ecdf(std::vector<double>{3, 1, none, 3, 2}, {});
  QCOMPARE(steps.size(), 3u);
  QCOMPARE(steps[0].value, 1.0);
  QCOMPARE(steps[0].share, 0.25);
  QCOMPARE(steps[1].share, 0.5);
  QCOMPARE(steps[2].value, 3.0);
  QCOMPARE(steps[2].share, 1.0);
  QVERIFY(ecdf(std::vector<double>{none}, {}).empty());
}

void TestDistributions::ecdf_by_weight() {
  const std::vector<EcdfStep> steps = ecdf(std::vector<double>{1, 2, 7}, std::vector<double>{10, 30, 0});
  QCOMPARE(steps.size(), 2u);
  QCOMPARE(steps[0].share, 0.25);
}

void TestDistributions::thinning_stays_near() {
  std::vector<double> values(1000);
  for (std::size_t k = 0; k < values.size(); ++k)
    values[k] = static_cast<double>(k * k);
  const std::vector<EcdfStep> steps = ecdf(values, {}), few = thinned(steps, 50);
  QVERIFY(few.size() <= 50 && few.size() > 25);
  QCOMPARE(few.front().value, 0.0);
  QCOMPARE(few.back().share, 1.0);
  for (std::size_t k = 1; k < few.size(); ++k)
    QVERIFY(few[k].share - few[k - 1].share <= 2.0 / 49 + 1e-12);
  QCOMPARE(thinned(steps, 5000).size(), steps.size());
}

void TestDistributions::lengths_are_matched_data() {
  QTest::addColumn<QList<double>>("a");
  QTest::addColumn<QList<double>>("b");
  QTest::addColumn<QString>("pairs");
  using L = QList<double>;
  QTest::newRow("the same") << L{100, 300, 200} << L{200, 100, 300} << "0-1 2-0 1-2";
  QTest::newRow("within a tenth") << L{100, 1000} << L{110, 1101} << "0-0";
  QTest::newRow("most pairs") << L{100, 109} << L{105, 116} << "0-0 1-1";
  QTest::newRow("one long, many short") << L{1000} << L{10, 20, 30, 990, 1001} << "0-3";
  QTest::newRow("equal ones in order") << L{50, 50, 50} << L{50, 50} << "0-0 1-1";
  QTest::newRow("unknown lengths") << L{0, none, 50} << L{50, 0} << "2-0";
  QTest::newRow("nothing in common") << L{1} << L{100} << "";
  QTest::newRow("empty") << L{} << L{1} << "";
}

void TestDistributions::lengths_are_matched() {
  QFETCH(QList<double>, a);
  QFETCH(QList<double>, b);
  QFETCH(QString, pairs);
  QStringList found;
  for (const auto& [x, y] : match_lengths(std::span(a.data(), static_cast<std::size_t>(a.size())),
                                          std::span(b.data(), static_cast<std::size_t>(b.size()))))
    found << QString("%1-%2").arg(x).arg(y);
  QCOMPARE(found.join(' '), pairs);
}

void TestDistributions::top_overlap_names_what_moves() {
  const std::vector<double> a{9, 8, 7, 6, 5, 4}, b{1, 8, 2, 9, 3, 10};
  const TopOverlap overlap = top_overlap(a, b, 0.5);
  QCOMPARE(overlap.documents, 6u);
  QCOMPARE(overlap.kept, 3u);
  QCOMPARE(overlap.both, 1u); // 8
  QVERIFY((overlap.enters == std::vector<std::size_t>{5, 3}));
  QVERIFY((overlap.leaves == std::vector<std::size_t>{0, 2}));
  QCOMPARE(top_overlap(a, b, 1.0).both, 6u);
}

void TestDistributions::top_overlap_ties_and_gaps() {
  const std::vector<double> a{1, 1, none, 1}, b{1, 1, 1, none};
  const TopOverlap overlap = top_overlap(a, b, 0.5);
  QCOMPARE(overlap.documents, 2u);
  QCOMPARE(overlap.both, 1u); // the earlier one, in both
  QVERIFY(overlap.enters.empty() && overlap.leaves.empty());
  QCOMPARE(top_overlap(std::vector<double>(30, 1.0), std::vector<double>(30, 1.0), 0.1).kept, 3u);
  QCOMPARE(top_overlap({}, {}, 0.5).kept, 0u);
}

namespace {

/// Two rows: c_2 after c_0 and c_1, c_3 after c_2.
DocumentPairs small_document() {
  DocumentPairs pairs;
  pairs.perplexity_alone = {none, none, 10, 10};
  pairs.pairs = {{2, 0, 5}, {2, 1, 8}, {3, 2, 9}};
  return pairs;
}

DocumentScores scores_of(const DocumentPairs& pairs) {
  return derive(pairs, {}, {});
}

/// Every distance has this strength; `segments` all pairs.
DocumentPairs flat_document(std::uint32_t segments, double strength) {
  DocumentPairs pairs;
  pairs.perplexity_alone.assign(segments, 10);
  for (std::uint32_t i = 1; i < segments; ++i)
    for (std::uint32_t j = 0; j < i; ++j)
      pairs.pairs.push_back({i, j, 10 * (1 - strength)});
  return pairs;
}

} // namespace

void TestDistributions::band_of_rows_by_hand() {
  const DocumentPairs pairs = small_document();
  ProfileUnits units(DistanceBins::make(BinScale::linear, 2, 2));
  units.add_rows(pairs, scores_of(pairs));
  QCOMPARE(units.count(), 2u);
  const std::vector<BandPoint> points = profile_band(units, UnitWeight::pairs);
  QCOMPARE(points.size(), 2u);
  // distance 1: strengths 0.2 and 0.1; distance 2: 0.5
  QVERIFY(std::abs(points[0].mean - 0.15) < 1e-6);
  QCOMPARE(points[0].units, 2u);
  QCOMPARE(points[0].pairs, 2u);
  QVERIFY(std::abs(points[0].band.low - 0.1) < 1e-6 && std::abs(points[0].band.high - 0.2) < 1e-6);
  QVERIFY(std::abs(points[1].mean - 0.5) < 1e-6);
  QCOMPARE(points[1].mean_distance, 2.0);
  QVERIFY(std::isnan(points[1].band.low)); // one row is no spread
}

void TestDistributions::band_of_documents_counts_each_alike() {
  const DocumentPairs longer = flat_document(20, 0.5), shorter = flat_document(3, 0.1);
  ProfileUnits units(DistanceBins::make(BinScale::linear, 2, 1));
  units.add_document(longer, scores_of(longer));
  units.add_document(shorter, scores_of(shorter));
  QVERIFY(std::abs(profile_band(units, UnitWeight::equal)[0].mean - 0.3) < 1e-6);
  QVERIFY(profile_band(units, UnitWeight::pairs)[0].mean > 0.45); // 37 pairs against 3
  QCOMPARE(profile_band(units, UnitWeight::equal)[0].pairs, 40u);
}

/// 5,000 pairs in 10 documents say no more than 10 documents do.
void TestDistributions::band_is_wide_where_documents_differ() {
  ProfileUnits units(DistanceBins::make(BinScale::logarithmic, 31, 1));
  for (int k = 0; k < 10; ++k) {
    const DocumentPairs pairs = flat_document(32, 0.1 * k);
    units.add_document(pairs, scores_of(pairs));
  }
  const BandPoint point = profile_band(units, UnitWeight::equal)[0];
  QVERIFY(std::abs(point.mean - 0.45) < 1e-6);
  // sd of the ten is 0.303, of their mean 0.096: two of those to each side, roughly
  QVERIFY2(point.band.high - point.band.low > 0.25 && point.band.high - point.band.low < 0.45,
           std::to_string(point.band.high - point.band.low).c_str());
}

LONGVIEW_TEST_MAIN(TestDistributions)
#include "tst_distributions.moc"
