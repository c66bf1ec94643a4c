#include "pages/compare_page.h"

#include <fstream>
#include <memory>

#include <QComboBox>
#include <QLineEdit>
#include <QPushButton>
#include <QSignalSpy>
#include <QTabWidget>
#include <QTableWidget>
#include <QTreeWidget>
#include <nlohmann/json.hpp>
#include <qcustomplot.h>

#include "../../cli/known_project.h"
#include "application.h"
#include "base/file.h"
#include "compare/report.h"
#include "models/format.h"
#include "pages/compare_results.h"
#include "pages/filter_box.h"
#include "pages/labelled_panel.h"
#include "pages/notice.h"
#include "ui/support/find_widget.h"
#include "ui/support/widget_test.h"
#include "widgets/compare_plots.h"

using namespace longview;
using namespace longview::test;
using nlohmann::json;

namespace {

std::vector<KnownDocument> documents(const std::vector<double>& strengths, const std::string& kind = "x") {
  std::vector<KnownDocument> made;
  for (std::size_t k = 0; k < strengths.size(); ++k)
    made.push_back({"{\"id\":\"<b>d" + std::to_string(k) + "</b>\",\"text\":\"text " + std::to_string(k) +
                        "\",\"kind\":\"" + kind + "\"}",
                    1000 + k, strengths[k], 0});
  return made;
}

} // namespace

class TestComparePage : public QObject {
  Q_OBJECT

  std::unique_ptr<QTemporaryDir> folder_;
  std::unique_ptr<ComparePage> page_;

  std::filesystem::path path(const std::string& name) const {
    return std::filesystem::path(folder_->path().toStdString()) / name;
  }
  std::filesystem::path project(const std::string& name, const std::vector<KnownDocument>& made,
                                const RunSettings& settings = {}) const {
    make_project(path(name + ".longview"), path(name + ".jsonl"), made, settings);
    return path(name + ".longview");
  }
  void add(const std::filesystem::path& project, int projects) {
    page_->add_project(project, false);
    QTRY_COMPARE_WITH_TIMEOUT(page_->runs()->topLevelItemCount(), projects, patience);
  }
  /// Clicks the box before a run, as a person does.
  void check(int project, int run) {
    QTreeWidgetItem* item = page_->runs()->topLevelItem(project)->child(run);
    page_->runs()->scrollToItem(item);
    const QRect row = page_->runs()->visualItemRect(item);
    QTest::mouseClick(page_->runs()->viewport(), Qt::LeftButton, {}, QPoint(row.left() + 9, row.center().y()));
  }
  void wait_for_numbers() { QTRY_VERIFY_WITH_TIMEOUT(!page_->busy() && page_->results().comparison(), patience); }
  const Comparison& shown() { return *page_->results().comparison(); }

 private slots:
  void init() {
    folder_ = std::make_unique<QTemporaryDir>();
    page_ = std::make_unique<ComparePage>();
    page_->resize(1024, 640);
    page_->show();
    QVERIFY(QTest::qWaitForWindowExposed(page_.get()));
  }
  void cleanup() {
    page_.reset();
    folder_.reset();
  }

  void begins_with_one_sentence_and_one_button() {
    QVERIFY(!page_->results().isVisible());
    QVERIFY(!page_->report()->isEnabled());
    const auto* empty = page_->findChild<QWidget*>(QStringLiteral("empty"));
    QVERIFY(empty->isVisible());
    QCOMPARE(empty->findChildren<QPushButton*>().size(), 1);
  }

  void two_runs_have_the_numbers_of_the_command_line() {
    const auto a = project("a", documents({0.5, 0.6, 0.7, 0.2})), b = project("b", documents({0.2, 0.55, 0.3}));
    add(a, 1);
    add(b, 2);
    check(0, 0);
    QVERIFY(!page_->results().comparison() && !page_->report()->isEnabled()); // one is not enough
    QVERIFY(!page_->results().tabs()->isTabEnabled(0));
    QVERIFY(page_->results().labelled().isVisible()); // but for its labelled test
    check(1, 0);
    wait_for_numbers();
    page_->column()->setFocus();
    page_->column()->lineEdit()->selectAll();
    QTest::keyClicks(page_->column()->lineEdit(), QStringLiteral("strength"));
    page_->group()->setEditText(QStringLiteral("source.kind"));
    QTRY_VERIFY_WITH_TIMEOUT(page_->results().comparison() && shown().column == "strength" &&
                                 shown().group == "source.kind" && !page_->busy(),
                             patience);
    CompareOptions options;
    options.column = "strength";
    options.group = "source.kind";
    const std::string expected = comparison_json(compare(parse_sides({a.string(), b.string()}), options));
    QCOMPARE(QString::fromStdString(comparison_json(shown())), QString::fromStdString(expected));
    // the table says the same
    const json found = json::parse(expected);
    const auto* sides = named<QTableWidget>(*page_, "Statistics of the sides");
    QCOMPARE(sides->item(0, 3)->text(), three_digits(found["sides"][0]["summary"]["mean"].get<double>()));
    QCOMPARE(sides->item(1, 5)->text(), three_digits(found["sides"][1]["summary"]["median"].get<double>()));
    const auto* tests = named<QTableWidget>(*page_, "Tests between the sides");
    QCOMPARE(tests->item(0, 5)->text(), three_digits(found["pairs"][0]["mann_whitney"]["auc"].get<double>()));
    QCOMPARE(tests->item(1, 2)->text(), QString::number(found["pairs"][0]["length_matched"]["pairs"].get<int>()));
    QVERIFY(named<Notice>(*page_, "Incomparable")->text().isEmpty());
  }

