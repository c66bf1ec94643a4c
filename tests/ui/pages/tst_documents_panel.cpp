#include "pages/documents_panel.h"
#include "pages/filter_box.h"

#include <cmath>
#include <memory>

#include <QAbstractItemModelTester>
#include <QComboBox>
#include <QDialog>
#include <QHeaderView>
#include <QInputDialog>
#include <QLineEdit>
#include <QListView>
#include <QMenu>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QSettings>
#include <QSignalSpy>
#include <QTableView>
#include <QTextDocument>
#include <QTreeWidget>

#include "../../cli/known_project.h"
#include "application.h"
#include "base/hash.h"
#include "pages/distribution_panel.h"
#include "pages/empty_state.h"
#include "pages/jump_bar.h"
#include "pages/marking.h"
#include "pages/notice.h"
#include "pages/summary_strip.h"
#include "pages/table_columns.h"
#include "pages/views_button.h"
#include "ui/support/find_widget.h"
#include "ui/support/widget_test.h"
#include "widgets/histogram_view.h"

using namespace longview;
using namespace longview::test;

/// The table by itself, over a project of six documents whose far pair is the stronger the later they come.
class TestDocumentsPanel : public QObject {
  Q_OBJECT

  std::unique_ptr<QTemporaryDir> folder_;
  std::unique_ptr<TableFeed> feed_;
  std::unique_ptr<DocumentsPanel> panel_;
  std::unique_ptr<QAbstractItemModelTester> tester_;
  RunInfo run_;

  std::filesystem::path path(const char* name) const { return folder_->filePath(name).toStdString(); }
  DocumentsModel& model() const { return *panel_->model(); }
  QTableView* table() const { return panel_->table(); }
  QAction* view_action(int which) const { return panel_->view_actions()[which]; }

  QString ids() const {
    QString all;
    for (int row = 0; row < model().rowCount(); ++row)
      all += QString::fromUtf8(model().name(model().index(row, 0)));
    return all;
  }
  QString cell(int row, const char* key) const {
    return model().index(row, model().column(key)).data(Qt::DisplayRole).toString();
  }
  Marks stored_marks(int row) const {
    const Project project = Project::open(path("p.longview"), Project::Mode::read_only);
    return project.marks(*model().id(model().index(row, 0)));
  }
  void show_run(const LiveParameters& parameters) {
    feed_->show_run(path("p.longview"), run_, "documents", parameters);
  }

 private slots:
  void init();
  void cleanup();
  void sorts_and_counts();
  void tooltips_show_characters_and_no_markup();
  void an_empty_table_says_why_and_mends_it();
  void keys_label_and_undo();
  void notes_are_written();
  void labels_without_a_name_are_named();
  void names_of_labels_move_into_the_project();
  void a_filter_is_completed_by_keys();
  void what_is_wrong_is_marked();
  void mostly_copied_links_have_a_sign();
  void the_brush_filters_until_escape();
  void groups_are_counted_and_kept();
  void a_fixed_list_stays();
  void what_was_removed_is_shown();
  void a_slider_moves_numbers_and_not_rows();
  void slash_jumps();
  void columns_come_back();
  void views_are_kept_chosen_and_removed();
  void percentiles_are_those_of_all_rows();
};

void TestDocumentsPanel::init() {
  folder_ = std::make_unique<QTemporaryDir>();
  std::vector<KnownDocument> documents;
  for (int k = 0; k < 6; ++k)
    documents.push_back({"{\"id\":\"" + std::string(1, static_cast<char>('a' + k)) + "\",\"title\":\"Chapter <b>" +
                             std::to_string(k) + "</b>\",\"text\":\"t\",\"year\":" + std::to_string(1900 + 10 * k) +
                             ",\"kind\":\"" + (k % 3 ? "book" : "talk") + "\"}",
                         static_cast<std::uint64_t>(1000 * (k + 1)), 0.15 + 0.1 * k, 0});
  documents[5].status = Status::too_few_pairs;
  RunSettings settings;
  make_project(path("p.longview"), path("documents.jsonl"), documents, settings);
  const Project project = Project::open(path("p.longview"), Project::Mode::read_only);
  run_.stored = project.runs().front();
  run_.settings = settings_from_json(run_.stored.identity.settings);
  feed_ = std::make_unique<TableFeed>();
  panel_ = std::make_unique<DocumentsPanel>(*feed_);
  tester_ = std::make_unique<QAbstractItemModelTester>(&model(), QAbstractItemModelTester::FailureReportingMode::Fatal);
  panel_->set_project(path("p.longview"));
  panel_->resize(700, 600);
  panel_->show();
  QVERIFY(QTest::qWaitForWindowExposed(panel_.get()));
  show_run(run_.settings.parameters);
  QTRY_COMPARE_WITH_TIMEOUT(ids(), QStringLiteral("edcbaf"), patience);
}

