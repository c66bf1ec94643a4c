#include "widgets/plots.h"

#include <algorithm>
#include <cmath>
#include <map>

#include <QClipboard>
#include <QLabel>
#include <QMimeData>
#include <QPainter>
#include <QPlainTextEdit>
#include <QSvgRenderer>
#include <QWindow>
#include <qcustomplot.h>

#include "ui/support/sample_document.h"
#include "ui/support/widget_test.h"
#include "widgets/pair_text_widget.h"
#include "widgets/plot_figure.h"
#include "widgets/plot_view.h"
#include "widgets/profile_widget.h"
#include "widgets/specificity_widget.h"

using namespace longview;
using namespace longview::test;

namespace {

template <typename Plottable>
Plottable* named(QCustomPlot& plot, const char* name) {
  for (int k = 0; k < plot.plottableCount(); ++k)
    if (plot.plottable(k)->objectName() == QLatin1String(name))
      return dynamic_cast<Plottable*>(plot.plottable(k));
  return nullptr;
}

} // namespace

class TestPlots : public QObject {
  Q_OBJECT

 private slots:
  void steps_are_human_data() {
    QTest::addColumn<quint32>("length");
    QTest::addColumn<quint32>("step");
    QTest::newRow("few") << 5u << 1u;
    QTest::newRow("document") << 48u << 8u;
    QTest::newRow("long") << 400u << 64u;
    QTest::newRow("book") << 4000u << 512u;
  }
  void steps_are_human() {
    QFETCH(quint32, length);
    QFETCH(quint32, step);
    QCOMPARE(segment_step(length, 9), step);
  }

  void a_low_plot_leaves_out_what_would_overlap() {
    const auto document = sample_document_mutable({.segments = 24, .pairs = 0});
    document->parameters.threshold = -0.4; // on the axis too
    const ProfileFigure figure = profile_of(*document, BinScale::linear);
    QCustomPlot plot;
    plot.resize(400, 260);
    plot_profile(plot, *document, figure, Theme::light(), QFont());
    QCOMPARE(plot.yAxis->label(), QStringLiteral("mean strength"));
    plot.replot();
    QVERIFY(plot.yAxis->tickVectorLabels().join(u' ').contains(QChar(0x2212))); // a minus, no hyphen
    QVERIFY(!plot.yAxis->tickVectorLabels().join(u' ').contains(u'-'));
    const int words = plot.itemCount();
    plot.resize(400, 75);
    plot_profile(plot, *document, figure, Theme::light(), QFont());
    plot.replot();
    QCOMPARE(plot.yAxis->label(), QString());
    QVERIFY(plot.itemCount() < words); // the key
    const double room = plot.yAxis->axisRect()->height();
    QVERIFY2(static_cast<double>(plot.yAxis->tickVectorLabels().size()) *
                     QFontMetricsF(plot.yAxis->tickLabelFont()).height() <=
                 room + QFontMetricsF(plot.yAxis->tickLabelFont()).height(),
             qPrintable(plot.yAxis->tickVectorLabels().join(u' ')));
  }

  void a_distance_without_pairs_is_a_gap() {
    const auto document = sample_document_mutable({.segments = 24, .pairs = 0});
    for (Pair& pair : document->data.pairs.pairs)
      if (pair.i - pair.j == 10)
        pair.perplexity_after = no_value;
    document->scores = derive(document->data.pairs, document->sampling, document->parameters);
    QCustomPlot plot;
    const auto spots = plot_profile(plot, *document, profile_of(*document, BinScale::linear), Theme::light(), QFont());
    QCOMPARE(spots.size(), std::size_t{23}); // a bin for each distance
    auto* line = named<QCPGraph>(plot, "profile");
    QVERIFY(line);
    int gaps = 0;
    for (auto point = line->data()->constBegin(); point != line->data()->constEnd(); ++point) {
      if (std::isnan(point->value)) {
        ++gaps;
        QCOMPARE(point->key, 10.0);
      }
    }
    QCOMPARE(gaps, 1);
    QVERIFY(spots[9].words.contains(QStringLiteral("no pair")));
    QVERIFY(spots[8].words.contains(QStringLiteral(", 15 pairs")));
    QVERIFY(spots[8].words.contains(QStringLiteral("1,152 tokens")));
  }

