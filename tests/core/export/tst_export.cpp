#include "export/export.h"

#include <fstream>

#include <QTemporaryDir>
#include <nlohmann/json.hpp>

#include "base/error.h"
#include "base/file.h"
#include "export/group_names.h"
#include "export/manifest.h"
#include "export/output_file.h"
#include "export/splice.h"
#include "run/import_scores.h"
#include "run/settings.h"
#include "support/log_guard.h"

using namespace longview;
using nlohmann::json;
namespace fs = std::filesystem;

namespace {

// Lines as people write them; the number in each text says which it is.
const std::vector<std::string> lines = {
    R"({"text":"zero","id":"a","meta":{"n":12345678901234567890}})",
    R"(  { "id" : "b",	"text":"on\u0065" , "x":[1, 2 ]} )",
    R"({"text":"no","text":"two","id":"c","q":"say \"hi\", then"})",
    R"({"id":"d","text":"three"})",
    R"({"id":"bad","text":7})",
};

std::string read(const fs::path& path) {
  return read_file(path, 200u << 20);
}

void write(const fs::path& path, const std::string& bytes) {
  std::ofstream(path, std::ios::binary) << bytes;
}

template <typename Action>
std::optional<Error> error_of(const Action& action) {
  try {
    action();
  } catch (const Error& error) {
    return error;
  }
  return std::nullopt;
}

/// A line without the key that an export added.
std::string without_key(const std::string& line, const std::string& key) {
  const std::size_t at = line.rfind("\"" + key + "\":");
  const std::size_t end = line.find('}', at) + 1; // the added object is flat
  return line.substr(0, at - (line[at - 1] == ',')) + line.substr(end);
}

} // namespace

/// A project with a scored run over a JSONL file of CRLF lines without a last line end, and a text file.
class TestExport : public QObject {
  Q_OBJECT

 private slots:
  void init();
  void cleanup() { temporary_.reset(); }

  void every_byte_of_a_kept_line_stays();
  void scored_documents_alone_without_a_filter();
  void a_filter_sees_and_keeps_what_it_names();
  void top_ranks_by_the_runs_number_data();
  void top_ranks_by_the_runs_number();
  void top_counts_within_each_group();
  void other_parameters_change_numbers_filter_and_rank();
  void chosen_fields_keep_their_bytes();
  void csv_has_a_header_and_a_record_a_document();
  void a_key_that_is_there_names_its_line();
  void the_text_and_the_id_are_never_replaced_data();
  void the_text_and_the_id_are_never_replaced();
  void compressed_output_and_its_manifest();
  void a_file_for_each_value_of_a_field();
  void a_split_is_made_again_from_its_manifest();
  void a_split_into_too_many_files_is_refused();
  void names_of_split_files_are_safe_data();
  void names_of_split_files_are_safe();
  void a_preview_shows_what_would_be_written();
  void nasty_lines_come_back_whole_data();
  void nasty_lines_come_back_whole();
  void nothing_is_overwritten_that_matters();
  void an_earlier_export_is_made_again();
  void a_changed_source_is_refused();
  void a_change_beside_the_text_is_refused();
  void a_touched_source_is_taken();
  void bad_lines_that_cannot_hold_a_key();
  void wrong_requests_are_refused_data();
  void wrong_requests_are_refused();
  void stops_when_asked();

 private:
  ExportRequest request(const std::string& out) const {
    ExportRequest request;
    request.run = run_;
    request.out = folder_ / out;
    return request;
  }
  ExportSummary write_out(const ExportRequest& request) {
    Project project = Project::open(folder_ / "t.longview", Project::Mode::read_only);
    return export_rows(request, project, {}, {});
  }
  std::vector<std::string> exported_ids(const ExportRequest& request) {
    write_out(request);
    std::vector<std::string> ids;
    std::ifstream file(request.out);
    for (std::string line; std::getline(file, line);)
      ids.push_back(json::parse(line)["id"]);
    return ids;
  }
  void put_result(Project& project, DocumentId document, std::uint64_t tokens, double strength_far,
                  double strength_near);
  void make_project(const RunSettings& settings);

  std::unique_ptr<QTemporaryDir> temporary_;
  fs::path folder_;
  RunId run_{};
};

void TestExport::init() {
  temporary_ = std::make_unique<QTemporaryDir>();
  folder_ = fs::canonical(temporary_->path().toStdString());
  std::string jsonl;
  for (std::size_t k = 0; k < lines.size(); ++k)
    jsonl += lines[k] + (k + 1 < lines.size() ? "\r\n" : "");
  write(folder_ / "docs.jsonl", jsonl);
  write(folder_ / "note.txt", "A note,\nin \"two\" lines.\n");
  make_project({});
}