void TestDocumentsPanel::cleanup() {
  tester_.reset();
  panel_.reset();
  feed_.reset();
  folder_.reset();
}

void TestDocumentsPanel::sorts_and_counts() {
  QCOMPARE(panel_->count_text(), QStringLiteral("6 documents · 21,000 tokens"));
  QCOMPARE(panel_->summary()->words(0, model().column("tokens")), QStringLiteral("3,500")); // mean of 1k … 6k
  QCOMPARE(panel_->summary()->words(1, model().column("tokens")), QStringLiteral("3,500"));
  table()->sortByColumn(model().column("title"), Qt::AscendingOrder);
  QTRY_COMPARE_WITH_TIMEOUT(ids(), QStringLiteral("abcdef"), patience);
  table()->sortByColumn(model().column("source.kind"), Qt::DescendingOrder); // ties in source order
  QTRY_COMPARE_WITH_TIMEOUT(ids(), QStringLiteral("adbcef"), patience);
  panel_->filter_box()->setText(QStringLiteral("tokens <= 2k"));
  QTRY_COMPARE_WITH_TIMEOUT(panel_->count_text(), QStringLiteral("2 of 6 documents · 3,000 tokens"), patience);
  QCOMPARE(panel_->summary()->words(1, model().column("tokens")), QStringLiteral("1,500"));
  QCOMPARE(cell(0, "title"), QStringLiteral("Chapter <b>0</b>")); // data, no markup
}

void TestDocumentsPanel::tooltips_show_characters_and_no_markup() {
  QTextDocument shown; // as a tooltip is drawn
  shown.setHtml(model().index(0, model().column("title")).data(Qt::ToolTipRole).toString());
  QCOMPARE(shown.toPlainText(), QStringLiteral("Chapter <b>4</b>\ne, line 5"));
}

void TestDocumentsPanel::an_empty_table_says_why_and_mends_it() {
  const auto* empty = table()->findChild<EmptyState*>();
  QVERIFY(!empty->isVisible());
  panel_->filter_box()->setText(QStringLiteral("tokens > 1M"));
  QTRY_VERIFY_WITH_TIMEOUT(empty->isVisible(), patience);
  QCOMPARE(empty->words(), QStringLiteral("No document passes the filter."));
  QTest::mouseClick(empty->button(), Qt::LeftButton);
  QCOMPARE(panel_->filter_box()->text(), QString());
  QTRY_COMPARE_WITH_TIMEOUT(model().rowCount(), 6, patience);
  QVERIFY(!empty->isVisible());
}

void TestDocumentsPanel::keys_label_and_undo() {
  panel_->marking()->labels().put({QStringLiteral("keep"), QStringLiteral("odd")});
  table()->setFocus();
  table()->selectRow(0);
  QTest::keyClick(table(), Qt::Key_1);
  QTest::keyClick(table(), Qt::Key_2); // before the first is in the table
  QTRY_COMPARE_WITH_TIMEOUT(cell(0, "label"), QStringLiteral("keep, odd"), patience);
  QVERIFY((stored_marks(0).labels == std::vector<std::string>{"keep", "odd"}));
  panel_->filter_box()->setText(QStringLiteral("label = \"odd\""));
  QTRY_COMPARE_WITH_TIMEOUT(ids(), QStringLiteral("e"), patience);
  panel_->filter_box()->clear();
  QTRY_COMPARE_WITH_TIMEOUT(model().rowCount(), 6, patience);
  panel_->steps().undo();
  QTRY_COMPARE_WITH_TIMEOUT(cell(0, "label"), QStringLiteral("keep"), patience);
  panel_->steps().redo();
  QTRY_COMPARE_WITH_TIMEOUT(cell(0, "label"), QStringLiteral("keep, odd"), patience);
  table()->selectAll(); // one has it: all get it, then all lose it
  QTest::keyClick(table(), Qt::Key_1);
  QTRY_COMPARE_WITH_TIMEOUT(cell(5, "label"), QStringLiteral("keep"), patience);
  QTest::keyClick(table(), Qt::Key_1);
  QTRY_COMPARE_WITH_TIMEOUT(cell(5, "label"), QString(), patience);
  QCOMPARE(cell(0, "label"), QStringLiteral("odd"));
}

