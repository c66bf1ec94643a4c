#pragma once

#include <optional>
#include <vector>

#include <QWidget>

#include "widgets/map_geometry.h"
#include "widgets/segment_measure.h"
#include "widgets/text_view.h"

namespace longview {

/// The whole document beside its text: a strip coloured by a measure of its segments, with what is in sight, the hits
/// of a search, and arcs for its strongest links. A click or a drag on the strip goes there, a click on an arc selects
/// its pair. By keyboard: up and down go by segments, Enter chooses the one in the middle of the view.
class DocumentMap : public QWidget {
  Q_OBJECT

 public:
  static constexpr int most_links = 500;

  explicit DocumentMap(QWidget* parent = nullptr);

  /// Null, or without a text: nothing is shown.
  void set_document(DocumentPointer document);
  void set_measure(SegmentMeasure measure);
  SegmentMeasure measure() const { return measure_; }
  /// How many arcs: those of the pairs that add most to LDS.
  void set_links(int links);
  void set_pair(std::optional<Cell> pair);
  void set_in_sight(ByteRange range);
  void set_hits(ByteRanges hits);

  const ColourScale& scale() const { return scale_; }
  /// The pairs that have arcs, the strongest first; the selected one is always among them.
  const std::vector<Cell>& links() const { return links_; }
  const std::vector<MapArc>& arcs() const { return arcs_; }
  const MapGeometry& geometry() const { return geometry_; }
  /// What is told of a place: an arc, or the segment.
  QString words_at(const QPointF& place) const;

  QSize sizeHint() const override;
  QSize minimumSizeHint() const override;

 signals:
  /// A place of the text was asked for.
  void place_chosen(std::uint64_t byte);
  void segment_chosen(std::uint32_t segment);
  void pair_chosen(longview::Cell cell);
  /// What the mouse is on, in words; empty: nothing.
  void told(const QString& words);

 protected:
  void paintEvent(QPaintEvent* event) override;
  void resizeEvent(QResizeEvent* event) override;
  void changeEvent(QEvent* event) override;
  void mousePressEvent(QMouseEvent* event) override;
  void mouseMoveEvent(QMouseEvent* event) override;
  void mouseReleaseEvent(QMouseEvent* event) override;
  void wheelEvent(QWheelEvent* event) override;
  void leaveEvent(QEvent* event) override;
  void keyPressEvent(QKeyEvent* event) override;
  bool event(QEvent* event) override;

 private:
  void find_strongest();
  void choose_links();
  void lay_out();
  void lay_out_hits();
  int arc_under(const QPointF& place) const;
  std::optional<std::uint32_t> segment_under(const QPointF& place) const;
  void hover(const QPointF& place);
  void step_segment(int by);
  void paint_strip(QPainter& painter) const;
  void paint_arcs(QPainter& painter) const;
  void paint_marks(QPainter& painter) const;
  double strength(Cell cell) const;

  DocumentPointer document_;
  SegmentMeasure measure_ = SegmentMeasure::received;
  int wanted_links_ = 30;
  std::vector<double> values_;
  ColourScale scale_;
  std::optional<Cell> pair_;
  ByteRange in_sight_;
  ByteRanges hits_;
  std::vector<bool> hit_rows_;  ///< of the strip's pixels
  std::vector<Cell> strongest_; ///< so many as were asked for
  std::vector<Cell> links_;     ///< those, and the selected one
  std::vector<MapArc> arcs_;
  MapGeometry geometry_;
  int hovered_ = -1;
  bool dragging_ = false;
};

} // namespace longview
