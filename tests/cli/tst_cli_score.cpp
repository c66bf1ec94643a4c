#include <cmath>
#include <csignal>
#include <cstring>
#include <fstream>
#include <iterator>

#include <QTemporaryDir>

#include <SQLiteCpp/Column.h>
#include <SQLiteCpp/Database.h>
#include <SQLiteCpp/Statement.h>

#include "base/error.h"
#include "core/scoring/golden.h"
#include "model/default_model.h"
#include "program.h"
#include "store/project.h"
#include "support/log_guard.h"
#include "tiny_model.h"

using namespace longview;
using namespace longview::test;
using nlohmann::json;
namespace fs = std::filesystem;

namespace {

std::string read(const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

void write(const fs::path& path, const std::string& bytes) {
  std::ofstream(path, std::ios::binary) << bytes;
}

/// Words that repeat themselves now and then; other ones for each `seed`.
std::string words(std::size_t bytes, std::uint64_t seed) {
  static const char* const all[] = {"river",   "stone", "harbour", "letter", "winter", "Anna", "the",    "of",
                                    "carried", "saw",   "old",     "never",  "house",  "and",  "before", "again"};
  std::string text;
  std::uint64_t state = seed + 1;
  while (text.size() < bytes) {
    state = state * 6364136223846793005 + 1442695040888963407;
    text += all[state >> 60];
    text += state >> 40 & 7 ? " " : ". ";
  }
  text.resize(bytes);
  return text;
}

/// Documents "d0", "d1", … of so many bytes each.
std::string jsonl_of(std::size_t documents, std::size_t bytes) {
  std::string lines;
  for (std::size_t k = 0; k < documents; ++k)
    lines += json{{"id", "d" + std::to_string(k)}, {"text", words(bytes, k)}}.dump() + "\n";
  return lines;
}

/// One value of a row with its type, so that equal texts mean equal bits.
std::string bits(const SQLite::Column& column) {
  if (column.isNull())
    return "null";
  if (column.isInteger())
    return std::to_string(column.getInt64());
  if (column.isFloat()) {
    std::uint64_t pattern = 0;
    const double value = column.getDouble();
    std::memcpy(&pattern, &value, sizeof pattern);
    return "double " + std::to_string(pattern);
  }
  return (column.isBlob() ? "blob " : "text ") +
         QByteArray(static_cast<const char*>(column.getBlob()), column.getBytes()).toHex().toStdString();
}

/// Every result of a project with its data, read without our own code.
std::vector<std::string> stored_results(const fs::path& project) {
  const SQLite::Database database(project.string(), SQLite::OPEN_READONLY);
  SQLite::Statement query(database,
                          "SELECT d.name, d.byte_offset, d.text_hash, r.status, r.reason, r.tokens, r.tail_tokens, "
                          "r.segments, r.kept, r.pairs, r.lds, r.lds_mean, r.lds_error, r.strength, r.distance, "
                          "r.specificity, x.bounds, x.kept, x.perplexity_alone, x.pairs, x.controls "
                          "FROM result r JOIN document d ON d.id = r.document "
                          "LEFT JOIN result_data x ON x.run = r.run AND x.document = r.document "
                          "ORDER BY d.source, d.byte_offset");
  std::vector<std::string> rows;
  while (query.executeStep()) {
    std::string row;
    for (int k = 0; k < query.getColumnCount(); ++k)
      row += bits(query.getColumn(k)) + ";";
    rows.push_back(row);
  }
  return rows;
}

/// Of documents that are not whole yet: an interrupted program leaves what it had of one.
std::uint64_t partial_pairs(const Project& project, RunId run) {
  std::uint64_t pairs = 0;
  for (int k = 0; k < 64; ++k)
    try {
      if (const auto partial = project.partial(run, project.find_document("d" + std::to_string(k)).id))
        for (const Pair& pair : partial->pairs)
          pairs += std::isfinite(pair.perplexity_after);
    } catch (const Error&) {
      break; // there is no such document, or it was not read yet
    }
  return pairs;
}

/// Pairs that a project holds by now, of finished documents and of unfinished ones; 0 while there is no project.
std::uint64_t stored_pairs(const fs::path& path) {
  try {
    const Project project = Project::open(path, Project::Mode::read_only);
    const std::vector<StoredRun> runs = project.runs();
    if (runs.empty())
      return 0;
    std::uint64_t pairs = 0;
    for (const TableRow& row : project.table(runs.back().id))
      pairs += row.result.pair_count;
    return pairs + partial_pairs(project, runs.back().id);
  } catch (const Error&) {
    return 0; // it is not there yet, or just being made
  }
}

bool is_close(double ours, double theirs, double relative) {
  return std::abs(ours - theirs) <= relative * std::abs(theirs);
}

QString difference(double ours, double theirs) {
  return QString("%1 is not %2").arg(ours, 0, 'g', 10).arg(theirs, 0, 'g', 10);
}

/// The pairs of `show --json`.
DocumentPairs shown_pairs(const json& shown) {
  DocumentPairs document;
  for (const json& alone : shown["perplexity_alone"])
    document.perplexity_alone.push_back(number_or_none(alone));
  for (const json& pair : shown["pairs"])
    document.pairs.push_back({pair[0], pair[1], pair[2]});
  return document;
}

/// Our perplexities, but a pair whose golden strength lies within 2e-4 of the threshold stands on the golden's side of
/// it (tests/reference/README.md).
DocumentPairs on_golden_side(DocumentPairs ours, const json& golden) {
  for (std::size_t k = 0; k < ours.pairs.size(); ++k) {
    Pair& pair = ours.pairs[k];
    const double alone = golden["solo"][pair.i], after = golden["pairs"][k][2];
    const double strength = (alone - after) / alone;
    if (std::abs(strength - 0.1) < 2e-4)
      pair.perplexity_after = ours.perplexity_alone[pair.i] * (1 - strength);
  }
  return ours;
}

} // namespace

/// Scoring on the command line: the default model against the goldens, and a tiny one for everything else.
class TestCliScore : public QObject {
  Q_OBJECT

