#include <cmath>
#include <fstream>

#include <QComboBox>
#include <QDialog>
#include <QDoubleSpinBox>
#include <QInputDialog>
#include <QLabel>
#include <QLineEdit>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QSignalSpy>
#include <QStackedWidget>
#include <QTableView>
#include <QToolButton>
#include <qcustomplot.h>

#include "models/format.h"
#include "models/links_model.h"
#include "pages/document_page.h"
#include "pages/empty_state.h"
#include "pages/extra_pairs_bar.h"
#include "pages/filter_box.h"
#include "pages/find_bar.h"
#include "pages/jobs_strip.h"
#include "pages/links_panel.h"
#include "pages/notice.h"
#include "pages/parameters_panel.h"
#include "pages/path_field.h"
#include "pages/prefix_words.h"
#include "pages/reader_panel.h"
#include "pages/run_chooser.h"
#include "pages/score_dialog.h"
#include "pages/start_page.h"
#include "pages/why_panel.h"
#include "ui/support/main_window_test.h"
#include "widgets/heatmap_geometry.h"
#include "widgets/heatmap_painter.h"
#include "widgets/heatmap_widget.h"
#include "widgets/pair_text_widget.h"
#include "widgets/plot_view.h"
#include "widgets/profile_widget.h"
#include "widgets/reading_line.h"
#include "widgets/segment_measure.h"
#include "widgets/segment_pane.h"
#include "widgets/specificity_widget.h"

using namespace longview;
using namespace longview::test;

class TestMainWindow : public MainWindowTest {
  Q_OBJECT

 private slots:
  void init() { open(); }
  void cleanup() { close(); }

  void begins_with_the_start_page() {
    QVERIFY(window_->start_page().isVisible());
    QVERIFY(!window_->page().isVisible());
    QVERIFY(!action(*window_, QStringLiteral("Export…"))->isEnabled());
  }

  void a_project_without_runs_offers_to_score() {
    { Project::open(path("empty.longview"), Project::Mode::create); }
    window_->open_project(path("empty.longview"));
    const auto* empty = window_->page().findChild<EmptyState*>();
    QTRY_VERIFY_WITH_TIMEOUT(empty->isVisible() && empty->button()->isVisible(), patience);
    QCOMPARE(empty->words(), QStringLiteral("Nothing is scored in this project yet."));
    QTest::mouseClick(empty->button(), Qt::LeftButton);
    const auto* dialog = window_->findChild<ScoreDialog*>();
    QVERIFY(dialog && dialog->isVisible());
    QCOMPARE(dialog->request().project, path("empty.longview"));
  }

  void fills_while_it_is_scored() {
    window_->score({request(4)});
    QTRY_COMPARE_WITH_TIMEOUT(model().rowCount(), 4, patience);
    QTRY_VERIFY_WITH_TIMEOUT(window_->queue().idle(), patience);
    QTRY_VERIFY_WITH_TIMEOUT(window_->page().document() != nullptr, patience);
    QVERIFY(window_->page().isVisible());
    QVERIFY(action(*window_, QStringLiteral("Export…"))->isEnabled());
    QTRY_VERIFY_WITH_TIMEOUT(!action(*window_, QStringLiteral("Continue this run"))->isEnabled(), patience);
    // the best comes first, and is the one that is open
    const QModelIndex first = model().index(0, 0);
    QCOMPARE(model().rank(first), 1u);
    QCOMPARE(window_->page().document()->document.id, *model().id(first));
  }

