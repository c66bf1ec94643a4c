#include "widgets/scale_bar.h"

#include <QPainter>

#include "widgets/small_font.h"
#include "widgets/theme.h"

namespace longview {
namespace {

constexpr int bar_width = 56;
constexpr int bar_height = 10;
constexpr int space = 6;

/// Ends of scales are round.
QString short_number(double value) {
  return QString::number(value, 'g', 4).replace(u'-', QChar(0x2212));
}

} // namespace

ScaleBar::ScaleBar(QWidget* parent) : QWidget(parent) {
  setFont(small_font(font()));
  setSizePolicy(QSizePolicy::Fixed, QSizePolicy::Preferred);
  setAccessibleName(tr("Colours of the map"));
}

void ScaleBar::set_scale(const ColourScale& scale) {
  scale_ = scale;
  setAccessibleDescription(tr("from %1 to %2").arg(low_text(), high_text()));
  updateGeometry();
  update();
}

QString ScaleBar::low_text() const {
  return (scale_.clipped_low ? QStringLiteral("≤ ") : QString()) + short_number(scale_.low);
}

QString ScaleBar::high_text() const {
  return (scale_.clipped_high ? QStringLiteral("≥ ") : QString()) + short_number(scale_.high);
}

QSize ScaleBar::sizeHint() const {
  const QFontMetrics metrics(font());
  return {metrics.horizontalAdvance(low_text()) + metrics.horizontalAdvance(high_text()) + bar_width + 2 * space,
          metrics.height()};
}

void ScaleBar::paintEvent(QPaintEvent* /*event*/) {
  QPainter painter(this);
  const Theme theme = Theme::of(palette());
  const int left = fontMetrics().horizontalAdvance(low_text());
  painter.setPen(palette().color(QPalette::WindowText));
  painter.drawText(QRect(0, 0, left, height()), Qt::AlignLeft | Qt::AlignVCenter, low_text());
  const QRect bar(left + space, (height() - bar_height) / 2, bar_width, bar_height);
  for (int x = 0; x < bar.width(); ++x) {
    const double value = scale_.low + (scale_.high - scale_.low) * (x + 0.5) / bar.width();
    painter.fillRect(QRect(bar.left() + x, bar.top(), 1, bar.height()), QColor(scale_.colour(value, theme.dark)));
  }
  painter.drawText(QRect(bar.right() + 1 + space, 0, width(), height()), Qt::AlignLeft | Qt::AlignVCenter, high_text());
}

} // namespace longview
