#include <cmath>
#include <fstream>
#include <iterator>
#include <map>

#include <QTemporaryDir>

#include "base/hash.h"
#include "known_project.h"
#include "program.h"
#include "support/log_guard.h"

using namespace longview;
using namespace longview::test;
using nlohmann::json;
using nlohmann::ordered_json;
namespace fs = std::filesystem;

namespace {

// In source order. By mean LDS: gamma, alpha, beta, delta (0), then what has none.
const std::vector<KnownDocument> documents = {
    {R"({"id":"alpha","text":"zero","title":"The \u0022first\u0022, one","year":1990,"kind":"book"})", 300, 0.5, 0},
    {R"({ "id":"beta", "text":"on\u0065", "year":1985,"kind":"talk" })", 200, 0, 0.5},
    {R"({"text":"two","id":"gamma","big":12345678901234567890,"kind":"book"})", 500, 1.0 / 3, 0.7},
    {R"({"id":"short","text":"three"})", 12, 0, 0, Status::too_short},
    {R"({"id":"bad","text":7})"},
    {R"({"id":"delta","text":"five","kind":"talk"})", 400, 0.0625, 0.03125},
};

std::string read(const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

void write(const fs::path& path, const std::string& bytes) {
  std::ofstream(path, std::ios::binary) << bytes;
}

QStringList ids_of(const Finished& finished) {
  QStringList ids;
  for (const json& row : finished.json_lines())
    ids << QString::fromStdString(row["id"]);
  return ids;
}

/// A number of the project and what stands for it in JSON: the same double, or null.
bool same(const json& value, double number) {
  return std::isfinite(number) ? value.is_number() && value.get<double>() == number : value.is_null();
}

/// Nothing in it could do more to a terminal than print: no control characters but line ends.
bool is_plain(const std::string& text) {
  for (std::size_t k = 0; k < text.size(); ++k) {
    const auto byte = static_cast<unsigned char>(text[k]);
    const bool c1 = byte == 0xC2 && k + 1 < text.size() && static_cast<unsigned char>(text[k + 1]) < 0xA0;
    if ((byte < 0x20 && byte != '\n') || byte == 0x7F || c1)
      return false;
  }
  return true;
}

/// A record of CSV without line ends in its cells.
std::vector<std::string> csv_cells(const std::string& record) {
  std::vector<std::string> cells(1);
  bool quoted = false;
  for (std::size_t k = 0; k < record.size() && record[k] != '\r'; ++k) {
    if (record[k] == '"' && quoted && k + 1 < record.size() && record[k + 1] == '"')
      cells.back() += record[++k];
    else if (record[k] == '"')
      quoted = !quoted;
    else if (record[k] == ',' && !quoted)
      cells.emplace_back();
    else
      cells.back() += record[k];
  }
  return cells;
}

} // namespace

/// The commands that need no model, on projects with known numbers.
class TestCli : public QObject {
  Q_OBJECT

 private slots:
  void initTestCase();
  void init() { place_ = std::make_unique<QTemporaryDir>(); }
  void cleanup() { place_.reset(); }

  void help_teaches_data();
  void help_teaches();
  void says_its_version();
  void without_a_command_it_shows_help();
  void wrong_use_is_one_sentence_data();
  void wrong_use_is_one_sentence();
  void an_ambiguous_name_lists_the_candidates();
  void unreadable_input_data();
  void unreadable_input();
  void a_damaged_project_is_refused();
  void models_that_cannot_be_used();

  void list_as_a_table();
  void list_as_jsonl_keeps_every_bit();
  void list_as_csv_holds_the_same();
  void list_sorts_and_filters_data();
  void list_sorts_and_filters();
  void an_older_run_and_another_dataset();

  void show_as_json_has_the_agreed_keys();
  void show_as_json_of_what_is_not_scored_data();
  void show_as_json_of_what_is_not_scored();
  void show_as_json_of_a_thinned_document();
  void show_as_text();
  void show_as_text_heads_with_the_number_that_ranks();
  void live_parameters_change_what_is_derived_data();
  void live_parameters_change_what_is_derived();
  void live_parameters_by_hand();

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

  void a_closed_pipe_ends_it_quietly();
  void nothing_from_a_file_reaches_the_terminal_raw();