  void reads_the_pair_that_is_selected() {
    window_->score({request(1)});
    QTRY_VERIFY_WITH_TIMEOUT(window_->queue().idle() && window_->page().document(), patience);
    QTRY_VERIFY_WITH_TIMEOUT(window_->page().document()->text != nullptr, patience);
    HeatmapWidget* heatmap = window_->page().heatmap();
    heatmap->setFocus();
    QTest::keyClick(heatmap, Qt::Key_BracketRight);
    QVERIFY(heatmap->selected().has_value());
    const auto* reading = named<QLabel>(window_->page(), "Reading of the pair");
    QVERIFY2(reading->text().contains(QStringLiteral("strength")), qPrintable(reading->text()));
    const auto* target = named<QPlainTextEdit>(window_->page(), "Target");
    QVERIFY2(target->toPlainText().contains(QStringLiteral("<b>document</b>")), qPrintable(target->toPlainText()));
    QTest::keyClick(heatmap, Qt::Key_Escape);
    QVERIFY(!heatmap->selected());
    QCOMPARE(target->toPlainText(), QString());
  }

  void a_link_is_selected_in_every_view() {
    window_->score({request(1)});
    QTRY_VERIFY_WITH_TIMEOUT(window_->queue().idle() && window_->page().document(), patience);
    DocumentPage& page = window_->page();
    LinksPanel* links = page.links();
    page.step_link(1);
    QCOMPARE(page.heatmap()->selected(), links->model()->cell(0));
    window_->activateWindow();
    QTest::keyClick(page.heatmap(), Qt::Key_BracketRight);
    QCOMPARE(page.heatmap()->selected(), links->model()->cell(1));
    QCOMPARE(links->table()->currentIndex().row(), 1);
    links->table()->setFocus();
    QTest::keyClick(links->table(), Qt::Key_Down);
    QCOMPARE(page.heatmap()->selected(), links->model()->cell(2));
    const QString reading = named<QLabel>(page, "Reading of the pair")->text();
    QVERIFY2(reading.startsWith(
                 QStringLiteral("c_%1 after c_%2 ").arg(links->model()->cell(2)->i).arg(links->model()->cell(2)->j)),
             qPrintable(reading));
    QTest::keyClick(links->table(), Qt::Key_BracketLeft);
    QCOMPARE(page.heatmap()->selected(), links->model()->cell(1));
  }

  /// Bars of the specificity plot, and those beside and below the heatmap.
  void a_row_or_column_is_selected_in_every_view() {
    window_->resize(1400, 900); // a bar for every row: narrow plots draw the highest of several
    window_->score({request(1)});
    QTRY_VERIFY_WITH_TIMEOUT(window_->queue().idle() && window_->page().document(), patience);
    QTRY_VERIFY_WITH_TIMEOUT(window_->page().document()->text != nullptr, patience);
    DocumentPage& page = window_->page();
    const DocumentPointer document = page.document();
    const auto* reading = named<QLabel>(page, "Reading of the pair");
    const auto all_show = [&](Cell cell, const CellRange& range) {
      QCOMPARE(page.heatmap()->selected(), std::optional(cell));
      QCOMPARE(page.heatmap()->selection(), std::optional(range));
      QCOMPARE(page.texts()->pair(), std::optional(cell));
      QCOMPARE(page.links()->table()->currentIndex().row(), page.links()->model()->row_of(cell));
      QCOMPARE(reading->text(), page.heatmap()->selection_text());
    };
    const std::uint32_t row = page.links()->model()->cell(1)->i;
    auto* plot = page.findChild<SpecificityWidget*>()->findChild<PlotView*>();
    QTest::mouseClick(&plot->plot(), Qt::LeftButton, {},
                      QPoint(static_cast<int>(plot->plot().xAxis->coordToPixel(row)), plot->height() / 3));
    all_show(*strongest_prefix(*document, row), {row, row, 0, row - 1});
    QTest::keyClick(plot, Qt::Key_Escape); // the rows, then the pair
    QVERIFY(!page.heatmap()->selection() && page.heatmap()->selected());
    QTest::keyClick(plot, Qt::Key_Escape);
    QVERIFY(!page.heatmap()->selected());

    HeatmapWidget* heatmap = page.heatmap();
    const HeatmapGeometry geometry = HeatmapGeometry::fitted(
        heatmap->rect(),
        heatmap_room(heatmap->font(), document->segments(), heatmap->view(), document->sampling.segment_length),
        document->segments());
    const std::uint32_t last = document->segments() - 1, column = page.links()->model()->cell(0)->j;
    QTest::mouseClick(heatmap, Qt::LeftButton, {}, QPointF(geometry.bars.left() + 2, geometry.y(row + 0.5)).toPoint());
    all_show(*strongest_prefix(*document, row), {row, row, 0, row - 1});
    QTest::mouseClick(heatmap, Qt::LeftButton, {},
                      QPointF(geometry.x(column + 0.5), geometry.strip.center().y()).toPoint());
    all_show(*strongest_target(*document, column), {column + 1, last, column, column});
  }

