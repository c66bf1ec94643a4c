#include "widgets/histogram_view.h"

#include <cmath>

#include <QSignalSpy>

#include "ui/support/widget_test.h"

using namespace longview;

class TestHistogramView : public QObject {
  Q_OBJECT

 private slots:
  void pixels_and_values_agree_data();
  void pixels_and_values_agree();
  void a_drag_chooses_a_range();
};

void TestHistogramView::pixels_and_values_agree_data() {
  QTest::addColumn<bool>("logarithmic");
  QTest::addColumn<double>("pixel");
  QTest::addColumn<double>("value");
  QTest::addColumn<int>("bin"); // -1: none
  QTest::newRow("left edge") << false << 10.0 << 1.0 << 0;
  QTest::newRow("middle") << false << 60.0 << 8.5 << 1;
  QTest::newRow("right edge") << false << 110.0 << 16.0 << 2;
  QTest::newRow("beyond") << false << 300.0 << 16.0 << -1;
  QTest::newRow("logarithmic middle") << true << 60.0 << 4.0 << 1;
  QTest::newRow("logarithmic quarter") << true << 35.0 << 2.0 << 0;
}

void TestHistogramView::pixels_and_values_agree() {
  QFETCH(bool, logarithmic);
  QFETCH(double, pixel);
  QFETCH(double, value);
  QFETCH(int, bin);
  HistogramGeometry geometry;
  geometry.plot = QRectF(10, 0, 100, 50);
  geometry.bins = logarithmic ? HistogramBins{{1, 4, 8, 16}, AxisScale::logarithmic}
                              : HistogramBins{{1, 6, 11, 16}, AxisScale::linear};
  geometry.most = 4;
  QVERIFY(std::abs(geometry.value(pixel) - value) < 1e-9);
  QVERIFY(std::abs(geometry.x(value) - std::min(pixel, 110.0)) < 1e-9);
  QCOMPARE(geometry.bin_at(pixel) ? static_cast<int>(*geometry.bin_at(pixel)) : -1, bin);
  QCOMPARE(geometry.bar(1, 2).height(), 25.0);
  QCOMPARE(geometry.bar(1, 2).bottom(), 50.0);
}

void TestHistogramView::a_drag_chooses_a_range() {
  HistogramView view;
  view.resize(200, 100);
  view.show_histogram({{0, 1, 2}, AxisScale::linear}, {{3, 5}, 8, 0, 0}, {{1, 5}, 6, 0, 0}, "documents");
  view.show();
  QVERIFY(QTest::qWaitForWindowExposed(&view));
  QCOMPARE(view.words_at(150), QStringLiteral("1 to 2: 5 of 5 documents"));
  QSignalSpy brushed(&view, &HistogramView::brushed);
  QSignalSpy cleared(&view, &HistogramView::brush_cleared);
  QTest::mousePress(&view, Qt::LeftButton, {}, QPoint(150, 30));
  QTest::mouseMove(&view, QPoint(80, 30));
  QVERIFY(brushed.isEmpty());                                     // not before the button is let go
  QTest::mouseRelease(&view, Qt::LeftButton, {}, QPoint(50, 30)); // from right to left
  QCOMPARE(brushed.size(), 1);
  QVERIFY(std::abs(brushed[0][0].toDouble() - 0.5) < 0.02);
  QVERIFY(std::abs(brushed[0][1].toDouble() - 1.5) < 0.02);
  QTest::mouseClick(&view, Qt::LeftButton, {}, QPoint(20, 30));
  QCOMPARE(cleared.size(), 1);
  QVERIFY(!view.brush());
}

LONGVIEW_WIDGET_TEST_MAIN(TestHistogramView)
#include "tst_histogram_view.moc"