 private slots:
  void initTestCase();
  void init() { place_ = std::make_unique<QTemporaryDir>(); }
  void cleanup() { place_.reset(); }

  void published_equals_the_golden();
  void longview_equals_the_golden();
  void a_stopped_run_goes_on_to_the_same_bits_data();
  void a_stopped_run_goes_on_to_the_same_bits();
  void nasty_lines_come_out_as_they_went_in();
  void bad_lines_are_named_and_the_rest_is_stored();
  void a_dry_run_writes_nothing();
  void a_finished_score_does_not_open_the_model();
  void a_run_and_a_benchmark_say_where_the_time_went();
  void text_files_and_folders();

 private:
  fs::path own(const std::string& name) const { return fs::canonical(place_->path().toStdString()) / name; }
  fs::path tiny() const { return fs::path(shared_.path().toStdString()) / "tiny.gguf"; }
  /// The command with the tiny model and segments of 8 bytes, which are its tokens, unless `more` says otherwise.
  std::vector<std::string> command(const fs::path& input, const fs::path& project,
                                   const std::vector<std::string>& more) const {
    std::vector<std::string> words = {"score",   input.string(), "--project", project.string(), "--dtype",
                                      "float32", "--device",     "cpu",       "--quiet"};
    words.insert(words.end(), more.begin(), more.end());
    const std::pair<const char*, std::string> otherwise[] = {{"--model", tiny().string()}, {"--segment-length", "8"}};
    for (const auto& [option, value] : otherwise)
      if (std::find(more.begin(), more.end(), option) == more.end())
        words.insert(words.end(), {option, value});
    return words;
  }
  void compare_with_golden(const std::string& project, const json& golden, const std::string& id, Preset preset);
  void compare_tokens_with_golden(const std::string& project, const json& golden, const json& line);
  void stop_when_stored(const std::vector<std::string>& words, const fs::path& project, std::uint64_t pairs,
                        int signal);