  void hovering_moves_and_selects_nothing() {
    window_->score({request(1)});
    QTRY_VERIFY_WITH_TIMEOUT(window_->queue().idle() && window_->page().document(), patience);
    QTRY_VERIFY_WITH_TIMEOUT(window_->page().document()->text != nullptr, patience);
    DocumentPage& page = window_->page();
    page.step_link(1);
    QTest::qWait(0);
    const std::optional<Cell> selected = page.heatmap()->selected();
    auto* specificity = page.findChild<SpecificityWidget*>();
    const std::vector<QWidget*> parts{page.heatmap(), page.profile(),      specificity,       page.texts(),
                                      page.links(),   page.prefix_words(), page.extra_pairs()};
    const auto places = [&] {
      std::vector<QRect> rects;
      for (const QWidget* part : parts)
        rects.emplace_back(part->mapTo(&page, QPoint()), part->isVisible() ? part->size() : QSize());
      rects.push_back(named<QLabel>(page, "Reading of the pair")->geometry());
      return rects;
    };
    const std::vector<QRect> before = places();
    const auto* reading = named<QLabel>(page, "Reading of the pair");
    const QString read_before = reading->text();
    bool read_another = false; // so hovering arrives
    for (QWidget* under :
         {static_cast<QWidget*>(page.heatmap()), static_cast<QWidget*>(page.links()->table()->viewport()),
          static_cast<QWidget*>(&page.profile()->findChild<PlotView*>()->plot()),
          static_cast<QWidget*>(&specificity->findChild<PlotView*>()->plot())})
      for (int k = 1; k < 12; ++k) {
        QTest::mouseMove(under, QPoint(under->width() * k / 12, under->height() * k / 12));
        QTest::qWait(0);
        read_another = read_another || (under == page.heatmap() && reading->text() != read_before);
        QVERIFY(places() == before);
        QCOMPARE(page.heatmap()->selected(), selected);
        QVERIFY(!page.heatmap()->selection());
      }
    QVERIFY(read_another);
  }

