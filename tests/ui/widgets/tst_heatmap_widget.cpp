#include <optional>
#include <set>

#include <QAccessible>
#include <QClipboard>
#include <QHelpEvent>
#include <QMenu>
#include <QMimeData>
#include <QTextDocument>
#include <QTimer>
#include <QToolTip>
#include <QWheelEvent>

#include "ui/support/sample_document.h"
#include "ui/support/widget_test.h"
#include "widgets/heatmap_cells.h"
#include "widgets/heatmap_geometry.h"
#include "widgets/heatmap_image.h"
#include "widgets/heatmap_painter.h"
#include "widgets/heatmap_widget.h"
#include "widgets/reading_line.h"

using namespace longview;
using namespace longview::test;

namespace {

constexpr QSize shown_size(600, 480);

/// Takes the keys that the heatmap leaves to it.
class Page : public QWidget {
 public:
  std::vector<int> keys;

 protected:
  void keyPressEvent(QKeyEvent* event) override {
    if (event->key() != Qt::Key_Control && event->key() != Qt::Key_Shift)
      keys.push_back(event->key());
  }
};

HeatmapRoom room_for(const DocumentData& document, const QFont& font = {}) {
  return heatmap_room(font, document.segments(), {}, document.sampling.segment_length);
}

/// A heatmap in a window, with everything it said.
struct Shown {
  Page page;
  HeatmapWidget* heatmap = new HeatmapWidget(&page);
  std::vector<std::optional<Cell>> hovered, selected;
  std::vector<std::optional<CellRange>> ranges;
  DocumentPointer document;

  explicit Shown(DocumentPointer of = nullptr) : document(std::move(of)) {
    QObject::connect(heatmap, &HeatmapWidget::cell_hovered,
                     [this](std::optional<Cell> cell) { hovered.push_back(cell); });
    QObject::connect(heatmap, &HeatmapWidget::cell_selected,
                     [this](std::optional<Cell> cell) { selected.push_back(cell); });
    QObject::connect(heatmap, &HeatmapWidget::selection_changed,
                     [this](std::optional<CellRange> range) { ranges.push_back(range); });
    page.resize(shown_size);
    heatmap->resize(shown_size);
    heatmap->set_document(document);
    page.show();
    heatmap->setFocus();
    QVERIFY(QTest::qWaitForWindowExposed(&page));
  }

  /// Of the whole document.
  HeatmapGeometry geometry() const {
    return HeatmapGeometry::fitted(heatmap->rect(), room_for(*document, heatmap->font()), document->segments());
  }
  QPoint middle(Cell cell) const { return geometry().rect(cell).center().toPoint(); }

  QWindow* window() const { return page.windowHandle(); }
  void move(QPoint to) const { QTest::mouseMove(window(), to); }
  void click(QPoint at) const { QTest::mouseClick(window(), Qt::LeftButton, {}, at); }
  void drag(QPoint from, QPoint to, Qt::KeyboardModifiers modifiers = {}) const {
    QTest::mousePress(window(), Qt::LeftButton, modifiers, from);
    QTest::mouseMove(window(), (from + to) / 2);
    QTest::mouseMove(window(), to);
    QTest::mouseRelease(window(), Qt::LeftButton, modifiers, to);
  }
  void wheel(QPoint at, int notches) const {
    QWheelEvent event(at, heatmap->mapToGlobal(at), {}, QPoint(0, 120 * notches), Qt::NoButton, Qt::NoModifier,
                      Qt::NoScrollPhase, false);
    QApplication::sendEvent(heatmap, &event);
  }
  void key(int key, Qt::KeyboardModifiers modifiers = {}) const {
    QTest::keyClick(heatmap, static_cast<Qt::Key>(key), modifiers);
  }
  std::optional<Cell> under(QPoint at) const {
    move(QPoint(1, 1)); // so that the next move is one
    move(at);
    return hovered.empty() ? std::nullopt : hovered.back();
  }
  QImage image() const { return heatmap->grab().toImage().convertToFormat(QImage::Format_RGB32); }
};

DocumentPointer sampled_document() {
  return sample_document();
}

DocumentPointer whole_document(std::uint32_t segments = 24) {
  SampleOptions options;
  options.segments = segments;
  options.pairs = 0;
  return sample_document(options);
}

std::shared_ptr<DocumentData> whole_document_mutable(std::uint32_t segments) {
  SampleOptions options;
  options.segments = segments;
  options.pairs = 0;
  options.with_text = false;
  return sample_document_mutable(options);
}

/// A scored cell whose strength satisfies a condition.
template <typename Condition>
Cell scored_cell(const DocumentData& document, Condition condition) {
  for (std::size_t k = 0; k < document.scores.parts.size(); ++k)
    if (condition(document.scores.parts[k].strength))
      return {document.data.pairs.pairs[k].i, document.data.pairs.pairs[k].j};
  qFatal("the sample has no such pair");
}

/// A cell below the diagonal that was not sampled.
Cell unsampled_cell(const DocumentData& document) {
  for (std::uint32_t i = 12; i < document.segments(); ++i)
    for (std::uint32_t j = 0; j + 2 < i; ++j)
      if (!document.pair_at({i, j}))
        return {i, j};
  qFatal("the sample has all pairs");
}

std::set<QRgb> colours_in(const QImage& image, const QRectF& rect) {
  std::set<QRgb> found;
  const QRect inside = rect.adjusted(1, 1, -1, -1).toRect();
  for (int y = inside.top(); y <= inside.bottom(); ++y)
    for (int x = inside.left(); x <= inside.right(); ++x)
      found.insert(image.pixel(x, y));
  return found;
}

} // namespace

