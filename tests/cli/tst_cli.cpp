#include "known_project_test.h"
#include "support/log_guard.h"

using namespace longview;
using namespace longview::test;
using nlohmann::json;
namespace fs = std::filesystem;

namespace {

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

QString help_page(const char* name) {
  QFile file(QStringLiteral(LONGVIEW_REFERENCE_DIR "/../../resources/help/") + name);
  return file.open(QIODevice::ReadOnly) ? QString::fromUtf8(file.readAll()) : QString();
}

/// Of commands.md: the section whose title has the command, and of "Which run" what begins with a list that has it.
QString about_command(const QString& page, const QString& command) {
  QString about;
  for (const QString& section : page.split("\n## ")) {
    const QString title = section.section('\n', 0, 0);
    if (title.split(", ").contains(command))
      about += section;
    if (title != "Which run")
      continue;
    QString part;
    for (const QString& paragraph : section.split("\n\n")) {
      if (paragraph.startsWith("Of ") || paragraph.startsWith("Live parameters"))
        part = paragraph;
      if (part.contains('`' + command + '`'))
        about += paragraph;
    }
  }
  return about;
}

/// Of architecture.md: the lines of the command, and the one of those that several commands take.
QString command_lines(const QString& page, const QString& command) {
  QString lines;
  bool own = false;
  for (const QString& line : page.section("\n## 9. Commands", 1).split('\n')) {
    if (!line.startsWith("          ")) // or it goes on
      own = line.startsWith("    longview-cli " + command + ' ');
    const bool of_several = line.contains(" also take ") && line.section(" also take ", 0, 0).contains(command);
    if (own || of_several)
      lines += line + '\n';
  }
  return lines;
}

} // namespace

/// Help, wrong use and unreadable input of the commands that need no model.
class TestCli : public KnownProjectTest {
  Q_OBJECT

 private slots:
  void help_teaches_data();
  void help_teaches();
  void every_option_is_in_the_help_pages_data();
  void every_option_is_in_the_help_pages();
  void says_its_version();
  void without_a_command_it_shows_help();
  void wrong_use_is_one_sentence_data();
  void wrong_use_is_one_sentence();
  void an_ambiguous_name_lists_the_candidates();
  void unreadable_input_data();
  void unreadable_input();
  void a_damaged_project_is_refused();
  void models_that_cannot_be_used();
  void a_closed_pipe_ends_it_quietly();
  void nothing_from_a_file_reaches_the_terminal_raw();
};

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

void TestCli::every_option_is_in_the_help_pages_data() {
  QTest::addColumn<QString>("command");
  const QString help = QString::fromStdString(longview_cli({"--help"}).out);
  auto names = QRegularExpression("^  ([a-z-]+) {2,}", QRegularExpression::MultilineOption)
                   .globalMatch(help.mid(help.indexOf("\nSubcommands:")));
  while (names.hasNext()) {
    const QString name = names.next().captured(1);
    QTest::newRow(qPrintable(name)) << name;
  }
}

/// In commands.md where it tells of the command, or of what several take ("Of `list`, `show` …"); in architecture.md on
/// the lines of the command, or in the line on what several take.
void TestCli::every_option_is_in_the_help_pages() {
  QFETCH(QString, command);
  const QString own = about_command(help_page("commands.md"), command);
  const QString contract = command_lines(help_page("architecture.md"), command);
  auto options = QRegularExpression("^  (?:-\\w,)?(--[a-z-]+)", QRegularExpression::MultilineOption)
                     .globalMatch(QString::fromStdString(longview_cli({command.toStdString(), "--help"}).out));
  int found = 0;
  while (options.hasNext()) {
    const QString option = options.next().captured(1);
    if (option == "--help")
      continue;
    const QRegularExpression whole(option + "(?![a-z-])");
    QVERIFY2(own.contains(whole), qPrintable("commands.md does not tell of " + option));
    QVERIFY2(contract.contains(whole), qPrintable("architecture.md does not tell of " + option));
    ++found;
  }
  QVERIFY(found > 0);
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
  write_file(file, bytes.toStdString());
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
  QCOMPARE(read_file(file), bytes.toStdString()); // and left as it is
}

void TestCli::a_damaged_project_is_refused() {
  const fs::path file = own("p.longview");
  std::vector<KnownDocument> many;
  for (int k = 0; k < 300; ++k)
    many.push_back({R"({"id":"d)" + std::to_string(k) + R"(","text":"t"})", 300, 0.5, 0});
  make_project(file, own("d.jsonl"), many);
  std::string bytes = read_file(file);
  QVERIFY(bytes.size() > 65536);
  for (std::size_t k = 8192; k < bytes.size(); ++k) // everything behind the first pages
    bytes[k] = static_cast<char>(k * 37);
  write_file(file, bytes);
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

  write_file(own("text.gguf"), "no model at all\n");
  const Finished text = longview_cli({"model", own("text.gguf").string()});
  COMPARE_STATUS(text, 3);
  QVERIFY2(is_one_line(text.err), text.err.c_str());
  VERIFY_CONTAINS(text.err, own("text.gguf").string() + ": is not a GGUF file");
  const Finished as_json = longview_cli({"model", own("text.gguf").string(), "--json"});
  COMPARE_STATUS(as_json, 3);
  VERIFY_CONTAINS(as_json.json()["problem"].get<std::string>(), "is not a GGUF file");

  write_file(own("d.jsonl"), R"({"text":"some"})"
                             "\n");
  const Finished score = longview_cli(
      {"score", own("d.jsonl").string(), "--project", own("p.longview").string(), "--model", missing, "--quiet"});
  COMPARE_STATUS(score, 2);
  QVERIFY2(is_one_line(score.err), score.err.c_str());
  VERIFY_CONTAINS(score.err, missing);
  QVERIFY(!fs::exists(own("p.longview")));
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
