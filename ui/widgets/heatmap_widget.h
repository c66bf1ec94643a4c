#pragma once

#include <map>
#include <memory>
#include <optional>

#include <QWidget>

#include "widgets/document_data.h"
#include "widgets/figure_menu.h"
#include "widgets/heatmap_cells.h"
#include "widgets/heatmap_view.h"

class QSettings;

namespace longview {

class HeatmapActions;
struct HeatmapScene;

/// Rows c_i, columns c_j, row 0 on top, square cells, specificity as bars aligned with the rows, and below the columns
/// bars of what later text owes to them. Unsampled cells are hatched, never drawn as zero.
///
/// Mouse: the wheel zooms around the cursor, dragging pans, dragging with Ctrl zooms to a rectangle, with Shift selects
/// one; a click selects a cell, one on a bar the pairs of its row or column; double click fits. Keys: arrows move from
/// one scored cell to the next, with Shift they select a rectangle; Home and End, and with Ctrl of the whole document;
/// Page up and down; + and - zoom, 0 fits. Esc takes back the zoom, then the rectangle, then the selected cell, and is
/// left to the parent where there is none of them.
///
/// The cells of a document of very many pairs are sorted in the background; until they are there it shows what it had,
/// or says that it is reading.
class HeatmapWidget : public QWidget {
  Q_OBJECT

 public:
  explicit HeatmapWidget(QWidget* parent = nullptr);
  ~HeatmapWidget() override;

  /// Null empties it. A document with the same id keeps zoom and selection (it fills while it is scored).
  void set_document(DocumentPointer document);
  /// Its cells, or those of another value, are being sorted.
  bool reading() const;
  /// The range of the colours is remembered for each value by itself.
  void set_view(const HeatmapView& view);
  const HeatmapView& view() const;
  void set_value(HeatmapValue value);
  /// The ends of the colours that were chosen; a value that is not in it has a range fitted to each document.
  const std::map<HeatmapValue, ColourRange>& ranges() const;
  void set_ranges(std::map<HeatmapValue, ColourRange> ranges);
  HeatmapValue value() const { return view().value; }

  /// Does not emit cell_selected.
  void set_selected(std::optional<Cell> cell);
  std::optional<Cell> selected() const;
  /// The rectangle of pairs. Setting it does not emit selection_changed.
  void set_selection(std::optional<CellRange> range);
  std::optional<CellRange> selection() const;
  /// What the rectangle says in words; empty without one.
  QString selection_text() const;

  /// Of the colours now, fitted or chosen.
  const ColourScale& scale() const;
  /// As it is shown, but for the zoom: for files and the clipboard.
  ShownFigure figure() const;
  /// The choices of the view; in a right click they stand beside copying and saving, and whatever addAction() added.
  const HeatmapActions& view_actions() const { return *actions_; }
  void save_view(QSettings& settings) const;
  void restore_view(const QSettings& settings);

  void fit();
  /// Takes back the zoom, else the rectangle, else the selected cell; false where there is none of them.
  bool undo();

  QSize sizeHint() const override;
  QSize minimumSizeHint() const override;

 signals:
  void cell_hovered(std::optional<longview::Cell> cell);
  void cell_selected(std::optional<longview::Cell> cell);
  /// When a rectangle is drawn to its end, extended by a key, or taken back; and when the document takes it away.
  void selection_changed(std::optional<longview::CellRange> range);
  /// A bar was clicked, and the pairs of its row, or column, were selected.
  void row_chosen(std::uint32_t i);
  void column_chosen(std::uint32_t j);
  void view_changed();

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
  void contextMenuEvent(QContextMenuEvent* event) override;
  bool event(QEvent* event) override;

 private:
  struct State;

  void count();
  void take(DocumentPointer document, HeatmapCells cells);
  void redraw();
  void redraw_moved();
  void lay_out();
  void draw_base(const HeatmapScene& scene);
  void describe();
  void hover(std::optional<Cell> cell);
  void select(std::optional<Cell> cell);
  void select_range(std::optional<CellRange> range);
  void select_bar(QPointF pixel);
  void drag(QPointF to);
  void zoom_at_selection(double factor);
  void extend(int key);
  bool take_key(int key, Qt::KeyboardModifiers modifiers);
  std::optional<Cell> cell_for(int key, bool whole_document) const;
  QString words_at(QPointF pixel) const;

  std::unique_ptr<State> state_;
  HeatmapActions* actions_;
};

} // namespace longview
