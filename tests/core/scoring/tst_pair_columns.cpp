#include "scoring/pair_columns.h"

#include <cmath>

#include "scoring/random.h"
#include "scoring/sampler.h"
#include "support/log_guard.h"

using namespace longview;

namespace {

struct NamedNumber {
  const char* name;
  double DocumentNumbers::*value;
};
constexpr NamedNumber numbers[] = {
    {"lds", &DocumentNumbers::lds},
    {"lds_mean", &DocumentNumbers::lds_mean},
    {"lds_error", &DocumentNumbers::lds_error},
    {"strength", &DocumentNumbers::mean_strength},
    {"distance", &DocumentNumbers::mean_distance},
    {"specificity", &DocumentNumbers::mean_specificity},
    {"corrected strength", &DocumentNumbers::corrected_strength},
    {"corrected lds", &DocumentNumbers::corrected_lds},
    {"corrected lds_mean", &DocumentNumbers::corrected_lds_mean},
    {"corrected lds_error", &DocumentNumbers::corrected_lds_error},
    {"copied", &DocumentNumbers::copied},
};

constexpr double as_doubles = 1e-11; // the same numbers added up in another order
constexpr double as_floats = 1e-6;   // weights of pairs in longer rows are kept as floats

/// Both none, or equal to a relative `tolerance`; sums that cancel are let off at 1e-12.
bool same(double a, double b, double tolerance) {
  if (std::isnan(a) || std::isnan(b))
    return std::isnan(a) && std::isnan(b);
  return std::abs(a - b) <= tolerance * std::max(std::abs(a), std::abs(b)) + 1e-12;
}

/// Whether there are perplexities above 0 a few steps to either side of the threshold.
bool both_sides(double threshold) {
  return threshold > 0 && threshold < 0.9999999;
}

double part(Stream& stream) {
  return static_cast<double>(stream.next() >> 11) / 9007199254740992.0;
}

enum class Extras { none, overlap, controls };

/// As the project keeps it: perplexities are floats. Some pairs are not computed yet, some rows have no controls.
DocumentPairs random_document(const SamplingSettings& sampling, std::uint64_t tokens, Extras extras, Stream& stream) {
  Sampler sampler(sampling);
  Draw draw = sampler.draw(tokens, {stream.next(), stream.next()});
  DocumentPairs document;
  document.kept = draw.kept;
  const std::size_t segments = draw.kept.empty() ? draw.segments : draw.kept.size();
  for (std::size_t k = 0; k < segments; ++k)
    document.perplexity_alone.push_back(static_cast<float>(3 + 60 * part(stream)));
  document.pairs = std::move(draw.pairs);
  for (Pair& pair : document.pairs) {
    const double after = document.perplexity_alone[pair.i] * (0.5 + 0.7 * part(stream));
    pair.perplexity_after = stream.below(40) == 0 ? no_value : static_cast<float>(after);
  }
  if (extras == Extras::none)
    return document;
  for (std::size_t k = 0; k < document.pairs.size(); ++k)
    document.overlap.push_back(static_cast<std::uint8_t>(stream.below(256)));
  if (extras == Extras::controls)
    for (std::uint32_t i = 0; i < document.segments(); ++i)
      for (std::uint32_t k = 0; k < stream.below(4); ++k)
        document.controls.push_back(
            {i, k, static_cast<float>(document.perplexity_alone[i] * (0.8 + 0.3 * part(stream)))});
  return document;
}

QString told(const char* name, double actual, double expected) {
  return QStringLiteral("%1: %2 is not %3").arg(QLatin1String(name)).arg(actual, 0, 'g', 17).arg(expected, 0, 'g', 17);
}

} // namespace

/// All documents at once give what each gives alone.
class TestPairColumns : public QObject {
  Q_OBJECT

 private slots:
  void agrees_with_the_plain_derivation_data();
  void agrees_with_the_plain_derivation();
  void decides_at_the_threshold_exactly_data();
  void decides_at_the_threshold_exactly();
  void decides_rows_of_eight_exactly_data() { decides_at_the_threshold_exactly_data(); }
  void decides_rows_of_eight_exactly();
  void refuses_what_does_not_fit();
};

