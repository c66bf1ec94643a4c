#include "widgets/heatmap_widget.h"

#include <QAccessible>
#include <QClipboard>
#include <QContextMenuEvent>
#include <QHelpEvent>
#include <QMenu>
#include <QMimeData>
#include <QTextDocument>
#include <QTimer>
#include <QToolTip>

#include "ui/support/shown_heatmap.h"
#include "widgets/heatmap_cells.h"
#include "widgets/reading_line.h"

using namespace longview;
using namespace longview::test;

/// One cell: hovered, selected, spoken; zoom and the menu.
class TestHeatmapWidget : public HeatmapTest {
  Q_OBJECT

 private slots:
  void hovers_cells_of_the_lower_triangle() {
    const Shown shown(sampled_document());
    const Cell scored = scored_cell(*shown.document, [](double) { return true; });
    const Cell unsampled = unsampled_cell(*shown.document);
    shown.move(shown.middle(scored));
    shown.move(shown.middle(unsampled));
    shown.move(shown.middle({2, 40}));
    QCOMPARE(shown.hovered, (std::vector<std::optional<Cell>>{scored, unsampled, std::nullopt}));
    shown.move(shown.middle(scored));
    QEvent leave(QEvent::Leave);
    QApplication::sendEvent(shown.heatmap, &leave);
    QCOMPARE(shown.hovered.back(), std::optional<Cell>());
    QVERIFY(shown.selected.empty());
  }

  void click_selects_and_selecting_from_outside_is_silent() {
    const Shown shown(sampled_document());
    const Cell cell = scored_cell(*shown.document, [](double) { return true; });
    shown.click(shown.middle(cell));
    QCOMPARE(shown.heatmap->selected(), std::optional(cell));
    shown.click(shown.middle(cell)); // again: nothing new
    QCOMPARE(shown.selected, std::vector<std::optional<Cell>>{cell});
    shown.click(shown.middle({2, 40})); // the upper triangle
    QCOMPARE(shown.selected.back(), std::optional<Cell>());
    shown.heatmap->set_selected(cell);
    QCOMPARE(shown.heatmap->selected(), std::optional(cell));
    QCOMPARE(shown.selected.size(), 2U);
    shown.heatmap->set_selected(Cell{3, 3}); // no cell
    QCOMPARE(shown.heatmap->selected(), std::optional<Cell>());
  }

  void selection_is_drawn_in_the_accent() {
    const Shown shown(sampled_document());
    const QColor accent = Theme::of(QApplication::palette()).accent;
    const Cell cell = scored_cell(*shown.document, [](double) { return true; });
    const auto marked = [&] {
      return colours_in(shown.image(), shown.geometry().rect(cell).adjusted(-4, -4, 4, 4)).count(accent.rgb()) > 0;
    };
    QVERIFY(!marked());
    shown.heatmap->set_selected(cell);
    QVERIFY(marked());
  }

  void wheel_zooms_at_the_cursor_and_zero_fits() {
    const Shown shown(sampled_document());
    const Cell cell{31, 7};
    const QPoint at = shown.middle(cell);
    const QPoint beside = at + QPoint(12, 0); // another cell while all is seen
    QVERIFY(shown.under(beside) != std::optional(cell));
    shown.wheel(at, 7);
    QCOMPARE(shown.under(at), std::optional(cell));
    QCOMPARE(shown.under(beside), std::optional(cell));
    shown.key(Qt::Key_0);
    QVERIFY(shown.under(beside) != std::optional(cell));
    shown.wheel(at, 7);
    QTest::mouseDClick(shown.window(), Qt::LeftButton, {}, QPoint(400, 200));
    QVERIFY(shown.under(beside) != std::optional(cell));
    shown.wheel(at, -3); // not smaller than the whole
    QCOMPARE(shown.under(at), std::optional(cell));
  }