 private:
  std::string known() const { return (folder() / "known.longview").string(); }
  fs::path folder() const { return fs::canonical(shared_.path().toStdString()); }
  /// A place for one test alone.
  fs::path own(const std::string& name) const { return fs::canonical(place_->path().toStdString()) / name; }

  QTemporaryDir shared_;
  std::unique_ptr<QTemporaryDir> place_;
};

void TestCli::initTestCase() {
  make_project(known(), folder() / "known.jsonl", documents);
}

void TestCli::help_teaches_data() {
  QTest::addColumn<QStringList>("arguments");
  QTest::addColumn<QString>("example");
  QTest::newRow("program") << QStringList{"--help"} << "longview-cli score books.jsonl --project books.longview";
  for (const char* command : {"score", "show", "export", "model", "bench"})
    QTest::newRow(command) << QStringList{command, "--help"} << QString("Example: longview-cli %1 ").arg(command);
  QTest::newRow("list") << QStringList{"list", "--help"} << "Example: longview-cli list ";
}
void TestCli::help_teaches() {
  QFETCH(QStringList, arguments);
  QFETCH(QString, example);
  std::vector<std::string> words;
  for (const QString& argument : arguments)
    words.push_back(argument.toStdString());
  const Finished help = longview_cli(words);
  COMPARE_STATUS(help, 0);
  VERIFY_CONTAINS(help.out, example.toStdString());
  VERIFY_CONTAINS(help.out, "--help");
  QCOMPARE(help.err, std::string());
}

void TestCli::says_its_version() {
  const Finished version = longview_cli({"--version"});
  COMPARE_STATUS(version, 0);
  QVERIFY2(QRegularExpression(R"(^longview-cli \d+\.\d+\.\d+ \(\w+\)\n$)")
               .match(QString::fromStdString(version.out))
               .hasMatch(),
           version.out.c_str());
}

void TestCli::without_a_command_it_shows_help() {
  const Finished bare = longview_cli({});
  COMPARE_STATUS(bare, 2);
  VERIFY_CONTAINS(bare.out, "longview-cli score books.jsonl");
}

void TestCli::wrong_use_is_one_sentence_data() {
  QTest::addColumn<QStringList>("arguments");
  QTest::addColumn<QString>("part");
  const QString p = QString::fromStdString(known());
  const QString out = QString::fromStdString((folder() / "never.jsonl").string());
  const auto row = [](const char* name, const QStringList& arguments, const char* part) {
    QTest::newRow(name) << arguments << part;
  };
  row("unknown command", {"frobnicate"}, "frobnicate");
  row("no command", {"--"}, "command");
  row("unknown option", {"list", p, "--frob"}, "--frob");
  row("one argument too many", {"list", p, "another"}, "another");
  row("no project", {"list"}, "project");
  row("no such project", {"list", "/nowhere/none.longview"}, "/nowhere/none.longview: there is no such project");
  row("no such format", {"list", p, "--format", "xml"}, "xml");
  row("limit is no number", {"list", p, "--limit", "some"}, "some");
  row("limit below zero", {"list", p, "--limit", "-1"}, "-1");
  row("limit of score below zero", {"score", "x.jsonl", "--limit", "-1"}, "-1");
  row("seed below zero", {"score", "x.jsonl", "--seed", "-1"}, "-1");
  row("filter that ends", {"list", p, "--where", "tokens >"}, "filter, character 9");
  row("column of a filter", {"list", p, "--where", "tokens > 3 and toknes = 1"}, "filter, character 16");
  row("nearest column", {"list", p, "--where", "toknes > 3"}, "near: tokens");
  row("column to sort by", {"list", p, "--sort", "nope"}, "nope");
  row("filter of an export", {"export", p, "--out", out, "--where", "lds >> 1"}, "filter, character 6");
  row("top", {"export", p, "--out", out, "--top", "5x"}, "'5x' is no amount");
  row("top of more than all", {"export", p, "--out", out, "--top", "150%"}, "150%");
  row("unknown score", {"export", p, "--out", out, "--scores", "perplexity"}, "perplexity");
  row("export to nowhere", {"export", p}, "--out");
  row("unknown document", {"show", p, "--document", "alpa"}, "near: alpha");
  row("unknown run", {"list", p, "--run", "7"}, "there is no run 7; there are: 1");
  row("unknown dataset", {"list", p, "--dataset", "q"}, "there are: known");
  row("threshold is no number", {"list", p, "--threshold", "abc"}, "abc");
  row("threshold is not finite", {"list", p, "--threshold", "nan"}, "finite");
  row("unknown word", {"list", p, "--score", "median"}, "median");
  row("unknown preset", {"score", "x.jsonl", "--project", out, "--preset", "best"}, "best");
  row("score without a project", {"score", p}, "--project is required");
  row("no input", {"score", "/nowhere/none.jsonl", "--project", out, "--quiet"}, "/nowhere/none.jsonl");
  row("pairs", {"score", p, "--project", out, "--pairs", "0"}, "--pairs takes a number above 0");
  row("memory", {"score", p, "--project", out, "--memory", "12Q"}, "12Q");
  row("type", {"score", p, "--project", out, "--dtype", "float8"}, "float8");
}
void TestCli::wrong_use_is_one_sentence() {
  QFETCH(QStringList, arguments);
  QFETCH(QString, part);
  std::vector<std::string> words;
  for (const QString& argument : arguments)
    words.push_back(argument.toStdString());
  const Finished wrong = longview_cli(words);
  COMPARE_STATUS(wrong, 2);
  VERIFY_CONTAINS(wrong.err, part.toStdString());
  QVERIFY2(is_one_line(wrong.err), wrong.err.c_str());
  QCOMPARE(wrong.out, std::string());
  QVERIFY(!fs::exists(folder() / "never.jsonl"));
}

void TestCli::an_ambiguous_name_lists_the_candidates() {
  const fs::path project = own("twins.longview");
  make_project(project, own("twins.jsonl"),
               {{R"({"id":"twin","text":"a"})", 100, 0.5, 0},
                {R"({"id":"other","text":"b"})", 100, 0.5, 0},
                {R"({"id":"twin","text":"c"})", 900, 0.5, 0}});
  const Finished both = longview_cli({"show", project.string(), "--document", "twin", "--json"});
  COMPARE_STATUS(both, 2);
  QVERIFY2(is_one_line(both.err), both.err.c_str());
  VERIFY_CONTAINS(both.err, "twins.jsonl:1");
  VERIFY_CONTAINS(both.err, "twins.jsonl:3");
  // the number it tells names one of them
  const auto number = QRegularExpression(R"((#\d+) \([^)]*twins\.jsonl:3)").match(QString::fromStdString(both.err));
  QVERIFY2(number.hasMatch(), both.err.c_str());
  const Finished one =
      longview_cli({"show", project.string(), "--document", number.captured(1).toStdString(), "--json"});
  COMPARE_STATUS(one, 0);
  QCOMPARE(one.json()["tokens"].get<int>(), 900);
}

void TestCli::unreadable_input_data() {
  QTest::addColumn<QByteArray>("bytes");
  QTest::addColumn<QString>("part");
  QTest::newRow("one line of text") << QByteArray("just text\n") << "is not a Longview project";
  QTest::newRow("much text") << QByteArray("just text\n").repeated(1000) << "is not a Longview project";
  QTest::newRow("nothing") << QByteArray() << "empty";
  QTest::newRow("a header alone") << QByteArray("SQLite format 3\0", 16) + QByteArray(4080, '\xff') << "project";
}
void TestCli::unreadable_input() {
  QFETCH(QByteArray, bytes);
  QFETCH(QString, part);
  const fs::path file = own("p.longview");
  write(file, bytes.toStdString());
  const std::vector<std::vector<std::string>> commands = {{"list", file.string()},
                                                          {"show", file.string(), "--document", "a"},
                                                          {"export", file.string(), "--out", own("o.jsonl").string()}};
  for (const std::vector<std::string>& command : commands) {
    const Finished refused = longview_cli(command);
    COMPARE_STATUS(refused, 3);
    QVERIFY2(is_one_line(refused.err), refused.err.c_str());
    VERIFY_CONTAINS(refused.err, file.string() + ": ");
    VERIFY_CONTAINS(refused.err, part.toStdString());
    QCOMPARE(refused.out, std::string());
  }
  QCOMPARE(read(file), bytes.toStdString()); // and left as it is
}

void TestCli::a_damaged_project_is_refused() {
  const fs::path file = own("p.longview");
  std::vector<KnownDocument> many;
  for (int k = 0; k < 300; ++k)
    many.push_back({R"({"id":"d)" + std::to_string(k) + R"(","text":"t"})", 300, 0.5, 0});
  make_project(file, own("d.jsonl"), many);
  std::string bytes = read(file);
  QVERIFY(bytes.size() > 65536);
  for (std::size_t k = 8192; k < bytes.size(); ++k) // everything behind the first pages
    bytes[k] = static_cast<char>(k * 37);
  write(file, bytes);
  const Finished refused = longview_cli({"list", file.string()});
  COMPARE_STATUS(refused, 3);
  QVERIFY2(is_one_line(refused.err), refused.err.c_str());
  VERIFY_CONTAINS(refused.err, file.string() + ": ");
  QCOMPARE(refused.out, std::string());
}

void TestCli::models_that_cannot_be_used() {
  const std::string missing = own("none.gguf").string();
  const Finished nothing = longview_cli({"model", missing});
  COMPARE_STATUS(nothing, 2);
  QVERIFY2(is_one_line(nothing.err), nothing.err.c_str());
  VERIFY_CONTAINS(nothing.err, missing);
  QCOMPARE(nothing.out, std::string());

  write(own("text.gguf"), "no model at all\n");
  const Finished text = longview_cli({"model", own("text.gguf").string()});
  COMPARE_STATUS(text, 3);
  QVERIFY2(is_one_line(text.err), text.err.c_str());
  VERIFY_CONTAINS(text.err, own("text.gguf").string() + ": is not a GGUF file");
  const Finished as_json = longview_cli({"model", own("text.gguf").string(), "--json"});
  COMPARE_STATUS(as_json, 3);
  VERIFY_CONTAINS(as_json.json()["problem"].get<std::string>(), "is not a GGUF file");

  write(own("d.jsonl"), R"({"text":"some"})"
                        "\n");
  const Finished score = longview_cli(
      {"score", own("d.jsonl").string(), "--project", own("p.longview").string(), "--model", missing, "--quiet"});
  COMPARE_STATUS(score, 2);
  QVERIFY2(is_one_line(score.err), score.err.c_str());
  VERIFY_CONTAINS(score.err, missing);
  QVERIFY(!fs::exists(own("p.longview")));
}

void TestCli::list_as_a_table() {
  const Finished table = longview_cli({"list", known()});
  COMPARE_STATUS(table, 0);
  const std::vector<std::string> lines = table.lines();
  QCOMPARE(lines.size(), std::size_t{7});
  QStringList names;
  for (const std::string& line : lines)
    names << QString::fromStdString(line).section(' ', 0, 0);
  QCOMPARE(names, (QStringList{"document", "gamma", "alpha", "beta", "delta", "short", "bad"}));
  for (const std::string& line : lines)
    QCOMPARE(line.size(), lines.front().size()); // columns stand below each other
  const QStringList alpha = QString::fromStdString(lines[2]).simplified().split(' ');
  QCOMPARE(alpha, (QStringList{"alpha", "0.747", "-", "1.49", "0.250", "300", "3", "2", "scored"}));
  VERIFY_CONTAINS(lines[6], "bad_input");
  // three digits, and all of those before the point: alpha's pairs have the strengths 0.5 and 0, of which one counts
  const auto mean = [this](const char* weight) {
    const Finished listed = longview_cli({"list", known(), "--alpha", weight, "--beta", "0", "--specificity", "off"});
    return QString::fromStdString(listed.lines()[2]).simplified().section(' ', 0, 1);
  };
  QCOMPARE(mean("40"), QStringLiteral("alpha 10.0"));
  QCOMPARE(mean("488"), QStringLiteral("alpha 122"));
  QCOMPARE(mean("4936"), QStringLiteral("alpha 1234"));
}

void TestCli::list_as_jsonl_keeps_every_bit() {
  const Finished listed = longview_cli({"list", known(), "--format", "jsonl"});
  COMPARE_STATUS(listed, 0);
  const Project project = Project::open(known(), Project::Mode::read_only);
  std::map<std::string, ResultRow> rows;
  for (const TableRow& row : project.table(project.runs().front().id))
    rows[row.document.name] = row.result;
  QCOMPARE(rows.size(), documents.size());
  const std::vector<json> found = listed.json_lines();
  QCOMPARE(found.size(), documents.size());
  for (const json& one : found) {
    const ResultRow& row = rows.at(one["id"]);
    QVERIFY(same(one["lds"], row.lds));
    QVERIFY(same(one["lds_mean"], row.lds_mean));
    QVERIFY(same(one["lds_error"], row.lds_error));
    QVERIFY(same(one["strength"], row.strength));
    QVERIFY(same(one["distance"], row.distance));
    QVERIFY(same(one["specificity"], row.specificity));
    QCOMPARE(one["tokens"].get<std::uint64_t>(), row.tokens);
    QCOMPARE(one["segments"].get<std::uint64_t>(), row.segments);
    QCOMPARE(one["pairs"].get<std::uint64_t>(), row.pair_count);
    QCOMPARE(one["status"].get<std::string>(), std::string(name(row.status)));
    QCOMPARE(one["reason"].get<std::string>(), row.reason);
    QCOMPARE(one["dataset"].get<std::string>(), std::string("known"));
  }
  QCOMPARE(found[1]["title"].get<std::string>(), std::string("The \"first\", one"));
  QVERIFY(!rows.at("bad").reason.empty());
}

void TestCli::list_as_csv_holds_the_same() {
  const Finished listed = longview_cli({"list", known(), "--format", "csv"});
  COMPARE_STATUS(listed, 0);
  const std::vector<json> expected = longview_cli({"list", known(), "--format", "jsonl"}).json_lines();
  const std::vector<std::string> lines = listed.lines();
  QCOMPARE(lines.size(), expected.size() + 1);
  const std::vector<std::string> columns = csv_cells(lines.front());
  QCOMPARE(columns.size(), expected.front().size());
  for (std::size_t k = 0; k < expected.size(); ++k) {
    const std::vector<std::string> cells = csv_cells(lines[k + 1]);
    QCOMPARE(cells.size(), columns.size());
    for (std::size_t c = 0; c < columns.size(); ++c) {
      const json& value = expected[k].at(columns[c]);
      if (value.is_number())
        QCOMPARE(json::parse(cells[c]).get<double>(), value.get<double>());
      else
        QCOMPARE(cells[c], value.is_null() ? std::string() : value.get<std::string>());
    }
  }
}

void TestCli::list_sorts_and_filters_data() {
  QTest::addColumn<QStringList>("options");
  QTest::addColumn<QStringList>("ids");
  const auto row = [](const char* name, const QStringList& options, const QStringList& ids) {
    QTest::newRow(name) << options << ids;
  };
  row("the best first", {}, {"gamma", "alpha", "beta", "delta", "short", "bad"});
  row("no number comes last both ways", {"--sort", "+lds"}, {"delta", "beta", "alpha", "gamma", "short", "bad"});
  row("ascending", {"--sort", "lds", "--ascending"}, {"delta", "beta", "alpha", "gamma", "short", "bad"});
  row("tokens", {"--sort", "tokens"}, {"gamma", "delta", "alpha", "beta", "short", "bad"});
  row("tokens, least first", {"--sort", "+tokens"}, {"short", "beta", "alpha", "delta", "gamma", "bad"});
  row("names", {"--sort", "+id"}, {"alpha", "bad", "beta", "delta", "gamma", "short"});
  row("distance: ties in source order", {"--sort", "distance"}, {"alpha", "beta", "gamma", "delta", "short", "bad"});
  row("strength", {"--sort", "-strength"}, {"gamma", "alpha", "beta", "delta", "short", "bad"});
  row("a source field", {"--sort", "+source.year"}, {"beta", "alpha", "gamma", "short", "bad", "delta"});
  row("title", {"--sort", "title"}, {"alpha", "beta", "gamma", "short", "bad", "delta"});
  row("limit", {"--limit", "2"}, {"gamma", "alpha"});
  row("limit above all", {"--limit", "100"}, {"gamma", "alpha", "beta", "delta", "short", "bad"});
  row("where", {"--where", "tokens >= 300 and tokens < 0.5k"}, {"alpha", "delta"});
  row("where, sort and limit", {"--where", "status = 'scored'", "--sort", "+tokens", "--limit", "3"},
      {"beta", "alpha", "delta"});
  row("where on a source field", {"--where", "source.kind = \"talk\""}, {"beta", "delta"});
  row("where null", {"--where", "lds = null"}, {"short", "bad"});
  row("where nothing", {"--where", "tokens > 1M"}, {});
  row("where sees live parameters", {"--where", "lds > 0", "--threshold", "0"}, {"gamma", "alpha", "beta", "delta"});
  row("where without them", {"--where", "lds > 0"}, {"gamma", "alpha", "beta"});
  // strengths 0.25 of both, but alpha's pair lies further: without distance the order of the source
  row("sort follows live parameters", {"--beta", "0", "--alpha", "-1", "--specificity", "off", "--limit", "4"},
      {"delta", "alpha", "beta", "gamma"});
}
void TestCli::list_sorts_and_filters() {
  QFETCH(QStringList, options);
  QFETCH(QStringList, ids);
  std::vector<std::string> command = {"list", known(), "--format", "jsonl"};
  for (const QString& option : options)
    command.push_back(option.toStdString());
  const Finished listed = longview_cli(command);
  COMPARE_STATUS(listed, 0);
  QCOMPARE(ids_of(listed), ids);
}

void TestCli::an_older_run_and_another_dataset() {
  const std::string project = own("two.longview").string();
  RunSettings settings;
  make_project(project, own("first.jsonl"), {{R"({"id":"one","text":"a"})", 100, 0.5, 0}});
  make_project(project, own("second.jsonl"), {{R"({"id":"two","text":"b"})", 100, 0.5, 0}});
  settings.sampling.seed = 12;
  make_project(project, own("second.jsonl"), {{R"({"id":"two","text":"b"})", 100, 0.25, 0}}, settings);
  const auto list = [&](std::vector<std::string> options) {
    options.insert(options.begin(), {"list", project, "--format", "jsonl"});
    return longview_cli(options);
  };
  QCOMPARE(list({}).json_lines()[0]["strength"].get<double>(), 0.125); // the newest
  QCOMPARE(list({"--run", "2"}).json_lines()[0]["strength"].get<double>(), 0.25);
  QCOMPARE(ids_of(list({"--run", "2"})), QStringList{"two"});
  QCOMPARE(ids_of(list({"--dataset", "first"})), QStringList{"one"});
  COMPARE_STATUS(list({"--dataset", "first", "--run", "2"}), 2);
}

void TestCli::show_as_json_has_the_agreed_keys() {
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

void TestCli::show_as_json_of_what_is_not_scored_data() {
  QTest::addColumn<int>("status");
  QTest::addColumn<QString>("lds");
  QTest::newRow("too_short") << int(Status::too_short) << "null";
  QTest::newRow("too_few_pairs") << int(Status::too_few_pairs) << "0.0"; // as the released program has it
  QTest::newRow("failed") << int(Status::failed) << "null";
}
void TestCli::show_as_json_of_what_is_not_scored() {
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

void TestCli::show_as_json_of_a_thinned_document() {
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

void TestCli::show_as_text() {
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

void TestCli::show_as_text_heads_with_the_number_that_ranks() {
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

void TestCli::live_parameters_change_what_is_derived_data() {
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
void TestCli::live_parameters_change_what_is_derived() {
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
void TestCli::live_parameters_by_hand() {
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

void TestCli::export_adds_one_key_and_keeps_every_byte() {
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

void TestCli::export_keeps_the_best_data() {
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
void TestCli::export_keeps_the_best() {
  QFETCH(QStringList, options);
  QFETCH(QStringList, ids);
  const fs::path out = own("out.jsonl");
  std::vector<std::string> command = {"export", known(), "--out", out.string()};
  for (const QString& option : options)
    command.push_back(option.toStdString());
  COMPARE_STATUS(longview_cli(command), 0);
  Finished written;
  written.out = read(out);
  QCOMPARE(ids_of(written), ids);
}

void TestCli::export_of_chosen_fields_and_scores() {
  const fs::path out = own("out.jsonl");
  COMPARE_STATUS(longview_cli({"export", known(), "--out", out.string(), "--fields", "id,big", "--scores",
                               "tokens,status", "--key", "score", "--where", "tokens >= 400"}),
                 0);
  QCOMPARE(
      read(out),
      std::string("{\"id\":\"gamma\",\"big\":12345678901234567890,\"score\":{\"tokens\":500,\"status\":\"scored\"}}\n"
                  "{\"id\":\"delta\",\"score\":{\"tokens\":400,\"status\":\"scored\"}}\n"));
}

void TestCli::export_as_csv() {
  const fs::path out = own("out.csv");
  COMPARE_STATUS(longview_cli({"export", known(), "--out", out.string(), "--format", "csv", "--fields", "id,title,year",
                               "--scores", "tokens,lds_error", "--where", "tokens <= 300"}),
                 0);
  QCOMPARE(read(out), std::string("id,title,year,tokens,lds_error\r\n"
                                  "alpha,\"The \"\"first\"\", one\",1990,300,\r\n"
                                  "beta,,1985,200,\r\n"
                                  "short,,,12,\r\n"));
}

void TestCli::export_compresses_data() {
  QTest::addColumn<QString>("name");
  QTest::addColumn<QByteArray>("magic");
  QTest::newRow("gzip") << "out.jsonl.gz" << QByteArray("\x1f\x8b");
  QTest::newRow("zstd") << "out.jsonl.zst" << QByteArray("\x28\xb5\x2f\xfd");
}
void TestCli::export_compresses() {
  QFETCH(QString, name);
  QFETCH(QByteArray, magic);
  const fs::path plain = own("out.jsonl"), packed = own(name.toStdString());
  COMPARE_STATUS(longview_cli({"export", known(), "--out", plain.string()}), 0);
  COMPARE_STATUS(longview_cli({"export", known(), "--out", packed.string()}), 0);
  QVERIFY(read(packed).starts_with(magic.toStdString()));
  // as a source it holds what the plain one holds
  const std::vector<SourceFile> files = find_sources({packed});
  SourceText text(files.front());
  QCOMPARE(text.raw({0, 0, fs::file_size(plain), 1}), read(plain));
  const json manifest = json::parse(read(packed.string() + ".manifest.json"));
  QCOMPARE(manifest["output"]["xxh3_128"].get<std::string>(), hash_file(packed).hex());
}

void TestCli::export_does_not_replace_what_is_there() {
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
  QCOMPARE(read(out), std::string("{\"id\":\"delta\",\"text\":\"five\",\"kind\":{\"tokens\":400}}\n"));

  COMPARE_STATUS(written({}), 0); // an export that nobody touched is made again
  const std::string exported = read(out);
  write(out, "something of my own\n");
  const Finished kept = written({});
  COMPARE_STATUS(kept, 2);
  QVERIFY2(is_one_line(kept.err), kept.err.c_str());
  VERIFY_CONTAINS(kept.err, "--force");
  QCOMPARE(read(out), std::string("something of my own\n"));
  COMPARE_STATUS(written({"--force"}), 0);
  QCOMPARE(read(out), exported);
}

void TestCli::export_of_a_text_file() {
  const std::string text = "A note,\nin \"two\" lines\tand é.\n";
  const std::string project = own("p.longview").string();
  make_text_project(project, own("note.txt"), text);
  const fs::path out = own("out.jsonl");
  COMPARE_STATUS(longview_cli({"export", project, "--out", out.string()}), 0);
  const ordered_json line = ordered_json::parse(read(out));
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

void TestCli::the_manifest_tells_how_it_was_made() {
  const fs::path out = own("out.jsonl"), beside = own("made.json");
  const Finished done = longview_cli({"export", known(), "--out", out.string(), "--manifest", beside.string(),
                                      "--where", "tokens > 100", "--top", "50%", "--threshold", "0.05"});
  COMPARE_STATUS(done, 0);
  VERIFY_CONTAINS(done.out, beside.string());
  QVERIFY(!fs::exists(out.string() + ".manifest.json"));
  const json manifest = json::parse(read(beside));
  QCOMPARE(manifest["output"]["xxh3_128"].get<std::string>(), hash128(read(out)).hex());
  QCOMPARE(manifest["output"]["bytes"].get<std::uintmax_t>(), fs::file_size(out));
  QCOMPARE(manifest["selection"]["where"], json("tokens > 100"));
  QCOMPARE(manifest["selection"]["top"], json("50%"));
  QCOMPARE(manifest["selection"]["documents"], json(2));
  QCOMPARE(manifest["parameters"]["threshold"], json(0.05));
  QCOMPARE(manifest["run"]["settings"]["threshold"], json(0.1));
  QCOMPARE(manifest["dataset"]["files"][0]["xxh3_128"].get<std::string>(),
           hash128(read(folder() / "known.jsonl")).hex());
}

/// Also where whoever started it ignores SIGPIPE, as Python does: more than a pipe holds is written.
void TestCli::a_closed_pipe_ends_it_quietly() {
  const fs::path project = own("many.longview");
  std::vector<KnownDocument> many;
  for (int k = 0; k < 1000; ++k)
    many.push_back({R"({"id":"document number )" + std::to_string(k) + R"(","text":"t"})", 300, 0.5, 0});
  make_project(project, own("many.jsonl"), many);
  for (const std::string format : {"jsonl", "csv", "table"}) {
    const std::string script =
        "trap '' PIPE; { \"$0\" list \"$1\" --format " + format + "; echo \"ended with $?\" >&2; } | head -n 1";
    const Finished piped = Program({"-c", script, LONGVIEW_CLI, project.string()}, {}, "/bin/sh").finish();
    QCOMPARE(piped.lines().size(), std::size_t{1});
    QCOMPARE(piped.err, std::string("ended with 141\n")); // by the signal, without a word
  }
}

void TestCli::nothing_from_a_file_reaches_the_terminal_raw() {
  const std::string project = own("p.longview").string();
  const std::string escapes = R"(\u001b[2J\u0007\r\n\t\u009b31mred\u007f\u202e)";
  const std::string id = json::parse("\"" + escapes + "\"");
  make_project(project, own("d.jsonl"),
               {{R"({"id":")" + escapes + R"(","text":"a","title":"title )" + escapes + R"("})", 300, 0.5, 0},
                {R"({"id":")" + escapes + R"(","text":"b"})", 300, 0.5, 0},
                {R"({"id":"x)" + escapes + R"(","text":"c","title":"title )" + escapes + R"("})", 300, 0.5, 0}});
  const Finished table = longview_cli({"list", project});
  COMPARE_STATUS(table, 0);
  QVERIFY2(is_plain(table.out), table.out.c_str());
  QCOMPARE(table.lines().size(), std::size_t{4});
  const Finished text = longview_cli({"show", project, "--document", "x" + id});
  COMPARE_STATUS(text, 0);
  QVERIFY2(is_plain(text.out), text.out.c_str());
  VERIFY_CONTAINS(text.out, "title ");
  for (const std::string& wanted : {id, "y" + id}) { // ambiguous; unknown, with nearest names
    const Finished refused = longview_cli({"show", project, "--document", wanted});
    COMPARE_STATUS(refused, 2);
    QVERIFY2(is_plain(refused.err) && is_one_line(refused.err), refused.err.c_str());
  }
  const Finished where = longview_cli({"list", project, "--where", "\x1b[2J = 3"});
  COMPARE_STATUS(where, 2);
  QVERIFY2(is_plain(where.err), where.err.c_str());
  const Finished option = longview_cli({"list", project, "--\x1b[2J"});
  COMPARE_STATUS(option, 2);
  QVERIFY2(is_plain(option.err), option.err.c_str());
  // JSON carries the very name
  QCOMPARE(longview_cli({"list", project, "--format", "jsonl"}).json_lines()[0]["id"].get<std::string>(), id);
  // and a name in an export's message
  const Finished clash = longview_cli({"export", project, "--out", own("a\x1b[2J.jsonl").string(), "--key", "id"});
  COMPARE_STATUS(clash, 2);
  QVERIFY2(is_plain(clash.err), clash.err.c_str());
  const Finished done = longview_cli({"export", project, "--out", own("a\x1b[2J.jsonl").string()});
  COMPARE_STATUS(done, 0);
  QVERIFY2(is_plain(done.out), done.out.c_str());
}

LONGVIEW_TEST_MAIN(TestCli)
#include "tst_cli.moc"
