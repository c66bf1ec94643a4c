#include <algorithm>
#include <cmath>
#include <map>

#include <QTemporaryDir>

#include "core/scoring/golden.h"
#include "program.h"
#include "support/log_guard.h"

using namespace longview;
using namespace longview::test;
using nlohmann::json;

/// score-pairs on the tiny llama of the reference, whose goldens hold all pairs of the short documents.
class TestCliPairs : public QObject {
  Q_OBJECT

 private slots:
  void initTestCase();
  void a_dry_run_tells_and_writes_nothing();
  void wrong_words_are_refused_data();
  void wrong_words_are_refused();
  void rows_and_rectangles();
  void a_longer_sample_stands_beside_the_run();
  void all_pairs_equal_the_golden();
  void words_of_a_prefix_are_estimated();

 private:
  json show(const std::string& id) const { return longview_cli({"show", project_, "--document", id, "--json"}).json(); }
  std::vector<std::string> pairs_of(const std::string& id, const std::vector<std::string>& more) const {
    std::vector<std::string> words = {"score-pairs", project_, "--document", id, "--device", "cpu", "--quiet"};
    words.insert(words.end(), more.begin(), more.end());
    return words;
  }

  QTemporaryDir folder_;
  std::string project_;
};

void TestCliPairs::initTestCase() {
  qputenv("XDG_CACHE_HOME", folder_.path().toLocal8Bit());
  project_ = folder_.filePath("p.longview").toStdString();
  const Finished scored = longview_cli({"score", reference("documents_short.jsonl").string(), "--project", project_,
                                        "--model", reference("models/llama").string(), "--pairs", "32", "--dtype",
                                        "float32", "--device", "cpu", "--quiet"});
  COMPARE_STATUS(scored, 0);
  QCOMPARE(show("unicode-5")["extra"], json());
}

void TestCliPairs::a_dry_run_tells_and_writes_nothing() {
  const Finished told = longview_cli(pairs_of("unicode-5", {"--all", "--dry-run", "--json"}));
  COMPARE_STATUS(told, 0);
  QCOMPARE(told.json()["pairs"], json(35 * 34 / 2 - 32));
  QVERIFY(told.json()["seconds"].get<double>() > 0);
  QCOMPARE(show("unicode-5")["extra"], json());
}

void TestCliPairs::wrong_words_are_refused_data() {
  QTest::addColumn<QString>("document");
  QTest::addColumn<QStringList>("words");
  QTest::addColumn<QString>("said");
  QTest::newRow("nothing") << "unicode-5" << QStringList{} << "say which pairs";
  QTest::newRow("two things") << "unicode-5" << QStringList{"--all", "--row", "3"} << "say which pairs";
  QTest::newRow("beyond") << "unicode-5" << QStringList{"--row", "35"} << "count from 0 to 34";
  QTest::newRow("no number") << "unicode-5" << QStringList{"--row", "3,x"} << "such as 31";
  QTest::newRow("no range") << "unicode-5" << QStringList{"--rows", "3.."} << "such as 10..20";
  QTest::newRow("above the diagonal") << "unicode-5" << QStringList{"--rows", "1..2", "--columns", "5..6"}
                                      << "hold no pair";
  QTest::newRow("too short") << "short-6" << QStringList{"--all"} << "too_short";
  QTest::newRow("no such document") << "nobody" << QStringList{"--all"} << "nobody";
  QTest::newRow("no error") << "unicode-5" << QStringList{"--until-error", "0"} << "above 0";
  QTest::newRow("too far") << "unicode-5" << QStringList{"--until-error", "0.000001", "--most-pairs", "8"}
                           << "8 are allowed";
}
void TestCliPairs::wrong_words_are_refused() {
  QFETCH(QString, document);
  QFETCH(QStringList, words);
  QFETCH(QString, said);
  std::vector<std::string> more;
  for (const QString& word : words)
    more.push_back(word.toStdString());
  const Finished call = longview_cli(pairs_of(document.toStdString(), more));
  QVERIFY2(call.status == 2 || document == "nobody", call.err.c_str());
  QVERIFY2(is_one_line(call.err), call.err.c_str());
  VERIFY_CONTAINS(call.err, said.toStdString());
  QCOMPARE(show("unicode-5")["extra"], json());
}