void TestDocumentsPanel::notes_are_written() {
  table()->selectRow(1);
  table()->setFocus();
  QTest::keyClick(table(), Qt::Key_N);
  auto* dialog = table()->findChild<QInputDialog*>(QStringLiteral("note"));
  QVERIFY(dialog);
  dialog->setTextValue(QStringLiteral("chapters \"out\" of order"));
  dialog->accept();
  QTRY_COMPARE_WITH_TIMEOUT(cell(1, "note"), QStringLiteral("chapters \"out\" of order"), patience);
  QCOMPARE(stored_marks(1).note, "chapters \"out\" of order");
  panel_->steps().undo();
  QTRY_COMPARE_WITH_TIMEOUT(cell(1, "note"), QString(), patience);
  QVERIFY(stored_marks(1).note.empty());
}

void TestDocumentsPanel::labels_without_a_name_are_named() {
  table()->selectRow(0);
  table()->setFocus();
  QTest::keyClick(table(), Qt::Key_3);
  auto* dialog = table()->findChild<QDialog*>(QStringLiteral("labels"));
  QVERIFY(dialog);
  named<QLineEdit>(*dialog, "Label of key 3")->setText(QStringLiteral("third"));
  dialog->accept();
  QVERIFY(stored_marks(0).labels.empty());
  QTest::keyClick(table(), Qt::Key_3);
  QTRY_COMPARE_WITH_TIMEOUT(cell(0, "label"), QStringLiteral("third"), patience);
  const LabelNames& labels = panel_->marking()->labels();
  panel_->marking()->set_project(path("other.longview"));
  QCOMPARE(labels.names()[2], QString()); // each project has its own
  panel_->marking()->set_project(path("p.longview"));
  QTRY_COMPARE_WITH_TIMEOUT(labels.names()[2], QStringLiteral("third"), patience);
  const Project project = Project::open(path("p.longview"), Project::Mode::read_only);
  QCOMPARE(project.label_names()[2], "third"); // it travels with the project
  QVERIFY(project.views().empty());
}

/// Where they were kept before the project had a place for them.
void TestDocumentsPanel::names_of_labels_move_into_the_project() {
  const QString place = QStringLiteral("labels/") + QString::fromStdString(hash128(path("p.longview").string()).hex());
  QSettings settings = application_settings();
  settings.setValue(place, QStringList{QStringLiteral("keep"), {}, QStringLiteral("odd")});
  settings.sync();
  panel_->marking()->set_project({});
  panel_->marking()->set_project(path("p.longview"));
  QTRY_COMPARE_WITH_TIMEOUT(panel_->marking()->labels().names()[2], QStringLiteral("odd"), patience);
  const Project project = Project::open(path("p.longview"), Project::Mode::read_only);
  QCOMPARE(project.label_names()[0], "keep");
  QVERIFY(!application_settings().contains(place));
}

