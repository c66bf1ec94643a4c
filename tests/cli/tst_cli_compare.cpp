// Commands about several documents, datasets and runs: compare, stitch, auc, label, measure.
#include <cmath>
#include <fstream>
#include <iterator>
#include <map>

#include <QTemporaryDir>
#include <fmt/format.h>

#include "known_project.h"
#include "program.h"
#include "run/named_view.h"
#include "scoring/repetition.h"
#include "support/log_guard.h"

using namespace longview;
using namespace longview::test;
using nlohmann::json;
namespace fs = std::filesystem;

namespace {

/// Documents "d0" … with these strengths of the far pair (the near one is 0), `tokens` long.
std::vector<KnownDocument> known(const std::vector<double>& strengths, std::uint64_t tokens = 1000,
                                 const std::string& kind = "x") {
  std::vector<KnownDocument> documents;
  for (std::size_t k = 0; k < strengths.size(); ++k)
    documents.push_back({"{\"id\":\"d" + std::to_string(k) + "\",\"text\":\"text " + std::to_string(k) +
                             "\",\"kind\":\"" + kind + "\"}",
                         tokens, strengths[k], 0});
  return documents;
}

std::string read(const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

const json& setting(const json& comparison, const std::string& name) {
  for (const json& one : comparison["settings"])
    if (one["name"] == name)
      return one;
  static const json none;
  return none;
}

} // namespace

class TestCliCompare : public QObject {
  Q_OBJECT

 private slots:
  void init() { place_ = std::make_unique<QTemporaryDir>(); }
  void cleanup() { place_.reset(); }

  void statistics_of_two_projects();
  void settings_that_make_numbers_incomparable_data();
  void settings_that_make_numbers_incomparable();
  void the_same_texts_are_matched();
  void groups_are_sorted_and_the_rest_is_pooled();
  void groups_have_densities();
  void long_names_of_groups_stay_apart();
  void report_is_one_page_of_escaped_text();
  void wrong_sides_are_one_sentence_data();
  void wrong_sides_are_one_sentence();
  void labels_are_given_and_filtered();
  void notes_and_views_on_the_command_line();
  void stitched_documents_hold_the_same_pieces();
  void stitching_too_little_is_refused();
  void auc_by_run();
  void measure_fills_in_repetition();
  void an_export_is_made_again_from_its_manifest();
  void imported_scores_are_a_run_to_compare_with();
  void scores_without_texts_are_matched_to_a_dataset();

 private:
  fs::path path(const std::string& name) const { return fs::path(place_->path().toStdString()) / name; }
  std::string project(const std::string& name, const std::vector<KnownDocument>& documents,
                      const RunSettings& settings = {}) const {
    make_project(path(name + ".longview"), path(name + ".jsonl"), documents, settings);
    return path(name + ".longview").string();
  }

