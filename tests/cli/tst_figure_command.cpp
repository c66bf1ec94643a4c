// longview --figure as people run it: a process of its own, without a display.
#include <fstream>
#include <iterator>

#include <QImage>
#include <QTemporaryDir>

#include "known_project.h"
#include "program.h"
#include "support/log_guard.h"

using namespace longview;
using namespace longview::test;
namespace fs = std::filesystem;

namespace {

std::string read(const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

} // namespace

class TestFigureCommand : public QObject {
  Q_OBJECT

  QTemporaryDir folder_;

  fs::path path(const char* name) const { return folder_.filePath(QLatin1String(name)).toStdString(); }

  /// longview --figure KIND --document d0 --out OUT … P.longview
  Finished figure(const char* kind, const fs::path& out, std::vector<std::string> more) const {
    std::vector<std::string> arguments{"--figure", kind, "--document", "d0", "--out", out.string()};
    arguments.insert(arguments.end(), more.begin(), more.end());
    arguments.push_back(path("p.longview").string());
    // As after su and in containers: Qt must not tell what it takes in its place.
    return Program(arguments, {"XDG_RUNTIME_DIR=", "TMPDIR=" + folder_.path().toStdString()}, LONGVIEW_GUI_PROGRAM)
        .finish();
  }

 private slots:
  void initTestCase() {
    make_project(path("p.longview"), path("a.jsonl"),
                 {{R"({"id":"d0","text":"one"})", 400, 0.5, 0.25}, {R"({"id":"d1","text":"two"})", 400, 0.25, 0.5}});
  }

  /// In what commands.md says of the window's program, or of the live parameters.
  void every_option_is_in_the_help_page() {
    const QString page = QString::fromStdString(read(LONGVIEW_REFERENCE_DIR "/../../resources/help/commands.md"));
    const QString about =
        page.section("\n## longview\n", 1) + page.section("\nLive parameters, ", 1).section("\n## ", 0, 0);
    const Finished help = Program({"--help"}, {}, LONGVIEW_GUI_PROGRAM).finish();
    auto options = QRegularExpression("^  (--[a-z-]+)", QRegularExpression::MultilineOption)
                       .globalMatch(QString::fromStdString(help.out));
    int found = 0;
    for (; options.hasNext(); ++found) {
      const QString option = options.next().captured(1);
      QVERIFY2(option == "--version" || about.contains(QRegularExpression(option + "(?![a-z-])")), qPrintable(option));
    }
    QVERIFY(found > 20);
  }

  void draws_with_every_option_data() {
    QTest::addColumn<QStringList>("more");
    QTest::newRow("none") << QStringList{};
    QTest::newRow("tokens") << QStringList{"--axes", "tokens"};
    QTest::newRow("strip") << QStringList{"--strip", "contribution"};
    QTest::newRow("without strip") << QStringList{"--strip", "none"};
    QTest::newRow("range") << QStringList{"--range=-0.2,0.6"};
    QTest::newRow("selection") << QStringList{"--selection", "2,0-1"};
    QTest::newRow("fade") << QStringList{"--fade", "--threshold", "0.4"};
    QTest::newRow("gain") << QStringList{"--shows", "gain"};
    QTest::newRow("dark") << QStringList{"--dark"};
  }
  void draws_with_every_option() {
    QFETCH(QStringList, more);
    std::vector<std::string> options{"--size", "600x500"};
    for (const QString& option : more)
      options.push_back(option.toStdString());
    const fs::path out = path("a.png");
    const Finished done = figure("heatmap", out, options);
    COMPARE_STATUS(done, 0);
    QCOMPARE(done.err, std::string());
    const QImage image(QString::fromStdString(out.string()));
    QCOMPARE(image.size(), QSize(1200, 1000));
    static QImage plain;
    if (more.isEmpty())
      plain = image;
    else
      QVERIFY(image != plain); // every option changes something
  }

  void the_dataset_stands_in_the_table() {
    const fs::path out = path("a.tsv");
    COMPARE_STATUS(figure("profile", out, {"--with-dataset"}), 0);
    const std::string table = read(out);
    // (2, 1) is one segment back, 0.25 here and 0.5 there
    VERIFY_CONTAINS(table, "\n1\t1\t1\t1\t1\t0.25\t\t\t2\t0.375\t");
    COMPARE_STATUS(figure("profile", out, {}), 0);
    VERIFY_CONTAINS(read(out), "\n1\t1\t1\t1\t1\t0.25\t\t\t\t\t\t\n");
  }

  void a_selection_is_a_part_of_the_table() {
    const fs::path out = path("b.tsv");
    COMPARE_STATUS(figure("heatmap", out, {"--selection", "2,1"}), 0);
    const std::string table = read(out);
    QCOMPARE(std::count(table.begin(), table.end(), '\n'), 2);
    VERIFY_CONTAINS(table, "\n2\t1\t128\t16\t12\t4\t0.25\t");
  }

  void what_is_wrong_is_one_sentence_data() {
    QTest::addColumn<QStringList>("more");
    QTest::addColumn<QString>("said");
    QTest::newRow("range of one") << QStringList{"--range", "0.5"} << "--range takes two numbers";
    QTest::newRow("range of words") << QStringList{"--range", "low,high"} << "--range takes two numbers";
    QTest::newRow("range backwards") << QStringList{"--range", "0.5,0.1"} << "the first below the second";
    QTest::newRow("range without end") << QStringList{"--range", "0,inf"} << "--range takes two numbers";
    QTest::newRow("selection of rows") << QStringList{"--selection", "2"} << "--selection takes segments";
    QTest::newRow("selection backwards") << QStringList{"--selection", "2-1,0"} << "--selection takes segments";
    QTest::newRow("selection of words") << QStringList{"--selection", "2,x"} << "--selection takes segments";
    QTest::newRow("above the diagonal") << QStringList{"--selection", "0,1-2"} << "holds no pair";
    QTest::newRow("beyond the document") << QStringList{"--selection", "7-9,0"} << "segments 0 to 2";
    QTest::newRow("no controls") << QStringList{"--shows", "nothing"} << "--shows";
    QTest::newRow("axes") << QStringList{"--axes", "words"} << "--axes";
  }
  void what_is_wrong_is_one_sentence() {
    QFETCH(QStringList, more);
    QFETCH(QString, said);
    std::vector<std::string> options;
    for (const QString& option : more)
      options.push_back(option.toStdString());
    const fs::path out = path("wrong.png");
    const Finished done = figure("heatmap", out, options);
    COMPARE_STATUS(done, 2);
    VERIFY_CONTAINS(done.err, said.toStdString());
    QVERIFY(done.err.starts_with("longview: "));
    QCOMPARE(std::count(done.err.begin(), done.err.end(), '\n'), 1);
    QVERIFY(!fs::exists(out));
  }
};

LONGVIEW_TEST_MAIN(TestFigureCommand)
#include "tst_figure_command.moc"
