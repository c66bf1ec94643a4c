// Fields of the source that a filter or an option names and no document has: most likely typing errors.
#include "known_project_test.h"
#include "run/named_view.h"
#include "support/log_guard.h"

using namespace longview;
using namespace longview::test;

class TestCliFields : public KnownProjectTest {
  Q_OBJECT

 private slots:
  void fields_that_nobody_has_are_told_data();
  void fields_that_nobody_has_are_told();
  void fields_that_one_side_lacks_are_told_of_it();
};

void TestCliFields::fields_that_nobody_has_are_told_data() {
  QTest::addColumn<QString>("words"); // P: a project, OUT: a new file
  QTest::addColumn<QString>("told");
  QTest::addColumn<int>("status");
  const QString near_kind = QStringLiteral(": no document has a number or text in a field kinds; near: kind");
  QTest::newRow("list") << "list P --where lds>0_and_source.kinds='x'"
                        << "filter, character 11" + near_kind << 0;
  QTest::newRow("list, sort") << "list P --sort +source.kinds"
                              << "--sort" + near_kind << 0;
  QTest::newRow("list, view") << "list P --view odd"
                              << "view \"odd\", character 1" + near_kind << 0;
  QTest::newRow("label") << "label P --add x --where source.kinds='x'"
                         << "filter, character 1" + near_kind << 0;
  QTest::newRow("export") << "export P --out OUT --where source.kinds='x'_or_lds>0"
                          << "filter, character 1" + near_kind << 0;
  QTest::newRow("export, group") << "export P --out OUT --top 1 --group kinds"
                                 << "--group" + near_kind << 0;
  QTest::newRow("export, split") << "export P --out OUT --split-by kinds"
                                 << "--split-by" + near_kind << 0;
  QTest::newRow("export, view") << "export P --out OUT --view odd"
                                << "view \"odd\", character 1" + near_kind << 0;
  QTest::newRow("compare") << "compare P P --where not_source.kinds='x'"
                           << "filter, character 5" + near_kind << 0;
  QTest::newRow("compare, column") << "compare P P --column source.kinds"
                                   << "column" + near_kind << 0;
  QTest::newRow("compare, group") << "compare P P --group source.kinds"
                                  << "group" + near_kind << 0;
  QTest::newRow("auc, all") << "auc P --positive source.kinds='x'"
                            << "a: positive, character 1" + near_kind << 2;
  QTest::newRow("auc, negative") << "auc P --positive strength>0.2 --negative strength<0.2_or_source.kinds='y'"
                                 << "a: negative, character 17" + near_kind << 0;
  QTest::newRow("auc, columns") << "auc P --positive strength>0.2 --columns lds,source.kinds"
                                << "a: columns" + near_kind << 0;
}

/// One warning on stderr, and nothing else changes.
void TestCliFields::fields_that_nobody_has_are_told() {
  QFETCH(QString, words);
  QFETCH(QString, told);
  QFETCH(int, status);
  const std::string a = own("a.longview").string();
  make_project(a, own("a.jsonl"), documents);
  NamedView view;
  view.name = "odd";
  view.filter = "source.kinds = null";
  Project::open(a, Project::Mode::read_write).put_view(stored(view));
  std::vector<std::string> arguments;
  for (QString word : words.split(' ')) {
    word.replace('_', ' ').replace(QStringLiteral("OUT"), QString::fromStdString(own("out.jsonl").string()));
    arguments.push_back(word == "P" ? a : word.toStdString());
  }
  const Finished done = longview_cli(arguments);
  COMPARE_STATUS(done, status);
  const std::string line = "longview: warning: " + told.toStdString() + "\n";
  QVERIFY2(done.err.starts_with(line), done.err.c_str());
  const auto lines = std::count(done.err.begin(), done.err.end(), '\n');
  QCOMPARE(static_cast<int>(lines), status == 0 ? 1 : 2);
}

void TestCliFields::fields_that_one_side_lacks_are_told_of_it() {
  const std::string b = own("b.longview").string();
  make_project(b, own("b.jsonl"), {{R"({"id":"b","text":"b","sort":"x"})", 1000, 0.5, 0}});
  const Finished done = longview_cli({"compare", known(), b, "--where", "source.kind = 'x' or lds > 0", "--json"});
  COMPARE_STATUS(done, 0);
  QCOMPARE(done.err, "longview: warning: b: filter, character 1: no document has a number or text in a field kind\n");
  QCOMPARE(done.json()["sides"].size(), 2u);
  const Finished quiet = longview_cli({"compare", known(), b, "--where", "lds > 0"});
  QCOMPARE(quiet.err, "");
}

LONGVIEW_TEST_MAIN(TestCliFields)
#include "tst_cli_fields.moc"