  void a_segment_of_the_text_is_selected_in_every_view() {
    window_->score({request(1)});
    QTRY_VERIFY_WITH_TIMEOUT(window_->queue().idle() && window_->page().document(), patience);
    QTRY_VERIFY_WITH_TIMEOUT(window_->page().document()->text != nullptr, patience);
    DocumentPage& page = window_->page();
    window_->activateWindow();
    QTest::keyClick(window_.get(), Qt::Key_T, Qt::ControlModifier);
    QVERIFY(page.reader_shown());
    TextView* text = page.reader()->text();
    QTRY_VERIFY_WITH_TIMEOUT(text->in_sight().end > 0, patience);
    const DocumentPointer document = page.document();
    const Cell strongest = *page.links()->model()->cell(0);
    text->set_caret(document->data.bounds[strongest.i] + 3, false);
    text->reveal(text->caret());
    const QRect line = text->rect_of(document->data.bounds[strongest.i]); // where it begins
    QTest::mouseClick(text->viewport(), Qt::LeftButton, {}, QPoint(8, line.center().y()));
    const std::optional<Cell> selected = page.heatmap()->selected();
    QVERIFY(selected && selected == strongest_prefix(*document, selected->i));
    QCOMPARE(page.texts()->pair(), selected);
    QCOMPARE(page.links()->table()->currentIndex().row(), page.links()->model()->row_of(*selected));
    QTest::keyClick(text, Qt::Key_BracketRight); // and back: the text follows the links
    QVERIFY(page.heatmap()->selected() != selected);
    const ByteRange target = *segment_bytes(*document, page.heatmap()->selected()->i);
    const ByteRange prefix = *segment_bytes(*document, page.heatmap()->selected()->j);
    const ByteRange sight = text->in_sight();
    QVERIFY((target.begin < sight.end && target.end > sight.begin) ||
            (prefix.begin < sight.end && prefix.end > sight.begin));
    QTest::keyClick(window_.get(), Qt::Key_F, Qt::ControlModifier);
    QVERIFY(page.reader()->find_bar()->isVisible());
    QTest::keyClick(text, Qt::Key_Escape); // closes the search first, then takes the selection back
    QVERIFY(!page.reader()->find_bar()->isVisible() && page.heatmap()->selected());
    QTest::keyClick(text, Qt::Key_Escape);
    QVERIFY(!page.heatmap()->selected());
    QTest::keyClick(window_.get(), Qt::Key_T, Qt::ControlModifier);
    QVERIFY(page.heatmap()->isVisible());
  }

  void everything_follows_live_parameters() {
    window_->score({request(3)});
    QTRY_COMPARE_WITH_TIMEOUT(model().rowCount(), 3, patience);
    QTRY_VERIFY_WITH_TIMEOUT(window_->queue().idle() && window_->page().document(), patience);
    const auto pairs_run = fake_->engine.pairs_run.load();
    const RunInfo run = *window_->chooser().run();
    LiveParameters wanted = run.settings.parameters;
    wanted.threshold = 0.2;
    wanted.beta = 0;
    wanted.specificity = SpecificityMode::off;
    const auto expected = [&](DocumentId document) {
      const Project project = Project::open(path("p.longview"), Project::Mode::read_only);
      return derive_numbers(project.result_data(run.stored.id, document)->pairs, run.settings.sampling, wanted);
    };
    const auto* panel = &window_->parameters();
    named<QDoubleSpinBox>(*panel, "Threshold, exactly")->setValue(0.2);
    named<QDoubleSpinBox>(*panel, "Weight of distance, exactly")->setValue(0);
    auto* specificity = named<QComboBox>(*panel, "Specificity");
    specificity->setCurrentIndex(specificity->count() - 1);
    QVERIFY(panel->parameters() == wanted);
    const auto shown_mean = [this](int row) {
      return model().index(row, model().column("lds_mean")).data(DocumentsModel::ValueRole).toDouble();
    };
    const auto table_follows = [&] {
      for (int row = 0; row < model().rowCount(); ++row) {
        const double wanted_mean = expected(*model().id(model().index(row, 0))).lds_mean;
        if (std::abs(shown_mean(row) - wanted_mean) > 1e-9 * wanted_mean)
          return false;
      }
      return true;
    };
    QTRY_VERIFY_WITH_TIMEOUT(table_follows(), patience);
    const DocumentId open = window_->page().key()->document;
    QTRY_COMPARE_WITH_TIMEOUT(window_->page().document()->row.lds, expected(open).lds, patience);
    QCOMPARE(named<QLabel>(window_->why(), "LDS, the sum")->text(), QString(three_digits(expected(open).lds)));
    for (int row = 1; row < model().rowCount(); ++row) // ranked anew
      QVERIFY(shown_mean(row - 1) >= shown_mean(row));
    QCOMPARE(fake_->engine.pairs_run.load(), pairs_run); // the model was not asked

    window_->parameters().reset();
    wanted = run.settings.parameters;
    QTRY_VERIFY_WITH_TIMEOUT(table_follows(), patience);
    QTRY_COMPARE_WITH_TIMEOUT(window_->page().document()->row.lds, expected(open).lds, patience);
  }