void TestDocumentsPanel::the_brush_filters_until_escape() {
  auto* column = named<QComboBox>(*panel_->distribution(), "Column of the histogram");
  column->setCurrentIndex(column->findData(QStringLiteral("source.year")));
  HistogramView* histogram = panel_->distribution()->histogram();
  QTRY_COMPARE_WITH_TIMEOUT(model().snapshot().figures.histogram.wish.column, "source.year", patience);
  panel_->filter_box()->setText(QStringLiteral("tokens > 1k"));
  QTRY_COMPARE_WITH_TIMEOUT(model().rowCount(), 5, patience);
  const HistogramGeometry geometry = histogram->geometry_now();
  const auto at = [&](double year) { return QPoint(static_cast<int>(geometry.x(year)), 20); };
  QTest::mousePress(histogram, Qt::LeftButton, {}, at(1905));
  QTest::mouseMove(histogram, at(1915));
  QTest::mouseRelease(histogram, Qt::LeftButton, {}, at(1925));
  QVERIFY2(panel_->filter_box()->text().startsWith(QStringLiteral("(tokens > 1k) and source.year in 190")),
           qPrintable(panel_->filter_box()->text()));
  QTRY_COMPARE_WITH_TIMEOUT(ids(), QStringLiteral("cb"), patience);
  QTest::keyClick(histogram, Qt::Key_Escape);
  QCOMPARE(panel_->filter_box()->text(), QStringLiteral("tokens > 1k"));
  QVERIFY(!histogram->brush());
  QVERIFY(!panel_->clear_brush());
}

void TestDocumentsPanel::groups_are_counted_and_kept() {
  auto* group = named<QComboBox>(*panel_->distribution(), "Column to group by");
  group->setCurrentIndex(group->findData(QStringLiteral("source.kind")));
  QTreeWidget* groups = panel_->distribution()->groups();
  QTRY_COMPARE_WITH_TIMEOUT(groups->topLevelItemCount(), 2, patience);
  QVERIFY(groups->isVisible());
  QCOMPARE(groups->topLevelItem(0)->text(0), QStringLiteral("book"));
  QCOMPARE(groups->topLevelItem(0)->text(1), QStringLiteral("4"));
  QCOMPARE(groups->topLevelItem(1)->text(3), QStringLiteral("5,000")); // a and d
  groups->setFocus();
  groups->setCurrentItem(groups->topLevelItem(1));
  QTest::keyClick(groups, Qt::Key_Return);
  QTRY_COMPARE_WITH_TIMEOUT(ids(), QStringLiteral("da"), patience);
}

void TestDocumentsPanel::a_fixed_list_stays() {
  panel_->filter_box()->setText(QStringLiteral("lds > 0.1"));
  QTRY_COMPARE_WITH_TIMEOUT(model().snapshot().figures.documents, 5u, patience);
  view_action(1)->setChecked(true);
  LiveParameters parameters = run_.settings.parameters;
  parameters.threshold = 0.3; // a and b have no pair left
  parameters.specificity = SpecificityMode::off;
  feed_->set_parameters(parameters, false);
  QTRY_COMPARE_WITH_TIMEOUT(model().snapshot().figures.documents, 3u, patience);
  QCOMPARE(ids(), QStringLiteral("edcba"));
  QVERIFY(model().kept(model().index(0, 0)));
  QVERIFY(!model().kept(model().index(4, 0)));
  QVERIFY(panel_->count_text().endsWith(QStringLiteral("5 in the list that is kept")));
  view_action(1)->setChecked(false);
  QTRY_COMPARE_WITH_TIMEOUT(ids(), QStringLiteral("edc"), patience);
}

void TestDocumentsPanel::what_was_removed_is_shown() {
  panel_->filter_box()->setText(QStringLiteral("tokens > 2k"));
  QTRY_COMPARE_WITH_TIMEOUT(model().rowCount(), 4, patience);
  view_action(2)->setChecked(true);
  QTRY_COMPARE_WITH_TIMEOUT(ids(), QStringLiteral("ba"), patience);
  QCOMPARE(panel_->count_text(), QStringLiteral("2 removed of 6 documents · 3,000 tokens"));
  panel_->filter_box()->clear();
  QTRY_COMPARE_WITH_TIMEOUT(model().rowCount(), 0, patience);
  view_action(2)->setChecked(false);
  QTRY_COMPARE_WITH_TIMEOUT(model().rowCount(), 6, patience);
}

