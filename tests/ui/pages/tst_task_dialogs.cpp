#include <fstream>
#include <memory>

#include <QCheckBox>
#include <QComboBox>
#include <QDeadlineTimer>
#include <QDragEnterEvent>
#include <QDropEvent>
#include <QLineEdit>
#include <QListWidget>
#include <QMimeData>
#include <QPushButton>
#include <QSignalSpy>
#include <QSpinBox>
#include <QThread>

#include "../../cli/known_project.h"
#include "base/file.h"
#include "compare/stitch.h"
#include "pages/import_dialog.h"
#include "pages/notice.h"
#include "pages/path_field.h"
#include "pages/stitch_dialog.h"
#include "ui/support/find_widget.h"
#include "ui/support/widget_test.h"

using namespace longview;
using namespace longview::test;
namespace fs = std::filesystem;

namespace {

void write(const fs::path& path, const std::string& bytes) {
  std::ofstream(path, std::ios::binary) << bytes;
}

QPushButton* button(const QDialog& dialog, const char* text) {
  for (QPushButton* found : dialog.findChildren<QPushButton*>())
    if (QString(found->text()).remove(u'&') == QLatin1String(text))
      return found;
  return nullptr;
}

} // namespace

/// Import of scores, and making a labelled test: what the command line does, from the window.
class TestTaskDialogs : public QObject {
  Q_OBJECT

  std::unique_ptr<QTemporaryDir> folder_;
  fs::path path(const std::string& name) const { return fs::path(folder_->path().toStdString()) / name; }

 private slots:
  void init() { folder_ = std::make_unique<QTemporaryDir>(); }
  void cleanup() { folder_.reset(); }
  void published_lines_become_a_run();
  void scores_are_for_documents_that_are_there();
  void what_cannot_be_imported_is_told();
  void texts_become_a_labelled_test();
  void a_task_is_stopped();
  void a_task_that_was_over_before_it_was_stopped();
  void files_are_dropped_and_removed();
};

void TestTaskDialogs::published_lines_become_a_run() {
  write(path("out.jsonl"), "{\"text\":\"one\",\"lds\":3.5}\n{\"text\":\"two\",\"lds\":1}\n{\"text\":\"three\"}\n");
  ImportDialog dialog(path("p.longview"), {});
  dialog.show();
  QVERIFY(!dialog.start_button()->isEnabled());
  dialog.add_files({path("out.jsonl")});
  named<QLineEdit>(dialog, "Dataset")->setText(QStringLiteral("published"));
  QSignalSpy imported(&dialog, &ImportDialog::imported);
  QTest::mouseClick(dialog.start_button(), Qt::LeftButton);
  QTRY_COMPARE_WITH_TIMEOUT(imported.size(), 1, patience);
  QCOMPARE(dialog.outcome()->text(), QStringLiteral("Run 1: 2 imported, 1 without a number in “lds”"));
  const Project project = Project::open(path("p.longview"), Project::Mode::read_only);
  const std::vector<TableRow> rows = project.table(RunId{imported[0][1].toLongLong()});
  QCOMPARE(rows.size(), std::size_t{3});
  QCOMPARE(rows[0].result.lds, 3.5);
  QCOMPARE(rows[1].result.status, Status::scored);
  QCOMPARE(rows[1].result.lds, 1.0);
  QCOMPARE(rows[2].result.status, Status::failed);
  QCOMPARE(project.datasets().front().name, std::string("published"));
}

