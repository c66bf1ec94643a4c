#include "widgets/plot_figure.h"

#include <QFontMetricsF>
#include <QGuiApplication>
#include <qcustomplot.h>

#include "widgets/plot_drawing.h"

namespace longview {
namespace {

constexpr double margin = 24; // points
constexpr int text_size = 12, title_size = 15;

QFont figure_font(int size, bool bold = false) {
  QFont font = QGuiApplication::font();
  font.setPixelSize(size); // a pixel is a point here, on every device
  font.setBold(bold);
  return font;
}

/// Gives the room that is left.
QRectF draw_head(QPainter& painter, const QRectF& page, const QString& title, const QString& below,
                 const Theme& theme) {
  QRectF line = page;
  const auto write = [&](const QFont& font, const QColor& colour, const QString& words) {
    const QFontMetricsF metrics(font);
    line.setHeight(metrics.height());
    painter.setFont(font);
    painter.setPen(colour);
    painter.drawText(line, Qt::AlignLeft | Qt::AlignVCenter, metrics.elidedText(words, Qt::ElideRight, line.width()));
    line.moveTop(line.bottom() + 4);
  };
  write(figure_font(title_size, true), theme.text, title);
  write(figure_font(text_size), theme.muted_text, below);
  return page.adjusted(0, line.top() - page.top() + 8, 0, 0);
}

} // namespace

FigurePage plot_page(const PlotView::Draw& draw, const QString& title, const QString& below, const Theme& theme) {
  FigurePage page;
  page.size = {900, 560};
  page.title = title;
  page.paint = [draw, title, below, theme, size = page.size](QPainter& painter, bool) {
    const QRectF all(0, 0, size.width(), size.height());
    painter.fillRect(all, theme.background);
    const QRectF body = draw_head(painter, all.adjusted(margin, margin, -margin, -margin), title, below, theme);
    QCustomPlot plot;
    plot.resize(body.size().toSize());
    draw(plot, theme, figure_font(text_size));
    draw_plot(painter, plot, body.topLeft());
  };
  return page;
}

} // namespace longview