class TestHeatmapWidget : public QObject {
  Q_OBJECT

 private slots:
  void init() {
    apply_theme(ThemeChoice::light);
    QCoreApplication::processEvents();
  }

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

  void escape_takes_back_zoom_then_selection_and_then_leaves_it() {
    const Shown shown(sampled_document());
    const QPoint at = shown.middle({31, 7});
    shown.heatmap->set_selected(Cell{31, 7});
    shown.wheel(at, 7);
    shown.key(Qt::Key_Escape);
    QVERIFY(shown.under(at + QPoint(12, 0)) != std::optional(Cell{31, 7}));
    QVERIFY(shown.heatmap->selected());
    shown.key(Qt::Key_Escape);
    QVERIFY(!shown.heatmap->selected());
    QCOMPARE(shown.selected, std::vector<std::optional<Cell>>{std::nullopt});
    QVERIFY(shown.page.keys.empty());
    shown.key(Qt::Key_Escape);
    shown.key(Qt::Key_N);
    QTest::keyClick(shown.heatmap, Qt::Key_Down, Qt::ControlModifier);
    QCOMPARE(shown.page.keys, (std::vector<int>{Qt::Key_Escape, Qt::Key_N, Qt::Key_Down}));
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

  void escape_takes_back_zoom_then_rectangle_then_cell() {
    const Shown shown(sampled_document());
    shown.heatmap->set_selected(Cell{31, 7});
    shown.heatmap->set_selection(CellRange{30, 40, 3, 9});
    QVERIFY(shown.ranges.empty()); // from outside: silent
    shown.wheel(shown.middle({31, 7}), 7);
    shown.key(Qt::Key_Escape);
    QVERIFY(shown.heatmap->selection());
    shown.key(Qt::Key_Escape);
    QVERIFY(!shown.heatmap->selection());
    QCOMPARE(shown.ranges, std::vector<std::optional<CellRange>>{std::nullopt});
    QVERIFY(shown.heatmap->selected());
    shown.key(Qt::Key_Escape);
    QVERIFY(!shown.heatmap->selected());
    QVERIFY(!shown.heatmap->undo());
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

  void a_chosen_range_is_kept_for_its_value() {
    const Shown shown(sampled_document());
    HeatmapView view = shown.heatmap->view();
    view.range = ColourRange{-0.2, 0.9};
    shown.heatmap->set_view(view);
    shown.heatmap->set_value(HeatmapValue::gain);
    QVERIFY(!shown.heatmap->view().range);
    shown.heatmap->set_value(HeatmapValue::strength);
    QCOMPARE(shown.heatmap->view().range, std::optional(ColourRange{-0.2, 0.9}));
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

LONGVIEW_WIDGET_TEST_MAIN(TestHeatmapWidget)
#include "tst_heatmap_widget.moc"
