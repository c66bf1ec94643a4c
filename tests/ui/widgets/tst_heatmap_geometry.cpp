#include <cmath>

#include "support/log_guard.h"
#include "widgets/heatmap_geometry.h"

using namespace longview;

namespace {

HeatmapRoom some_room() {
  HeatmapRoom room;
  room.left = 40;
  room.top = 10;
  room.right = 10;
  room.bottom = 30;
  room.gap = 10;
  room.least_bars = 50;
  room.most_bars = 100;
  return room;
}

/// 36 segments in a plot of 360 pixels at (40, 10): cells of 10 pixels.
HeatmapGeometry tens() {
  return HeatmapGeometry::fitted(QRectF(0, 0, 500, 400), some_room(), 36);
}

} // namespace

class TestHeatmapGeometry : public QObject {
  Q_OBJECT

 private slots:
  void lays_out_data() {
    QTest::addColumn<QRectF>("area");
    QTest::addColumn<QRectF>("plot");
    QTest::addColumn<QRectF>("bars");
    QTest::newRow("height decides") << QRectF(0, 0, 500, 400) << QRectF(40, 10, 360, 360) << QRectF(410, 10, 80, 360);
    QTest::newRow("wide: bars stop growing")
        << QRectF(0, 0, 1000, 400) << QRectF(40, 10, 360, 360) << QRectF(410, 10, 100, 360);
    QTest::newRow("width decides") << QRectF(0, 0, 300, 800) << QRectF(40, 10, 180, 180) << QRectF(230, 10, 60, 180);
    QTest::newRow("moved, broken pixels")
        << QRectF(100.4, 50, 500, 400.7) << QRectF(140, 60, 360, 360) << QRectF(510, 60, 80, 360);
  }
  void lays_out() {
    QFETCH(QRectF, area);
    QFETCH(QRectF, plot);
    QFETCH(QRectF, bars);
    HeatmapRoom room = some_room();
    if (QTest::currentDataTag() == QByteArray("width decides"))
      room.least_bars = 60;
    const HeatmapGeometry geometry = HeatmapGeometry::fitted(area, room, 36);
    QCOMPARE(geometry.plot, plot);
    QCOMPARE(geometry.bars, bars);
  }

  void the_strip_stands_below_while_there_is_room_data() {
    QTest::addColumn<QRectF>("area");
    QTest::addColumn<QRectF>("plot");
    QTest::addColumn<QRectF>("strip");
    QTest::newRow("height decides") << QRectF(0, 0, 500, 400) << QRectF(40, 10, 310, 310) << QRectF(40, 332, 310, 38);
    QTest::newRow("width decides") << QRectF(0, 0, 300, 800) << QRectF(40, 10, 190, 190) << QRectF(40, 212, 190, 38);
    QTest::newRow("just enough") << QRectF(0, 0, 500, 250) << QRectF(40, 10, 160, 160) << QRectF(40, 182, 160, 38);
    QTest::newRow("too low") << QRectF(0, 0, 500, 249) << QRectF(40, 10, 209, 209) << QRectF();
  }
  void the_strip_stands_below_while_there_is_room() {
    QFETCH(QRectF, area);
    QFETCH(QRectF, plot);
    QFETCH(QRectF, strip);
    HeatmapRoom room = some_room();
    room.strip = 38;
    room.strip_gap = 12;
    const HeatmapGeometry geometry = HeatmapGeometry::fitted(area, room, 36);
    QCOMPARE(geometry.plot, plot);
    QCOMPARE(geometry.strip, strip);
    QCOMPARE(geometry.bars.height(), plot.height());
  }

  void survives_no_room() {
    HeatmapGeometry geometry = HeatmapGeometry::fitted(QRectF(0, 0, 20, 20), some_room(), 36);
    QVERIFY(geometry.plot.width() >= 1);
    geometry.zoom_at(QPointF(5, 5), 2);
    QVERIFY(std::isfinite(geometry.cell()));
  }

