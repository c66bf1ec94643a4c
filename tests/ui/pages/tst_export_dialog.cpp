#include "pages/export_dialog.h"

#include <algorithm>
#include <memory>

#include <QCheckBox>
#include <QComboBox>
#include <QDeadlineTimer>
#include <QLineEdit>
#include <QListWidget>
#include <QMenu>
#include <QPlainTextEdit>
#include <QProgressBar>
#include <QPushButton>
#include <QSignalSpy>
#include <QTableWidget>
#include <QThread>
#include <QToolButton>

#include "../../cli/known_project.h"
#include "base/file.h"
#include "pages/filter_box.h"
#include "pages/notice.h"
#include "pages/path_field.h"
#include "run/settings.h"
#include "ui/support/find_widget.h"
#include "ui/support/widget_test.h"

using namespace longview;
using namespace longview::test;
namespace fs = std::filesystem;

/// The dialog over a project of six documents of three kinds; its files are those of export_rows() with the same
/// request, which is what the command line calls.
class TestExportDialog : public QObject {
  Q_OBJECT

  std::unique_ptr<QTemporaryDir> folder_;
  std::unique_ptr<ExportDialog> dialog_;
  RunInfo run_;

  fs::path path(const std::string& name) const { return fs::path(folder_->path().toStdString()) / name; }

  template <typename Widget>
  Widget* named(const char* accessible_name) const {
    return test::named<Widget>(*dialog_, accessible_name);
  }
  QPushButton* button(const char* text) const {
    for (QPushButton* found : dialog_->findChildren<QPushButton*>())
      if (QString(found->text()).remove(u'&') == QLatin1String(text))
        return found;
    return nullptr;
  }
  QString counts() const { return named<Notice>("What is exported")->text(); }
  QString outcome() const { return named<Notice>("What came of it")->text(); }
  PathField* out() const { return dialog_->findChild<PathField*>(); }
  void choose(const char* box, const char* text) const { named<QComboBox>(box)->setEditText(QLatin1String(text)); }

  void open(const ExportOffers& offers = {}) {
    dialog_ = std::make_unique<ExportDialog>(path("p.longview"), run_, "documents", offers, run_.settings.parameters);
    dialog_->show();
    QVERIFY(QTest::qWaitForWindowExposed(dialog_.get()));
    QTRY_VERIFY_WITH_TIMEOUT(button("Export")->isEnabled(), patience);
  }
  /// Waits until what is shown is that of the fields as they are.
  void wait_for_counts(const char* text) const {
    QTRY_VERIFY2_WITH_TIMEOUT(counts().startsWith(QLatin1String(text)), qPrintable(counts()), patience);
  }
  void press_export() const {
    QTRY_VERIFY_WITH_TIMEOUT(button("Export")->isEnabled(), patience);
    QTest::mouseClick(button("Export"), Qt::LeftButton);
    QTRY_VERIFY_WITH_TIMEOUT(!named<QProgressBar>("Progress of the export")->isVisible(), patience);
  }
  ExportRequest request(const std::string& name) const {
    ExportRequest request;
    request.run = run_.stored.id;
    request.out = path("expected") / name;
    return request;
  }
  void make_expected(const ExportRequest& request) const {
    fs::create_directories(path("expected"));
    export_rows(request, Project::open(path("p.longview"), Project::Mode::read_only), {}, {});
  }
  void compare_files(const std::string& name) const {
    QVERIFY2(fs::exists(path(name)), name.c_str());
    QVERIFY(read_file(path(name)) == read_file(path("expected") / name));
  }

 private slots:
  void init();
  void cleanup();
  void counts_and_shows_lines_before_anything_is_written();
  void best_in_each_group_is_what_the_command_line_writes();
  void splits_are_those_of_the_command_line_data();
  void splits_are_those_of_the_command_line();
  void fields_numbers_and_key_are_chosen();
  void csv_and_compression_follow_the_name();
  void documents_come_from_selection_and_views();
  void mistakes_stand_at_their_field();
  void a_file_that_is_there_is_told_under_it();
  void an_export_is_stopped();
  void an_export_that_was_over_before_it_was_stopped();
  void a_manifest_makes_the_same_again();
  void a_manifest_of_another_run_is_refused();
};

