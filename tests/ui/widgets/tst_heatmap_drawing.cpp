#include "ui/support/shown_heatmap.h"
#include "widgets/heatmap_cells.h"
#include "widgets/heatmap_image.h"

using namespace longview;
using namespace longview::test;

/// What the heatmap draws, by the pixels.
class TestHeatmapDrawing : public HeatmapTest {
  Q_OBJECT

 private slots:
  void draws_sampled_and_unsampled_cells_data() {
    QTest::addColumn<int>("choice");
    QTest::newRow("light") << static_cast<int>(ThemeChoice::light);
    QTest::newRow("dark") << static_cast<int>(ThemeChoice::dark);
  }
  void draws_sampled_and_unsampled_cells() {
    QFETCH(int, choice);
    const Shown shown(sampled_document());
    apply_theme(static_cast<ThemeChoice>(choice));
    QCoreApplication::processEvents(); // widgets that are there already hear of it later
    const Theme theme = Theme::of(QApplication::palette());
    QCOMPARE(theme.dark, static_cast<ThemeChoice>(choice) == ThemeChoice::dark);
    const QImage image = shown.image();
    const auto middle = [&](Cell cell) { return QColor(image.pixel(shown.middle(cell))); };

    const QColor strong = middle(scored_cell(*shown.document, [](double s) { return s > 0.25; }));
    QVERIFY2(strong.red() > strong.blue() + 80, qPrintable(strong.name()));
    const QColor negative = middle(scored_cell(*shown.document, [](double s) { return s < -0.06; }));
    QVERIFY2(negative.blue() > negative.red() + 12, qPrintable(negative.name()));
    const QColor zero = middle(scored_cell(*shown.document, [](double s) { return std::abs(s) < 0.01; }));
    QVERIFY2(zero.saturation() < 40, qPrintable(zero.name()));

    const std::set<QRgb> hatched = colours_in(image, shown.geometry().rect(unsampled_cell(*shown.document)));
    QVERIFY(hatched.size() >= 2); // lines on the ground, never one flat colour
    QVERIFY(hatched.count(theme.background.rgb()));
    QVERIFY(!hatched.count(ColourMap::diverging(theme.dark).at(0.5)));
    QCOMPARE(QColor(image.pixel(2, 2)), theme.background);
  }

  void outlines_what_is_above_the_threshold() {
    auto document = sample_document_mutable();
    const Cell cell = scored_cell(*document, [](double s) { return s > 0.12 && s < 0.2; });
    const QColor ink = Theme::of(QApplication::palette()).threshold;
    const auto outlined = [&](double threshold) {
      document->parameters.threshold = threshold;
      const Shown shown(document);
      const QRect square = shown.geometry().rect(cell).toAlignedRect().adjusted(-1, -1, 1, 1);
      const QImage image = shown.image();
      int found = 0;
      for (int y = square.top(); y <= square.bottom(); ++y)
        for (int x = square.left(); x <= square.right(); ++x)
          found += QColor(image.pixel(x, y)) == ink ? 1 : 0;
      return found;
    };
    QVERIFY(outlined(0.11) >= 8);
    QCOMPARE(outlined(0.9), 0);
  }

  void specificity_stands_beside_its_row() {
    const Shown shown(sampled_document());
    const QImage image = shown.image();
    const HeatmapGeometry geometry = shown.geometry();
    const QColor ink = Theme::of(QApplication::palette()).diagonal;
    for (std::uint32_t i = 0; i < shown.document->segments(); ++i) {
      const double value = shown.document->scores.specificity[i];
      const int y = static_cast<int>(geometry.y(i + 0.5));
      int length = 0;
      for (int x = static_cast<int>(geometry.bars.left()); x < static_cast<int>(geometry.bars.right()); ++x)
        length += QColor(image.pixel(x, y)) == ink ? 1 : 0;
      if (std::isnan(value))
        QCOMPARE(length, 0);
      else
        QVERIFY2(qAbs(length - value * geometry.bars.width()) <= 1.5, qPrintable(QString::number(i)));
    }
  }

  void long_documents_lose_no_sampled_pair() {
    SampleOptions options;
    options.segments = 2000; // a quarter of a pixel each
    options.pairs = 80;
    options.with_text = false;
    const DocumentPointer document = sample_document(options);
    const HeatmapCells cells(*document, HeatmapValue::strength);
    HeatmapScene scene{document.get(), &cells, {}, Theme::light(), QFont(), {}, false};
    scene.geometry = HeatmapGeometry::fitted(QRectF(QPointF(), shown_size), room_for(*document), 2000);
    const QImage image = render_cells(scene, 1);
    for (const HeatmapCell& cell : cells.all()) {
      const QPointF at = scene.geometry.rect({cell.i, cell.j}).center() - scene.geometry.plot.topLeft();
      QCOMPARE(qAlpha(image.pixel(at.toPoint())), 255);
    }
    QCOMPARE(qAlpha(image.pixel(image.width() - 5, 5)), 0);
  }

