#pragma once

#include <cstdint>
#include <vector>

#include <QPainterPath>
#include <QPointF>
#include <QRectF>

#include "widgets/segment_text.h"

namespace longview {

/// An arc from one height of a map to another, bulging to the right of it: half an ellipse.
struct MapArc {
  double x = 0;            ///< where both ends stand
  double from = 0, to = 0; ///< their heights, from <= to
  double reach = 0;        ///< how far it goes

  /// A point of it: 0 is the upper end, 1 the lower.
  QPointF at(double share) const;
  QPainterPath path() const;
  double distance_to(QPointF point) const;
};

/// A map of a text from its first byte at the top to its last one at the bottom, with arcs beside it.
struct MapGeometry {
  static constexpr double least_reach = 6; ///< pixels

  QRectF strip; ///< where the text is
  QRectF arcs;  ///< room on its right
  std::uint64_t bytes = 0;

  double y_of(std::uint64_t byte) const;
  /// The ends for what lies beyond.
  std::uint64_t byte_at(double y) const;
  /// Between the middles of two stretches of text. Arcs that are far apart are wider: by the root of their height, so
  /// that short ones can be told apart too.
  MapArc arc(ByteRange one, ByteRange other) const;
};

/// The arc under a point, the nearest of those within `reach` pixels; -1: none.
int arc_at(const std::vector<MapArc>& arcs, QPointF point, double reach);

} // namespace longview
