#include <fstream>

#include <QAbstractItemModelTester>
#include <QListView>
#include <QSignalSpy>
#include <QTextBrowser>
#include <QToolButton>

#include "models/findings_model.h"
#include "pages/compare_page.h"
#include "pages/document_page.h"
#include "pages/everything_box.h"
#include "pages/filter_box.h"
#include "pages/find_bar.h"
#include "pages/help_window.h"
#include "pages/reader_panel.h"
#include "store/project.h"
#include "ui/support/main_window_test.h"

using namespace longview;
using namespace longview::test;

namespace {

std::shared_ptr<const SharedRows> rows_named(const std::vector<std::pair<std::string, std::string>>& documents) {
  std::vector<TableRow> rows;
  std::int64_t number = 1;
  for (const auto& [id, title] : documents) {
    TableRow row;
    row.document.id = DocumentId{number++};
    row.document.name = id;
    row.document.title = title;
    rows.push_back(std::move(row));
  }
  return std::make_shared<const SharedRows>(shared_rows(rows));
}

SearchScope scope_of(const std::vector<std::pair<std::string, std::string>>& documents) {
  SearchScope scope;
  scope.cells.rows = rows_named(documents);
  for (std::uint32_t k = 0; k < documents.size(); ++k)
    scope.order.push_back(k);
  return scope;
}

/// "kind: words [what was looked for] where" a finding.
QStringList told(const std::vector<FoundGroup>& groups) {
  QStringList lines;
  for (const FoundGroup& group : groups)
    for (const Finding& finding : group.findings)
      lines << QStringLiteral("%1: %2 [%3] %4")
                   .arg(static_cast<int>(finding.kind))
                   .arg(finding.words, finding.words.mid(finding.hit, finding.hit_length), finding.where);
  return lines;
}

} // namespace

class TestSearchEverything : public MainWindowTest {
  Q_OBJECT

  EverythingBox& box() const { return window_->search_box(); }
  FindingsModel& found() const { return *box().model(); }

  /// Presses Ctrl+K and types, as somebody does.
  void look_for(const QString& words) const {
    window_->activateWindow();
    QTest::keyClick(QApplication::focusWidget() ? QApplication::focusWidget() : window_.get(), Qt::Key_K,
                    Qt::ControlModifier);
    QVERIFY(box().hasFocus());
    box().selectAll();
    QTest::keyClicks(&box(), words);
    QTRY_VERIFY_WITH_TIMEOUT(box().is_open() && said_of(words), patience);
  }
  /// What the list shows are findings of these words.
  bool said_of(const QString& words) const {
    return found().rowCount() == 0 ? !box().status_text().isEmpty()
                                   : found()
                                         .data(found().index(1), Qt::AccessibleTextRole)
                                         .toString()
                                         .contains(words.section(u' ', 0, 0), Qt::CaseInsensitive);
  }
  const Finding* current() const { return found().finding(box().list()->currentIndex().row()); }
  /// With the Down key to the first finding of a kind.
  void go_down_to(FoundKind kind) const {
    for (int k = 0; k < 200 && (!current() || current()->kind != kind); ++k)
      QTest::keyClick(&box(), Qt::Key_Down);
    QVERIFY(current() && current()->kind == kind);
  }
  void score_some(int documents) {
    window_->score({request(documents)});
    QTRY_COMPARE_WITH_TIMEOUT(model().rowCount(), documents, patience);
    QTRY_VERIFY_WITH_TIMEOUT(window_->queue().idle() && window_->page().document(), patience);
    QTRY_VERIFY_WITH_TIMEOUT(window_->page().document()->text != nullptr, patience);
  }

 private slots:
  void init() { open(); }
  void cleanup() { close(); }