  void the_line_shows_the_mean_strength() {
    const auto document = sample_document({.segments = 20, .pairs = 0});
    QCustomPlot plot;
    plot_profile(plot, *document, profile_of(*document, BinScale::linear), Theme::light(), QFont());
    double sum = 0;
    for (std::uint32_t i = 3; i < 20; ++i)
      sum += sample_strength({i, i - 3}, 12);
    auto* line = named<QCPGraph>(plot, "profile");
    const auto point = line->data()->findBegin(3, false);
    QCOMPARE(point->key, 3.0);
    QVERIFY(std::abs(point->value - sum / 17) < 1e-4);
  }

  void far_distances_share_bins_on_a_logarithmic_axis() {
    const auto document = sample_document({.segments = 300, .pairs = 0});
    QCustomPlot plot;
    const auto spots =
        plot_profile(plot, *document, profile_of(*document, BinScale::logarithmic), Theme::light(), QFont());
    QCOMPARE(plot.xAxis->scaleType(), QCPAxis::stLogarithmic);
    QVERIFY(plot.xAxis->range().lower > 0);
    QVERIFY(spots.front().to - spots.front().from < 1.5);
    QVERIFY(spots.back().to - spots.back().from > 40);
    QVERIFY2(spots.front().words.startsWith(QStringLiteral("distance 1 segment (128 tokens)")),
             qPrintable(spots.front().words));
    plot_profile(plot, *document, profile_of(*document, BinScale::linear), Theme::light(), QFont());
    QCOMPARE(plot.xAxis->scaleType(), QCPAxis::stLinear);
  }

  void a_thinned_document_tells_real_places() {
    const auto document = sample_document_mutable({.segments = 12, .pairs = 0});
    for (std::uint32_t k = 0; k < 12; ++k)
      document->data.pairs.kept.push_back(k < 6 ? k : 100 + 2 * k); // 0 … 5, 112, 114 … 122
    QCustomPlot plot;
    const auto spots = plot_profile(plot, *document, profile_of(*document, BinScale::linear), Theme::light(), QFont());
    QVERIFY(plot.xAxis->label().contains(QStringLiteral("kept segments")));
    // neighbours: 1 apart in the first half, 2 in the second, 107 between them
    QVERIFY2(spots[0].words.startsWith(
                 QStringLiteral("distance 1 kept segment, in the document 1–107 segments (128–13,696 tokens)")),
             qPrintable(spots[0].words));
    const auto rows = plot_specificity(plot, *document, {}, Theme::light(), QFont());
    QVERIFY2(rows.back().words.startsWith(QStringLiteral("c_11 (segment 122 of the document)")),
             qPrintable(rows.back().words));
  }

  void a_single_high_row_stays_visible_among_many() {
    const auto document = sample_document_mutable({.segments = 400, .pairs = 0});
    std::fill(document->scores.specificity.begin(), document->scores.specificity.end(), 0.01);
    document->scores.specificity[123] = 0.9;
    QCustomPlot plot;
    plot.resize(300, 200);
    const auto spots = plot_specificity(plot, *document, 125, Theme::light(), QFont());
    QVERIFY(spots.size() < 100);
    auto* bars = named<QCPBars>(plot, "specificity");
    double highest = 0;
    for (auto bar = bars->data()->constBegin(); bar != bars->data()->constEnd(); ++bar)
      highest = std::max(highest, bar->value);
    QCOMPARE(highest, 0.9);
    QCOMPARE(named<QCPBars>(plot, "marked")->data()->at(0)->value, 0.01); // the marked row's own
    const auto spot =
        std::find_if(spots.begin(), spots.end(), [](const PlotSpot& one) { return one.from < 123 && one.to > 123; });
    QVERIFY2(spot->words.startsWith(QStringLiteral("c_120 to c_127: highest specificity 0.900, of c_123; mean")),
             qPrintable(spot->words));
  }

  void bars_are_three_pixels_wide_data() {
    QTest::addColumn<int>("rows");
    QTest::addColumn<double>("width");
    QTest::addColumn<quint32>("size");
    QTest::newRow("few") << 40 << 300.0 << 1u;
    QTest::newRow("just enough") << 80 << 300.0 << 1u;
    QTest::newRow("one too many") << 81 << 300.0 << 2u;
    QTest::newRow("a book") << 2000 << 300.0 << 32u;
    QTest::newRow("no room") << 3 << 0.0 << 16u;
  }
  void bars_are_three_pixels_wide() {
    QFETCH(int, rows);
    QFETCH(double, width);
    QFETCH(quint32, size);
    QCOMPARE(rows_in_a_bar(static_cast<std::size_t>(rows), width), size);
  }

