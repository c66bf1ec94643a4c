#include "run/settings.h"

#include <limits>

#include "base/error.h"
#include "support/log_guard.h"

using namespace longview;

class TestRunSettings : public QObject {
  Q_OBJECT

 private slots:
  void the_canonical_form_is_fixed() {
    // Part of the identity of stored runs: a change here makes every old project start its runs anew.
    QCOMPARE(to_json(RunSettings{}),
             std::string(
                 R"({"preset":"longview","segment_length":128,"window":32768,"pairs_per_document":500,"seed":11,)"
                 R"("threshold":0.1,"alpha":1.0,"beta":1.0,"distance":"document","specificity":"raw","score":"mean",)"
                 R"("dtype":"auto","special_tokens":"plain","text_field":"text","id_field":"id"})"));
  }

  void every_field_comes_back() {
    RunSettings settings;
    settings.sampling = {Preset::published, 64, 2048, 40, std::numeric_limits<std::uint64_t>::max()};
    settings.parameters = {0.1 + 0.2, 1e-300, -2.5, DistanceScale::window, SpecificityMode::relative, ScoreKind::sum};
    settings.dtype = DType::bfloat16;
    settings.special_tokens = SpecialTokens::recognised;
    settings.text_field = "meta.\"body\"\n";
    settings.id_field = "";
    settings.controls = 2;
    QVERIFY(settings_from_json(to_json(settings)) == settings);
    QCOMPARE(to_json(settings_from_json(to_json(settings))), to_json(settings));
  }

  void parameters_alone_come_back() {
    const LiveParameters live{0.25, 2, 0, DistanceScale::window, SpecificityMode::off, ScoreKind::sum};
    QCOMPARE(to_json(live), std::string(R"({"threshold":0.25,"alpha":2.0,"beta":0.0,"distance":"window",)"
                                        R"("specificity":"off","score":"sum"})"));
    QVERIFY(parameters_from_json(to_json(live)) == live);
    const LiveParameters partly = parameters_from_json(R"({"threshold":0.5,"later":1})", live);
    QCOMPARE(partly.threshold, 0.5);
    QVERIFY(partly.specificity == SpecificityMode::off);
    QVERIFY_THROWS_EXCEPTION(Error, parameters_from_json(R"({"score":"median"})"));
    QVERIFY_THROWS_EXCEPTION(Error, parameters_from_json("[]"));
  }

  void what_is_missing_has_the_presets_default() {
    QVERIFY(settings_from_json("{}") == RunSettings{});
    const RunSettings published = settings_from_json(R"({"preset":"published","later_version":[1,{}]})");
    QVERIFY(published.parameters == default_parameters(Preset::published));
  }

  void wrong_kinds_are_refused_data() {
    QTest::addColumn<QByteArray>("text");
    for (const char* text :
         {"", "[]", "{", "null", R"({"preset":1})", R"({"preset":"other"})", R"({"segment_length":"128"})",
          R"({"segment_length":0})", R"({"segment_length":4294967296})", R"({"window":-1})", R"({"seed":1.5})",
          R"({"threshold":"0.1"})", R"({"alpha":null})", R"({"distance":true})", R"({"dtype":"fp16"})",
          R"({"special_tokens":"maybe"})", R"({"text_field":5})", R"({"id_field":["id"]})"})
      QTest::newRow(*text ? text : "empty") << QByteArray(text);
  }
  void wrong_kinds_are_refused() {
    QFETCH(QByteArray, text);
    try {
      settings_from_json(text.toStdString());
      QFAIL("read");
    } catch (const Error& error) {
      QVERIFY(error.code() == ErrorCode::input);
    }
  }

  void what_json_cannot_say_is_refused() {
    RunSettings settings;
    settings.text_field = "\xff";
    QVERIFY_THROWS_EXCEPTION(Error, to_json(settings));
    settings = {};
    settings.parameters.threshold = std::numeric_limits<double>::infinity();
    QVERIFY_THROWS_EXCEPTION(Error, to_json(settings));
  }
};

LONGVIEW_TEST_MAIN(TestRunSettings)
#include "tst_run_settings.moc"
