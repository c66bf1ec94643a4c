#include "known_project_test.h"
#include "support/log_guard.h"

using namespace longview;
using namespace longview::test;
using nlohmann::json;
using nlohmann::ordered_json;

/// One document, and live parameters.
class TestCliShow : public KnownProjectTest {
  Q_OBJECT

 private slots:
  void show_as_json_has_the_agreed_keys();
  void show_as_json_of_what_is_not_scored_data();
  void show_as_json_of_what_is_not_scored();
  void show_as_json_of_a_thinned_document();
  void show_as_text();
  void show_as_text_heads_with_the_number_that_ranks();
  void live_parameters_change_what_is_derived_data();
  void live_parameters_change_what_is_derived();
  void live_parameters_by_hand();
};

void TestCliShow::show_as_json_has_the_agreed_keys() {
  const Finished shown = longview_cli({"show", known(), "--document", "alpha", "--json"});
  COMPARE_STATUS(shown, 0);
  const ordered_json document = ordered_json::parse(shown.out);
  QStringList keys;
  for (const auto& [key, value] : document.items())
    keys << QString::fromStdString(key);
  QCOMPARE(keys, (QStringList{"id", "status", "reason", "tokens", "segments", "kept", "perplexity_alone", "pairs",
                              "specificity", "lds", "lds_mean", "lds_error", "extra"}));
  QCOMPARE(json(document["id"]), json("alpha"));
  QCOMPARE(json(document["status"]), json("scored"));
  QVERIFY(document["reason"].is_null() && document["kept"].is_null());
  QCOMPARE(json(document["tokens"]), json(300));
  QCOMPARE(json(document["segments"]), json(3));
  QCOMPARE(json(document["perplexity_alone"]), json::parse("[null, null, 16.0]"));
  QCOMPARE(json(document["pairs"]), json::parse("[[2, 0, 8.0], [2, 1, 16.0]]"));
  const DocumentScores scores = derive(pairs_of(0.5, 0), {}, {});
  QVERIFY(document["specificity"][0].is_null() && document["specificity"][1].is_null());
  QVERIFY(same(document["specificity"][2], scores.specificity[2]));
  QVERIFY(same(document["lds"], scores.lds));
  QVERIFY(same(document["lds_mean"], scores.lds_mean));
  QVERIFY(document["lds_error"].is_null()); // one row tells no error
}

void TestCliShow::show_as_json_of_what_is_not_scored_data() {
  QTest::addColumn<int>("status");
  QTest::addColumn<QString>("lds");
  QTest::newRow("too_short") << int(Status::too_short) << "null";
  QTest::newRow("too_few_pairs") << int(Status::too_few_pairs) << "0.0"; // as the released program has it
  QTest::newRow("failed") << int(Status::failed) << "null";
}
void TestCliShow::show_as_json_of_what_is_not_scored() {
  QFETCH(int, status);
  QFETCH(QString, lds);
  const std::string project = own("p.longview").string();
  make_project(project, own("d.jsonl"), {{R"({"id":"x","text":"a"})", 50, 0, 0, Status(status)}});
  const json shown = longview_cli({"show", project, "--document", "x", "--json"}).json();
  QCOMPARE(shown["status"].get<std::string>(), std::string(name(Status(status))));
  QCOMPARE(shown["reason"], json("made so by the test"));
  QCOMPARE(shown["lds"], json::parse(lds.toStdString()));
  QVERIFY(shown["lds_mean"].is_null() && shown["lds_error"].is_null() && shown["kept"].is_null());
  QCOMPARE(shown["pairs"], json::array());
  const Finished text = longview_cli({"show", project, "--document", "x"});
  COMPARE_STATUS(text, 0);
  VERIFY_CONTAINS(text.out, "made so by the test");
  QVERIFY(!contains(text.out, "nan"));
}