void TestDocumentsPanel::a_slider_moves_numbers_and_not_rows() {
  LiveParameters parameters = run_.settings.parameters;
  parameters.alpha = -1; // the other way round
  parameters.beta = 0;
  parameters.specificity = SpecificityMode::off;
  feed_->set_parameters(parameters, true);
  const auto pairs_of_row = [&](int row) {
    const Project project = Project::open(path("p.longview"), Project::Mode::read_only);
    return project.result_data(run_.stored.id, *model().id(model().index(row, 0)))->pairs;
  };
  const double expected = derive_numbers(pairs_of_row(0), run_.settings.sampling, parameters).lds_mean;
  QVERIFY(expected < 0);
  const auto near_expected = [&] {
    const QModelIndex shown = model().index(0, model().column("lds_mean"));
    return std::abs(shown.data(DocumentsModel::ValueRole).toDouble() - expected) < 1e-9;
  };
  QTRY_VERIFY_WITH_TIMEOUT(near_expected(), patience);
  QCOMPARE(ids(), QStringLiteral("edcbaf"));
  feed_->set_parameters(parameters, false); // let go
  QTRY_COMPARE_WITH_TIMEOUT(ids(), QStringLiteral("abcdef"), patience);
  for (int k = 0; k < 50; ++k) { // faster than the table follows: the last one is what is shown
    parameters.alpha = k;
    feed_->set_parameters(parameters, k < 49);
  }
  QTRY_COMPARE_WITH_TIMEOUT(ids(), QStringLiteral("edcbaf"), patience);
  QVERIFY(model().snapshot().cells.numbers != nullptr);
}

void TestDocumentsPanel::slash_jumps() {
  table()->setFocus();
  table()->selectRow(0);
  QTest::keyClick(table(), Qt::Key_Slash);
  auto* bar = named<QLineEdit>(*panel_, "Go to");
  QVERIFY(bar->isVisible() && bar->hasFocus());
  QTest::keyClicks(bar, QStringLiteral("chapter <b>2"));
  QCOMPARE(table()->currentIndex().row(), 2); // e d c
  bar->clear();
  QTest::keyClicks(bar, QStringLiteral("CHAPTER"));
  QTest::keyClick(bar, Qt::Key_Return);
  QCOMPARE(table()->currentIndex().row(), 3);
  table()->selectRow(5);
  QTest::keyClick(bar, Qt::Key_Return); // after the last comes the first
  QCOMPARE(table()->currentIndex().row(), 0);
  QTest::keyClick(bar, Qt::Key_Escape);
  QVERIFY(!bar->isVisible() && table()->hasFocus());
}

void TestDocumentsPanel::columns_come_back() {
  QVERIFY(table()->isColumnHidden(model().column("source.year")));
  panel_->columns()->set_shown(QStringLiteral("source.year"), true);
  panel_->columns()->set_shown(QStringLiteral("pairs"), false);
  QHeaderView* header = table()->horizontalHeader();
  header->moveSection(header->visualIndex(model().column("source.year")), 1);
  header->resizeSection(model().column("source.year"), 123);
  QCOMPARE(cell(0, "source.year"), QStringLiteral("1940"));
  QSettings settings(folder_->filePath(QStringLiteral("s.ini")), QSettings::IniFormat);
  panel_->save_layout(settings);
  DocumentsPanel again(*feed_);
  again.restore_layout(settings);
  feed_->refresh();
  QTRY_VERIFY_WITH_TIMEOUT(again.model()->column("source.year") > 0, patience);
  QTRY_COMPARE_WITH_TIMEOUT(again.model()->rowCount(), 6, patience);
  QVERIFY(again.columns()->shown() == panel_->columns()->shown());
  QCOMPARE(again.columns()->shown()[1], "source.year");
  QCOMPARE(again.table()->columnWidth(again.model()->column("source.year")), 123);
  const int status = table()->columnWidth(model().column("status"));
  QVERIFY(status > table()->fontMetrics().horizontalAdvance(QStringLiteral("too few pairs")));
}