  QTemporaryDir shared_;
  std::unique_ptr<QTemporaryDir> place_;
};

void TestCliScore::initTestCase() {
  qputenv("XDG_CACHE_HOME", shared_.path().toLocal8Bit()); // what the program remembers of models and their speed
  write_tiny_model(tiny());
}

/// Where the default model is not installed there is nothing to compare; a build that has to have it says so.
#define NEEDS_DEFAULT_MODEL()                                                                                          \
  do {                                                                                                                 \
    if (!fs::exists(default_model()) && !qEnvironmentVariableIsSet("LONGVIEW_TESTS_REQUIRE_MODEL"))                    \
      QSKIP("the default model is not installed");                                                                     \
  } while (false)

void TestCliScore::compare_with_golden(const std::string& project, const json& golden, const std::string& id,
                                       Preset preset) {
  const Finished call = longview_cli({"show", project, "--document", id, "--json"});
  COMPARE_STATUS(call, 0);
  const json shown = call.json();
  QCOMPARE(shown["tokens"], golden["tokens"]);
  QCOMPARE(shown["kept"], golden["kept"]);
  QCOMPARE(shown["pairs"].size(), golden["pairs"].size());
  if (golden["pairs"].empty()) {
    QCOMPARE(shown["lds"], preset == Preset::published ? json(0.0) : json());
    QCOMPARE(shown["status"], json(preset == Preset::published ? "too_few_pairs" : "too_short"));
    return;
  }
  QCOMPARE(shown["segments"], golden["segments"]);
  QCOMPARE(shown["perplexity_alone"].size(), golden["solo"].size());
  for (std::size_t k = 0; k < golden["solo"].size(); ++k) {
    const json &ours = shown["perplexity_alone"][k], &theirs = golden["solo"][k];
    QCOMPARE(ours.is_null(), theirs.is_null());
    if (!theirs.is_null())
      QVERIFY2(is_close(ours, theirs, 1e-4), qPrintable(difference(ours, theirs)));
  }
  for (std::size_t k = 0; k < golden["pairs"].size(); ++k) {
    const json &ours = shown["pairs"][k], &theirs = golden["pairs"][k];
    QVERIFY(ours[0] == theirs[0] && ours[1] == theirs[1]);
    QVERIFY2(is_close(ours[2], theirs[2], 1e-4), qPrintable(difference(ours[2], theirs[2])));
  }
  SamplingSettings sampling;
  sampling.preset = preset;
  sampling.window = preset == Preset::published ? 2048 : 32768;
  const LiveParameters parameters = default_parameters(preset);
  const DocumentPairs ours = shown_pairs(shown);
  QCOMPARE(shown["lds"].get<double>(), derive(ours, sampling, parameters).lds);
  const DocumentScores scores = derive(on_golden_side(ours, golden), sampling, parameters);
  QVERIFY2(is_close(scores.lds, golden["lds"], 1e-3), qPrintable(difference(scores.lds, golden["lds"])));
  if (preset == Preset::published)
    return;
  QCOMPARE(shown["lds_mean"].get<double>(), derive(ours, sampling, parameters).lds_mean);
  QVERIFY2(is_close(scores.lds_mean, golden["lds_mean"], 1e-3), qPrintable(id.c_str()));
  QVERIFY2(is_close(scores.lds_error, golden["lds_error"], 1e-3), qPrintable(id.c_str()));
}

/// Token by token, and their means are what the run stored.
void TestCliScore::compare_tokens_with_golden(const std::string& project, const json& golden, const json& line) {
  const std::string id = line["id"];
  const json shown = longview_cli({"show", project, "--document", id, "--json"}).json();
  const json& wanted = golden["token_nll"][0];
  const std::uint32_t i = wanted[0], j = wanted[1];
  const Finished call = longview_cli(
      {"show", project, "--document", id, "--pair", std::to_string(i) + "," + std::to_string(j), "--json"});
  COMPARE_STATUS(call, 0);
  const json tokens = call.json()["tokens"];
  QCOMPARE(tokens.size(), wanted[2].size() + 1);
  std::string text;
  double alone = 0, after = 0;
  for (std::size_t t = 0; t < tokens.size(); ++t) {
    text += tokens[t][0].get<std::string>();
    if (t == 0)
      continue;
    for (const std::size_t side : {1, 2})
      QVERIFY(std::abs(tokens[t][side].get<double>() - wanted[side + 1][t - 1].get<double>()) < 1e-4);
    alone += tokens[t][1].get<double>();
    after += tokens[t][2].get<double>();
  }
  QVERIFY2(line["text"].get<std::string>().find(text) != std::string::npos, text.c_str());
  const double scored = static_cast<double>(tokens.size() - 1);
  double stored_after = 0;
  for (const json& pair : shown["pairs"])
    if (pair[0] == i && pair[1] == j)
      stored_after = pair[2];
  QVERIFY(std::abs(alone / scored - std::log(shown["perplexity_alone"][i].get<double>())) < 1e-4);
  QVERIFY(std::abs(after / scored - std::log(stored_after)) < 1e-4);
}

void TestCliScore::published_equals_the_golden() {
  NEEDS_DEFAULT_MODEL();
  const std::string project = own("p.longview").string();
  const std::string documents = reference("documents.jsonl").string();
  const Finished scored = longview_cli({"score", documents, "--project", project, "--preset", "published", "--window",
                                        "2048", "--pairs", "40", "--dtype", "float32", "--device", "cpu", "--json"});
  COMPARE_STATUS(scored, 0);
  QCOMPARE(scored.json()["scored"], json(6));
  QCOMPARE(scored.json()["too_few_pairs"], json(2));
  QCOMPARE(scored.json()["pairs"], json(240));
  const std::vector<json> lines = read_jsonl(documents), goldens = read_jsonl(reference("golden/smollm2.jsonl"));
  QCOMPARE(goldens.size(), lines.size());
  for (std::size_t k = 0; k < lines.size(); ++k)
    compare_with_golden(project, goldens[k], lines[k]["id"], Preset::published);
  for (const std::size_t k : {std::size_t{0}, std::size_t{1}}) // whose characters are bytes
    compare_tokens_with_golden(project, goldens[k], lines[k]);
  const double written_down[] = {29.0213, 29.2808, 33.0908};
  for (std::size_t k = 0; k < std::size(written_down); ++k) {
    const json shown = longview_cli({"show", project, "--document", lines[k]["id"], "--json"}).json();
    QVERIFY2(is_close(shown["lds"], written_down[k], 1e-3), qPrintable(difference(shown["lds"], written_down[k])));
  }
}

/// Drawn by the text alone, so some of the documents, in another order, have the numbers they have among all of them.
void TestCliScore::longview_equals_the_golden() {
  NEEDS_DEFAULT_MODEL();
  const std::string project = own("p.longview").string();
  const std::vector<json> lines = read_jsonl(reference("documents.jsonl"));
  const std::vector<json> goldens = read_jsonl(reference("golden_longview/smollm2.jsonl"));
  const std::size_t chosen[] = {7, 6, 0};
  std::string some;
  for (const std::size_t k : chosen)
    some += lines[k].dump() + "\n";
  write(own("some.jsonl"), some);
  const Finished scored = longview_cli({"score", own("some.jsonl").string(), "--project", project, "--pairs", "40",
                                        "--dtype", "float32", "--device", "cpu", "--json"});
  COMPARE_STATUS(scored, 0);
  QCOMPARE(scored.json()["scored"], json(1));
  QCOMPARE(scored.json()["too_short"], json(2));
  for (const std::size_t k : chosen)
    compare_with_golden(project, goldens[k], lines[k]["id"], Preset::longview);
  VERIFY_CONTAINS(longview_cli({"show", project, "--document", lines[0]["id"]}).out, "mean LDS      0.7566 ± 0.063\n");
}

/// Starts the command, waits until the project holds so many pairs, and sends the signal.
void TestCliScore::stop_when_stored(const std::vector<std::string>& words, const fs::path& project, std::uint64_t pairs,
                                    int signal) {
  Program program(words);
  while (program.running() && stored_pairs(project) < pairs)
    program.wait(5); // or until it ends
  QVERIFY2(program.running(), "it was over before it could be stopped");
  QCOMPARE(::kill(static_cast<pid_t>(program.pid()), signal), 0);
  const Finished stopped = program.finish();
  COMPARE_STATUS(stopped, signal == SIGKILL ? 128 + SIGKILL : 130);
  if (signal != SIGKILL) {
    QVERIFY2(is_one_line(stopped.err), stopped.err.c_str());
    VERIFY_CONTAINS(stopped.err, "the same command goes on");
  }
  const SQLite::Database database(project.string(), SQLite::OPEN_READONLY);
  SQLite::Statement query(database, "SELECT finished FROM run");
  QVERIFY(query.executeStep() && query.getColumn(0).isNull()); // it was in the middle
}

void TestCliScore::a_stopped_run_goes_on_to_the_same_bits_data() {
  QTest::addColumn<int>("documents");
  QTest::addColumn<int>("bytes");
  QTest::addColumn<QStringList>("options");
  QTest::addColumn<int>("signal");
  QTest::addColumn<int>("first"); ///< pairs that are stored when it is stopped
  QTest::addColumn<int>("second");
  const QStringList published = {"--preset", "published", "--window", "480"};
  QTest::newRow("killed") << 20 << 800 << QStringList{} << SIGKILL << 1000 << 5000;
  QTest::newRow("killed, published") << 20 << 800 << published << SIGKILL << 1000 << 5000;
  QTest::newRow("killed within a document") << 1 << 40000 << QStringList{"--pairs", "12000"} << SIGKILL << 1000 << 5000;
  QTest::newRow("interrupted") << 20 << 800 << QStringList{} << SIGINT << 1000 << 5000;
  QTest::newRow("terminated within a document")
      << 1 << 40000 << QStringList{"--pairs", "12000"} << SIGTERM << 1000 << 5000;
  QTest::newRow("killed, default model") << 10 << 1200
                                         << QStringList{"--pairs", "16", "--segment-length", "32", "--model", "default"}
                                         << SIGKILL << 1 << 60;
}
void TestCliScore::a_stopped_run_goes_on_to_the_same_bits() {
  QFETCH(int, documents);
  QFETCH(int, bytes);
  QFETCH(QStringList, options);
  QFETCH(int, signal);
  QFETCH(int, first);
  QFETCH(int, second);
  if (options.contains("--model"))
    NEEDS_DEFAULT_MODEL();
  write(own("d.jsonl"), jsonl_of(static_cast<std::size_t>(documents), static_cast<std::size_t>(bytes)));
  std::vector<std::string> more;
  for (const QString& option : options)
    more.push_back(option == "default" ? default_model().string() : option.toStdString());
  const auto words_for = [&](const fs::path& project) { return command(own("d.jsonl"), project, more); };

  const Finished undisturbed = longview_cli(words_for(own("whole.longview")));
  COMPARE_STATUS(undisturbed, 0);
  const std::vector<std::string> expected = stored_results(own("whole.longview"));
  QCOMPARE(expected.size(), static_cast<std::size_t>(documents));

  const fs::path project = own("stopped.longview");
  stop_when_stored(words_for(project), project, static_cast<std::uint64_t>(first), signal);
  stop_when_stored(words_for(project), project, static_cast<std::uint64_t>(second), signal);
  std::vector<std::string> last = words_for(project);
  last.push_back("--json");
  const std::uint64_t before = stored_pairs(project), all = stored_pairs(own("whole.longview"));
  const Finished finished = longview_cli(last);
  COMPARE_STATUS(finished, 0);
  QVERIFY(before >= static_cast<std::uint64_t>(second));
  QCOMPARE(finished.json()["pairs"].get<std::uint64_t>(), all - before); // what was stored is not scored again
  QCOMPARE(stored_results(project), expected);
}

void TestCliScore::nasty_lines_come_out_as_they_went_in() {
  const std::string text = words(200, 5);
  const std::string lines[] = {
      R"({"id":"a","text":")" + text +
          R"(","meta":{"n":12345678901234567890,"deep":[{"x":[1,2.50,-0.0,1E+2]}, null ]}})",
      R"(  { "text" : ")" + text +
          R"(" , "id":"b"  ,"after":"the \"text\" \\ \/ \b\f\n\r\t","empty":{} , "list":[] }	)",
      R"({"id":"\u0063\ud83d\ude00","text":")" + text +
          R"(\u00e9\u4e2d\ud834\udd1e\u0000 end","é":"中","\u006bey":"v"})",
      R"({"text":"not this one","id":"first id","text":")" + text + R"(","id":"d"})",
      R"({"brace":"}","bracket":"]","text":")" + text +
          R"(}}","tail":"{\"longview\":{\"lds\":1}}","id":12345678901234567890})",
      R"({"nested":{"longview":{"lds":1},"text":"inner"},"text":")" + text + R"("})",
  };
  std::string source;
  for (const std::string& line : lines)
    source += line + "\r\n";
  source.resize(source.size() - 2); // no line end at the end of the file
  write(own("nasty.jsonl"), source);
  const fs::path project = own("p.longview"), out = own("out.jsonl");
  const Finished scored = longview_cli(command(own("nasty.jsonl"), project, {"--pairs", "16", "--json"}));
  COMPARE_STATUS(scored, 0);
  QCOMPARE(scored.json()["scored"], json(std::size(lines)));
  COMPARE_STATUS(longview_cli({"export", project.string(), "--out", out.string(), "--top", "100%"}), 0);

  const QRegularExpression added(R"(,"longview":\{"lds":[^{}]*\})");
  const QStringList exported = QString::fromStdString(read(out)).split('\n');
  QCOMPARE(exported.size(), qsizetype(std::size(lines)) + 1); // every line has an end now
  for (std::size_t k = 0; k < std::size(lines); ++k) {
    QString line = exported[qsizetype(k)];
    auto matches = added.globalMatch(line);
    QVERIFY(matches.hasNext());
    const auto match = matches.next();
    QVERIFY(!matches.hasNext());
    line.remove(match.capturedStart(), match.capturedLength());
    QCOMPARE(line.toStdString(), lines[k] + (k + 1 < std::size(lines) ? "\r" : ""));
    const json object = json::parse(exported[qsizetype(k)].toStdString());
    QVERIFY(object["longview"]["lds"].is_number());
    QCOMPARE(object["longview"]["status"], json("scored"));
  }
  // ids as the lines have them: unescaped, the last of two, a number digit by digit, or the place
  QStringList ids;
  for (const json& row : longview_cli({"list", project.string(), "--format", "jsonl"}).json_lines())
    ids << QString::fromStdString(row["id"]);
  ids.sort();
  QStringList expected = {"12345678901234567890", "a", "b", QString("c") + QString::fromUcs4(U"\U0001F600"), "d",
                          "nasty.jsonl:6"};
  expected.sort();
  QCOMPARE(ids, expected);
}

