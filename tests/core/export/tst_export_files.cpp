#include "export/group_names.h"
#include "export/manifest.h"
#include "export_test.h"
#include "run/import_scores.h"

using namespace longview;
using namespace longview::test;
using nlohmann::json;
namespace fs = std::filesystem;

/// The files that are written: compressed, one for each value, made again, never over something that matters.
class TestExportFiles : public ExportTest {
  Q_OBJECT

 private slots:
  void compressed_output_and_its_manifest();
  void a_file_for_each_value_of_a_field();
  void a_split_is_made_again_from_its_manifest();
  void a_split_into_too_many_files_is_refused();
  void names_of_split_files_are_safe_data();
  void names_of_split_files_are_safe();
  void an_earlier_export_is_made_again();
  void nothing_is_overwritten_that_matters();
};

void TestExportFiles::compressed_output_and_its_manifest() {
  for (const char* name : {"out.jsonl.gz", "out.jsonl.zst"}) {
    ExportRequest packed = request(name);
    packed.where = "tokens < 1k";
    packed.top = parse_top("50%");
    const ExportSummary summary = write_out(packed);
    CorpusReader reader(find_sources({packed.out}), {});
    std::size_t count = 0;
    while (const auto item = reader.next()) {
      QVERIFY(std::holds_alternative<Document>(*item));
      ++count;
    }
    QCOMPARE(count, std::size_t{3});
    QCOMPARE(summary.manifest, folder_ / (std::string(name) + ".manifest.json"));
    const json manifest = json::parse(read(summary.manifest));
    QCOMPARE(manifest["output"]["xxh3_128"].get<std::string>(), hash_file(packed.out).hex());
    QCOMPARE(manifest["output"]["bytes"].get<std::uintmax_t>(), fs::file_size(packed.out));
    QCOMPARE(manifest["selection"]["where"].get<std::string>(), packed.where);
    QCOMPARE(manifest["selection"]["top"].get<std::string>(), std::string("50%"));
    QCOMPARE(manifest["selection"]["ranked_by"].get<std::string>(), std::string("lds_mean"));
    QCOMPARE(manifest["selection"]["documents"].get<int>(), 3);
    QCOMPARE(manifest["selection"]["documents_before"].get<int>(), 6);
    QCOMPARE(manifest["selection"]["tokens_before"].get<int>(), 1500);
    QCOMPARE(manifest["dataset"]["files"].size(), std::size_t{2});
    QCOMPARE(manifest["dataset"]["files"][0]["xxh3_128"].get<std::string>(), hash_file(folder_ / "docs.jsonl").hex());
    QCOMPARE(manifest["run"]["model"]["xxh3_128"].get<std::string>(), (Hash128{1, 2}.hex()));
    QCOMPARE(manifest["run"]["settings"], json::parse(to_json(RunSettings{})));
  }
}

void TestExportFiles::a_file_for_each_value_of_a_field() {
  ExportRequest split = request("out.jsonl");
  split.split = "id";
  split.where = "tokens >= 200 and status = 'scored'"; // not "a"
  const ExportSummary summary = write_out(split);
  QCOMPARE(summary.files.size(), std::size_t{4}); // b, c, d and the note
  QVERIFY(!fs::exists(split.out));
  QVERIFY(!fs::exists(folder_ / "out.a.jsonl"));
  ExportRequest whole = request("whole.jsonl");
  whole.where = "id = 'c'";
  write_out(whole);
  QCOMPARE(read(folder_ / "out.c.jsonl"), read(whole.out));
  QCOMPARE(summary.files.front().path, folder_ / "out.none.jsonl"); // the note has no field "id"
  const json manifest = json::parse(read(summary.manifest));
  QCOMPARE(manifest["output"]["split_by"].get<std::string>(), std::string("id"));
  QCOMPARE(manifest["output"]["files"].size(), std::size_t{4});
  for (const json& file : manifest["output"]["files"])
    QCOMPARE(file["xxh3_128"].get<std::string>(), hash_file(folder_ / file["file"].get<std::string>()).hex());
  // what was there before, also of what is not kept
  const json& groups = manifest["selection"]["groups"];
  QCOMPARE(groups.size(), std::size_t{5}); // the bad line and the note have no id
  for (const json& group : groups)
    if (group["value"] == "a") {
      QCOMPARE(group["documents_before"].get<int>(), 1);
      QCOMPARE(group["tokens_before"].get<int>(), 100);
      QCOMPARE(group["documents"].get<int>(), 0);
    }
}

void TestExportFiles::a_split_is_made_again_from_its_manifest() {
  ExportRequest split = request("out.csv.gz");
  split.format = ExportFormat::csv;
  split.split = "id";
  const ExportSummary first = write_out(split);
  const std::string bytes = read(folder_ / "out.c.csv.gz");
  fs::remove(folder_ / "out.c.csv.gz");
  const Project project = Project::open(folder_ / "t.longview", Project::Mode::read_only);
  const auto again = [&] { return export_again(read_manifest(first.manifest), project, false, {}, {}); };
  QCOMPARE(again().files.size(), first.files.size());
  QCOMPARE(read(folder_ / "out.c.csv.gz"), bytes);
  write(folder_ / "out.c.csv.gz", "mine");
  const auto error = error_of(again);
  QVERIFY(error && error->code() == ErrorCode::conflict);
  QCOMPARE(read(folder_ / "out.c.csv.gz"), std::string("mine"));
}