void TestPairColumns::agrees_with_the_plain_derivation_data() {
  QTest::addColumn<int>("preset");
  QTest::addColumn<quint64>("pairs"); // 0: all
  QTest::addColumn<quint64>("segments");
  QTest::addColumn<int>("extras");
  QTest::addColumn<double>("tolerance");
  const auto row = [](const char* name, Preset preset, quint64 pairs, quint64 segments, Extras extras,
                      double tolerance = as_doubles) {
    QTest::newRow(name) << static_cast<int>(preset) << pairs << segments << static_cast<int>(extras) << tolerance;
  };
  row("rows of eight", Preset::longview, 200, 60, Extras::none);
  row("rows of eight, copies", Preset::longview, 200, 60, Extras::overlap);
  row("rows of eight, controls", Preset::longview, 200, 60, Extras::controls);
  row("fewer pairs than asked for: longer rows", Preset::longview, 500, 22, Extras::controls, as_floats);
  row("all pairs of a longer document", Preset::longview, 0, 70, Extras::overlap, as_floats);
  row("short rows alone", Preset::longview, 500, 7, Extras::controls);
  row("three segments", Preset::longview, 500, 3, Extras::none);
  row("published", Preset::published, 200, 60, Extras::controls);
  row("published, thinned", Preset::published, 300, 300, Extras::overlap);
}

void TestPairColumns::agrees_with_the_plain_derivation() {
  QFETCH(int, preset);
  QFETCH(quint64, pairs);
  QFETCH(quint64, segments);
  QFETCH(int, extras);
  QFETCH(double, tolerance);
  SamplingSettings sampling;
  sampling.preset = static_cast<Preset>(preset);
  sampling.pairs_per_document = pairs;
  sampling.window = 128 * 40; // shorter than some of the documents
  if (sampling.preset == Preset::published)
    sampling.window = 128 * 64;
  Stream stream(5 + segments);
  std::vector<DocumentPairs> documents;
  documents.emplace_back(); // one without pairs is in every project
  for (int k = 0; k < 6; ++k)
    documents.push_back(random_document(sampling, segments * sampling.segment_length + 5,
                                        k == 3 ? Extras::none : static_cast<Extras>(extras), stream));
  PairColumns columns(sampling);
  for (const DocumentPairs& document : documents)
    QVERIFY(columns.add(document));
  columns.shrink();
  std::size_t differ = 0;
  for (const DistanceScale distance : {DistanceScale::document, DistanceScale::window})
    for (const SpecificityMode specificity : {SpecificityMode::raw, SpecificityMode::relative, SpecificityMode::off})
      for (const double threshold : {-1.0, 0.0, 0.1, 0.1234567, 0.3, 0.49, 1.0, 5.0})
        for (const auto& [alpha, beta] : {std::pair{1.0, 1.0}, {0.0, 2.5}, {0.7, 0.0}, {1.0, -0.5}}) {
          const LiveParameters parameters{threshold, alpha, beta, distance, specificity, ScoreKind::mean};
          for (std::size_t k = 0; k < documents.size(); ++k) {
            const DocumentNumbers plain = derive_numbers(documents[k], sampling, parameters);
            const DocumentNumbers quick = columns.numbers(k, parameters);
            QCOMPARE(quick.pair_count, plain.pair_count);
            for (const NamedNumber& number : numbers)
              QVERIFY2(same(quick.*number.value, plain.*number.value, tolerance),
                       qPrintable(told(number.name, quick.*number.value, plain.*number.value)));
            differ += std::isfinite(plain.lds) && plain.lds != 0;
          }
        }
  QVERIFY(differ > 100); // so something was compared
}