void TestCliScore::bad_lines_are_named_and_the_rest_is_stored() {
  const std::string good = R"({"id":"good","text":")" + words(200, 1) + "\"}";
  write(own("bad.jsonl"), good + "\n{broken\n" + R"({"id":"no text here","body":"x"})" + "\n" +
                              R"({"id":"half a character","text":"a \ud83d b"})" + "\n\n" + R"(["text"])" + "\n" +
                              R"({"id":"a list","text":[1]})" + "\n" + R"({"id":"last","text":")" + words(200, 2) +
                              "\"}\n");
  const fs::path project = own("p.longview");
  const std::vector<std::string> words = command(own("bad.jsonl"), project, {"--pairs", "16"});
  const Finished scored = longview_cli(words);
  COMPARE_STATUS(scored, 4);
  VERIFY_CONTAINS(scored.out, "2 scored, 5 bad input");
  const QStringList said = QString::fromStdString(scored.err).split('\n', Qt::SkipEmptyParts);
  QCOMPARE(said.size(), 5);
  const int places[] = {2, 3, 4, 6, 7};
  for (qsizetype k = 0; k < said.size(); ++k) {
    QVERIFY2(said[k].startsWith("longview-cli: "), qPrintable(said[k]));
    QVERIFY2(said[k].contains(QString("line %1 of bad.jsonl").arg(places[k])), qPrintable(said[k]));
  }
  QVERIFY2(said[1].contains("\"text\""), qPrintable(said[1])); // names the field that is missing
  QVERIFY2(said[2].contains("surrogate"), qPrintable(said[2]));
  const std::vector<json> rows = longview_cli({"list", project.string(), "--format", "jsonl"}).json_lines();
  QCOMPARE(rows.size(), std::size_t{7});
  QCOMPARE(std::count_if(rows.begin(), rows.end(), [](const json& row) { return row["status"] == "bad_input"; }), 5);
  COMPARE_STATUS(longview_cli({"export", project.string(), "--out", own("out.jsonl").string()}), 0);
  VERIFY_CONTAINS(read(own("out.jsonl")), "\"last\"");
}