  void finds_cells_data() {
    QTest::addColumn<QPointF>("pixel");
    QTest::addColumn<int>("i");
    QTest::addColumn<int>("j");
    QTest::newRow("first") << QPointF(40, 20) << 1 << 0;
    QTest::newRow("its last pixel") << QPointF(49.9, 29.9) << 1 << 0;
    QTest::newRow("in the middle") << QPointF(40 + 75, 10 + 312) << 31 << 7;
    QTest::newRow("last") << QPointF(40 + 345, 10 + 355) << 35 << 34;
    QTest::newRow("on the diagonal") << QPointF(45, 15) << -1 << -1;
    QTest::newRow("above the diagonal") << QPointF(200, 20) << -1 << -1;
    QTest::newRow("left of the plot") << QPointF(39.9, 200) << -1 << -1;
    QTest::newRow("below the plot") << QPointF(45, 370) << -1 << -1;
  }
  void finds_cells() {
    QFETCH(QPointF, pixel);
    QFETCH(int, i);
    QFETCH(int, j);
    const std::optional<Cell> cell = tens().cell_at(pixel);
    QCOMPARE(cell.has_value(), i >= 0);
    if (cell) {
      QCOMPARE(static_cast<int>(cell->i), i);
      QCOMPARE(static_cast<int>(cell->j), j);
      QVERIFY(tens().rect(*cell).contains(pixel));
    }
  }

  void rectangles_are_drawn_to_any_place_data() {
    QTest::addColumn<QPointF>("pixel");
    QTest::addColumn<uint>("i");
    QTest::addColumn<uint>("j");
    QTest::newRow("a cell") << QPointF(40 + 75, 10 + 312) << 31U << 7U;
    QTest::newRow("above the diagonal") << QPointF(200, 20) << 1U << 16U;
    QTest::newRow("left and above") << QPointF(-500, 3) << 0U << 0U;
    QTest::newRow("right and below") << QPointF(900, 900) << 35U << 35U;
    QTest::newRow("the corner") << QPointF(400, 370) << 35U << 35U;
  }
  void rectangles_are_drawn_to_any_place() {
    QFETCH(QPointF, pixel);
    QFETCH(uint, i);
    QFETCH(uint, j);
    QCOMPARE(tens().place_at(pixel), (Cell{i, j}));
  }

  void a_range_covers_its_cells() { QCOMPARE(tens().area(CellRange{10, 12, 3, 7}), QRectF(70, 110, 50, 30)); }

  void zooms_to_a_rectangle_data() {
    QTest::addColumn<QRectF>("pixels");
    QTest::addColumn<double>("across");
    QTest::addColumn<QPointF>("origin");
    QTest::newRow("square") << QRectF(140, 210, 80, 80) << 8.0 << QPointF(10, 20);
    QTest::newRow("wide: its middle stays") << QRectF(140, 210, 80, 20) << 8.0 << QPointF(10, 17);
    QTest::newRow("too small") << QRectF(140, 210, 10, 10) << 4.0 << QPointF(8.5, 18.5);
    QTest::newRow("at the edge") << QRectF(40, 360, 100, 10) << 10.0 << QPointF(0, 26);
  }
  void zooms_to_a_rectangle() {
    QFETCH(QRectF, pixels);
    QFETCH(double, across);
    QFETCH(QPointF, origin);
    HeatmapGeometry geometry = tens();
    geometry.zoom_to(pixels);
    QCOMPARE(geometry.across, across);
    QCOMPARE(geometry.origin, origin);
  }

  void tokens_are_numbered_in_round_steps_data() {
    QTest::addColumn<double>("apart");
    QTest::addColumn<double>("zoom");
    QTest::addColumn<uint>("step");
    QTest::addColumn<std::vector<std::uint64_t>>("seen");
    // 36 segments of 128 tokens, 10 pixels each: 12.8 tokens a pixel
    QTest::newRow("all") << 50.0 << 1.0 << 1000U << std::vector<std::uint64_t>{0, 1000, 2000, 3000, 4000};
    QTest::newRow("closer ticks") << 39.0 << 1.0 << 500U
                                  << std::vector<std::uint64_t>{0, 500, 1000, 1500, 2000, 2500, 3000, 3500, 4000, 4500};
    QTest::newRow("exactly") << 15.625 << 6.0 << 50U // six across from row 30 on: token 3,840 to 4,608
                             << std::vector<std::uint64_t>{3850, 3900, 3950, 4000, 4050, 4100, 4150, 4200,
                                                           4250, 4300, 4350, 4400, 4450, 4500, 4550, 4600};
  }
  void tokens_are_numbered_in_round_steps() {
    QFETCH(double, apart);
    QFETCH(double, zoom);
    QFETCH(uint, step);
    QFETCH(std::vector<std::uint64_t>, seen);
    HeatmapGeometry geometry = tens();
    geometry.zoom_at(QPointF(40, 370), zoom);
    QCOMPARE(geometry.token_step(apart, 128), std::uint64_t{step});
    QCOMPARE(geometry.row_tokens(step, 128), seen);
  }

  void cells_are_square_and_in_place() { QCOMPARE(tens().rect(Cell{31, 7}), QRectF(40 + 70, 10 + 310, 10, 10)); }

