#include "widgets/map_geometry.h"

#include <cmath>

#include "support/log_guard.h"

using namespace longview;

namespace {

/// A text of 1,000 bytes on 100 pixels, and room for arcs of 60.
MapGeometry some_map() {
  MapGeometry map;
  map.strip = QRectF(8, 10, 20, 100);
  map.arcs = QRectF(28, 10, 60, 100);
  map.bytes = 1'000;
  return map;
}

} // namespace

class TestMapGeometry : public QObject {
  Q_OBJECT

 private slots:
  void goes_from_bytes_to_pixels_and_back_data() {
    QTest::addColumn<quint64>("byte");
    QTest::addColumn<double>("y");
    QTest::newRow("begin") << quint64{0} << 10.0;
    QTest::newRow("middle") << quint64{500} << 60.0;
    QTest::newRow("end") << quint64{1'000} << 110.0;
  }
  void goes_from_bytes_to_pixels_and_back() {
    QFETCH(quint64, byte);
    QFETCH(double, y);
    QCOMPARE(some_map().y_of(byte), y);
    QCOMPARE(quint64{some_map().byte_at(y)}, byte);
  }

  void stays_within_the_text() {
    QCOMPARE(some_map().byte_at(-40), std::uint64_t{0});
    QCOMPARE(some_map().byte_at(4'000), std::uint64_t{1'000});
    QCOMPARE(some_map().y_of(99'999), 110.0);
    QCOMPARE(MapGeometry().y_of(5), 0.0);
    QCOMPARE(MapGeometry().byte_at(5), std::uint64_t{0});
  }

  void arcs_join_the_middles_data() {
    QTest::addColumn<quint64>("target");
    QTest::addColumn<quint64>("prefix");
    QTest::addColumn<double>("from");
    QTest::addColumn<double>("to");
    QTest::addColumn<double>("reach");
    // segments of 100 bytes; reach: 60 times the root of the share of the height, 6 at least
    QTest::newRow("the whole way") << quint64{900} << quint64{0} << 15.0 << 105.0 << 60 * std::sqrt(0.9);
    QTest::newRow("a quarter") << quint64{450} << quint64{200} << 35.0 << 60.0 << 30.0;
    QTest::newRow("neighbours") << quint64{101} << quint64{100} << 25.0 << 25.1 << 6.0;
    QTest::newRow("the other way round") << quint64{200} << quint64{450} << 35.0 << 60.0 << 30.0;
  }
  void arcs_join_the_middles() {
    QFETCH(quint64, target);
    QFETCH(quint64, prefix);
    QFETCH(double, from);
    QFETCH(double, to);
    QFETCH(double, reach);
    const MapArc arc = some_map().arc({target, target + 100}, {prefix, prefix + 100});
    QCOMPARE(arc.x, 28.0);
    QCOMPARE(arc.from, from);
    QCOMPARE(arc.to, to);
    QVERIFY(std::abs(arc.reach - reach) < 1e-9);
    const QRectF box = arc.path().boundingRect();
    QVERIFY(std::abs(box.right() - (28 + reach)) < 0.1 && std::abs(box.top() - from) < 0.1 &&
            std::abs(box.bottom() - to) < 0.1);
  }

  void finds_the_arc_under_the_mouse_data() {
    QTest::addColumn<QPointF>("point");
    QTest::addColumn<int>("arc");
    // 0: heights 20 to 100, 40 wide; 1: 50 to 70, 10 wide
    QTest::newRow("outermost point of the wide one") << QPointF(68, 60) << 0;
    QTest::newRow("a little beside it") << QPointF(71, 60) << 0;
    QTest::newRow("too far") << QPointF(73, 60) << -1;
    QTest::newRow("the narrow one") << QPointF(38, 60) << 1;
    QTest::newRow("between them") << QPointF(53, 60) << -1;
    QTest::newRow("upper end") << QPointF(28, 20) << 0;
    QTest::newRow("lower end of the narrow one") << QPointF(29, 70) << 1;
    QTest::newRow("on the ellipse at 45 degrees") << QPointF(28 + 40 * std::sqrt(0.5), 60 - 40 * std::sqrt(0.5)) << 0;
  }
  void finds_the_arc_under_the_mouse() {
    QFETCH(QPointF, point);
    QFETCH(int, arc);
    QCOMPARE(arc_at({{28, 20, 100, 40}, {28, 50, 70, 10}}, point, 4), arc);
  }
};

LONGVIEW_TEST_MAIN(TestMapGeometry)
#include "tst_map_geometry.moc"