void TestCliShow::show_as_json_of_a_thinned_document() {
  const std::string path = own("p.longview").string();
  RunSettings settings;
  settings.sampling.preset = Preset::published;
  settings.parameters = default_parameters(Preset::published);
  make_project(path, own("d.jsonl"), {{R"({"id":"x","text":"a"})", 1290, 0.5, 0}}, settings);
  {
    Project project = Project::open(path, Project::Mode::read_write);
    TableRow row = project.table(RunId{1}).front();
    ResultData data{{0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10}, pairs_of(0.5, 0)};
    data.pairs.kept = {0, 4, 9};
    row.result.segments = 10;
    project.put_result(RunId{1}, row.result, &data);
  }
  const json shown = longview_cli({"show", path, "--document", "x", "--json"}).json();
  QCOMPARE(shown["kept"], json::parse("[0, 4, 9]"));
  QCOMPARE(shown["segments"], json(3)); // the kept ones, which i and j count
  QCOMPARE(shown["pairs"], json::parse("[[2, 0, 8.0], [2, 1, 16.0]]"));
  const std::string text = longview_cli({"show", path, "--document", "x"}).out;
  VERIFY_CONTAINS(text, "Strongest links (c_i and c_j count the 3 kept segments)");
  VERIFY_CONTAINS(text, "by distance (kept segments)");
}

void TestCliShow::show_as_text() {
  const Finished shown = longview_cli({"show", known(), "--document", "alpha"});
  COMPARE_STATUS(shown, 0);
  QVERIFY(shown.out.starts_with("alpha\n"));
  for (const char* part :
       {"The \"first\", one", "known, run 1 (Small, preset longview)", "300 tokens, 3 segments of 128",
        "mean LDS      0.7467 (no error", "\nLDS           1.493 (sum over 2 pairs)",
        "\nmade of       strength 33 %, distance 67 %; specificity keeps 100 % of it; 1 of 2 pairs above 0.1",
        "\npublished     LDS 0.", "Strongest links", "       2       0"})
    VERIFY_CONTAINS(shown.out, part);
  QVERIFY2(!contains(shown.out, "nan"), shown.out.c_str());
}

void TestCliShow::show_as_text_heads_with_the_number_that_ranks() {
  const std::string project = own("p.longview").string();
  RunSettings settings;
  settings.sampling.preset = Preset::published;
  settings.parameters = default_parameters(Preset::published);
  make_project(project, own("d.jsonl"), {documents[0]}, settings);
  const auto text = [](const std::vector<std::string>& command) { return longview_cli(command).out; };
  const auto before = [](const std::string& shown, const std::string& first, const std::string& second) {
    return contains(shown, second) && shown.find(first) < shown.find(second);
  };
  const std::string published = text({"show", project, "--document", "alpha"});
  QVERIFY2(before(published, "\nLDS   ", "\nmean LDS "), published.c_str());
  QVERIFY2(!contains(published, "nan") && !contains(published, "±"), published.c_str());
  VERIFY_CONTAINS(published, "this preset gives no error");
  const std::string longview = text({"show", known(), "--document", "alpha"});
  QVERIFY2(before(longview, "\nmean LDS ", "\nLDS   "), longview.c_str());
  const std::string by_sum = text({"show", known(), "--document", "alpha", "--score", "sum"});
  QVERIFY2(before(by_sum, "\nLDS   ", "\nmean LDS "), by_sum.c_str());
}

