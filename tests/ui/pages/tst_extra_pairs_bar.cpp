#include "pages/extra_pairs_bar.h"

#include <atomic>
#include <cmath>
#include <fstream>
#include <mutex>

#include <QAction>
#include <QDoubleSpinBox>
#include <QLabel>
#include <QMenu>
#include <QPushButton>
#include <QRegularExpression>
#include <QThread>

#include "models/links_model.h"
#include "pages/document_page.h"
#include "pages/links_panel.h"
#include "pages/notice.h"
#include "pages/prefix_words.h"
#include "run/runner.h"
#include "support/fake_engine_test.h"
#include "support/niceness.h"
#include "ui/support/find_widget.h"
#include "ui/support/widget_test.h"
#include "widgets/heatmap_cells.h"
#include "widgets/heatmap_widget.h"
#include "widgets/pair_text_widget.h"
#include "widgets/reading_line.h"
#include "widgets/segment_pane.h"

using namespace longview;
using namespace longview::test;

namespace {

QAction* action(const ExtraPairsBar& bar, const QString& begin) {
  for (QAction* found : bar.menu()->actions())
    if (QString(found->text()).remove(u'&').startsWith(begin))
      return found;
  return nullptr;
}

QPushButton* button(const ExtraPairsBar& bar, const QString& text) {
  for (QPushButton* found : bar.findChildren<QPushButton*>())
    if (found->text() == text && found->isVisibleTo(&bar))
      return found;
  return nullptr;
}

} // namespace

/// The document page with a project that a fake engine scored.
class TestExtraPairsBar : public QObject {
  Q_OBJECT

  std::unique_ptr<EngineFolder> fake_;
  std::unique_ptr<DocumentPage> page_;
  DocumentKey key_;

  std::filesystem::path path(const char* name) const { return fake_->path(name); }
  ExtraPairsBar& bar() const { return *page_->extra_pairs(); }

  /// Scores one document of 40 segments and shows it.
  void open(Preset preset = Preset::longview) {
    std::string text;
    while (text.size() < 128u * 40)
      text += "Words of a document, number " + std::to_string(text.size()) + ". ";
    std::ofstream(path("d.jsonl")) << "{\"id\":\"d\",\"text\":\"" << text << "\"}\n";
    RunRequest request;
    request.inputs = {path("d.jsonl")};
    request.project = path("p.longview");
    request.model = path("tiny.gguf").string();
    request.settings.sampling.preset = preset;
    request.settings.sampling.pairs_per_document = 24;
    request.settings.parameters = default_parameters(preset);
    key_.project = request.project;
    key_.run = run(request, {}, {}).run;
    key_.document = Project::open(key_.project, Project::Mode::read_only).table(key_.run).front().document.id;
    page_ = std::make_unique<DocumentPage>();
    page_->resize(1000, 700);
    page_->show();
    page_->show_document(key_);
    QTRY_VERIFY_WITH_TIMEOUT(page_->document() && page_->document()->text, patience);
  }
  void wait_until_idle() { QTRY_VERIFY_WITH_TIMEOUT(!bar().busy() && !bar().text().contains("counting"), patience); }

 private slots:
  void init() {
    fake_ = std::make_unique<EngineFolder>();
    qputenv("XDG_CACHE_HOME", fake_->folder.path().toUtf8()); // speeds are remembered there
  }
  void cleanup() {
    page_.reset();
    fake_.reset();
  }