  void drag_pans_and_does_not_select() {
    const Shown shown(sampled_document());
    const QPoint at = shown.middle({31, 7});
    shown.drag(at, at + QPoint(60, -40));
    QCOMPARE(shown.under(at), std::optional(Cell{31, 7})); // all of it is seen: nothing to pan
    shown.wheel(at, 7);
    shown.drag(at, at + QPoint(60, -40));
    QCOMPARE(shown.under(at + QPoint(60, -40)), std::optional(Cell{31, 7}));
    QVERIFY(shown.under(at) != std::optional(Cell{31, 7}));
    QVERIFY(shown.selected.empty());
    shown.click(at + QPoint(60, -40)); // and a click is a click again
    QCOMPARE(shown.selected, (std::vector<std::optional<Cell>>{Cell{31, 7}}));
  }

  void arrows_go_to_the_next_sampled_cell() {
    const Shown shown(sampled_document());
    shown.key(Qt::Key_Down); // without a selection: the strongest
    QVERIFY(shown.heatmap->selected());
    const HeatmapCells cells(*shown.document, HeatmapValue::strength);
    const Cell strongest = *shown.heatmap->selected();
    for (const HeatmapCell& cell : cells.all())
      QVERIFY(cell.strength <= cells.find(strongest)->strength);
    for (const int key : {Qt::Key_Up, Qt::Key_Right, Qt::Key_Left, Qt::Key_Left, Qt::Key_Down, Qt::Key_Down}) {
      shown.key(key);
      QVERIFY(shown.document->pair_at(*shown.heatmap->selected()));
    }
    shown.heatmap->set_selected(Cell{cells.row(10)[2].i, cells.row(10)[2].j});
    shown.key(Qt::Key_Right);
    QCOMPARE(shown.heatmap->selected(), std::optional(Cell{10, cells.row(10)[3].j}));
    QCOMPARE(shown.selected.back(), shown.heatmap->selected());
    QVERIFY(shown.page.keys.empty());
  }

  void leaves_other_keys_to_the_page() {
    const Shown shown(sampled_document());
    shown.key(Qt::Key_BracketRight);
    shown.key(Qt::Key_F);
    QCOMPARE(shown.page.keys.size(), 2U);
    QVERIFY(!shown.heatmap->selected());
  }

  void a_selection_by_key_is_brought_into_view() {
    const Shown shown(sampled_document());
    shown.wheel(shown.middle({10, 2}), 7);
    shown.heatmap->set_selected(Cell{44, 39});
    const QColor accent = Theme::of(QApplication::palette()).accent;
    QVERIFY(colours_in(shown.image(), shown.geometry().plot).count(accent.rgb()));
  }

  void the_same_document_keeps_zoom_and_selection() {
    SampleOptions options;
    const Shown shown(sample_document(options));
    const QPoint at = shown.middle({31, 7});
    shown.heatmap->set_selected(Cell{31, 7});
    shown.wheel(at, 7);
    options.pairs = 400; // more of it has been scored
    shown.heatmap->set_document(sample_document(options));
    QCOMPARE(shown.heatmap->selected(), std::optional(Cell{31, 7}));
    QCOMPARE(shown.under(at + QPoint(12, 0)), std::optional(Cell{31, 7}));

    auto other = sample_document_mutable(options);
    other->document.id = DocumentId{8};
    shown.heatmap->set_document(other);
    QVERIFY(!shown.heatmap->selected());
    QVERIFY(shown.under(at + QPoint(12, 0)) != std::optional(Cell{31, 7}));
    shown.heatmap->set_document(nullptr);
    QVERIFY(!shown.heatmap->selected());
    QVERIFY(shown.selected.empty()); // the page set the document: it knows
  }