void TestDocumentsPanel::views_are_kept_chosen_and_removed() {
  panel_->filter_box()->setText(QStringLiteral("tokens > 2k"));
  table()->sortByColumn(model().column("tokens"), Qt::AscendingOrder);
  panel_->columns()->show_only({"title", "tokens", "source.kind"});
  QTRY_COMPARE_WITH_TIMEOUT(ids(), QStringLiteral("cdef"), patience);
  NamedView view = panel_->view();
  view.name = "long ones";
  view.parameters->threshold = 0.25;
  panel_->views()->views().put(view);
  QTRY_COMPARE_WITH_TIMEOUT(panel_->views()->views().views().size(), std::size_t{1}, patience);
  panel_->filter_box()->clear();
  table()->sortByColumn(model().column("title"), Qt::DescendingOrder);
  panel_->columns()->show_only({"title", "lds"});
  QSignalSpy wanted(panel_.get(), &DocumentsPanel::parameters_wanted);
  panel_->views()->menu()->actions().front()->trigger();
  QTRY_COMPARE_WITH_TIMEOUT(ids(), QStringLiteral("cdef"), patience);
  QCOMPARE(wanted.size(), 1);
  QCOMPARE(wanted[0][0].value<LiveParameters>().threshold, 0.25);
  QVERIFY((panel_->columns()->shown() == std::vector<std::string>{"title", "tokens", "source.kind"}));
  const Project project = Project::open(path("p.longview"), Project::Mode::read_only);
  QVERIFY(find_view(project, "long ones") == view);
  panel_->views()->views().remove("long ones");
  QTRY_VERIFY_WITH_TIMEOUT(panel_->views()->views().views().empty(), patience);
  QVERIFY(project.views().empty());
}

/// As a person types, with the keys of the list.
void TestDocumentsPanel::a_filter_is_completed_by_keys() {
  FilterBox* box = panel_->filter_box();
  const auto offered = [&] {
    QStringList texts;
    for (int row = 0; box->offers()->isVisible() && row < box->offers()->model()->rowCount(); ++row)
      texts << box->offers()->model()->index(row, 0).data().toString();
    return texts;
  };
  box->setFocus();
  QTest::keyClicks(box, QStringLiteral("ki"));
  QCOMPARE(offered(), QStringList(QStringLiteral("source.kind")));
  QTest::keyClick(box, Qt::Key_Tab); // the first
  QVERIFY(box->hasFocus());
  QCOMPARE(box->text(), QStringLiteral("source.kind "));
  QVERIFY(offered().contains(QStringLiteral("is not null")));
  QTest::keyClicks(box, QStringLiteral("= "));
  QCOMPARE(offered().mid(0, 2), (QStringList{QStringLiteral("\"book\""), QStringLiteral("\"talk\"")})); // 4 and 2
  QTest::keyClick(box, Qt::Key_Down);
  QTest::keyClick(box, Qt::Key_Down);
  QTest::keyClick(box, Qt::Key_Return);
  QCOMPARE(box->text(), QStringLiteral("source.kind = \"talk\" "));
  QTRY_COMPARE_WITH_TIMEOUT(ids(), QStringLiteral("da"), patience);
  // Typing is never in its way: Enter takes nothing that was not chosen, Esc only puts the list away.
  QTest::keyClicks(box, QStringLiteral("and tokens > 2k"));
  QCOMPARE(offered(), QStringList());
  QTest::keyClicks(box, QStringLiteral(" an"));
  QCOMPARE(offered(), QStringList(QStringLiteral("and")));
  QTest::keyClick(box, Qt::Key_Return);
  QVERIFY(box->text().endsWith(QStringLiteral("2k an")));
  QCOMPARE(offered(), QStringList());
  QTest::keyClick(box, Qt::Key_Space, Qt::ControlModifier);
  QCOMPARE(offered(), QStringList(QStringLiteral("and")));
  QTest::keyClick(box, Qt::Key_Escape);
  QCOMPARE(offered(), QStringList());
  QVERIFY(box->hasFocus() && box->text().endsWith(QStringLiteral("2k an")));
  QTest::keyClick(box, Qt::Key_Z, Qt::ControlModifier); // what was put in can be taken back
  QVERIFY(box->text().size() < QStringLiteral("source.kind = \"talk\" and tokens > 2k an").size());
  // Labels that have a key are offered before they were given.
  panel_->marking()->labels().put({QStringLiteral("second look")});
  box->clear();
  QTest::keyClicks(box, QStringLiteral("label = sec"));
  QCOMPARE(offered(), QStringList(QStringLiteral("\"second look\"")));
  table()->setFocus();
  QCOMPARE(offered(), QStringList());
}

