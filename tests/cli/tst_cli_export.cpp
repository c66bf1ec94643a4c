#include <map>

#include "base/hash.h"
#include "known_project_test.h"
#include "support/log_guard.h"

using namespace longview;
using namespace longview::test;
using nlohmann::json;
using nlohmann::ordered_json;
namespace fs = std::filesystem;

/// What export writes, byte for byte.
class TestCliExport : public KnownProjectTest {
  Q_OBJECT

 private slots:
  void export_adds_one_key_and_keeps_every_byte();
  void export_keeps_the_best_data();
  void export_keeps_the_best();
  void export_of_chosen_fields_and_scores();
  void export_as_csv();
  void export_compresses_data();
  void export_compresses();
  void export_does_not_replace_what_is_there();
  void export_of_a_text_file();
  void the_manifest_tells_how_it_was_made();
};

void TestCliExport::export_adds_one_key_and_keeps_every_byte() {
  const fs::path out = own("out.jsonl");
  const Finished done = longview_cli({"export", known(), "--out", out.string()});
  COMPARE_STATUS(done, 0);
  VERIFY_CONTAINS(done.out, "4 of 6 documents, 1400 of 1412 tokens");
  std::map<std::string, json> listed;
  for (const json& row : longview_cli({"list", known(), "--format", "jsonl"}).json_lines())
    listed[row["id"]] = row;
  std::string originals;
  std::ifstream in(out);
  for (std::string line; std::getline(in, line);) {
    const json parsed = json::parse(line);
    for (const auto& [name, value] : parsed["longview"].items())
      QCOMPARE(value, listed.at(parsed["id"])[name]);
    QVERIFY(parsed["longview"].contains("lds_mean") && parsed["longview"].contains("tokens"));
    const auto key = QRegularExpression(R"(,"longview":\{[^{}]*\})");
    originals += QString::fromStdString(line).remove(key).toStdString() + "\n";
  }
  std::string expected;
  for (const KnownDocument& document : documents)
    if (document.tokens >= 100)
      expected += document.line + "\n";
  QCOMPARE(originals, expected);
}

void TestCliExport::export_keeps_the_best_data() {
  QTest::addColumn<QStringList>("options");
  QTest::addColumn<QStringList>("ids");
  const auto row = [](const char* name, const QStringList& options, const QStringList& ids) {
    QTest::newRow(name) << options << ids;
  };
  row("all", {}, {"alpha", "beta", "gamma", "delta"});
  row("where", {"--where", "tokens > 300"}, {"gamma", "delta"});
  row("a number", {"--top", "1"}, {"gamma"});
  row("a share", {"--top", "50%"}, {"alpha", "gamma"});
  row("tokens", {"--top", "1ktokens"}, {"alpha", "beta", "gamma"});
  row("too few tokens for the second", {"--top", "799 tokens"}, {"gamma"});
  row("where before top", {"--where", "source.kind = 'talk'", "--top", "1"}, {"beta"});
  row("within groups", {"--top", "1", "--group", "kind"}, {"beta", "gamma"});
  row("other parameters", {"--top", "1", "--threshold", "0.4", "--alpha", "0"}, {"alpha"});
}
void TestCliExport::export_keeps_the_best() {
  QFETCH(QStringList, options);
  QFETCH(QStringList, ids);
  const fs::path out = own("out.jsonl");
  std::vector<std::string> command = {"export", known(), "--out", out.string()};
  for (const QString& option : options)
    command.push_back(option.toStdString());
  COMPARE_STATUS(longview_cli(command), 0);
  Finished written;
  written.out = read_file(out);
  QCOMPARE(ids_of(written), ids);
}

void TestCliExport::export_of_chosen_fields_and_scores() {
  const fs::path out = own("out.jsonl");
  COMPARE_STATUS(longview_cli({"export", known(), "--out", out.string(), "--fields", "id,big", "--scores",
                               "tokens,status", "--key", "score", "--where", "tokens >= 400"}),
                 0);
  QCOMPARE(
      read_file(out),
      std::string("{\"id\":\"gamma\",\"big\":12345678901234567890,\"score\":{\"tokens\":500,\"status\":\"scored\"}}\n"
                  "{\"id\":\"delta\",\"score\":{\"tokens\":400,\"status\":\"scored\"}}\n"));
}

void TestCliExport::export_as_csv() {
  const fs::path out = own("out.csv");
  COMPARE_STATUS(longview_cli({"export", known(), "--out", out.string(), "--format", "csv", "--fields", "id,title,year",
                               "--scores", "tokens,lds_error", "--where", "tokens <= 300"}),
                 0);
  QCOMPARE(read_file(out), std::string("id,title,year,tokens,lds_error\r\n"
                                       "alpha,\"The \"\"first\"\", one\",1990,300,\r\n"
                                       "beta,,1985,200,\r\n"
                                       "short,,,12,\r\n"));
}