void TestTaskDialogs::scores_are_for_documents_that_are_there() {
  make_project(path("p.longview"), path("books.jsonl"),
               {{R"({"id":"a","text":"one"})", 900, 0.5, 0}, {R"({"id":"b","text":"two"})", 900, 0.2, 0}});
  write(path("scores.jsonl"), "{\"id\":\"b\",\"score\":7}\n{\"id\":\"a\",\"score\":-2}\n{\"id\":\"z\",\"score\":0}\n");
  ImportDialog dialog(path("p.longview"), {"books"});
  dialog.show();
  dialog.add_files({path("scores.jsonl")});
  named<QComboBox>(dialog, "What the lines hold")->setCurrentIndex(1);
  QVERIFY(!named<QLineEdit>(dialog, "Text field")->isEnabled());
  named<QLineEdit>(dialog, "Score field")->setText(QStringLiteral("score"));
  QSignalSpy imported(&dialog, &ImportDialog::imported);
  QTest::mouseClick(dialog.start_button(), Qt::LeftButton);
  QTRY_COMPARE_WITH_TIMEOUT(imported.size(), 1, patience);
  QVERIFY2(dialog.outcome()->text().endsWith(QStringLiteral("2 imported, 1 for ids that “books” does not have")),
           qPrintable(dialog.outcome()->text()));
  const Project project = Project::open(path("p.longview"), Project::Mode::read_only);
  for (const TableRow& row : project.table(RunId{imported[0][1].toLongLong()}))
    QCOMPARE(row.result.lds, row.document.name == "a" ? -2.0 : 7.0);
}

void TestTaskDialogs::what_cannot_be_imported_is_told() {
  ImportDialog dialog(path("p.longview"), {});
  dialog.show();
  dialog.add_files({path("nothing.jsonl")});
  QTest::mouseClick(dialog.start_button(), Qt::LeftButton);
  QTRY_VERIFY_WITH_TIMEOUT(dialog.outcome()->is_error(), patience);
  QVERIFY(dialog.outcome()->text().contains(QStringLiteral("nothing.jsonl")));
  QVERIFY(dialog.start_button()->isEnabled()); // once more
  QVERIFY(!fs::exists(path("p.longview")));
}

void TestTaskDialogs::texts_become_a_labelled_test() {
  for (int k = 0; k < 3; ++k) {
    std::string text;
    for (int sentence = 0; sentence < 60; ++sentence)
      text += "Sentence " + std::to_string(sentence) + " of text " + std::to_string(k) + ". ";
    write(path("text" + std::to_string(k) + ".txt"), text);
  }
  StitchDialog dialog(path(""));
  dialog.show();
  dialog.add_files({path("text0.txt"), path("text1.txt"), path("text0.txt")});
  QMimeData dragged;
  dragged.setUrls({QUrl::fromLocalFile(QString::fromStdString(path("text2.txt").string()))});
  QDragEnterEvent enter(QPoint(9, 9), Qt::CopyAction, &dragged, Qt::LeftButton, Qt::NoModifier);
  QApplication::sendEvent(&dialog, &enter);
  QVERIFY(enter.isAccepted());
  QDropEvent drop(QPointF(9, 9), Qt::CopyAction, &dragged, Qt::LeftButton, Qt::NoModifier);
  QApplication::sendEvent(&dialog, &drop);
  QCOMPARE(dialog.files().size(), std::size_t{3}); // each once
  named<QSpinBox>(dialog, "Pieces in a document")->setValue(4);
  named<QSpinBox>(dialog, "Bytes of a piece")->setValue(200);
  QSignalSpy made(&dialog, &StitchDialog::made);
  QTest::mouseClick(dialog.start_button(), Qt::LeftButton);
  QTRY_COMPARE_WITH_TIMEOUT(made.size(), 1, patience);
  StitchOptions options;
  options.inputs = dialog.files();
  options.pieces = 4;
  options.piece_bytes = 200;
  options.out = path("expected.jsonl");
  const StitchSummary expected = write_stitched(options);
  QVERIFY(expected.whole > 1);
  QCOMPARE(read_file(path("labelled.jsonl")), read_file(path("expected.jsonl")));
  QTest::mouseClick(dialog.start_button(), Qt::LeftButton); // it is not overwritten unasked
  QTRY_VERIFY_WITH_TIMEOUT(dialog.outcome()->is_error(), patience);
  dialog.findChild<QCheckBox*>()->setChecked(true);
  QTest::mouseClick(dialog.start_button(), Qt::LeftButton);
  QTRY_COMPARE_WITH_TIMEOUT(made.size(), 2, patience);
  QCOMPARE(read_file(path("labelled.jsonl")), read_file(path("expected.jsonl")));
}