void TestDocumentsPanel::mostly_copied_links_have_a_sign() {
  DocumentsModel made;
  TableSnapshot snapshot;
  std::vector<TableRow> rows;
  for (const double copied : {0.7, 0.3, no_value}) {
    TableRow row;
    row.document.id = DocumentId{static_cast<std::int64_t>(rows.size()) + 1};
    row.result.status = Status::scored;
    row.result.copied = copied;
    snapshot.order.push_back(static_cast<std::uint32_t>(rows.size()));
    rows.push_back(row);
  }
  snapshot.cells.rows = std::make_shared<const SharedRows>(shared_rows(rows));
  made.show(snapshot);
  const auto sign = [&](int row, const char* column) {
    return made.index(row, made.column(column)).data(Qt::DecorationRole).isValid();
  };
  QVERIFY(sign(0, "title"));
  QVERIFY(!sign(0, "tokens"));
  QVERIFY(!sign(1, "title"));
  QVERIFY(!sign(2, "title"));
}

void TestDocumentsPanel::what_is_wrong_is_marked() {
  FilterBox* box = panel_->filter_box();
  const auto sentence = [&] {
    for (const Notice* notice : panel_->findChildren<Notice*>())
      if (notice->isVisible())
        return notice->text();
    return QString();
  };
  const auto marked = [&] {
    const auto range = box->marked();
    return range ? box->text().mid(range->first, range->second - range->first) : QString();
  };
  box->setFocus();
  QTest::keyClicks(box, QStringLiteral("  tokens > 1 and segm")); // is still being typed
  QCOMPARE(marked(), QString());
  QCOMPARE(sentence(), QString());
  QTest::keyClicks(box, QStringLiteral("ets > "));
  QCOMPARE(marked(), QStringLiteral("segmets"));
  QCOMPARE(sentence(), QStringLiteral("filter, character 18: there is no column segmets; near: segments"));
  box->setText(QString());
  QTest::keyClicks(box, QStringLiteral("status = ")); // a value is to come
  QVERIFY(box->offers()->isVisible());
  QCOMPARE(marked(), QString());
  QCOMPARE(sentence(), QString());
  QTest::keyClicks(box, QStringLiteral("\"scord\" ")); // nothing is offered behind a mistake
  QVERIFY(!box->offers()->isVisible());
  QCOMPARE(marked(), QStringLiteral("\"scord\""));
  box->setText(QStringLiteral("tokens > 1 and segm"));
  QCOMPARE(marked(), QStringLiteral("segm")); // nobody is typing
  const auto orange = [&] {                   // columns of pixels with the colour of the wave
    const QImage picture = box->grab().toImage();
    std::vector<int> columns;
    for (int x = 0; x < picture.width(); ++x)
      for (int y = picture.height() / 2; y < picture.height(); ++y)
        if (const QColor pixel = picture.pixelColor(x, y); pixel.red() - pixel.blue() > 80) {
          columns.push_back(x);
          break;
        }
    return columns;
  };
  const std::vector<int> wave = orange();
  QVERIFY(!wave.empty());
  const int before = box->fontMetrics().horizontalAdvance(QStringLiteral("tokens > 1 and "));
  QVERIFY2(std::abs(wave.front() - before) < 15, qPrintable(QString::number(wave.front() - before)));
  QVERIFY(std::abs(wave.back() - wave.front() - box->fontMetrics().horizontalAdvance(QStringLiteral("segm"))) < 5);
  QCOMPARE(ids().size(), 6); // the last that was understood still holds
  box->setText(QString::fromUtf8("title = '\xc3\xa9' and tokens ="));
  QCOMPARE(*box->marked(), std::pair(24, 25)); // one past the end
  box->setText(QStringLiteral("source.yeer > 1"));
  QCOMPARE(sentence(), QStringLiteral("no document has a number or text in a field yeer; near: year"));
  QCOMPARE(marked(), QString());
  box->setText(QStringLiteral("source.year > 1"));
  QCOMPARE(sentence(), QString());
  QVERIFY(orange().empty());
}

void TestDocumentsPanel::percentiles_are_those_of_all_rows() {
  panel_->filter_box()->setText(QStringLiteral("tokens < 6k and tokens >= p50(tokens)"));
  QTRY_COMPARE_WITH_TIMEOUT(ids(), QStringLiteral("ed"), patience);
}

LONGVIEW_WIDGET_TEST_MAIN(TestDocumentsPanel)
#include "tst_documents_panel.moc"
