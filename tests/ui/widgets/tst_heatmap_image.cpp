#include <cmath>

#include <QMouseEvent>
#include <QWheelEvent>

#include "ui/support/sample_document.h"
#include "ui/support/widget_test.h"
#include "widgets/heatmap_canvas.h"
#include "widgets/heatmap_image.h"
#include "widgets/heatmap_painter.h"
#include "widgets/heatmap_widget.h"

using namespace longview;
using namespace longview::test;

namespace {

constexpr QSize shown_size(600, 480);

/// A document, its cells and where they are drawn, without a widget.
struct Drawn {
  DocumentPointer document;
  HeatmapCells cells;
  HeatmapScene scene;

  Drawn(std::uint32_t segments, std::uint64_t pairs)
      : document(sample_document({.segments = segments, .pairs = pairs, .with_text = false})),
        cells(*document, HeatmapValue::strength), scene{document.get(), &cells, {},   Theme::light(),
                                                        QFont(),        {},     false} {
    const HeatmapRoom room = heatmap_room(QFont(), segments, {}, document->sampling.segment_length);
    scene.geometry = HeatmapGeometry::fitted(QRectF(QPointF(), shown_size), room, segments);
  }
  void see(double across) {
    HeatmapGeometry& geometry = scene.geometry;
    geometry.zoom_at(geometry.rect({geometry.segments / 2, geometry.segments / 3}).center(),
                     geometry.segments / across);
  }
};

QImage seen(HeatmapWidget& heatmap) {
  return heatmap.grab().toImage().convertToFormat(QImage::Format_RGB32);
}

/// The same without anything that was kept from earlier paints.
QImage seen_afresh(HeatmapWidget& heatmap) {
  QEvent style(QEvent::StyleChange);
  QApplication::sendEvent(&heatmap, &style);
  return seen(heatmap);
}

void mouse(HeatmapWidget& heatmap, QEvent::Type type, QPointF at) {
  QMouseEvent event(type, at, at, Qt::LeftButton, type == QEvent::MouseButtonRelease ? Qt::NoButton : Qt::LeftButton,
                    Qt::NoModifier);
  QApplication::sendEvent(&heatmap, &event);
}

} // namespace

class TestHeatmapImage : public QObject {
  Q_OBJECT

 private slots:
  void what_moved_is_what_is_drawn_afresh_data() {
    QTest::addColumn<quint32>("segments");
    QTest::addColumn<quint64>("pairs");
    QTest::addColumn<double>("across");
    QTest::addColumn<double>("ratio");
    QTest::newRow("tiles of two cells") << 1500U << quint64{0} << 900.0 << 1.0;
    QTest::newRow("cells below a pixel") << 900U << quint64{0} << 500.0 << 1.0;
    QTest::newRow("twice the pixels") << 900U << quint64{0} << 500.0 << 2.0;
    QTest::newRow("one and a half") << 300U << quint64{0} << 170.7 << 1.5;
    QTest::newRow("few pairs, drawn larger") << 1500U << quint64{200} << 700.0 << 1.0;
    QTest::newRow("few pairs, twice the pixels") << 1500U << quint64{200} << 700.0 << 2.0;
    QTest::newRow("cells of some pixels") << 300U << quint64{0} << 90.3 << 1.0;
    QTest::newRow("cells with gaps") << 48U << quint64{160} << 17.3 << 1.0;
    QTest::newRow("cells with gaps, twice the pixels") << 48U << quint64{160} << 17.3 << 2.0;
  }
  void what_moved_is_what_is_drawn_afresh() {
    QFETCH(quint32, segments);
    QFETCH(quint64, pairs);
    QFETCH(double, across);
    QFETCH(double, ratio);
    Drawn drawn(segments, pairs);
    drawn.see(across);
    HeatmapImage image;
    QImage before = image.draw(drawn.scene, ratio);
    const std::uint64_t whole = image.pixels_drawn();
    // odd amounts, single axes, parts of a pixel, back again, and further than the plot is wide
    for (const QPointF by : {QPointF(7, 3), QPointF(-13, 0), QPointF(0, 31), QPointF(0, -5), QPointF(-101, 57),
                             QPointF(0.4, 0.3), QPointF(3.7, -2.2), QPointF(-900, 0), QPointF(400, 900)}) {
      drawn.scene.geometry.pan(by);
      const std::uint64_t drawn_before = image.pixels_drawn();
      const QImage moved = image.draw(drawn.scene, ratio);
      if (by == QPointF(7, 3)) // most of it is used again
        QVERIFY(image.pixels_drawn() - drawn_before < whole / 10);
      QCOMPARE(moved, render_cells(drawn.scene, ratio));
      if (by.manhattanLength() > 2 && by.manhattanLength() < 200) // far off there may be no cell
        QVERIFY(moved != before);
      before = moved;
    }
    drawn.scene.geometry.zoom_at({200, 200}, 1.1); // nothing of it can be used again
    QCOMPARE(image.draw(drawn.scene, ratio), render_cells(drawn.scene, ratio));
  }

  void a_document_that_moves_by_pixels_looks_the_same() {
    Drawn drawn(900, 0);
    drawn.see(300);
    const QImage before = render_cells(drawn.scene, 1);
    drawn.scene.geometry.pan({-17, -29});
    const QImage after = render_cells(drawn.scene, 1);
    const QSize both = before.size() - QSize(17, 29);
    QCOMPARE(after.copy(QRect(QPoint(0, 0), both)), before.copy(QRect(QPoint(17, 29), both)));
  }

  /// The whole widget: axes, bars, hatch, outlines and numbers too.
  void a_widget_after_dragging_is_one_painted_afresh_data() {
    QTest::addColumn<quint32>("segments");
    QTest::addColumn<quint64>("pairs");
    QTest::addColumn<int>("notches");
    QTest::newRow("all pairs of a long one") << 1200U << quint64{0} << 3;
    QTest::newRow("few pairs of a long one") << 1200U << quint64{400} << 3;
    QTest::newRow("near") << 48U << quint64{160} << 7;
  }
  void a_widget_after_dragging_is_one_painted_afresh() {
    QFETCH(quint32, segments);
    QFETCH(quint64, pairs);
    QFETCH(int, notches);
    HeatmapWidget heatmap;
    heatmap.resize(shown_size);
    heatmap.set_document(sample_document({.segments = segments, .pairs = pairs, .with_text = false}));
    QTRY_VERIFY(!heatmap.reading());
    const QPointF middle(230, 200);
    QWheelEvent wheel(middle, middle, {}, QPoint(0, 120 * notches), Qt::NoButton, Qt::NoModifier, Qt::NoScrollPhase,
                      false);
    QApplication::sendEvent(&heatmap, &wheel);
    QImage before = seen(heatmap);
    mouse(heatmap, QEvent::MouseButtonPress, middle);
    for (const QPoint to : {QPoint(37, 23), QPoint(38, 23), QPoint(31, 44), QPoint(-120, -77), QPoint(-121, -40)}) {
      mouse(heatmap, QEvent::MouseMove, middle + to);
      const QImage moved = seen(heatmap);
      QVERIFY(moved != before);
      QCOMPARE(moved, seen_afresh(heatmap));
      before = moved;
    }
    mouse(heatmap, QEvent::MouseButtonRelease, middle);
  }
};

LONGVIEW_WIDGET_TEST_MAIN(TestHeatmapImage)
#include "tst_heatmap_image.moc"