void TestCliScore::a_dry_run_writes_nothing() {
  write(own("d.jsonl"), jsonl_of(3, 400) + R"({"id":"short","text":"few"})" + "\n{broken\n");
  const fs::path project = own("p.longview");
  const std::vector<std::string> words = command(own("d.jsonl"), project, {"--pairs", "80", "--json"});
  std::vector<std::string> dry = words;
  dry.push_back("--dry-run");
  const Finished told = longview_cli(dry);
  COMPARE_STATUS(told, 0);
  QCOMPARE(std::distance(fs::directory_iterator(own("")), {}), 1); // the input
  const json forecast = told.json();
  QCOMPARE(forecast["documents"], json(5));
  QCOMPARE(forecast["scorable"], json(3));
  QCOMPARE(forecast["tokens"], json(3 * 400 + 3));
  QCOMPARE(forecast["exact"], json(true));
  QVERIFY(forecast["seconds"].get<double>() > 0 && forecast["pairs_per_s"].get<double>() > 0);
  const Finished scored = longview_cli(words);
  COMPARE_STATUS(scored, 4);
  QCOMPARE(forecast["pairs"], scored.json()["pairs"]);
  QCOMPARE(forecast["pairs"], json(240));
  dry.erase(dry.begin() + 2, dry.begin() + 4); // --project is not needed for it
  COMPARE_STATUS(longview_cli(dry), 0);
}

