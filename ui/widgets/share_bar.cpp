#include "widgets/share_bar.h"

#include <algorithm>
#include <cmath>

#include <QPainter>

namespace longview {

void ShareBar::set_parts(std::vector<Part> parts) {
  parts_ = std::move(parts);
  update();
}

void ShareBar::paintEvent(QPaintEvent* /*event*/) {
  QPainter painter(this);
  double left = 0;
  for (const Part& part : parts_) {
    const double width = std::isfinite(part.share) ? std::max(0.0, part.share) * this->width() : 0;
    painter.fillRect(QRectF(left, 0, width, height()), part.colour);
    left += width;
  }
}

} // namespace longview