  void zooms_at_the_pixel() {
    HeatmapGeometry geometry = tens();
    const QPointF pixel(115, 325); // the middle of cell 31, 7
    geometry.zoom_at(pixel, 2);
    QCOMPARE(geometry.cell(), 20.0);
    QCOMPARE(geometry.column(pixel.x()), 7.5);
    QCOMPARE(geometry.row(pixel.y()), 31.5);
    QVERIFY(geometry.zoomed());
    geometry.zoom_at(QPointF(115, 365), 2); // 9 across; the lowest cells are held
    QCOMPARE(geometry.row(365), 33.5);
    geometry.zoom_at(pixel, 0.125);
    QVERIFY(!geometry.zoomed());
    QCOMPARE(geometry.origin, QPointF());
    QCOMPARE(geometry.cell(), 10.0);
  }

  void zooms_not_beyond_data() {
    QTest::addColumn<uint>("segments");
    QTest::addColumn<double>("across");
    QTest::newRow("long") << 36U << 4.0;
    QTest::newRow("shorter than that") << 3U << 3.0;
    QTest::newRow("one") << 1U << 1.0;
    QTest::newRow("none") << 0U << 1.0;
  }
  void zooms_not_beyond() {
    QFETCH(uint, segments);
    QFETCH(double, across);
    HeatmapGeometry geometry = HeatmapGeometry::fitted(QRectF(0, 0, 500, 400), some_room(), segments);
    geometry.zoom_at(QPointF(200, 200), 1000);
    QCOMPARE(geometry.across, across);
  }

  void pans_to_the_edges() {
    HeatmapGeometry geometry = tens();
    geometry.pan(QPointF(-50, -50));
    QCOMPARE(geometry.origin, QPointF()); // nothing to pan while all of it is seen
    geometry.zoom_at(QPointF(40, 10), 2); // cells of 20 pixels, 18 across
    geometry.pan(QPointF(-40, -60));
    QCOMPARE(geometry.origin, QPointF(2, 3));
    geometry.pan(QPointF(-10'000, 10'000));
    QCOMPARE(geometry.origin, QPointF(18, 0));
  }

  void reveals_with_the_least_move_data() {
    QTest::addColumn<uint>("i");
    QTest::addColumn<uint>("j");
    QTest::addColumn<QPointF>("origin");
    // 18 cells across, from column 5 and row 10
    QTest::newRow("seen") << 20U << 10U << QPointF(5, 10);
    QTest::newRow("below") << 30U << 10U << QPointF(5, 13);
    QTest::newRow("above and left") << 4U << 3U << QPointF(3, 4);
    QTest::newRow("right") << 26U << 25U << QPointF(8, 10);
  }
  void reveals_with_the_least_move() {
    QFETCH(uint, i);
    QFETCH(uint, j);
    QFETCH(QPointF, origin);
    HeatmapGeometry geometry = tens();
    geometry.zoom_at(QPointF(40, 10), 2);
    geometry.pan(QPointF(-100, -200));
    geometry.reveal({i, j});
    QCOMPARE(geometry.origin, origin);
    QVERIFY(geometry.plot.contains(geometry.rect(Cell{i, j})));
  }

  void keeps_the_cells_in_another_area() {
    HeatmapGeometry geometry = tens();
    geometry.zoom_at(QPointF(115, 325), 2);
    const QPointF origin = geometry.origin;
    geometry.lay_out(QRectF(0, 0, 860, 760), some_room());
    QCOMPARE(geometry.plot.width(), 720.0);
    QCOMPARE(geometry.cell(), 40.0);
    QCOMPARE(geometry.origin, origin);
  }

  void ticks_stand_at_human_steps_data() {
    QTest::addColumn<uint>("segments");
    QTest::addColumn<double>("apart");
    QTest::addColumn<uint>("step");
    QTest::addColumn<uint>("last");
    QTest::newRow("every one of five") << 5U << 40.0 << 1U << 4U;
    QTest::newRow("36") << 36U << 40.0 << 4U << 32U;
    QTest::newRow("360") << 360U << 40.0 << 64U << 320U;
    QTest::newRow("just enough") << 36U << 10.0 << 1U << 35U;
  }
  void ticks_stand_at_human_steps() {
    QFETCH(uint, segments);
    QFETCH(double, apart);
    QFETCH(uint, step);
    QFETCH(uint, last);
    const HeatmapGeometry geometry = HeatmapGeometry::fitted(QRectF(0, 0, 500, 400), some_room(), segments);
    QCOMPARE(geometry.tick_step(apart), step);
    const std::vector<std::uint32_t> ticks = geometry.row_ticks(step);
    QCOMPARE(ticks.front(), 0U);
    QCOMPARE(ticks.back(), last);
    QCOMPARE(geometry.column_ticks(step), ticks);
  }