  void the_right_click_offers_what_can_be_done() {
    const Shown shown(sampled_document());
    shown.heatmap->addAction(new QAction(QStringLiteral("Something more"), shown.heatmap));
    const QPoint at = shown.middle(scored_cell(*shown.document, [](double) { return true; }));
    QStringList offered;
    QTimer::singleShot(0, [&] {
      if (auto* menu = qobject_cast<QMenu*>(QApplication::activePopupWidget())) {
        for (const QAction* action : menu->actions())
          offered << action->text().remove(u'&');
        for (QAction* action : menu->actions())
          if (action->text().remove(u'&') == QLatin1String("Copy figure"))
            action->trigger();
        menu->close();
      }
    });
    QContextMenuEvent event(QContextMenuEvent::Mouse, at, shown.heatmap->mapToGlobal(at));
    QApplication::sendEvent(shown.heatmap, &event);
    for (const char* wanted : {"Show formula", "Copy figure", "Copy table", "Save figure…", "Save table…",
                               "Heatmap shows", "Heatmap axes", "Colour range…", "Something more"})
      QVERIFY2(offered.contains(QString::fromUtf8(wanted)), wanted);
    const QMimeData* copied = QApplication::clipboard()->mimeData();
    QVERIFY(copied->hasImage());
    QVERIFY(copied->data(QStringLiteral("image/svg+xml")).contains("<svg"));
    copy_table(shown.heatmap->figure());
    QCOMPARE(QApplication::clipboard()->text().count(u'\n'), 161);
  }

  void small_cells_are_easy_to_hit() {
    SampleOptions options;
    options.segments = 400;
    options.pairs = 240;
    options.with_text = false;
    const Shown shown(sample_document(options));
    int found = 0;
    for (const Pair& pair : shown.document->data.pairs.pairs) {
      const std::optional<Cell> under = shown.under(shown.middle({pair.i, pair.j}) + QPoint(1, 1));
      found += under && shown.document->pair_at(*under) ? 1 : 0;
    }
    QVERIFY2(found > 225, qPrintable(QString::number(found))); // some are hidden by the edge
  }

  void tool_tip_explains_the_number() {
    const Shown shown(sampled_document());
    const Cell cell = scored_cell(*shown.document, [](double) { return true; });
    const QPoint at = shown.middle(cell);
    QHelpEvent help(QEvent::ToolTip, at, shown.heatmap->mapToGlobal(at));
    QApplication::sendEvent(shown.heatmap, &help);
    QCOMPARE(QToolTip::text(), formula_text(*shown.document, cell));
    QVERIFY(!Qt::mightBeRichText(QToolTip::text()));
    const QPoint nowhere = shown.middle({2, 40});
    QHelpEvent none(QEvent::ToolTip, nowhere, shown.heatmap->mapToGlobal(nowhere));
    QApplication::sendEvent(shown.heatmap, &none);
    QTRY_VERIFY(!QToolTip::isVisible());
  }

  void a_screen_reader_hears_the_selection() {
    const Shown shown(sampled_document());
    const Cell cell = scored_cell(*shown.document, [](double) { return true; });
    QAccessibleInterface* spoken = QAccessible::queryAccessibleInterface(shown.heatmap);
    QVERIFY(spoken);
    QVERIFY(!spoken->text(QAccessible::Name).isEmpty());
    QVERIFY(spoken->text(QAccessible::Description).contains(QStringLiteral("160 scored pairs")));
    shown.heatmap->set_selected(cell);
    QCOMPARE(spoken->text(QAccessible::Description), reading_line(*shown.document, cell));
  }

  void focus_is_seen() {
    Shown shown(sampled_document());
    shown.page.activateWindow();
    QTRY_VERIFY(shown.heatmap->hasFocus());
    QCOMPARE(QColor(shown.image().pixel(0, 100)), Theme::of(QApplication::palette()).accent);
    shown.heatmap->clearFocus();
    QCOMPARE(QColor(shown.image().pixel(0, 100)), Theme::of(QApplication::palette()).background);
  }
};

LONGVIEW_WIDGET_TEST_MAIN(TestHeatmapWidget)
#include "tst_heatmap_widget.moc"