void TestCliShow::live_parameters_change_what_is_derived_data() {
  QTest::addColumn<QStringList>("options");
  QTest::addColumn<double>("threshold");
  QTest::addColumn<double>("alpha");
  QTest::addColumn<double>("beta");
  QTest::addColumn<int>("distance");
  QTest::addColumn<int>("specificity");
  const int document = int(DistanceScale::document), window = int(DistanceScale::window);
  const int raw = int(SpecificityMode::raw), relative = int(SpecificityMode::relative), off = int(SpecificityMode::off);
  QTest::newRow("threshold") << QStringList{"--threshold", "0.4"} << 0.4 << 1.0 << 1.0 << document << raw;
  QTest::newRow("threshold below zero") << QStringList{"--threshold", "-0.5"} << -0.5 << 1.0 << 1.0 << document << raw;
  QTest::newRow("alpha") << QStringList{"--alpha", "2.5"} << 0.1 << 2.5 << 1.0 << document << raw;
  QTest::newRow("beta") << QStringList{"--beta", "0.3"} << 0.1 << 1.0 << 0.3 << document << raw;
  QTest::newRow("distance") << QStringList{"--distance", "window"} << 0.1 << 1.0 << 1.0 << window << raw;
  QTest::newRow("relative") << QStringList{"--specificity", "relative"} << 0.1 << 1.0 << 1.0 << document << relative;
  QTest::newRow("off") << QStringList{"--specificity", "off"} << 0.1 << 1.0 << 1.0 << document << off;
  QTest::newRow("all") << QStringList{"--threshold", "0",      "--alpha",       "3",       "--beta", "0.5",
                                      "--distance",  "window", "--specificity", "relative"}
                       << 0.0 << 3.0 << 0.5 << window << relative;
}
void TestCliShow::live_parameters_change_what_is_derived() {
  QFETCH(QStringList, options);
  QFETCH(double, threshold);
  QFETCH(double, alpha);
  QFETCH(double, beta);
  QFETCH(int, distance);
  QFETCH(int, specificity);
  const LiveParameters parameters{threshold,      alpha, beta, DistanceScale(distance), SpecificityMode(specificity),
                                  ScoreKind::mean};
  std::vector<std::string> words;
  for (const QString& option : options)
    words.push_back(option.toStdString());
  std::vector<std::string> list = {"list", known(), "--format", "jsonl", "--where", "status = 'scored'"};
  list.insert(list.end(), words.begin(), words.end());
  const std::vector<json> rows = longview_cli(list).json_lines();
  QCOMPARE(rows.size(), std::size_t{4});
  bool changed = false;
  for (const KnownDocument& known_document : documents) {
    if (known_document.tokens < 100)
      continue;
    const std::string id = json::parse(known_document.line)["id"];
    const DocumentPairs pairs = pairs_of(known_document.strength_far, known_document.strength_near);
    const DocumentScores scores = derive(pairs, {}, parameters);
    changed = changed || scores.lds != derive(pairs, {}, {}).lds;
    const json row = *std::find_if(rows.begin(), rows.end(), [&](const json& one) { return one["id"] == id; });
    QVERIFY(same(row["lds"], scores.lds));
    QVERIFY(same(row["lds_mean"], scores.lds_mean));
    QVERIFY(same(row["specificity"], scores.mean_specificity));
    QVERIFY(same(row["distance"], scores.mean_distance));
    std::vector<std::string> show = {"show", known(), "--document", id, "--json"};
    show.insert(show.end(), words.begin(), words.end());
    const json shown = longview_cli(show).json();
    QVERIFY(same(shown["lds"], scores.lds));
    QVERIFY(same(shown["specificity"][2], scores.specificity[2]));
  }
  QVERIFY(changed);
}

/// (alpha DST + beta DDI) summed over the pairs above the threshold, with DDI 1 of the far pair and 1/2 of the near
/// one.
void TestCliShow::live_parameters_by_hand() {
  const auto lds = [&](const char* id, std::vector<std::string> options) {
    options.insert(options.begin(), {"show", known(), "--document", id, "--json", "--specificity", "off"});
    return longview_cli(options).json()["lds"].get<double>();
  };
  QCOMPARE(lds("alpha", {}), 0.5 + 1);
  QCOMPARE(lds("beta", {}), 0.5 + 0.5);
  QCOMPARE(lds("alpha", {"--alpha", "4", "--beta", "0"}), 2.0);
  QCOMPARE(lds("alpha", {"--alpha", "0", "--beta", "3"}), 3.0);
  QCOMPARE(lds("alpha", {"--alpha", "0", "--distance", "window"}), 2.0 / 255); // two segments of a window of 256
  QCOMPARE(lds("delta", {}), 0.0);
  QCOMPARE(lds("delta", {"--threshold", "0.05"}), 0.0625 + 1);
  QCOMPARE(lds("delta", {"--threshold", "0.03"}), 0.0625 + 1 + 0.03125 + 0.5);
  QCOMPARE(lds("alpha", {"--threshold", "0.5"}), 0.0); // above, not at
}

LONGVIEW_TEST_MAIN(TestCliShow)
#include "tst_cli_show.moc"