  std::unique_ptr<QTemporaryDir> place_;
};

void TestCliCompare::statistics_of_two_projects() {
  const std::string a = project("a", known({0.5, 0.6, 0.7})), b = project("b", known({0.2, 0.55}, 1050));
  const Finished done = longview_cli({"compare", a, b, "--column", "strength", "--json"});
  COMPARE_STATUS(done, 0);
  const json found = done.json();
  QCOMPARE(found["sides"][0]["label"].get<std::string>(), "a");
  QCOMPARE(found["sides"][0]["summary"]["count"].get<int>(), 3);
  // the mean of a far and a near pair: half of what is given
  QVERIFY(std::abs(found["sides"][0]["summary"]["mean"].get<double>() - 0.3) < 1e-6);
  QVERIFY(std::abs(found["sides"][1]["summary"]["median"].get<double>() - 0.1875) < 1e-6);
  const json& pair = found["pairs"][0];
  QVERIFY(std::abs(pair["mann_whitney"]["auc"].get<double>() - 5.0 / 6) < 1e-12); // all but 0.5 against 0.55
  QVERIFY(std::abs(pair["kolmogorov_smirnov"]["d"].get<double>() - 2.0 / 3) < 1e-12);
  QCOMPARE(pair["length_matched"]["pairs"].get<int>(), 2); // 1000 and 1050 tokens
  // of the ten ways in which three and two values can stand, U is 0 or 1, 5 or 6 in four: scipy's exact method
  QCOMPARE(pair["mann_whitney"]["method"].get<std::string>(), "exact");
  QVERIFY(std::abs(pair["mann_whitney"]["p"].get<double>() - 0.4) < 1e-12);
  QCOMPARE(pair["kolmogorov_smirnov"]["method"].get<std::string>(), "exact");
  QVERIFY(std::abs(pair["kolmogorov_smirnov"]["p"].get<double>() - 0.6) < 1e-12); // ks_2samp([1, 3, 4], [0, 2])
  QCOMPARE(found["incomparable"].get<bool>(), false);
  double counted = 0;
  for (const json& weight : found["sides"][0]["histogram_documents"])
    counted += weight.get<double>();
  QCOMPARE(counted, 3.0);
  QCOMPARE(found["sides"][0]["profile"][1]["pairs"].get<int>(), 3); // distance 2
  const Finished text = longview_cli({"compare", a, b});
  VERIFY_CONTAINS(text.out, "chance a > b");
  VERIFY_CONTAINS(text.out, "0.4 (exact)");
  QVERIFY(!contains(text.out, "\x1b")); // no colour into a pipe
}

void TestCliCompare::settings_that_make_numbers_incomparable_data() {
  QTest::addColumn<QString>("column");
  QTest::addColumn<QString>("changed");
  QTest::addColumn<QString>("effect");
  QTest::newRow("threshold, score") << "lds_mean"
                                    << "threshold"
                                    << "incomparable";
  QTest::newRow("threshold, strength") << "strength"
                                       << "threshold"
                                       << "noted";
  QTest::newRow("pairs, sum") << "lds"
                              << "pairs per document"
                              << "incomparable";
  QTest::newRow("pairs, mean") << "lds_mean"
                               << "pairs per document"
                               << "noted";
  QTest::newRow("segment length, length") << "tokens"
                                          << "segment length"
                                          << "incomparable";
  QTest::newRow("preset, field") << "source.year"
                                 << "preset"
                                 << "noted";
  QTest::newRow("nothing") << "lds_mean"
                           << ""
                           << "same";
}

void TestCliCompare::settings_that_make_numbers_incomparable() {
  QFETCH(QString, column);
  QFETCH(QString, changed);
  QFETCH(QString, effect);
  RunSettings other;
  if (changed == "threshold")
    other.parameters.threshold = 0.25;
  if (changed == "pairs per document")
    other.sampling.pairs_per_document = 64;
  if (changed == "segment length")
    other.sampling.segment_length = 64;
  if (changed == "preset")
    other.sampling.preset = Preset::published;
  const std::string a = project("a", known({0.5, 0.6})), b = project("b", known({0.4, 0.3}), other);
  const std::vector<std::string> words{"compare", a, b, "--column", column.toStdString()};
  std::vector<std::string> with_json = words;
  with_json.push_back("--json");
  const json found = longview_cli(with_json).json();
  const bool grave = effect == "incomparable";
  QCOMPARE(found["incomparable"].get<bool>(), grave);
  if (!changed.isEmpty())
    QCOMPARE(QString::fromStdString(setting(found, changed.toStdString())["effect"]), effect);
  QCOMPARE(contains(longview_cli(words).out, "INCOMPARABLE"), grave);
  // live parameters given for both sides take the difference away
  if (changed == "threshold") {
    with_json.insert(with_json.end(), {"--threshold", "0.1"});
    QCOMPARE(longview_cli(with_json).json()["incomparable"].get<bool>(), false);
  }
}

void TestCliCompare::the_same_texts_are_matched() {
  RunSettings other;
  other.sampling.seed = 12;
  const std::string a = project("a", known({0.9, 0.8, 0.5, 0.3}));
  const std::string b = project("b", known({0.9, 0.2, 0.5, 0.7}), other);
  const json same =
      longview_cli({"compare", a, b, "--column", "strength", "--json"}).json()["pairs"][0]["same_documents"];
  QCOMPARE(same["documents"].get<int>(), 4);
  QVERIFY(std::abs(same["spearman"].get<double>() - 0.2) < 1e-9); // ranks 4 3 2 1 and 4 1 2 3: 1 - 6 x 8 / 60
  QCOMPARE(same["top_documents"].get<int>(), 2);
  QCOMPARE(same["in_both"].get<int>(), 1);
  QCOMPARE(same["enters"][0]["id"].get<std::string>(), "d3");
  QCOMPARE(same["leaves"][0]["id"].get<std::string>(), "d1");
}

/// The most frequent values, numbers in their order, and the rest together.
void TestCliCompare::groups_are_sorted_and_the_rest_is_pooled() {
  std::vector<KnownDocument> documents;
  for (int k = 0; k < 20; ++k) // 99 and 100 twice, 5, 7 … 39 once
    for (int copy = 0; copy < (k < 2 ? 2 : 1); ++copy)
      documents.push_back(
          {fmt::format(R"({{"id":"{0}-{1}","text":"t {0} {1}","year":{2}}})", k, copy, k < 2 ? 100 - k : 2 * k + 1),
           1000, 0.1 + 0.04 * k, 0});
  const std::string a = project("a", documents), b = project("b", known({0.5}));
  const json found = longview_cli({"compare", a, b, "--column", "strength", "--group", "source.year", "--json"}).json();
  const auto names = found["group_names"].get<std::vector<std::string>>();
  QCOMPARE(names.size(), std::size_t{13});
  QCOMPARE(found["groups_left_out"].get<int>(), 9); // 20 years and "none" of b, less twelve
  QCOMPARE(names[10], std::string("99"));           // after the smaller numbers
  QCOMPARE(names[11], std::string("100"));
  QCOMPARE(names[12], std::string("(9 others)"));
  const json& groups = found["sides"][0]["groups"];
  QCOMPARE(groups[11]["count"].get<int>(), 2);
  int documents_in_groups = 0;
  for (const json& group : groups)
    documents_in_groups += group["count"].get<int>();
  QCOMPARE(documents_in_groups, 22);
  VERIFY_CONTAINS(longview_cli({"compare", a, b, "--group", "source.year"}).out, "(9 others)");
}

/// Of each group with two different values; the numbers are held against scipy in tst_statistics.
void TestCliCompare::groups_have_densities() {
  std::vector<KnownDocument> documents = known({0.9, 0.8, 0.5, 0.5});
  documents.push_back({R"({"id":"alone","text":"y","kind":"y"})", 1000, 0.3, 0});
  const std::string a = project("a", documents), b = project("b", known({0.5, 0.5}));
  const std::string report = path("report.html").string();
  const json found =
      longview_cli({"compare", a, b, "--column", "strength", "--group", "source.kind", "--json", "--html", report})
          .json();
  const json& groups = found["sides"][0]["groups"];
  const json& density = groups[0]["density"];
  QCOMPARE(density["grid"].size(), density["values"].size());
  QCOMPARE(density["grid"].front(), groups[0]["least"]);
  QCOMPARE(density["grid"].back(), groups[0]["most"]);
  QVERIFY(density["bandwidth"].get<double>() > 0.05 && density["bandwidth"].get<double>() < 0.1); // 4^-0.2 x 0.103
  QVERIFY(groups[1]["density"].is_null());                                                        // one document
  QVERIFY(found["sides"][1]["groups"][0]["density"].is_null());                                   // all equal
  QVERIFY(found["sides"][1]["groups"][1]["count"] == 0);
  const std::string html = read(report), figure = html.substr(html.find("By source.kind: density"));
  std::size_t violins = 0;
  for (std::size_t at = figure.find("stroke-width=\"1\""); at < figure.find("</svg>");
       at = figure.find("stroke-width=\"1\"", at + 1))
    ++violins;
  QCOMPARE(violins, 1u);
}

/// Names that begin alike are cut inside, between characters.
void TestCliCompare::long_names_of_groups_stay_apart() {
  std::vector<KnownDocument> documents = known({0.9, 0.8, 0.5, 0.4, 0.3, 0.2});
  for (std::size_t k = 0; k < documents.size(); ++k)
    documents[k].line.replace(documents[k].line.find("\"x\""), 3,
                              fmt::format("\"Überlange Bezeichnung einer Gruppe von Öl ä{}\"", k));
  const std::string a = project("a", documents), report = path("report.html").string();
  COMPARE_STATUS(longview_cli({"compare", a, a, "--group", "source.kind", "--html", report}), 0);
  const QString html = QString::fromStdString(read(report));
  auto shown = QRegularExpression(">([^<]*…[^<]*)</text>\\s*</g>").globalMatch(html);
  QStringList names;
  while (shown.hasNext()) {
    names << shown.next().captured(1);
    QVERIFY2(names.back().startsWith("Überlange") && names.back().contains("Öl ä"), qPrintable(names.back()));
  }
  QCOMPARE(names.size(), 6);
  QCOMPARE(names.removeDuplicates(), 0);
  QVERIFY(!html.contains(QChar(0xFFFD)));
}

void TestCliCompare::report_is_one_page_of_escaped_text() {
  std::vector<KnownDocument> documents = known({0.9, 0.8, 0.5});
  documents[0].line = R"({"id":"<script>alert('1')</script>","text":"text 0"})";
  const std::string a = project("a<b>&\"", documents), b = project("b", known({0.2, 0.3, 0.9}));
  const fs::path report = path("report.html");
  COMPARE_STATUS(longview_cli({"compare", a, b, "--html", report.string()}), 0);
  const std::string html = read(report);
  QVERIFY(html.starts_with("<!DOCTYPE html>") && html.ends_with("</html>\n"));
  QVERIFY(!contains(html, "<script") && !contains(html, "a<b>") && !contains(html, "http://") &&
          !contains(html, "src="));
  VERIFY_CONTAINS(html, "&lt;script&gt;alert(&#39;1&#39;)&lt;/script&gt;");
  VERIFY_CONTAINS(html, "a&lt;b&gt;&amp;&quot;");
  std::size_t figures = 0;
  for (std::size_t at = html.find("<svg"); at != std::string::npos; at = html.find("<svg", at + 1))
    ++figures;
  QCOMPARE(figures, 5u);
  QVERIFY(!contains(html, "nan") && !contains(html, "inf "));
  COMPARE_STATUS(longview_cli({"compare", a, b, "--group", "source.kind", "--html", report.string()}), 0);
  VERIFY_CONTAINS(read(report), "By source.kind");
  VERIFY_CONTAINS(read(report), ">n 2, 3</text>");                               // how many stand behind each box
  COMPARE_STATUS(longview_cli({"compare", a, b, "--html", report.string()}), 0); // an earlier report is replaced
  std::ofstream(report) << "my notes";
  const Finished refused = longview_cli({"compare", a, b, "--html", report.string()});
  COMPARE_STATUS(refused, 2);
  QCOMPARE(read(report), "my notes");
}

void TestCliCompare::wrong_sides_are_one_sentence_data() {
  QTest::addColumn<QString>("sides");
  QTest::addColumn<QString>("part");
  QTest::newRow("one") << "A"
                       << "two sides or more";
  QTest::newRow("no such project") << "A nothing.longview"
                                   << "no such project";
  QTest::newRow("no such dataset") << "A A:other"
                                   << "there is no dataset";
  QTest::newRow("no such run") << "A A:77"
                               << "there is no run 77";
  QTest::newRow("no name") << "A A:"
                           << "missing behind the colon";
  QTest::newRow("column") << "A A --column ldsmean"
                          << "near: lds_mean";
  QTest::newRow("text") << "A A --column title"
                        << "title is a text";
  QTest::newRow("top") << "A A --top 20"
                       << "--top takes a share";
}

void TestCliCompare::wrong_sides_are_one_sentence() {
  QFETCH(QString, sides);
  QFETCH(QString, part);
  const std::string a = project("a", known({0.5}));
  std::vector<std::string> words{"compare"};
  for (QString word : sides.split(' '))
    words.push_back(word.replace(QRegularExpression("^A(?=$|:)"), QString::fromStdString(a)).toStdString());
  const Finished done = longview_cli(words);
  COMPARE_STATUS(done, 2);
  QVERIFY(is_one_line(done.err));
  VERIFY_CONTAINS(done.err, part.toStdString());
}

void TestCliCompare::labels_are_given_and_filtered() {
  const std::string a = project("a", known({0.5, 0.2, 0.7}));
  COMPARE_STATUS(longview_cli({"label", a, "--add", "keep", "--where", "strength >= p50(strength)"}), 0);
  COMPARE_STATUS(longview_cli({"label", a, "--add", "odd,keep", "--document", "d1"}), 0);
  COMPARE_STATUS(longview_cli({"label", a, "--remove", "keep", "--document", "d0"}), 0);
  const auto listed = longview_cli({"list", a, "--where", "label = 'keep'", "--format", "jsonl", "--sort", "+id"});
  QCOMPARE(listed.json_lines().size(), 2u);
  QCOMPARE(listed.json_lines()[0]["id"].get<std::string>(), "d1");
  const Finished counted = longview_cli({"label", a});
  QCOMPARE(counted.out, "       2  keep\n       1  odd\n");
  Project::open(a, Project::Mode::read_write).put_label_names({"", "odd", "later"});
  QVERIFY(longview_cli({"label", a}).lines().back().ends_with("odd  (key 2)"));
  const std::vector<json> all = longview_cli({"label", a, "--json"}).json_lines();
  QCOMPARE(all.size(), std::size_t{3}); // keep, later, odd
  QVERIFY(all[0]["key"].is_null() && all[0]["documents"] == 2);
  QVERIFY(all[1]["label"] == "later" && all[1]["key"] == 3 && all[1]["documents"] == 0);
  const Finished warned = longview_cli({"list", a, "--where", "source.kinds = 'x'"});
  COMPARE_STATUS(warned, 0);
  VERIFY_CONTAINS(warned.err, "no document has a number or text in a field kinds; near: kind");
  COMPARE_STATUS(longview_cli({"label", a, "--add", "x"}), 2); // of what?
  COMPARE_STATUS(longview_cli({"label", a, "--add", "x", "--document", "nobody"}), 2);
}

void TestCliCompare::notes_and_views_on_the_command_line() {
  const std::string a = project("a", known({0.5, 0.2, 0.7}));
  COMPARE_STATUS(longview_cli({"note", a, "--document", "d1", "--set", "look \"again\""}), 0);
  COMPARE_STATUS(longview_cli({"note", a, "--document", "d2", "--set", "x"}), 0);
  COMPARE_STATUS(longview_cli({"note", a, "--document", "d2", "--remove"}), 0);
  QCOMPARE(longview_cli({"note", a}).out, "d1\tlook \"again\"\n");
  QCOMPARE(longview_cli({"note", a, "--json"}).json_lines()[0]["note"].get<std::string>(), "look \"again\"");
  QCOMPARE(longview_cli({"note", a, "--document", "d0"}).out, "");
  QCOMPARE(longview_cli({"list", a, "--where", "note contains 'again'", "--format", "jsonl"}).json_lines().size(), 1u);
  COMPARE_STATUS(longview_cli({"note", a, "--set", "x"}), 2); // of which?

  NamedView view;
  view.name = "strong ones";
  view.filter = "strength > 0.15";
  view.sort = "id";
  view.descending = false;
  view.parameters = default_parameters(Preset::longview);
  view.parameters->threshold = 0.9; // so that every score is zero
  Project::open(a, Project::Mode::read_write).put_view(stored(view));
  const auto listed = longview_cli({"list", a, "--view", "strong ones", "--format", "jsonl"}).json_lines();
  QCOMPARE(listed.size(), 2u);
  QCOMPARE(listed[0]["id"].get<std::string>(), "d0");
  QCOMPARE(listed[0]["lds"].get<double>(), 0.0);
  const auto narrower = longview_cli(
      {"list", a, "--view", "strong ones", "--where", "id = 'd2'", "--threshold", "0.1", "--format", "jsonl"});
  QCOMPARE(narrower.json_lines().size(), 1u);
  QVERIFY(narrower.json_lines()[0]["lds"].get<double>() > 0);
  const std::string out = path("kept.jsonl").string();
  COMPARE_STATUS(longview_cli({"export", a, "--view", "strong ones", "--out", out}), 0);
  const std::string kept = read(out);
  QCOMPARE(std::count(kept.begin(), kept.end(), '\n'), 2);
  const Finished unknown = longview_cli({"list", a, "--view", "weak"});
  COMPARE_STATUS(unknown, 2);
  VERIFY_CONTAINS(unknown.err, "there are: strong ones");
}

void TestCliCompare::stitched_documents_hold_the_same_pieces() {
  std::ofstream out(path("texts.jsonl"));
  for (char name : {'a', 'b', 'c', 'd'}) {
    out << "{\"id\":\"" << name << "\",\"text\":\"";
    for (int piece = 0; piece < 6; ++piece)
      out << std::string(17, name) << piece << ". ";
    out << "\"}\n";
  }
  out.close();
  const std::string labelled = path("labelled.jsonl").string();
  const std::vector<std::string> words{
      "stitch", path("texts.jsonl").string(), "--out", labelled, "--piece-bytes", "20", "--pieces", "3"};
  COMPARE_STATUS(longview_cli(words), 0);
  std::map<std::string, int> pieces[2];
  std::size_t documents[2] = {};
  std::istringstream lines(read(labelled));
  for (std::string line; std::getline(lines, line);) {
    const json document = json::parse(line);
    const bool stitched = document["stitched"];
    const std::string text = document["text"];
    QCOMPARE(text.size(), 60u);
    ++documents[stitched];
    for (std::size_t k = 0; k < 3; ++k)
      ++pieces[stitched][text.substr(20 * k, 20)];
    QCOMPARE(document["from"].size(), stitched ? 3u : 1u);
    QVERIFY((text[0] == text[20] && text[20] == text[40]) != stitched);
    if (stitched)
      QVERIFY(text[0] != text[20] && text[20] != text[40]); // neighbours of different texts
  }
  QCOMPARE(documents[0], 8u);
  QCOMPARE(documents[1], 8u);
  QVERIFY(pieces[0] == pieces[1]);
  const std::string made = read(labelled);
  std::ofstream(labelled) << "another file";
  COMPARE_STATUS(longview_cli(words), 2); // it is there already
  QCOMPARE(read(labelled), std::string("another file"));
  std::vector<std::string> with_force = words;
  with_force.push_back("--force");
  COMPARE_STATUS(longview_cli(with_force), 0);
  QCOMPARE(read(labelled), made);
}

void TestCliCompare::stitching_too_little_is_refused() {
  std::ofstream(path("one.txt")) << "One short text.";
  const Finished done = longview_cli({"stitch", path("one.txt").string(), "--out", path("x.jsonl").string()});
  COMPARE_STATUS(done, 2);
  VERIFY_CONTAINS(done.err, "stitching takes two");
  QVERIFY(!fs::exists(path("x.jsonl")));
}

void TestCliCompare::auc_by_run() {
  std::vector<KnownDocument> documents = known({0.9, 0.5, 0.4}, 1000, "whole");
  for (KnownDocument& one : known({0.6, 0.3}, 1000, "stitched")) {
    one.line.replace(one.line.find("\"d"), 2, "\"s"); // ids of their own
    documents.push_back(one);
  }
  const std::string a = project("a", documents);
  const Finished done =
      longview_cli({"auc", a, "--positive", "source.kind = 'whole'", "--columns", "strength", "--json"});
  COMPARE_STATUS(done, 0);
  const json found = done.json_lines().at(0);
  QVERIFY(std::abs(found["auc"].get<double>() - 4.0 / 6) < 1e-12); // 0.9: both; 0.5, 0.4: one of two
  QCOMPARE(found["positive"].get<int>(), 3);
  QVERIFY(found["interval"][0].get<double>() < 4.0 / 6 && found["interval"][1].get<double>() > 4.0 / 6);
  COMPARE_STATUS(longview_cli({"auc", a, "--positive", "source.kind = 'nothing'"}), 2);
  // runs of several projects in one table
  const std::string b = project("b", documents);
  const Finished table = longview_cli({"auc", a, b, "--positive", "source.kind = 'whole'", "--columns", "strength"});
  COMPARE_STATUS(table, 0);
  QCOMPARE(table.lines().size(), 7u); // two tables of a title and a line a run, and a line between them
  VERIFY_CONTAINS(table.lines()[1], "0.667");
  VERIFY_CONTAINS(table.lines()[2], "b ");
}

/// The project of this test has no model, so overlaps stay unknown and that is said.
void TestCliCompare::measure_fills_in_repetition() {
  std::vector<KnownDocument> documents = known({0.5, 0.4});
  documents[1].line = "{\"id\":\"d1\",\"text\":\"" + std::string(5000, 'x') + "\"}";
  const std::string a = project("a", documents);
  QVERIFY(longview_cli({"list", a, "--where", "repetition is not null", "--format", "jsonl"}).out.empty());
  const Finished done = longview_cli({"measure", a});
  COMPARE_STATUS(done, 0);
  VERIFY_CONTAINS(done.out, "2 measured");
  VERIFY_CONTAINS(done.err, "\"copied\" is not measured");
  const auto rows = longview_cli({"list", a, "--sort", "+id", "--format", "jsonl"}).json_lines();
  QCOMPARE(rows[1]["repetition"].get<double>(), repetition(std::string(5000, 'x')));
  VERIFY_CONTAINS(longview_cli({"measure", a}).out, "0 measured, 2 had");
}

void TestCliCompare::an_export_is_made_again_from_its_manifest() {
  const std::string a = project("a", known({0.5, 0.2, 0.7, 0.4}));
  const fs::path out = path("kept.jsonl.zst"), manifest = path("kept.jsonl.zst.manifest.json");
  COMPARE_STATUS(longview_cli({"export", a, "--out", out.string(), "--where", "strength >= p25(strength)", "--top", "2",
                               "--threshold", "0.2", "--key", "k", "--scores", "lds,strength"}),
                 0);
  const std::string bytes = read(out);
  fs::remove(out);
  COMPARE_STATUS(longview_cli({"export", "--manifest", manifest.string()}), 0);
  QVERIFY(read(out) == bytes && !bytes.empty());
  // the project has moved: it is named
  fs::rename(a, path("moved.longview"));
  COMPARE_STATUS(longview_cli({"export", "--manifest", manifest.string()}), 2);
  COMPARE_STATUS(longview_cli({"export", path("moved.longview").string(), "--manifest", manifest.string()}), 0);
  QVERIFY(read(out) == bytes);
  // what somebody changed is not overwritten unasked
  std::ofstream(out) << "mine";
  COMPARE_STATUS(longview_cli({"export", path("moved.longview").string(), "--manifest", manifest.string()}), 2);
  QCOMPARE(read(out), "mine");
  // another project is told from the right one
  fs::remove(out);
  RunSettings other;
  other.sampling.seed = 12;
  const Finished wrong = longview_cli({"export", project("b", known({0.5}), other), "--manifest", manifest.string()});
  COMPARE_STATUS(wrong, 2);
  VERIFY_CONTAINS(wrong.err, "is not the one of the manifest");
  std::string text = read(manifest);
  const std::size_t name = text.find("kept.jsonl.zst");
  std::ofstream(path("evil.json")) << text.replace(name, 4, "../kept");
  VERIFY_CONTAINS(longview_cli({"export", "--manifest", path("evil.json").string()}).err, "not the name of a file");
  std::ofstream(path("half.json")) << R"({"program":"Longview","project":"x"})";
  const Finished half = longview_cli({"export", "--manifest", path("half.json").string()});
  COMPARE_STATUS(half, 3);
  QVERIFY(is_one_line(half.err));
  COMPARE_STATUS(longview_cli({"export", path("moved.longview").string()}), 2);
}

void TestCliCompare::imported_scores_are_a_run_to_compare_with() {
  const std::string a = project("a", known({0.9, 0.8, 0.5, 0.3}));
  std::ofstream(path("published.jsonl")) << "{\"text\":\"text 3\",\"lds\":7.5}\n{\"text\":\"text 0\",\"lds\":5}\n"
                                         << "{\"text\":\"text 1\",\"lds\":\"high\"}\n{\"lds\":1}\n";
  const std::vector<std::string> words{"import", path("published.jsonl").string(), "--project", a};
  const Finished done = longview_cli(words);
  COMPARE_STATUS(done, 4);
  QCOMPARE(done.out, "run 2: 2 imported, 1 without a number in \"lds\", 1 bad input\n");
  QCOMPARE(longview_cli(words).out, done.out); // again: the same run
  const auto rows =
      longview_cli({"list", a, "--where", "tokens is null and lds >= 5", "--format", "jsonl"}).json_lines();
  QCOMPARE(rows.size(), 2u);
  QCOMPARE(rows[0]["id"].get<std::string>(), "published.jsonl:1");
  QCOMPARE(rows[0]["lds"].get<double>(), 7.5);
  const json found = longview_cli({"compare", a + ":a", a + ":published", "--column", "lds", "--json"}).json();
  QCOMPARE(found["incomparable"].get<bool>(), true);
  QCOMPARE(found["pairs"][0]["same_documents"]["documents"].get<int>(), 2);
  QCOMPARE(found["pairs"][0]["same_documents"]["spearman"].get<double>(), -1.0);
}

void TestCliCompare::scores_without_texts_are_matched_to_a_dataset() {
  const std::string a = project("a", known({0.9, 0.8, 0.5}));
  const auto import = [&](const std::string& name, const std::string& bytes) {
    std::ofstream(path(name)) << bytes;
    return longview_cli({"import", path(name).string(), "--project", a, "--for", "a", "--score-field", "s"});
  };
  const Finished by_id =
      import("ids.jsonl", "{\"id\":\"d2\",\"s\":3}\n{\"id\":\"d0\",\"s\":1}\n{\"id\":\"x\",\"s\":9}\n");
  COMPARE_STATUS(by_id, 4);
  QCOMPARE(by_id.out, "run 2: 2 imported, 1 for ids that \"a\" does not have\n");
  COMPARE_STATUS(import("numbers.txt", "1.5\n\n-2e3\n0\n"), 0);
  const auto rows = longview_cli({"list", a, "--run", "3", "--sort", "+id", "--format", "jsonl"}).json_lines();
  QCOMPARE(rows.size(), 3u);
  QCOMPARE(rows[1]["lds"].get<double>(), -2000.0);
  const json found = longview_cli({"compare", a + ":2", a + ":3", "--column", "lds", "--json"}).json();
  QCOMPARE(found["pairs"][0]["same_documents"]["documents"].get<int>(), 2);
  for (const auto& [name, bytes, part] : {std::tuple("few.txt", "1\n2\n", "2 scores without ids"),
                                          {"mixed.jsonl", "1\n{\"id\":\"d0\",\"s\":1}\n", "make them alike"},
                                          {"twice.jsonl", "{\"id\":\"d0\",\"s\":1}\n{\"id\":\"d0\",\"s\":2}\n", ":2"},
                                          {"word.txt", "1\nhigh\n3\n", "word.txt:2"},
                                          {"none.jsonl", "{\"id\":\"q\",\"s\":1}\n", "none of the 1 ids"}}) {
    const Finished done = import(name, bytes);
    COMPARE_STATUS(done, 3);
    QVERIFY(is_one_line(done.err));
    VERIFY_CONTAINS(done.err, part);
  }
  QCOMPARE(longview_cli({"list", a, "--run", "4"}).status, 2); // nothing of what failed is kept
}

LONGVIEW_TEST_MAIN(TestCliCompare)
#include "tst_cli_compare.moc"