  void segments_without_specificity_have_no_bar() {
    const auto document = sample_document();
    std::uint32_t measured = 0;
    std::uint32_t first = 0;
    for (std::uint32_t k = 48; k-- > 0;) {
      if (std::isnan(document->scores.specificity[k]))
        continue;
      ++measured;
      first = k;
    }
    QVERIFY(measured > 0 && measured < 48);
    QCustomPlot plot;
    plot_specificity(plot, *document, first, Theme::light(), QFont());
    QCOMPARE(named<QCPBars>(plot, "specificity")->data()->size(), static_cast<int>(measured) - 1);
    QCOMPARE(named<QCPBars>(plot, "marked")->data()->size(), 1);
    QCOMPARE(named<QCPBars>(plot, "marked")->data()->at(0)->key, double(first));
    QCOMPARE(named<QCPBars>(plot, "marked")->data()->at(0)->value, document->scores.specificity[first]);
  }

  void says_so_when_there_is_nothing() {
    ProfileWidget widget;
    widget.resize(300, 200);
    widget.show();
    QVERIFY(!widget.findChild<QCustomPlot*>()->isVisible());
    QVERIFY(widget.findChild<QLabel*>()->isVisible());
    widget.set_document(sample_document());
    QVERIFY(widget.findChild<QCustomPlot*>()->isVisible());
    widget.set_document(nullptr);
    QVERIFY(widget.findChild<QLabel*>()->isVisible());
  }

  void tells_the_bin_under_the_mouse() {
    ProfileWidget widget;
    widget.resize(500, 260);
    widget.show();
    widget.set_document(sample_document({.segments = 24, .pairs = 0}));
    auto* view = widget.findChild<PlotView*>();
    const int x = static_cast<int>(view->plot().xAxis->coordToPixel(7));
    QVERIFY2(view->words_at({x, 100}).startsWith(QStringLiteral("distance 7 segments (896 tokens)")),
             qPrintable(view->words_at({x, 100})));
    QCOMPARE(view->words_at({1, 100}), QString());
    QTest::mouseMove(&view->plot(), {x, 100});
    QVERIFY2(view->reading().startsWith(QStringLiteral("distance 7 segments (896 tokens): mean strength")),
             qPrintable(view->reading()));
    QEvent leave(QEvent::Leave);
    QApplication::sendEvent(&view->plot(), &leave);
    QCOMPARE(view->reading(), QStringLiteral("Point at a distance to read it."));
  }

  void a_right_click_reaches_the_menu() {
    ProfileWidget widget;
    widget.set_document(sample_document());
    widget.resize(400, 200);
    widget.show();
    QVERIFY(QTest::qWaitForWindowExposed(&widget));
    struct Catcher : QObject {
      int menus = 0;
      bool eventFilter(QObject*, QEvent* event) override {
        menus += event->type() == QEvent::ContextMenu;
        return event->type() == QEvent::ContextMenu;
      }
    } catcher;
    widget.installEventFilter(&catcher);
    QTest::mouseClick(widget.windowHandle(), Qt::RightButton, {}, QPoint(200, 60)); // as the window system tells it
    QTRY_COMPARE(catcher.menus, 1);
  }

  void keys_read_bin_after_bin() {
    ProfileWidget widget;
    widget.resize(400, 200);
    widget.set_document(sample_document({.segments = 24, .pairs = 0}));
    widget.show();
    widget.activateWindow();
    auto* view = widget.findChild<PlotView*>();
    widget.setFocus(Qt::TabFocusReason);
    QTRY_VERIFY(view->hasFocus());
    const auto reads = [view](int key) {
      QTest::keyClick(view, static_cast<Qt::Key>(key));
      return view->reading().section(u':', 0, 0);
    };
    QCOMPARE(reads(Qt::Key_Home), QStringLiteral("distance 1 segment (128 tokens)"));
    QCOMPARE(reads(Qt::Key_Right), QStringLiteral("distance 2 segments (256 tokens)"));
    QCOMPARE(reads(Qt::Key_End), QStringLiteral("distance 23 segments (2,944 tokens)"));
    QCOMPARE(reads(Qt::Key_Right), QStringLiteral("distance 23 segments (2,944 tokens)"));
    QCOMPARE(reads(Qt::Key_PageUp), QStringLiteral("distance 18 segments (2,304 tokens)"));
    QCOMPARE(reads(Qt::Key_Left), QStringLiteral("distance 17 segments (2,176 tokens)"));
    QCOMPARE(reads(Qt::Key_Home), QStringLiteral("distance 1 segment (128 tokens)"));
    QVERIFY(view->accessibleDescription().startsWith(QStringLiteral("distance 1 segment")));
    int boxes = 0;
    for (int k = 0; k < view->plot().itemCount(); ++k)
      boxes += view->plot().item(k)->objectName() == QLatin1String("cursor") ? 1 : 0;
    QCOMPARE(boxes, 1);
  }

