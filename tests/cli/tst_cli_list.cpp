#include <map>

#include "known_project_test.h"
#include "support/log_guard.h"

using namespace longview;
using namespace longview::test;
using nlohmann::json;

namespace {

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

/// The table as a person, a program and a spreadsheet read it.
class TestCliList : public KnownProjectTest {
  Q_OBJECT

 private slots:
  void list_as_a_table();
  void list_as_jsonl_keeps_every_bit();
  void list_as_csv_holds_the_same();
  void list_sorts_and_filters_data();
  void list_sorts_and_filters();
  void an_older_run_and_another_dataset();
};

void TestCliList::list_as_a_table() {
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

void TestCliList::list_as_jsonl_keeps_every_bit() {
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

void TestCliList::list_as_csv_holds_the_same() {
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

void TestCliList::list_sorts_and_filters_data() {
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
void TestCliList::list_sorts_and_filters() {
  QFETCH(QStringList, options);
  QFETCH(QStringList, ids);
  std::vector<std::string> command = {"list", known(), "--format", "jsonl"};
  for (const QString& option : options)
    command.push_back(option.toStdString());
  const Finished listed = longview_cli(command);
  COMPARE_STATUS(listed, 0);
  QCOMPARE(ids_of(listed), ids);
}

void TestCliList::an_older_run_and_another_dataset() {
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

LONGVIEW_TEST_MAIN(TestCliList)
#include "tst_cli_list.moc"
