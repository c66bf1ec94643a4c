#include <atomic>
#include <memory>

#include <QComboBox>
#include <QDoubleSpinBox>
#include <QHeaderView>
#include <QLineEdit>
#include <QScrollBar>
#include <QSlider>
#include <QTableView>

#include "pages/document_page.h"
#include "pages/everything_box.h"
#include "pages/filter_box.h"
#include "pages/parameters_panel.h"
#include "support/niceness.h"
#include "ui/support/main_window_test.h"
#include "widgets/heatmap_widget.h"
#include "widgets/number_slider.h"

using namespace longview;
using namespace longview::test;

namespace {

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
constexpr double longest_event = 1000; // ms: what a sanitizer adds is not the window's
#else
constexpr double longest_event = 50; // ms
#endif

} // namespace

/// No event takes the window's thread longer than 50 ms of its own time, and none uses store or engine
/// (WatchedApplication): while a run fills the table, with a document of 256 segments and all its pairs open.
class TestResponsive : public MainWindowTest {
  Q_OBJECT

  static constexpr unsigned segments = 256;

  /// Everything that is asked for has come.
  bool settled() const {
    const DocumentPointer document = window_->page().document();
    return window_->queue().idle() && document && document->text;
  }

  static void check(const char* what) {
    const WatchedApplication::Longest longest = WatchedApplication::instance().longest();
    const std::string said =
        std::string(what) + ": " + std::to_string(longest.time.count()) + " ms for " + longest.event;
    qInfo("%s", said.c_str());
    QVERIFY2(longest.time.count() < longest_event, said.c_str());
    WatchedApplication::instance().forget();
  }

 private slots:
  void init() { open(); }
  void cleanup() { close(); }

  /// So a run on all cores takes nothing from what is on the screen.
  void scoring_stands_behind_the_window() {
    const int own = niceness();
    const auto scoring = std::make_shared<std::atomic<int>>(own);
    fake_->engine.after_batch = [scoring] { *scoring = niceness(); };
    window_->score({request(1)});
    QTRY_VERIFY_WITH_TIMEOUT(window_->queue().idle() && fake_->engine.pairs_run > 0, patience);
    QVERIFY2(*scoring >= 10, qPrintable(QString::number(*scoring)));
    QCOMPARE(niceness(), own);
  }

  void answers_at_once() {
    RunRequest run = request(60, segments);
    run.settings.sampling.pairs_per_document = 0; // all
    // the first look at a window loads fonts and styles; that is no job of ours
    QTest::qWait(0);
    WatchedApplication::instance().forget();

    window_->score({run});
    QTRY_VERIFY_WITH_TIMEOUT(settled() && model().rowCount() == 60, 60000);
    QCOMPARE(window_->page().document()->data.pairs.pairs.size(),
             std::size_t{window_->page().document()->segments()} * (window_->page().document()->segments() - 1) / 2);
    check("filling while scoring");

    for (int k = 0; k < 5; ++k) {
      const DocumentPointer before = window_->page().document();
      window_->documents().step(1);
      QTRY_VERIFY_WITH_TIMEOUT(window_->page().document() != before && settled(), patience);
    }
    check("opening documents");

    HeatmapWidget* heatmap = window_->page().heatmap();
    heatmap->setFocus();
    for (int k = 0; k < 20; ++k)
      QTest::keyClick(heatmap, Qt::Key_BracketRight);
    check("stepping through links");
    for (int k = 1; k < 40; ++k)
      QTest::mouseMove(heatmap, QPoint(heatmap->width() * k / 60, heatmap->height() * k / 45));
    QTest::keyClick(heatmap, Qt::Key_Plus);
    QTest::keyClick(heatmap, Qt::Key_Home);
    check("pointing at cells");

    window_->parameters().window()->show();
    auto* threshold = window_->parameters().findChild<NumberSlider*>();
    for (int k = 0; k < 20; ++k) {
      threshold->slider()->setValue(threshold->slider()->minimum() + 3 * k);
      QTest::qWait(1);
    }
    const double wanted = threshold->value();
    QTRY_VERIFY_WITH_TIMEOUT(window_->page().document()->parameters.threshold == wanted && settled(), patience);
    check("a slider");

    QTest::keyClicks(window_->documents().filter_box(), QStringLiteral("tokens > 33000"));
    QTRY_VERIFY_WITH_TIMEOUT(model().rowCount() < 60, patience);
    window_->documents().filter_box()->clear();
    QTRY_COMPARE_WITH_TIMEOUT(model().rowCount(), 60, patience);
    QHeaderView* header = window_->documents().table()->horizontalHeader();
    int tokens = -1;
    for (int column = 0; column < model().columnCount(); ++column) {
      header->setSortIndicator(column, Qt::AscendingOrder);
      if (header->model()->headerData(column, Qt::Horizontal).toString() == QStringLiteral("Tokens"))
        tokens = column;
    }
    QVERIFY(tokens >= 0);
    header->setSortIndicator(tokens, Qt::DescendingOrder);
    const auto longest_is_first = [this] { return model().name(model().index(0, 0)) == "d59"; };
    QTRY_VERIFY_WITH_TIMEOUT(longest_is_first(), patience);
    check("filter and sort");

    EverythingBox& search = window_->search_box();
    search.begin();
    QTest::keyClicks(&search, QStringLiteral("words of"));
    QTRY_VERIFY_WITH_TIMEOUT(search.is_open(), patience);
    QTRY_VERIFY_WITH_TIMEOUT(search.status_text().endsWith(QStringLiteral("enough was found")), patience);
    QTest::keyClick(&search, Qt::Key_Down);
    QTest::keyClick(&search, Qt::Key_Return);
    QTRY_VERIFY_WITH_TIMEOUT(window_->page().reader_shown(), patience);
    QTest::keyClick(window_.get(), Qt::Key_T, Qt::ControlModifier);
    check("searching everything");

    window_->resize(1024, 640);
    QTest::qWait(1);
    window_->resize(1500, 900);
    QTest::qWait(1);
    check("another size");
  }
};

LONGVIEW_WIDGET_TEST_MAIN(TestResponsive)
#include "tst_responsive.moc"
