#pragma once

#include <memory>
#include <optional>

#include <QWidget>

#include "widgets/document_data.h"

namespace longview {

struct HeatmapScene;

/// What a cell of the heatmap shows. `weight` is alpha strength + beta distance: what the pair would add without
/// specificity and threshold.
enum class HeatmapValue { strength, gain, contribution, perplexity_after, weight };

/// Rows c_i, columns c_j, row 0 on top, square cells, specificity as bars aligned with the rows. Unsampled cells are
/// hatched, never drawn as zero. Wheel, + and - zoom, drag pans, double click or Home fits; arrows move the keyboard
/// cursor from one scored cell to the next. Esc takes back the zoom, then the selection, and is left to the parent
/// where there is neither.
class HeatmapWidget : public QWidget {
  Q_OBJECT

 public:
  explicit HeatmapWidget(QWidget* parent = nullptr);
  ~HeatmapWidget() override;

  /// Null empties it. A document with the same id keeps zoom and selection (it fills while it is scored).
  void set_document(DocumentPointer document);
  void set_value(HeatmapValue value);
  HeatmapValue value() const;
  /// Does not emit cell_selected.
  void set_selected(std::optional<Cell> cell);
  std::optional<Cell> selected() const;
  void fit();

  QSize sizeHint() const override;
  QSize minimumSizeHint() const override;

 signals:
  void cell_hovered(std::optional<longview::Cell> cell);
  void cell_selected(std::optional<longview::Cell> cell);

 protected:
  void paintEvent(QPaintEvent* event) override;
  void mouseMoveEvent(QMouseEvent* event) override;
  void mousePressEvent(QMouseEvent* event) override;
  void mouseReleaseEvent(QMouseEvent* event) override;
  void mouseDoubleClickEvent(QMouseEvent* event) override;
  void wheelEvent(QWheelEvent* event) override;
  void keyPressEvent(QKeyEvent* event) override;
  void leaveEvent(QEvent* event) override;
  void resizeEvent(QResizeEvent* event) override;
  void changeEvent(QEvent* event) override;
  bool event(QEvent* event) override;

 private:
  struct State;

  void redraw();
  void lay_out();
  void draw_base(const HeatmapScene& scene);
  void describe();
  void hover(std::optional<Cell> cell);
  void select(std::optional<Cell> cell);
  void zoom_at_selection(double factor);
  bool take_key(int key);
  bool undo();

  std::unique_ptr<State> state_;
};

} // namespace longview
