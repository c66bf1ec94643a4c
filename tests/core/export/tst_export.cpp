#include "export/export.h"

#include "export_test.h"

using namespace longview;
using namespace longview::test;
using nlohmann::json;
namespace fs = std::filesystem;

namespace {

/// A line without the key that an export added.
std::string without_key(const std::string& line, const std::string& key) {
  const std::size_t at = line.rfind("\"" + key + "\":");
  const std::size_t end = line.find('}', at) + 1; // the added object is flat
  return line.substr(0, at - (line[at - 1] == ',')) + line.substr(end);
}

} // namespace

/// Which documents are exported, in which form.
class TestExport : public ExportTest {
  Q_OBJECT

 private slots:
  void every_byte_of_a_kept_line_stays();
  void scored_documents_alone_without_a_filter();
  void a_filter_sees_and_keeps_what_it_names();
  void top_ranks_by_the_runs_number_data();
  void top_ranks_by_the_runs_number();
  void top_counts_within_each_group();
  void other_parameters_change_numbers_filter_and_rank();
  void chosen_fields_keep_their_bytes();
  void csv_has_a_header_and_a_record_a_document();
  void a_preview_shows_what_would_be_written();
  void wrong_requests_are_refused_data();
  void wrong_requests_are_refused();
  void stops_when_asked();
};

void TestExport::every_byte_of_a_kept_line_stays() {
  const ExportSummary summary = write_out(request("out.jsonl"));
  const std::string out = read(folder_ / "out.jsonl");
  QVERIFY(out.ends_with("\n"));
  std::size_t begin = 0;
  for (std::size_t k = 0; k < 4; ++k) {
    const std::size_t end = out.find("\r\n", begin); // the source's own line end
    QVERIFY(end != std::string::npos);
    const std::string line = out.substr(begin, end - begin);
    QCOMPARE(without_key(line, "longview"), lines[k]);
    const json added = json::parse(line)["longview"];
    QCOMPARE(added["tokens"].get<int>(), static_cast<int>(100 * (k + 1)));
    QVERIFY(added["lds_error"].is_null()); // one row tells no error
    begin = end + 2;
  }
  const json note = json::parse(out.substr(begin));
  QCOMPARE(note["text"].get<std::string>(), std::string("A note,\nin \"two\" lines.\n"));
  QCOMPARE(note["id"].get<std::string>().substr(0, 8), std::string("note.txt"));
  QVERIFY(note["longview"]["lds"].get<double>() > 0);
  QCOMPARE(summary.counts.documents, std::uint64_t{5});
  QCOMPARE(summary.counts.documents_before, std::uint64_t{6});
  QCOMPARE(summary.files.front().hash, hash_file(folder_ / "out.jsonl"));
}

void TestExport::scored_documents_alone_without_a_filter() {
  ExportRequest all = request("out.jsonl");
  QCOMPARE(exported_ids(all).size(), std::size_t{5});
  all.where = "status = 'scored'";
  QCOMPARE(exported_ids(all).size(), std::size_t{5});
}

void TestExport::a_filter_sees_and_keeps_what_it_names() {
  ExportRequest some = request("out.jsonl");
  some.where = "tokens >= 200 and tokens < 400";
  QCOMPARE(exported_ids(some), (std::vector<std::string>{"b", "c"}));
  some.where = "id = 'bad'"; // not scored, but asked for by name: its line can hold the key
  QCOMPARE(exported_ids(some), (std::vector<std::string>{"bad"}));
  const json line = json::parse(read(some.out));
  QCOMPARE(line["longview"]["status"].get<std::string>(), std::string("bad_input"));
  QVERIFY(line["longview"]["lds"].is_null());
  some.where = "tokens > 1M";
  QVERIFY(exported_ids(some).empty());
  some.where = "tokens >";
  QVERIFY(error_of([&] { write_out(some); })->code() == ErrorCode::usage);
}

void TestExport::top_ranks_by_the_runs_number_data() {
  QTest::addColumn<QString>("where");
  QTest::addColumn<QString>("top");
  QTest::addColumn<QStringList>("ids");
  QTest::newRow("best") << ""
                        << "1" << QStringList{"a"};
  QTest::newRow("equal: the earlier") << "source.id != null"
                                      << "1" << QStringList{"a"};
  QTest::newRow("of what the filter keeps") << "tokens = 200 or tokens = 400"
                                            << "50%" << QStringList{"b"};
  QTest::newRow("by tokens") << "source.id != null"
                             << "350tokens" << QStringList{"a", "b"};
  QTest::newRow("what has no number comes last") << "id = 'bad' or id = 'd'"
                                                 << "1" << QStringList{"d"};
}

void TestExport::top_ranks_by_the_runs_number() {
  QFETCH(QString, where);
  QFETCH(QString, top);
  QFETCH(QStringList, ids);
  ExportRequest best = request("out.jsonl");
  best.where = where.toStdString();
  best.top = parse_top(top.toStdString());
  QStringList found;
  for (const std::string& id : exported_ids(best))
    found << QString::fromStdString(id);
  QCOMPARE(found, ids);
}

void TestExport::top_counts_within_each_group() {
  ExportRequest best = request("out.jsonl");
  best.where = "source.id != null";
  best.group = "id"; // every document is a group of its own, so the best of each is everything
  best.top = parse_top("1");
  const std::vector<std::string> each = exported_ids(best);
  best.group = "nothing has this field"; // one group
  best.out = folder_ / "one.jsonl";
  QCOMPARE(exported_ids(best).size(), std::size_t{1});
  best.group.clear();
  best.top = {};
  best.out = folder_ / "all.jsonl";
  QVERIFY(each.size() > 1);
  QCOMPARE(each, exported_ids(best));
}