void TestExportDialog::init() {
  folder_ = std::make_unique<QTemporaryDir>();
  std::vector<KnownDocument> documents;
  const char* const kinds[] = {"book", "talk", "a/b"};
  for (int k = 0; k < 6; ++k)
    documents.push_back({"{\"id\":\"" + std::string(1, static_cast<char>('a' + k)) + "\",\"text\":\"t" +
                             std::to_string(k) + "\",\"year\":" + std::to_string(1900 + k) + ",\"kind\":\"" +
                             kinds[k % 3] + "\"}",
                         static_cast<std::uint64_t>(1000 * (k + 1)), 0.15 + 0.1 * k, 0});
  make_project(path("p.longview"), path("documents.jsonl"), documents);
  const Project project = Project::open(path("p.longview"), Project::Mode::read_only);
  run_.stored = project.runs().front();
  run_.settings = settings_from_json(run_.stored.identity.settings);
}

void TestExportDialog::cleanup() {
  dialog_.reset();
  folder_.reset();
}

void TestExportDialog::counts_and_shows_lines_before_anything_is_written() {
  open();
  wait_for_counts("6 of 6 documents with 21,000 of 21,000 tokens");
  const QString lines = named<QPlainTextEdit>("First lines")->toPlainText();
  QCOMPARE(lines.count(u'\n'), 5);
  QVERIFY2(
      lines.startsWith(QStringLiteral("{\"id\":\"a\",\"text\":\"t0\",\"year\":1900,\"kind\":\"book\",\"longview\":{")),
      qPrintable(lines));
  named<FilterBox>("Where")->setText(QStringLiteral("tokens > 4k"));
  wait_for_counts("2 of 6 documents with 11,000 of 21,000 tokens");
  QVERIFY(!fs::exists(out()->path()));
}

void TestExportDialog::best_in_each_group_is_what_the_command_line_writes() {
  open();
  named<QLineEdit>("Best")->setText(QStringLiteral("1"));
  choose("Best in each", "kind");
  wait_for_counts("3 of 6 documents");
  const auto* groups = named<QTableWidget>("Documents and tokens of each value");
  QCOMPARE(groups->rowCount(), 3);
  QCOMPARE(groups->item(1, 0)->text(), QStringLiteral("book"));
  QCOMPARE(groups->item(1, 3)->text(), QStringLiteral("4,000")); // d, the better of a and d
  QCOMPARE(groups->item(1, 4)->text(), QStringLiteral("5,000"));
  out()->set_path(path("best.jsonl"));
  QSignalSpy told(dialog_.get(), &ExportDialog::exported);
  press_export();
  QCOMPARE(told.size(), 1);
  QVERIFY2(outcome().startsWith(QStringLiteral("3 documents with 15,000 tokens written to")), qPrintable(outcome()));
  ExportRequest expected = request("best.jsonl");
  expected.top = parse_top("1");
  expected.group = "kind";
  make_expected(expected);
  compare_files("best.jsonl");
  QVERIFY(fs::exists(path("best.jsonl.manifest.json")));
  const std::string best = read_file(path("best.jsonl")); // d, e and f, as they stand in the source
  QVERIFY2(best.starts_with(R"({"id":"d","text":"t3","year":1903,"kind":"book","longview":{)"), best.c_str());
  QCOMPARE(std::count(best.begin(), best.end(), '\n'), 3);
}

void TestExportDialog::splits_are_those_of_the_command_line_data() {
  QTest::addColumn<QString>("out");
  QTest::addColumn<QString>("field");
  QTest::addColumn<QStringList>("files");
  QTest::newRow("texts") << "s.jsonl"
                         << "kind" << QStringList{"s.book.jsonl", "s.talk.jsonl", "s.a_b.jsonl"};
  QTest::newRow("numbers, compressed") << "s.jsonl.gz"
                                       << "year" << QStringList{"s.1900.jsonl.gz", "s.1905.jsonl.gz"};
  QTest::newRow("csv") << "s.csv"
                       << "kind" << QStringList{"s.book.csv", "s.talk.csv"};
}