  void the_first_run_that_is_chosen_is_blue() {
    add(project("a", documents({0.5, 0.6})), 1);
    add(project("b", documents({0.2, 0.3})), 2);
    check(1, 0);
    check(0, 0);
    wait_for_numbers();
    QCOMPARE(QString::fromStdString(shown().sides[0].label), QStringLiteral("b"));
    const auto colour = [this](int place) {
      return page_->runs()->topLevelItem(place)->child(0)->icon(0).pixmap(12).toImage().pixelColor(6, 6);
    };
    QCOMPARE(colour(1), QColor(0x00, 0x72, 0xb2));
    QCOMPARE(colour(0), QColor(0xd5, 0x5e, 0x00));
    check(1, 0); // the other one is first now
    QCOMPARE(page_->sides().size(), std::size_t{1});
    QCOMPARE(colour(0), QColor(0x00, 0x72, 0xb2));
  }

  void what_makes_numbers_incomparable_is_told() {
    RunSettings other;
    other.parameters.threshold = 0.25;
    add(project("a", documents({0.5, 0.6})), 1);
    add(project("b", documents({0.2, 0.3}), other), 2);
    check(0, 0);
    check(1, 0);
    wait_for_numbers();
    const auto* grave = named<Notice>(*page_, "Incomparable");
    QVERIFY2(grave->isVisible() && grave->is_error() && grave->text().contains(QStringLiteral("threshold")),
             qPrintable(grave->text()));
    // live parameters that are the same for all take the difference away
    page_->set_parameters(LiveParameters{});
    QTRY_VERIFY_WITH_TIMEOUT(!shown().incomparable() && !page_->busy(), patience);
    QVERIFY(!grave->isVisible());
  }

  void what_enters_the_top_opens() {
    RunSettings other;
    other.sampling.seed = 12;
    const auto b = project("b", documents({0.9, 0.2, 0.5, 0.7}), other);
    add(project("a", documents({0.9, 0.8, 0.5, 0.3})), 1);
    add(b, 2);
    check(0, 0);
    check(1, 0);
    wait_for_numbers();
    page_->results().tabs()->setCurrentIndex(4);
    auto* enters = named<QTableWidget>(*page_, "Enters the top");
    QCOMPARE(enters->rowCount(), 1);
    QCOMPARE(enters->item(0, 0)->text(), QStringLiteral("<b>d3</b>")); // no markup
    QSignalSpy wanted(page_.get(), &ComparePage::document_wanted);
    QTest::mouseClick(enters->viewport(), Qt::LeftButton, {}, enters->visualItemRect(enters->item(0, 0)).center());
    QCOMPARE(wanted.count(), 1);
    const auto key = wanted.first().first().value<DocumentKey>();
    QCOMPARE(key.project, b);
    QCOMPARE(Project::open(b, Project::Mode::read_only).document(key.document).name, std::string("<b>d3</b>"));
  }

  void errors_stand_at_their_field() {
    add(project("a", documents({0.5, 0.6})), 1);
    add(project("b", documents({0.2, 0.3})), 2);
    check(0, 0);
    check(1, 0);
    wait_for_numbers();
    const auto told = [](QWidget* field) {
      for (const Notice* notice : field->parentWidget()->findChildren<Notice*>(QString(), Qt::FindDirectChildrenOnly))
        if (notice->is_error() && notice->isVisible())
          return notice->text();
      return QString();
    };
    page_->column()->setEditText(QStringLiteral("ldsmean"));
    QTRY_VERIFY_WITH_TIMEOUT(told(page_->column()).contains(QStringLiteral("lds_mean")), patience);
    page_->column()->setEditText(QString());
    page_->where()->setText(QStringLiteral("tokens >"));
    QTRY_VERIFY_WITH_TIMEOUT(told(page_->where()).contains(QStringLiteral("filter")), patience);
    QVERIFY(told(page_->column()).isEmpty());
  }

  void fields_of_other_projects_are_not_called_missing() {
    auto offered = std::make_shared<CompletionSource>(); // by the open project
    offered->fields = {"kind"};
    page_->set_completion(offered);
    QVERIFY(page_->column()->findText(QStringLiteral("source.kind")) >= 0);
    page_->where()->setText(QStringLiteral("source.year > 1900"));
    QCOMPARE(page_->where()->accessibleDescription(), QString()); // a side may well have it
  }