void TestExportFiles::a_split_into_too_many_files_is_refused() {
  std::string jsonl;
  for (std::size_t k = 0; k <= most_split_files; ++k)
    jsonl += "{\"text\":\"words\",\"n\":" + std::to_string(k) + "}\n";
  write(folder_ / "many.jsonl", jsonl);
  ImportRequest import;
  import.inputs = {folder_ / "many.jsonl"};
  import.project = folder_ / "many.longview";
  import.score_field = "n";
  ExportRequest split = request("parts.jsonl");
  split.run = import_scores(import).run;
  split.split = "n";
  const Project project = Project::open(import.project, Project::Mode::read_only);
  const auto error = error_of([&] { export_rows(split, project, {}, {}); });
  QVERIFY(error && error->code() == ErrorCode::usage);
  QVERIFY(error->message().find("101 values of 'n'") != std::string::npos);
  split.where = "lds > 0";
  QCOMPARE(export_rows(split, project, {}, {}).files.size(), most_split_files);
}

void TestExportFiles::names_of_split_files_are_safe_data() {
  QTest::addColumn<QStringList>("values");
  QTest::addColumn<QStringList>("names");
  QTest::newRow("plain") << QStringList{"books", "Talks-2_b"}
                         << QStringList{"o.books.jsonl.zst", "o.Talks-2_b.jsonl.zst"};
  QTest::newRow("other folders") << QStringList{"../../etc/passwd", "/", ".."}
                                 << QStringList{"o.______etc_passwd.jsonl.zst", "o._.jsonl.zst", "o.__.jsonl.zst"};
  QTest::newRow("characters") << QStringList{"größe", QString("a\nb"), "a:b*?"}
                              << QStringList{"o.größe.jsonl.zst", "o.a_b.jsonl.zst", "o.a_b__.jsonl.zst"};
  QTest::newRow("the same name") << QStringList{"a b", "A_b", "a/b"}
                                 << QStringList{"o.a_b.jsonl.zst", "o.A_b-2.jsonl.zst", "o.a_b-3.jsonl.zst"};
  QTest::newRow("empty") << QStringList{""} << QStringList{"o._.jsonl.zst"};
  QTest::newRow("long") << QStringList{QString(79, 'x') + "é"} << QStringList{"o." + QString(79, 'x') + ".jsonl.zst"};
}

void TestExportFiles::names_of_split_files_are_safe() {
  QFETCH(QStringList, values);
  QFETCH(QStringList, names);
  std::vector<GroupCounts> groups;
  for (const QString& value : values)
    groups.push_back({value.toStdString(), false, {1, 1, 1, 1}});
  const std::vector<fs::path> files = group_files(folder_ / "o.jsonl.zst", groups);
  for (std::size_t k = 0; k < files.size(); ++k)
    QCOMPARE(QString::fromStdString(files[k].string()),
             QString::fromStdString(folder_.string()) + "/" + names[static_cast<qsizetype>(k)]);
}

void TestExportFiles::an_earlier_export_is_made_again() {
  const ExportRequest again = request("out.jsonl");
  write_out(again);
  const std::string first = read(again.out);
  write_out(again);
  QCOMPARE(read(again.out), first);
  write(again.out, "edited by hand\n"); // no longer what the manifest says
  QVERIFY(error_of([&] { write_out(again); })->code() == ErrorCode::conflict);
  QCOMPARE(read(again.out), std::string("edited by hand\n"));
  ExportRequest forced = again;
  forced.force = true;
  write_out(forced);
  QCOMPARE(read(again.out), first);
}

void TestExportFiles::nothing_is_overwritten_that_matters() {
  const std::string source = read(folder_ / "docs.jsonl");
  fs::create_hard_link(folder_ / "docs.jsonl", folder_ / "other.jsonl");
  fs::create_symlink(folder_ / "note.txt", folder_ / "link.jsonl");
  for (const char* name : {"docs.jsonl", "other.jsonl", "link.jsonl", "t.longview"}) {
    ExportRequest onto = request(name);
    onto.force = true;
    const auto error = error_of([&] { write_out(onto); });
    QVERIFY(error && error->code() == ErrorCode::conflict);
  }
  ExportRequest manifest = request("fine.jsonl");
  manifest.manifest = folder_ / "docs.jsonl";
  QVERIFY(error_of([&] { write_out(manifest); })->code() == ErrorCode::conflict);
  manifest.manifest = manifest.out;
  QVERIFY(error_of([&] { write_out(manifest); })->code() == ErrorCode::usage);
  QCOMPARE(read(folder_ / "docs.jsonl"), source);
}

LONGVIEW_TEST_MAIN(TestExportFiles)
#include "tst_export_files.moc"