void TestExportDialog::splits_are_those_of_the_command_line() {
  QFETCH(QString, out);
  QFETCH(QString, field);
  QFETCH(QStringList, files);
  open();
  const std::string name = out.toStdString();
  const bool csv = out.endsWith(QStringLiteral(".csv"));
  named<QComboBox>("Format")->setCurrentIndex(csv ? 1 : 0);
  this->out()->set_path(path(name));
  named<QComboBox>("Split by")->setEditText(field);
  wait_for_counts("6 of 6");
  press_export();
  ExportRequest expected = request(name);
  expected.split = field.toStdString();
  expected.format = csv ? ExportFormat::csv : ExportFormat::jsonl;
  make_expected(expected);
  for (const QString& file : files)
    QVERIFY(fs::exists(path(file.toStdString())));
  std::size_t written = 0, wanted = 0;
  for (const fs::path& file : fs::directory_iterator(path("")))
    written += file.filename().string().starts_with("s.") ? 1 : 0;
  for (const fs::directory_entry& file : fs::directory_iterator(path("expected"))) {
    const std::string each = file.path().filename().string();
    ++wanted;
    if (!each.ends_with(".manifest.json")) // which has the time and the folder in it
      compare_files(each);
  }
  QCOMPARE(written, wanted);
}

void TestExportDialog::fields_numbers_and_key_are_chosen() {
  ExportOffers offers;
  offers.completion = std::make_shared<const CompletionSource>(CompletionSource{{"kind", "year"}, {}, {}, {}});
  open(offers);
  for (QToolButton* tool : dialog_->findChildren<QToolButton*>())
    if (tool->text().startsWith(QStringLiteral("Choose")))
      for (QAction* action : tool->menu()->actions())
        if (action->text() == QStringLiteral("id") || action->text() == QStringLiteral("year"))
          action->trigger();
  QCOMPARE(named<QLineEdit>("Fields")->text(), QStringLiteral("id, year"));
  auto* scores = named<QListWidget>("Numbers to add");
  for (int k = 0; k < scores->count(); ++k)
    scores->item(k)->setCheckState(scores->item(k)->text() == QStringLiteral("tokens") ? Qt::Checked : Qt::Unchecked);
  named<QLineEdit>("Key")->setText(QStringLiteral("lv"));
  out()->set_path(path("few.jsonl"));
  wait_for_counts("6 of 6");
  press_export();
  ExportRequest expected = request("few.jsonl");
  expected.fields = {"id", "year"};
  expected.scores = {"tokens"};
  expected.key = "lv";
  make_expected(expected);
  compare_files("few.jsonl");
  QVERIFY(read_file(path("few.jsonl")).starts_with("{\"id\":\"a\",\"year\":1900,\"lv\":{\"tokens\":1000}}\n"));
}

void TestExportDialog::csv_and_compression_follow_the_name() {
  open();
  out()->set_path(path("kept.jsonl"));
  auto* compression = named<QComboBox>("Compression");
  compression->setCurrentIndex(2);
  QCOMPARE(out()->path(), path("kept.jsonl.zst"));
  named<QComboBox>("Format")->setCurrentIndex(1);
  QCOMPARE(out()->path(), path("kept.csv.zst"));
  QVERIFY(!named<QLineEdit>("Key")->isEnabled()); // columns are added, no key
  out()->set_path(path("kept.csv.gz"));
  QCOMPARE(compression->currentIndex(), 1);
  wait_for_counts("6 of 6");
  press_export();
  ExportRequest expected = request("kept.csv.gz");
  expected.format = ExportFormat::csv;
  make_expected(expected);
  compare_files("kept.csv.gz");
}

void TestExportDialog::documents_come_from_selection_and_views() {
  ExportOffers offers;
  offers.filter = QStringLiteral("tokens > 4k");
  offers.selected = {QStringLiteral("b"), QStringLiteral("c")};
  offers.selected_count = 2;
  NamedView view;
  view.name = "early & short";
  view.filter = "source.year < 1903";
  view.parameters = run_.settings.parameters;
  view.parameters->threshold = 0.2;
  offers.views = {view};
  open(offers);
  wait_for_counts("2 of 6 documents with 11,000");
  const auto trigger = [this](const char* text) {
    for (QAction* action : dialog_->findChildren<QAction*>())
      if (action->text().contains(QLatin1String(text)))
        action->trigger();
  };
  trigger("selected documents");
  QCOMPARE(named<FilterBox>("Where")->text(), QStringLiteral("id in (\"b\", \"c\")"));
  wait_for_counts("2 of 6 documents with 5,000");
  trigger("early && short");
  wait_for_counts("3 of 6 documents with 6,000");
  QVERIFY(named<Notice>("Parameters")->text().startsWith(QStringLiteral("threshold 0.2,")));
  trigger("table shows");
  QCOMPARE(named<FilterBox>("Where")->text(), offers.filter);
}

