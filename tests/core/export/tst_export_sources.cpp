#include "export/manifest.h"
#include "export/output_file.h"
#include "export_test.h"
#include "run/import_scores.h"

using namespace longview;
using namespace longview::test;
namespace fs = std::filesystem;

/// What the source files hold: lines that are hard to keep, fields that are there already, files that changed.
class TestExportSources : public ExportTest {
  Q_OBJECT

 private slots:
  void nasty_lines_come_back_whole_data();
  void nasty_lines_come_back_whole();
  void a_key_that_is_there_names_its_line();
  void the_text_and_the_id_are_never_replaced_data();
  void the_text_and_the_id_are_never_replaced();
  void a_changed_source_is_refused();
  void a_change_beside_the_text_is_refused();
  void a_hash_of_other_bytes_than_were_scored_is_noticed();
  void a_touched_source_is_taken();
  void bad_lines_that_cannot_hold_a_key();
  void a_preview_shows_both_ends_of_long_lines();
};

void TestExportSources::nasty_lines_come_back_whole_data() {
  QTest::addColumn<QByteArray>("end");
  QTest::addColumn<QByteArray>("begin"); // of the file
  QTest::addColumn<QString>("name");
  QTest::addColumn<int>("longest");
  QTest::newRow("unix") << QByteArray("\n") << QByteArray() << "nasty.jsonl" << 50'000'000;
  QTest::newRow("windows") << QByteArray("\r\n") << QByteArray() << "nasty.jsonl" << 6'000'000;
  QTest::newRow("byte order mark") << QByteArray("\n") << QByteArray("\xEF\xBB\xBF") << "nasty.jsonl" << 6'000'000;
  QTest::newRow("zst") << QByteArray("\n") << QByteArray() << "nasty.jsonl.zst" << 50'000'000;
  QTest::newRow("gz, windows") << QByteArray("\r\n") << QByteArray() << "nasty.jsonl.gz" << 6'000'000;
}

/// What JSON allows and few programs leave alone. Imported, so that no model is needed.
void TestExportSources::nasty_lines_come_back_whole() {
  QFETCH(QByteArray, end);
  QFETCH(QByteArray, begin);
  QFETCH(QString, name);
  QFETCH(int, longest);
  const std::vector<std::string> nasty = {
      R"({"text":"first","text":"last","s":1,"s":2})",
      R"({"s":3,"text":"a","big":12345678901234567890123,"small":0.1000000000000000055511151231257827})",
      R"({"s":4,"text":"lone \ud800 and \udc00 halves","t":"\ud83d\ude00"})", // bad input: no text could be scored
      R"({"s":4.5,"text":"fine","t":"lone \udc00 half","\ud800":1})",
      "\t{ \"s\" : 5 ,\"text\":\"blanks\\u0000\" }  ",
      "{\"text\":\"" + std::string(static_cast<std::size_t>(longest), 'x') + "\",\"s\":1}",
      R"({"s":6,"text":"{\"s\":9}","o":{"text":[{"a":{}}]}})",
      "{\"s\":7,\"text\":\"" + std::string(5'000'000, 'y') + "\\n\"}",
      R"({"s":8,"text":"the last line has no end"})",
  };
  std::string bytes = begin.toStdString(), expected;
  for (std::size_t k = 0; k < nasty.size(); ++k) {
    const bool last = k + 1 == nasty.size();
    bytes += nasty[k] + (last ? "" : end.toStdString());
    if (k == 2)
      continue;
    const std::size_t brace = nasty[k].find_last_of('}');
    expected += nasty[k].substr(0, brace) + ",\"longview\":{\"status\":\"scored\"}" + nasty[k].substr(brace) +
                (last ? "\n" : end.toStdString());
  }
  ImportRequest import;
  import.inputs = {folder_ / name.toStdString()};
  OutputFile source(import.inputs.front()); // compresses by the name
  source.write(bytes);
  source.finish();
  source.commit();
  import.project = folder_ / "nasty.longview";
  import.score_field = "s";
  const ImportSummary imported = import_scores(import);
  QCOMPARE(imported.bad_input, 1u);
  const Project project = Project::open(import.project, Project::Mode::read_only);
  ExportRequest all = request("nasty.out.jsonl");
  all.run = imported.run;
  all.scores = {"status"};
  export_rows(all, project, {}, {});
  QVERIFY(read(all.out) == expected);
  const ManifestContents manifest = read_manifest(folder_ / "nasty.out.jsonl.manifest.json");
  fs::remove(all.out);
  export_again(manifest, project, false, {}, {});
  QVERIFY(read(all.out) == expected);
}

