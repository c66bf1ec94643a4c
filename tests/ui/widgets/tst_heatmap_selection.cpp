#include "ui/support/shown_heatmap.h"

using namespace longview;
using namespace longview::test;

/// Rectangles of pairs, by mouse and by key.
class TestHeatmapSelection : public HeatmapTest {
  Q_OBJECT

 private slots:
  void shift_drag_selects_a_rectangle() {
    const Shown shown(sampled_document());
    shown.drag(shown.middle({40, 3}), shown.middle({30, 9}), Qt::ShiftModifier);
    const CellRange range{30, 40, 3, 9};
    QCOMPARE(shown.ranges, (std::vector<std::optional<CellRange>>{range}));
    QCOMPARE(shown.heatmap->selection(), std::optional(range));
    QVERIFY(shown.selected.empty());
    int scored = 0;
    for (const Pair& pair : shown.document->data.pairs.pairs)
      scored += pair.i >= 30 && pair.i <= 40 && pair.j >= 3 && pair.j <= 9 ? 1 : 0;
    QVERIFY2(shown.heatmap->selection_text().startsWith(
                 QStringLiteral("c_30 … c_40 after c_3 … c_9: %1 of 77 pairs scored").arg(scored)),
             qPrintable(shown.heatmap->selection_text()));
    const QColor accent = Theme::of(QApplication::palette()).accent;
    QVERIFY(colours_in(shown.image(), shown.geometry().area(range).adjusted(-4, -4, 4, 4)).count(accent.rgb()));
    shown.drag(shown.middle({2, 40}), shown.middle({3, 45}), Qt::ShiftModifier); // no pair in it
    QCOMPARE(shown.ranges.back(), std::optional<CellRange>());
  }

  void a_rectangle_is_cut_to_the_pairs_in_it() {
    const Shown shown(sampled_document());
    shown.drag(shown.middle({10, 5}), shown.middle({20, 30}), Qt::ShiftModifier);
    QCOMPARE(shown.heatmap->selection(), std::optional(CellRange{10, 20, 5, 19}));
    shown.drag(shown.middle({47, 40}), QPoint(599, 479), Qt::ShiftModifier); // released outside of the plot
    QCOMPARE(shown.heatmap->selection(), std::optional(CellRange{47, 47, 40, 46}));
  }

  void control_drag_zooms_to_a_rectangle() {
    const Shown shown(sampled_document());
    const QPoint from = shown.middle({36, 4}), to = shown.middle({44, 12});
    shown.drag(from, to, Qt::ControlModifier);
    QCOMPARE(shown.under(shown.geometry().plot.center().toPoint()), std::optional(Cell{40, 8}));
    QVERIFY(shown.ranges.empty());
    QVERIFY(shown.selected.empty());
    shown.key(Qt::Key_Escape);
    QCOMPARE(shown.under(shown.middle({40, 8})), std::optional(Cell{40, 8}));
  }

  void a_click_on_a_bar_selects_its_pairs() {
    const Shown shown(sampled_document());
    const HeatmapGeometry geometry = shown.geometry();
    shown.click(QPointF(geometry.bars.center().x(), geometry.y(20.5)).toPoint());
    QCOMPARE(shown.ranges, (std::vector<std::optional<CellRange>>{CellRange{20, 20, 0, 19}}));
    QVERIFY(!geometry.strip.isNull());
    shown.click(QPointF(geometry.x(12.5), geometry.strip.center().y()).toPoint());
    QCOMPARE(shown.ranges.back(), std::optional(CellRange{13, 47, 12, 12}));
    QVERIFY(shown.selected.empty());
  }