void TestExportDialog::mistakes_stand_at_their_field() {
  ExportOffers offers;
  offers.completion = std::make_shared<const CompletionSource>(CompletionSource{{"kind", "year"}, {}, {}, {}});
  open(offers);
  const auto told = [](const QWidget* field) {
    for (const QWidget* parent = field->parentWidget(); parent; parent = parent->parentWidget())
      for (const Notice* notice : parent->findChildren<Notice*>(QString(), Qt::FindDirectChildrenOnly))
        return notice->text();
    return QString();
  };
  named<QLineEdit>("Best")->setText(QStringLiteral("many"));
  QVERIFY2(told(named<QLineEdit>("Best")).contains(QStringLiteral("many")), qPrintable(told(named<QLineEdit>("Best"))));
  QVERIFY(!button("Export")->isEnabled());
  named<QLineEdit>("Best")->clear();
  named<QLineEdit>("Key")->setText(QStringLiteral("text"));
  QVERIFY2(told(named<QLineEdit>("Key")).contains(QStringLiteral("text")), qPrintable(told(named<QLineEdit>("Key"))));
  QVERIFY(!button("Export")->isEnabled());
  named<QLineEdit>("Key")->setText(QStringLiteral("longview"));
  named<FilterBox>("Where")->setText(QStringLiteral("tokens >"));
  QVERIFY(told(named<FilterBox>("Where")).contains(QStringLiteral("the filter ends")));
  QCOMPARE(counts(), QString());
  QVERIFY(!button("Export")->isEnabled());
  named<FilterBox>("Where")->clear();
  choose("Split by", "kinds");
  QCOMPARE(told(named<QComboBox>("Split by")),
           QStringLiteral("no document has a number or text in a field kinds; near: kind"));
  choose("Split by", "");
  wait_for_counts("6 of 6");
  QVERIFY(button("Export")->isEnabled());
  named<FilterBox>("Where")->setText(QStringLiteral("tokens > 1M"));
  wait_for_counts("0 of 6");
  QVERIFY(!button("Export")->isEnabled()); // nothing is kept
}

void TestExportDialog::a_file_that_is_there_is_told_under_it() {
  AtomicFile mine(path("mine.jsonl"));
  mine.write("my own");
  mine.commit();
  open();
  out()->set_path(path("mine.jsonl"));
  wait_for_counts("6 of 6");
  press_export();
  const auto* under = out()->parentWidget()->findChild<Notice*>(QString(), Qt::FindDirectChildrenOnly);
  QVERIFY2(under->is_error() && under->text().contains(QStringLiteral("mine.jsonl")), qPrintable(under->text()));
  QCOMPARE(read_file(path("mine.jsonl")), std::string("my own"));
  dialog_->findChild<QCheckBox*>()->setChecked(true);
  wait_for_counts("6 of 6");
  press_export();
  QVERIFY(read_file(path("mine.jsonl")) != "my own");
}

/// Of so many documents that it cannot be over before the button is pressed.
void TestExportDialog::an_export_is_stopped() {
  std::vector<KnownDocument> many;
  for (int k = 0; k < 3000; ++k)
    many.push_back(
        {R"({"id":"d)" + std::to_string(k) + R"(","text":")" + std::string(500, 'x') + R"("})", 300, 0.5, 0});
  make_project(path("many.longview"), path("many.jsonl"), many);
  run_.stored = Project::open(path("many.longview"), Project::Mode::read_only).runs().front();
  dialog_ =
      std::make_unique<ExportDialog>(path("many.longview"), run_, "many", ExportOffers(), run_.settings.parameters);
  dialog_->show();
  out()->set_path(path("stopped.jsonl"));
  wait_for_counts("3,000 of 3,000");
  QTRY_VERIFY_WITH_TIMEOUT(button("Export")->isEnabled(), patience);
  QSignalSpy exported(dialog_.get(), &ExportDialog::exported);
  QTest::mouseClick(button("Export"), Qt::LeftButton);
  QTest::mouseClick(button("Stop"), Qt::LeftButton);
  QVERIFY(dialog_->isVisible());
  QCOMPARE(outcome(), QStringLiteral("Stopping…")); // nobody knows yet
  QTest::keyClick(dialog_.get(), Qt::Key_Escape);   // nor how it ends, so it stays
  QVERIFY(dialog_->isVisible());
  QTRY_COMPARE_WITH_TIMEOUT(outcome(), QStringLiteral("Stopped; nothing was written."), patience);
  QVERIFY(button("Export")->isEnabled() && button("Close")->isEnabled()); // once more
  dialog_.reset();                                                        // waits for its threads
  QCOMPARE(exported.size(), 0);
  for (const fs::directory_entry& file : fs::directory_iterator(path("")))
    QVERIFY2(file.path().filename().string().find("stopped") == std::string::npos, file.path().c_str());
}