void TestCliScore::a_finished_score_does_not_open_the_model() {
  write(own("d.jsonl"), jsonl_of(3, 400));
  const std::vector<std::string> words = command(own("d.jsonl"), own("p.longview"), {"--pairs", "80", "--json"});
  const std::vector<std::string> no_engine = {"LONGVIEW_ENGINE=" + own("none.so").string()};
  const Finished impossible = longview_cli(words, no_engine);
  COMPARE_STATUS(impossible, 3);
  QVERIFY2(is_one_line(impossible.err), impossible.err.c_str());
  VERIFY_CONTAINS(impossible.err, own("none.so").string());
  COMPARE_STATUS(longview_cli(words), 0);
  const std::vector<std::string> before = stored_results(own("p.longview"));
  const Finished again = longview_cli(words, no_engine); // which it would need to open a model
  COMPARE_STATUS(again, 0);
  QCOMPARE(again.json()["already_there"], json(3));
  QCOMPARE(again.json()["scored"], json(0));
  QCOMPARE(again.json()["pairs"], json(0));
  QCOMPARE(stored_results(own("p.longview")), before);
}

void TestCliScore::text_files_and_folders() {
  fs::create_directories(own("notes/inner"));
  write(own("notes/a.txt"), words(300, 1));
  write(own("notes/inner/b.txt"), words(300, 2));
  write(own("notes/c.jsonl"), jsonl_of(1, 300));
  write(own("notes/d.png"), "no text");
  const fs::path project = own("p.longview");
  const Finished scored = longview_cli(command(own("notes"), project, {"--pairs", "16", "--embed", "--json"}));
  COMPARE_STATUS(scored, 0);
  QCOMPARE(scored.json()["dataset"], json("notes"));
  QCOMPARE(scored.json()["scored"], json(3));
  COMPARE_STATUS(longview_cli({"export", project.string(), "--out", own("out.jsonl").string()}), 0);
  const std::vector<json> lines = read_jsonl(own("out.jsonl"));
  QCOMPARE(lines.size(), std::size_t{3});
  QCOMPARE(lines[0]["text"].get<std::string>(), words(300, 1));
}