void TestPairColumns::decides_at_the_threshold_exactly_data() {
  QTest::addColumn<double>("alone");
  QTest::addColumn<double>("threshold");
  for (const double alone : {1.0, 3.1, 17.3, 1000.7, 3e30})
    for (const double threshold : {0.1, 0.1000001, 0.3, 0.0, -0.2, -3e5, 0.9999999, 0.99999999999, 1.0})
      QTest::addRow("%g %.12g", alone, threshold) << alone << threshold;
}

/// Pairs whose strength is within some steps of the threshold, where a rounded strength would fall on the other side.
void TestPairColumns::decides_at_the_threshold_exactly() {
  QFETCH(double, alone);
  QFETCH(double, threshold);
  SamplingSettings sampling;
  sampling.preset = Preset::published; // counts every pair
  LiveParameters parameters;
  parameters.alpha = 0;
  parameters.distance = DistanceScale::window;
  parameters.specificity = SpecificityMode::off;
  const auto near = static_cast<float>(static_cast<float>(alone) * (1 - threshold));
  int over = 0, under = 0;
  for (int step = -3; step <= 3; ++step) {
    float after = near;
    for (int k = 0; k < std::abs(step); ++k)
      after = std::nextafter(after, step > 0 ? 1e38f : 0.0f);
    if (!(after > 0))
      continue;
    DocumentPairs document;
    document.perplexity_alone = {1, static_cast<float>(alone)};
    document.pairs = {{1, 0, after}};
    parameters.threshold = threshold;
    PairColumns columns(sampling);
    QVERIFY(columns.add(document));
    const double plain = derive_numbers(document, sampling, parameters).lds;
    QCOMPARE(columns.numbers(0, parameters).lds, plain);
    ++(plain > 0 ? over : under);
  }
  if (both_sides(threshold))
    QVERIFY(over > 0 && under > 0);
}

/// The same for a row of eight, most of whose pairs are where rounding could decide.
void TestPairColumns::decides_rows_of_eight_exactly() {
  QFETCH(double, alone);
  QFETCH(double, threshold);
  DocumentPairs document;
  document.perplexity_alone.assign(9, alone);
  document.perplexity_alone[8] = static_cast<float>(alone);
  float after = std::max(static_cast<float>(static_cast<float>(alone) * (1 - threshold)), 1e-30f);
  for (int step = 0; step < 3; ++step)
    after = std::nextafter(after, 0.0f);
  for (std::uint32_t j = 0; j < 8; ++j) { // the sum of distances tells which are taken
    document.pairs.push_back({8, j, after});
    document.overlap.push_back(static_cast<std::uint8_t>(1 << j));
    after = std::nextafter(after, 1e38f);
  }
  LiveParameters parameters;
  parameters.threshold = threshold;
  parameters.alpha = 0;
  parameters.specificity = SpecificityMode::off;
  PairColumns columns({});
  QVERIFY(columns.add(document));
  const DocumentNumbers quick = columns.numbers(0, parameters);
  const DocumentNumbers plain = derive_numbers(document, {}, parameters);
  QVERIFY2(same(quick.lds, plain.lds, as_doubles), qPrintable(told("lds", quick.lds, plain.lds)));
  parameters.threshold = -1e9;
  if (both_sides(threshold)) // some pairs are taken, and some are not
    QVERIFY(plain.lds > 0 && plain.lds < derive_numbers(document, {}, parameters).lds);
  QVERIFY2(same(quick.copied, plain.copied, as_doubles), qPrintable(told("copied", quick.copied, plain.copied)));
}

void TestPairColumns::refuses_what_does_not_fit() {
  PairColumns columns({});
  DocumentPairs document;
  document.perplexity_alone.assign(65537, 10);
  document.pairs = {{65536, 0, 5}};
  QVERIFY(!columns.add(document));
  QCOMPARE(columns.documents(), std::size_t{0});
  document.perplexity_alone.pop_back();
  document.pairs = {{65535, 0, 5}, {65535, 1, 5}};
  QVERIFY(columns.add(document));
  QCOMPARE(columns.numbers(0, {}).mean_distance, derive_numbers(document, {}, {}).mean_distance);
}

LONGVIEW_TEST_MAIN(TestPairColumns)
#include "tst_pair_columns.moc"
