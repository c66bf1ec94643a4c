#include "scoring/dependency.h"

#include <algorithm>
#include <cmath>

#include "golden.h"
#include "support/log_guard.h"

using namespace longview;
using nlohmann::json;

namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();

/// Both NaN, or equal to a relative 1e-9.
bool same(double a, double b) {
  return std::isnan(a) || std::isnan(b) ? std::isnan(a) && std::isnan(b)
                                        : std::abs(a - b) <= 1e-9 * std::max(std::abs(a), std::abs(b)) || a == b;
}

SamplingSettings settings_of(Preset preset, std::uint32_t window = 32768) {
  SamplingSettings settings;
  settings.preset = preset;
  settings.window = window;
  return settings;
}

/// Four segments of perplexity 10; c_3 after c_0, c_1, c_2 is 5, 8, 9.5: strengths 0.5, 0.2, 0.05.
DocumentPairs small_document() {
  DocumentPairs document;
  document.perplexity_alone = {10, 10, 10, 10};
  document.pairs = {{3, 1, 8}, {3, 0, 5}, {3, 2, 9.5}};
  return document;
}

double specificity_of(std::initializer_list<double> exponents) {
  double total = 0, entropy = 0;
  for (const double x : exponents)
    total += std::exp(x);
  for (const double x : exponents)
    entropy -= std::exp(x) / total * std::log(std::exp(x) / total);
  return 1 - entropy / std::log(static_cast<double>(exponents.size()));
}

} // namespace

#define COMPARE_NEAR(actual, expected)                                                                                 \
  QVERIFY2(same(actual, expected),                                                                                     \
           qPrintable(QString("%1 is not %2").arg(actual, 0, 'g', 17).arg(expected, 0, 'g', 17)))

class TestDependency : public QObject {
  Q_OBJECT

 private slots:
  void controls_are_taken_off_by_hand();
  void a_row_without_controls_is_not_corrected();
  void corrected_rows_of_a_longer_document();
  void copied_is_the_mean_of_linked_pairs();
  void derives_the_golden_numbers_data() {
    QTest::addColumn<int>("place");
    for (std::size_t k = 0; k < test::goldens().size(); ++k)
      QTest::newRow(test::goldens()[k].file.c_str()) << static_cast<int>(k);
  }
  void derives_the_golden_numbers() {
    QFETCH(int, place);
    const test::Golden golden = test::goldens()[static_cast<std::size_t>(place)];
    const LiveParameters parameters = default_parameters(golden.settings.preset);
    const bool published = golden.settings.preset == Preset::published;
    for (const json& row : test::read_jsonl(test::reference(golden.file))) {
      const DocumentPairs document = test::pairs_of(row);
      const DocumentScores scores = derive(document, golden.settings, parameters);
      COMPARE_NEAR(scores.lds, test::number_or_none(row["lds"]));
      if (!published) {
        COMPARE_NEAR(scores.lds_mean, test::number_or_none(row.value("lds_mean", json())));
        COMPARE_NEAR(scores.lds_error, test::number_or_none(row.value("lds_error", json())));
      }
      for (std::size_t k = 0; k < row["dsp"].size(); ++k) {
        const bool in_a_pair =
            std::any_of(document.pairs.begin(), document.pairs.end(), [&](const Pair& p) { return p.i == k; });
        // The published goldens write 0 where a row has no pairs.
        COMPARE_NEAR(scores.specificity[k], in_a_pair ? test::number_or_none(row["dsp"][k]) : no_value);
      }
      parts_add_up(scores);
      short_form_agrees(document, golden.settings, parameters, scores);
    }
  }

  void order_of_drawing_does_not_matter() {
    const json row = test::read_jsonl(test::reference("golden_longview/llama.jsonl"))[4]; // rows of up to 34 pairs
    DocumentPairs document = test::pairs_of(row);
    std::reverse(document.pairs.begin(), document.pairs.end());
    const DocumentScores scores = derive(document, settings_of(Preset::longview), {});
    COMPARE_NEAR(scores.lds, row["lds"].get<double>());
    COMPARE_NEAR(scores.lds_mean, row["lds_mean"].get<double>());
    for (std::size_t k = 0; k < document.pairs.size(); ++k)
      COMPARE_NEAR(scores.parts[k].distance, (document.pairs[k].i - document.pairs[k].j) / 34.0);
  }