  void a_row_is_filled_and_the_run_keeps_its_numbers() {
    open();
    const DocumentPointer before = page_->document();
    const Cell cell = [&] {
      const Pair& pair = before->data.pairs.pairs.front();
      return Cell{pair.i, pair.j};
    }();
    QVERIFY(!action(bar(), "Score the missing pairs of the row")->isEnabled()); // none is selected
    page_->choose(cell);
    QAction* row = action(bar(), QString("Score the missing pairs of row c_%1").arg(cell.i));
    QVERIFY(row && row->isEnabled());
    QVERIFY(page_->heatmap()->actions().contains(row)); // in its context menu
    const int own = niceness();
    const auto scoring = std::make_shared<std::atomic<int>>(own);
    fake_->engine.after_batch = [scoring] { *scoring = niceness(); };
    row->trigger();
    QVERIFY(bar().busy() && bar().isVisible());
    QTRY_COMPARE_WITH_TIMEOUT(page_->document()->extra_count(), std::size_t{cell.i - row_pairs}, patience);
    wait_until_idle();
    QVERIFY2(*scoring >= 10, qPrintable(QString::number(*scoring))); // behind the window
    QCOMPARE(niceness(), own);

    const DocumentPointer after = page_->document();
    const HeatmapCells cells(*after, HeatmapValue::strength);
    QCOMPARE(cells.row(cell.i).size(), std::size_t{cell.i}); // every cell of the row is drawn
    QCOMPARE(after->row.lds_mean, before->row.lds_mean);
    QCOMPARE(after->scores.lds, before->scores.lds);
    QCOMPARE(cells.contribution(), HeatmapCells(*before, HeatmapValue::strength).contribution());
    std::uint32_t counted = 0;
    for (const ColumnLean& column : cells.columns())
      counted += column.pairs;
    QCOMPARE(counted, std::uint32_t{24}); // figures of the document count the run's pairs alone
    std::uint32_t extra_column = 0;
    while (!after->is_extra(*after->pair_at({cell.i, extra_column})))
      ++extra_column;
    const Cell extra{cell.i, extra_column};
    QVERIFY(reading_line(*after, extra).endsWith("an extra pair, not in the score"));
    QVERIFY(formula_text(*after, extra).contains(QString("over %1 pairs").arg(cell.i)));
    QVERIFY(formula_text(*after, cell).contains("over 8 pairs"));
    LinksModel links;
    links.set_document(after);
    QCOMPARE(links.rowCount(), int(24 + cell.i - row_pairs));
    const int place = links.row_of(extra);
    QVERIFY(place >= 0);
    QCOMPARE(links.index(place, LinksModel::contribution).data().toString(), QString("extra"));
    QVERIFY(bar().text().contains(QString("%1 extra pair").arg(cell.i - row_pairs)));
    QVERIFY(!button(bar(), "Stop"));
  }

  void live_parameters_change_extra_pairs_too() {
    open();
    page_->choose(Cell{page_->document()->data.pairs.pairs.front().i, page_->document()->data.pairs.pairs.front().j});
    action(bar(), "Score the missing pairs of row")->trigger();
    QTRY_VERIFY_WITH_TIMEOUT(page_->document()->extra_count() > 0, patience);
    wait_until_idle();
    const DocumentPointer before = page_->document();
    LiveParameters window = before->parameters;
    window.distance = DistanceScale::window;
    const DocumentData changed = before->with(window);
    QCOMPARE(changed.extra_count(), before->extra_count());
    const std::size_t k = before->data.pairs.pairs.size();
    QCOMPARE(changed.parts(k).distance, (changed.pair(k).i - changed.pair(k).j) / 255.0);
  }

  void a_selection_is_filled() {
    open();
    QVERIFY(!action(bar(), "Score the missing pairs of the selection")->isEnabled());
    page_->heatmap()->set_selection(CellRange{1, 3, 0, 2});
    emit page_->heatmap()->selection_changed(page_->heatmap()->selection());
    action(bar(), "Score the missing pairs of the selection")->trigger();
    QTRY_COMPARE_WITH_TIMEOUT(page_->document()->extra_count(), std::size_t{6}, patience);
    wait_until_idle();
    action(bar(), "Score the missing pairs of the selection")->trigger();
    const auto says = [this](const QString& text) {
      const auto* notice = bar().findChild<Notice*>();
      return notice->isVisible() && notice->text().contains(text);
    };
    QTRY_VERIFY_WITH_TIMEOUT(says("Nothing is missing"), patience);
  }

  void all_pairs_give_their_mean_and_can_be_stopped() {
    open();
    std::atomic<int> batches = 0;
    std::mutex one_at_a_time;
    one_at_a_time.lock(); // the engine waits until the window has asked it to stop
    fake_->engine.after_batch = [&] {
      if (++batches == 30) {
        const std::scoped_lock wait(one_at_a_time);
      }
    };
    action(bar(), "Score all missing pairs")->trigger();
    QTRY_VERIFY_WITH_TIMEOUT(batches == 30, patience);
    QTRY_VERIFY_WITH_TIMEOUT(button(bar(), "Stop"), patience);
    button(bar(), "Stop")->click();
    one_at_a_time.unlock();
    wait_until_idle();
    QTRY_VERIFY_WITH_TIMEOUT(page_->document()->extra_count() > 0, patience); // what was scored is kept
    const std::size_t kept = page_->document()->extra_count();
    QVERIFY(kept < 40 * 39 / 2 - 24);
    fake_->engine.after_batch = nullptr;
    action(bar(), "Score all missing pairs")->trigger();
    QTRY_VERIFY_WITH_TIMEOUT(page_->document()->all_pairs.has_value(), patience);
    wait_until_idle();
    QCOMPARE(page_->document()->extra_count(),
             std::size_t{page_->document()->segments()} * (page_->document()->segments() - 1) / 2 - 24);
    QVERIFY(bar().text().contains("All pairs: "));
  }