void TestExportSources::a_key_that_is_there_names_its_line() {
  ExportRequest clash = request("out.jsonl");
  clash.key = "q";
  const auto error = error_of([&] { write_out(clash); });
  QVERIFY(error && error->code() == ErrorCode::conflict);
  QCOMPARE(error->context(), (folder_ / "docs.jsonl").string() + ":3");
  QVERIFY(!fs::exists(clash.out) && !fs::exists(folder_ / "out.jsonl.manifest.json"));
  clash.force = true;
  clash.where = "tokens = 300";
  clash.scores = {"tokens"};
  write_out(clash);
  QCOMPARE(read(clash.out), std::string(R"({"text":"no","text":"two","id":"c","q":{"tokens":300}})") + "\r\n");
}

void TestExportSources::the_text_and_the_id_are_never_replaced_data() {
  QTest::addColumn<QString>("text_field");
  QTest::addColumn<QString>("key");
  QTest::addColumn<bool>("refused");
  QTest::newRow("text") << "text"
                        << "text" << true;
  QTest::newRow("id") << "text"
                      << "id" << true;
  QTest::newRow("object around the text") << "meta.body"
                                          << "meta" << true;
  QTest::newRow("beside it in the object") << "meta.body"
                                           << "body" << false;
  QTest::newRow("longer name") << "text"
                               << "tex" << false;
}

void TestExportSources::the_text_and_the_id_are_never_replaced() {
  QFETCH(QString, text_field);
  QFETCH(QString, key);
  QFETCH(bool, refused);
  RunSettings settings;
  settings.text_field = text_field.toStdString();
  const auto error = error_of([&] { check_key(key.toStdString(), settings); });
  QCOMPARE(error.has_value(), refused);
  if (error)
    QCOMPARE(error->code(), ErrorCode::usage);
}

void TestExportSources::a_changed_source_is_refused() {
  std::string bytes = read(folder_ / "docs.jsonl");
  bytes[9] = 'Z'; // "zero" to "Zero": the size stays
  write(folder_ / "docs.jsonl", bytes);
  fs::last_write_time(folder_ / "docs.jsonl", fs::file_time_type::clock::now() + std::chrono::hours(1));
  const ExportRequest changed = request("out.jsonl");
  auto error = error_of([&] { write_out(changed); });
  QVERIFY(error && error->code() == ErrorCode::conflict);
  QVERIFY(!fs::exists(changed.out));
  fs::remove(folder_ / "docs.jsonl");
  error = error_of([&] { write_out(changed); });
  QVERIFY(error && error->code() == ErrorCode::not_found);
  ExportRequest numbers = request("numbers.csv"); // needs no source
  numbers.format = ExportFormat::csv;
  QCOMPARE(write_out(numbers).counts.documents, std::uint64_t{5});
}

void TestExportSources::a_change_beside_the_text_is_refused() {
  std::string bytes = read(folder_ / "docs.jsonl");
  bytes[bytes.find("\"a\"") + 1] = 'A'; // the id; texts and sizes stay
  write(folder_ / "docs.jsonl", bytes);
  fs::last_write_time(folder_ / "docs.jsonl", fs::file_time_type::clock::now() + std::chrono::hours(1));
  const auto error = error_of([&] { write_out(request("out.jsonl")); });
  QVERIFY(error && error->code() == ErrorCode::conflict);
}

