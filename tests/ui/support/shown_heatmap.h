#pragma once

#include <optional>
#include <set>
#include <vector>

#include <QKeyEvent>
#include <QWheelEvent>
#include <QWindow>

#include "ui/support/sample_document.h"
#include "ui/support/widget_test.h"
#include "widgets/heatmap_geometry.h"
#include "widgets/heatmap_painter.h"
#include "widgets/heatmap_widget.h"
#include "widgets/theme.h"

namespace longview::test {

inline constexpr QSize shown_size(600, 480);

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

inline HeatmapRoom room_for(const DocumentData& document, const QFont& font = {}) {
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

inline DocumentPointer sampled_document() {
  return sample_document();
}

inline DocumentPointer whole_document(std::uint32_t segments = 24) {
  SampleOptions options;
  options.segments = segments;
  options.pairs = 0;
  return sample_document(options);
}

inline std::shared_ptr<DocumentData> whole_document_mutable(std::uint32_t segments) {
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
inline Cell unsampled_cell(const DocumentData& document) {
  for (std::uint32_t i = 12; i < document.segments(); ++i)
    for (std::uint32_t j = 0; j + 2 < i; ++j)
      if (!document.pair_at({i, j}))
        return {i, j};
  qFatal("the sample has all pairs");
}

inline std::set<QRgb> colours_in(const QImage& image, const QRectF& rect) {
  std::set<QRgb> found;
  const QRect inside = rect.adjusted(1, 1, -1, -1).toRect();
  for (int y = inside.top(); y <= inside.bottom(); ++y)
    for (int x = inside.left(); x <= inside.right(); ++x)
      found.insert(image.pixel(x, y));
  return found;
}

/// What the tests of the heatmap share: each begins with the light look.
class HeatmapTest : public QObject {
  Q_OBJECT

 private slots:
  void init() {
    apply_theme(ThemeChoice::light);
    QCoreApplication::processEvents();
  }
};

} // namespace longview::test