  void ticks_are_only_those_seen() {
    HeatmapGeometry geometry = tens();
    geometry.zoom_at(QPointF(40, 370), 6); // six across: columns 0 to 5, rows 30 to 35
    QCOMPARE(geometry.column_ticks(2), (std::vector<std::uint32_t>{0, 2, 4}));
    QCOMPARE(geometry.row_ticks(2), (std::vector<std::uint32_t>{30, 32, 34}));
    QCOMPARE(geometry.first_row(), 30U);
    QCOMPARE(geometry.end_row(), 36U);
    QCOMPARE(geometry.first_column(), 0U);
    QCOMPARE(geometry.end_column(), 6U);
  }

  void tells_what_is_above_the_diagonal_data() {
    QTest::addColumn<QRectF>("rect");
    QTest::addColumn<bool>("above");
    QTest::newRow("far above") << QRectF(300, 10, 100, 50) << true;
    // columns 10 to 15: cells of row 10 end at column 10, those of row 11 reach into column 10
    QTest::newRow("touches the stairs") << QRectF(140, 10, 50, 110) << true;
    QTest::newRow("one row too deep") << QRectF(140, 10, 50, 111) << false;
    QTest::newRow("one pixel too far left") << QRectF(139, 10, 50, 110) << false;
  }
  void tells_what_is_above_the_diagonal() {
    QFETCH(QRectF, rect);
    QFETCH(bool, above);
    const HeatmapGeometry geometry = tens();
    QCOMPARE(geometry.above_diagonal(rect), above);
    bool covered = false;
    for (std::uint32_t i = 0; i < 36; ++i)
      for (std::uint32_t j = 0; j < i; ++j)
        covered |= geometry.rect(Cell{i, j}).intersects(rect);
    QCOMPARE(covered, !above);
  }

  void hatch_keeps_to_the_lower_triangle_data() {
    QTest::addColumn<uint>("segments");
    QTest::addColumn<double>("zoom");
    QTest::newRow("five") << 5U << 1.0;
    QTest::newRow("36") << 36U << 1.0;
    QTest::newRow("36 near") << 36U << 3.3;
    QTest::newRow("400") << 400U << 1.0;
  }
  void hatch_keeps_to_the_lower_triangle() {
    QFETCH(uint, segments);
    QFETCH(double, zoom);
    HeatmapGeometry geometry = HeatmapGeometry::fitted(QRectF(0, 0, 500, 400), some_room(), segments);
    geometry.zoom_at(QPointF(200, 250), zoom);
    const std::vector<QLineF> lines = geometry.hatch(5);
    QVERIFY(lines.size() > 50);
    for (const QLineF& line : lines) {
      QVERIFY(qAbs(line.angle() - 45) < 1e-6);
      const double inside = qMin(0.01 / line.length(), 0.4);
      for (const double share : {inside, 0.5, 1 - inside})
        QVERIFY2(geometry.cell_at(line.pointAt(share)), qPrintable(QString::number(line.pointAt(share).x())));
    }
    const QLineF across(lines[20].p1(), lines[21].p1());
    QVERIFY(qAbs(across.length() * std::abs(std::sin((across.angle() - 45) * M_PI / 180)) - 5) < 1e-6);
  }

  void hatch_reaches_every_large_cell() {
    const HeatmapGeometry geometry = tens();
    std::vector<int> met(36 * 36);
    for (const QLineF& line : geometry.hatch(5))
      for (double share = 0; share < 1; share += 0.5 / line.length())
        if (const auto cell = geometry.cell_at(line.pointAt(share)))
          met[cell->i * 36 + cell->j] = 1;
    for (std::uint32_t i = 0; i < 36; ++i)
      for (std::uint32_t j = 0; j < i; ++j)
        QVERIFY2(met[i * 36 + j], qPrintable(QStringLiteral("%1, %2").arg(i).arg(j)));
  }

  void diagonal_is_cut_to_what_is_seen() {
    HeatmapGeometry geometry = tens();
    QCOMPARE(geometry.diagonal(), QLineF(40, 10, 400, 370));
    geometry.zoom_at(QPointF(40, 370), 6);
    QVERIFY(geometry.diagonal().isNull()); // columns 0 to 5, rows 30 to 35
  }
};

LONGVIEW_TEST_MAIN(TestHeatmapGeometry)
#include "tst_heatmap_geometry.moc"