  void twice_the_pixels_show_the_same_cells() {
    const DocumentPointer document = whole_document();
    const HeatmapCells cells(*document, HeatmapValue::strength);
    HeatmapScene scene{document.get(), &cells, {}, Theme::light(), QFont(), {}, false};
    scene.geometry = HeatmapGeometry::fitted(QRectF(QPointF(), shown_size), room_for(*document), 24);
    const QImage one = render_cells(scene, 1);
    const QImage two = render_cells(scene, 2);
    QCOMPARE(two.size(), one.size() * 2);
    for (const HeatmapCell& cell : cells.all()) {
      const QPointF at = scene.geometry.rect({cell.i, cell.j}).center() - scene.geometry.plot.topLeft();
      QCOMPARE(two.pixel((at * 2).toPoint()), one.pixel(at.toPoint()));
    }
  }

  void says_why_it_is_empty() {
    Shown shown;
    const QImage nothing = shown.image();
    QVERIFY(colours_in(nothing, nothing.rect()).size() > 1);
    QVERIFY(!shown.heatmap->accessibleDescription().isEmpty());
    auto unscored = std::make_shared<DocumentData>();
    unscored->row.status = Status::too_short;
    unscored->row.reason = "2 segments, 3 are needed";
    shown.heatmap->set_document(unscored);
    QVERIFY(shown.heatmap->accessibleDescription().contains(QStringLiteral("2 segments, 3 are needed")));
    QVERIFY(shown.image() != nothing);
    shown.move(QPoint(200, 300));
    shown.click(QPoint(200, 300));
    for (const int key : {Qt::Key_Down, Qt::Key_BracketRight, Qt::Key_Home, Qt::Key_Escape})
      shown.key(key);
    shown.wheel(QPoint(200, 300), 3);
    QVERIFY(shown.hovered.empty());
    QVERIFY(shown.selected.empty());
    QCOMPARE(shown.page.keys.size(), 4U); // nothing to do with them here
  }

  void another_value_is_another_picture() {
    const Shown shown(sampled_document());
    std::vector<QImage> images;
    for (const auto value : {HeatmapValue::strength, HeatmapValue::gain, HeatmapValue::contribution,
                             HeatmapValue::perplexity_after, HeatmapValue::weight}) {
      shown.heatmap->set_value(value);
      QCOMPARE(shown.heatmap->value(), value);
      const QImage image = shown.image();
      for (const QImage& earlier : images)
        QVERIFY(image != earlier);
      images.push_back(image);
    }
  }

  void one_bright_cell_of_two_million_stays_visible_data() {
    QTest::addColumn<QSize>("size");
    QTest::newRow("small") << QSize(300, 260);
    QTest::newRow("usual") << shown_size;
    QTest::newRow("large") << QSize(1900, 1600);
  }
  void one_bright_cell_of_two_million_stays_visible() {
    QFETCH(QSize, size);
    const auto document = whole_document_mutable(1500);
    for (PairParts& parts : document->scores.parts)
      parts.strength = 0.01;
    const std::vector<Cell> bright = {{1499, 0}, {1, 0}, {1499, 1498}, {900, 333}, {901, 700}};
    for (std::size_t k = 0; k < document->data.pairs.pairs.size(); ++k) {
      const Pair& pair = document->data.pairs.pairs[k];
      if (std::count(bright.begin(), bright.end(), Cell{pair.i, pair.j}))
        document->scores.parts[k].strength = 0.8;
    }
    HeatmapCells cells(*document, HeatmapValue::strength);
    cells.set_range(ColourRange{-1, 1});
    HeatmapScene scene{document.get(), &cells, {}, Theme::light(), QFont(), {}, false};
    scene.geometry = HeatmapGeometry::fitted(QRectF(QPointF(), size), room_for(*document), 1500);
    const QImage image = render_cells(scene, 1);
    const QRgb ink = cells.scale().colour(0.8, false);
    for (const Cell cell : bright) {
      const QPointF at = scene.geometry.rect(cell).center() - scene.geometry.plot.topLeft();
      bool found = false;
      for (int y = -1; y <= 1; ++y)
        for (int x = -1; x <= 1; ++x) {
          const QPoint pixel = at.toPoint() + QPoint(x, y);
          found |= image.rect().contains(pixel) && image.pixel(pixel) == ink;
        }
      QVERIFY2(found, qPrintable(QStringLiteral("%1, %2").arg(cell.i).arg(cell.j)));
    }
  }