  void titles_hold_every_word_and_those_that_begin_come_first() {
    SearchScope scope = scope_of({{"a", "On whales and men"},
                                  {"b", "Men who hunt whales"},
                                  {"c", "Whales, men, ships"},
                                  {"whales men", ""},
                                  {"e", "Men alone"}});
    const QStringList wanted{QStringLiteral("1: whales men [whales men] "), //
                             QStringLiteral("1: On whales and men [whales] a"),
                             QStringLiteral("1: Men who hunt whales [whales] b"),
                             QStringLiteral("1: Whales, men, ships [Whales] c")};
    QCOMPARE(told(search_at_hand(scope, QStringLiteral("  whales   MEN "))), wanted);
    QVERIFY(search_at_hand(scope, QStringLiteral("   ")).empty());
    scope.commands = {{QStringLiteral("Save a report…"), QStringLiteral("File")},
                      {QStringLiteral("Quit"), QStringLiteral("File · Ctrl+Q")}};
    QCOMPARE(told(search_at_hand(scope, QStringLiteral("report save"))),
             QStringList{QStringLiteral("0: Save a report… [report] File")});
  }

  void labels_notes_and_texts_are_quoted_on_one_line() {
    SearchScope scope = scope_of({{"a", "First"}, {"b", "Second"}});
    auto marks = std::make_shared<DocumentMarks>();
    (*marks)[DocumentId{1}] = {{"to keep", "whale"}, {}};
    (*marks)[DocumentId{2}] = {{"whale"}, "a note\nabout a <b>WHALE</b> \xE2\x80\xAE that"};
    scope.cells.marks = marks;
    auto document = std::make_shared<DocumentData>();
    document->document.id = DocumentId{1};
    document->text = std::make_shared<const std::string>(std::string(300, 'x') + "\xC3\xA9 the white\nwhale\x01 swims");
    scope.document = document;
    const QString before = QStringLiteral("…") + QString(27, u'x') + QStringLiteral("é the white ");
    QCOMPARE(told(search_at_hand(scope, QStringLiteral("whale"))),
             (QStringList{QStringLiteral("2: whale [whale] 2 documents"),
                          QStringLiteral("3: a note about a <b>WHALE</b>   that [WHALE] Second"),
                          QStringLiteral("4: %1whale  swims [whale] ").arg(before)}));
  }