  void named_sets_stay_with_the_project() {
    window_->score({request(2)});
    QTRY_VERIFY_WITH_TIMEOUT(window_->queue().idle() && window_->page().document(), patience);
    ParametersPanel& panel = window_->parameters();
    named<QDoubleSpinBox>(panel, "Threshold, exactly")->setValue(0.3);
    for (auto* button : panel.findChildren<QToolButton*>())
      if (button->text() == QStringLiteral("Keep…"))
        QTest::mouseClick(button, Qt::LeftButton);
    auto* dialog = panel.findChild<QInputDialog*>();
    QVERIFY(dialog);
    dialog->setTextValue(QStringLiteral("strict"));
    dialog->accept();
    auto* sets = named<QComboBox>(panel, "Named set");
    QTRY_COMPARE_WITH_TIMEOUT(sets->currentText(), QStringLiteral("strict"), patience);
    panel.reset();
    QCOMPARE(sets->currentIndex(), 0);

    MainWindow again;
    again.open_project(path("p.longview"));
    auto* there = named<QComboBox>(again.parameters(), "Named set");
    QTRY_COMPARE_WITH_TIMEOUT(there->count(), 2, patience);
    there->setCurrentIndex(1);
    emit there->activated(1);
    QCOMPARE(again.parameters().parameters().threshold, 0.3);
    for (auto* button : again.parameters().findChildren<QToolButton*>())
      if (button->text() == QStringLiteral("Remove"))
        QTest::mouseClick(button, Qt::LeftButton);
    QTRY_COMPARE_WITH_TIMEOUT(there->count(), 1, patience);
  }

  void colours_tokens_on_request() {
    window_->score({request(1)});
    QTRY_VERIFY_WITH_TIMEOUT(window_->queue().idle() && window_->page().document(), patience);
    QTRY_VERIFY_WITH_TIMEOUT(window_->page().document()->text != nullptr, patience);
    DocumentPage& page = window_->page();
    auto* target = page.findChild<SegmentPane*>(QStringLiteral("target"));
    const auto* summary = named<QLabel>(page, "Strongest tokens");
    page.step_link(1);
    QCOMPARE(fake_->engine.token_nlls_run.load(), std::uint64_t{0}); // nobody asked
    page.texts()->set_gains_wanted(true);
    QTRY_VERIFY_WITH_TIMEOUT(!target->words_at(10).isEmpty(), patience);
    QCOMPARE(fake_->engine.token_nlls_run.load(), std::uint64_t{2}); // alone and after
    QVERIFY(summary->text().startsWith(QStringLiteral("mean gain ")));
    // the fake makes odd tokens easier by half a nat more than the mean, even ones by half a nat less
    const Cell cell = *page.heatmap()->selected();
    const DocumentPointer document = page.document();
    const double mean = std::log(document->data.pairs.perplexity_alone[cell.i] /
                                 document->data.pairs.pairs[*document->pair_at(cell)].perplexity_after);
    QVERIFY2(target->words_at(1).startsWith(QStringLiteral("token 1: gain %1 nats").arg(figure_number(mean + 0.5))),
             qPrintable(target->words_at(1)));
    QVERIFY(target->colour_at(1).red() > target->colour_at(1).blue()); // helped: orange
    QVERIFY(target->words_at(0).contains(QStringLiteral("never scored")));
    QVERIFY(!target->colour_at(0).isValid());
    QTest::keyClick(page.heatmap(), Qt::Key_BracketRight); // another link, at once
    QTRY_COMPARE_WITH_TIMEOUT(fake_->engine.token_nlls_run.load(), std::uint64_t{4}, patience);
    page.step_link(-1); // known already
    QVERIFY(!target->words_at(1).isEmpty());
    QCOMPARE(fake_->engine.token_nlls_run.load(), std::uint64_t{4});
    page.texts()->set_gains_wanted(false);
    QVERIFY(target->words_at(1).isEmpty() && !target->colour_at(1).isValid() && summary->text().isEmpty());
  }

