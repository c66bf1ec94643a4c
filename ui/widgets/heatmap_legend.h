#pragma once

#include <QRectF>

#include "widgets/heatmap_canvas.h"

namespace longview {

/// Where the legend stands and what of it there is room for: in the upper triangle, or as a card over the cells.
struct HeatmapLegend {
  QRectF box;        ///< null: no room at all
  QRectF bar;        ///< the colours
  bool keys = false; ///< lines that explain hatch and threshold
  bool card = false; ///< lies over cells, so it needs a ground of its own
  double line = 0;   ///< height of a line of words

  static HeatmapLegend place(const HeatmapCanvas& canvas);
  double x(double position) const { return bar.left() + position * bar.width(); }
};

} // namespace longview