/// The parts lie within the whole, and a stage that must have taken time did.
void TestCliScore::a_run_and_a_benchmark_say_where_the_time_went() {
  const auto check = [](const json& stages, double seconds) {
    double model = 0;
    for (const char* key : {"alone_s", "after_s"}) {
      QVERIFY(stages[key].get<double>() > 0);
      model += stages[key].get<double>();
    }
    QVERIFY(model < seconds);
    QVERIFY(stages["products_s"].get<double>() > 0 && stages["cross_entropy_s"].get<double>() > 0);
    QVERIFY(stages["products_s"].get<double>() + stages["cross_entropy_s"].get<double>() < model);
    for (const char* key : {"reading_s", "tokenizing_s", "planning_s", "storing_s"})
      QVERIFY2(stages[key].get<double>() > 0 && stages[key].get<double>() < seconds, key);
  };
  write(own("a.jsonl"), jsonl_of(2, 4000));
  const Finished scored = longview_cli(command(own("a.jsonl"), own("a.longview"), {"--pairs", "40", "--json"}));
  COMPARE_STATUS(scored, 0);
  check(scored.json()["stages"], scored.json()["seconds"].get<double>());
  QVERIFY(scored.json()["stages"]["loading_s"].get<double>() > 0);
  QVERIFY(scored.json()["memory"]["scoring_peak_bytes"].get<double>() >
          scored.json()["memory"]["before_model_bytes"].get<double>() / 2);
  QCOMPARE(scored.json()["notes"], json::array());

  const std::vector<std::string> words = {"bench",   "--model", tiny().string(), "--segment-length", "8",
                                          "--pairs", "40"};
  const auto with = [&](std::initializer_list<std::string> more) {
    std::vector<std::string> all = words;
    all.insert(all.end(), more);
    return all;
  };
  const Finished bench = longview_cli(with({"--dtype", "float32", "--json"}));
  COMPARE_STATUS(bench, 0);
  const json row = bench.json();
  check(row["run"]["stages"], row["run"]["seconds"].get<double>());
  QCOMPARE(row["run"]["pairs"], json(40));
  QVERIFY(row["pairs_per_s"].get<double>() > 0 && row["solo_per_s"].get<double>() > 0);
  QVERIFY(row["bare_product_flops_per_s"].get<double>() > 1e8);
  QVERIFY(row["share_of_peak"].get<double>() > 0);
  QCOMPARE(row["settings"]["model"], json("tiny.gguf"));
  QVERIFY(!row["machine"].get<std::string>().empty() && !row["commit"].get<std::string>().empty());
  const Finished text = longview_cli(with({"--dtype", "float32,bfloat16"}));
  COMPARE_STATUS(text, 0);
  for (const char* word : {"float32 on cpu", "bfloat16 on cpu", "speed ", "products ", "time ", "memory "})
    VERIFY_CONTAINS(text.out, word);
}

LONGVIEW_TEST_MAIN(TestCliScore)
#include "tst_cli_score.moc"