  void says_why_there_are_no_token_gains() {
    window_->score({request(1)});
    QTRY_VERIFY_WITH_TIMEOUT(window_->queue().idle() && window_->page().document(), patience);
    QTRY_VERIFY_WITH_TIMEOUT(window_->page().document()->text != nullptr, patience);
    std::filesystem::remove(path("tiny.gguf"));
    window_->page().step_link(1);
    window_->page().texts()->set_gains_wanted(true);
    const auto* summary = named<QLabel>(window_->page(), "Strongest tokens");
    QTRY_VERIFY_WITH_TIMEOUT(summary->text().contains(QStringLiteral("tiny.gguf: the model of this run is not there")),
                             patience);
  }

  void the_mean_of_the_run_is_that_of_all_its_documents() {
    window_->score({request(4)});
    QTRY_VERIFY_WITH_TIMEOUT(window_->page().document(), patience); // read while the others were still missing
    QTRY_VERIFY_WITH_TIMEOUT(window_->queue().idle(), patience);
    const auto documents = [this] {
      const auto dataset = window_->page().figure(FigureKind::profile).options.dataset;
      return dataset ? dataset->documents : std::uint64_t{0};
    };
    QTRY_COMPARE_WITH_TIMEOUT(documents(), std::uint64_t{4}, patience);
  }

  void filters_as_one_types() {
    window_->score({request(4)});
    QTRY_COMPARE_WITH_TIMEOUT(model().rowCount(), 4, patience);
    QTRY_VERIFY_WITH_TIMEOUT(window_->queue().idle(), patience);
    QLineEdit* box = window_->documents().filter_box();
    QTest::keyClicks(box, QStringLiteral("id = \"d2\" or id = \"d3\""));
    QTRY_COMPARE_WITH_TIMEOUT(model().rowCount(), 2, patience);
    box->clear();
    QTRY_COMPARE_WITH_TIMEOUT(model().rowCount(), 4, patience);
    QTest::keyClicks(box, QStringLiteral("tokens >"));
    QTest::keyClick(box, Qt::Key_Escape); // it may still become >=
    bool told = false;
    for (const Notice* notice : window_->documents().findChildren<Notice*>())
      told = told || (notice->is_error() && notice->isVisible());
    QVERIFY(told);
    QCOMPARE(model().rowCount(), 4);
  }

  void moves_through_the_table_by_keys() {
    window_->score({request(3)});
    QTRY_COMPARE_WITH_TIMEOUT(model().rowCount(), 3, patience);
    QTRY_VERIFY_WITH_TIMEOUT(window_->queue().idle() && window_->page().document(), patience);
    window_->activateWindow();
    window_->documents().focus_table();
    QTest::keyClick(window_->documents().table(), Qt::Key_Down);
    const DocumentId second = *model().id(model().index(1, 0));
    QTRY_VERIFY_WITH_TIMEOUT(window_->page().document()->document.id == second, patience);
  }

  void stops_and_goes_on() {
    std::atomic<bool> hold{true};
    fake_->engine.after_batch = [&hold] {
      while (hold)
        std::this_thread::sleep_for(std::chrono::milliseconds(1));
    };
    window_->score({request(4)});
    QTRY_VERIFY_WITH_TIMEOUT(fake_->engine.segments_run > 0, patience);
    auto* strip = window_->findChild<JobsStrip*>();
    QVERIFY(strip->isVisible());
    QTRY_VERIFY_WITH_TIMEOUT(window_->chooser().run() != nullptr, patience);
    auto* cancel = strip->findChild<QToolButton*>();
    QTest::mouseClick(cancel, Qt::LeftButton);
    QVERIFY(!cancel->isEnabled());
    hold = false;
    QTRY_VERIFY_WITH_TIMEOUT(window_->queue().idle(), patience);
    QCOMPARE(window_->queue().runs().front().state, QueuedRun::State::cancelled);
    QTRY_VERIFY_WITH_TIMEOUT(action(*window_, QStringLiteral("Continue this run"))->isEnabled(), patience);
    action(*window_, QStringLiteral("Continue this run"))->trigger();
    QTRY_VERIFY_WITH_TIMEOUT(window_->queue().idle(), patience);
    QTRY_COMPARE_WITH_TIMEOUT(model().rowCount(), 4, patience);
    QTRY_VERIFY_WITH_TIMEOUT(!action(*window_, QStringLiteral("Continue this run"))->isEnabled(), patience);
    QCOMPARE(window_->chooser().contents().runs.size(), std::size_t{1});
  }