  void a_click_on_a_bin_keeps_it_in_the_reading_line() {
    ProfileWidget widget;
    widget.resize(400, 200);
    widget.set_document(sample_document({.segments = 24, .pairs = 0}));
    widget.show();
    widget.activateWindow();
    QVERIFY(QTest::qWaitForWindowActive(&widget));
    auto* view = widget.findChild<PlotView*>();
    const QPoint at(static_cast<int>(view->plot().xAxis->coordToPixel(7)), 40);
    QTest::mouseClick(&view->plot(), Qt::LeftButton, {}, at);
    QEvent leave(QEvent::Leave);
    QApplication::sendEvent(&view->plot(), &leave);
    QVERIFY2(view->reading().startsWith(QStringLiteral("distance 7 segments (896 tokens)")),
             qPrintable(view->reading()));
    QTest::keyClick(view, Qt::Key_Right);
    QVERIFY2(view->reading().startsWith(QStringLiteral("distance 8 ")), qPrintable(view->reading()));
    QTest::keyClick(view, Qt::Key_Escape);
    QCOMPARE(view->reading(), QStringLiteral("Point at a distance to read it."));
  }

  void a_bar_stands_for_the_highest_of_its_rows() {
    const auto document = sample_document_mutable({.segments = 400, .pairs = 0, .with_text = false});
    std::fill(document->scores.specificity.begin(), document->scores.specificity.end(), 0.01);
    document->scores.specificity[123] = 0.9;
    SpecificityWidget widget;
    widget.resize(300, 200); // eight rows a bar
    widget.set_document(document);
    widget.show();
    widget.activateWindow();
    QVERIFY(QTest::qWaitForWindowActive(&widget));
    std::vector<std::uint32_t> rows;
    connect(&widget, &SpecificityWidget::row_chosen, this, [&rows](std::uint32_t row) { rows.push_back(row); });
    auto* view = widget.findChild<PlotView*>();
    const QPoint at(static_cast<int>(view->plot().xAxis->coordToPixel(123)), 60);
    QTest::mouseMove(&view->plot(), at); // pointing chooses nothing
    QVERIFY(rows.empty());
    QTest::mouseClick(&view->plot(), Qt::LeftButton, {}, at);
    QCOMPARE(rows, std::vector<std::uint32_t>{123});
    QTest::mousePress(&view->plot(), Qt::LeftButton, {}, at);
    QTest::mouseRelease(&view->plot(), Qt::LeftButton, {}, at + QPoint(40, 0)); // a drag is no click
    QCOMPARE(rows.size(), std::size_t{1});
    QTest::keyClick(view, Qt::Key_Right);
    QCOMPARE(rows.size(), std::size_t{1});
    QTest::keyClick(view, Qt::Key_Return);
    QCOMPARE(rows.back() / 8, 128u / 8);
  }

  void the_band_is_over_rows() {
    // one row is all there is at the longest distance: no interval
    const ProfileFigure figure = profile_of(*sample_document({.segments = 12, .pairs = 0}), BinScale::linear);
    QCOMPARE(figure.points.back().units, std::uint64_t{1});
    QVERIFY(std::isnan(figure.points.back().band.low));
    QCOMPARE(figure.points.front().units, std::uint64_t{11});
    QVERIFY(figure.points.front().band.low < figure.points.front().mean);
    QVERIFY(figure.points.front().band.high > figure.points.front().mean);
  }

  void the_dataset_stands_beside_the_document() {
    const auto document = sample_document({.segments = 24, .pairs = 0});
    auto dataset = std::make_shared<DatasetProfile>();
    dataset->points = profile_of(*document, BinScale::linear).points;
    for (BandPoint& point : dataset->points)
      point.mean = 0.9;
    dataset->documents = 40;
    dataset->scored = 60;
    QCustomPlot plot;
    plot.resize(600, 300);
    const auto spots =
        plot_profile(plot, *document, profile_of(*document, BinScale::linear, dataset), Theme::light(), QFont());
    auto* line = named<QCPGraph>(plot, "dataset");
    QVERIFY(line);
    QCOMPARE(line->data()->at(3)->value, 0.9);
    QVERIFY(plot.yAxis->range().upper > 0.9);
    QVERIFY2(spots[3].words.contains(QStringLiteral(", of a sample of 40 of 60")), qPrintable(spots[3].words));
    bool said = false;
    for (int k = 0; k < plot.itemCount(); ++k)
      if (const auto* words = qobject_cast<QCPItemText*>(plot.item(k)))
        said |= words->text().contains(QStringLiteral("mean of 40 documents"));
    QVERIFY(said);
    plot_profile(plot, *document, profile_of(*document, BinScale::linear), Theme::light(), QFont());
    QVERIFY(!named<QCPGraph>(plot, "dataset"));
  }