/// The files are there when Stop is pressed, and the window has not heard of it.
void TestExportDialog::an_export_that_was_over_before_it_was_stopped() {
  open();
  out()->set_path(path("over.jsonl"));
  wait_for_counts("6 of 6");
  QTRY_VERIFY_WITH_TIMEOUT(button("Export")->isEnabled(), patience);
  QSignalSpy exported(dialog_.get(), &ExportDialog::exported);
  QTest::mouseClick(button("Export"), Qt::LeftButton);
  const QDeadlineTimer late(patience);
  while (!fs::exists(path("over.jsonl.manifest.json")) && !late.hasExpired()) // which is written last
    QThread::msleep(1);                                                       // no event is handled meanwhile
  QTest::mouseClick(button("Stop"), Qt::LeftButton);
  QTRY_COMPARE_WITH_TIMEOUT(exported.size(), 1, patience);
  QVERIFY2(outcome().startsWith(QStringLiteral("6 documents with 21,000 tokens written to")), qPrintable(outcome()));
  QVERIFY(button("Close")->isEnabled() && button("Export")->isEnabled());
  make_expected(request("over.jsonl"));
  compare_files("over.jsonl");
}

void TestExportDialog::a_manifest_makes_the_same_again() {
  fs::create_directories(path("out"));
  ExportRequest earlier = request("x.jsonl");
  earlier.out = path("out") / "x.jsonl";
  earlier.where = "tokens > 2k";
  earlier.split = "kind";
  earlier.fields = {"id", "text"};
  earlier.scores = {"lds", "tokens"};
  earlier.parameters = run_.settings.parameters;
  earlier.parameters->alpha = 2;
  export_rows(earlier, Project::open(path("p.longview"), Project::Mode::read_only), {}, {});
  const std::string book = read_file(path("out") / "x.book.jsonl");
  QVERIFY(!book.empty());
  fs::remove(path("out") / "x.book.jsonl");
  open();
  dialog_->open_manifest(path("out") / "x.jsonl.manifest.json");
  QTRY_COMPARE_WITH_TIMEOUT(named<FilterBox>("Where")->text(), QStringLiteral("tokens > 2k"), patience);
  QCOMPARE(named<QComboBox>("Split by")->currentText(), QStringLiteral("kind"));
  QCOMPARE(named<QLineEdit>("Fields")->text(), QStringLiteral("id, text"));
  QVERIFY(named<Notice>("Parameters")->text().contains(QStringLiteral("strength × 2")));
  QCOMPARE(out()->path(), path("out") / "x.jsonl");
  wait_for_counts("4 of 6");
  QVERIFY(outcome().contains(QStringLiteral("byte for byte")));
  press_export();
  QVERIFY2(outcome().startsWith(QStringLiteral("4 documents")), qPrintable(outcome()));
  QCOMPARE(read_file(path("out") / "x.book.jsonl"), book);
  // What was changed since is an export of its own.
  named<QLineEdit>("Best")->setText(QStringLiteral("1"));
  QCOMPARE(outcome(), QString());
}

void TestExportDialog::a_manifest_of_another_run_is_refused() {
  ExportRequest earlier = request("x.jsonl");
  make_expected(earlier);
  open();
  run_.stored.id = RunId{77};
  dialog_.reset();
  dialog_ =
      std::make_unique<ExportDialog>(path("p.longview"), run_, "documents", ExportOffers(), run_.settings.parameters);
  dialog_->show();
  dialog_->open_manifest(path("expected") / "x.jsonl.manifest.json");
  QTRY_VERIFY_WITH_TIMEOUT(outcome().contains(QStringLiteral("Choose that run")), patience);
  dialog_->open_manifest(path("documents.jsonl"));
  QTRY_VERIFY_WITH_TIMEOUT(outcome().contains(QStringLiteral("no manifest")), patience);
}

LONGVIEW_WIDGET_TEST_MAIN(TestExportDialog)
#include "tst_export_dialog.moc"