  void fields_that_nobody_has_are_told() {
    add(project("a", documents({0.5, 0.6})), 1);
    add(project("b", documents({0.2, 0.3})), 2);
    check(0, 0);
    check(1, 0);
    wait_for_numbers();
    page_->group()->setEditText(QStringLiteral("source.kinds"));
    QTRY_VERIFY_WITH_TIMEOUT(page_->problem()->text().contains(QStringLiteral("near: kind")), patience);
    QVERIFY(!page_->problem()->is_error() && page_->report()->isEnabled());
    page_->group()->setEditText(QStringLiteral("source.kind"));
    QTRY_VERIFY_WITH_TIMEOUT(shown().group == "source.kind" && !page_->busy(), patience);
    QCOMPARE(page_->problem()->text(), QString());
  }

  void groups_are_boxes_or_violins() {
    std::vector<KnownDocument> made = documents({0.5, 0.6, 0.7, 0.2});
    for (KnownDocument& one : documents({0.1}, "alone")) {
      one.line.replace(one.line.find("text 0"), 6, "more");
      made.push_back(one);
    }
    add(project("a", made), 1);
    add(project("b", documents({0.2, 0.55, 0.3})), 2);
    check(0, 0);
    check(1, 0);
    wait_for_numbers();
    auto* shape = page_->results().group_shape();
    shape->setCurrentIndex(0);
    page_->results().tabs()->setCurrentIndex(1);
    QVERIFY(!shape->isVisible()); // nothing is grouped
    page_->column()->setEditText(QStringLiteral("strength"));
    page_->group()->setEditText(QStringLiteral("source.kind"));
    QTRY_VERIFY_WITH_TIMEOUT(shown().group == "source.kind" && shown().column == "strength" && !page_->busy(),
                             patience);
    QVERIFY(shape->isVisible());
    auto* view = named<PlotView>(*page_, "Groups");
    const auto count = [&](auto* of) {
      int found = 0;
      for (int k = 0; k < view->plot().plottableCount(); ++k)
        found += qobject_cast<decltype(of)>(view->plot().plottable(k)) ? 1 : 0;
      return found;
    };
    QTRY_COMPARE_WITH_TIMEOUT(count(static_cast<QCPStatisticalBox*>(nullptr)), 2, patience);
    QCOMPARE(count(static_cast<QCPCurve*>(nullptr)), 0);
    QTest::keyClick(shape, Qt::Key_Down);
    QCOMPARE(shape->currentText(), QStringLiteral("Violins"));
    QTRY_COMPARE_WITH_TIMEOUT(count(static_cast<QCPCurve*>(nullptr)), 2, patience); // not of the one document
    QCOMPARE(application_settings().value("compare/groups").toString(), QStringLiteral("violins"));
    // no violin reaches beyond its documents
    for (int k = 0; k < view->plot().plottableCount(); ++k)
      if (auto* violin = qobject_cast<QCPCurve*>(view->plot().plottable(k)))
        for (const QCPCurveData& point : *violin->data())
          QVERIFY(point.value >= 0.1 - 1e-6 && point.value <= 0.35 + 1e-6);                    // half of what is given
    QCOMPARE(ComparePage().results().group_shape()->currentText(), QStringLiteral("Violins")); // remembered
    QTest::keyClick(shape, Qt::Key_Up);
    QTRY_COMPARE_WITH_TIMEOUT(count(static_cast<QCPCurve*>(nullptr)), 0, patience);
  }

  void report_is_that_of_the_command_line() {
    const auto a = project("a", documents({0.5, 0.6})), b = project("b", documents({0.2, 0.3}));
    add(a, 1);
    add(b, 2);
    check(0, 0);
    check(1, 0);
    wait_for_numbers();
    page_->write_report(path("report.html"));
    QCOMPARE(QString::fromStdString(read_file(path("report.html"))),
             QString::fromStdString(comparison_html(compare(parse_sides({a.string(), b.string()}), {}))));
    std::ofstream(path("notes.html")) << "my notes";
    page_->write_report(path("notes.html"));
    QVERIFY(page_->problem()->is_error());
    QCOMPARE(read_file(path("notes.html")), std::string("my notes"));
  }

  void labelled_test_of_the_sides() {
    std::vector<KnownDocument> made = documents({0.9, 0.5, 0.4}, "whole");
    for (KnownDocument& one : documents({0.6, 0.3}, "stitched")) {
      one.line.replace(one.line.find("text 0") == std::string::npos ? one.line.find("text 1") : one.line.find("text 0"),
                       4, "other");
      made.push_back(one);
    }
    add(project("a", made), 1);
    check(0, 0);
    LabelledPanel& panel = page_->results().labelled();
    panel.findChildren<QLineEdit*>().first()->setText(QStringLiteral("source.kind = 'whole'"));
    panel.test();
    QTRY_VERIFY_WITH_TIMEOUT(panel.table()->rowCount() > 0, patience);
    for (int row = 0; row < panel.table()->rowCount(); ++row)
      if (panel.table()->item(row, 1)->text() == QStringLiteral("strength")) {
        QCOMPARE(panel.table()->item(row, 2)->text(), three_digits(4.0 / 6)); // 0.9: both; 0.5, 0.4: one of two
        return;
      }
    QFAIL("no row for strength");
  }
};

LONGVIEW_WIDGET_TEST_MAIN(TestComparePage)
#include "tst_compare_page.moc"