/// The file was scored as it is no longer, but the project's hash of it is that of what lies there now.
void TestExportSources::a_hash_of_other_bytes_than_were_scored_is_noticed() {
  const std::string scored = R"({"text":"zero"})", now = R"({"text":"Zero"})";
  write(folder_ / "other.jsonl", scored);
  const std::vector<SourceFile> files = find_sources({folder_ / "other.jsonl"});
  const std::vector<Hash128> hashes = {hash128(now)};
  RunIdentity identity;
  ResultRow row;
  {
    Project project = Project::open(folder_ / "t.longview", Project::Mode::create);
    identity.dataset = project.put_dataset("other", files, hashes);
    identity.settings = to_json(RunSettings{});
    run_ = project.put_run(identity, "", "");
    CorpusReader reader(files, {});
    row.document = project.put_document(identity.dataset, std::get<Document>(*reader.next()));
    project.put_result(run_, row, nullptr);
  }
  write(folder_ / "other.jsonl", now);
  fs::last_write_time(folder_ / "other.jsonl", fs::file_time_type::clock::now() + std::chrono::hours(1));
  const auto error = error_of([&] { write_out(request("out.jsonl")); });
  QVERIFY(error && error->code() == ErrorCode::conflict);
  QCOMPARE(error->context(), (folder_ / "other.jsonl").string() + ":1");
}

void TestExportSources::a_touched_source_is_taken() {
  fs::last_write_time(folder_ / "docs.jsonl", fs::file_time_type::clock::now() + std::chrono::hours(1));
  QCOMPARE(exported_ids(request("out.jsonl")).size(), std::size_t{5});
}

void TestExportSources::bad_lines_that_cannot_hold_a_key() {
  write(folder_ / "docs.jsonl", lines[0] + "\n" + lines[1] + "\n" + lines[2] + "\n" + lines[3] + "\n{broken\n");
  fs::remove(folder_ / "t.longview");
  make_project({});
  ExportRequest all = request("out.jsonl");
  all.where = "segments = null or tokens > 0";
  const auto error = error_of([&] { write_out(all); });
  QVERIFY(error && error->code() == ErrorCode::input);
  QCOMPARE(error->context(), (folder_ / "docs.jsonl").string() + ":5");
  QVERIFY(error->message().find("bad_input") != std::string::npos);
}

void TestExportSources::a_preview_shows_both_ends_of_long_lines() {
  std::string jsonl;
  for (const char* shift : {"", "x"}) { // characters of two bytes, cut at either of them
    jsonl += std::string("{\"s\":1,\"text\":\"") + shift;
    for (int k = 0; k < 3000; ++k)
      jsonl += "\xC3\xA4";
    jsonl += "\"}\n";
  }
  jsonl += "{\"s\":2,\"text\":\"short\"}\n";
  ImportRequest import;
  import.inputs = {folder_ / "long.jsonl"};
  write(import.inputs.front(), jsonl);
  import.project = folder_ / "long.longview";
  import.score_field = "s";
  ExportRequest wanted = request("out.jsonl");
  wanted.run = import_scores(import).run;
  wanted.scores = {"status"};
  const ExportPreview shown = preview_export(wanted, Project::open(import.project, Project::Mode::read_only), 3, {});
  QCOMPARE(shown.lines.size(), std::size_t{3});
  for (std::size_t k = 0; k < 2; ++k) {
    const std::string& line = shown.lines[k];
    QVERIFY2(line.size() <= longest_preview && line.size() > longest_preview - 8, line.c_str());
    QVERIFY(line.starts_with("{\"s\":1,\"text\":\"") && line.find(" \xE2\x80\xA6 ") != std::string::npos);
    QVERIFY(line.ends_with("\",\"longview\":{\"status\":\"scored\"}}\n"));
    QCOMPARE(QString::fromStdString(line).toStdString(), line); // no half characters
  }
  QCOMPARE(shown.lines[2], std::string("{\"s\":2,\"text\":\"short\",\"longview\":{\"status\":\"scored\"}}\n"));
}

LONGVIEW_TEST_MAIN(TestExportSources)
#include "tst_export_sources.moc"