  void a_long_document_comes_in_the_background() {
    ProfileWidget widget;
    widget.resize(400, 200);
    widget.set_document(sample_document({.segments = 700, .pairs = 500, .with_text = false}));
    widget.show();
    auto* view = widget.findChild<PlotView*>();
    QTRY_VERIFY(named<QCPGraph>(view->plot(), "profile"));
    widget.set_document(nullptr);
    QVERIFY(!named<QCPGraph>(view->plot(), "profile"));
  }

  void follows_the_palette() {
    SpecificityWidget widget;
    widget.resize(300, 200);
    widget.set_document(sample_document());
    widget.show();
    QPalette dark;
    dark.setColor(QPalette::Window, QColor(30, 30, 30));
    dark.setColor(QPalette::WindowText, Qt::white);
    widget.setPalette(dark);
    QCOMPARE(widget.grab().toImage().pixelColor(2, 2), Theme::dark_theme().background);
  }

  void texts_are_text() {
    PairTextWidget widget;
    widget.resize(600, 300);
    widget.show();
    widget.set_document(sample_document());
    widget.set_pair(Cell{30, 4});
    const std::pair<const char*, std::uint32_t> wanted[] = {{"Prefix", 4}, {"Target", 30}};
    for (const auto& [role, segment] : wanted) {
      QPlainTextEdit* pane = nullptr;
      for (auto* found : widget.findChildren<QPlainTextEdit*>())
        if (found->accessibleName() == QLatin1String(role))
          pane = found;
      QVERIFY(pane && pane->isReadOnly());
      pane->selectAll();
      pane->copy();
      QCOMPARE(QApplication::clipboard()->text(), QString::fromStdString(sample_segment(segment)));
      QCOMPARE(QApplication::clipboard()->mimeData()->formats(), QStringList{QStringLiteral("text/plain")});
    }
    widget.set_pair({});
    for (const auto* pane : widget.findChildren<QPlainTextEdit*>())
      QCOMPARE(pane->toPlainText(), QString());
  }

  /// On a page of its own, in pixels and as vectors: whatever resolution a file has, the plot ends at the margin.
  void a_plot_fills_its_page() {
    const FigurePage page = plot_page(
        [](QCustomPlot& plot, const Theme&, const QFont&) {
          plot.addGraph()->setData({0, 1}, {0, 1});
          return std::vector<PlotSpot>();
        },
        QStringLiteral("Title"), QStringLiteral("below"));
    QImage svg(page.size, QImage::Format_RGB32);
    svg.fill(Qt::white);
    QPainter painter(&svg);
    QSvgRenderer(figure_svg(page)).render(&painter);
    painter.end();
    for (const QImage& drawn : {svg, figure_image(page).scaled(page.size, Qt::IgnoreAspectRatio)}) {
      int right = 0, bottom = 0;
      for (int y = 0; y < drawn.height(); ++y)
        for (int x = 0; x < drawn.width(); ++x)
          if (drawn.pixelColor(x, y).lightness() < 200) {
            right = std::max(right, x);
            bottom = std::max(bottom, y);
          }
      QVERIFY2(right > 840 && right < 880, qPrintable(QString::number(right)));    // of 900
      QVERIFY2(bottom > 500 && bottom < 540, qPrintable(QString::number(bottom))); // of 560
    }
  }

  void says_why_there_is_no_text() {
    PairTextWidget widget;
    widget.set_document(sample_document({.with_text = false}));
    widget.set_pair(Cell{30, 4});
    const auto* pane = widget.findChild<QPlainTextEdit*>();
    QVERIFY(pane->toPlainText().contains(QStringLiteral("changed since it was scored"))); // an error can be copied
    QCOMPARE(pane->palette().color(QPalette::Text), Theme::of(widget.palette()).warning);
    widget.set_document(sample_document());
    widget.set_pair(Cell{30, 4});
    QVERIFY(!pane->toPlainText().contains(QStringLiteral("changed since")));
    QCOMPARE(pane->palette().color(QPalette::Text), widget.palette().color(QPalette::Text));
  }
};

LONGVIEW_WIDGET_TEST_MAIN(TestPlots)
#include "tst_plots.moc"
