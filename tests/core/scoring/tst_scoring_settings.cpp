#include "scoring/scorer.h"
#include "scoring/settings.h"

#include "base/error.h"
#include "support/log_guard.h"

using namespace longview;

class TestSettings : public QObject {
  Q_OBJECT

 private slots:
  void words_are_read_back() {
    for (const Preset value : {Preset::longview, Preset::published})
      QVERIFY(parse_preset(name(value)) == value);
    for (const DistanceScale value : {DistanceScale::document, DistanceScale::window})
      QVERIFY(parse_distance_scale(name(value)) == value);
    for (const SpecificityMode value : {SpecificityMode::raw, SpecificityMode::relative, SpecificityMode::off})
      QVERIFY(parse_specificity_mode(name(value)) == value);
    for (const ScoreKind value : {ScoreKind::sum, ScoreKind::mean})
      QVERIFY(parse_score_kind(name(value)) == value);
    for (const DType value : {DType::automatic, DType::float32, DType::bfloat16, DType::float16, DType::int8})
      QVERIFY(parse_dtype(name(value)) == value);
  }

  void words_are_those_of_the_command_line() {
    QVERIFY(name(Preset::published) == "published");
    QVERIFY(name(SpecificityMode::relative) == "relative");
    QVERIFY(name(DType::automatic) == "auto");
    QVERIFY(!parse_preset("Longview"));
    QVERIFY(!parse_preset(""));
    QVERIFY(!parse_distance_scale("segments"));
    QVERIFY(!parse_specificity_mode("on"));
    QVERIFY(!parse_score_kind("median"));
    QVERIFY(!parse_dtype("fp16"));
  }

  void presets_have_their_parameters() {
    const LiveParameters ours = default_parameters(Preset::longview);
    QVERIFY(ours.distance == DistanceScale::document && ours.score == ScoreKind::mean);
    const LiveParameters released = default_parameters(Preset::published);
    QVERIFY(released.distance == DistanceScale::window && released.score == ScoreKind::sum);
    QVERIFY(released.specificity == SpecificityMode::raw);
    QCOMPARE(released.threshold, 0.1);
  }

  void meaningless_settings_are_refused_data() {
    QTest::addColumn<quint32>("length");
    QTest::addColumn<quint32>("window");
    QTest::addColumn<quint64>("pairs");
    QTest::addColumn<bool>("fine");
    QTest::newRow("the defaults") << 128u << 32768u << quint64(500) << true;
    QTest::newRow("smallest") << 2u << 4u << quint64(0) << true;
    QTest::newRow("no length") << 0u << 32768u << quint64(500) << false;
    QTest::newRow("nothing to score in a segment") << 1u << 32768u << quint64(500) << false;
    QTest::newRow("one segment in the window") << 128u << 255u << quint64(500) << false;
    QTest::newRow("too many pairs") << 128u << 32768u << quint64(most_pairs + 1) << false;
  }
  void meaningless_settings_are_refused() {
    QFETCH(quint32, length);
    QFETCH(quint32, window);
    QFETCH(quint64, pairs);
    QFETCH(bool, fine);
    SamplingSettings settings;
    settings.segment_length = length;
    settings.window = window;
    settings.pairs_per_document = pairs;
    try {
      check(settings);
      QVERIFY(fine);
    } catch (const Error& error) {
      QVERIFY(!fine);
      QVERIFY(error.code() == ErrorCode::usage);
    }
  }
};

LONGVIEW_TEST_MAIN(TestSettings)
#include "tst_scoring_settings.moc"