  void live_parameters_data() {
    QTest::addColumn<int>("preset");
    QTest::addColumn<LiveParameters>("parameters");
    QTest::addColumn<double>("lds");
    const double raw = specificity_of({5, 2, 0.5}), relative = specificity_of({16, 6.4, 1.6});
    const auto with = [](auto change) {
      LiveParameters parameters;
      change(parameters);
      return parameters;
    };
    using P = LiveParameters;
    for (const Preset preset : {Preset::longview, Preset::published}) {
      const auto row = [&](const char* what, const LiveParameters& parameters, double lds) {
        QTest::addRow("%s, %s", name(preset).data(), what) << static_cast<int>(preset) << parameters << lds;
      };
      // Distances over the document: 3/3, 2/3, 1/3; over a window of 8 segments: 3/7, 2/7, 1/7.
      row("defaults over the document", P{}, (0.5 + 1 + 0.2 + 2 / 3.0) * raw);
      row("threshold 0.3", with([](P& p) { p.threshold = 0.3; }), 1.5 * raw);
      row("threshold 0", with([](P& p) { p.threshold = 0; }), (0.75 + 2) * raw);
      row("the threshold itself is not over it", with([](P& p) { p.threshold = 0.5; }), 0.0);
      row("alpha 2", with([](P& p) { p.alpha = 2; }), (1.4 + 5 / 3.0) * raw);
      row("beta 0", with([](P& p) { p.beta = 0; }), 0.7 * raw);
      row("window", with([](P& p) { p.distance = DistanceScale::window; }), (0.7 + 5 / 7.0) * raw);
      row("relative", with([](P& p) { p.specificity = SpecificityMode::relative; }), (0.7 + 5 / 3.0) * relative);
      row("off", with([](P& p) { p.specificity = SpecificityMode::off; }), 0.7 + 5 / 3.0);
    }
  }
  void live_parameters() {
    QFETCH(int, preset);
    QFETCH(LiveParameters, parameters);
    QFETCH(double, lds);
    const DocumentPairs document = small_document();
    const SamplingSettings settings = settings_of(static_cast<Preset>(preset), 8 * 128);
    const DocumentScores scores = derive(document, settings, parameters);
    COMPARE_NEAR(scores.lds, lds);
    COMPARE_NEAR(scores.lds_mean, lds / 3); // one row of three: both presets' mean is over its pairs
    COMPARE_NEAR(scores.mean_strength, 0.25);
    COMPARE_NEAR(score(scores, ScoreKind::sum), scores.lds);
    COMPARE_NEAR(score(scores, ScoreKind::mean), scores.lds_mean);
    parts_add_up(scores);
    short_form_agrees(document, settings, parameters, scores);
  }

  void distance_is_clipped_at_the_window() {
    LiveParameters parameters;
    parameters.distance = DistanceScale::window;
    const DocumentScores scores = derive(small_document(), settings_of(Preset::longview, 3 * 128), parameters);
    COMPARE_NEAR(scores.parts[0].distance, 1.0); // 2 of 2
    COMPARE_NEAR(scores.parts[1].distance, 1.0); // 3 of 2
    COMPARE_NEAR(scores.parts[2].distance, 0.5);
  }

  void a_row_of_one_pair() {
    DocumentPairs document;
    document.perplexity_alone = {no_value, no_value, 10};
    document.pairs = {{2, 0, 5}};
    const DocumentScores released =
        derive(document, settings_of(Preset::published, 8 * 128), default_parameters(Preset::published));
    COMPARE_NEAR(released.specificity[2], 1.0);
    COMPARE_NEAR(released.lds, 0.5 + 2 / 7.0);
    QVERIFY(std::isnan(released.lds_error));
    for (const SpecificityMode mode : {SpecificityMode::raw, SpecificityMode::off}) {
      LiveParameters parameters;
      parameters.specificity = mode;
      const DocumentScores ours = derive(document, settings_of(Preset::longview), parameters);
      QVERIFY(std::isnan(ours.specificity[2]) && std::isnan(ours.parts[0].specificity));
      QCOMPARE(ours.lds, 0.0);
      QCOMPARE(ours.parts[0].contribution, 0.0);
      COMPARE_NEAR(ours.parts[0].strength, 0.5);
      QVERIFY(std::isnan(ours.lds_mean) && std::isnan(ours.lds_error) && std::isnan(ours.mean_specificity));
    }
  }