  void a_run_that_cannot_start_leaves_the_start_page_and_says_why() {
    fake_->engine.refusal = "there is no such type here";
    window_->score({request(1)});
    QTRY_VERIFY_WITH_TIMEOUT(window_->queue().idle(), patience);
    QTRY_VERIFY_WITH_TIMEOUT(window_->start_page().isVisible(), patience);
    QVERIFY(!std::filesystem::exists(path("p.longview")));
    QString told;
    for (const Notice* notice : window_->findChild<JobsStrip*>()->findChildren<Notice*>())
      told += notice->text();
    QVERIFY2(told.contains(QStringLiteral("there is no such type here")), qPrintable(told));
  }

  void says_why_a_project_does_not_open() {
    std::ofstream(path("bad.longview")) << "this is no database";
    window_->open_project(path("bad.longview"));
    const auto* problem = named<Notice>(window_->start_page(), "Problem");
    QTRY_VERIFY_WITH_TIMEOUT(problem->isVisible(), patience);
    QVERIFY2(problem->text().contains(QStringLiteral("bad.longview")), qPrintable(problem->text()));
    QVERIFY(window_->project().empty());
  }

  void exports_what_the_filter_keeps() {
    window_->score({request(4)});
    QTRY_COMPARE_WITH_TIMEOUT(model().rowCount(), 4, patience);
    QTRY_VERIFY_WITH_TIMEOUT(window_->queue().idle(), patience);
    window_->documents().filter_box()->setText(QStringLiteral("id = \"d2\""));
    QTRY_COMPARE_WITH_TIMEOUT(model().rowCount(), 1, patience);
    action(*window_, QStringLiteral("Export…"))->trigger();
    auto* dialog = window_->findChild<QDialog*>();
    QVERIFY(dialog);
    dialog->findChild<PathField*>()->set_path(path("kept.jsonl"));
    QPushButton* button = nullptr;
    for (QPushButton* found : dialog->findChildren<QPushButton*>())
      if (QString(found->text()).remove(u'&') == QStringLiteral("Export"))
        button = found;
    QVERIFY(button);
    QTRY_VERIFY_WITH_TIMEOUT(button->isEnabled(), patience);
    QTest::mouseClick(button, Qt::LeftButton);
    QTRY_VERIFY_WITH_TIMEOUT(std::filesystem::exists(path("kept.jsonl.manifest.json")), patience);
    std::ifstream kept(path("kept.jsonl"));
    std::string line;
    QVERIFY(std::getline(kept, line));
    QVERIFY2(line.rfind("{\"id\":\"d2\",", 0) == 0, line.c_str());
    QVERIFY(line.find("\"longview\":{") != std::string::npos);
    QVERIFY(!std::getline(kept, line));
    dialog->reject();
  }

  void remembers_what_the_heatmap_shows() {
    action(*window_, QStringLiteral("Gain"))->trigger();
    QVERIFY(window_->close());
    const MainWindow again;
    QCOMPARE(action(again, QStringLiteral("Gain"))->isChecked(), true);
    action(*window_, QStringLiteral("Strength"))->trigger();
    window_->show();
    window_->close();
  }
};

LONGVIEW_WIDGET_TEST_MAIN(TestMainWindow)
#include "tst_main_window.moc"