  void a_sample_is_lengthened_to_a_wish() {
    open();
    const double error = page_->document()->row.lds_error;
    action(bar(), "Lengthen the sample")->trigger();
    auto* wish = bar().findChild<QDoubleSpinBox*>();
    QVERIFY(wish->isVisible() && std::abs(wish->value() - error / 2) < 1e-4);
    QVERIFY(button(bar(), "Not now"));
    QVERIFY(button(bar(), "Lengthen"));
    QTest::keyClick(wish, Qt::Key_Return);
    QTRY_VERIFY_WITH_TIMEOUT(page_->document()->sample.has_value(), patience);
    wait_until_idle();
    QTRY_VERIFY_WITH_TIMEOUT(page_->document()->sample->numbers.lds_error <= wish->value(), patience);
    QCOMPARE(page_->document()->row.lds_error, error);
    QVERIFY2(bar().text().startsWith("Longer sample: "), qPrintable(bar().text()));
  }

  void what_takes_long_is_asked_about() {
    open();
    fake_->engine.after_batch = [] { QThread::msleep(30); }; // while the speed is measured: 40 pairs and more a second
    action(bar(), "Score all missing pairs")->trigger();
    QTRY_VERIFY_WITH_TIMEOUT(button(bar(), "Score"), patience);
    QVERIFY2(bar().text().contains(QRegularExpression("^[67]\\d\\d pairs to score: about \\d+ s$")),
             qPrintable(bar().text()));
    QVERIFY(!bar().busy());
    QTest::keyClick(button(bar(), "Score"), Qt::Key_Escape);
    QVERIFY(!bar().isVisible());
    QVERIFY(!Project::open(key_.project, Project::Mode::read_only).extra(key_.run, key_.document));
  }

  void errors_are_said_in_place() {
    open();
    std::ofstream(path("tiny.gguf"), std::ios::app) << "one byte more";
    action(bar(), "Score all missing pairs")->trigger();
    const auto* notice = bar().findChild<Notice*>();
    QTRY_VERIFY_WITH_TIMEOUT(notice->isVisible() && notice->is_error(), patience);
    QVERIFY(notice->text().contains("another model"));
    QVERIFY(action(bar(), "Score all missing pairs")->isEnabled());
  }

  void words_of_the_prefix_are_coloured() {
    open();
    PrefixWords& words = *page_->prefix_words();
    QVERIFY(!words.button()->isEnabled());
    const Pair& pair = page_->document()->data.pairs.pairs.front();
    page_->choose(Cell{pair.i, pair.j});
    QVERIFY(words.button()->isEnabled());
    words.button()->click();
    QTRY_VERIFY_WITH_TIMEOUT(!words.busy() && !words.text().isEmpty(), patience);
    QVERIFY2(words.text().startsWith("estimate"), qPrintable(words.text()));
    const auto* pane = page_->texts()->findChild<SegmentPane*>("prefix");
    const int word = static_cast<int>(pane->text()->toPlainText().indexOf("Words"));
    QVERIFY(word >= 0);
    QVERIFY2(pane->words_at(word).contains("an estimate"), qPrintable(pane->words_at(word)));
    QVERIFY(!pane->text()->extraSelections().isEmpty());
    const auto run_before = fake_->engine.pairs_run.load();
    page_->choose({}); // another pair, and back
    QVERIFY(pane->text()->extraSelections().isEmpty());
    page_->choose(Cell{pair.i, pair.j});
    words.button()->click();
    QVERIFY(!words.text().isEmpty());
    QCOMPARE(fake_->engine.pairs_run.load(), run_before); // it is remembered
  }

  void the_published_preset_has_no_error_to_bring_down() {
    open(Preset::published);
    QVERIFY(!action(bar(), "Lengthen the sample")->isEnabled());
    QVERIFY(action(bar(), "Score all missing pairs")->isEnabled());
  }
};

LONGVIEW_WIDGET_TEST_MAIN(TestExtraPairsBar)
#include "tst_extra_pairs_bar.moc"