  void what_is_no_number_is_left_out_data() {
    QTest::addColumn<double>("bad");
    QTest::newRow("not computed") << no_value;
    QTest::newRow("infinite") << infinity;
    QTest::newRow("zero") << 0.0;
    QTest::newRow("negative") << -3.0;
  }
  void what_is_no_number_is_left_out() {
    QFETCH(double, bad);
    DocumentPairs document = small_document();
    document.perplexity_alone.push_back(bad);
    document.pairs.insert(document.pairs.begin(), {{4, 1, 5}, {3, 1, bad}, {2, 1, bad}});
    LiveParameters parameters;
    parameters.distance = DistanceScale::window; // so that the fifth segment does not change distances
    const DocumentScores scores = derive(document, settings_of(Preset::longview, 8 * 128), parameters);
    const DocumentScores without = derive(small_document(), settings_of(Preset::longview, 8 * 128), parameters);
    QCOMPARE(scores.lds, without.lds);
    QCOMPARE(scores.lds_mean, without.lds_mean);
    QCOMPARE(scores.mean_strength, without.mean_strength);
    QCOMPARE(scores.pair_count, std::uint64_t{3});
    for (std::size_t k = 0; k < 3; ++k) {
      QVERIFY(std::isnan(scores.parts[k].strength) && std::isnan(scores.parts[k].gain));
      QCOMPARE(scores.parts[k].contribution, 0.0);
    }
    QVERIFY(std::isnan(scores.specificity[4]) && std::isnan(scores.specificity[2]));
  }

  void places_outside_the_document_are_left_out() {
    DocumentPairs document = small_document();
    document.pairs.push_back({9, 1, 5});
    document.pairs.push_back({1, 1, 5});
    document.pairs.push_back({1, 2, 5});
    QCOMPARE(derive(document, settings_of(Preset::longview), {}).lds,
             derive(small_document(), settings_of(Preset::longview), {}).lds);
  }

  void nothing_computed() {
    DocumentPairs document = small_document();
    for (Pair& pair : document.pairs)
      pair.perplexity_after = no_value;
    const DocumentScores ours = derive(document, settings_of(Preset::longview), {});
    QVERIFY(std::isnan(ours.lds) && std::isnan(ours.lds_mean) && std::isnan(ours.lds_error) &&
            std::isnan(ours.mean_strength));
    QCOMPARE(ours.parts[1].distance, 1.0); // known before
    const DocumentScores released = derive({}, settings_of(Preset::published), default_parameters(Preset::published));
    QCOMPARE(released.lds, 0.0);
    QVERIFY(std::isnan(released.lds_mean));
  }

  void huge_gains_do_not_overflow() {
    DocumentPairs document;
    document.perplexity_alone = {1e6, 1e6, 1e30, 1e308};
    document.pairs = {{2, 0, 1e30}, {2, 1, 1e3}, {3, 0, 1e308}, {3, 1, 1e3}, {3, 2, 1e307}};
    const DocumentScores scores = derive(document, settings_of(Preset::longview), {});
    COMPARE_NEAR(scores.specificity[2], 1.0);
    COMPARE_NEAR(scores.specificity[3], 1.0);
    QVERIFY(std::isfinite(scores.lds) && std::isfinite(scores.lds_mean));
  }

  void equal_gains_have_no_specificity() {
    DocumentPairs document;
    document.perplexity_alone.assign(9, 20.0);
    for (std::uint32_t j = 0; j < 8; ++j)
      document.pairs.push_back({8, j, 10});
    const DocumentScores scores = derive(document, settings_of(Preset::longview), {});
    QVERIFY(scores.specificity[8] >= 0 && scores.specificity[8] < 1e-12);
    QVERIFY(std::isnan(scores.lds_error)); // one row tells no error
  }

  void an_unfinished_row_is_no_row_value() {
    DocumentPairs document;
    document.perplexity_alone.assign(20, 20.0);
    for (std::uint32_t j = 0; j < 8; ++j) {
      document.pairs.push_back({12, j, 10.0 + j});
      document.pairs.push_back({15, j, j < 7 ? 9.0 + j : no_value});
    }
    const DocumentScores scores = derive(document, settings_of(Preset::longview), {});
    double row = 0;
    for (std::size_t k = 0; k < document.pairs.size(); k += 2)
      row += scores.parts[k].contribution;
    COMPARE_NEAR(scores.lds_mean, row / 8);
    QVERIFY(scores.lds > row); // the sum counts it
  }

 private:
  void parts_add_up(const DocumentScores& scores) {
    double sum = 0;
    for (const PairParts& parts : scores.parts)
      sum += parts.contribution;
    if (!std::isnan(scores.lds))
      COMPARE_NEAR(sum, scores.lds);
  }

  void short_form_agrees(const DocumentPairs& document, const SamplingSettings& settings,
                         const LiveParameters& parameters, const DocumentScores& scores) {
    const DocumentNumbers numbers = derive_numbers(document, settings, parameters);
    QVERIFY(same(numbers.lds, scores.lds) && same(numbers.lds_mean, scores.lds_mean) &&
            same(numbers.lds_error, scores.lds_error));
    QVERIFY(same(numbers.mean_strength, scores.mean_strength) && same(numbers.mean_distance, scores.mean_distance));
    QVERIFY(same(numbers.mean_specificity, scores.mean_specificity) && numbers.pair_count == scores.pair_count);
  }
};

