#pragma once

#include <cstdint>
#include <vector>

#include <QRectF>
#include <QString>

#include "widgets/heatmap_canvas.h"

namespace longview {

/// The numbers of both axes, in segments or tokens, and where they stand.
class HeatmapAxes {
 public:
  struct Tick {
    double at = 0; ///< column or row
    QString number;
  };

  explicit HeatmapAxes(const HeatmapCanvas& canvas);

  /// Those that are seen.
  const std::vector<Tick>& columns() const { return columns_; }
  const std::vector<Tick>& rows() const { return rows_; }
  /// Whether ticks are further apart than cells.
  bool gridded() const { return gridded_; }
  /// Of segment k: its middle and its number, or the first token it holds.
  Tick segment(std::uint32_t k) const;
  QRectF column_label(const Tick& tick) const;
  QRectF row_label(const Tick& tick) const;
  QRectF column_title() const;
  QRectF row_title() const; ///< before it is turned by 90 degrees around its middle
  QString column_words() const;
  QString row_words() const;

  /// The widest number of an axis, in this font.
  static double labels_width(const QFontMetricsF& metrics, std::uint32_t segments, AxisUnit unit,
                             std::uint32_t segment_length);

 private:
  double bottom() const; ///< of plot and strip
  QString with_unit(const QString& title, double room) const;

  const HeatmapCanvas& canvas_;
  std::vector<Tick> columns_, rows_;
  bool gridded_ = false;
  double width_ = 0; ///< of the widest number
};

} // namespace longview