  void the_strip_stands_below_its_columns() {
    const auto document = whole_document_mutable(24);
    for (std::size_t k = 0; k < document->scores.parts.size(); ++k)
      document->scores.parts[k].strength = document->data.pairs.pairs[k].j == 9 ? 0.5 : 0.1;
    const Shown shown(document);
    const HeatmapGeometry geometry = shown.geometry();
    const QImage image = shown.image();
    const QColor ink = Theme::of(QApplication::palette()).diagonal;
    const auto height = [&](std::uint32_t j) {
      const int x = static_cast<int>(geometry.x(j + 0.5));
      int found = 0;
      for (int y = static_cast<int>(geometry.strip.top()); y < static_cast<int>(geometry.strip.bottom()); ++y)
        found += QColor(image.pixel(x, y)) == ink ? 1 : 0;
      return found;
    };
    QVERIFY2(qAbs(height(9) - geometry.strip.height()) <= 1, qPrintable(QString::number(height(9))));
    for (const std::uint32_t j : {0U, 8U, 10U, 22U})
      QVERIFY2(qAbs(height(j) - geometry.strip.height() / 5) <= 1.5, qPrintable(QString::number(height(j))));
    QCOMPARE(height(23), 0); // nothing follows the last segment, but for the line at 0
  }

  void axes_count_tokens_when_asked_to() {
    const Shown shown(whole_document(24));
    const QImage before = shown.image();
    HeatmapView view = shown.heatmap->view();
    view.axes = AxisUnit::tokens;
    shown.heatmap->set_view(view);
    QVERIFY(shown.image() != before);
    view.axes = AxisUnit::segments;
    view.strip = ColumnStrip::none;
    shown.heatmap->set_view(view);
    const HeatmapRoom room = heatmap_room(shown.heatmap->font(), 24, view, 128);
    QCOMPARE(room.strip, 0.0);
    const auto geometry = HeatmapGeometry::fitted(shown.heatmap->rect(), room, 24);
    QCOMPARE(shown.under(geometry.rect(Cell{23, 1}).center().toPoint()), std::optional(Cell{23, 1}));
  }

  void what_is_not_above_the_threshold_can_be_faint() {
    const Shown shown(whole_document(24));
    const Cell strong = scored_cell(*shown.document, [](double s) { return s > 0.2; });
    const Cell weak = scored_cell(*shown.document, [](double s) { return s < -0.04; });
    const QImage before = shown.image();
    HeatmapView view = shown.heatmap->view();
    view.fade = true;
    shown.heatmap->set_view(view);
    const QImage after = shown.image();
    QCOMPARE(after.pixel(shown.middle(strong)), before.pixel(shown.middle(strong)));
    const QColor ground = Theme::of(QApplication::palette()).background;
    const auto from_ground = [&](const QImage& image) {
      return contrast(QColor(image.pixel(shown.middle(weak))), ground);
    };
    QVERIFY(from_ground(after) < from_ground(before) - 0.1);
    QVERIFY(from_ground(after) > 1.02); // told from nothing
  }

  void a_run_without_controls_says_so() {
    const Shown shown(sampled_document());
    shown.heatmap->set_value(HeatmapValue::corrected);
    QVERIFY(shown.heatmap->accessibleDescription().contains(QStringLiteral("no control prefixes")));
    shown.image();
  }

  void very_many_pairs_are_sorted_in_the_background() {
    const Shown shown(whole_document(500));
    QTRY_VERIFY(!shown.heatmap->reading());
    QVERIFY(shown.heatmap->accessibleDescription().contains(QStringLiteral("500 segments, 124750 scored pairs")));
    shown.heatmap->set_selected(Cell{400, 3});
    QCOMPARE(shown.heatmap->selected(), std::optional(Cell{400, 3}));
    shown.heatmap->set_value(HeatmapValue::gain); // what was there stays until the other is ready
    QVERIFY(shown.heatmap->reading());
    QVERIFY(shown.heatmap->selected());
    shown.image();
    QTRY_VERIFY(!shown.heatmap->reading());
    QVERIFY(shown.heatmap->selected());
    shown.heatmap->set_document(sampled_document()); // the newest wins
    shown.heatmap->set_document(whole_document(500));
    shown.heatmap->set_document(nullptr);
    QVERIFY(!shown.heatmap->reading());
    QVERIFY(!shown.heatmap->selected());
  }

  void draws_any_document_at_any_size_data() {
    QTest::addColumn<uint>("segments");
    for (const uint segments : {2U, 3U, 5U, 48U, 400U})
      QTest::addRow("%u", segments) << segments;
  }
  void draws_any_document_at_any_size() {
    QFETCH(uint, segments);
    const DocumentPointer document = whole_document(segments);
    for (const QSize size : {QSize(1, 1), QSize(60, 40), QSize(240, 200), QSize(420, 360), QSize(1600, 300)}) {
      HeatmapWidget heatmap;
      heatmap.set_document(document);
      heatmap.resize(size);
      heatmap.set_selected(Cell{1, 0});
      QCOMPARE(heatmap.grab().size(), size);
    }
  }
};

LONGVIEW_WIDGET_TEST_MAIN(TestHeatmapDrawing)
#include "tst_heatmap_drawing.moc"