void TestCliExport::export_compresses_data() {
  QTest::addColumn<QString>("name");
  QTest::addColumn<QByteArray>("magic");
  QTest::newRow("gzip") << "out.jsonl.gz" << QByteArray("\x1f\x8b");
  QTest::newRow("zstd") << "out.jsonl.zst" << QByteArray("\x28\xb5\x2f\xfd");
}
void TestCliExport::export_compresses() {
  QFETCH(QString, name);
  QFETCH(QByteArray, magic);
  const fs::path plain = own("out.jsonl"), packed = own(name.toStdString());
  COMPARE_STATUS(longview_cli({"export", known(), "--out", plain.string()}), 0);
  COMPARE_STATUS(longview_cli({"export", known(), "--out", packed.string()}), 0);
  QVERIFY(read_file(packed).starts_with(magic.toStdString()));
  // as a source it holds what the plain one holds
  const std::vector<SourceFile> files = find_sources({packed});
  SourceText text(files.front());
  QCOMPARE(text.raw({0, 0, fs::file_size(plain), 1}), read_file(plain));
  const json manifest = json::parse(read_file(packed.string() + ".manifest.json"));
  QCOMPARE(manifest["output"]["xxh3_128"].get<std::string>(), hash_file(packed).hex());
}

void TestCliExport::export_does_not_replace_what_is_there() {
  const fs::path out = own("out.jsonl");
  const auto written = [&](std::vector<std::string> options) {
    options.insert(options.begin(), {"export", known(), "--out", out.string()});
    return longview_cli(options);
  };
  const Finished clash = written({"--key", "kind"});
  COMPARE_STATUS(clash, 2);
  QVERIFY2(is_one_line(clash.err), clash.err.c_str());
  VERIFY_CONTAINS(clash.err, "known.jsonl:1: ");
  QVERIFY(!fs::exists(out) && !fs::exists(out.string() + ".manifest.json"));
  for (const char* key : {"text", "id"}) {
    const Finished never = written({"--key", key, "--force"});
    COMPARE_STATUS(never, 2);
    QVERIFY2(is_one_line(never.err), never.err.c_str());
    VERIFY_CONTAINS(never.err, "never replaced");
    QVERIFY(!fs::exists(out));
  }
  COMPARE_STATUS(written({"--key", "kind", "--force", "--where", "id = 'delta'", "--scores", "tokens"}), 0);
  QCOMPARE(read_file(out), std::string("{\"id\":\"delta\",\"text\":\"five\",\"kind\":{\"tokens\":400}}\n"));

  COMPARE_STATUS(written({}), 0); // an export that nobody touched is made again
  const std::string exported = read_file(out);
  write_file(out, "something of my own\n");
  const Finished kept = written({});
  COMPARE_STATUS(kept, 2);
  QVERIFY2(is_one_line(kept.err), kept.err.c_str());
  VERIFY_CONTAINS(kept.err, "--force");
  QCOMPARE(read_file(out), std::string("something of my own\n"));
  COMPARE_STATUS(written({"--force"}), 0);
  QCOMPARE(read_file(out), exported);
}

void TestCliExport::export_of_a_text_file() {
  const std::string text = "A note,\nin \"two\" lines\tand é.\n";
  const std::string project = own("p.longview").string();
  make_text_project(project, own("note.txt"), text);
  const fs::path out = own("out.jsonl");
  COMPARE_STATUS(longview_cli({"export", project, "--out", out.string()}), 0);
  const ordered_json line = ordered_json::parse(read_file(out));
  QStringList keys;
  for (const auto& [key, value] : line.items())
    keys << QString::fromStdString(key);
  QCOMPARE(keys, (QStringList{"id", "text", "longview"}));
  QCOMPARE(line["text"].get<std::string>(), text);
  VERIFY_CONTAINS(line["id"].get<std::string>(), "note.txt");
  const std::string id = line["id"];
  const Finished shown = longview_cli({"show", project, "--document", id, "--json"});
  COMPARE_STATUS(shown, 0);
  QCOMPARE(json(line["longview"]["lds"]), shown.json()["lds"]);
}

void TestCliExport::the_manifest_tells_how_it_was_made() {
  const fs::path out = own("out.jsonl"), beside = own("made.json");
  const Finished done = longview_cli({"export", known(), "--out", out.string(), "--manifest", beside.string(),
                                      "--where", "tokens > 100", "--top", "50%", "--threshold", "0.05"});
  COMPARE_STATUS(done, 0);
  VERIFY_CONTAINS(done.out, beside.string());
  QVERIFY(!fs::exists(out.string() + ".manifest.json"));
  const json manifest = json::parse(read_file(beside));
  QCOMPARE(manifest["output"]["xxh3_128"].get<std::string>(), hash128(read_file(out)).hex());
  QCOMPARE(manifest["output"]["bytes"].get<std::uintmax_t>(), fs::file_size(out));
  QCOMPARE(manifest["selection"]["where"], json("tokens > 100"));
  QCOMPARE(manifest["selection"]["top"], json("50%"));
  QCOMPARE(manifest["selection"]["documents"], json(2));
  QCOMPARE(manifest["parameters"]["threshold"], json(0.05));
  QCOMPARE(manifest["run"]["settings"]["threshold"], json(0.1));
  QCOMPARE(manifest["dataset"]["files"][0]["xxh3_128"].get<std::string>(),
           hash128(read_file(folder() / "known.jsonl")).hex());
}

LONGVIEW_TEST_MAIN(TestCliExport)
#include "tst_cli_export.moc"