  void shift_and_arrows_extend_the_rectangle() {
    const Shown shown(sampled_document());
    shown.heatmap->set_selected(Cell{31, 7});
    shown.key(Qt::Key_Down, Qt::ShiftModifier);
    shown.key(Qt::Key_Right, Qt::ShiftModifier);
    shown.key(Qt::Key_Right, Qt::ShiftModifier);
    QCOMPARE(shown.heatmap->selection(), std::optional(CellRange{31, 32, 7, 9}));
    for (int k = 0; k < 4; ++k)
      shown.key(Qt::Key_Up, Qt::ShiftModifier);
    QCOMPARE(shown.heatmap->selection(), std::optional(CellRange{28, 31, 7, 9}));
    QCOMPARE(shown.ranges.size(), 7U);
    QVERIFY(shown.selected.empty());
    QVERIFY(shown.page.keys.empty());
  }

  void keys_go_to_ends_and_pages() {
    const Shown shown(whole_document(48));
    const auto after = [&shown](int key, Qt::KeyboardModifiers modifiers = {}) {
      shown.key(key, modifiers);
      return *shown.heatmap->selected();
    };
    shown.heatmap->set_selected(Cell{31, 7});
    QCOMPARE(after(Qt::Key_End), (Cell{31, 30}));
    QCOMPARE(after(Qt::Key_Home), (Cell{31, 0}));
    QCOMPARE(after(Qt::Key_End, Qt::ControlModifier), (Cell{47, 46}));
    QCOMPARE(after(Qt::Key_Home, Qt::ControlModifier), (Cell{1, 0}));
    QCOMPARE(after(Qt::Key_PageDown), (Cell{39, 0})); // four fifths of the 48 rows that are seen
    QCOMPARE(after(Qt::Key_PageDown), (Cell{47, 0}));
    QCOMPARE(after(Qt::Key_PageUp), (Cell{9, 0}));
    QCOMPARE(after(Qt::Key_PageUp), (Cell{1, 0})); // no pair in row 0
    QVERIFY(shown.page.keys.empty());
  }

  void escape_takes_back_zoom_then_rectangle_then_cell_and_then_is_left() {
    const Shown shown(sampled_document());
    const QPoint at = shown.middle({31, 7});
    shown.heatmap->set_selected(Cell{31, 7});
    shown.heatmap->set_selection(CellRange{30, 40, 3, 9});
    QVERIFY(shown.ranges.empty()); // from outside: silent
    shown.wheel(at, 7);
    shown.key(Qt::Key_Escape);
    QVERIFY(shown.under(at + QPoint(12, 0)) != std::optional(Cell{31, 7}));
    QVERIFY(shown.heatmap->selection());
    shown.key(Qt::Key_Escape);
    QVERIFY(!shown.heatmap->selection());
    QCOMPARE(shown.ranges, std::vector<std::optional<CellRange>>{std::nullopt});
    QVERIFY(shown.heatmap->selected());
    shown.key(Qt::Key_Escape);
    QVERIFY(!shown.heatmap->selected());
    QCOMPARE(shown.selected, std::vector<std::optional<Cell>>{std::nullopt});
    QVERIFY(!shown.heatmap->undo());
    QVERIFY(shown.page.keys.empty());
    shown.key(Qt::Key_Escape);
    shown.key(Qt::Key_N);
    QTest::keyClick(shown.heatmap, Qt::Key_Down, Qt::ControlModifier);
    QCOMPARE(shown.page.keys, (std::vector<int>{Qt::Key_Escape, Qt::Key_N, Qt::Key_Down}));
  }

  void another_document_takes_the_rectangle_away() {
    const Shown shown(sampled_document());
    shown.heatmap->set_selection(CellRange{30, 40, 3, 9});
    shown.heatmap->set_document(sampled_document()); // the same one, with more in it
    QVERIFY(shown.heatmap->selection());
    auto other = sample_document_mutable();
    other->document.id = DocumentId{8};
    shown.heatmap->set_document(other);
    QVERIFY(!shown.heatmap->selection());
    QCOMPARE(shown.ranges, std::vector<std::optional<CellRange>>{std::nullopt});
    QCOMPARE(shown.heatmap->selection_text(), QString());
  }
};

LONGVIEW_WIDGET_TEST_MAIN(TestHeatmapSelection)
#include "tst_heatmap_selection.moc"