void TestCliPairs::rows_and_rectangles() {
  const json before = show("code-4");
  const Finished row = longview_cli(pairs_of("code-4", {"--row", "1,2", "--json"}));
  COMPARE_STATUS(row, 0);
  QCOMPARE(row.json()["pairs"], json(3)); // no row below eight is drawn
  const Finished rectangle = longview_cli(pairs_of("code-4", {"--rows", "2..4", "--columns", "1..2", "--json"}));
  COMPARE_STATUS(rectangle, 0);
  QCOMPARE(rectangle.json()["pairs"], json(4)); // (2, 1) is there
  const Finished again = longview_cli(pairs_of("code-4", {"--row", "2"}));
  COMPARE_STATUS(again, 0);
  VERIFY_CONTAINS(again.out, "nothing is missing");
  json after = show("code-4");
  QCOMPARE(after["extra"]["asked"].size(), std::size_t{7});
  QCOMPARE(after["extra"]["drawn"].size(), std::size_t{0});
  after["extra"] = nullptr;
  QCOMPARE(after, before);
  VERIFY_CONTAINS(longview_cli({"show", project_, "--document", "code-4"}).out, "7 pairs beyond the run");
}

void TestCliPairs::a_longer_sample_stands_beside_the_run() {
  const json before = show("unicode-5");
  const double wish = before["lds_error"].get<double>() / 2;
  const Finished call = longview_cli(pairs_of("unicode-5", {"--until-error", std::to_string(wish), "--json"}));
  COMPARE_STATUS(call, 0);
  QCOMPARE(call.json()["reached"], json(true));
  json after = show("unicode-5");
  const json sample = after["extra"]["sample"];
  QCOMPARE(sample, call.json()["sample"]);
  QCOMPARE(sample["run_rows"], json(4));
  QCOMPARE(after["extra"]["drawn"].size(), (sample["rows"].get<std::size_t>() - 4) * 8);
  QVERIFY(sample["lds_error"].get<double>() <= wish);
  after["extra"] = nullptr;
  QCOMPARE(after, before);
  VERIFY_CONTAINS(longview_cli({"show", project_, "--document", "unicode-5"}).out, "lengthened    mean LDS");
  const json row =
      longview_cli({"list", project_, "--where", "id = \"unicode-5\"", "--format", "jsonl"}).json_lines()[0];
  QCOMPARE(row["lds_mean"], before["lds_mean"]);
}

void TestCliPairs::all_pairs_equal_the_golden() {
  const std::vector<json> lines = read_jsonl(reference("documents_short.jsonl"));
  const std::vector<json> goldens = read_jsonl(reference("golden_longview/llama.jsonl"));
  for (std::size_t k = 0; k < 5; ++k) {
    const std::string id = lines[k]["id"];
    COMPARE_STATUS(longview_cli(pairs_of(id, {"--all"})), 0);
    const json shown = show(id), &extra = shown["extra"];
    std::map<std::pair<int, int>, double> ours;
    for (const json* pairs : {&shown["pairs"], &extra["drawn"], &extra["asked"]})
      for (const json& pair : *pairs)
        ours[{pair[0], pair[1]}] = pair[2];
    QCOMPARE(ours.size(), goldens[k]["pairs"].size());
    for (const json& pair : goldens[k]["pairs"])
      QVERIFY(std::abs(ours.at({pair[0], pair[1]}) / pair[2].get<double>() - 1) < 1e-4);
    for (std::size_t s = 0; s < goldens[k]["solo"].size(); ++s) {
      const json& alone =
          shown["perplexity_alone"][s].is_null() ? extra["perplexity_alone"][s] : shown["perplexity_alone"][s];
      QVERIFY(std::abs(alone.get<double>() / goldens[k]["solo"][s].get<double>() - 1) < 1e-4);
    }
    const double mean = extra["all_pairs"]["lds_mean"], expected = goldens[k]["lds_mean"];
    QVERIFY2(std::abs(mean - expected) <= 1e-3 * std::abs(expected),
             qPrintable(QString("%1: %2 is not %3").arg(id.c_str()).arg(mean).arg(expected)));
  }
}

void TestCliPairs::words_of_a_prefix_are_estimated() {
  const json pair = show("stitched-2")["pairs"][0];
  const std::string place = std::to_string(pair[0].get<int>()) + "," + std::to_string(pair[1].get<int>());
  const Finished call =
      longview_cli({"show", project_, "--document", "stitched-2", "--pair", place, "--attribution", "--json"});
  COMPARE_STATUS(call, 0);
  const json found = call.json();
  QCOMPARE(found["estimate"], json(true));
  QVERIFY(found["words"].size() > 5);
  const double alone = show("stitched-2")["perplexity_alone"][pair[0].get<std::size_t>()];
  QVERIFY(std::abs(found["gain"].get<double>() - 127 * std::log(alone / pair[2].get<double>())) < 1e-3);
  const Finished no_pair = longview_cli({"show", project_, "--document", "stitched-2", "--attribution"});
  COMPARE_STATUS(no_pair, 2);
  VERIFY_CONTAINS(no_pair.err, "--pair");
}

LONGVIEW_TEST_MAIN(TestCliPairs)
#include "tst_cli_pairs.moc"