/// Of so many lines that it cannot be over before the button is pressed.
void TestTaskDialogs::a_task_is_stopped() {
  std::string lines;
  for (int k = 0; k < 5000; ++k)
    lines += "{\"text\":\"words " + std::to_string(k) + "\",\"lds\":1}\n";
  write(path("many.jsonl"), lines);
  ImportDialog dialog(path("p.longview"), {});
  dialog.show();
  dialog.add_files({path("many.jsonl")});
  QSignalSpy imported(&dialog, &ImportDialog::imported);
  QTest::mouseClick(dialog.start_button(), Qt::LeftButton);
  QTest::mouseClick(button(dialog, "Stop"), Qt::LeftButton);
  QCOMPARE(dialog.outcome()->text(), QStringLiteral("Stopping…"));
  QTRY_COMPARE_WITH_TIMEOUT(dialog.outcome()->text(), QStringLiteral("Stopped; nothing was kept."), patience);
  QVERIFY(!dialog.outcome()->is_error() && dialog.start_button()->isEnabled() && dialog.isVisible());
  QCOMPARE(imported.size(), 0);
  if (fs::exists(path("p.longview")))
    QVERIFY(Project::open(path("p.longview"), Project::Mode::read_only).runs().empty());
}

/// The file is there when Stop is pressed, and the window has not heard of it.
void TestTaskDialogs::a_task_that_was_over_before_it_was_stopped() {
  std::string text;
  for (int sentence = 0; sentence < 60; ++sentence)
    text += "Sentence " + std::to_string(sentence) + " of a text. ";
  write(path("text.txt"), text);
  StitchDialog dialog(path(""));
  dialog.show();
  dialog.add_files({path("text.txt")});
  named<QSpinBox>(dialog, "Pieces in a document")->setValue(2);
  named<QSpinBox>(dialog, "Bytes of a piece")->setValue(200);
  QSignalSpy made(&dialog, &StitchDialog::made);
  QTest::mouseClick(dialog.start_button(), Qt::LeftButton);
  const QDeadlineTimer late(patience);
  while (!fs::exists(path("labelled.jsonl")) && !late.hasExpired())
    QThread::msleep(1); // no event is handled meanwhile
  QTest::mouseClick(button(dialog, "Stop"), Qt::LeftButton);
  QTRY_COMPARE_WITH_TIMEOUT(made.size(), 1, patience);
  QVERIFY(button(dialog, "Close")->isEnabled());
}

void TestTaskDialogs::files_are_dropped_and_removed() {
  write(path("one.jsonl"), "");
  write(path("two.jsonl"), "");
  ImportDialog dialog(path("p.longview"), {});
  dialog.show();
  const auto drop = [&dialog](const QList<QUrl>& urls) {
    QMimeData data;
    data.setUrls(urls);
    QDragEnterEvent enter({10, 10}, Qt::CopyAction, &data, Qt::LeftButton, {});
    QApplication::sendEvent(&dialog, &enter);
    if (enter.isAccepted()) {
      QDropEvent event({10, 10}, Qt::CopyAction, &data, Qt::LeftButton, {});
      QApplication::sendEvent(&dialog, &event);
    }
    return enter.isAccepted();
  };
  const auto url = [this](const char* name) {
    return QUrl::fromLocalFile(QString::fromStdString(path(name).string()));
  };
  QVERIFY(drop({url("one.jsonl"), url("two.jsonl")}));
  QCOMPARE(dialog.files(), (std::vector<fs::path>{path("one.jsonl"), path("two.jsonl")}));
  auto* list = named<QListWidget>(dialog, "Files");
  list->setCurrentRow(0);
  QPushButton* remove = button(dialog, "Remove");
  QVERIFY(remove && dialog.start_button()->isEnabled());
  QTest::mouseClick(remove, Qt::LeftButton);
  QCOMPARE(dialog.files(), std::vector<fs::path>{path("two.jsonl")});
  list->setCurrentRow(0);
  QTest::mouseClick(remove, Qt::LeftButton);
  QVERIFY(dialog.files().empty() && !dialog.start_button()->isEnabled());
}

LONGVIEW_WIDGET_TEST_MAIN(TestTaskDialogs)
#include "tst_task_dialogs.moc"