void TestExport::make_project(const RunSettings& settings) {
  Project project = Project::open(folder_ / "t.longview", Project::Mode::create);
  const std::vector<SourceFile> files = find_sources({folder_ / "docs.jsonl", folder_ / "note.txt"});
  std::vector<Hash128> hashes;
  for (const SourceFile& file : files)
    hashes.push_back(hash_file(file.path));
  const DatasetId dataset = project.put_dataset("docs", files, hashes);
  RunIdentity identity;
  identity.dataset = dataset;
  identity.settings = to_json(settings);
  identity.model = {1, 2};
  identity.tokenizer = {3, 4};
  run_ = project.put_run(identity, "/models/small.gguf", "Small");
  CorpusReader reader(files, {});
  // Strengths of a far and a near pair: "a" far, "b" near, "c" both, "d" neither, then the note.
  const std::vector<std::pair<double, double>> strengths = {
      {0.5, 0}, {0, 0.5}, {0.625, 0.625}, {0.0625, 0.0625}, {0.5, 0}};
  std::size_t place = 0;
  while (const auto item = reader.next()) {
    if (const auto* bad = std::get_if<BadDocument>(&*item)) {
      ResultRow row;
      row.document = project.put_document(dataset, *bad);
      row.status = Status::bad_input;
      row.reason = bad->reason;
      project.put_result(run_, row, nullptr);
      continue;
    }
    const auto [far, near] = strengths.at(place);
    put_result(project, project.put_document(dataset, std::get<Document>(*item)), 100 * (place + 1), far, near);
    ++place;
  }
  QCOMPARE(place, strengths.size());
}

/// Three segments of perplexity 16; c_2 after c_0 (far) and after c_1 (near).
void TestExport::put_result(Project& project, DocumentId document, std::uint64_t tokens, double strength_far,
                            double strength_near) {
  ResultData data;
  data.bounds = {0, 1, 2, 3};
  data.pairs.perplexity_alone = {16, 16, 16};
  data.pairs.pairs = {{2, 0, 16 * (1 - strength_far)}, {2, 1, 16 * (1 - strength_near)}};
  const RunSettings settings = settings_from_json(project.run(run_).identity.settings);
  const DocumentNumbers numbers = derive_numbers(data.pairs, settings.sampling, settings.parameters);
  ResultRow row;
  row.document = document;
  row.tokens = tokens;
  row.segments = 3;
  row.pair_count = 2;
  row.lds = numbers.lds;
  row.lds_mean = numbers.lds_mean;
  row.lds_error = numbers.lds_error;
  row.strength = numbers.mean_strength;
  row.distance = numbers.mean_distance;
  row.specificity = numbers.mean_specificity;
  project.put_result(run_, row, &data);
}

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

void TestExport::a_key_that_is_there_names_its_line() {
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

void TestExport::the_text_and_the_id_are_never_replaced_data() {
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
void TestExport::the_text_and_the_id_are_never_replaced() {
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

void TestExport::compressed_output_and_its_manifest() {
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

void TestExport::a_file_for_each_value_of_a_field() {
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

void TestExport::a_split_is_made_again_from_its_manifest() {
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

void TestExport::a_split_into_too_many_files_is_refused() {
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

void TestExport::names_of_split_files_are_safe_data() {
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

void TestExport::names_of_split_files_are_safe() {
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

void TestExport::nasty_lines_come_back_whole_data() {
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
void TestExport::nasty_lines_come_back_whole() {
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

void TestExport::nothing_is_overwritten_that_matters() {
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

void TestExport::an_earlier_export_is_made_again() {
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

void TestExport::a_changed_source_is_refused() {
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

void TestExport::a_change_beside_the_text_is_refused() {
  std::string bytes = read(folder_ / "docs.jsonl");
  bytes[bytes.find("\"a\"") + 1] = 'A'; // the id; texts and sizes stay
  write(folder_ / "docs.jsonl", bytes);
  fs::last_write_time(folder_ / "docs.jsonl", fs::file_time_type::clock::now() + std::chrono::hours(1));
  const auto error = error_of([&] { write_out(request("out.jsonl")); });
  QVERIFY(error && error->code() == ErrorCode::conflict);
}

void TestExport::a_touched_source_is_taken() {
  fs::last_write_time(folder_ / "docs.jsonl", fs::file_time_type::clock::now() + std::chrono::hours(1));
  QCOMPARE(exported_ids(request("out.jsonl")).size(), std::size_t{5});
}

void TestExport::bad_lines_that_cannot_hold_a_key() {
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