void TestExport::other_parameters_change_numbers_filter_and_rank() {
  LiveParameters parameters;
  parameters.specificity =
      SpecificityMode::off; // "c" has two equal pairs, so no specificity: without it, it is the best
  ExportRequest best = request("out.jsonl");
  best.top = parse_top("1");
  best.parameters = parameters;
  QCOMPARE(exported_ids(best), (std::vector<std::string>{"c"}));
  const double lds = json::parse(read(best.out))["longview"]["lds"];
  QCOMPARE(lds, 0.625 + 1 + 0.625 + 0.5);
  best.where = "lds < 1.0";
  best.top = {};
  QCOMPARE(exported_ids(best), (std::vector<std::string>{"d"}));
  const json manifest = json::parse(read(folder_ / "out.jsonl.manifest.json"));
  QCOMPARE(manifest["parameters"]["specificity"].get<std::string>(), std::string("off"));
  QCOMPARE(manifest["run"]["settings"]["specificity"].get<std::string>(), std::string("raw"));
}

void TestExport::chosen_fields_keep_their_bytes() {
  ExportRequest chosen = request("out.jsonl");
  chosen.fields = {"id", "meta.n", "text"};
  chosen.scores = {"tokens"};
  chosen.key = "score";
  chosen.where = "tokens <= 200";
  write_out(chosen);
  QCOMPARE(read(chosen.out),
           std::string("{\"id\":\"a\",\"meta.n\":12345678901234567890,\"text\":\"zero\",\"score\":{\"tokens\":100}}\r\n"
                       "{\"id\":\"b\",\"text\":\"on\\u0065\",\"score\":{\"tokens\":200}}\r\n"));
}

void TestExport::csv_has_a_header_and_a_record_a_document() {
  ExportRequest csv = request("out.csv");
  csv.format = ExportFormat::csv;
  csv.fields = {"id", "q", "x"};
  csv.scores = {"tokens", "lds_error", "status"};
  csv.where = "source.id != null and status = 'scored'";
  write_out(csv);
  QCOMPARE(read(csv.out), std::string("id,q,x,tokens,lds_error,status\r\n"
                                      "a,,,100,,scored\r\n"
                                      "b,,\"[1, 2 ]\",200,,scored\r\n"
                                      "c,\"say \"\"hi\"\", then\",,300,,scored\r\n"
                                      "d,,,400,,scored\r\n"));
  csv.fields = {};
  csv.scores = {"segments"};
  csv.top = parse_top("1");
  write_out(csv);
  QCOMPARE(read(csv.out), std::string("id,title,segments\r\na,,3\r\n"));
}

void TestExport::a_preview_shows_what_would_be_written() {
  ExportRequest wanted = request("out.jsonl");
  wanted.group = "id";
  const auto preview = [&] {
    return preview_export(wanted, Project::open(folder_ / "t.longview", Project::Mode::read_only), 2, {});
  };
  const ExportPreview shown = preview();
  QCOMPARE(shown.lines.size(), std::size_t{2});
  QVERIFY(!shown.problem && !fs::exists(wanted.out));
  QCOMPARE(shown.groups.size(), std::size_t{5});
  write_out(wanted);
  QVERIFY(read(wanted.out).starts_with(shown.lines[0] + shown.lines[1]));
  wanted.format = ExportFormat::csv;
  QVERIFY(preview().lines.front().starts_with("id,title,lds,"));
  wanted.format = ExportFormat::jsonl;
  wanted.key = "x"; // "b" has it
  QVERIFY(preview().problem && preview().problem->find("docs.jsonl:2") != std::string::npos);
}

void TestExport::wrong_requests_are_refused_data() {
  QTest::addColumn<QString>("what");
  for (const char* what : {"no output", "a folder", "unknown score", "score twice", "field twice", "key among fields",
                           "score among columns"})
    QTest::newRow(what) << what;
}

void TestExport::wrong_requests_are_refused() {
  QFETCH(QString, what);
  ExportRequest wrong = request("out.jsonl");
  if (what == "no output")
    wrong.out.clear();
  else if (what == "a folder")
    wrong.out = folder_;
  else if (what == "unknown score")
    wrong.scores = {"perplexity"};
  else if (what == "score twice")
    wrong.scores = {"lds", "lds"};
  else if (what == "field twice")
    wrong.fields = {"id", "text", "id"};
  else if (what == "key among fields")
    wrong.fields = {"id", "longview"};
  else {
    wrong.format = ExportFormat::csv;
    wrong.fields = {"tokens"};
  }
  const auto error = error_of([&] { write_out(wrong); });
  QVERIFY(error && error->code() == ErrorCode::usage);
  QVERIFY(!fs::exists(folder_ / "out.jsonl"));
}

void TestExport::stops_when_asked() {
  std::stop_source stop;
  Project project = Project::open(folder_ / "t.longview", Project::Mode::read_only);
  std::vector<ExportProgress::Stage> stages;
  const ExportObserver observer = [&](const ExportProgress& progress) {
    stages.push_back(progress.stage);
    if (progress.stage == ExportProgress::Stage::writing)
      stop.request_stop();
  };
  const ExportRequest stopped = request("out.jsonl");
  const auto error = error_of([&] { export_rows(stopped, project, observer, stop.get_token()); });
  QVERIFY(error && error->code() == ErrorCode::cancelled);
  QVERIFY(!fs::exists(stopped.out));
  QVERIFY(stages.front() == ExportProgress::Stage::choosing && stages.back() == ExportProgress::Stage::writing);
}

LONGVIEW_TEST_MAIN(TestExport)
#include "tst_export.moc"