/// Controls of row 3: strengths 0.1 and 0.2, so 0.15 is taken off 0.5, 0.2, 0.05.
void TestDependency::controls_are_taken_off_by_hand() {
  DocumentPairs document = small_document();
  document.controls = {{3, 0, 9}, {3, 5, 8}};
  const DocumentScores scores = derive(document, settings_of(Preset::longview), {});
  COMPARE_NEAR(scores.corrected_strength, (0.35 + 0.05 - 0.1) / 3);
  COMPARE_NEAR(scores.parts[1].corrected_strength, 0.35);
  COMPARE_NEAR(scores.parts[2].corrected_strength, -0.1);
  // Only 0.35 is above 0.1; its distance is 3 of 3; gains 2, 5, 0.5 and less by a constant have one softmax.
  const double row = (0.35 + 1) * specificity_of({2, 5, 0.5});
  COMPARE_NEAR(scores.corrected_lds, row);
  COMPARE_NEAR(scores.corrected_lds_mean, row / 3);
  const DocumentNumbers numbers = derive_numbers(document, settings_of(Preset::longview), {});
  COMPARE_NEAR(numbers.corrected_lds_mean, scores.corrected_lds_mean);
  document.controls.clear();
  const DocumentScores plain = derive(document, settings_of(Preset::longview), {});
  COMPARE_NEAR(plain.lds, scores.lds); // what controls do not touch
  QVERIFY(std::isnan(plain.corrected_lds) && std::isnan(plain.corrected_strength));
}

void TestDependency::a_row_without_controls_is_not_corrected() {
  DocumentPairs document = small_document();
  document.pairs.push_back({2, 0, 5});
  document.pairs.push_back({2, 1, 6});
  document.controls = {{2, 0, infinity}, {3, 1, 10}}; // row 2 has none that counts, row 3 has one of strength 0
  const DocumentScores scores = derive(document, settings_of(Preset::longview), {});
  COMPARE_NEAR(scores.corrected_strength, (0.5 + 0.2 + 0.05) / 3);
  QVERIFY(std::isnan(scores.parts[3].corrected_strength));
  COMPARE_NEAR(scores.corrected_lds, (0.5 + 1 + 0.2 + 2.0 / 3) * specificity_of({2, 5, 0.5}));
  QVERIFY(std::isnan(scores.corrected_lds_error)); // one row
}

/// A control of the same strength in all rows is as if every strength were so much smaller.
void TestDependency::corrected_rows_of_a_longer_document() {
  DocumentPairs document, shifted;
  document.perplexity_alone.assign(14, 10);
  shifted.perplexity_alone.assign(14, 10);
  for (std::uint32_t i = 8; i < 14; ++i) {
    for (std::uint32_t j = 0; j < std::min(i, 11u); ++j) { // rows of 8 to 11: subsets too
      const double strength = 0.3 + 0.05 * ((i * 7 + j * 3) % 11);
      document.pairs.push_back({i, j, 10 * (1 - strength)});
      shifted.pairs.push_back({i, j, 10 * (1 - (strength - 0.25))});
    }
    document.controls.push_back({i, i % 3, 7.5});
  }
  const DocumentNumbers corrected = derive_numbers(document, settings_of(Preset::longview), {});
  const DocumentNumbers expected = derive_numbers(shifted, settings_of(Preset::longview), {});
  COMPARE_NEAR(corrected.corrected_lds, expected.lds);
  COMPARE_NEAR(corrected.corrected_lds_mean, expected.lds_mean);
  COMPARE_NEAR(corrected.corrected_lds_error, expected.lds_error);
  COMPARE_NEAR(corrected.corrected_strength, expected.mean_strength);
  const DocumentNumbers published = derive_numbers(document, settings_of(Preset::published), {});
  COMPARE_NEAR(published.corrected_lds, derive_numbers(shifted, settings_of(Preset::published), {}).lds);
}

void TestDependency::copied_is_the_mean_of_linked_pairs() {
  DocumentPairs document = small_document(); // strengths 0.2, 0.5, 0.05
  document.overlap = {51, 255, 7};
  COMPARE_NEAR(derive_numbers(document, settings_of(Preset::longview), {}).copied, (0.2 + 1) / 2);
  LiveParameters high;
  high.threshold = 0.3;
  COMPARE_NEAR(derive_numbers(document, settings_of(Preset::longview), high).copied, 1.0);
  high.threshold = 0.6;
  QVERIFY(std::isnan(derive_numbers(document, settings_of(Preset::longview), high).copied));
  COMPARE_NEAR(derive(document, settings_of(Preset::longview), {}).parts[0].overlap, 0.2);
}

LONGVIEW_TEST_MAIN(TestDependency)
#include "tst_dependency.moc"
