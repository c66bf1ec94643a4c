#include "widgets/map_geometry.h"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace longview {
namespace {

constexpr int chords = 64; // that stand for an arc where its distance is measured

double distance_to_chord(QPointF from, QPointF to, QPointF point) {
  const QPointF along = to - from;
  const double length = QPointF::dotProduct(along, along);
  const double share = length > 0 ? std::clamp(QPointF::dotProduct(point - from, along) / length, 0.0, 1.0) : 0.0;
  const QPointF away = point - (from + share * along);
  return std::hypot(away.x(), away.y());
}

} // namespace

QPointF MapArc::at(double share) const {
  const double turn = (share - 0.5) * std::numbers::pi;
  return {x + reach * std::cos(turn), (from + to) / 2 + (to - from) / 2 * std::sin(turn)};
}

QPainterPath MapArc::path() const {
  QPainterPath path(QPointF(x, from));
  path.arcTo(QRectF(x - reach, from, 2 * reach, to - from), 90, -180);
  return path;
}

double MapArc::distance_to(QPointF point) const {
  double least = std::hypot(point.x() - x, point.y() - from);
  for (int k = 0; k < chords; ++k)
    least = std::min(least, distance_to_chord(at(double(k) / chords), at(double(k + 1) / chords), point));
  return least;
}

double MapGeometry::y_of(std::uint64_t byte) const {
  const double share = bytes > 0 ? static_cast<double>(std::min(byte, bytes)) / static_cast<double>(bytes) : 0;
  return strip.top() + share * strip.height();
}

std::uint64_t MapGeometry::byte_at(double y) const {
  const double share = strip.height() > 0 ? std::clamp((y - strip.top()) / strip.height(), 0.0, 1.0) : 0;
  return std::min(bytes, static_cast<std::uint64_t>(share * static_cast<double>(bytes)));
}

MapArc MapGeometry::arc(ByteRange one, ByteRange other) const {
  const double a = (y_of(one.begin) + y_of(one.end)) / 2;
  const double b = (y_of(other.begin) + y_of(other.end)) / 2;
  MapArc made{strip.right(), std::min(a, b), std::max(a, b), 0};
  const double share = strip.height() > 0 ? std::sqrt((made.to - made.from) / strip.height()) : 0;
  const double most = arcs.right() - strip.right();
  made.reach = std::clamp(share * most, std::min(least_reach, most), most);
  return made;
}

int arc_at(const std::vector<MapArc>& arcs, QPointF point, double reach) {
  int best = -1;
  for (std::size_t k = 0; k < arcs.size(); ++k) {
    const double distance = arcs[k].distance_to(point);
    if (distance > reach)
      continue;
    reach = distance;
    best = static_cast<int>(k);
  }
  return best;
}

} // namespace longview