  void many_are_counted() {
    std::vector<std::pair<std::string, std::string>> many;
    for (int k = 0; k < 500; ++k)
      many.emplace_back("id" + std::to_string(k), "whale " + std::to_string(k));
    const auto groups = search_at_hand(scope_of(many), QStringLiteral("whale"));
    QCOMPARE(groups.size(), std::size_t{1});
    QCOMPARE(groups[0].findings.size(), most_shown);
    QCOMPARE(groups[0].count, std::uint64_t{500});
    FindingsModel model;
    const QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::Fatal);
    model.set_groups(groups);
    QCOMPARE(model.index(0).data().toString(), QStringLiteral("Documents (8 of 500)"));
    QVERIFY(!model.finding(0) && model.finding(1) && !model.finding(9) && !model.finding(-1));
    FoundGroup last{FoundKind::other_text, {}, 0};
    for (int k = 0; k < 3; ++k) { // it grows
      last.findings.push_back(groups[0].findings[0]);
      last.count = last.findings.size();
      model.set_last(last);
      QCOMPARE(model.rowCount(), 9 + 2 + k);
    }
    model.set_last({FoundKind::other_text, {}, 0});
    QCOMPARE(model.rowCount(), 9);
    QCOMPARE(model.choosable(0, 1), 1);
    QCOMPARE(model.choosable(8, 1), 8);
    QCOMPARE(model.choosable(9, 1), -1);
    QCOMPARE(model.choosable(0, -1), -1);
    model.set_groups({});
    QCOMPARE(model.rowCount(), 0);
  }

  void help_is_found_by_section() {
    const auto groups = search_at_hand({}, QStringLiteral("token gains"));
    QCOMPARE(groups.size(), std::size_t{1});
    QCOMPARE(groups[0].kind, FoundKind::help);
    const Finding& first = groups[0].findings.front();
    QVERIFY2(first.words.mid(first.hit, first.hit_length).compare(u"token gains", Qt::CaseInsensitive) == 0,
             qPrintable(first.words));
    QVERIFY(!first.words.contains(QStringLiteral("**")) && !first.target.isEmpty());
    QStringList of_window; // each section once, however often it says the words
    for (const Finding& finding : groups[0].findings)
      if (finding.target == QStringLiteral("window"))
        of_window << finding.where;
    QCOMPARE(of_window,
             (QStringList{QStringLiteral("The window › Document"), QStringLiteral("The window › The whole text")}));
  }

  void a_document_is_gone_to_by_keys() {
    score_some(4);
    const DocumentId before = window_->page().document()->document.id;
    const char* other = window_->page().document()->document.name == "d1" ? "d2" : "d1";
    look_for(QString::fromLatin1(other));
    QCOMPARE(current()->kind, FoundKind::document);
    QVERIFY(box().accessibleDescription().contains(QString::fromLatin1(other)));
    QTest::keyClick(&box(), Qt::Key_Return);
    QVERIFY(!box().is_open());
    QTRY_VERIFY_WITH_TIMEOUT(window_->page().document()->document.name == other, patience);
    QVERIFY(window_->page().document()->document.id != before);
    QVERIFY(!box().hasFocus());
  }

  void a_command_is_done() {
    look_for(QStringLiteral("compare"));
    go_down_to(FoundKind::command);
    QCOMPARE(current()->words, QStringLiteral("Compare"));
    QVERIFY(current()->where.contains(QStringLiteral("View")));
    QTest::keyClick(&box(), Qt::Key_Return);
    QVERIFY(window_->compare_page().isVisible());
    look_for(QStringLiteral("export")); // nothing to export: not offered
    QVERIFY(found().rowCount() > 0);    // of the help
    for (int row = 0; row < found().rowCount(); ++row)
      if (const Finding* finding = found().finding(row))
        QVERIFY(finding->kind != FoundKind::command);
    QTest::keyClick(&box(), Qt::Key_Escape);
    score_some(2);
    look_for(QStringLiteral("export"));
    go_down_to(FoundKind::command);
    QVERIFY2(current()->words.contains(QStringLiteral("Export")), qPrintable(current()->words));
  }

  void a_help_page_is_opened_at_the_words() {
    look_for(QStringLiteral("standard error"));
    go_down_to(FoundKind::help);
    QTest::keyClick(&box(), Qt::Key_Return);
    auto* help = window_->findChild<HelpWindow*>();
    QVERIFY(help && help->isVisible());
    QVERIFY(help->findChild<QTextBrowser*>()->textCursor().selectedText().compare(u"standard error",
                                                                                  Qt::CaseInsensitive) == 0);
  }

  void a_place_in_the_open_text_is_gone_to() {
    score_some(1);
    look_for(QStringLiteral("and more"));
    go_down_to(FoundKind::text);
    QTest::keyClick(&box(), Qt::Key_Down); // the second place
    const ByteRange wanted = current()->range;
    QCOMPARE(current()->kind, FoundKind::text);
    QVERIFY(wanted.begin > 30);
    QTest::keyClick(&box(), Qt::Key_Return);
    const ReaderPanel* reader = window_->page().reader();
    QVERIFY(window_->page().reader_shown());
    QTRY_COMPARE_WITH_TIMEOUT(reader->text()->caret(), wanted.begin, patience);
    QVERIFY(reader->find_bar()->isVisible());
    QTRY_VERIFY_WITH_TIMEOUT(reader->find_bar()->count_text().startsWith(QStringLiteral("2 of ")), patience);
  }

  void texts_of_other_documents_are_read() {
    score_some(5);
    const auto text_of = [](const Finding& finding) { return finding.kind == FoundKind::other_text; };
    const char wanted = window_->page().document()->document.name == "d3" ? '2' : '3'; // of one that is not open
    const QString words = QStringLiteral("document</b> ") + QLatin1Char(wanted);
    look_for(words);
    const auto has_other = [&] {
      const Finding* last = found().finding(found().rowCount() - 1);
      return last && text_of(*last);
    };
    QTRY_VERIFY_WITH_TIMEOUT(has_other(), patience);
    QTRY_VERIFY_WITH_TIMEOUT(box().status_text() == QStringLiteral("5 of 5 texts searched"), patience);
    QVERIFY(!box().stop_button()->isVisible());
    go_down_to(FoundKind::other_text);
    QVERIFY(current()->words.contains(QStringLiteral("<b>") + words)); // text, no markup
    const std::uint64_t byte = current()->range.begin;
    QTest::keyClick(&box(), Qt::Key_Return);
    QTRY_VERIFY_WITH_TIMEOUT(window_->page().document()->document.name == std::string("d") + wanted, patience);
    QTRY_COMPARE_WITH_TIMEOUT(window_->page().reader()->text()->caret(), byte, patience);
  }

  void texts_that_were_stopped_tell_nothing_more() {
    score_some(5);
    SearchScope scope;
    scope.cells = model().snapshot().cells;
    scope.order = model().snapshot().order;
    scope.project = path("p.longview");
    scope.run = window_->page().key()->run;
    EverythingSearch search;
    std::vector<TextsProgress> over;
    connect(&search, &EverythingSearch::texts_found, this,
            [&over](const FoundGroup& group, const TextsProgress& progress, bool is_over) {
              if (is_over) {
                QCOMPARE(group.count, std::uint64_t{5});
                over.push_back(progress);
              }
            });
    search.search(scope, QStringLiteral("words of"));
    search.read_texts();
    search.stop_texts();
    QTRY_VERIFY_WITH_TIMEOUT(!search.busy(), patience);
    QCoreApplication::processEvents(); // what was on its way
    QVERIFY(over.empty());
    search.read_texts(); // again: only this one comes to its end
    QTRY_COMPARE_WITH_TIMEOUT(over.size(), std::size_t{1}, patience);
    QTRY_VERIFY_WITH_TIMEOUT(!search.busy(), patience);
    QCOMPARE(over.size(), std::size_t{1});
    QCOMPARE(over[0].read, std::uint64_t{5});
    search.cancel();
    search.read_texts(); // nothing is looked for any more
    QVERIFY(!search.busy());
  }

  void a_text_that_is_gone_is_told() {
    score_some(3);
    std::ofstream(path("documents.jsonl")) << "{\"id\":\"other\",\"text\":\"something else\"}\n";
    look_for(QStringLiteral("zebra crossing"));
    QTRY_COMPARE_WITH_TIMEOUT(box().status_text(),
                              QStringLiteral("Nothing found, 3 of 3 texts searched, 2 could not be read"), patience);
  }

  void escape_gives_the_keyboard_back() {
    score_some(2);
    window_->activateWindow();
    window_->documents().focus_table();
    QWidget* before = QApplication::focusWidget();
    QVERIFY(before);
    look_for(QStringLiteral("d"));
    QTest::keyClick(&box(), Qt::Key_PageDown);
    QTest::keyClick(&box(), Qt::Key_Escape);
    QVERIFY(!box().is_open());
    QCOMPARE(QApplication::focusWidget(), before);
    look_for(QStringLiteral("d"));
    window_->documents().filter_box()->setFocus(); // leaving closes it too
    QVERIFY(!box().is_open());
    QTest::keyClick(window_->documents().filter_box(), Qt::Key_K, Qt::ControlModifier); // from a field too
    QVERIFY(box().hasFocus());
    QTRY_VERIFY_WITH_TIMEOUT(box().is_open(), patience); // with what was looked for last
    QTest::keyClick(&box(), Qt::Key_Escape);
    QCOMPARE(QApplication::focusWidget(), static_cast<QWidget*>(window_->documents().filter_box()));
  }

  void a_label_filters() {
    score_some(3);
    {
      Project project = Project::open(path("p.longview"), Project::Mode::read_write);
      project.add_label(window_->page().document()->document.id, "to \"keep\"");
    }
    QTest::keyClick(window_.get(), Qt::Key_F5);
    QTRY_VERIFY_WITH_TIMEOUT(!model().snapshot().cells.marks->empty(), patience);
    look_for(QStringLiteral("keep"));
    go_down_to(FoundKind::label);
    QTest::keyClick(&box(), Qt::Key_Return);
    QTRY_COMPARE_WITH_TIMEOUT(model().rowCount(), 1, patience);
    QCOMPARE(window_->documents().filter_box()->text(), QStringLiteral("label = \"to \\\"keep\\\"\""));
  }
};

LONGVIEW_WIDGET_TEST_MAIN(TestSearchEverything)
#include "tst_search_everything.moc"
